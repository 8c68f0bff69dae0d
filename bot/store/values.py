"""The values that go into the database and come out of it: frozen, and with no row, session or SQL type in them.

Rules. Times are aware and in UTC; whole seconds are kept. Ids are random bytes made by the caller (``bot.ids``).
Everything that was typed arrives sealed. Sealed bytes, lanes and tokens are left out of every ``repr``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.engine.conversation import Level
from bot.ids import CaseId, Digest, DraftId, ObjectId, Reference

CASE_KEY = "case_key"
"""``SealedObject.kind`` of a case-key file: the kind that is erased first when a case is deleted."""
MANIFEST = "manifest"
"""``SealedObject.kind`` of a manifest."""


class ObjectState(StrEnum):
    """How far a sealed object has come."""

    DRAFT = "draft"
    """Kept for a draft; dies with it."""
    READY = "ready"
    """A manifest prepared so that silence can send it."""
    HELD = "held"
    """Sealed for the other reading of a line and in no manifest yet; dies with its draft."""
    ASIDE = "aside"
    """Answers a question that is no longer asked: in no manifest and given to nobody, until the question returns."""
    SENT = "sent"
    """Part of the case: staff can fetch it."""
    OLD = "old"
    """A case-key file that a later one replaced: served to nobody, kept a while so that it can be put back."""


class Status(StrEnum):
    """What staff do with a case."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Stage(StrEnum):
    """How far the work on a case has come (``domain.md`` 3.5); the person is shown one of four sentences."""

    RECEIVED = "received"
    TRIAGE = "triage"
    UNDER_REVIEW = "under_review"
    INFO_REQUESTED = "info_requested"
    """The person was asked something: the clock stands still."""
    AWAITING_CONSENT = "awaiting_consent"
    """The person was asked whether something may be done: the clock stands still."""
    VERIFIED = "verified"
    REFERRED = "referred"
    ACTION_TAKEN = "action_taken"
    AWAITING_REPLY = "awaiting_reply"
    """Somebody else, such as a government, owes an answer."""
    FOLLOW_UP = "follow_up"
    OUT_OF_MANDATE = "out_of_mandate"
    DUPLICATE = "duplicate"


PAUSED = frozenset({Stage.INFO_REQUESTED, Stage.AWAITING_CONSENT})
"""The next step is the person's."""


class Silence(StrEnum):
    """What the person chose to happen when they fall silent."""

    SEND = "send"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An unfinished conversation of one chat.

    ``lane`` is an HMAC of the chat under the route key of ``day``. ``revision`` grows by one with each turn.
    ``state`` and ``screens`` are encrypted by the caller. ``expires_at`` is when the silence choice is carried out.
    ``owed_since`` is set while a screen is owed, ``clear_by`` while messages are still to be removed from the chat.
    """

    id: DraftId
    lane: bytes = field(repr=False)
    day: date
    case_id: CaseId
    conversation: Digest
    revision: int
    locale: str
    urgency: Level
    silence: Silence
    sent: bool
    expires_at: datetime
    state: bytes = field(repr=False)
    screens: bytes = field(repr=False)
    owed_since: datetime | None = None
    clear_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedObject:
    """One sealed file of a case. It carries no node; ``number`` is that of a manifest, 0 for everything else."""

    id: ObjectId
    case_id: CaseId
    kind: str
    compartment: str
    number: int
    data: bytes = field(repr=False)
    day: date
    state: ObjectState
    serial: int | None = None
    """Of a case-key file: serial of the keyring it was sealed to, 0 where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What the queue knows of a case in clear.

    ``arrived_at`` is kept to the minute until the first reading, then only to the day. ``news`` says that something
    was added since staff last read. ``left_early``: sent by silence, not by the person. ``compromised``: an urgency
    rule, or one of the staff, says that others may be reading or writing in the chat. ``withdrawn``: a consent was
    withdrawn. ``deletes_at`` is set when the person asked for deletion: from then on the case is served to nobody.
    ``writer`` is the token of the one draft that may add to the case. ``clock_since`` is when the next step began to be
    owed; ``paused`` says that it is the person's and follows from ``stage``. ``seen_by_person`` is the day on which
    they said a reply was read.

    ``locale`` is the language of the chat, in which the person is spoken to. ``language`` is the one it is written in,
    for which readers are looked for: the same until staff say another. ``tried_on`` is the day on which staff last
    tried to reach the person in the way they chose, until the person has been shown it.
    """

    id: CaseId
    reference: Reference
    arrived_at: datetime
    urgency: Level
    locale: str
    language: str
    conversation: Digest
    status: Status = Status.WAITING
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    read: bool = False
    news: bool = False
    left_early: bool = False
    has_code: bool = False
    compromised: bool = False
    withdrawn: bool = False
    deletes_at: datetime | None = None
    writer: bytes | None = field(default=None, repr=False)
    stage: Stage = Stage.RECEIVED
    paused: bool = False
    clock_since: datetime | None = None
    closed_at: datetime | None = None
    seen_by_person: date | None = None
    tried_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A case's place in the queue, for asking what comes after it."""

    urgency: Level
    arrived_at: datetime
    id: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """The place behind a return code. ``capsule`` is encrypted under a key made from the code."""

    id: bytes = field(repr=False)
    case_id: CaseId
    capsule: bytes = field(repr=False)
    created_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply sealed to a mailbox, waiting to be read."""

    id: ObjectId
    mailbox_id: bytes = field(repr=False)
    data: bytes = field(repr=False)
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act of staff: who did what to which case, when, and a reason code. Never a note."""

    at: datetime
    actor: str
    act: str
    reference: Reference
    reason: str | None = None
