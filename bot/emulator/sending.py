"""The methods that put a new message into a chat.

What lives here: sendMessage, sendPhoto, sendDocument, sendVoice, sendMediaGroup, copyMessage, sendChatAction. What
must not: edits and deletions (``changing``).

Rules kept: limits and words of refusal are the Bot API's; a message is made whole or not at all.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from aiogram import methods
from aiogram.enums import ChatAction

from bot.emulator.account import Account
from bot.emulator.calls import Call, as_json, chosen
from bot.emulator.files import StoredFile
from bot.emulator.formatting import Formatted, commands, formatted, utf16_length
from bot.emulator.keyboards import any_markup
from bot.emulator.records import Chat, Entry
from bot.emulator.refusals import bad_request

TEXT, CAPTION = 4096, 1024
"""Length of a text and a caption after parsing (Bot API, sendMessage, sendPhoto), counted in UTF-16 units."""
ALBUM = range(2, 11)
"""Items of an album (Bot API, sendMediaGroup)."""

Json: TypeAlias = dict[str, Any]  # Any: JSON of the Bot API
_Sends: TypeAlias = methods.SendMessage | methods.SendPhoto | methods.SendDocument | methods.SendVoice
_Places: TypeAlias = _Sends | methods.SendMediaGroup | methods.CopyMessage
_Place = TypeVar("_Place", bound=_Places)

_ALBUM_KINDS = {"photo": "photo", "document": "document"}


def text_content(text: Formatted) -> Json:
    """A text and its entities as fields of a message.

    Raises:
        RefusalError: when it is empty or too long.
    """
    if not text.text:
        raise bad_request("message text is empty")
    if utf16_length(text.text) > TEXT:
        raise bad_request("message is too long")
    taken = [range(given["offset"], given["offset"] + given["length"]) for given in text.entities]
    found = [command for command in commands(text.text) if not any(command["offset"] in span for span in taken)]
    entities = sorted([*text.entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))
    return {"text": text.text} | ({"entities": entities} if entities else {})


def caption_content(caption: str | None, parse_mode: str | None, entities: list[Json] | None) -> Json:
    """A caption and its entities as fields of a message.

    Raises:
        RefusalError: when it is too long or cannot be parsed.
    """
    if not caption:
        return {}
    read = formatted(caption, parse_mode, entities)
    if utf16_length(read.text) > CAPTION:
        raise bad_request("message caption is too long")
    fields: Json = {"caption": read.text} if read.text else {}
    return fields | ({"caption_entities": list(read.entities)} if read.entities else {})


def entities_json(entities: list[Any] | None) -> list[Json] | None:  # Any: aiogram's MessageEntity
    """Entities as JSON."""
    return None if entities is None else [as_json(entity) for entity in entities]


def send_message(account: Account, call: Call[methods.SendMessage]) -> Json:
    """``sendMessage``."""
    method = call.method
    chat = account.chat(method.chat_id)
    text = formatted(method.text, chosen(method.parse_mode), entities_json(method.entities))
    content = text_content(text)
    preview = chosen(method.link_preview_options)
    if preview is not None:
        content["link_preview_options"] = as_json(preview)
    return _post(account, chat, call, content).body


def send_photo(account: Account, call: Call[methods.SendPhoto]) -> Json:
    """``sendPhoto``."""
    method = call.method
    chat = account.chat(method.chat_id)
    spoiler = {"has_media_spoiler": True} if method.has_spoiler else {}
    content = _media(account, call, "photo", method.photo) | spoiler
    return _post(account, chat, call, content | _caption(method)).body


def send_document(account: Account, call: Call[methods.SendDocument]) -> Json:
    """``sendDocument``."""
    method = call.method
    chat = account.chat(method.chat_id)
    content = _media(account, call, "document", method.document)
    return _post(account, chat, call, content | _caption(method)).body


def send_voice(account: Account, call: Call[methods.SendVoice]) -> Json:
    """``sendVoice``."""
    method = call.method
    chat = account.chat(method.chat_id)
    content = _media(account, call, "voice", method.voice)
    content["voice"]["duration"] = method.duration or 0
    return _post(account, chat, call, content | _caption(method)).body


def send_media_group(account: Account, call: Call[methods.SendMediaGroup]) -> list[Json]:
    """``sendMediaGroup``: all of the album or nothing."""
    method = call.method
    chat = account.chat(method.chat_id)
    if len(method.media) not in ALBUM:
        raise bad_request("there must be from 2 to 10 messages in an album")
    contents: list[Json] = []
    for item in method.media:
        kind = _ALBUM_KINDS.get(item.type)
        if kind is None:
            raise bad_request("type of the media is not played by this server")
        caption = caption_content(item.caption, chosen(item.parse_mode), entities_json(item.caption_entities))
        contents.append(_media(account, call, kind, item.media) | caption)
    group = {"media_group_id": f"9{account.revision:012d}"}
    return [_post(account, chat, call, content | group).body for content in contents]


def copy_message(account: Account, call: Call[methods.CopyMessage]) -> Json:
    """``copyMessage``: the content without its origin."""
    method = call.method
    chat = account.chat(method.chat_id)
    source = account.chat(method.from_chat_id)
    entry = account.entry(source.chat_id, method.message_id)
    if entry is None:
        raise bad_request("message to copy not found")
    kept = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice", "sticker", "location")
    content = {key: entry.body[key] for key in kept if key in entry.body}
    if not content:
        raise bad_request("message can't be copied")
    if method.caption is not None:
        content.pop("caption_entities", None)
        content |= _caption(method)
    return {"message_id": _post(account, chat, call, content).message_id}


def send_chat_action(account: Account, call: Call[methods.SendChatAction]) -> bool:
    """``sendChatAction``."""
    method = call.method
    account.chat(method.chat_id)
    if method.action not in {action.value for action in ChatAction}:
        raise bad_request("wrong parameter action in request")
    return True


def _post(account: Account, chat: Chat, call: Call[_Place], content: Mapping[str, Any]) -> Entry:
    method = call.method
    inline, other = any_markup(None if isinstance(method, methods.SendMediaGroup) else method.reply_markup)
    fields = dict(content)
    replied = _replied(account, chat, method)
    if replied is not None:
        fields["reply_to_message"] = {key: value for key, value in replied.body.items() if key != "reply_to_message"}
    if inline is not None:
        fields["reply_markup"] = inline
    if chosen(method.protect_content):
        fields["has_protected_content"] = True
    chat.keyboard = other if other is not None else chat.keyboard
    return account.post(chat, fields, sender=None, given=call.parameters)


def _replied(account: Account, chat: Chat, method: _Places) -> Entry | None:
    reply = method.reply_parameters
    message_id = reply.message_id if reply is not None else method.reply_to_message_id
    if message_id is None:
        return None
    entry = account.entry(chat.chat_id, message_id)
    lenient = chosen(reply.allow_sending_without_reply) if reply is not None else method.allow_sending_without_reply
    if entry is None and not lenient:
        raise bad_request("message to be replied not found")
    return entry


def _caption(method: methods.SendPhoto | methods.SendDocument | methods.SendVoice | methods.CopyMessage) -> Json:
    return caption_content(method.caption, chosen(method.parse_mode), entities_json(method.caption_entities))


def _media(account: Account, call: Call[_Place], kind: str, given: object) -> Json:
    stored = _file(account, call, kind, given)
    if kind == "photo":
        small = {"width": 90, "height": 90}
        large = {"width": 1280, "height": 1280}
        return {"photo": [stored.reference() | small, stored.reference() | large]}
    fields = stored.reference()
    if stored.mime is not None:
        fields["mime_type"] = stored.mime
    if kind == "document":
        fields["file_name"] = stored.name
    return {kind: fields}


def _file(account: Account, call: Call[_Place], kind: str, given: object) -> StoredFile:
    if not isinstance(given, str) or not given.startswith("attach://"):
        return account.files.get(str(given))
    upload = call.uploads.get(given.removeprefix("attach://"))
    if upload is None:
        raise bad_request("there is no part with the attached file in the request")
    return account.files.upload(kind, upload)
