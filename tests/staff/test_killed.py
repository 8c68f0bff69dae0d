"""The staff's bot is killed a hundred times while a thousand cases arrive: every case is told, none by its content.

Real processes and real kills, after some messages and in the middle of one. Staff press buttons and write commands all
the while. Each case is in a language of its own, which a notice names: so it is seen of which cases was told, also in a
line that folds many. One process imports everything once and forks the bot whenever it is asked to, so that a hundred
starts take no longer than they must.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.app.nature import now
from bot.emulator.faults import Cut, Slow
from bot.emulator.person import Person as Phone
from bot.emulator.records import Asked
from bot.emulator.server import EmulatorServer
from bot.engine.conversation import Level
from bot.ids import CaseId
from bot.store.staff_values import Event, EventKind
from bot.store.transaction import Transaction
from bot.store.values import Case
from tests.made_up import call
from tests.staff.made_bot import ROSTER, TOKEN, Bot

ROOT = Path(__file__).resolve().parents[2]
CASES = 1000
KILLS = 100
SEED = 20_261_123
PATIENCE = 300.0
ENOUGH = 1.5
SENDS = 8
LONG = Slow(seconds=2)
"""The messenger has taken the message and does not say so before the process is killed."""
LOST = Cut(done=False)
"""The line goes down with the process: what it was sending never arrives."""

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

LEVELS = "(CRITICAL|HIGH|MEDIUM|ROUTINE)"
KINDS = "(new|still unread|overdue)"
LANGUAGE = re.compile(r"x\d{3}")
LINE = re.compile(rf"{LEVELS} · (?P<language>x\d{{3}}) · {KINDS} · \d+ (min|h|d) · nobody has it")
COUNTS = re.compile(rf"\d+ {KINDS}( · \d+ ({KINDS}|CRITICAL))* · x\d{{3}}(, x\d{{3}})*")
MINE = rf"{LEVELS} · x\d{{3}} · you have it · /mine"
ANSWER = re.compile(rf"{MINE}|It is yours: {MINE}|You had it before\.")
LINKED = re.compile(r"Linked: \w+\. .*")
DATA = re.compile(r"[tc]\.[0-9a-f]{32}")
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


@dataclass(slots=True)
class Done:
    """What came of the kills."""

    after_a_message: int = 0
    inside_one: int = 0
    tapped: set[CaseId] = field(default_factory=set)
    claimed: set[CaseId] = field(default_factory=set)


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
            cases: dict[CaseId, Case] = {}
            done = Done()
            try:
                for _ in range(KILLS):
                    for _ in range(CASES // KILLS):
                        level, language = chance.choice(list(Level)), f"x{len(cases):03d}"
                        case = await asyncio.to_thread(partial(bot.case, level, language=language))
                        cases[case.id] = case
                    press(anna, chance, cases, done)
                    await live_and_die(bot, starter, chance, done)
                # What a killed process had put off for some seconds is told by one that lives so long.
                async with asyncio.timeout(PATIENCE):
                    while await asyncio.to_thread(undone, bot, done):
                        await starter.start()
                        await within(server, lambda: False, seconds=11)
                        await starter.kill()
            finally:
                await starter.end()
            said = texts_of(bot)
            for text in said:
                assert any(form.fullmatch(text) for form in (LINE, COUNTS, ANSWER, LINKED, DIGEST)), text
            everything = "\n".join(said)
            assert not [case.reference for case in cases.values() if case.reference in everything]
            told = set(LANGUAGE.findall("\n".join(filter(notice, said))))
            assert {case.language for case in cases.values() if case.id not in done.claimed} <= told
            pressed = buttons_of(bot)
            assert all(cases[case_id].language == language for case_id, language in pressed)
            for case_id in done.tapped | done.claimed:
                acts = call(bot.database, "audit.of_case", cases[case_id].reference)
                assert [(act.actor, act.act) for act in acts] == [("bot:Anna", "claim")], "once, however often it came"
            assert done.after_a_message >= 30
            assert done.inside_one >= 10
        await asyncio.to_thread(bot.database.close)

    asyncio.run(test())


def press(anna: Phone, chance: Random, cases: Mapping[CaseId, Case], done: Done) -> None:
    """Take a case of a notice, and one by its reference; the bot that is to hear of it may not live to answer."""
    shown = [each for each in anna.screen() if "I take it" in each.labels]
    if shown:
        message = chance.choice(shown)
        done.tapped.add(case_of(message.body["reply_markup"]["inline_keyboard"][0][0]["callback_data"]))
        anna.tap("I take it", message_id=message.message_id)
    case = chance.choice(list(cases.values()))
    if case.id not in done.tapped:
        done.claimed.add(case.id)
    anna.send(f"/claim {case.reference}")


async def live_and_die(bot: Bot, starter: Starter, chance: Random, done: Done) -> None:
    """Start the bot and kill it once it has sent so many messages, some of them in the middle of the last one."""
    assert bot.server is not None
    before, number = sends(bot), min(chance.randrange(SENDS), chance.randrange(SENDS))
    end = chance.choice([LONG, LONG, LOST, None]) if number else None
    if end is not None:
        bot.world.fail("sendMessage", end, after=number - (end is LONG))
    await starter.start()
    await within(bot.server, lambda: sends(bot) >= before + number, seconds=ENOUGH)
    sent = sends(bot) - before
    await starter.kill()
    bot.world.faults.clear()
    done.after_a_message += sent > 0
    done.inside_one += end is LONG and sent == number


async def within(server: EmulatorServer, holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait for something, not long: what does not happen in time is where this process is killed."""
    try:
        await server.until(holds, seconds=seconds)
    except TimeoutError:
        return


