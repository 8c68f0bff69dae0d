"""A clock that a test moves by hand.

Rules kept: it never looks at the machine's clock; it only goes forward.
"""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Where the virtual time begins unless it is told otherwise."""


class VirtualClock:
    """A ``Now`` that stands still until ``advance`` is called."""

    def __init__(self, start: datetime = START) -> None:
        self._time = start

    def __call__(self) -> datetime:
        """The virtual time, aware, in UTC."""
        return self._time

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Move forward and return the new time.

        Raises:
            ValueError: when the step is negative.
        """
        step = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        if step < timedelta(0):
            raise ValueError("time only goes forward")
        self._time += step
        return self._time
