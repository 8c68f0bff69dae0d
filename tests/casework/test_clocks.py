"""When the next step is due: by level, from where the clock began, standing still while it is the person's turn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.casework import clocks
from bot.engine.conversation import Level
from bot.store.values import Status
from tests.made_up import case

BEGAN = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (Level.CRITICAL, datetime(2026, 11, 23, 15, 0, tzinfo=UTC)),
        (Level.HIGH, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
        (Level.MEDIUM, datetime(2026, 11, 26, 14, 0, tzinfo=UTC)),
        (Level.ROUTINE, datetime(2026, 12, 3, 14, 0, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("status", [Status.WAITING, Status.CLAIMED])
def test_each_level_has_its_time(level: Level, due: datetime, status: Status) -> None:
    mine = case(urgency=level, status=status, clock_since=BEGAN)
    assert clocks.due(mine) == due
    assert not clocks.overdue(mine, due)
    assert clocks.overdue(mine, due + timedelta(seconds=1))


@pytest.mark.parametrize(
    "changes",
    [{"paused": True}, {"status": Status.CLOSED}, {"clock_since": None}, {"paused": True, "status": Status.CLAIMED}],
)
def test_nothing_is_due_while_staff_owe_nothing(changes: dict[str, object]) -> None:
    mine = case(**{"urgency": Level.CRITICAL, "clock_since": BEGAN, **changes})
    assert clocks.due(mine) is None
    assert not clocks.overdue(mine, BEGAN + timedelta(days=1000))


@pytest.mark.parametrize("level", Level)
def test_the_holder_who_reads_owes_the_next_step_from_then_on(level: Level) -> None:
    read = BEGAN + timedelta(days=30)
    mine = case(urgency=level, clock_since=BEGAN)
    assert clocks.after_reading(mine, read, by_holder=True) == read


@pytest.mark.parametrize("level", Level)
def test_a_look_by_somebody_who_does_not_take_it_stops_no_clock(level: Level) -> None:
    mine = case(urgency=level, clock_since=BEGAN)
    late = BEGAN + clocks.TARGETS[level] + timedelta(minutes=1)
    looked = case(urgency=level, clock_since=clocks.after_reading(mine, late, by_holder=False))
    assert clocks.overdue(looked, late + timedelta(seconds=1)), "what was overdue stays so"
    early = BEGAN + timedelta(minutes=2)
    looked = case(urgency=level, clock_since=clocks.after_reading(mine, early, by_holder=False))
    assert clocks.due(looked) == early + clocks.TARGETS[level] / 4


def test_a_look_keeps_no_minute_of_the_arrival() -> None:
    looked = BEGAN + timedelta(minutes=40)
    clock = {
        clocks.after_reading(case(urgency=Level.CRITICAL, clock_since=at), looked, by_holder=False)
        for at in (BEGAN, BEGAN + timedelta(minutes=17), BEGAN + timedelta(minutes=38))
    }
    assert len(clock) == 1


def test_a_closed_case_says_when_it_is_erased() -> None:
    assert clocks.erased_on(case(closed_at=BEGAN), timedelta(days=30)) == date(2026, 12, 23)
    assert clocks.erased_on(case(), timedelta(days=30)) is None
