"""The numbered cases about what people send, edit, forward and command."""

from aiogram.methods import SendMessage

from bot.channels.defender.render import to_methods
from bot.channels.defender.translate import to_incoming
from bot.emulator import Person, World
from bot.ids import ChatId
from bot.intake.incoming import Blocked, Command, Incoming, Said, Unread
from bot.intake.turn import Turn
from tests.channels.cases import act, answers, came, case, kinds, said, talk, texts
from tests.channels.line import Line, until
from tests.channels.made_up import (
    ACCOUNT,
    MEDIA,
    PERSON,
    asks,
    body,
    edited,
    keyboard,
    member,
    message,
    ours,
)

# --------------------------------------------------------------------------------------------- input that does not fit


@case(1, "a sticker where text is asked")
def _() -> None:
    assert kinds("sticker") == {"other"}


@case(2, "a voice note where text is asked")
def _() -> None:
    assert kinds("voice") == {"voice"}


@case(3, "video note, video, audio")
def _() -> None:
    assert (kinds("video_note", "audio"), kinds("video")) == ({"voice"}, {"file"})


@case(4, "a photo where text is asked keeps the words under it")
def _() -> None:
    assert act(message(**MEDIA["photo"], caption="the door")) == Unread(kind="file", message_id=11, caption="the door")


@talk(5, "a file of more than 20 MB is never fetched")
async def _(line: Line, world: World, person: Person) -> None:
    person.document(size=25 * 2**20)
    assert await came(line, 1) == [Unread(kind="file", message_id=1)]
    await until(lambda: answers(world) == 1)
    assert world.asked("getFile") == ()


@case(6, "a compressed photo and the same as a file")
def _() -> None:
    assert kinds("photo", "document") == {"file"}


@talk(7, "an album gets one answer")
async def _(line: Line, world: World, person: Person) -> None:
    person.album(10)
    await until(lambda: not world.updates.pending())
    person.send("after it")
    await until(lambda: answers(world) == 2)


@talk(8, "a place is one act however long it is shared")
async def _(line: Line, world: World, person: Person) -> None:
    place = person.location(live=600)
    entry = world.entry(person.user_id, place.message_id)
    assert entry is not None
    for _ in range(20):
        world.tell("edited_message", entry)
    assert await came(line, 1) == [Unread(kind="location", message_id=place.message_id)]


@case(9, "a contact card leaves nothing of the third person")
def _() -> None:
    incoming = to_incoming(ACCOUNT, message(**MEDIA["contact"]))
    assert isinstance(incoming, Incoming)
    assert incoming.act == Unread(kind="card", message_id=11)


@case(10, "poll, dice, game, story, checklist, invoice, paid media and what nobody knows yet")
def _() -> None:
    assert kinds("poll", "dice", "game") == {"other"}
    # Malformed on purpose: a kind is seen by its name, whatever is in it.
    for kind in ("story", "checklist", "invoice", "successful_payment", "paid_media", "rich_message", "telepathy"):
        assert act(message(**{kind: {"x": 1}})) == Unread(kind="other", message_id=11), kind


@case(11, "spaces, zero-width and direction marks are no answer")
def _() -> None:
    for text in (" ", "\u200b\u200d", "\u200f\u202e", "\u2800"):
        assert act(message(text=text)) == Unread(kind="empty", message_id=11)


@talk(12, "a long paste arrives whole, in order, with ids and times to join it by")
async def _(line: Line, world: World, person: Person) -> None:
    story = "".join(f"{number:04} " for number in range(2000))
    posted = person.paste(story)
    found = await came(line, len(posted))
    assert "".join(texts(found)) == story.rstrip() or "".join(texts(found)) == story
    assert all(incoming.sent_at is not None for incoming in line.intake.came)


@case(13, "a text of any length the app allows is kept whole")
def _() -> None:
    assert said("ҳ" * 4096).text == "ҳ" * 4096


@case(16, "any language and any letters are taken as they are")
def _() -> None:
    for text in ("man natarsidam", "ghbdtn", "у мене забрали брата", "من", "O‘zbek tilida"):
        assert said(text).text == text


@case(17, "a link is text, and nobody fetches it")
def _() -> None:
    assert said("see http://example.invalid/x").text == "see http://example.invalid/x"
    (call,) = to_methods(Turn(messages=(asks("http://example.invalid"),)), ChatId(PERSON))
    assert isinstance(call.method, SendMessage)
    assert call.method.model_dump()["link_preview_options"]["is_disabled"] is True


