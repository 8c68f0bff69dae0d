import asyncio
from datetime import UTC, datetime, timedelta

from bot.channels.outage import Outage
from tests.channels.made_up import Raw, message, tap

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Watched:
    """An outage with a clock that is moved by hand, and a count of how often questions were asked again."""

    def __init__(self, *, failing: bool = False) -> None:
        self.now = START
        self.asked = 0
        self.failing = failing
        self.outage = Outage(now=lambda: self.now, after=self._ask)

    async def _ask(self) -> None:
        self.asked += 1
        if self.failing:
            raise RuntimeError

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def over(self) -> int:
        asyncio.run(self.outage.over())
        return self.asked

    def message_of(self, ago: float) -> None:
        raw = message(text="x")
        raw["message"]["date"] = int((self.now - timedelta(seconds=ago)).timestamp())
        self.outage.arrived(raw)


def test_two_minutes_without_the_messenger_lose_no_tap() -> None:
    watched = Watched()
    watched.outage.reached()
    watched.later(150)
    watched.outage.reached()
    assert watched.over() == 0


def test_after_a_longer_absence_open_questions_are_asked_again_once() -> None:
    watched = Watched()
    watched.outage.reached()
    watched.later(151)
    watched.outage.reached()
    assert watched.over() == 1
    watched.outage.reached()
    assert watched.over() == 1


def test_a_message_from_long_ago_tells_of_an_absence_before_the_start() -> None:
    watched = Watched()
    watched.message_of(ago=149)
    assert watched.over() == 0
    watched.message_of(ago=151)
    assert watched.over() == 1


def test_late_pieces_of_the_same_absence_ask_no_second_time() -> None:
    watched = Watched()
    watched.message_of(ago=600)
    assert watched.over() == 1
    watched.later(5)
    watched.message_of(ago=300)
    assert watched.over() == 1
    watched.later(1000)
    watched.message_of(ago=200)
    assert watched.over() == 2


def test_what_carries_no_time_tells_nothing() -> None:
    watched = Watched()
    odd: list[Raw] = [tap(), {"update_id": 1}, {"message": {"date": "yesterday"}}, {"message": []}]
    for raw in odd:
        watched.outage.arrived(raw)
    assert watched.over() == 0


def test_failing_to_ask_again_stops_nothing() -> None:
    watched = Watched(failing=True)
    watched.message_of(ago=600)
    assert watched.over() == 1
