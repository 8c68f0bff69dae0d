"""The staff's bot is killed a hundred times while a thousand cases arrive: every case is told, none by its content.

Real processes and real kills. One process imports everything once and forks the bot whenever it is asked to, so that a
hundred starts take no longer than they must.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from bot.app.nature import now
from bot.emulator.faults import Cut
from bot.emulator.server import EmulatorServer
from bot.engine.conversation import Level
from bot.ids import CaseId
from bot.store.staff_values import Event, EventKind, Notice
from tests.made_up import call
from tests.staff.made_bot import ROSTER, TOKEN, Bot

ROOT = Path(__file__).resolve().parents[2]
CASES = 1000
KILLS = 100
SEED = 20_261_123
PATIENCE = 300.0
LOST = 0.3

STARTER = """
import asyncio, json, os, sys
from pathlib import Path
from bot.app.nature import now, random_bytes
from bot.app.staff import StaffPlace, assemble_staff, serve_staff
from bot.casework.notices import Notices
from bot.channels.pace import Pace
from bot.store.database import Database

given = json.loads(sys.argv[1])
place = StaffPlace(
    token=given["token"], api=given["api"], staff_key=bytes.fromhex(given["staff_key"]), keyring=Path(given["keyring"]),
    root_fingerprint=given["root"], locales=Path(given["locales"]), roster=Path(given["roster"]),
    pace=Pace(chat_rate=1e6, chat_burst=1000, rate=1e6, burst=1000), every=0.01,
)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        database = Database(given["url"])
        parts = assemble_staff(place, database, now=now, random_bytes=random_bytes)
        asyncio.run(serve_staff(parts, place, asyncio.Event()))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""

LINE = re.compile(
    r"(CRITICAL|HIGH|MEDIUM|ROUTINE) · (en|ru|tg) · (new|still unread|overdue) · \d+ (min|h|d) · nobody has it"
)
COUNTS = re.compile(r"\d+ (new|still unread|overdue|CRITICAL)( · \d+ (new|still unread|overdue|CRITICAL))*")
LINKED = re.compile(r"Linked: \w+\. .*")
DIGEST = re.compile(r"\d+ wait · \d+ CRITICAL · \d+ overdue · \d+ held\nAudit \d+:[0-9a-f]{64}")


class Starter:
    """The process that forks bots."""

    def __init__(self, bot: Bot, url: str) -> None:
        place = bot.place(url)
        self.given = json.dumps(
            {
                "token": TOKEN,
                "api": url,
                "staff_key": place.staff_key.hex(),
                "keyring": str(place.keyring),
                "root": place.root_fingerprint,
                "locales": str(place.locales),
                "roster": str(place.roster),
                "url": bot.url,
            }
        )
        self._log = bot.folder / "stderr"
        self._process: asyncio.subprocess.Process | None = None
        self._child = 0

    async def begin(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-c", STARTER, self.given),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )

    async def start(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._child = int(await self._line())

    async def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        assert await self._line() == b"ended\n"

    async def end(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def _line(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return await self._process.stdout.readline()


@pytest.mark.slow
def test_killed_a_hundred_times_every_case_is_told_and_no_notice_has_content(tmp_path: Path) -> None:
    chance = Random(SEED)

    async def test() -> None:
        bot = Bot(tmp_path, roster=ROSTER.replace('["Anna", "Boris"]', '["Anna"]'), now=now)
        async with EmulatorServer(bot.world) as server:
            bot.server = server
            await bot.start()
            (anna,) = await bot.linked("Anna")
            await bot.stop()
            starter = Starter(bot, server.base_url)
            await starter.begin()
            references = []
            try:
                for _ in range(KILLS):
                    if chance.random() < LOST:
                        # The line goes down with the process: what it was sending never arrives.
                        bot.world.fail("sendMessage", Cut(done=False))
                    await starter.start()
                    for _ in range(CASES // KILLS):
                        level = chance.choice(list(Level))
                        case = await asyncio.to_thread(bot.case, level, chance.choice(["en", "ru", "tg"]))
                        references.append(case.reference)
                    # Some die before they say a word, others in the middle of it.
                    await within(server, more_calls(bot, chance.randrange(4)))
                    await starter.kill()
                    bot.world.faults.clear()
                # What a killed process had put off for some seconds is told by one that lives so long.
                async with asyncio.timeout(PATIENCE):
                    while await asyncio.to_thread(untold, bot):
                        await starter.start()
                        await within(server, lambda: False, seconds=11)
                        await starter.kill()
            finally:
                await starter.end()
            said = [shown.text for shown in anna.history() if not shown.incoming]
            for text in said:
                assert any(form.fullmatch(text) for form in (LINE, COUNTS, LINKED, DIGEST)), text
            everything = "\n".join(said)
            assert not [reference for reference in references if reference in everything]
            counted = sum(int(number) for text in said for number in re.findall(r"(\d+) new", text))
            one_by_one = sum(" · new · " in text for text in said)
            assert counted + one_by_one >= CASES
            found = await asyncio.to_thread(notices_of, bot)
            assert len(found) == CASES
            assert {notice.told if notice is not None else "" for notice in found} <= {"Anna", None}
        await asyncio.to_thread(bot.database.close)

    asyncio.run(test())


async def within(server: EmulatorServer, holds: Callable[[], bool], *, seconds: float = 0.5) -> None:
    """Wait for something, not long: what does not happen in time is where this process is killed."""
    try:
        await server.until(holds, seconds=seconds)
    except TimeoutError:
        return


def more_calls(bot: Bot, number: int) -> Callable[[], bool]:
    """Return whether the bot has asked the messenger for so many things more than now."""
    wanted = len(bot.world.outbox) + number
    return lambda: len(bot.world.outbox) >= wanted


def cases_of(bot: Bot) -> list[CaseId]:
    events: list[Event] = []
    while found := call(bot.database, "events.after", events[-1].number if events else 0, 500):
        events += found
    return [event.case_id for event in events if event.kind is EventKind.NEW]


def notices_of(bot: Bot) -> list[Notice | None]:
    """Read the notices of all cases in one turn."""
    known = cases_of(bot)
    return bot.database.turn(lambda tx: [tx.notices.of_case(case) for case in known]).result()


def untold(bot: Bot) -> int:
    """Count the cases of which nobody was told yet, as the database says; what was told waits to be told again."""
    return sum(notice is None or (notice.told is None and notice.kind == "new") for notice in notices_of(bot))
