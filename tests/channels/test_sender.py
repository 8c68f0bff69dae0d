import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiogram import Bot
from aiogram.methods import SendMessage

from bot.channels.defender.render import to_methods
from bot.channels.defender.sender import Sender, connect
from bot.channels.pace import Pace
from bot.emulator import Person, VirtualClock, World
from bot.emulator.faults import Cut, Fault, Refuse, ServerError, TooMany
from bot.ids import ChatId
from bot.intake.turn import Delivery, Message, Turn
from tests.channels.line import Pauses, client, emulated, sender
from tests.channels.made_up import asks


@dataclass
class Desk:
    """A started chat and a sender to it."""

    world: World
    person: Person
    telegram: Bot
    sender: Sender
    pauses: Pauses
    clock: VirtualClock

    async def deliver(self, *messages: Message, remove: tuple[int, ...] = ()) -> Delivery:
        return await self.sender.deliver(
            to_methods(Turn(messages=messages, remove=remove), ChatId(self.person.user_id))
        )

    def texts(self) -> list[str]:
        return [shown.text for shown in self.person.screen() if not shown.incoming]

    def newest(self) -> int:
        last = self.person.last()
        assert last is not None
        return last.message_id


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    clock = VirtualClock()
    world = World(clock)
    person = world.user()
    person.start()
    pauses = Pauses()
    async with emulated(world) as url, client(world, url) as telegram:
        yield Desk(world, person, telegram, sender(telegram, pauses), pauses, clock)


def at_the_desk(test: Callable[[Desk], Awaitable[None]]) -> Callable[[], None]:
    """Run a test in its own loop with a fresh desk."""

    async def run() -> None:
        async with desk() as one:
            await test(one)

    def wrapped() -> None:
        asyncio.run(run())

    return wrapped


@at_the_desk
async def test_messages_arrive_in_order_and_their_ids_come_back(desk: Desk) -> None:
    delivery = await desk.deliver(asks("first", owed=1), asks("contacts", owed=2, stays=True))
    first, contacts = (shown.message_id for shown in desk.person.screen() if not shown.incoming)
    assert desk.texts() == ["first", "contacts"]
    assert delivery == Delivery(sent={1: first, 2: contacts}, stays=frozenset({contacts}))


@at_the_desk
async def test_the_ids_of_all_pieces_of_a_long_message_come_back(desk: Desk) -> None:
    delivery = await desk.deliver(asks("word " * 2000))
    shown = [one.message_id for one in desk.person.screen() if not one.incoming]
    assert len(shown) == 3
    assert set(delivery.sent.values()) == set(shown)
    assert delivery.sent[1] == shown[-1]


@at_the_desk
async def test_what_a_call_leaves_open_is_protected_and_without_preview(desk: Desk) -> None:
    await desk.telegram(SendMessage(chat_id=desk.person.user_id, text="http://example.invalid"))
    last = desk.person.last()
    assert last is not None
    assert (last.protected, last.preview) == (True, False)


@at_the_desk
async def test_what_is_removed_is_reported_and_what_is_gone_already_counts_as_removed(desk: Desk) -> None:
    sent = (await desk.deliver(asks())).sent[1]
    assert sent is not None
    delivery = await desk.deliver(remove=(sent, 999))
    assert delivery.removed == {sent, 999}
    assert desk.texts() == []


@at_the_desk
async def test_one_message_that_cannot_be_deleted_any_more_does_not_keep_the_others(desk: Desk) -> None:
    old = (await desk.deliver(asks("old"))).sent[1]
    desk.clock.advance(hours=48)
    new = [(await desk.deliver(asks(f"new {number}"))).sent[1] for number in range(5)]
    ids = tuple(number for number in (*new[:2], old, *new[2:]) if number is not None)
    delivery = await desk.deliver(remove=ids)
    assert delivery.removed == set(new)
    assert desk.texts() == ["old"]


@at_the_desk
async def test_429_is_waited_out_and_the_message_comes_once(desk: Desk) -> None:
    desk.world.fail("sendMessage", TooMany(retry_after=7))
    delivery = await desk.deliver(asks("once"))
    assert desk.pauses.seconds == [7.0]
    assert desk.texts() == ["once"]
    assert delivery.sent == {1: desk.newest()}


@at_the_desk
async def test_a_wait_that_is_too_long_leaves_this_screen_and_later_ones_owed(desk: Desk) -> None:
    desk.world.fail("sendMessage", TooMany(retry_after=3600))
    delivery = await desk.deliver(asks("first", owed=1), asks("second", owed=2))
    assert delivery.sent == {1: None, 2: None}
    assert desk.texts() == []
    assert desk.pauses.seconds == []


@pytest.mark.parametrize("fault", [Cut(done=True), ServerError(status=502, done=True), ServerError(status=500)])
def test_a_message_that_may_have_arrived_is_unknown_and_not_repeated(fault: Fault) -> None:
    async def run() -> None:
        async with desk() as one:
            one.world.fail("sendMessage", fault)
            delivery = await one.deliver(asks("code", owed=1), asks("next", owed=2))
            assert delivery.sent == {1: None, 2: one.newest()}
            assert len(one.world.asked("sendMessage")) <= 2
            assert one.texts().count("code") <= 1

    asyncio.run(run())