@talk(18, "letters that look like markup stand as they are")
async def _(line: Line, world: World, person: Person) -> None:
    line.intake.turn = Turn(messages=(asks("<b>1 & 2</b> *a_b* `c` [d](e)"),))
    person.send("<b> & _")
    await until(lambda: answers(world) == 1)
    assert person.sees("<b>1 & 2</b> *a_b* `c` [d](e)")
    assert texts(await came(line, 1)) == ["<b> & _"]


# ----------------------------------------------------------------------------------- edits, deletes, replies, forwards


@case(31, "an edit names the message it replaces")
def _() -> None:
    assert act(edited(text="at dawn")) == Said(text="at dawn", message_id=11, edited=True)


@case(33, "a storm of edits from a moving place is nothing")
def _() -> None:
    assert act(edited(**MEDIA["location"])) is None


@talk(34, "a story that was deleted meanwhile does not keep the question away")
async def _(line: Line, world: World, person: Person) -> None:
    line.intake.turn = Turn(messages=(asks(reply_to=1),))
    first = person.send("They came at night.").message_id
    person.delete_message(first)
    await until(lambda: answers(world) == 1)
    assert person.last() is not None
    assert not person.sees("They came at night.")


@talk(35, "who blocked is told nothing more")
async def _(line: Line, world: World, person: Person) -> None:
    line.intake.turn = Turn(messages=(asks("1", owed=1), asks("2", owed=2)), ticket=line.intake.turn.ticket)
    person.send("hello")
    person.block()
    assert (await came(line, 2))[1] == Blocked()
    await until(lambda: line.intake.deliveries)
    assert line.intake.deliveries[0].unreachable
    assert answers(world) <= 2


@case(36, "unblocking says nothing by itself")
def _() -> None:
    assert act(member("member")) is None


@case(37, "an answer to an old question names that question")
def _() -> None:
    old = ours(message_id=3, reply_markup=keyboard("1.abc.0.p0"))
    assert said("later", reply_to_message=old) == Said(text="later", message_id=11, reply_to=3, reply_data="1.abc.0.p0")


@case(38, "a forward is marked and names nobody")
def _() -> None:
    origin = {"type": "user", "date": 1, "sender_user": {"id": 3, "is_bot": False, "first_name": "Third"}}
    assert said("told", forward_origin=origin) == Said(text="told", message_id=11, forwarded=True)
    assert said("/stop", forward_origin=origin).forwarded


@talk(39, "a forward whose author hides even the name breaks nothing")
async def _(line: Line, world: World, person: Person) -> None:
    person.forward("They came at night.", sender=None)
    found = (await came(line, 1))[0]
    assert found == Said(text="They came at night.", message_id=1, forwarded=True)


@talk(40, "twenty forwards at once arrive in order")
async def _(line: Line, world: World, person: Person) -> None:
    for number in range(20):
        person.forward(str(number))
    assert texts(await came(line, 20)) == [str(number) for number in range(20)]


@case(41, "a message by way of another bot is the person's")
def _() -> None:
    other = {"id": 3, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    assert said("words", via_bot=other).text == "words"


@case(42, "of a quotation only the own words count")
def _() -> None:
    quote = {"text": "old words", "position": 0}
    assert said("new words", quote=quote, reply_to_message=body(message_id=3, text="old words")).text == "new words"


# --------------------------------------------------------------------------------------------- commands and navigation


@case(44, "the payload of a link is dropped")
def _() -> None:
    assert act(message(text="/start case-17_x")) == Command(name="start", message_id=11)


@case(46, "the ways out work however they are written")
def _() -> None:
    for text in ("/stop", "/Stop", "/cancel", "/exit@some_bot", "/stop please"):
        assert act(message(text=text)) == Command(name="stop", message_id=11)
    assert said("/delete").text == "delete"


@case(47, "unknown commands, and /Start and /start@bot")
def _() -> None:
    assert act(message(text="/strat")) == Command(name="unknown", message_id=11)
    assert act(message(text="/Start")) == act(message(text="/start@x_bot")) == Command(name="start", message_id=11)


@talk(50, "a command behind an album waits its turn")
async def _(line: Line, world: World, person: Person) -> None:
    person.album(3)
    person.send("/menu")
    await until(lambda: answers(world) == 2)
    assert [type(incoming.act) for incoming in line.intake.came] == [Unread, Command]
