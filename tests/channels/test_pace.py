import pytest

from bot.channels.pace import Pace


def leaving(pace: Pace, chats: list[int], now: float = 0.0) -> list[float]:
    return [now + pace.wait(chat, now) for chat in chats]


def test_a_burst_leaves_at_once_and_then_one_a_second() -> None:
    times = leaving(Pace(chat_rate=1, chat_burst=3), [1] * 6)
    assert times == pytest.approx([0, 0, 0, 1, 2, 3])


def test_a_quiet_chat_may_burst_again() -> None:
    pace = Pace(chat_rate=1, chat_burst=2)
    leaving(pace, [1] * 2)
    assert leaving(pace, [1] * 3, now=10) == pytest.approx([10, 10, 11])


def test_one_chat_does_not_slow_another() -> None:
    pace = Pace(chat_rate=1, chat_burst=1)
    assert leaving(pace, [1, 1, 2]) == pytest.approx([0, 1, 0])


def test_all_chats_together_keep_the_overall_rate() -> None:
    times = leaving(Pace(rate=10, burst=10), list(range(30)))
    assert all(sum(start <= time < start + 1 for time in times) <= 20 for start in range(3))
    assert max(times) == pytest.approx(2.0)


def test_chats_that_are_quiet_again_are_forgotten() -> None:
    pace = Pace()
    for number in range(5000):
        pace.wait(number, now=float(number))
    assert len(pace._chats) < 1100  # noqa: SLF001  the promise is about memory