def test_a_message_that_surely_did_not_leave_is_tried_again_and_then_left_owed() -> None:
    async def run() -> None:
        pauses = Pauses()
        # Nobody listens on the discard port of this machine.
        telegram = connect(World(VirtualClock()).token, "http://127.0.0.1:9")
        try:
            delivery = await sender(telegram, pauses).deliver(to_methods(Turn(messages=(asks(),)), ChatId(1)))
        finally:
            await telegram.session.close()
        assert delivery == Delivery(sent={1: None})
        assert pauses.seconds == [0.5, 1.0, 2.0]

    asyncio.run(run())


@pytest.mark.parametrize("fault", [Cut(), ServerError(status=502), ServerError(status=502, done=True)])
def test_deleting_is_repeated_until_it_is_done(fault: Fault) -> None:
    async def run() -> None:
        async with desk() as one:
            await one.deliver(asks())
            one.world.fail("deleteMessages", fault, times=2)
            message_id = one.newest()
            delivery = await one.deliver(remove=(message_id,))
            assert delivery.removed == {message_id}
            assert one.texts() == []

    asyncio.run(run())


@pytest.mark.parametrize("away", ["block", "deactivate"])
def test_nobody_is_written_to_who_is_gone(away: str) -> None:
    async def run() -> None:
        async with desk() as one:
            getattr(one.person, away)()
            delivery = await one.deliver(asks("first", owed=1), asks("second", owed=2))
            assert delivery == Delivery(sent={1: None, 2: None}, unreachable=True)
            assert len(one.world.asked("sendMessage")) == 1

    asyncio.run(run())


@at_the_desk
async def test_who_never_started_a_chat_is_unreachable(desk: Desk) -> None:
    stranger = desk.world.user()
    calls = to_methods(Turn(messages=(asks(),)), ChatId(stranger.user_id))
    assert (await desk.sender.deliver(calls)).unreachable


@pytest.mark.parametrize(
    "words",
    ["message is not modified: specified new message content is the same", "message to delete not found"],
)
def test_what_is_already_as_it_should_be_is_no_failure(words: str) -> None:
    async def run() -> None:
        async with desk() as one:
            one.world.fail("deleteMessages", Refuse(code=400, description=f"Bad Request: {words}"))
            assert (await one.deliver(remove=(77,))).removed == {77}

    asyncio.run(run())


@at_the_desk
async def test_what_the_messenger_will_never_take_is_owed_no_more(desk: Desk) -> None:
    desk.world.fail("sendMessage", Refuse(code=400, description="Bad Request: BUTTON_DATA_INVALID"))
    delivery = await desk.deliver(asks("first", owed=1), asks("second", owed=2))
    assert delivery.sent == {2: desk.newest()}


@at_the_desk
async def test_a_refused_token_leaves_everything_owed(desk: Desk) -> None:
    desk.world.fail("sendMessage", Refuse(code=401, description="Unauthorized"), times=2)
    assert (await desk.deliver(asks())).sent == {1: None}


@at_the_desk
async def test_a_tap_that_is_too_old_to_be_answered_is_nobodys_loss(desk: Desk) -> None:
    await desk.deliver(asks())
    tapped = desk.person.tap("Yes")
    desk.clock.advance(minutes=5)
    await desk.sender.answer(tapped.query_id, "Already kept.")
    await desk.sender.answer("never-was", None)
    assert desk.person.toasts == ()


@at_the_desk
async def test_a_reply_to_a_forward_of_somebody_hidden_is_sent_and_its_id_known(desk: Desk) -> None:
    forward = desk.person.forward("They came at night.", sender=None)
    delivery = await desk.deliver(asks(reply_to=forward.message_id))
    assert delivery.sent == {1: desk.newest()}


def test_the_pace_is_kept_before_anything_is_sent() -> None:
    async def run() -> None:
        async with desk() as one:
            pauses = Pauses()
            paced = Sender(one.telegram, pace=Pace(chat_rate=1, chat_burst=1), pause=pauses)
            turn = Turn(messages=(asks("a"), asks("b"), asks("c")))
            await paced.deliver(to_methods(turn, ChatId(one.person.user_id)))
            assert pauses.seconds == pytest.approx([1.0, 2.0], abs=0.9)

    asyncio.run(run())


def test_no_token_chat_or_text_gets_into_any_log_record(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> tuple[str, str]:
        async with desk() as one:
            for fault in (Cut(), TooMany(retry_after=3600), Refuse(code=400, description="Bad Request: secret words")):
                one.world.fail("sendMessage", fault)
                await one.deliver(asks("secret words"))
            one.person.block()
            await one.deliver(asks("secret words"))
            await one.sender.answer("4001", "secret words")
            return one.world.token, str(one.person.user_id)

    with caplog.at_level(logging.DEBUG):
        token, chat = asyncio.run(run())
    written = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "SendGivenUp" in written
    for secret in (token, token.split(":")[1], chat, "secret words"):
        assert secret not in written
