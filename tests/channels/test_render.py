import pytest
from aiogram.methods import DeleteMessages, SendMessage
from aiogram.types import LinkPreviewOptions
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.defender.render import to_answer, to_methods
from bot.ids import ChatId
from bot.intake.turn import Message, Turn
from tests.channels.made_up import PERSON, asks

CHAT = ChatId(PERSON)


def sent(turn: Turn, *, superseded: bool = False) -> list[SendMessage]:
    calls = to_methods(turn, CHAT, superseded=superseded)
    return [call.method for call in calls if isinstance(call.method, SendMessage)]


def one(message: Message) -> SendMessage:
    (method,) = sent(Turn(messages=(message,)))
    return method


def test_a_question_goes_out_as_plain_text_with_its_buttons_row_by_row() -> None:
    method = one(asks("<b>Is & was_it</b> *so*?"))
    assert (method.chat_id, method.text, method.parse_mode) == (PERSON, "<b>Is & was_it</b> *so*?", None)
    assert method.reply_markup is not None
    assert method.reply_markup.model_dump(exclude_none=True) == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "1.abc.1.p0"}, {"text": "No", "callback_data": "1.abc.1.p1"}]
        ]
    }


def test_a_message_without_buttons_has_no_keyboard() -> None:
    assert one(Message(name="ERR_kind", text="x")).reply_markup is None


def test_previews_are_off_and_content_is_protected_as_the_message_says() -> None:
    method = one(asks(protect=True))
    assert isinstance(method.link_preview_options, LinkPreviewOptions)
    assert method.link_preview_options.is_disabled is True
    assert method.protect_content is True
    assert one(asks(protect=False)).protect_content is False


def test_what_may_arrive_unasked_makes_no_sound() -> None:
    assert one(asks(silent=True)).disable_notification is True
    assert one(asks()).disable_notification is False


def test_a_consent_question_answers_the_story_and_comes_even_when_that_is_gone() -> None:
    reply = one(asks(reply_to=5)).reply_parameters
    assert reply is not None
    assert (reply.message_id, reply.allow_sending_without_reply) == (5, True)
    assert one(asks()).reply_parameters is None


def hidden(methods: list[SendMessage]) -> str:
    """What the spoilers of these messages hide, cut out in UTF-16 as the messenger does."""
    found = ""
    for method in methods:
        wide = method.text.encode("utf-16-le")
        for entity in method.entities or ():
            assert entity.type == "spoiler"
            found += wide[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
    return found


def test_a_secret_is_hidden_until_touched_counted_in_utf16() -> None:
    assert hidden([one(asks("👋 Your code:\n\nёлка ҷой 👍", spoiler="ёлка ҷой 👍"))]) == "ёлка ҷой 👍"


def test_a_secret_that_is_not_where_it_should_be_hides_the_whole_text() -> None:
    assert hidden([one(asks("Your code: 123", spoiler="456"))]) == "Your code: 123"


def test_a_long_reply_is_split_and_its_last_piece_has_the_buttons_and_the_number() -> None:
    text = "😀" * 3000 + " " + "ҳ" * 3000
    calls = to_methods(Turn(messages=(asks(text, reply_to=5, stays=True),)), CHAT)
    methods = [call.method for call in calls if isinstance(call.method, SendMessage)]
    assert "".join(method.text for method in methods).replace(" ", "") == text.replace(" ", "")
    assert all(len(method.text.encode("utf-16-le")) <= 2 * 4096 for method in methods)
    assert len({call.owed for call in calls}) == len(calls) == 3
    assert [call.owed for call in calls if call.owed and call.owed > 0] == [1]
    assert calls[-1].owed == 1
    assert [method.reply_markup is not None for method in methods] == [False] * (len(calls) - 1) + [True]
    assert [method.reply_parameters is not None for method in methods] == [True] + [False] * (len(calls) - 1)
    assert all(call.stays for call in calls)


@given(st.text("aб😀 \n", min_size=1, max_size=20), st.integers(0, 3000), st.integers(0, 3000))
def test_a_secret_across_a_cut_stays_hidden_on_both_sides(secret: str, before: int, after: int) -> None:
    text = "x" * 2000 + "y" * before + secret + "z" * after
    methods = sent(Turn(messages=(asks(text, spoiler=secret),)))
    assert "".join(hidden(methods).split()) == "".join(secret.split())


def test_what_is_removed_goes_after_what_is_sent_a_hundred_at_a_time_and_once() -> None:
    calls = to_methods(Turn(messages=(asks(),), remove=(*range(1, 251), 7, 0, -3)), CHAT)
    assert isinstance(calls[0].method, SendMessage)
    removed = [call.method.message_ids for call in calls[1:] if isinstance(call.method, DeleteMessages)]
    assert removed == [list(range(1, 101)), list(range(101, 201)), list(range(201, 251))]


def test_of_a_superseded_turn_only_what_stays_is_shown_and_everything_is_removed() -> None:
    turn = Turn(messages=(asks("old question"), asks("contacts", stays=True)), remove=(3,))
    assert [method.text for method in sent(turn, superseded=True)] == ["contacts"]
    assert any(isinstance(call.method, DeleteMessages) for call in to_methods(turn, CHAT, superseded=True))


def test_nothing_to_say_is_no_call() -> None:
    assert to_methods(Turn(), CHAT) == ()


def test_the_topic_of_the_chat_is_answered_in() -> None:
    (call,) = to_methods(Turn(messages=(asks(),)), CHAT, thread=4)
    assert isinstance(call.method, SendMessage)
    assert call.method.message_thread_id == 4


@pytest.mark.parametrize(("toast", "text"), [(None, None), ("Already kept.", "Already kept."), ("x" * 300, "x" * 200)])
def test_a_tap_is_answered_with_its_toast_or_empty(toast: str | None, text: str | None) -> None:
    answer = to_answer("4001", toast)
    assert (answer.callback_query_id, answer.text) == ("4001", text)


def test_half_a_letter_never_leaves() -> None:
    assert one(asks("a\ud83d\x00b")).text == "a�b"


def test_no_text_stands_in_a_repr() -> None:
    assert "secret" not in repr(to_methods(Turn(messages=(asks("secret words"),)), CHAT))
