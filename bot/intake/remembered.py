"""A bounded table in memory that several threads may use: on PostgreSQL eight of them carry out turns.

What is put last is forgotten last. Nothing in it may be needed: a process that ends takes it along.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Remembers the newest ``at_most`` values, each under its key."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return a value, or ``None`` when it was forgotten or never put."""
        with self._lock:
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember a value; beyond the limit the one put longest ago is forgotten."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._at_most:
                self._values.popitem(last=False)

    def change(self, key: K, change: Callable[[V], V]) -> None:
        """Replace a value by what ``change`` makes of it, if it is still remembered."""
        with self._lock:
            if (value := self._values.get(key)) is not None:
                self._values[key] = change(value)

    def forget(self, key: K) -> V | None:
        """Forget a value and return it."""
        with self._lock:
            return self._values.pop(key, None)
