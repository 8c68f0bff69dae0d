"""When somebody floods the chat: one calm line, then an hour without answers to messages.

What is written after consent is still kept, up to the limits of a draft; buttons go on working, so that contacts and
Exit are never closed to anybody (``words/core-paths.md`` 4, 15). Memory only; a restart forgives.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto

from bot.ids import ChatId, Now
from bot.intake.incoming import Act, Said, Unread

MESSAGES = 40
WITHIN = timedelta(minutes=1)
"""More messages than that in a minute nobody types; twenty forwarded ones and a long paste stay well below."""
SILENCE = timedelta(hours=1)
REMEMBERED = 10_000


class Verdict(Enum):
    """How a message of this chat is answered."""

    FINE = auto()
    TELL = auto()
    """With the one calm line."""
    SILENT = auto()
    """Not at all."""


@dataclass(slots=True)
class _Chat:
    times: deque[float] = field(default_factory=lambda: deque(maxlen=MESSAGES))
    silent_until: float = 0.0


class Flood:
    """Counts messages, by chat."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._chats: OrderedDict[ChatId, _Chat] = OrderedDict()

    def of(self, chat: ChatId, act: Act) -> Verdict:
        """Count an act and say how it is answered; only messages count."""
        if not isinstance(act, Said | Unread):
            return Verdict.FINE
        seconds = self._now().timestamp()
        known = self._chats.setdefault(chat, _Chat())
        self._chats.move_to_end(chat)
        while len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        if known.silent_until > seconds:
            return Verdict.SILENT
        full = len(known.times) == MESSAGES and seconds - known.times[0] <= WITHIN.total_seconds()
        known.times.append(seconds)
        if not full:
            return Verdict.FINE
        known.times.clear()
        known.silent_until = seconds + SILENCE.total_seconds()
        return Verdict.TELL

    def is_silent(self, chat: ChatId) -> bool:
        """Tell whether this chat gets no answers to messages now."""
        known = self._chats.get(chat)
        return known is not None and known.silent_until > self._now().timestamp()
