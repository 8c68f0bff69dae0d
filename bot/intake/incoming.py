"""What a channel hands to the intake: one thing a person did, with no messenger's types in it.

Channels translate into these values and nothing else. Words and chat ids are left out of every ``repr``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.ids import ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``/start``, ``/menu`` or ``/stop``; any other command arrives as ``unknown``. A payload is dropped."""

    name: str
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button was pressed. ``data`` is what the button carried: hostile until decoded.

    ``message_id`` is the message the button stands under, ``None`` where the messenger no longer shows it.
    ``quoted`` is the text that message was a reply to: the story that came before consent.
    """

    data: str = field(repr=False)
    message_id: int | None
    quoted: str | None = field(default=None, repr=False)
    quoted_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The person wrote.

    ``edited`` says that it replaces an earlier text of the same ``message_id``. ``reply_to`` is the message it
    answers, ``reply_data`` the data of that message's first button when it is one of ours: before consent it tells
    which question is meant. ``forwarded`` never carries the origin's name.
    """

    text: str = field(repr=False)
    message_id: int
    edited: bool = False
    reply_to: int | None = None
    reply_data: str | None = field(default=None, repr=False)
    forwarded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something else than words: ``kind`` is ``voice``, ``file``, ``location``, ``card``, ``empty`` or ``other``.

    ``group`` is the album it belongs to; only the first of an album gets an answer. ``caption`` are the words that
    stand under a picture or file: typed by the person, so kept like any other words.
    """

    kind: str
    message_id: int
    edited: bool = False
    group: str | None = field(default=None, repr=False)
    caption: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The person blocked the bot or deleted the chat: nothing may be sent any more."""


Act: TypeAlias = Command | Tap | Said | Unread | Blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One update of one private chat.

    ``bot`` names the bot's account, so that two bots may share a database; ``update_id`` is unique within it.
    ``sent_at`` is the messenger's own time of the message, ``None`` for a tap.
    """

    bot: int
    update_id: int
    chat: ChatId = field(repr=False)
    act: Act
    sent_at: datetime | None = None
