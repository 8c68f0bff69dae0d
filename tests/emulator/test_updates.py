from datetime import timedelta

from bot.emulator import VirtualClock
from bot.emulator.updates import MESSAGE_LIFE, TAP_LIFE, Updates


def _updates(clock: VirtualClock, *queues: str) -> Updates:
    updates = Updates(clock, first_id=10)
    for queue in queues:
        updates.add("message", {"q": queue}, queue=queue, life=MESSAGE_LIFE)
    return updates


def _ids(bodies: list[dict[str, int]]) -> list[int]:
    return [body["update_id"] for body in bodies]


def test_a_higher_offset_confirms_what_lies_before() -> None:
    updates = _updates(VirtualClock(), "a", "b", "a")
    assert _ids(updates.take(offset=0, limit=2)) == [10, 11]
    assert _ids(updates.take(offset=0, limit=100)) == [10, 11, 12], "unconfirmed updates come again"
    assert _ids(updates.take(offset=12, limit=100)) == [12]
    assert _ids(updates.take(offset=0, limit=100)) == [12], "confirmed updates do not come again"


def test_a_negative_offset_keeps_the_end_and_forgets_the_rest() -> None:
    updates = _updates(VirtualClock(), "a", "a", "a")
    assert _ids(updates.take(offset=-1, limit=100)) == [12]
    assert len(updates.pending()) == 1


def test_a_tap_is_gone_after_150_seconds_and_a_message_after_24_hours() -> None:
    clock = VirtualClock()
    updates = _updates(clock, "a")
    updates.add("callback_query", {}, queue="taps", life=TAP_LIFE)
    clock.advance(seconds=149)
    assert len(updates.pending()) == 2
    clock.advance(seconds=1)
    assert _ids(updates.take(offset=0, limit=9)) == [10]
    clock.advance(hours=24)
    assert updates.pending() == ()


def test_of_each_queue_only_the_first_is_delivered_while_it_is_in_flight() -> None:
    updates = _updates(VirtualClock(), "a", "a", "b")
    assert [head.update_id for head in updates.heads(frozenset())] == [10, 12]
    assert [head.update_id for head in updates.heads(frozenset({"a"}))] == [12]
    updates.confirm(10)
    assert [head.update_id for head in updates.heads(frozenset())] == [11, 12]


def test_a_confirmed_update_can_be_repeated_with_its_id_once() -> None:
    updates = _updates(VirtualClock(), "a", "a")
    updates.take(offset=12, limit=9)
    updates.repeat(10)
    assert _ids(updates.take(offset=12, limit=9)) == [10]
    assert updates.take(offset=12, limit=9) == []


def test_a_repetition_reaches_a_webhook_too_and_ends_when_it_was_taken() -> None:
    updates = _updates(VirtualClock(), "a")
    updates.confirm(10)
    updates.repeat(10)
    assert [head.update_id for head in updates.heads(frozenset())] == [10]
    updates.confirm(10)
    assert updates.heads(frozenset()) == ()


def test_ids_have_gaps_and_may_begin_anew() -> None:
    updates = _updates(VirtualClock(), "a")
    updates.skip(5)
    assert updates.add("message", {}, queue="a", life=timedelta(hours=1)) == 16
    updates.rebase(3)
    assert updates.add("message", {}, queue="a", life=timedelta(hours=1)) == 3
    assert _ids(updates.take(offset=0, limit=9)) == [3, 10, 16]


def test_kinds_nobody_asked_for_are_never_queued() -> None:
    updates = _updates(VirtualClock())
    assert updates.add("chat_member", {}, queue="a", life=MESSAGE_LIFE) is None, "not in the default set"
    updates.allow(["message"])
    assert updates.add("callback_query", {}, queue="a", life=MESSAGE_LIFE) is None
    updates.allow([])
    assert updates.add("callback_query", {}, queue="a", life=MESSAGE_LIFE) is not None


def test_one_answer_can_come_in_reverse_order() -> None:
    updates = _updates(VirtualClock(), "a", "b")
    updates.reverse_next()
    assert _ids(updates.take(offset=0, limit=9)) == [11, 10]
    assert _ids(updates.take(offset=0, limit=9)) == [10, 11]


def test_dropping_forgets_everything() -> None:
    updates = _updates(VirtualClock(), "a", "b")
    updates.drop_all()
    assert updates.take(offset=0, limit=9) == []
