"""Coming back with a return code: attempts, the capsule, the status in one line of four.

The code itself is never stored. Attempts are limited by requester, never by mailbox, since locking a mailbox would be a
gift to whoever wants to keep the person out (``security.md`` 3).
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import TypeAdapter

from bot.engine.state import State
from bot.ids import ChatId, Now
from bot.intake.draft import Hold, Secrets
from bot.sealing.mailbox import Mailbox
from bot.store.values import Case, Stage, Status

ATTEMPTS = 5
WITHIN = timedelta(hours=1)
REMEMBERED = 10_000
"""Chats whose attempts are remembered, in memory only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of a typed code: the mailbox it leads to, or none; ``wait`` after too many attempts."""

    mailbox: Mailbox | None = field(default=None, repr=False)
    wait: bool = False


class Attempts:
    """A few attempts an hour per chat: five, unless another number is given."""

    def __init__(self, now: Now, at_most: int = ATTEMPTS) -> None:
        self._now = now
        self._at_most = at_most
        self._made: OrderedDict[ChatId, deque[float]] = OrderedDict()

    def allow(self, chat: ChatId) -> bool:
        """Count one attempt; false when there were too many."""
        now = self._now().timestamp()
        made = self._made.setdefault(chat, deque(maxlen=self._at_most))
        self._made.move_to_end(chat)
        while len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        while made and now - made[0] > WITHIN.total_seconds():
            made.popleft()
        if len(made) == self._at_most:
            return False
        made.append(now)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Capsule:
    """What the code gives back: where the conversation stands and the sealed way to the case, with further cases.

    A first case whose state says that it was not sent is one only if silence has sent it since.
    """

    state: State
    hold: Hold
    others: tuple[tuple[Hold, State], ...] = ()


_CAPSULE = TypeAdapter(Capsule)


def capsule_of(secrets: Secrets) -> Capsule:
    """Return the capsule of a draft, with the case that is written about."""
    # A line that still waits to be read as contact or story dies with its draft.
    hold = secrets.hold.without({part.object for part in secrets.hold.parts if part.held})
    return Capsule(state=secrets.state, hold=hold, others=secrets.others)


def capsule_of_the_others(secrets: Secrets) -> Capsule:
    """Return the capsule of a draft without the case that is written about."""
    (hold, state), *others = secrets.others
    return Capsule(state=state, hold=hold, others=tuple(others))


def write_capsule(capsule: Capsule) -> bytes:
    """Write a capsule as JSON."""
    return _CAPSULE.dump_json(capsule)


def read_capsule(data: bytes) -> Capsule:
    """Read what ``write_capsule`` wrote."""
    return _CAPSULE.validate_json(data)


def status_of(case: Case, *, replies: bool) -> str:
    """Return the screen that says how the case stands: one of four, whatever staff call it."""
    if replies:
        return "ST_question"
    if case.status is Status.CLOSED:
        return "ST_finished"
    match case.stage:
        case Stage.RECEIVED:
            return "ST_received"
        case Stage.INFO_REQUESTED | Stage.AWAITING_CONSENT:
            return "ST_question"
        case _:
            return "ST_working"
