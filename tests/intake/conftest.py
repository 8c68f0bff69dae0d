"""What is slow and the same for every test of the intake: keys, an empty database, the conversation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.intake import read_conversation
from bot.app.nature import random_bytes
from bot.demo.keys import make
from bot.emulator.clock import VirtualClock
from bot.engine.conversation import Conversation
from bot.sealing.keyring import read_keyring
from bot.settings import data
from tests.databases import database_url, migrated_sqlite, postgresql
from tests.intake.desk import Desk, Made

__all__ = ["database_url", "postgresql"]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    clock = VirtualClock()
    keys = make(folder, now=clock, random_bytes=random_bytes)
    keyring = read_keyring(keys.keyring.read_bytes(), keys.root_fingerprint, clock(), lowest_serial=0)
    migrated_sqlite(folder).close()
    conversation = read_conversation(data("conversations") / "reprisal", data("locales"))
    return Made(keys=keys, keyring=keyring, conversation=conversation, empty=folder / "panoh.db")


@pytest.fixture
def desk(made: Made, tmp_path: Path) -> Iterator[Desk]:
    """An installation on SQLite."""
    opened = Desk(made, tmp_path / "desk")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def spoken(made: Made) -> Conversation:
    """The conversation with its texts in every language."""
    return made.conversation
