from typing import Any

import pytest
import telegram
from aiogram.types import InaccessibleMessage, Update
from pydantic import ValidationError

from bot.emulator import Person, PhoneError, VirtualClock, World
from tests.emulator.asking import ask, keyboard, read_update


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(clock)


@pytest.fixture
def person(world: World) -> Person:
    return world.user("Sample", language_code="tg")


def _send(world: World, person: Person, *labels: str) -> int:
    body = ask(world, "sendMessage", chat_id=person.user_id, text="?", reply_markup=keyboard(labels))
    message_id: int = body["message_id"]
    return message_id


def _news(world: World) -> list[dict[str, Any]]:
    return [update.body for update in world.updates.pending()]


def test_everything_a_person_sends_is_read_by_both_libraries(world: World, person: Person) -> None:
    asked = person.start("payload")
    person.send("салом", reply_to=asked.message_id)
    person.voice()
    person.photo(caption="c")
    person.document()
    person.sticker()
    person.video_note()
    person.location()
    person.location(live=600)
    person.contact()
    person.forward("words")
    person.forward("words", sender=None, hidden=False)
    person.album(3, caption="c")
    person.content({"dice": {"emoji": "🎲", "value": 3}})
    person.edit(asked.message_id, "/start other")
    _send(world, person, "Yes")
    person.tap("Yes")
    person.block()
    news = _news(world)
    assert len(news) == 19
    for body in news:
        ours, theirs = read_update(body)
        assert ours.update_id == theirs.update_id == body["update_id"]
        if theirs.effective_message is not None:
            assert not theirs.effective_message.api_kwargs, "a field python-telegram-bot does not know"
    assert Update.model_validate(news[0]).message is not None
    last = telegram.Update.de_json(news[-1], None)
    assert last.my_chat_member is not None
    assert last.my_chat_member.new_chat_member.status == "kicked"


def test_a_forward_without_a_name_is_what_no_library_decodes(world: World, person: Person) -> None:
    person.forward("old words", sender=None)
    body = _news(world)[0]
    assert body["message"]["forward_origin"]["type"] == "hidden_user"
    with pytest.raises(ValidationError):
        Update.model_validate(body)
    with pytest.raises(TypeError, match="sender_user_name"):
        telegram.Update.de_json(body, None)


def test_any_object_can_be_put_in_the_queue(world: World, person: Person) -> None:
    person.start()
    first = world.inject({"message": {"nonsense": True}})
    assert world.inject({"update_id": 5}) == 5
    assert first in [update.update_id for update in world.updates.pending()]
    assert person.send("x").update_id == first + 1


def test_a_stale_button_still_carries_what_it_carried(world: World, person: Person) -> None:
    person.start()
    asked = _send(world, person, "Old")
    ask(world, "editMessageText", chat_id=person.user_id, message_id=asked, text="!", reply_markup=keyboard(("New",)))
    with pytest.raises(PhoneError):
        person.tap("Old")
    person.tap("Old", message_id=asked)
    ask(world, "deleteMessage", chat_id=person.user_id, message_id=asked)
    person.tap("New", message_id=asked)
    before, after = _news(world)[-2:]
    assert before["callback_query"]["data"] == "Old"
    ours, theirs = read_update(after)
    assert ours.callback_query is not None
    assert isinstance(ours.callback_query.message, InaccessibleMessage)
    assert theirs.callback_query is not None
    assert theirs.callback_query.message is not None
    assert not theirs.callback_query.message.is_accessible


def test_a_double_tap_is_two_updates_with_two_queries(world: World, person: Person) -> None:
    person.start()
    _send(world, person, "Yes")
    first, second = person.tap("Yes"), person.tap("Yes")
    assert first.update_id != second.update_id
    assert first.query_id != second.query_id


def test_a_forged_tap_carries_any_data(world: World, person: Person) -> None:
    person.start()
    _send(world, person, "Yes")
    person.tap(data="forged")
    assert _news(world)[-1]["callback_query"]["data"] == "forged"


