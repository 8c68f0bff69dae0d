"""One chat with the real intake, on a copy of an empty database, with throw-away keys and a clock moved by hand."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

import bot.app.intake
from bot.app.intake import Parts, Place, assemble
from bot.app.nature import random_bytes
from bot.channels.terminal.replay import Stage
from bot.demo.keys import ThrowAway, make
from bot.emulator.clock import VirtualClock
from bot.settings import data
from bot.store.database import Database

CONTACTS = {"fld_phone": "+000 000", "help_phones": "help@example", "cpj": "cpj.example", "unhcr": "unhcr.example"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every chat begins with."""

    keys: ThrowAway
    empty: Path


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Keys and an empty database made once; the conversation is read from its files once, then remembered."""
    folder = tmp_path_factory.mktemp("ground")
    keys = make(folder, now=VirtualClock(), random_bytes=random_bytes)
    empty = folder / "empty.db"
    database = Database(f"sqlite:///{empty}")
    database.upgrade()
    database.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app.intake, "read_conversation", cache(bot.app.intake.read_conversation))
        yield Ground(keys=keys, empty=empty)


@asynccontextmanager
async def chatting(ground: Ground, folder: Path) -> AsyncIterator[tuple[Parts, Stage]]:
    """Run the intake until the test is done."""
    clock = VirtualClock()
    file = folder / "panoh.db"
    shutil.copyfile(ground.empty, file)
    database = Database(f"sqlite:///{file}")
    place = Place(
        conversation=data("conversations") / "reprisal",
        locales=data("locales"),
        keyring=ground.keys.keyring,
        root_fingerprint=ground.keys.root_fingerprint,
        route_dir=folder / "route",
        ping_key=bytes(range(32)),
        operator="Test Desk",
        check_address="desk.example",
        contacts=CONTACTS,
        draft_hours=48,
        delete_hours=24,
    )

    def advance(step: timedelta) -> None:
        clock.advance(seconds=step.total_seconds())

    try:
        parts = assemble(place, database, now=clock, random_bytes=random_bytes)
        yield parts, Stage(intake=parts.intake, sweeper=parts.sweeper, now=clock, advance=advance)
    finally:
        await asyncio.to_thread(database.close)
