"""What may be attached below a message.

What lives here: the check of ``reply_markup``. What must not: who may press it.

Rules kept: an inline button has exactly one action (Bot API, InlineKeyboardButton); its ``callback_data`` is 1 to 64
*bytes*; at most 100 buttons, 8 in a row (not in the Bot API's text, from python-telegram-bot's constants).
"""

from typing import Any

from aiogram.types import InlineKeyboardMarkup
from pydantic import BaseModel

from bot.emulator.calls import as_json
from bot.emulator.refusals import bad_request

BUTTONS, BUTTONS_IN_ROW = 100, 8
CALLBACK_DATA_BYTES = 64
"""Bytes of ``callback_data`` (Bot API, InlineKeyboardButton)."""
COPY_TEXT = 256
"""Characters of ``copy_text`` (Bot API, CopyTextButton)."""
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})


def inline_keyboard(markup: InlineKeyboardMarkup | None) -> dict[str, Any] | None:  # Any: JSON of the Bot API
    """An inline keyboard as it is kept with the message, empty rows left out; ``None`` when nothing remains.

    Raises:
        RefusalError: when a button would be refused by Telegram.
    """
    if markup is None:
        return None
    given = as_json(markup)
    rows: list[list[dict[str, Any]]] = [row for row in given["inline_keyboard"] if row]
    if sum(len(row) for row in rows) > BUTTONS or any(len(row) > BUTTONS_IN_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return {"inline_keyboard": rows} if rows else None


def any_markup(markup: BaseModel | None) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:  # Any: as above
    """The inline keyboard of a new message, and the other markup (reply keyboard, its removal, forced reply)."""
    if isinstance(markup, InlineKeyboardMarkup):
        return inline_keyboard(markup), None
    return None, None if markup is None else as_json(markup)


def _check(button: dict[str, Any]) -> None:
    actions = button.keys() - _LOOKS
    if not button["text"]:
        raise bad_request("can't parse inline keyboard button: button text must be non-empty")
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action must be specified")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(copied["text"]) <= COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