def sends(bot: Bot) -> int:
    """Count the messages that the messenger has taken."""
    return len(bot.world.asked("sendMessage"))


def texts_of(bot: Bot) -> list[str]:
    """Return everything that the bot ever said, what it put in the place of something else too."""
    methods = ("sendMessage", "editMessageText", "answerCallbackQuery")
    return [str(each.parameters["text"]) for method in methods for each in bot.world.asked(method) if says(each)]


def says(asked: Asked) -> bool:
    return "text" in asked.parameters and asked.refusal is None


def notice(text: str) -> bool:
    return LINE.fullmatch(text) is not None or COUNTS.fullmatch(text) is not None


def buttons_of(bot: Bot) -> list[tuple[CaseId, str]]:
    """Return which case each notice's buttons are of, and which language its line names."""
    found = []
    for asked in bot.world.asked("sendMessage"):
        line = LINE.fullmatch(str(asked.parameters.get("text")))
        if line is not None:
            found += [(case_of(data), line["language"]) for data in DATA.findall(str(asked.parameters["reply_markup"]))]
    return found


def case_of(data: str) -> CaseId:
    return CaseId(bytes.fromhex(data.rpartition(".")[2]))


def undone(bot: Bot, done: Done) -> bool:
    """Tell whether a case is left of which nobody was told and that nobody took, or an act that was not carried out."""

    def look(tx: Transaction) -> bool:
        acted = done.tapped | done.claimed
        if any((case := tx.cases.by_id(case_id)) is None or case.claimed_by is None for case_id in acted):
            return True
        waiting = [
            event.case_id for event in events_of(tx) if event.kind is EventKind.NEW and event.case_id not in acted
        ]
        found = [tx.notices.of_case(case_id) for case_id in waiting]
        return any(notice is None or (notice.told is None and notice.kind == "new") for notice in found)

    return bot.database.turn(look).result()


def events_of(tx: Transaction) -> list[Event]:
    events: list[Event] = []
    while found := tx.events.after(events[-1].number if events else 0, 500):
        events += found
    return events
