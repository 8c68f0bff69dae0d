"""The whole line for a test: a person's phone, the emulator over HTTP, the real service, and staff with their keys.

The clock is virtual; the wait between a person's act and the bot's answer is real and ends with the answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.app.intake import Parts, Place, assemble
from bot.app.nature import random_bytes
from bot.app.serving import Line, serve
from bot.casework.service import Casework
from bot.channels.defender.pace import Pace
from bot.demo.keys import ThrowAway, make
from bot.emulator.clock import VirtualClock
from bot.emulator.person import Person, Shown
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.offline.cases import open_case
from bot.settings import data
from bot.store.database import Database
from bot.store.values import Case

CONTACTS = {"fld_phone": "+000 000", "help_phones": "help@example", "cpj": "cpj.example", "unhcr": "unhcr.example"}
PING_KEY = bytes(range(32))


class Service:
    """The bot and its database; may be stopped and started again at any moment."""

    def __init__(self, folder: Path, world: World, server: EmulatorServer, clock: VirtualClock) -> None:
        self.folder = folder
        self.world = world
        self.server = server
        self.clock = clock
        self.keys: ThrowAway = make(folder, now=clock, random_bytes=random_bytes)
        self.url = f"sqlite:///{folder / 'panoh.db'}"
        self.database = Database(self.url)
        self.database.upgrade()
        self.parts: Parts = self._assemble()
        self._stop = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    def _assemble(self) -> Parts:
        place = Place(
            conversation=data("conversations") / "reprisal",
            locales=data("locales"),
            keyring=self.keys.keyring,
            root_fingerprint=self.keys.root_fingerprint,
            route_dir=self.folder / "route",
            ping_key=PING_KEY,
            operator="Test Desk",
            check_address="desk.example",
            contacts=CONTACTS,
            draft_hours=48,
            delete_hours=24,
        )
        return assemble(place, self.database, now=self.clock, random_bytes=random_bytes)

    def start(self) -> None:
        self._stop = asyncio.Event()
        line = Line(token=self.world.token, api=self.server.base_url, pace=Pace(chat_rate=1000.0, rate=10_000.0))
        self._serving = asyncio.get_running_loop().create_task(serve(self.parts, line, self._stop, now=self.clock))

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

    async def restart(self) -> None:
        """A new process: nothing of the old one but the database and the route keys."""
        await self.kill()
        await asyncio.to_thread(self.database.close)
        self.database = Database(self.url)
        self.parts = self._assemble()
        self.start()

    async def sweep(self) -> None:
        """Let what is due happen now."""
        await self.parts.sweeper.round()

    # -- staff ----------------------------------------------------------------------------------------------

    def queue(self) -> tuple[Case, ...]:
        return Casework(self.database, self.clock).list_cases()

    def opened(self, case: Case, into: str = "opened") -> dict[str, Any]:
        """Export a case and open it with the reviewer's private key."""
        out = self.folder / f"{into}-{case.reference}-{len(list(self.folder.iterdir()))}"
        Casework(self.database, self.clock).export(
            case.reference, out, "Test reviewer", deployment=self.parts.keyring.deployment
        )
        return dict(open_case(out, [self.keys.reviewer.identity]))

    def answers(self, case: Case) -> dict[str, Any]:
        """Return node to value of an opened case, after seeing that nothing in it is amiss."""
        opened = self.opened(case)
        assert opened["problems"] == []
        assert opened["unproven"] == []
        assert opened["sealed"] == []
        return {answer["node"]: answer["value"] for answer in opened["answers"]}


class Phone:
    """A person's phone, waiting for the bot as a person does."""

    def __init__(self, service: Service, person: Person, locale: str) -> None:
        self.service = service
        self.person = person
        self.locale = locale

    def label(self, key: str) -> str:
        """Return what stands on the button of a text key, in this person's language."""
        return self.service.parts.library.current.conversation.texts[self.locale][key]

    async def start(self) -> None:
        await self._answered(self.person.start)

    async def tap(self, *keys: str) -> None:
        """Press buttons one after the other, each by the text key of its label, as soon as it is to be seen."""
        for key in keys:
            label = self.label(key)
            await self.until(lambda label=label: any(label in shown.labels for shown in self.person.screen()))  # type: ignore[misc]
            await self._answered(lambda label=label: self.person.tap(label))  # type: ignore[misc]

    async def say(self, *texts: str) -> None:
        for text in texts:
            await self._answered(lambda text=text: self.person.send(text))  # type: ignore[misc]

    async def do(self, act: Callable[[], object]) -> None:
        await self._answered(act)

    async def until(self, holds: Callable[[], bool]) -> None:
        await self.service.server.until(holds, seconds=15)

    async def _answered(self, act: Callable[[], object]) -> None:
        """Act, and wait until the bot has answered with something new."""
        before = {shown.message_id for shown in self.person.history()}
        act()
        await self.until(
            lambda: any(
                shown.message_id not in before and not shown.incoming for shown in self.person.history()
            )
        )

    def sees(self, key: str) -> bool:
        """Tell whether a text stands in the chat, by its key; placeholders are ignored."""
        text = self.service.parts.library.current.conversation.texts[self.locale][key]
        fixed = max((piece for piece in _pieces(text)), key=len)
        return self.person.sees(fixed)

    def visible(self) -> str:
        return "\n---\n".join(shown.text for shown in self.person.screen())

    def last(self) -> Shown:
        shown = self.person.last()
        assert shown is not None
        return shown

    def code(self) -> str:
        """Return the return code that stands in the chat, as the person would write it down."""
        shown = next(shown for shown in reversed(self.person.screen()) if shown.spoilers)
        return shown.spoilers[0]


def _pieces(text: str) -> list[str]:
    import re

    return re.split(r"\{[a-z_]+\}", text)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Service]:
    """Run emulator and service until the test is done."""
    clock = VirtualClock()
    world = World(clock)
    async with EmulatorServer(world) as server:
        service = await asyncio.to_thread(Service, folder, world, server, clock)
        service.start()
        try:
            yield service
        finally:
            await service.stop()
            await asyncio.to_thread(service.database.close)


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
