"""The staff's bot over the emulator: made-up people with keys in a signed keyring, a roster, a clock set by hand."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from os import urandom
from pathlib import Path

from bot.app.staff import StaffParts, StaffPlace, assemble_staff, serve_staff
from bot.casework.actor import Actor
from bot.casework.links import LinkCodes
from bot.casework.notices import Telling
from bot.channels.pace import Pace
from bot.emulator.clock import VirtualClock
from bot.emulator.person import Person as Phone
from bot.emulator.person import Shown
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.engine.conversation import Compartment, Level
from bot.ids import Now
from bot.offline.cards import card_of
from bot.offline.keyfiles import Key, KeyRole, new_key
from bot.offline.root import next_keyring, sign_keyring
from bot.settings import data
from bot.store.database import Database
from bot.store.staff_values import Person, PersonState, Role
from bot.store.values import Case
from tests.made_up import call, some_id, submitted, with_conversation

TOKEN = "7000000002:AAStaffStaffStaffStaffStaffStaffStaff"
STAFF_KEY = bytes(range(32, 64))
STAFF: Mapping[str, tuple[set[Role], tuple[str, ...]]] = {
    "Anna": ({Role.REVIEWER}, ("en", "tg")),
    "Boris": ({Role.REVIEWER}, ("ru",)),
    "Lena": ({Role.LEAD}, ("en",)),
}
ROSTER = """\
zone = "UTC"
lead = "Lena"
digest = ["08:00", "20:00"]

