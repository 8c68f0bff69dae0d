from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.channels.defender.decode import DeadLetter
from bot.channels.defender.translate import Leave, thread_of, to_incoming
from bot.channels.updates import chat_of, tap_of
from bot.ids import ChatId
from bot.intake.incoming import Act, Blocked, Command, Incoming, Said, Tap, Unread
from tests.channels.made_up import (
    ACCOUNT,
    MEDIA,
    OURSELVES,
    PERSON,
    SENT,
    Raw,
    body,
    edited,
    keyboard,
    member,
    message,
    ours,
    tap,
)
from tests.channels.test_decode import spoiled


def act(raw: Raw) -> Act | None:
    incoming = to_incoming(ACCOUNT, raw)
    assert incoming is None or isinstance(incoming, Incoming)
    return incoming.act if incoming else None


def test_words_arrive_with_account_chat_ids_and_the_messengers_time() -> None:
    assert to_incoming(ACCOUNT, message(8, text="They came at night.")) == Incoming(
        bot=ACCOUNT,
        update_id=8,
        chat=ChatId(PERSON),
        act=Said(text="They came at night.", message_id=11),
        sent_at=datetime.fromtimestamp(SENT, UTC),
    )


def test_an_edit_says_so_and_carries_the_time_of_the_edit() -> None:
    incoming = to_incoming(ACCOUNT, edited(text="at dawn"))
    assert isinstance(incoming, Incoming)
    assert incoming.act == Said(text="at dawn", message_id=11, edited=True)
    assert incoming.sent_at == datetime.fromtimestamp(SENT + 60, UTC)


def test_an_edit_with_an_impossible_time_keeps_the_time_of_the_message() -> None:
    raw = edited(text="at dawn")
    raw["edited_message"]["edit_date"] = 10**15
    incoming = to_incoming(ACCOUNT, raw)
    assert isinstance(incoming, Incoming)
    assert incoming.sent_at == datetime.fromtimestamp(SENT, UTC)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/start", "start"),
        ("/Start", "start"),
        ("/START@some_bot", "start"),
        ("/start abc-DEF_1", "start"),
        ("/menu", "menu"),
        ("/help", "menu"),
        ("/stop", "stop"),
        ("/exit", "stop"),
        ("/cancel", "stop"),
        ("/stop now please", "stop"),
        ("/whatever", "unknown"),
    ],
)
def test_a_command_is_understood_however_it_is_written(text: str, name: str) -> None:
    assert act(message(text=text)) == Command(name=name, message_id=11)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/delete", "delete"),
        ("/code 111 222 333", "111 222 333"),
        ("/code", "code"),
        ("/start They took my brother.", "They took my brother."),
        ("/police came at night", "/police came at night"),
        ("/home/sample was searched", "/home/sample was searched"),
        ("7/8", "7/8"),
    ],
)
def test_words_behind_a_slash_are_not_lost(text: str, words: str) -> None:
    assert act(message(text=text)) == Said(text=words, message_id=11)


def test_an_answer_to_our_question_names_the_question_and_its_first_button() -> None:
    raw = message(text="yes", reply_to_message=ours(message_id=9, reply_markup=keyboard("0.first", "0.second")))
    assert act(raw) == Said(text="yes", message_id=11, reply_to=9, reply_data="0.first")


def test_a_button_under_somebody_elses_message_is_not_ours() -> None:
    raw = message(text="yes", reply_to_message=body(message_id=9, text="?", reply_markup=keyboard("0.first")))
    assert act(raw) == Said(text="yes", message_id=11, reply_to=9)


def test_a_tap_carries_its_message_and_the_story_that_message_answers() -> None:
    raw = tap(message=ours(message_id=9, reply_to_message=body(message_id=5, text="They came at night.")))
    assert act(raw) == Tap(data="1.abc.1.p0", message_id=9, quoted="They came at night.", quoted_id=5)


def test_a_tap_does_not_take_the_bots_own_words_for_a_story() -> None:
    assert act(tap(message=ours(message_id=9, reply_to_message=ours(message_id=5)))) == Tap(
        data="1.abc.1.p0", message_id=9
    )


