"""Fetches updates over raw JSON, and moves the offset only past what is committed.

Not aiogram's polling: that one decodes a whole batch at once and stops at the first update it cannot read, with the
text in its log. The address holds the token, so no exception of the HTTP client leaves this module and none is
logged but by its class.

Before: the messenger. After: ``ingress.Ingress.take``.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

import aiohttp

from bot import log
from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.pace import Pause
from bot.channels.updates import UNKNOWN, Raw, update_id_of
from bot.errors import ChannelError, StoreError
from bot.log.events import PollFailed, PollRecovered, UpdateSetAside

_T = TypeVar("_T")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""All that is asked for; anything else the messenger keeps to itself."""

_LIMIT = 100
_HOLD_SECONDS = 25
_GRACE_SECONDS = 15
_FAREWELL_SECONDS = 3
_BODY_BYTES = 64 * 2**20
"""The server cuts its answer at about 4 MiB (Bot API server, ``process_get_updates_query``)."""
_FIRST_BACK_OFF = 0.5
_LONGEST_BACK_OFF = 30.0
_CONFLICT_SECONDS = 5.0
_LONGEST_ASKED = 3600
_LONGEST_NUMBER = 25
_UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,19})\b')
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was fetched; ``full`` says that more may wait."""

    updates: Sequence[Raw] = field(repr=False)
    full: bool


@dataclass(frozen=True, slots=True)
class _Garbled:
    """An answer that is no JSON; ``update_id`` is the first one that can be seen in it."""

    update_id: int | None


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Nothing was fetched. ``seconds`` is what the messenger asked to wait, ``final`` that trying again is no use."""

    error: str
    seconds: float | None = None
    final: bool = False


_Answer: TypeAlias = _Batch | _Garbled | _Trouble


