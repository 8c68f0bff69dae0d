"""Notices that the service was away for so long that taps were lost, and says when it is back.

The messenger keeps a message for a day and a tap for 150 seconds (``process_new_callback_query_queue`` of the Bot API
server). So after a longer absence the open questions must be asked again, once, when what had piled up is worked off.
An absence shows in two ways: nothing could be fetched for that long, or a message arrives that was sent that long
ago, which also tells of the time before this process began.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot import log
from bot.channels.updates import Raw
from bot.ids import Now
from bot.log.events import Uncaught
from bot.log.writer import place_of

TAP_LIVES = timedelta(seconds=150)


class Outage:
    """Remembers an absence until it is over."""

    def __init__(self, *, now: Now, after: Callable[[], Awaitable[None]]) -> None:
        """Call ``after`` when an absence is over; it asks the open questions again."""
        self._now = now
        self._after = after
        self._seen: datetime | None = None
        self._away = False
        self._asked: datetime | None = None

    def reached(self) -> None:
        """Say that the messenger was reached just now."""
        now = self._now()
        if self._seen is not None and now - self._seen > TAP_LIVES:
            self._away = True
        self._seen = now

    def arrived(self, raw: Raw) -> None:
        """Look at when an arriving message was sent."""
        message = raw.get("message")
        sent = message.get("date") if isinstance(message, dict) else None
        if isinstance(sent, int) and 0 < sent < (self._now() - TAP_LIVES).timestamp():
            # Late pieces of one absence trickle in; the question is asked again once.
            late = datetime.fromtimestamp(sent, UTC)
            self._away = self._away or self._asked is None or late > self._asked

    async def over(self) -> None:
        """Say that what had piled up is worked off."""
        if not self._away:
            return
        self._away = False
        self._asked = self._now()
        try:
            await self._after()
        except Exception as error:  # noqa: BLE001  asking again is a kindness; failing at it must not stop the intake
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
