"""The keyring in use: a changed file is taken when it can be trusted, and otherwise nothing changes."""

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import log
from bot.app.keyrings import KeyringFile
from bot.app.nature import random_bytes
from bot.emulator.clock import VirtualClock
from bot.engine.conversation import Compartment
from bot.errors import KeyringError
from bot.offline.cards import card_of
from bot.offline.keyfiles import Key, KeyRole, new_key
from bot.offline.root import next_keyring, sign_keyring
from bot.sealing.keyring import Keyring
from bot.store.database import Database
from tests.databases import migrated_sqlite


@dataclass(frozen=True, kw_only=True)
class Place:
    """A keyring file, who may sign it, and the database that remembers its serial."""

    file: Path
    root: Key
    first: Keyring
    database: Database
    clock: VirtualClock

    def put(self, keyring: Keyring, root: Key | None = None) -> None:
        before = self.file.stat().st_mtime_ns if self.file.exists() else 0
        self.file.write_bytes(sign_keyring(keyring, root or self.root))
        os.utime(self.file, ns=(before + 1_000_000_000,) * 2)

    def opened(self) -> KeyringFile:
        return KeyringFile(self.file, root_fingerprint=self.root.public, database=self.database, now=self.clock)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    clock = VirtualClock()
    until = clock() + timedelta(days=60)
    root, reviewer, spare = (new_key(role, role.value, until, random_bytes) for role in KeyRole)
    cards = [card_of(key, tuple(Compartment)) for key in (reviewer, spare)]
    first = next_keyring(None, cards, now=clock(), days=30, random_bytes=random_bytes)
    made = Place(file=tmp_path / "keyring", root=root, first=first, database=migrated_sqlite(tmp_path), clock=clock)
    made.put(replace(first, serial=5))
    yield made
    made.database.close()


def in_use(keyring: KeyringFile) -> int:
    found = keyring.current()
    assert found is not None
    return found.serial


def test_the_next_keyring_is_taken_into_use(place: Place) -> None:
    keyring = place.opened()
    place.put(replace(place.first, serial=6))
    keyring.look_again()
    assert in_use(keyring) == 6


def test_an_older_keyring_is_never_used_again_not_even_after_a_restart(place: Place) -> None:
    keyring = place.opened()
    place.put(replace(place.first, serial=4))
    keyring.look_again()
    assert in_use(keyring) == 5
    with pytest.raises(KeyringError, match="serial 4"):
        place.opened()


def test_a_keyring_of_another_root_is_not_used(place: Place) -> None:
    keyring = place.opened()
    stranger = new_key(KeyRole.ROOT, "stranger", place.clock() + timedelta(days=60), random_bytes)
    place.put(replace(place.first, serial=6), stranger)
    keyring.look_again()
    assert in_use(keyring) == 5


def test_a_keyring_of_another_deployment_is_not_used_and_does_not_shut_out_the_right_one(place: Place) -> None:
    keyring = place.opened()
    place.put(replace(place.first, serial=9, deployment=bytes(16)))
    keyring.look_again()
    assert in_use(keyring) == 5
    place.put(replace(place.first, serial=6))
    keyring.look_again()
    assert in_use(keyring) == 6
    assert in_use(place.opened()) == 6


def test_a_keyring_that_is_gone_leaves_the_one_in_use(place: Place) -> None:
    keyring = place.opened()
    place.file.unlink()
    keyring.look_again()
    assert in_use(keyring) == 5


@contextmanager
def logged() -> Iterator[list[dict[str, object]]]:
    """Collect what is logged."""
    lines: list[dict[str, object]] = []
    stream = io.StringIO()
    log.start("INFO", stream)
    try:
        yield lines
    finally:
        log.stop()
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_end_is_announced_while_serving_once_for_each_day_that_was_named(place: Place) -> None:
    place.put(replace(place.first, serial=6, not_after=place.clock() + timedelta(days=40)))
    with logged() as lines:
        keyring = place.opened()
        for _ in range(4 * 42):
            place.clock.advance(hours=6)
            keyring.look_again()
    warned = [line["days_left"] for line in lines if line["event"] == "KeyringExpiring"]
    assert warned == [30, 14, 7, 1, -1, -2], "and each day of grace"


def test_a_refused_file_and_the_end_of_the_one_in_use_are_each_said_once(place: Place) -> None:
    with logged() as lines:
        keyring = place.opened()
        place.put(replace(place.first, serial=4))
        for _ in range(3):
            keyring.look_again()
            assert in_use(keyring) == 5
        place.clock.advance(days=45)
        for _ in range(3):
            keyring.look_again()
            assert keyring.current() is None
    assert [line["reason"] for line in lines if line["event"] == "IntakeClosed"] == ["refused", "expired"]
