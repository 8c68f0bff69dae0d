import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.channels.defender.router import Router
from bot.emulator import Person, VirtualClock, World
from bot.emulator.faults import Slow
from bot.errors import StoreError
from bot.ids import ChatId
from bot.intake.incoming import Incoming, Tap
from bot.intake.turn import Ticket, Turn
from tests.channels.line import client, emulated, sender, until
from tests.channels.made_up import Raw, StandIn, asks


@dataclass
class Post:
    """A router whose updates are taken out of the emulator by hand."""

    world: World
    person: Person
    intake: StandIn
    router: Router
    log: list[str] = field(default_factory=list)

    def waiting(self) -> list[Raw]:
        updates = [update.body for update in self.world.updates.pending()]
        self.world.updates.drop_all()
        return updates

    async def pass_on(self) -> None:
        for raw in self.waiting():
            await self.router.on_update(raw, lambda: self.log.append("committed"))

    def texts(self) -> list[str]:
        return [shown.text for shown in self.person.screen() if not shown.incoming]


@asynccontextmanager
async def post(intake: StandIn | None = None) -> AsyncIterator[Post]:
    world = World(VirtualClock())
    standing = intake or StandIn()
    async with emulated(world) as url, client(world, url) as telegram:
        router = Router(account=telegram.id, intake=standing, sender=sender(telegram))
        yield Post(world, world.user(), standing, router)


def test_a_message_is_handled_committed_answered_and_reported_in_this_order() -> None:
    async def run() -> None:
        intake = StandIn()
        async with post(intake) as one:
            seen: list[tuple[int, int, int]] = []
            one.person.send("They came at night.")
            (raw,) = one.waiting()
            await one.router.on_update(
                raw, lambda: seen.append((len(intake.committed), len(one.texts()), len(intake.deliveries)))
            )
            assert seen == [(1, 0, 0)]
            last = one.person.last()
            assert last is not None
            assert [dict(delivery.sent) for delivery in intake.deliveries] == [{1: last.message_id}]

    asyncio.run(run())


def test_a_turn_without_a_ticket_is_not_reported() -> None:
    async def run() -> None:
        intake = StandIn(turn=Turn(messages=(asks(owed=None),)))
        async with post(intake) as one:
            one.person.start()
            await one.pass_on()
            assert one.texts() == ["A question?"]
            assert intake.deliveries == []

    asyncio.run(run())


def test_a_tap_is_answered_with_the_toast() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.start()
            await one.pass_on()
            one.intake.turn = Turn(toast="Already kept.")
            one.person.tap("Yes")
            await one.pass_on()
            assert one.person.toasts == ("Already kept.",)
            assert isinstance(one.intake.came[-1].act, Tap)

    asyncio.run(run())


def test_a_tap_whose_turn_takes_long_is_answered_before_it_is_done() -> None:
    async def run() -> None:
        release = asyncio.Event()
        async with post() as one:
            one.person.start()
            await one.pass_on()
            query = one.person.tap("Yes").query_id

            async def slowly(_: Incoming) -> None:
                await release.wait()

            one.intake.before = slowly
            async with asyncio.TaskGroup() as group:
                group.create_task(one.pass_on())
                await until(lambda: one.world.queries[query].answered)
                assert len(one.intake.committed) == 1
                release.set()

    asyncio.run(run())


def test_a_tap_whose_turn_fails_is_answered_and_the_failure_comes_out_unwrapped() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.start()
            await one.pass_on()
            query = one.person.tap("Yes").query_id

            async def fail(_: Incoming) -> None:
                raise StoreError("disk full")

            one.intake.before = fail
            one.log.clear()
            with pytest.raises(StoreError):
                await one.pass_on()
            assert one.log == []
            assert one.world.queries[query].answered

    asyncio.run(run())


def test_a_tap_that_means_nothing_is_answered_all_the_same() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.start()
            await one.pass_on()
            query = one.person.tap("Yes").query_id
            (raw,) = one.waiting()
            del raw["callback_query"]["data"]
            raw["callback_query"]["game_short_name"] = "x"
            await one.router.on_update(raw, lambda: None)
            assert one.world.queries[query].answered
            assert len(one.intake.came) == 1

    asyncio.run(run())


def test_an_album_is_answered_once_and_words_under_any_picture_arrive() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.album(5)
            one.person.album(3)
            one.person.photo(group="77")
            one.person.photo(group="77", caption="the door")
            await one.pass_on()
            assert len(one.texts()) == len(one.intake.came) == 4

    asyncio.run(run())


def test_an_album_whose_first_picture_failed_is_answered_at_the_next() -> None:
    async def run() -> None:
        async with post() as one:

            async def fail(_: Incoming) -> None:
                raise StoreError("disk full")

            one.intake.before = fail
            one.person.album(2)
            first, second = one.waiting()
            with pytest.raises(StoreError):
                await one.router.on_update(first, lambda: None)
            one.intake.before = None
            await one.router.on_update(second, lambda: None)
            assert len(one.texts()) == 1

    asyncio.run(run())


def test_a_group_is_left_without_a_word() -> None:
    async def run() -> None:
        async with post() as one:
            one.world.group("Sample", (one.person,))
            await one.pass_on()
            assert [asked.method for asked in one.world.outbox] == ["leaveChat"]
            assert one.intake.came == []

    asyncio.run(run())


def test_what_cannot_be_read_is_committed_and_logged_without_content(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with post() as one:
            one.world.inject({"telepathy": {"text": "secret words"}})
            await one.pass_on()
            assert one.log == ["committed"]
            assert one.intake.came == []

    asyncio.run(run())
    records = " ".join(str(vars(record)) for record in caplog.records)
    assert "UpdateSetAside" in records
    assert "secret" not in records


def test_of_several_answers_that_wait_only_the_newest_question_is_shown_and_nothing_that_stays_is_lost() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.start()
            one.waiting()
            one.world.fail("sendMessage", Slow(seconds=0.3))
            chat = ChatId(one.person.user_id)
            ticket = Ticket(chat=chat, draft=b"d", revision=1)
            turns = [
                Turn(messages=(asks("1"),), ticket=ticket),
                Turn(messages=(asks("2"), asks("contacts", stays=True)), ticket=ticket),
                Turn(messages=(asks("3"),), ticket=ticket),
                Turn(messages=(asks("4"),), ticket=ticket),
            ]
            async with asyncio.TaskGroup() as group:
                for turn in turns:
                    group.create_task(one.router.deliver(chat, turn))
            assert one.texts() == ["1", "contacts", "4"]
            assert [len(delivery.sent) for delivery in one.intake.deliveries] == [1, 1, 0, 1]

    asyncio.run(run())


def test_topics_of_a_private_chat_are_answered_in_place() -> None:
    async def run() -> None:
        async with post() as one:
            one.person.content({"text": "x", "message_thread_id": 4, "is_topic_message": True})
            await one.pass_on()
            (asked,) = one.world.asked("sendMessage")
            assert str(asked.parameters["message_thread_id"]) == "4"

    asyncio.run(run())
