"""Calls the Bot API, and says honestly what became of each call.

A message that may have arrived is never sent again: a cut connection or a 5xx after the request went out leaves its
outcome *unknown*, and the draft is told so. What surely did not arrive is tried again for a while and then left
owed. Deleting is harmless to repeat. Every error of the library ends here: only its class is logged, since its text
holds the chat id, the address with the token, or the message itself.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

import aiohttp
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import DeleteMessages, LeaveChat, SendMessage, TelegramMethod

from bot import log
from bot.channels.defender.render import Outgoing, to_answer
from bot.channels.pace import Pace, Pause
from bot.intake.turn import Delivery
from bot.log.events import SendDelayed, SendGivenUp

_T = TypeVar("_T")

_TIMEOUT_SECONDS = 20
_PATIENCE_SECONDS = 60.0
"""How long one call may be put off by 429 and failures before its screen is left owed."""
_TRIES = 4
_FIRST_BACK_OFF = 0.5


class Fate(Enum):
    """What became of a call that brought no result."""

    SETTLED = auto()
    """Nothing to do: what was to be removed is gone, a tap is too old to be answered."""
    REFUSED = auto()
    """The messenger will never take it."""
    UNREACHABLE = auto()
    """The person blocked the bot or has no account any more."""
    UNKNOWN = auto()
    """It may have been carried out."""
    NOT_SENT = auto()
    """It was surely not carried out, and may be tried another time."""


@dataclass(frozen=True, slots=True)
class _Later:
    """Not carried out; to be tried again after so many seconds, or after the usual back-off."""

    seconds: float | None
    status: int


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message was sent although its description could not be read."""

    message_id: int


_SETTLED = ("message is not modified", "message to delete not found", "query is too old", "query id is invalid")
_NOBODY = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid", "user not found")


def connect(token: str, api: str) -> Bot:
    """Return a client of the Bot API server at ``api``; what a call leaves open is protected and without preview."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=_TIMEOUT_SECONDS)
    usual = DefaultBotProperties(protect_content=True, link_preview_is_disabled=True)
    return Bot(token, session=session, default=usual)


def fate_of(error: AiogramError) -> Fate | _Later:
    """Say what an error of the client means for the call that caused it."""
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return _Later(float(seconds), 429)
        case TelegramForbiddenError():
            return Fate.UNREACHABLE
        case TelegramBadRequest(message=text):
            lower = text.lower()
            if any(words in lower for words in _SETTLED):
                return Fate.SETTLED
            return Fate.UNREACHABLE if any(words in lower for words in _NOBODY) else Fate.REFUSED
        case TelegramServerError():
            return Fate.UNKNOWN
        case TelegramNetworkError():
            # Only where no connection was made is it certain that nothing was carried out.
            return _Later(None, 0) if isinstance(error.__cause__, aiohttp.ClientConnectorError) else Fate.UNKNOWN
        case TelegramAPIError():
            return Fate.NOT_SENT
        case _:
            return Fate.UNKNOWN


class Sender:
    """Sends what was rendered, keeping to the pace the messenger asks for."""

    def __init__(self, telegram: Bot, *, pace: Pace, pause: Pause = asyncio.sleep) -> None:
        self._telegram = telegram
        self._pace = pace
        self._pause = pause

    async def answer(self, tap: str, toast: str | None) -> None:
        """Answer a tap; one that is too old to be answered is nobody's loss."""
        await self._once(to_answer(tap, toast))

    async def leave(self, chat: int) -> None:
        """Leave a group or channel without a word."""
        await self._once(LeaveChat(chat_id=chat))

    async def deliver(self, calls: Sequence[Outgoing]) -> Delivery:
        """Carry out the calls of one turn in order; return what became of what the draft owed.

        ``None`` in ``sent`` is what is not known to have arrived. A number that is missing was refused for good.
        """
        sent: dict[int, int | None] = {}
        stays: set[int] = set()
        removed: set[int] = set()
        result: int | Fate = Fate.SETTLED
        for call in calls:
            if isinstance(call.method, DeleteMessages):
                removed.update(await self._remove(call.method))
                continue
            # Order matters more than completeness: what follows would stand without what went before.
            if result not in (Fate.UNREACHABLE, Fate.NOT_SENT):
                result = await self._send(call.method)
            if isinstance(result, int) and call.stays:
                stays.add(result)
            if call.owed is not None and result is not Fate.REFUSED:
                sent[call.owed] = result if isinstance(result, int) else None
        unreachable = result is Fate.UNREACHABLE
        return Delivery(sent=sent, stays=frozenset(stays), removed=frozenset(removed), unreachable=unreachable)

    async def _once(self, method: TelegramMethod[bool]) -> None:
        try:
            await self._telegram(method)
        except AiogramError as error:
            if fate_of(error) is not Fate.SETTLED:
                _given_up(method, type(error).__name__)

    async def _send(self, method: SendMessage) -> int | Fate:
        await self._pause(self._pace.wait(int(method.chat_id), _now()))
        result = await self._patiently(method, harmless=False)
        return result if isinstance(result, Fate) else result.message_id

    async def _remove(self, method: DeleteMessages) -> Sequence[int]:
        """Return the ids that are gone; where one of many is refused, the others are tried in halves."""
        result = await self._patiently(method, harmless=True)
        ids = method.message_ids
        if result is True or result is Fate.SETTLED:
            return ids
        if result is not Fate.REFUSED or len(ids) == 1:
            return ()
        half = len(ids) // 2
        return [
            *await self._remove(DeleteMessages(chat_id=method.chat_id, message_ids=ids[:half])),
            *await self._remove(DeleteMessages(chat_id=method.chat_id, message_ids=ids[half:])),
        ]

    async def _patiently(self, method: TelegramMethod[_T], *, harmless: bool) -> _T | _Sent | Fate:
        """Carry out one call, again where that is right; ``harmless`` says that doing it twice is."""
        waited, back_off = 0.0, _FIRST_BACK_OFF
        for tries in range(1, _TRIES + 1):
            try:
                return await self._telegram(method)
            except AiogramError as error:
                name, fate = type(error).__name__, fate_of(error)
                if isinstance(error, ClientDecodeError) and (message_id := _sent_id(error)):
                    return _Sent(message_id)
            if fate is Fate.UNKNOWN and harmless:
                fate = _Later(None, 500)
            if isinstance(fate, Fate):
                if fate is not Fate.SETTLED:
                    _given_up(method, name)
                return fate
            seconds = fate.seconds if fate.seconds is not None else back_off
            waited, back_off = waited + seconds, back_off * 2
            if tries == _TRIES or waited > _PATIENCE_SECONDS:
                _given_up(method, name)
                break
            log.write(SendDelayed(method=type(method).__name__, status=fate.status, seconds=seconds))
            await self._pause(seconds)
        return Fate.NOT_SENT


def _sent_id(error: ClientDecodeError) -> int | None:
    """Return the id out of an answer that the models refuse: the messenger quotes a forward of a hidden person."""
    data = error.data
    result = data.get("result") if isinstance(data, dict) and data.get("ok") is True else None
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None


def _given_up(method: TelegramMethod[_T], error: str) -> None:
    log.write(SendGivenUp(method=type(method).__name__, error=error))


def _now() -> float:
    # The loop's own monotonic time: it measures pauses and is no time of day.
    return asyncio.get_running_loop().time()
