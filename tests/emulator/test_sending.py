import json

import pytest

from bot.emulator import VirtualClock, World
from bot.emulator.files import PHOTO_LIMIT, UPLOAD_LIMIT, Upload
from bot.emulator.refusals import RefusalError
from tests.emulator.asking import ask, keyboard, read_message


@pytest.fixture
def world() -> World:
    return World(VirtualClock())


def _refusal(world: World, method: str, **fields: object) -> tuple[int, str]:
    with pytest.raises(RefusalError) as caught:
        ask(world, method, **fields)
    return caught.value.code, caught.value.description


def test_nothing_can_be_written_before_the_person_starts(world: World) -> None:
    person = world.user()
    assert _refusal(world, "sendMessage", chat_id=person.user_id, text="x") == (400, "Bad Request: chat not found")
    person.start()
    ask(world, "sendMessage", chat_id=person.user_id, text="x")
    assert person.sees("x")


def test_nothing_can_be_written_to_who_blocked_or_left(world: World) -> None:
    person = world.user()
    person.start()
    person.block()
    blocked = _refusal(world, "sendMessage", chat_id=person.user_id, text="x")
    assert blocked == (403, "Forbidden: bot was blocked by the user")
    person.unblock()
    ask(world, "sendMessage", chat_id=person.user_id, text="x")
    person.deactivate()
    gone = _refusal(world, "sendMessage", chat_id=person.user_id, text="x")
    assert gone == (403, "Forbidden: user is deactivated")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        (" \n ", "message text is empty"),
        ("ҳ" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
    ],
)
def test_a_text_has_1_to_4096_characters(world: World, text: str, words: str) -> None:
    person = world.user()
    person.start()
    assert _refusal(world, "sendMessage", chat_id=person.user_id, text=text) == (400, f"Bad Request: {words}")
    ask(world, "sendMessage", chat_id=person.user_id, text="ҳ" * 4096)


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "ҳ" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "callback_data": "a", "url": "https://x.example"},
            "can't parse inline keyboard button: exactly one action must be specified",
        ),
        ({"text": "", "callback_data": "a"}, "can't parse inline keyboard button: button text must be non-empty"),
    ],
)
def test_a_button_telegram_would_refuse_is_refused(world: World, button: dict[str, str], words: str) -> None:
    person = world.user()
    person.start()
    markup = json.dumps({"inline_keyboard": [[button]]})
    refusal = _refusal(world, "sendMessage", chat_id=person.user_id, text="x", reply_markup=markup)
    assert refusal == (400, f"Bad Request: {words}")
    good = {"inline_keyboard": [[{"text": "x", "callback_data": "ҳ" * 32}]]}
    ask(world, "sendMessage", chat_id=person.user_id, text="x", reply_markup=json.dumps(good))


def test_too_many_buttons_are_refused(world: World) -> None:
    person = world.user()
    person.start()
    wide, long = keyboard(tuple("123456789")), keyboard(*[("1",)] * 101)
    for markup in (wide, long):
        refusal = _refusal(world, "sendMessage", chat_id=person.user_id, text="x", reply_markup=markup)
        assert refusal == (400, "Bad Request: reply markup is too long")


def test_what_was_sent_keeps_protection_preview_silence_and_spoilers(world: World) -> None:
    person = world.user()
    person.start()
    body = ask(
        world,
        "sendMessage",
        chat_id=str(person.user_id),
        text="рамз: <tg-spoiler>123</tg-spoiler>",
        parse_mode="HTML",
        protect_content="true",
        disable_notification="true",
        link_preview_options='{"is_disabled": true}',
    )
    ours, theirs = read_message(body)
    assert (ours.text, theirs.text) == ("рамз: 123", "рамз: 123")
    assert theirs.parse_entities() == {theirs.entities[0]: "123"}
    shown = person.last()
    assert shown is not None
    assert (shown.protected, shown.silent, shown.preview, shown.spoilers) == (True, True, False, ("123",))


def test_what_was_sent_plainly_is_not_protected_silent_or_without_preview(world: World) -> None:
    person = world.user()
    person.start()
    ask(world, "sendMessage", chat_id=person.user_id, text="x")
    shown = person.last()
    assert shown is not None
    assert (shown.protected, shown.silent, shown.preview) == (False, False, True)


def test_a_reply_needs_its_message_unless_told_otherwise(world: World) -> None:
    person = world.user()
    asked = person.start()
    person.delete_chat()
    reply = {"message_id": asked.message_id}
    refusal = _refusal(world, "sendMessage", chat_id=person.user_id, text="x", reply_parameters=reply)
    assert refusal == (400, "Bad Request: message to be replied not found")
    lenient = reply | {"allow_sending_without_reply": True}
    body = ask(world, "sendMessage", chat_id=person.user_id, text="x", reply_parameters=json.dumps(lenient))
    assert "reply_to_message" not in body
    asked = person.send("y")
    body = ask(
        world, "sendMessage", chat_id=person.user_id, text="z", reply_parameters={"message_id": asked.message_id}
    )
    assert body["reply_to_message"]["text"] == "y"


