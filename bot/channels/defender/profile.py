"""What the messenger shows of the bot before anything is said: name, descriptions and commands, per language.

Neutral as a whole: no word of it names the matter. All texts are the conversation's own: the screens ``bot_name``,
``bot_short`` and ``bot_about``, whose options are the commands. Each value is asked for first and set only where it
differs, since the messenger allows few changes a day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramNetworkError
from aiogram.methods import (
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)
from aiogram.types import BotCommand

from bot import log
from bot.engine.conversation import Conversation
from bot.log.events import SendGivenUp

NAME = "bot_name"
SHORT = "bot_short"
ABOUT = "bot_about"
FALLBACK = "en"
"""Shown to everybody whose language has no text of its own."""
NAME_LETTERS = 64
SHORT_LETTERS = 120
ABOUT_LETTERS = 512
COMMAND_LETTERS = 256
"""Bot API: setMyName, setMyShortDescription, setMyDescription, BotCommand."""

_CODE = re.compile(r"[a-z]{2}")
"""Bot API: a two-letter ISO 639-1 code; anything else is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is shown to people whose app speaks ``language``; the empty language is everybody else's."""

    language: str
    name: str
    short: str
    about: str
    commands: tuple[tuple[str, str], ...]


def profiles(conversation: Conversation) -> Iterator[Profile]:
    """Yield what has to be shown: first to everybody, then in each offered language."""
    for language in ("", *sorted(conversation.texts)):
        if language and not _CODE.fullmatch(language):
            continue
        texts = conversation.texts[language or FALLBACK]
        screens = conversation.screens
        yield Profile(
            language=language,
            name=texts[screens[NAME].say][:NAME_LETTERS],
            short=texts[screens[SHORT].say][:SHORT_LETTERS],
            about=texts[screens[ABOUT].say][:ABOUT_LETTERS],
            commands=tuple((option.id, texts[option.label][:COMMAND_LETTERS]) for option in screens[ABOUT].options),
        )


async def publish(telegram: Bot, conversation: Conversation) -> int:
    """Bring the messenger up to date; return how many values were changed.

    A value the messenger will not take now is left as it is, and all of them when it cannot be reached: the bot
    serves all the same.
    """
    changed = 0
    for change in (change for profile in profiles(conversation) for change in _changes(profile)):
        try:
            changed += await _bring(telegram, change)
        except AiogramError as error:
            log.write(SendGivenUp(method=type(change).__name__, error=type(error).__name__))
            if isinstance(error, TelegramNetworkError):
                break
    return changed


_Change = SetMyName | SetMyDescription | SetMyShortDescription | SetMyCommands


def _changes(profile: Profile) -> Iterator[_Change]:
    code = profile.language or None
    yield SetMyName(name=profile.name, language_code=code)
    yield SetMyDescription(description=profile.about, language_code=code)
    yield SetMyShortDescription(short_description=profile.short, language_code=code)
    commands = [BotCommand(command=command, description=text) for command, text in profile.commands]
    yield SetMyCommands(commands=commands, language_code=code)


async def _bring(telegram: Bot, change: _Change) -> bool:
    code = change.language_code
    same: bool
    match change:
        case SetMyName(name=name):
            same = (await telegram(GetMyName(language_code=code))).name == name
        case SetMyDescription(description=text):
            same = (await telegram(GetMyDescription(language_code=code))).description == text
        case SetMyShortDescription(short_description=text):
            same = (await telegram(GetMyShortDescription(language_code=code))).short_description == text
        case SetMyCommands(commands=commands):
            there = await telegram(GetMyCommands(language_code=code))
            same = [(each.command, each.description) for each in there] == [
                (each.command, each.description) for each in commands
            ]
    if same:
        return False
    await telegram(change)
    return True
