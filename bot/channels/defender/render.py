"""From a ``Turn`` to calls of the Bot API.

Pure. Texts go out as plain text with entities, never with markup to be parsed; previews are off, since the messenger's
servers would fetch the address. What exceeds the messenger's limits is split here, so that nothing is refused.

Before: ``Intake.handle``. After: ``sender.Sender.deliver``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aiogram.methods import AnswerCallbackQuery, DeleteMessages, SendMessage
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)

from bot.channels.defender.text import clean, is_blank, pieces, units
from bot.ids import ChatId
from bot.intake.turn import Message, Turn

DELETED_AT_ONCE = 100
"""Bot API, deleteMessages: 1 to 100 ids in a call."""
TOAST_LETTERS = 200
"""Bot API, answerCallbackQuery: up to 200 characters."""

_PIECES = 100
"""More than the longest text has pieces."""
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One call, and what the draft wants to know of it: the owed number it settles, whether its message stays.

    Of a split message the last piece, the one with the buttons, has the message's number. The others have negative
    ones of their own, so that they are removed with it.
    """

    method: SendMessage | DeleteMessages = field(repr=False)
    owed: int | None = None
    stays: bool = False


def to_methods(
    turn: Turn, chat: ChatId, *, thread: int | None = None, superseded: bool = False
) -> tuple[Outgoing, ...]:
    """Return the calls of a turn in order: what is sent, then what is removed.

    Args:
        turn: what the intake handed back.
        chat: where to.
        thread: the topic the person wrote in, where private chats have topics.
        superseded: a newer turn of this chat waits already, so of this one only what stays is shown.
    """
    shown = (message for message in turn.messages if message.stays or not superseded)
    sent = (outgoing for message in shown for outgoing in _sends(message, chat, thread))
    return (*sent, *_removals(turn.remove, chat))


def to_answer(tap: str, toast: str | None) -> AnswerCallbackQuery:
    """Return the answer that a tap always gets, with an empty text where there is nothing to say."""
    return AnswerCallbackQuery(callback_query_id=tap, text=clean(toast)[:TOAST_LETTERS] if toast else None)


def _sends(message: Message, chat: ChatId, thread: int | None) -> Iterator[Outgoing]:
    text = clean(message.text)
    hidden = _hidden(text, message.spoiler)
    cut = [(start, piece) for start, piece in pieces(text) if not is_blank(piece)]
    for place, (start, piece) in enumerate(cut):
        last = place == len(cut) - 1
        yield Outgoing(
            method=SendMessage(
                chat_id=chat,
                message_thread_id=thread,
                text=piece,
                parse_mode=None,
                entities=_spoilers(text, start, piece, hidden),
                link_preview_options=_NO_PREVIEW,
                protect_content=message.protect,
                disable_notification=message.silent,
                reply_parameters=_reply(message.reply_to) if place == 0 else None,
                reply_markup=_keyboard(message) if last else None,
            ),
            owed=message.owed if last or message.owed is None else -(message.owed * _PIECES + place + 1),
            stays=message.stays,
        )


def _reply(message_id: int | None) -> ReplyParameters | None:
    # The person may have deleted it meanwhile; the question must come all the same.
    return ReplyParameters(message_id=message_id, allow_sending_without_reply=True) if message_id else None


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=button.label, callback_data=button.data) for button in row]
            for row in message.rows
        ]
    )


def _hidden(text: str, spoiler: str | None) -> range:
    """Return the letters that are hidden until touched; all of them when the secret part is not where it should be."""
    if not spoiler:
        return range(0)
    found = text.find(clean(spoiler))
    return range(found, found + len(clean(spoiler))) if found >= 0 else range(len(text))


def _spoilers(text: str, start: int, piece: str, hidden: range) -> list[MessageEntity] | None:
    begin, end = max(start, hidden.start), min(start + len(piece), hidden.stop)
    if begin >= end:
        return None
    return [MessageEntity(type="spoiler", offset=units(text[start:begin]), length=units(text[begin:end]))]


def _removals(ids: Iterable[int], chat: ChatId) -> Iterator[Outgoing]:
    unique = [message_id for message_id in dict.fromkeys(ids) if message_id > 0]
    for place in range(0, len(unique), DELETED_AT_ONCE):
        yield Outgoing(method=DeleteMessages(chat_id=chat, message_ids=unique[place : place + DELETED_AT_ONCE]))
