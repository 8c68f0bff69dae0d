"""Every update goes through here: one lane per chat, confirmed only when its effects are committed.

Both mouths, ``polling`` and ``webhook``, call ``receive(raw)`` and confirm when it returns. Messages and taps of one
chat share a lane, whatever queue the messenger keeps them in, so that nobody's answers overtake each other; a lane
lives as long as something waits in it.

An update that fails by itself is tried once more and then set aside, by id and kind, so that it stops nobody. When
the database fails, nothing is set aside: ``receive`` raises, nothing is confirmed, and the messenger delivers again.

Before: ``polling.Polling`` or ``webhook.Webhook``. After: ``router.Router.on_update``.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

from bot import log
from bot.channels.updates import Raw, chat_of, kind_of, update_id_of
from bot.errors import StoreError
from bot.log.events import Uncaught, UpdateFailed, UpdateSetAside
from bot.log.writer import place_of

Sorry: TypeAlias = Callable[[Raw], Awaitable[None]]
"""``Router.sorry``: tells the person that an update was set aside."""
OnUpdate: TypeAlias = Callable[[Raw, Callable[[], None]], Awaitable[None]]
"""``Router.on_update``: the update, and what to call once it is committed."""

_AT_ONCE = 512
"""Updates taken in and not yet committed; more wait outside, where they are safe."""
_REMEMBERED = 8192
"""Ids of committed updates kept in memory: before consent nothing else knows that an update came twice."""
_ANSWER_SECONDS = 2.0
"""How long a lane lets an answer leave before it takes in the chat's next update."""
_STUCK_TRIES = 6
"""Deliveries of an update that breaks the database, while others get through, before it is set aside: with the pauses
of either mouth about half a minute."""
_CLOSING_SECONDS = 8.0
"""How long answers may still leave when the process ends; container runtimes kill after ten seconds."""


@dataclass(slots=True)
class _Waiting:
    """An update in its lane; ``done`` is set when it is committed or has failed."""

    raw: Raw = field(repr=False)
    done: asyncio.Future[None]


class Ingress:
    """Takes updates in; an asynchronous context that ends when everything taken in is answered."""

    def __init__(self, on_update: OnUpdate, sorry: Sorry | None = None) -> None:
        """Hand updates to ``on_update``; what fails by itself and is set aside goes to ``sorry``."""
        self._on_update = on_update
        self._sorry = sorry
        self._tasks = asyncio.TaskGroup()
        self._lanes: dict[int | None, deque[_Waiting]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._known: OrderedDict[int | None, asyncio.Future[None]] = OrderedDict()
        self._stuck: dict[int, tuple[int, int]] = {}
        self._commits = 0

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let what is under way end, for a while; then cut it off: what is committed is safe, its screens are owed."""
        if isinstance(error, asyncio.CancelledError):
            await self._tasks.__aexit__(kind, error, traceback)
            return
        # The group is not told of another error, or it would wrap it.
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._tasks.__aexit__(None, None, None)

    async def receive(self, raw: Raw) -> None:
        """Return when the update is committed, or was set aside.

        Raises:
            StoreError: the database failed; the update must be delivered again.
        """
        await asyncio.shield(await self.take(raw))

    def afterwards(self, work: Coroutine[None, None, None]) -> None:
        """Do something beside the updates; it must not raise, and is awaited when the ingress closes."""
        self._tasks.create_task(work)

    async def take(self, raw: Raw) -> asyncio.Future[None]:
        """Put the update into its lane, in the order of calling; the future ends as ``receive`` does.

        Await it shielded: an update that came twice shares it.
        """
        update_id = update_id_of(raw)
        if (known := self._known.get(update_id)) is not None:
            return known
        await self._room.acquire()
        if (known := self._known.get(update_id)) is not None:
            self._room.release()
            return known
        done = asyncio.get_running_loop().create_future()
        done.add_done_callback(self._make_room)
        self._remember(update_id, done)
        chat = chat_of(raw)
        lane = self._lanes.get(chat)
        if lane is None:
            lane = self._lanes[chat] = deque()
            self._tasks.create_task(self._run(chat, lane))
        lane.append(_Waiting(raw, done))
        return done

    async def _run(self, chat: int | None, lane: deque[_Waiting]) -> None:
        answering: asyncio.Task[None] | None = None
        try:
            while lane:
                waiting = lane[0]
                stuck = answering is not None and not answering.done()
                answering = self._tasks.create_task(self._one(waiting))
                await asyncio.wait({waiting.done})
                lane.popleft()
                if not waiting.done.cancelled() and (error := waiting.done.exception()) is not None:
                    # What this person did afterwards must not overtake what has to come again.
                    while lane:
                        self._fail(lane.popleft(), error)
                elif not stuck:
                    await asyncio.wait({answering}, timeout=_ANSWER_SECONDS)
        finally:
            for cut_off in lane:
                cut_off.done.cancel()
            del self._lanes[chat]

    async def _one(self, waiting: _Waiting) -> None:
        def committed() -> None:
            if not waiting.done.done():
                self._commits += 1
                waiting.done.set_result(None)

        try:
            for last in (False, True):
                try:
                    await self._on_update(waiting.raw, committed)
                    break
                except Exception as error:  # noqa: BLE001  one update's failure is nobody else's
                    if waiting.done.done():
                        log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
                        break
                    if last and self._failed(waiting, error, committed):
                        await self._apologise(waiting.raw)
        finally:
            waiting.done.cancel()

    async def _apologise(self, raw: Raw) -> None:
        if self._sorry is None:
            return
        try:
            await self._sorry(raw)
        except Exception as error:  # noqa: BLE001  what failed before may well fail again
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))

    def _failed(self, waiting: _Waiting, error: Exception, committed: Callable[[], None]) -> bool:
        """Let the messenger deliver a failed update again, or set it aside; tell whether it was set aside."""
        update_id = update_id_of(waiting.raw) or 0
        log.write(UpdateFailed(update=update_id, error=type(error).__name__, place=place_of(error)))
        tries, commits = self._stuck.pop(update_id, (0, self._commits))
        # Where others get through meanwhile it is this update, whatever the error calls itself.
        if isinstance(error, StoreError) and (tries + 1 < _STUCK_TRIES or commits == self._commits):
            if len(self._stuck) < _REMEMBERED:
                self._stuck[update_id] = (tries + 1, commits)
            self._fail(waiting, error)
            return False
        log.write(UpdateSetAside(update=update_id, kind=kind_of(waiting.raw)))
        committed()
        return True

    def _fail(self, waiting: _Waiting, error: BaseException) -> None:
        self._known.pop(update_id_of(waiting.raw), None)
        waiting.done.set_exception(error)

    def _remember(self, update_id: int | None, done: asyncio.Future[None]) -> None:
        if update_id is not None:
            self._known[update_id] = done
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)

    def _make_room(self, done: asyncio.Future[None]) -> None:
        self._room.release()
        if not done.cancelled():
            # Looked at here, so that a caller who went away leaves no complaint about an unread exception.
            done.exception()