def test_taps_and_texts_are_in_different_queues(world: World, person: Person) -> None:
    person.start()
    _send(world, person, "Yes")
    person.tap("Yes")
    person.send("x")
    queues = [update.queue for update in world.updates.pending()]
    assert queues[0] == queues[2] != queues[1]


def test_what_waits_does_not_change_when_the_message_is_edited(world: World, person: Person) -> None:
    posted = person.send("first")
    person.edit(posted.message_id, "second")
    first, second = _news(world)
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("first", "second")
    assert "edit_date" in second["edited_message"]


def test_only_an_own_text_that_is_there_can_be_edited(world: World, person: Person) -> None:
    posted = person.send("x")
    ask(world, "deleteMessage", chat_id=person.user_id, message_id=posted.message_id)
    for message_id in (posted.message_id, _send(world, person, "Yes"), person.sticker().message_id):
        with pytest.raises(PhoneError):
            person.edit(message_id, "y")


def test_deleting_the_chat_tells_nobody_and_leaves_nothing_to_edit(world: World, person: Person) -> None:
    person.start()
    _send(world, person, "Yes")
    waiting = len(_news(world))
    person.delete_chat()
    assert person.screen() == ()
    assert len(_news(world)) == waiting
    assert all(shown.gone_at is not None for shown in person.history())


def test_deleting_the_chat_on_one_side_leaves_the_other(world: World, person: Person) -> None:
    posted = person.start()
    person.delete_chat(for_both=False)
    assert person.screen() == ()
    assert world.entry(person.user_id, posted.message_id) is not None


def test_who_blocked_cannot_send_or_tap(world: World, person: Person) -> None:
    person.start()
    _send(world, person, "Yes")
    person.block()
    for act in (lambda: person.send("x"), lambda: person.tap("Yes")):
        with pytest.raises(PhoneError):
            act()
    person.unblock()
    person.send("x")


def test_a_long_paste_arrives_in_pieces_of_4096(person: Person) -> None:
    person.paste("ҳ" * 9000)
    assert [len(shown.text) for shown in person.screen()] == [4096, 4096, 808]
    with pytest.raises(PhoneError):
        person.send("ҳ" * 4097)


def test_an_album_shares_its_id_and_the_caption_stands_on_the_first(world: World, person: Person) -> None:
    person.album(3, caption="c")
    bodies = [news["message"] for news in _news(world)]
    assert len({body["media_group_id"] for body in bodies}) == 1
    assert [body.get("caption") for body in bodies] == ["c", None, None]


def test_a_message_carries_the_time_of_the_clock(world: World, person: Person, clock: VirtualClock) -> None:
    clock.advance(hours=3)
    person.send("x")
    assert _news(world)[0]["message"]["date"] == int(clock().timestamp())


def test_the_screen_is_searched_in_texts_buttons_and_quotations(world: World, person: Person) -> None:
    posted = person.send("marker")
    ask(world, "sendMessage", chat_id=person.user_id, text="x", reply_parameters={"message_id": posted.message_id})
    ask(world, "deleteMessage", chat_id=person.user_id, message_id=posted.message_id)
    assert person.sees("marker"), "a quotation still shows it"
    _send(world, person, "button words")
    assert person.sees("button words")
    assert not person.sees("never there")


def test_a_group_tells_that_the_account_was_added(world: World, person: Person) -> None:
    group = world.group("Made-up group", (person,))
    person.send("hello all", chat=group)
    added, said = (read_update(body)[0] for body in _news(world))
    assert added.my_chat_member is not None
    assert added.my_chat_member.new_chat_member.status == "member"
    assert said.message is not None
    assert said.message.chat.type == "group"


def test_two_people_have_two_chats(world: World, person: Person) -> None:
    other = world.user("Other")
    person.send("mine")
    other.send("theirs")
    assert [shown.text for shown in person.screen()] == ["mine"]
    assert [shown.text for shown in other.screen()] == ["theirs"]
    with pytest.raises(PhoneError):
        world.user(user_id=other.user_id)
