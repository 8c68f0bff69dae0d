"""How often one place may try: counted by who asks, never by name, since locking an account is what an attacker wants.

Held in memory only, and under a key of this process, so that no address of anybody rests anywhere. Each place has a
bucket that a try empties by one and time fills again.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from bot.errors import SlowDownError
from bot.ids import Now, RandomBytes
from bot.sealing.suite import mac

PLACES_AT_MOST = 10_000
"""Buckets remembered; the one that was used longest ago is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many tries at once, and one more after each so many seconds."""

    burst: int
    seconds: float


SIGN_IN = Rate(burst=10, seconds=60)
"""Whatever is checked against a secret."""
ASKING = Rate(burst=60, seconds=5)
"""Whatever makes a challenge or looks at an invitation."""


class Limit:
    """The buckets of one kind of try."""

    def __init__(self, rate: Rate, *, now: Now, random_bytes: RandomBytes) -> None:
        self._rate = rate
        self._now = now
        self._key = random_bytes(32)
        self._buckets: OrderedDict[bytes, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, place: str) -> None:
        """Count a try from a place, before it is looked at.

        Raises:
            SlowDownError: there were too many.
        """
        name, now = self._name(place), self._now()
        with self._lock:
            left = self._left(name, now)
            if left < 1:
                raise SlowDownError("too many tries: wait some minutes")
            self._put(name, left - 1, now)

    def give_back(self, place: str) -> None:
        """Uncount a try that was right."""
        name, now = self._name(place), self._now()
        with self._lock:
            self._put(name, min(self._left(name, now) + 1, self._rate.burst), now)

    def _left(self, name: bytes, now: datetime) -> float:
        left, at = self._buckets.get(name, (float(self._rate.burst), now))
        return min(float(self._rate.burst), left + (now - at).total_seconds() / self._rate.seconds)

    def _put(self, name: bytes, left: float, now: datetime) -> None:
        self._buckets[name] = (left, now)
        self._buckets.move_to_end(name)
        if len(self._buckets) > PLACES_AT_MOST:
            self._buckets.popitem(last=False)

    def _name(self, place: str) -> bytes:
        return mac(self._key, place.encode())
