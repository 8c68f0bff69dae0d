"""When somebody floods the chat: one calm line, then an hour without answers to messages.

What is written after consent is still kept, up to the limits of a draft; buttons go on working, so that contacts and
Exit are never closed to anybody (``words/core-paths.md`` 4, 15). Only taps faster than any finger do nothing, Exit
excepted: each of them would cost a write. Memory only, by process; a restart forgives.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto

from bot.ids import ChatId, Now
from bot.intake.incoming import Act, Command, Said, Tap, Unread

MESSAGES = 40
WITHIN = timedelta(minutes=1)
"""More messages than that in a minute nobody types; twenty forwarded ones and a long paste stay well below."""
TAPS = 300
"""Taps and commands in a minute: five a second for a whole minute is a program, not a person."""
SILENCE = timedelta(hours=1)
EXIT_DATA = ".x"
"""How the data of every Exit button ends (``bot.intake.buttons``)."""
REMEMBERED = 10_000


class Verdict(Enum):
    """How a message of this chat is answered."""

    FINE = auto()
    TELL = auto()
    """With the one calm line."""
    SILENT = auto()
    """Not at all."""
    IGNORED = auto()
    """Not at all, and nothing is done either."""


@dataclass(slots=True)
class _Chat:
    times: deque[float] = field(default_factory=lambda: deque(maxlen=MESSAGES))
    taps: deque[float] = field(default_factory=lambda: deque(maxlen=TAPS))
    silent_until: float = 0.0


class Flood:
    """Counts messages, by chat."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._chats: OrderedDict[ChatId, _Chat] = OrderedDict()

    def of(self, chat: ChatId, act: Act) -> Verdict:
        """Count an act and say how it is answered."""
        if not isinstance(act, Said | Unread | Tap | Command) or _leaves(act):
            return Verdict.FINE
        seconds = self._now().timestamp()
        known = self._chats.setdefault(chat, _Chat())
        self._chats.move_to_end(chat)
        while len(self._chats) > REMEMBERED:
            self._chats.popitem(last=False)
        if isinstance(act, Tap | Command):
            return Verdict.IGNORED if _too_fast(known.taps, seconds) else Verdict.FINE
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


def _leaves(act: Act) -> bool:
    match act:
        case Tap(data=data):
            return data.endswith(EXIT_DATA)
        case Command(name=name):
            return name == "stop"
        case _:
            return False


def _too_fast(taps: deque[float], seconds: float) -> bool:
    if len(taps) == TAPS and 0 <= seconds - taps[0] <= WITHIN.total_seconds():
        return True
    taps.append(seconds)
    return False