def test_a_tap_whose_message_is_gone_is_a_tap_without_one() -> None:
    gone = {"chat": {"id": PERSON, "type": "private"}, "message_id": 9, "date": 0}
    assert act(tap(message=gone)) == Tap(data="1.abc.1.p0", message_id=None)
    assert act(tap(message=None)) == Tap(data="1.abc.1.p0", message_id=None)


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ("voice", "voice"),
        ("video_note", "voice"),
        ("audio", "voice"),
        ("video", "file"),
        ("photo", "file"),
        ("document", "file"),
        ("animation", "file"),
        ("location", "location"),
        ("contact", "card"),
        ("sticker", "other"),
        ("dice", "other"),
        ("poll", "other"),
        ("game", "other"),
    ],
)
def test_what_is_no_text_is_named_by_kind(media: str, kind: str) -> None:
    assert act(message(**MEDIA[media])) == Unread(kind=kind, message_id=11)


def test_words_under_a_picture_are_kept_with_it() -> None:
    raw = message(**MEDIA["photo"], caption="the door", media_group_id="77")
    assert act(raw) == Unread(kind="file", message_id=11, group="77", caption="the door")


def test_what_shows_nothing_is_empty() -> None:
    assert act(message(text="\u200b\u200f ")) == Unread(kind="empty", message_id=11)


def test_the_person_who_blocked_is_gone_and_who_came_back_says_nothing() -> None:
    assert act(member("kicked")) == Blocked()
    assert act(member("member")) is None


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_groups_and_channels_are_left(kind: str) -> None:
    chat = {"id": -100, "type": kind, "title": "Sample"}
    assert to_incoming(ACCOUNT, member("member", chat)) == Leave(chat=-100)
    assert to_incoming(ACCOUNT, message(chat=chat, text="hello")) == Leave(chat=-100)
    assert to_incoming(ACCOUNT, member("kicked", chat)) is None


def test_nobody_but_the_person_speaks_in_a_private_chat() -> None:
    channel = {"id": -5, "type": "channel", "title": "Sample"}
    assert act(message(text="x", **{"from": OURSELVES})) is None
    assert act(message(text="x", sender_chat=channel)) is None
    assert act(message(text="x", business_connection_id="b")) is None
    assert act(message(text="x", guest_query_id="g")) is None
    assert act(message(text="x", **{"from": {"id": 6, "is_bot": False, "first_name": "Other"}})) is None
    somebody_else = tap()
    somebody_else["callback_query"]["from"] = {"id": 6, "is_bot": False, "first_name": "Other"}
    assert act(somebody_else) is None


def test_notes_of_the_messenger_about_the_chat_are_nobodys_words() -> None:
    assert act(message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})) is None
    assert act(message(pinned_message=body(text="x"))) is None


def test_updates_that_were_not_asked_for_are_nothing() -> None:
    assert to_incoming(ACCOUNT, {"update_id": 7, "business_message": body(text="x")}) is None


def test_an_unreadable_update_is_a_dead_letter() -> None:
    assert to_incoming(ACCOUNT, {"update_id": 7, "telepathy": {}}) == DeadLetter(update_id=7, kind="unknown")
    assert to_incoming(ACCOUNT, message(message_id=2**70, text="x")) == DeadLetter(update_id=100, kind="message")


def test_no_words_data_or_chat_stand_in_a_repr() -> None:
    raw = tap(data="secret-data", message=ours(reply_to_message=body(text="secret words")))
    shown = repr(to_incoming(ACCOUNT, raw)) + repr(to_incoming(ACCOUNT, message(text="secret words")))
    assert "secret" not in shown
    assert str(PERSON) not in shown


def test_a_lane_is_the_private_chat_whatever_the_update_is() -> None:
    for raw in (message(text="x"), edited(text="x"), tap(), tap(message=None), member("kicked")):
        assert chat_of(raw) == PERSON
    assert chat_of({"update_id": 7, "telepathy": {}}) is None


def test_only_a_tap_is_answered_as_one() -> None:
    assert tap_of(tap()) == "4001"
    assert tap_of(message(text="x")) is None


def test_the_topic_of_a_private_chat_is_kept() -> None:
    assert thread_of(message(text="x", message_thread_id=4, is_topic_message=True)) == 4
    assert thread_of(tap(message=ours(message_thread_id=4, is_topic_message=True))) == 4
    assert thread_of(message(text="x", message_thread_id=4)) is None


@given(spoiled())
def test_whatever_arrives_is_translated_and_can_be_encoded(raw: Raw) -> None:
    incoming = to_incoming(ACCOUNT, raw)
    chat_of(raw), tap_of(raw), thread_of(raw)
    if isinstance(incoming, Incoming):
        assert incoming.chat == chat_of(raw)
        if isinstance(incoming.act, Said):
            incoming.act.text.encode()
        assert replace(incoming) == incoming
