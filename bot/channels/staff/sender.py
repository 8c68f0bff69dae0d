"""Calls of the Bot API for the staff's bot: paced, tried again where that is right, told apart by what became of them.

The address of every call holds the token, so no text of the client's errors is kept or logged, only their class.
"""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Any, TypeAlias, TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ApplicationBuilder, Defaults, ExtBot, JobQueue
from telegram.warnings import PTBDeprecationWarning

from bot import log
from bot.channels.pace import Pace, Pause
from bot.channels.staff.render import Line
from bot.errors import ChannelError
from bot.log.events import PollFailed, SendDelayed, SendGivenUp

StaffBot: TypeAlias = ExtBot[Any]
# Any: the library's dictionaries, which stay empty
StaffApplication: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

_TIMEOUT_SECONDS = 20.0
_TRIES = 3
_LONGEST_WAIT = 30.0
_FIRST_BACK_OFF = 0.5
_LONGEST_BACK_OFF = 30.0
_TALKATIVE = ("httpx", "httpcore", "telegram", "apscheduler")

T = TypeVar("T")


class Fate(Enum):
    """What became of a message."""

    SENT = auto()
    UNREACHABLE = auto()
    """The person blocked the bot, has no account any more, or the messenger will never take it."""
    MISSED = auto()
    """It was not sent, or nobody knows; to be tried another time."""


def build(token: str, api: str) -> StaffApplication:
    """Return a client and router of the Bot API server at ``api``, which fetches nothing by itself."""
    for name in _TALKATIVE:
        # At INFO the client's library writes the address of each call, and the address holds the token.
        logging.getLogger(name).setLevel(logging.WARNING)
    # The library warns at each 429 that this number will be of another type; it is read in both.
    warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)
    base = api.rstrip("/")
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .updater(None)
        .job_queue(JobQueue())
        .connect_timeout(_TIMEOUT_SECONDS)
        .read_timeout(_TIMEOUT_SECONDS)
        .write_timeout(_TIMEOUT_SECONDS)
        .pool_timeout(_TIMEOUT_SECONDS)
        # What may not be forwarded is said with each message: as a default it would go out with edits too.
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .build()
    )


async def begin(application: StaffApplication, stop: asyncio.Event) -> bool:
    """Make the client ready, however long the messenger cannot be reached; false when ``stop`` was set before.

    Raises:
        ChannelError: the messenger refuses the token.
    """
    back_off = _FIRST_BACK_OFF
    while not stop.is_set():
        try:
            await application.initialize()
        except (InvalidToken, Forbidden) as error:
            await application.bot.shutdown()
            raise ChannelError(
                f"the messenger refuses the token ({type(error).__name__}): check PANOH_STAFF_TOKEN"
            ) from None
        except TelegramError as error:
            log.write(PollFailed(error=type(error).__name__, seconds=back_off))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), back_off)
            back_off = min(back_off * 2, _LONGEST_BACK_OFF)
        else:
            return True
    return False


class Sender:
    """Sends lines."""

    def __init__(self, telegram: StaffBot, *, pace: Pace, pause: Pause = asyncio.sleep) -> None:
        self._telegram = telegram
        self._pace = pace
        self._pause = pause
        self._refused: dict[int, float] = {}

    async def send(self, chat: int, line: Line) -> Fate:
        """Send what somebody asked for; of a cut connection nobody knows whether it arrived."""
        await self._pause(self._pace.wait(chat, asyncio.get_running_loop().time()))
        return await self._fate("sendMessage", lambda: self._message(chat, line))

    async def tell(self, chat: int, line: Line) -> Fate:
        """Send what nobody asked for: a chat that the messenger makes wait is missed, so that no other waits for it."""
        now = asyncio.get_running_loop().time()
        if now < self._refused.get(chat, now):
            return Fate.MISSED
        self._refused.pop(chat, None)
        await self._pause(self._pace.wait(chat, now))

        def refused(seconds: float) -> None:
            self._refused[chat] = asyncio.get_running_loop().time() + seconds

        return await self._fate("sendMessage", lambda: self._message(chat, line), refused)

    async def _message(self, chat: int, line: Line) -> None:
        await self._telegram.send_message(
            chat, line.text, reply_markup=_keyboard(line), disable_notification=line.silent, protect_content=True
        )

    async def replace(self, chat: int, message: int, text: str) -> None:
        """Put another text in place of a message, without its buttons."""
        await self._fate("editMessageText", lambda: self._telegram.edit_message_text(text, chat, message))

    async def answer(self, tap: str, toast: str | None) -> None:
        """Answer a tap; one that is too old to be answered is nobody's loss."""
        await self._fate("answerCallbackQuery", lambda: self._telegram.answer_callback_query(tap, toast))

    async def leave(self, chat: int) -> None:
        """Leave a group without a word."""
        await self._fate("leaveChat", lambda: self._telegram.leave_chat(chat))

    async def _fate(
        self, method: str, call: Callable[[], Awaitable[T]], refused: Callable[[float], None] | None = None
    ) -> Fate:
        """Call the messenger. Where it says how long to wait, wait, or tell ``refused``."""
        name = ""
        for _ in range(_TRIES):
            try:
                await call()
            except RetryAfter as error:
                seconds = float(
                    error.retry_after if isinstance(error.retry_after, int) else error.retry_after.total_seconds()
                )
                name = type(error).__name__
                if refused is not None:
                    refused(seconds)
                if refused is not None or seconds > _LONGEST_WAIT:
                    break
                log.write(SendDelayed(method=method, status=429, seconds=seconds))
                await self._pause(seconds)
            except (Forbidden, BadRequest) as error:
                if method != "answerCallbackQuery":
                    log.write(SendGivenUp(method=method, error=type(error).__name__))
                return Fate.UNREACHABLE
            except (NetworkError, TelegramError) as error:
                name = type(error).__name__
                break
            else:
                return Fate.SENT
        log.write(SendGivenUp(method=method, error=name))
        return Fate.MISSED


def _keyboard(line: Line) -> InlineKeyboardMarkup | None:
    if not line.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in line.buttons]]
    )
