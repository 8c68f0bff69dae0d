"""Asking the emulator without HTTP, and reading what it makes with both libraries."""

from typing import Any

import telegram
from aiogram.types import Message as AiogramMessage
from aiogram.types import Update as AiogramUpdate

from bot.emulator import World
from bot.emulator.calls import parse_call
from bot.emulator.dispatch import perform
from bot.emulator.files import Upload


def ask(world: World, name: str, uploads: dict[str, Upload] | None = None, /, **fields: object) -> Any:
    """Call a method as a form would, and give its result."""
    return perform(world, parse_call(name, fields, uploads or {}))


def keyboard(*rows: tuple[str, ...]) -> dict[str, Any]:
    """An inline keyboard whose data are the beginnings of its labels."""
    return {"inline_keyboard": [[{"text": label, "callback_data": label[:20]} for label in row] for row in rows]}


def read_message(body: dict[str, Any]) -> tuple[AiogramMessage, telegram.Message]:
    """The same message as both libraries read it."""
    other = telegram.Message.de_json(body, None)
    assert not other.api_kwargs, f"python-telegram-bot does not know {set(other.api_kwargs)}"
    return AiogramMessage.model_validate(body), other


def read_update(body: dict[str, Any]) -> tuple[AiogramUpdate, telegram.Update]:
    """The same update as both libraries read it."""
    return AiogramUpdate.model_validate(body), telegram.Update.de_json(body, None)
