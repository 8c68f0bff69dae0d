"""The intake on a database of its own, and staff with their key: everything real but the clock and the messenger."""

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.app.nature import random_bytes
from bot.casework.service import Casework
from bot.demo.keys import ThrowAway
from bot.emulator.clock import VirtualClock
from bot.engine.conversation import Conversation
from bot.ids import RandomBytes
from bot.intake.library import Library
from bot.intake.routes import RouteKeys
from bot.intake.service import Intake, Keys
from bot.intake.sweep import Round, Sweeper
from bot.intake.wording import Wording
from bot.offline.cases import open_case
from bot.sealing.keyring import Keyring
from bot.store.database import Database
from bot.store.values import Case
from tests.intake.phone import Phone

T = TypeVar("T")

CONTACTS = {"fld_phone": "+000 000", "help_phones": "help@example", "cpj": "cpj.example", "unhcr": "unhcr.example"}
DELETE_AFTER = timedelta(hours=24)
SALT = bytes(range(32))
"""Of the return codes."""
NOBODYS = frozenset({"alembic_version", "keyring", "salt", "sqlite_sequence"})
"""Tables that say nothing about anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is slow to make and the same for every test of this room."""

    keys: ThrowAway
    keyring: Keyring
    conversation: Conversation
    empty: Path


@dataclass(slots=True)
class Switch:
    """Holds the keyring in use; ``None`` is what an expired one looks like to the intake."""

    keyring: Keyring | None = field(repr=False)

    def __call__(self) -> Keyring | None:
        return self.keyring


class Desk:
    """One installation of the defender's side; may be restarted at any moment."""

    def __init__(self, made: Made, folder: Path, *, url: str | None = None, chance: RandomBytes = random_bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.made = made
        self.chance = chance
        self.folder = folder
        self.clock = VirtualClock()
        self.keyring = Switch(made.keyring)
        self.conversation = made.conversation
        self.file = folder / "panoh.db"
        if url is None:
            shutil.copyfile(made.empty, self.file)
            url = f"sqlite:///{self.file}"
        self.url = url
        self._exports = itertools.count(1)
        self.database = Database(url)
        self.intake, self.sweeper, self.routes = self._assemble()

    def _assemble(self) -> tuple[Intake, Sweeper, RouteKeys]:
        return assembled(self, self.database)

    # -- the person -----------------------------------------------------------------------------------------------

    def phone(self, chat: int = 7) -> Phone:
        return Phone(self.intake, chat, now=self.clock)

    def text(self, key: str, locale: str = "en") -> str:
        return self.conversation.texts[locale][key]

    def restart(self, *phones: Phone) -> None:
        """A new process on the same database and route keys; whatever was in memory is gone."""
        self.database.close()
        self.database = Database(self.url)
        self.intake, self.sweeper, self.routes = self._assemble()
        for phone in phones:
            phone.moved_to(self.intake)

    async def sweep(self) -> Round:
        return await self.sweeper.round()

    # -- staff ----------------------------------------------------------------------------------------------------

    def queue(self) -> tuple[Case, ...]:
        return Casework(self.database, self.clock).list_cases()

    def opened(self, case: Case) -> dict[str, Any]:
        """Export a case, open it with the reviewer's private key, and see that nothing in it is amiss."""
        out = self.folder / f"opened-{next(self._exports)}"
        deployment = self.made.keyring.deployment
        Casework(self.database, self.clock).export(case.reference, out, "Test reviewer", deployment=deployment)
        opened = dict(open_case(out, [self.made.keys.reviewer.identity]))
        shutil.rmtree(out)
        assert opened["problems"] == [], opened["problems"]
        assert opened["unproven"] == []
        assert opened["sealed"] == []
        return opened

    def written(self, case: Case) -> dict[str, str]:
        """Return what the person wrote, by question."""
        return {row["node"]: row["value"] for row in self.opened(case)["answers"] if not row["labels"]}

    # -- at rest --------------------------------------------------------------------------------------------------

    def rows(self) -> dict[str, int]:
        """Return how many rows every table that could say something about somebody holds, where it holds any."""
        with closing(sqlite3.connect(self.file)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  our own names
                for name in names
                if name not in NOBODYS
            }
        return {name: count for name, count in counts.items() if count}

    def close(self) -> None:
        self.database.close()


def assembled(desk: Desk, database: Database) -> tuple[Intake, Sweeper, RouteKeys]:
    """Put a process together, as ``bot.app.intake`` does."""
    routes = RouteKeys(desk.folder / "route", now=desk.clock, random_bytes=desk.chance, days=4)
    intake = Intake(
        database=database,
        library=Library(desk.conversation),
        routes=routes,
        keyring=desk.keyring,
        keys=Keys(ping=bytes(32), lock=bytes(range(32)), salt=SALT),
        wording=Wording(operator="Test Desk", check_address="desk.example", contacts=CONTACTS, until_duty=lambda: None),
        now=desk.clock,
        random_bytes=desk.chance,
        deployment=desk.made.keyring.deployment,
        delete_after=DELETE_AFTER,
    )
    sweeper = Sweeper(database=database, intake=intake, routes=routes, now=desk.clock)
    return intake, sweeper, routes


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(coroutine)