[[shift]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "00:00"
until = "00:00"
identity = true
people = ["Anna", "Boris"]
"""
NOTICE = "CRITICAL · tg · new · 0 min · nobody has it"
FAST = 1e6
LIVES = timedelta(days=60)


@cache
def made_keys(now: datetime) -> tuple[Key, Mapping[str, Key]]:
    until = now + LIVES
    people = {name: new_key(KeyRole.REVIEWER, name, until, urandom) for name in STAFF}
    return new_key(KeyRole.ROOT, "Made-up root", until, urandom), people


class Bot:
    """One installation of the staff's bot; may be stopped, killed and started again."""

    def __init__(self, folder: Path, *, roster: str = ROSTER, now: Now | None = None) -> None:
        self.folder = folder
        self.clock = VirtualClock()
        self.now = now or self.clock
        until = self.now() + LIVES
        root, people = made_keys(self.now())
        both = (Compartment.FACTS, Compartment.IDENTITY)
        cards = [card_of(key, both if name == "Lena" else both[:1]) for name, key in people.items()]
        recovery = new_key(KeyRole.RECOVERY, "Made-up recovery", until, urandom)
        cards.append(card_of(recovery, both))
        keyring = next_keyring(None, cards, now=self.now(), days=LIVES.days, random_bytes=urandom)
        self.keyring = folder / "keyring.signed"
        self.keyring.write_bytes(sign_keyring(keyring, root))
        self.root_fingerprint = root.public
        self.roster = folder / "roster.toml"
        self.roster.write_text(roster, "utf-8")
        self.url = f"sqlite:///{folder / 'panoh.db'}"
        self.database = Database(self.url)
        self.database.upgrade()
        with_conversation(self.database)
        for name, (roles, languages) in STAFF.items():
            person = Person(
                id=some_id(),
                name=name,
                roles=frozenset(roles),
                languages=languages,
                state=PersonState.ENROLLED,
                verifier=people[name].signer.verifier.raw,
                since=self.now().date(),
            )
            call(self.database, "people.add", person)
        self.world = World(self.now, token=TOKEN)
        self.phones: dict[str, Phone] = {}
        self.server: EmulatorServer | None = None
        self._looked = threading.Condition()
        self._rounds = 0
        self.parts: StaffParts = self._assemble("http://127.0.0.1:9")
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    def place(self, api: str) -> StaffPlace:
        return StaffPlace(
            token=TOKEN,
            api=api,
            staff_key=STAFF_KEY,
            keyring=self.keyring,
            root_fingerprint=self.root_fingerprint,
            locales=data("locales"),
            roster=self.roster,
            pace=Pace(chat_rate=FAST, chat_burst=1000, rate=FAST, burst=1000),
            every=0.02,
        )

    def _assemble(self, api: str) -> StaffParts:
        parts = assemble_staff(self.place(api), self.database, now=self.now, random_bytes=urandom)
        due = parts.notices.due

        def counted() -> tuple[Telling, ...]:
            found = due()
            with self._looked:
                self._rounds += 1
                self._looked.notify_all()
            return found

        parts.notices.due = counted  # type: ignore[method-assign]  # the only way to see that a round was done
        return parts

    async def rounds(self, number: int) -> None:
        """Wait until it was looked so many times what is due."""

        def wait() -> None:
            with self._looked:
                wanted = self._rounds + number
                assert self._looked.wait_for(lambda: self._rounds >= wanted, timeout=60)

        await asyncio.to_thread(wait)

    # -- the process ----------------------------------------------------------------------------------------

    async def start(self) -> None:
        assert self.server is not None
        self._stop = asyncio.Event()
        place = self.place(self.server.base_url)
        self._serving = asyncio.get_running_loop().create_task(serve_staff(self.parts, place, self._stop))
        await self.server.until(lambda: self.world.polling, seconds=60)

    async def stop(self) -> None:
        if self._serving is not None:
            self._stop.set()
            await self._serving
            self._serving = None

    async def kill(self) -> None:
        """End without finishing anything; what was in memory is gone."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
            self._serving = None
        self.parts = self._assemble("http://127.0.0.1:9")

    # -- people ---------------------------------------------------------------------------------------------

    def code(self, name: str) -> str:
        return LinkCodes(self.parts.office).issue(Actor(name=name, roles=frozenset(Role))).code

    async def linked(self, *names: str) -> Sequence[Phone]:
        """Link these people, each with a phone of their own."""
        for name in names:
            phone = self.phones[name] = self.world.user()
            phone.start(self.code(name))
            await self.until(partial(phone.sees, name))
        return [self.phones[name] for name in names]

    async def until(self, holds: Callable[[], bool], *, seconds: float = 60) -> None:
        assert self.server is not None
        await self.server.until(holds, seconds=seconds)

    def case(self, level: Level = Level.CRITICAL, locale: str = "tg", **changes: str) -> Case:
        """A case that arrives now."""
        return submitted(self.database, urgency=level, locale=locale, arrived_at=self.now(), **changes)

    def read(self, case: Case) -> Case:
        found: Case = call(self.database, "cases.by_id", case.id)
        return found


@asynccontextmanager
async def running(folder: Path, *linked: str, roster: str = ROSTER) -> AsyncIterator[Bot]:
    """Run emulator and bot until the test is done."""
    bot = Bot(folder, roster=roster)
    async with EmulatorServer(bot.world) as server:
        bot.server = server
        await bot.start()
        try:
            # The first round notes that no digest is owed for the hours before.
            await bot.rounds(2)
            await bot.linked(*linked)
            yield bot
        finally:
            await bot.stop()
            await asyncio.to_thread(bot.database.close)


Journey = Callable[[Bot], Coroutine[None, None, None]]


def journey(folder: Path, work: Journey, *linked: str) -> None:
    async def go() -> None:
        async with running(folder, *linked) as bot:
            await work(bot)

    asyncio.run(go())


def notices(bot: Bot, name: str) -> list[Shown]:
    return [shown for shown in bot.phones[name].screen() if not shown.incoming and "I cannot" in shown.labels]


async def told(bot: Bot, name: str, text: str = NOTICE) -> None:
    await bot.until(lambda: any(shown.text == text for shown in notices(bot, name)))
    # What was sent is noted before the next look.
    await bot.rounds(1)