def test_uploads_are_kept_with_their_bytes(world: World) -> None:
    person = world.user()
    person.start()
    part = Upload(name="a.txt", mime="text/plain", data=b"true bytes")
    body = ask(world, "sendDocument", {"document": part}, chat_id=person.user_id, caption="c")
    read_message(body)
    found = ask(world, "getFile", file_id=body["document"]["file_id"])
    stored = world.files.at(found["file_path"])
    assert stored is not None
    assert stored.data == b"true bytes"
    again = ask(world, "sendDocument", chat_id=person.user_id, document=body["document"]["file_id"])
    assert again["document"]["file_unique_id"] == body["document"]["file_unique_id"]


def test_photos_voices_and_albums_are_sent(world: World) -> None:
    person = world.user()
    person.start()
    parts = {name: Upload(name=f"{name}.jpg", mime="image/jpeg", data=name.encode()) for name in ("one", "two")}
    photo = ask(world, "sendPhoto", {"photo": parts["one"]}, chat_id=person.user_id, has_spoiler="true")
    voice = ask(world, "sendVoice", {"voice": parts["one"]}, chat_id=person.user_id, duration="4")
    media = [{"type": "photo", "media": "attach://one", "caption": "c"}, {"type": "photo", "media": "attach://two"}]
    album = ask(world, "sendMediaGroup", parts, chat_id=person.user_id, media=json.dumps(media))
    for body in (photo, voice, *album):
        read_message(body)
    assert photo["has_media_spoiler"] is True
    assert voice["voice"]["duration"] == 4
    assert len({body["media_group_id"] for body in album}) == 1
    refusal = _refusal(world, "sendMediaGroup", chat_id=person.user_id, media=media[:1])
    assert refusal == (400, "Bad Request: there must be from 2 to 10 messages in an album")


def test_files_have_limits(world: World) -> None:
    person = world.user()
    person.start()
    for method, name, size, code in (
        ("sendDocument", "document", 0, 400),
        ("sendPhoto", "photo", PHOTO_LIMIT + 1, 400),
        ("sendDocument", "document", UPLOAD_LIMIT + 1, 413),
    ):
        with pytest.raises(RefusalError) as caught:
            ask(world, method, {name: Upload(name="a", mime=None, data=bytes(size))}, chat_id=person.user_id)
        assert caught.value.code == code
    assert len(person.screen()) == 1


def test_a_caption_has_at_most_1024_characters(world: World) -> None:
    person = world.user()
    person.start()
    part = {"document": Upload(name="a", mime=None, data=b"x")}
    with pytest.raises(RefusalError, match="message caption is too long"):
        ask(world, "sendDocument", part, chat_id=person.user_id, caption="ҳ" * 1025)
    ask(world, "sendDocument", part, chat_id=person.user_id, caption="ҳ" * 1024)


def test_a_file_above_20_mb_is_not_handed_out(world: World) -> None:
    person = world.user()
    person.start()
    posted = person.document(b"x", size=20 * 1024 * 1024 + 1)
    file_id = person.chat.entries[posted.message_id].body["document"]["file_id"]
    assert _refusal(world, "getFile", file_id=file_id) == (400, "Bad Request: file is too big")
    assert _refusal(world, "getFile", file_id="nonsense")[0] == 400


def test_a_copy_has_no_origin(world: World) -> None:
    person = world.user()
    posted = person.forward("far away")
    fields = {"chat_id": person.user_id, "from_chat_id": person.user_id}
    copied = ask(world, "copyMessage", message_id=posted.message_id, **fields)
    body = person.chat.entries[copied["message_id"]].body
    assert body["text"] == "far away"
    assert "forward_origin" not in body
    assert _refusal(world, "copyMessage", message_id=999, **fields) == (400, "Bad Request: message to copy not found")


def test_a_chat_action_is_one_of_the_known(world: World) -> None:
    person = world.user()
    person.start()
    assert ask(world, "sendChatAction", chat_id=person.user_id, action="typing") is True
    assert _refusal(world, "sendChatAction", chat_id=person.user_id, action="hum")[0] == 400


def test_every_call_is_recorded_with_its_refusal(world: World) -> None:
    person = world.user()
    _refusal(world, "sendMessage", chat_id=person.user_id, text="x")
    person.start()
    ask(world, "sendMessage", chat_id=person.user_id, text="y")
    first, second = world.asked("sendMessage")
    assert first.refusal is not None
    assert first.refusal.code == 400
    assert (second.refusal, second.parameters["text"]) == (None, "y")
