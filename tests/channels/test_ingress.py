import asyncio
from collections.abc import Callable

import pytest

from bot.channels.ingress import Ingress
from bot.channels.updates import Raw
from bot.errors import ChannelError, StoreError
from tests.channels.made_up import PERSON, SENDER, message, tap


def written(update_id: int, chat: int = PERSON) -> Raw:
    return message(
        update_id, text=str(update_id), chat={"id": chat, "type": "private"}, **{"from": SENDER | {"id": chat}}
    )


class Turns:
    """Stands where the router stands: commits each update, unless told otherwise, and remembers the order."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.committed: list[int] = []
        self.answered: list[int] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.hold_answers: dict[int, asyncio.Event] = {}
        self.failures: dict[int, list[Exception]] = {}
        self.broken: Exception | None = None

    async def on_update(self, raw: Raw, committed: Callable[[], None]) -> None:
        update_id = raw["update_id"]
        self.begun.append(update_id)
        await self.hold.wait()
        if self.broken is not None:
            raise self.broken
        if self.failures.get(update_id):
            raise self.failures[update_id].pop(0)
        self.committed.append(update_id)
        committed()
        if update_id in self.hold_answers:
            await self.hold_answers[update_id].wait()
        self.answered.append(update_id)


async def all_of(ingress: Ingress, *raws: Raw) -> None:
    for done in [await ingress.take(raw) for raw in raws]:
        await asyncio.shield(done)


def test_receive_returns_only_after_the_commit() -> None:
    async def run() -> None:
        turns = Turns()
        async with Ingress(turns.on_update) as ingress:
            turns.hold.clear()
            receiving = asyncio.create_task(ingress.receive(written(1)))
            await asyncio.sleep(0.01)
            assert not receiving.done()
            turns.hold.set()
            await receiving
            assert turns.committed == [1]

    asyncio.run(run())


def test_receive_does_not_wait_for_the_answer_to_leave() -> None:
    async def run() -> None:
        turns = Turns()
        turns.hold_answers[1] = asyncio.Event()
        async with Ingress(turns.on_update) as ingress:
            await ingress.receive(written(1))
            assert (turns.committed, turns.answered) == ([1], [])
            turns.hold_answers[1].set()
        assert turns.answered == [1]

    asyncio.run(run())


def test_messages_and_taps_of_one_chat_are_done_one_after_the_other_in_order() -> None:
    async def run() -> None:
        turns = Turns()
        turns.hold.clear()
        async with Ingress(turns.on_update) as ingress:
            taken = [await ingress.take(raw) for raw in (written(1), tap(2), written(3), written(4, chat=8))]
            await asyncio.sleep(0.01)
            assert turns.begun == [1, 4]
            turns.hold.set()
            await asyncio.wait(taken)
        assert [update for update in turns.committed if update != 4] == [1, 2, 3]

    asyncio.run(run())


def test_a_chat_whose_answers_are_stuck_keeps_nobody_waiting() -> None:
    async def run() -> None:
        turns = Turns()
        stuck = asyncio.Event()
        turns.hold_answers = dict.fromkeys(range(1, 50), stuck)
        async with Ingress(turns.on_update) as ingress:
            async with asyncio.timeout(10):
                await all_of(ingress, *(written(number) for number in range(1, 50)), written(50, chat=8))
            assert len(turns.committed) == 50
            stuck.set()

    asyncio.run(run())


def test_the_same_update_twice_is_done_once() -> None:
    async def run() -> None:
        turns = Turns()
        async with Ingress(turns.on_update) as ingress:
            await all_of(ingress, written(1), written(1))
            await ingress.receive(written(1))
        assert turns.begun == [1]

    asyncio.run(run())


def test_out_of_order_and_low_numbers_are_all_done() -> None:
    async def run() -> None:
        turns = Turns()
        async with Ingress(turns.on_update) as ingress:
            await all_of(ingress, written(900), written(5), written(901), written(4))
        assert turns.committed == [900, 5, 901, 4]

    asyncio.run(run())


def test_an_update_that_fails_is_tried_once_more() -> None:
    async def run() -> None:
        turns = Turns()
        turns.failures[1] = [RuntimeError()]
        async with Ingress(turns.on_update) as ingress:
            await ingress.receive(written(1))
        assert (turns.begun, turns.committed) == ([1, 1], [1])

    asyncio.run(run())


def test_an_update_that_fails_twice_is_set_aside_by_id_and_kind(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        turns = Turns()
        turns.failures[1] = [RuntimeError("secret words"), RuntimeError("secret words")]
        async with Ingress(turns.on_update) as ingress:
            await all_of(ingress, written(1), written(2))
        assert turns.committed == [2]

    asyncio.run(run())
    events = [str(vars(record).get("event")) for record in caplog.records]
    assert any("UpdateSetAside(update=1, kind='message')" in event for event in events)
    assert not any("secret" in event for event in events)


def test_the_person_is_told_once_when_their_update_was_set_aside() -> None:
    told: list[int] = []

    async def sorry(raw: Raw) -> None:
        told.append(raw["update_id"])
        raise RuntimeError("this too may fail")

    async def run() -> None:
        turns = Turns()
        turns.failures = {1: [RuntimeError(), RuntimeError()], 2: [RuntimeError()], 3: [StoreError(), StoreError()]}
        async with Ingress(turns.on_update, sorry) as ingress:
            await all_of(ingress, written(1), written(2))
            with pytest.raises(StoreError):
                await ingress.receive(written(3))
        assert turns.committed == [2]

    asyncio.run(run())
    assert told == [1], "what succeeds the second time, or is to come again, needs no excuse"


def test_a_failing_database_confirms_nothing_and_the_update_may_come_again() -> None:
    async def run() -> None:
        turns = Turns()
        turns.broken = StoreError("disk full")
        async with Ingress(turns.on_update) as ingress:
            for _ in range(10):
                with pytest.raises(StoreError):
                    await ingress.receive(written(1))
            assert turns.committed == []
            turns.broken = None
            await ingress.receive(written(1))
            assert turns.committed == [1]

    asyncio.run(run())


def test_what_the_person_did_afterwards_does_not_overtake_what_must_come_again() -> None:
    async def run() -> None:
        turns = Turns()
        turns.failures[1] = [StoreError(), StoreError()]
        async with Ingress(turns.on_update) as ingress:
            taken = [await ingress.take(written(number)) for number in (1, 2, 3)]
            await asyncio.wait(taken)
            assert [type(done.exception()) for done in taken] == [StoreError] * 3
            await all_of(ingress, written(1), written(2), written(3))
        assert turns.committed == [1, 2, 3]

    asyncio.run(run())


def test_an_update_that_always_breaks_the_database_is_set_aside_when_others_get_through() -> None:
    async def run() -> None:
        turns = Turns()
        turns.failures[1] = [StoreError() for _ in range(100)]
        async with Ingress(turns.on_update) as ingress:
            for number in range(2, 7):
                taken = [await ingress.take(written(1)), await ingress.take(written(number, chat=8))]
                await asyncio.wait(taken)
                assert isinstance(taken[0].exception(), StoreError)
            await ingress.receive(written(1))
        assert turns.committed == [2, 3, 4, 5, 6]

    asyncio.run(run())


def test_closing_waits_for_answers_under_way() -> None:
    async def run() -> None:
        turns = Turns()
        turns.hold_answers[1] = asyncio.Event()
        async with Ingress(turns.on_update) as ingress:
            await ingress.receive(written(1))
            asyncio.get_running_loop().call_later(0.05, turns.hold_answers[1].set)
        assert turns.answered == [1]

    asyncio.run(run())


def test_an_answer_that_fails_after_the_commit_is_nobodys_update_again(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[int]:
        begun: list[int] = []

        async def on_update(raw: Raw, committed: Callable[[], None]) -> None:
            begun.append(raw["update_id"])
            committed()
            raise RuntimeError("secret words")

        async with Ingress(on_update) as ingress:
            await all_of(ingress, written(1), written(2))
        return begun

    assert asyncio.run(run()) == [1, 2]
    assert "secret" not in " ".join(str(vars(record)) for record in caplog.records)


def test_lanes_are_dropped_when_idle() -> None:
    async def run() -> None:
        turns = Turns()
        async with Ingress(turns.on_update) as ingress:
            await all_of(ingress, *(written(number, chat=number) for number in range(1, 1000)))
            await asyncio.sleep(0.01)
            assert ingress._lanes == {}  # noqa: SLF001  the promise is about memory

    asyncio.run(run())


def test_closing_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.ingress._CLOSING_SECONDS", 0.05)

    async def run() -> None:
        turns = Turns()
        turns.hold_answers[1] = asyncio.Event()
        async with asyncio.timeout(5):
            async with Ingress(turns.on_update) as ingress:
                await ingress.receive(written(1))
        assert (turns.committed, turns.answered) == ([1], [])

    asyncio.run(run())


def test_cutting_off_confirms_nothing_that_was_not_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.ingress._CLOSING_SECONDS", 0.05)

    async def run() -> None:
        turns = Turns()
        turns.hold.clear()
        async with Ingress(turns.on_update) as ingress:
            taken = [await ingress.take(written(number)) for number in (1, 2)]
        assert turns.committed == []
        assert all(done.cancelled() or done.exception() is not None for done in taken)

    asyncio.run(run())


def test_an_error_of_whoever_serves_comes_out_as_it_is() -> None:
    async def run() -> None:
        turns = Turns()
        turns.hold_answers[1] = asyncio.Event()
        turns.hold_answers[1].set()

        async def serve() -> None:
            async with Ingress(turns.on_update) as ingress:
                await ingress.receive(written(1))
                raise ChannelError("the token is refused")

        with pytest.raises(ChannelError):
            await serve()
        assert turns.answered == [1]

    asyncio.run(run())
