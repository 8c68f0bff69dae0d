"""What is slow and the same for every journey: the keys, an empty database, the conversation as it is read."""

from collections.abc import Iterator
from functools import cache

import pytest

import bot.app.intake
from bot.app.nature import random_bytes
from bot.demo.keys import make
from bot.emulator.clock import VirtualClock
from bot.store.database import Database
from tests.journeys.line import Shared


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Keys and an empty database made once; the conversation is read from its files once, then remembered."""
    folder = tmp_path_factory.mktemp("shared")
    keys = make(folder, now=VirtualClock(), random_bytes=random_bytes)
    empty = folder / "empty.db"
    database = Database(f"sqlite:///{empty}")
    database.upgrade()
    database.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app.intake, "read_conversation", cache(bot.app.intake.read_conversation))
        yield Shared(keys=keys, empty=empty)
