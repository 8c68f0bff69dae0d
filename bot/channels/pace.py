"""How fast may be sent: about one message a second to a chat after a short burst, about thirty a second in all.

The messenger publishes these numbers only roughly (Bots FAQ, "My bot is hitting limits") and answers 429 beyond them.
Pure arithmetic over a monotonic time that is passed in: the virtual scheduling form of a leaky bucket, one number a
chat, forgotten as soon as it lies in the past.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds; a test's waits for nothing."""

_SWEEP = 1024


@dataclass(slots=True, kw_only=True)
class Pace:
    """When the next message to a chat may leave.

    ``chat_rate`` and ``rate`` are messages a second, to one chat and in all; ``chat_burst`` and ``burst`` how many may
    go at once after a pause.
    """

    chat_rate: float = 1.0
    chat_burst: int = 6
    rate: float = 28.0
    burst: int = 28
    _chats: dict[int, float] = field(default_factory=dict, repr=False)
    _all: float = 0.0

    def wait(self, chat: int, now: float) -> float:
        """Book the next message to ``chat`` and return in how many seconds it may leave."""
        due = max(self._chats.get(chat, now), now)
        delay = max(due - now - (self.chat_burst - 1) / self.chat_rate, 0.0)
        self._chats[chat] = due + 1 / self.chat_rate
        overall = max(self._all, now)
        delay = max(delay, overall - now - (self.burst - 1) / self.rate)
        self._all = overall + 1 / self.rate
        if len(self._chats) > _SWEEP:
            self._chats = {known: until for known, until in self._chats.items() if until > now}
        return delay
