"""The whole line for a test: the emulator over HTTP, the real service, and staff with their keys.

The clock is virtual; the wait between a person's act and the bot's answer is real and ends with the answer.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app.intake import Parts, Place, assemble
from bot.app.nature import random_bytes
from bot.app.serving import Line, serve, sweep_once
from bot.casework.service import Casework
from bot.channels.defender.router import Router
from bot.channels.defender.sender import Sender, connect
from bot.channels.pace import Pace
from bot.demo.keys import ThrowAway
from bot.emulator.clock import VirtualClock
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.engine.conversation import Conversation
from bot.offline.cases import open_case
from bot.settings import data
from bot.store.database import Database
from bot.store.values import Case

CONTACTS = {"fld_phone": "+000 000", "help_phones": "help@example", "cpj": "cpj.example", "unhcr": "unhcr.example"}
PING_KEY = bytes(range(32))
NOBODYS = frozenset({"alembic_version", "keyring", "salt", "sqlite_sequence"})
"""Tables that say nothing about anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every journey begins with."""

    keys: ThrowAway
    empty: Path


class Service:
    """The bot and its database; may be stopped and started again at any moment."""

    def __init__(self, shared: Shared, folder: Path, world: World, server: EmulatorServer, clock: VirtualClock) -> None:
        self.folder = folder
        self.world = world
        self.server = server
        self.clock = clock
        self.keys = shared.keys
        self.file = folder / "panoh.db"
        shutil.copyfile(shared.empty, self.file)
        self.database = Database(f"sqlite:///{self.file}")
        self.parts: Parts = self._assemble()
        self.exports = 0
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

    @property
    def conversation(self) -> Conversation:
        return self.parts.library.current.conversation

    def _line(self) -> Line:
        return Line(token=self.world.token, api=self.server.base_url, pace=Pace(chat_rate=1000.0, rate=10_000.0))

    def start(self) -> None:
        self._stop = asyncio.Event()
        serving = serve(self.parts, self._line(), self._stop, now=self.clock)
        self._serving = asyncio.get_running_loop().create_task(serving)

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
        self.database = Database(f"sqlite:///{self.file}")
        self.parts = self._assemble()
        self.start()

    async def later(self, **step: float) -> None:
        """Let time pass while the service is up and reaches the messenger; what falls due, happens."""
        await self.stop()
        self.clock.advance(**step)
        await self.sweep()
        self.start()

    async def sweep(self) -> None:
        """Let what is due happen now, and be seen in the chats."""
        line = self._line()
        telegram = connect(line.token, line.api)
        try:
            router = Router(account=line.account, intake=self.parts.intake, sender=Sender(telegram, pace=line.pace))
            await sweep_once(self.parts, router)
        finally:
            await telegram.session.close()

    # -- staff ----------------------------------------------------------------------------------------------

    def casework(self) -> Casework:
        return Casework(self.database, self.clock)

    def queue(self) -> tuple[Case, ...]:
        return self.casework().list_cases()

    def opened(self, case: Case) -> dict[str, Any]:
        """Export a case, open it with the reviewer's private key, and see that nothing in it is amiss."""
        self.exports += 1
        out = self.folder / f"opened-{self.exports}"
        self.casework().export(case.reference, out, "Test reviewer", deployment=self.parts.keyring.deployment)
        opened = dict(open_case(out, [self.keys.reviewer.identity]))
        assert opened["problems"] == []
        assert opened["unproven"] == []
        assert opened["sealed"] == []
        return opened

    # -- at rest --------------------------------------------------------------------------------------------

    def rows(self) -> dict[str, int]:
        """Return how many rows every table that could say something about somebody holds, where it holds any."""
        with closing(sqlite3.connect(self.file)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  our own names
                for name in names
                if name not in NOBODYS
            }
        assert {"drafts", "objects", "cases", "updates", "mailboxes", "replies", "audit"} <= set(counts)
        return {name: count for name, count in counts.items() if count}


@asynccontextmanager
async def running(shared: Shared, folder: Path) -> AsyncIterator[Service]:
    """Run emulator and service until the test is done."""
    clock = VirtualClock()
    world = World(clock)
    async with EmulatorServer(world) as server:
        service = Service(shared, folder, world, server, clock)
        service.start()
        try:
            yield service
        finally:
            await service.stop()
            await asyncio.to_thread(service.database.close)
