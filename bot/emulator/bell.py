"""Waiting for a change of a world.

What lives here: the one place where the emulator waits. What must not: why somebody waits.

Rules kept: a waiter that gives up leaves nothing behind.
"""

import asyncio


class Bell:
    """Everybody who waits hears the next ring."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self.closed = False

    def ring(self) -> None:
        """Wake everybody who waits."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    def close(self) -> None:
        """Wake everybody for the last time; who asks afterwards does not wait."""
        self.closed = True
        self.ring()

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring, at most ``seconds`` of real time; whether it rang."""
        if self.closed:
            return False
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiting)
        return True
