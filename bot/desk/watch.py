"""Waiting for changes: one look at the database each half second, however many pages wait for it."""

import asyncio
from collections.abc import Callable

from bot import log
from bot.errors import PanohError
from bot.log.events import Uncaught
from bot.log.writer import place_of

LOOK_SECONDS = 0.5
WAIT_SECONDS = 25.0


class Watch:
    """Knows the number of the last change, and wakes who waits for a later one."""

    def __init__(self, last: Callable[[], int]) -> None:
        """``last`` asks the database, and may block."""
        self._last = last
        self._changed = asyncio.Condition()
        self._waiting = 0
        self._ended = False
        self.number = 0

    async def run(self) -> None:
        """Look until ``end``; nothing is asked while nobody waits."""
        while not self._ended:
            if self._waiting:
                await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look once."""
        try:
            number = await asyncio.to_thread(self._last)
        except PanohError as error:
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
            return
        async with self._changed:
            self.number = number
            self._changed.notify_all()

    async def after(self, since: int) -> None:
        """Return when something changed after ``since``, after a while, or at the end."""
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self._ended or self.number > since)
        except TimeoutError:
            return
        finally:
            self._waiting -= 1

    async def end(self) -> None:
        """Let everybody go."""
        self._ended = True
        async with self._changed:
            self._changed.notify_all()
