"""From one raw update to one ``Incoming``: the messenger's types end here.

Pure: a function of the account and the JSON. Nothing typed is interpreted, only cleaned and measured; what it means
is the intake's to say. Names, usernames and languages of accounts are never read.

Before: ``router.on_update``. After: ``Intake.handle``.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, InaccessibleMessage, Message, Update

from bot.channels.defender.decode import DeadLetter, decode
from bot.channels.defender.text import clean, is_blank
from bot.channels.updates import LARGEST_ID, Raw, chat_of, kind_of, number_of
from bot.ids import ChatId
from bot.intake.incoming import Act, Blocked, Command, Incoming, Said, Tap, Unread

_PRIVATE = "private"
_GONE = frozenset({"kicked", "left"})
_DATA_LETTERS = 64
"""Bot API: ``callback_data`` is at most 64 bytes; a longer one is nobody's button."""
_GROUP_LETTERS = 64
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, the last that Python can name."""

_COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@[a-z0-9_]{1,64})?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}\s*")
"""Bot API: the parameter of a deep link is up to 64 of these."""
_SAME = {"exit": "stop", "cancel": "stop", "close": "stop", "quit": "stop", "help": "menu"}
_AS_WORDS = frozenset({"delete", "code", "back", "skip", "contacts"})
"""Commands that are understood as the word they are; ``/code`` may be followed by the code itself."""

_CONTENT = {
    "voice": "voice",
    "video_note": "voice",
    "audio": "voice",
    "photo": "file",
    "live_photo": "file",
    "video": "file",
    "animation": "file",
    "document": "file",
    "venue": "location",
    "location": "location",
    "contact": "card",
}
_SILENT = frozenset(
    {
        "message_auto_delete_timer_changed",
        "pinned_message",
        "chat_background_set",
        "write_access_allowed",
        "connected_website",
        "boost_added",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "proximity_alert_triggered",
    }
)
"""Notes of the messenger about the chat itself. Nobody said anything, so nothing is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The bot stands in a group or a channel, where nothing may be taken: leave at once, without a word."""

    chat: int = field(repr=False)


Translated: TypeAlias = Incoming | Leave | DeadLetter | None


def to_incoming(account: int, raw: Raw) -> Translated:
    """Return what the person did; ``None`` for what is none of our business.

    Args:
        account: the bot's own account id, the number before the colon of its token.
        raw: one update as JSON.
    """
    update = decode(raw)
    if isinstance(update, DeadLetter):
        return update
    found = _translated(account, raw, update)
    if isinstance(found, Incoming) and found.chat != chat_of(raw):
        return DeadLetter(update_id=update.update_id, kind=kind_of(raw))  # a number the lanes cannot be told by
    return found


def _translated(account: int, raw: Raw, update: Update) -> Translated:
    if post := update.channel_post or update.edited_channel_post:
        return Leave(chat=post.chat.id)
    if update.message:
        return _written(account, raw, update, update.message, edited=False)
    if update.edited_message:
        return _written(account, raw, update, update.edited_message, edited=True)
    if update.callback_query:
        return _tapped(account, update, update.callback_query)
    if update.my_chat_member:
        return _moved(account, update, update.my_chat_member)
    return None


def thread_of(raw: Raw) -> int | None:
    """Return the topic of a private chat in which the update was written, ``None`` where topics are off."""
    body = raw.get(kind_of(raw))
    message = body.get("message", body) if isinstance(body, dict) else None
    if not isinstance(message, dict) or message.get("is_topic_message") is not True:
        return None
    return number_of(message.get("message_thread_id"))


def _incoming(account: int, update: Update, chat: Chat, act: Act, sent_at: datetime | None = None) -> Incoming:
    return Incoming(bot=account, update_id=update.update_id, chat=ChatId(chat.id), act=act, sent_at=sent_at)


def _written(account: int, raw: Raw, update: Update, message: Message, *, edited: bool) -> Translated:
    chat, sender = message.chat, message.from_user
    if chat.type != _PRIVATE:
        return Leave(chat=chat.id)
    not_a_person = sender is None or sender.is_bot or sender.id != chat.id or message.sender_chat is not None
    if not_a_person or message.business_connection_id or message.guest_query_id:
        return None
    if not 0 < message.message_id <= LARGEST_ID:
        return DeadLetter(update_id=update.update_id, kind=kind_of(raw))
    body = raw["edited_message" if edited else "message"]
    act = _act(account, body, message, edited=edited)
    if act is None:
        return None
    return _incoming(account, update, chat, act, _edited_at(message) if edited else message.date)


def _edited_at(message: Message) -> datetime:
    if message.edit_date is None or not 0 <= message.edit_date <= _LAST_SECOND:
        return message.date
    return datetime.fromtimestamp(message.edit_date, UTC)


def _act(account: int, body: Raw, message: Message, *, edited: bool) -> Act | None:
    if message.text is not None:
        return _text(account, body, message, clean(message.text), edited=edited)
    if any(key in body for key in _SILENT):
        return None
    kind = next((kind for key, kind in _CONTENT.items() if key in body), "other")
    if edited and kind == "location":
        return None  # a live location sends an edit every few seconds; only its first point was an act
    caption = clean(message.caption or "")
    return Unread(
        kind=kind,
        message_id=message.message_id,
        edited=edited,
        group=clean(message.media_group_id)[:_GROUP_LETTERS] if message.media_group_id else None,
        caption=None if is_blank(caption) else caption,
    )


def _text(account: int, body: Raw, message: Message, text: str, *, edited: bool) -> Act:
    if is_blank(text):
        return Unread(kind="empty", message_id=message.message_id, edited=edited)
    forwarded = "forward_origin" in body
    if not forwarded and (command := _command(text)) is not None:
        name, words = command
        if words is None:
            return Command(name=name, message_id=message.message_id)
        text = words
    answered = message.reply_to_message
    return Said(
        text=text,
        message_id=message.message_id,
        edited=edited,
        reply_to=answered.message_id if answered else None,
        reply_data=_first_button(account, answered) if answered else None,
        forwarded=forwarded,
    )


def _command(text: str) -> tuple[str, str | None] | None:
    """Return the command's name, and the words that stand instead of it; ``None`` when the text is no command.

    Somebody who writes a story after a slash loses nothing: only a command that stands alone is one, except those
    that lead out or to the menu.
    """
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None
    name = match[1].lower()
    name, rest = _SAME.get(name, name), match[2] or ""
    if name in {"stop", "menu"}:
        return name, None
    if name == "start":
        return name, None if not rest or _PAYLOAD.fullmatch(rest) else rest
    if name in _AS_WORDS:
        return name, rest if name == "code" and rest else name
    return None if rest else ("unknown", None)


def _first_button(account: int, answered: Message) -> str | None:
    if answered.from_user is None or answered.from_user.id != account or answered.reply_markup is None:
        return None
    buttons = (button for row in answered.reply_markup.inline_keyboard for button in row)
    return next((clean(button.callback_data)[:_DATA_LETTERS] for button in buttons if button.callback_data), None)


def _tapped(account: int, update: Update, query: CallbackQuery) -> Translated:
    message = query.message
    if query.from_user.is_bot or query.data is None or query.inline_message_id is not None:
        return None
    chat = message.chat if message else Chat(id=query.from_user.id, type=_PRIVATE)
    if chat.type != _PRIVATE or chat.id != query.from_user.id:
        return None
    here = None if message is None or isinstance(message, InaccessibleMessage) else message
    told = here.reply_to_message if here else None
    if told and (told.from_user is None or told.from_user.id != chat.id):
        told = None
    words = clean((told.text or told.caption or "") if told else "")
    tap = Tap(
        data=clean(query.data)[:_DATA_LETTERS],
        message_id=here.message_id if here else None,
        quoted=None if is_blank(words) else words,
        quoted_id=told.message_id if told else None,
    )
    return _incoming(account, update, chat, tap)


def _moved(account: int, update: Update, change: ChatMemberUpdated) -> Translated:
    gone = change.new_chat_member.status in _GONE
    if change.chat.type != _PRIVATE:
        return None if gone else Leave(chat=change.chat.id)
    return _incoming(account, update, change.chat, Blocked(), change.date) if gone else None
