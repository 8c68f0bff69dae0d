import pytest

from bot.emulator import Person, VirtualClock, World
from bot.emulator.refusals import RefusalError
from tests.emulator.asking import ask, keyboard, read_message


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(clock)


@pytest.fixture
def person(world: World) -> Person:
    person = world.user()
    person.start()
    return person


def _send(world: World, person: Person, text: str = "x", *labels: str) -> int:
    markup = {"reply_markup": keyboard(labels)} if labels else {}
    message_id: int = ask(world, "sendMessage", chat_id=person.user_id, text=text, **markup)["message_id"]
    return message_id


def _refusal(world: World, method: str, **fields: object) -> str:
    with pytest.raises(RefusalError) as caught:
        ask(world, method, **fields)
    return caught.value.description


def test_an_edit_changes_the_text_and_takes_the_keyboard_away(world: World, person: Person) -> None:
    sent = _send(world, person, "before", "Yes")
    body = ask(world, "editMessageText", chat_id=person.user_id, message_id=sent, text="after")
    read_message(body)
    shown = person.last()
    assert shown is not None
    assert (shown.text, shown.rows) == ("after", ())


def test_an_unchanged_edit_is_refused(world: World, person: Person) -> None:
    sent = _send(world, person, "same", "Yes")
    again = {"chat_id": person.user_id, "message_id": sent, "text": " same ", "reply_markup": keyboard(("Yes",))}
    assert _refusal(world, "editMessageText", **again).startswith("Bad Request: message is not modified: specified new")
    ask(world, "editMessageText", **(again | {"reply_markup": keyboard(("No",))}))


def test_only_what_is_there_and_ones_own_can_be_edited(world: World, person: Person) -> None:
    theirs = person.send("mine")
    fields = {"chat_id": person.user_id, "text": "y"}
    assert _refusal(world, "editMessageText", message_id=999, **fields) == "Bad Request: message to edit not found"
    refusal = _refusal(world, "editMessageText", message_id=theirs.message_id, **fields)
    assert refusal == "Bad Request: message can't be edited"


def test_a_keyboard_and_a_caption_can_be_edited_alone(world: World, person: Person) -> None:
    sent = _send(world, person, "x", "Yes")
    ask(world, "editMessageReplyMarkup", chat_id=person.user_id, message_id=sent)
    assert person.screen()[-1].rows == ()
    refusal = _refusal(world, "editMessageCaption", chat_id=person.user_id, message_id=sent, caption="c")
    assert refusal == "Bad Request: there is no caption in the message to edit"


def test_both_sides_messages_are_deleted_within_48_hours_only(
    world: World, person: Person, clock: VirtualClock
) -> None:
    mine, theirs, old = _send(world, person), person.send("secret").message_id, _send(world, person)
    for message_id in (mine, theirs):
        assert ask(world, "deleteMessage", chat_id=person.user_id, message_id=message_id) is True
    assert not person.sees("secret")
    refusal = _refusal(world, "deleteMessage", chat_id=person.user_id, message_id=theirs)
    assert refusal == "Bad Request: message to delete not found"
    clock.advance(hours=48)
    refusal = _refusal(world, "deleteMessage", chat_id=person.user_id, message_id=old)
    assert refusal == "Bad Request: message can't be deleted for everyone"


def test_many_are_deleted_at_once_skipping_what_is_gone(world: World, person: Person, clock: VirtualClock) -> None:
    old = _send(world, person)
    clock.advance(hours=47)
    young = _send(world, person)
    fields = {"chat_id": person.user_id}
    assert ask(world, "deleteMessages", message_ids=[young, 999], **fields) is True
    young = _send(world, person)
    clock.advance(hours=1)
    refusal = _refusal(world, "deleteMessages", message_ids=[old, young], **fields)
    assert refusal == "Bad Request: message can't be deleted for everyone"
    assert young in [shown.message_id for shown in person.screen()], "one that cannot be deleted stops all"
    refusal = _refusal(world, "deleteMessages", message_ids=list(range(1, 102)), **fields)
    assert refusal == "Bad Request: too many message identifiers specified"
    refusal = _refusal(world, "deleteMessages", message_ids=[], **fields)
    assert refusal == "Bad Request: message identifiers are not specified"


def test_a_tap_is_answered_once_and_soon(world: World, person: Person, clock: VirtualClock) -> None:
    _send(world, person, "x", "Yes")
    tapped = person.tap("Yes")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert ask(world, "answerCallbackQuery", callback_query_id=tapped.query_id, text="kept") is True
    assert person.toasts == ("kept",)
    assert _refusal(world, "answerCallbackQuery", callback_query_id=tapped.query_id) == too_old
    assert _refusal(world, "answerCallbackQuery", callback_query_id="1") == too_old
    late = person.tap("Yes")
    clock.advance(seconds=16)
    assert _refusal(world, "answerCallbackQuery", callback_query_id=late.query_id) == too_old


def test_a_toast_has_at_most_200_characters(world: World, person: Person) -> None:
    _send(world, person, "x", "Yes")
    query = person.tap("Yes").query_id
    refusal = _refusal(world, "answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert refusal == "Bad Request: MESSAGE_TOO_LONG"
    ask(world, "answerCallbackQuery", callback_query_id=query, text="x" * 200)


def test_a_group_can_be_left_and_then_not_written_to(world: World, person: Person) -> None:
    group = world.group("Made-up group", (person,))
    ask(world, "leaveChat", chat_id=group.chat_id)
    refusal = _refusal(world, "sendMessage", chat_id=group.chat_id, text="x")
    assert refusal == "Forbidden: bot is not a member of the group chat"
    assert _refusal(world, "leaveChat", chat_id=person.user_id).startswith("Bad Request")