class Polling:
    """Asks for updates until told to stop."""

    def __init__(
        self,
        *,
        token: str,
        api: str,
        ingress: Ingress,
        setting: str,
        outage: Outage | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        """Fetch from the Bot API server at ``api``; every update goes to ``ingress``.

        ``setting`` is the name of the setting that holds the token. An ``outage`` is told of absences.
        """
        self._setting = setting
        self._address = f"{api.rstrip('/')}/bot{token}/"
        self._ingress = ingress
        self._outage = outage
        self._pause = pause
        self._stopping = False
        self._waiting: asyncio.Timeout | None = None
        self._offset: int | None = None
        self._limit = _LIMIT
        self._back_off = _FIRST_BACK_OFF
        self._failing = False
        self._begun = False

    def stop(self) -> None:
        """Fetch no more; ``run`` returns when what was fetched is committed and confirmed."""
        self._stopping = True
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Fetch and hand on until ``stop``.

        Raises:
            ChannelError: the messenger refuses the token.
        """
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_HOLD_SECONDS + _GRACE_SECONDS)) as client:
            while not self._stopping:
                await self._round(client)
            if self._offset is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FAREWELL_SECONDS):
                        await self._post(client, "getUpdates", {"offset": self._offset, "limit": 1, "timeout": 0})

    async def _round(self, client: aiohttp.ClientSession) -> None:
        match await self._unless_stopped(self._fetch(client)):
            case _Batch(updates, full):
                self._recovered()
                self._offset, self._limit = None, _LIMIT
                await self._hand_on(updates)
                if not full and not self._failing and self._outage is not None:
                    self._ingress.afterwards(self._outage.over())
            case _Garbled(update_id):
                await self._step_over(update_id)
            case _Trouble(error, final=True):
                raise ChannelError(f"the messenger refuses the token ({error}): check {self._setting}")
            case _Trouble(error, seconds):
                await self._wait(error, seconds)
            case None:
                pass

    async def _hand_on(self, updates: Sequence[Raw]) -> None:
        """Give the updates to their lanes, and move the offset past the first ones that are all committed."""
        taken = []
        for raw in updates:
            if self._outage is not None:
                self._outage.arrived(raw)
            taken.append((update_id_of(raw), await self._ingress.take(raw)))
        failure: StoreError | None = None
        for update_id, done in taken:
            try:
                await asyncio.shield(done)
            except StoreError as error:
                failure = failure or error
            if failure is None and update_id is not None:
                self._offset = update_id + 1
        if failure is not None:
            await self._wait(type(failure).__name__, None)

    async def _step_over(self, update_id: int | None) -> None:
        """Find the one update that makes an answer unreadable by fetching one at a time, and pass it by."""
        if self._limit > 1:
            self._limit = 1
        elif update_id is not None:
            log.write(UpdateSetAside(update=update_id, kind=UNKNOWN))
            self._offset, self._limit = update_id + 1, _LIMIT
        else:
            await self._wait("Garbled", None)

    async def _wait(self, error: str, seconds: float | None) -> None:
        wait = self._back_off if seconds is None else seconds
        self._back_off = min(self._back_off * 2, _LONGEST_BACK_OFF)
        self._failing = True
        log.write(PollFailed(error=error, seconds=wait))
        await self._unless_stopped(self._pause(wait))

    def _recovered(self) -> None:
        if self._outage is not None:
            self._outage.reached()
        self._back_off = _FIRST_BACK_OFF
        if self._failing:
            log.write(PollRecovered())
        self._failing = False

    async def _unless_stopped(self, work: Awaitable[_T]) -> _T | None:
        """Await the work, or give it up at once when ``stop`` is called; ``None`` then."""
        try:
            async with asyncio.timeout(0 if self._stopping else None) as self._waiting:
                return await work
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    async def _fetch(self, client: aiohttp.ClientSession) -> _Answer:
        if not self._begun:
            # A webhook left from before would answer every poll with 409; what is queued stays queued.
            begun = await self._post(client, "deleteWebhook", {"drop_pending_updates": False})
            if isinstance(begun, _Trouble):
                return begun
            self._begun = True
        wanted: dict[str, object] = {"limit": self._limit, "timeout": _HOLD_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        # Sent only to confirm: ids begin anew, perhaps lower, after a quiet week (Bot API, Update).
        if self._offset is not None:
            wanted["offset"] = self._offset
        return await self._post(client, "getUpdates", wanted)

    async def _post(self, client: aiohttp.ClientSession, method: str, parameters: dict[str, object]) -> _Answer:
        body = bytearray()
        try:
            # A redirect would carry the token to another host.
            async with client.post(self._address + method, json=parameters, allow_redirects=False) as response:
                status = response.status
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > _BODY_BYTES:
                        return _Trouble("TooLong")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return _Trouble(type(error).__name__)
        try:
            answer = json.loads(body, parse_int=_integer)
        except (ValueError, RecursionError):
            if status != HTTPStatus.OK:
                return _Trouble(str(status), final=status in _REFUSED)
            seen = _UPDATE_ID.search(body)
            return _Garbled(int(seen[1]) if seen else None)
        if status == HTTPStatus.OK and isinstance(answer, dict):
            result = answer.get("result")
            updates = [raw for raw in result if isinstance(raw, dict)] if isinstance(result, list) else []
            return _Batch(updates, full=len(updates) >= self._limit)
        return self._refusal(status, answer if isinstance(answer, dict) else {})

    def _refusal(self, status: int, answer: dict[str, Any]) -> _Trouble:
        if status == HTTPStatus.CONFLICT:
            self._begun = False
            return _Trouble(str(status), seconds=_CONFLICT_SECONDS)
        parameters = answer.get("parameters")
        seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
        asked = float(seconds) if isinstance(seconds, int) and 0 < seconds <= _LONGEST_ASKED else None
        return _Trouble(str(status), seconds=asked, final=status in _REFUSED)


def _integer(digits: str) -> int:
    """Read a number, and a senselessly long one as 0: Python would refuse it, and the whole batch with it."""
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 0
