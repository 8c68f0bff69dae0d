"""Route keys: one a day, shared by workers, gone for good when their time is over."""

import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.nature import random_bytes
from bot.emulator.clock import VirtualClock
from bot.errors import SettingsError
from bot.intake.routes import KEY_BYTES, RouteKeys, days_kept

Worker = Callable[[], RouteKeys]
DAYS = 4


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def worker(tmp_path: Path, clock: VirtualClock) -> Worker:
    return lambda: RouteKeys(tmp_path / "route", now=clock, random_bytes=random_bytes, days=DAYS)


def test_keys_are_for_their_owner_only(worker: Worker, tmp_path: Path) -> None:
    worker().today()
    (file,) = (tmp_path / "route").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_workers_of_one_folder_share_the_days_key(worker: Worker) -> None:
    first, second = worker(), worker()
    assert first.today().key == second.today().key


def test_an_old_key_is_forgotten_by_every_worker(worker: Worker, clock: VirtualClock, tmp_path: Path) -> None:
    first, second = worker(), worker()
    day = clock().date()
    assert first.today().key == second.today().key
    clock.advance(days=DAYS + 1)
    assert first.forget_old() == 1
    assert second.forget_old() == 0, "the file is gone already"
    for each in (first, second):
        assert each.of_day(day) is None
        assert day not in {key.day for key in each.live()}
    assert not (tmp_path / "route" / f"{day}.key").exists()


def test_a_worker_killed_while_making_a_key_leaves_no_copy_of_it(
    worker: Worker, clock: VirtualClock, tmp_path: Path
) -> None:
    first = worker()
    first.today()
    folder = tmp_path / "route"
    (key,) = folder.iterdir()
    left = folder / ".0123456789abcdef.new"
    os.link(key, left)
    os.utime(left, (clock().timestamp(),) * 2)
    first.forget_old()
    assert left.exists(), "it may just be being made"
    clock.advance(hours=2)
    first.forget_old()
    assert not left.exists()
    assert key.exists()


def test_a_clock_set_back_over_midnight_still_finds_the_key_of_the_next_day(tmp_path: Path) -> None:
    evening = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
    hands = [evening]
    keys = RouteKeys(tmp_path, now=lambda: hands[-1], random_bytes=random_bytes, days=DAYS)
    keys.today()
    hands.append(evening + timedelta(seconds=2))
    tomorrow = keys.today()
    hands.append(evening)
    assert tomorrow in keys.live()


def test_a_file_that_is_no_key_is_refused_and_not_replaced(worker: Worker, clock: VirtualClock, tmp_path: Path) -> None:
    first = worker()
    spoilt = tmp_path / "route" / f"{clock().date()}.key"
    spoilt.write_bytes(b"short")
    with pytest.raises(SettingsError, match=str(KEY_BYTES)):
        first.today()
    assert spoilt.read_bytes() == b"short"


@pytest.mark.parametrize(("hours", "days"), [(25, 3), (48, 3), (49, 4), (168, 8)])
def test_a_key_outlives_the_drafts_of_its_day_by_one_day_and_no_more(hours: int, days: int) -> None:
    assert days_kept(hours) == days
