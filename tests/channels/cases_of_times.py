"""The numbered cases about taps, time, identity and what goes wrong on the way."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiogram.methods import SendMessage

from bot.channels.defender.render import to_methods
from bot.channels.defender.translate import Leave, to_incoming
from bot.channels.updates import chat_of
from bot.emulator import Person, VirtualClock, World
from bot.emulator.faults import Cut, Refuse, TooMany
from bot.errors import ChannelError
from bot.ids import ChatId
from bot.intake.incoming import Command, Incoming, Said, Tap, Unread
from bot.intake.turn import Turn
from tests.channels.cases import act, answers, came, case, talk, texts
from tests.channels.line import Line, emulated, polled, until
from tests.channels.made_up import (
    ACCOUNT,
    MEDIA,
    OURSELVES,
    PERSON,
    SENDER,
    SENT,
    StandIn,
    asks,
    body,
    message,
    tap,
)

# ---------------------------------------------------------------------------------------------------------------- taps


@talk(20, "both of two quick taps are answered")
async def _(line: Line, world: World, person: Person) -> None:
    person.start()
    await until(person.last)
    queries = [person.tap("Yes").query_id, person.tap("Yes").query_id]
    await came(line, 3)
    await until(lambda: all(world.queries[query].answered for query in queries))


@case(23, "a tap whose message cannot be seen any more")
def _() -> None:
    gone = {"chat": {"id": PERSON, "type": "private"}, "message_id": 9, "date": 0}
    assert act(tap(message=gone)) == act(tap(message=None)) == Tap(data="1.abc.1.p0", message_id=None)


@talk(24, "a tap and a text at the same time are done one after the other")
async def _(line: Line, world: World, person: Person) -> None:
    busy = 0

    async def alone(_: Incoming) -> None:
        nonlocal busy
        busy += 1
        assert busy == 1
        await asyncio.sleep(0)
        busy -= 1

    person.start()
    await until(person.last)
    line.intake.before = alone
    person.tap("Yes")
    person.send("yes")
    assert [type(one) for one in await came(line, 3)] == [Command, Tap, Said]


@case(25, "after more than 150 seconds away the open question comes again")
def _() -> None:
    async def run() -> None:
        clock = VirtualClock()
        world = World(clock)
        person = world.user()
        async with emulated(world) as url:
            async with polled(world, url, StandIn()):
                person.start()
                await until(person.last)
            person.tap("Yes")
            person.send("are you there")
            clock.advance(seconds=160)
            async with polled(world, url, StandIn()) as line:
                await until(lambda: line.asked_again)
                assert [type(incoming.act) for incoming in line.intake.came] == [Said]

    asyncio.run(run())


@talk(26, "a tap that is answered too late stops nothing")
async def _(line: Line, world: World, person: Person) -> None:
    person.start()
    await until(person.last)
    world.fail("answerCallbackQuery", Refuse(code=400, description="Bad Request: query is too old"))
    person.tap("Yes")
    await until(lambda: answers(world) == 2)


@case(27, "whatever a changed app puts into a button is a tap and nothing more")
def _() -> None:
    for data in ("", "x" * 5000, "\x00\ud800", "0.ffffff.0.0.pzz", "1." + "9" * 60, "☃"):
        found = act(tap(data=data))
        assert isinstance(found, Tap)
        assert len(found.data) <= 64
        found.data.encode()


@talk(28, "somebody else's tap is answered and ignored")
async def _(line: Line, world: World, person: Person) -> None:
    person.start()
    await until(person.last)
    query = person.tap("Yes").query_id
    (waiting,) = world.updates.pending()
    world.updates.drop_all()
    forged = waiting.body["callback_query"] | {"from": SENDER | {"id": PERSON + 1}}
    world.inject({"callback_query": forged})
    await until(lambda: world.queries[query].answered)
    await came(line, 1)


@talk(30, "only buttons under messages are ever sent, so none is left behind")
async def _(line: Line, world: World, person: Person) -> None:
    person.send("yes")
    await until(lambda: answers(world) == 1)
    assert person.chat.keyboard is None


# --------------------------------------------------------------------------------------------------- time and presence


@talk(53, "what is older than two days is reported as still there")
async def _(line: Line, world: World, person: Person) -> None:
    person.send("old")
    await until(lambda: answers(world) == 1)
    clock = world.now
    assert isinstance(clock, VirtualClock)
    clock.advance(hours=49)
    line.intake.turn = Turn(remove=(1, 2, 3), messages=(), ticket=line.intake.turn.ticket)
    person.send("new")
    await until(lambda: len(line.intake.deliveries) == 2)
    assert line.intake.deliveries[1].removed == {3}


@case(54, "what was written while nobody served is taken in order, with its own times")
def _() -> None:
    async def run() -> None:
        clock = VirtualClock()
        world = World(clock)
        person = world.user()
        for number in range(5):
            person.send(str(number))
            clock.advance(minutes=10)
        async with emulated(world) as url, polled(world, url, StandIn()) as line:
            assert texts(await came(line, 5)) == [str(number) for number in range(5)]
            times = [incoming.sent_at for incoming in line.intake.came]
            assert times == sorted(time for time in times if time)
            await until(lambda: line.asked_again)
            assert len(line.asked_again) == 1

    asyncio.run(run())


@case(57, "the time is the messenger's, not ours")
def _() -> None:
    incoming = to_incoming(ACCOUNT, message(text="x"))
    assert isinstance(incoming, Incoming)
    assert incoming.sent_at == datetime.fromtimestamp(SENT, UTC)


@case(58, "of answers that wait only the newest question is shown")
def _() -> None:
    turn = Turn(messages=(asks("old"), asks("contacts", stays=True)))
    calls = to_methods(turn, ChatId(PERSON), superseded=True)
    assert [call.method.text for call in calls if isinstance(call.method, SendMessage)] == ["contacts"]


# -------------------------------------------------------------------------------------------------- identity and chats


@case(59, "names and their changes are never read")
def _() -> None:
    named = SENDER | {"first_name": "👻", "last_name": "Changed", "username": "changed"}
    plain = {"id": PERSON, "is_bot": False, "first_name": ""}
    assert to_incoming(ACCOUNT, message(text="x", **{"from": named})) == to_incoming(
        ACCOUNT, message(text="x", **{"from": plain})
    )


@talk(60, "an account that is gone closes the channel")
async def _(line: Line, world: World, person: Person) -> None:
    person.send("x")
    person.deactivate()
    await until(lambda: line.intake.deliveries)
    assert line.intake.deliveries[0].unreachable


@talk(61, "a group is left at once without a word")
async def _(line: Line, world: World, person: Person) -> None:
    world.group("Sample", (person,))
    await until(lambda: world.asked("leaveChat"))
    assert (answers(world), line.intake.came) == (0, [])


@case(62, "anonymous administrators and channels say nothing here")
def _() -> None:
    channel = {"id": -5, "type": "channel", "title": "Sample"}
    assert act(message(text="x", sender_chat=channel)) is None
    assert to_incoming(ACCOUNT, {"update_id": 1, "channel_post": body(chat=channel, text="x")}) == Leave(chat=-5)


@case(63, "bots are not answered")
def _() -> None:
    assert act(message(text="x", **{"from": SENDER | {"is_bot": True}})) is None
    assert act(message(text="x", **{"from": OURSELVES})) is None


@case(64, "business and guest messages are dropped")
def _() -> None:
    assert act(message(text="x", business_connection_id="b")) is None
    assert act(message(text="x", guest_query_id="g")) is None
    for kind in ("business_message", "guest_message", "edited_business_message"):
        assert to_incoming(ACCOUNT, {"update_id": 1, kind: body(text="x")}) is None


@case(65, "a topic of a private chat is answered in the topic, as the same chat")
def _() -> None:
    (call,) = to_methods(Turn(messages=(asks(),)), ChatId(PERSON), thread=4)
    assert isinstance(call.method, SendMessage)
    assert call.method.message_thread_id == 4
    assert chat_of(message(text="x", message_thread_id=4, is_topic_message=True)) == PERSON


@talk(66, "two accounts are two chats")
async def _(line: Line, world: World, person: Person) -> None:
    other = world.user()
    person.send("x")
    other.send("x")
    await came(line, 2)
    assert {incoming.chat for incoming in line.intake.came} == {person.user_id, other.user_id}


# -------------------------------------------------------------------------------------------------- transport failures


@talk(68, "the same update twice is answered once")
async def _(line: Line, world: World, person: Person) -> None:
    posted = person.send("x")
    await until(lambda: answers(world) == 1)
    assert posted.update_id is not None
    world.redeliver(posted.update_id)
    person.send("y")
    await until(lambda: answers(world) == 2)
    assert texts(await came(line, 2)) == ["x", "y"]


@talk(69, "gaps and another order assume nothing")
async def _(line: Line, world: World, person: Person) -> None:
    other = world.user()
    world.updates.skip(1000)
    world.updates.reverse_next()
    person.send("x")
    other.send("y")
    person.send("z")
    assert sorted(texts(await came(line, 3))) == ["x", "y", "z"]


@talk(70, "429 delays the answer and repeats nothing")
async def _(line: Line, world: World, person: Person) -> None:
    world.fail("sendMessage", TooMany(retry_after=9))
    person.send("x")
    await until(lambda: line.intake.deliveries)
    assert (line.pauses.seconds, len(person.screen())) == ([9.0], 2)


@talk(71, "a message that may have arrived is unknown and never doubled")
async def _(line: Line, world: World, person: Person) -> None:
    world.fail("sendMessage", Cut(done=True))
    person.send("x")
    await until(lambda: line.intake.deliveries)
    assert line.intake.deliveries[0].sent == {1: None}
    assert len(person.screen()) == 2


@talk(72, "what is as it should be already is no failure")
async def _(line: Line, world: World, person: Person) -> None:
    line.intake.turn = Turn(remove=(1,), ticket=line.intake.turn.ticket)
    world.fail("deleteMessages", Refuse(code=400, description="Bad Request: message is not modified"))
    person.send("x")
    await until(lambda: line.intake.deliveries)
    assert line.intake.deliveries[0].removed == {1}


@talk(73, "what cannot be deleted is told apart from what is gone")
async def _(line: Line, world: World, person: Person) -> None:
    line.intake.turn = Turn(remove=(1, 77), ticket=line.intake.turn.ticket)
    for _ in range(2):
        world.fail("deleteMessages", Refuse(code=400, description="Bad Request: message can't be deleted"))
    person.send("x")
    await until(lambda: line.intake.deliveries)
    assert line.intake.deliveries[0].removed == {77}


@case(74, "no file is fetched, so no address of one can expire")
def _() -> None:
    incoming = to_incoming(ACCOUNT, message(**MEDIA["document"]))
    assert isinstance(incoming, Incoming)
    assert incoming.act == Unread(kind="file", message_id=11)


@case(75, "a file's own name and type are not believed, nor read")
def _() -> None:
    liar = {"document": MEDIA["document"]["document"] | {"file_name": "a.jpg", "mime_type": "image/jpeg"}}
    assert act(message(**liar)) == Unread(kind="file", message_id=11)


@case(76, "a token that is refused ends the service")
def _() -> None:
    async def run() -> None:
        world = World(VirtualClock())
        world.fail("getUpdates", Refuse(code=401, description="Unauthorized"))
        async with emulated(world) as url, polled(world, url, StandIn()):
            await asyncio.Event().wait()

    with pytest.raises(BaseExceptionGroup) as caught:
        asyncio.run(run())
    assert caught.group_contains(ChannelError)


@talk(77, "a burst after a blockade is taken in order")
async def _(line: Line, world: World, person: Person) -> None:
    for number in range(60):
        person.send(str(number))
    assert texts(await came(line, 60)) == [str(number) for number in range(60)]


@talk(78, "everything is a new message of plain text with buttons; nothing is edited")
async def _(line: Line, world: World, person: Person) -> None:
    person.start()
    await until(person.last)
    line.intake.turn = Turn(messages=(asks("next"),), remove=(2,))
    person.tap("Yes")
    await until(lambda: person.sees("next"))
    used = {asked.method.lower() for asked in world.outbox}
    assert used <= {"deletewebhook", "getupdates", "sendmessage", "deletemessages", "answercallbackquery"}


@talk(79, "one who floods slows nobody else")
async def _(line: Line, world: World, person: Person) -> None:
    other = world.user()
    world.fail("sendMessage", TooMany(retry_after=30))
    for number in range(150):
        person.send(str(number))
    other.send("hello")
    await until(lambda: any(not shown.incoming for shown in other.screen()))
    await came(line, 151)
