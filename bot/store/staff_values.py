"""The values of the staff's side that go into the database and come out of it; rules as in ``bot.store.values``."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.engine.conversation import Level
from bot.ids import CaseId, ObjectId, Reference


class Role(StrEnum):
    """What a person may do. Reading needs a key of the keyring beside it."""

    REVIEWER = "reviewer"
    IDENTITY = "identity"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


CASE_WORKERS = frozenset({Role.REVIEWER, Role.IDENTITY, Role.LEAD})
"""Roles that see the queue."""


class PersonState(StrEnum):
    """How far a person has come."""

    INVITED = "invited"
    ENROLLED = "enrolled"
    LEFT = "left"


class Place(StrEnum):
    """Where a session's page came from."""

    HOSTED = "hosted"
    LOCAL = "local"


class EventKind(StrEnum):
    """What happened to a case: enough to tell people that they should look, and nothing of what it says."""

    NEW = "new"
    ENRICHED = "enriched"
    RAISED = "raised"
    REPLIED_READ = "replied_read"
    """The person said that a reply was read."""
    WITHDRAWN = "withdrawn"
    DELETION = "deletion"
    """Its deletion was asked for, or taken back."""
    CLAIMED = "claimed"
    RELEASED = "released"
    CLOSED = "closed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff, named as in the keyring. ``totp`` is boxed by the caller."""

    id: bytes
    name: str
    roles: frozenset[Role]
    languages: tuple[str, ...]
    state: PersonState
    invite_hash: bytes | None = field(default=None, repr=False)
    invite_until: datetime | None = None
    recipient: str | None = None
    verifier: bytes | None = field(default=None, repr=False)
    key_not_after: datetime | None = None
    totp: bytes | None = field(default=None, repr=False)
    totp_step: int | None = field(default=None, repr=False)
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in at one place; only the hash of the bearer token is known here."""

    id: bytes
    token_hash: bytes = field(repr=False)
    person_id: bytes
    place: Place
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """The public half of a passkey."""

    id: bytes
    person_id: bytes
    public_key: bytes
    sign_count: int
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The chat in which a person is told of cases: an HMAC to find it by, and a box of its id."""

    person_id: bytes
    lane: bytes = field(repr=False)
    chat: bytes = field(repr=False)
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A one-time code that links a chat."""

    hash: bytes = field(repr=False)
    person_id: bytes
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened to a case. Once staff have read the case, ``at`` is known to the day only."""

    number: int
    at: datetime
    case_id: CaseId
    kind: EventKind
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """How far telling people of a case has come."""

    case_id: CaseId
    level: Level
    kind: str
    language: str
    stage: int
    told: str | None = None
    since: datetime
    due: datetime | None = None
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """A sealed token that the defender's side opens to say one neutral line."""

    id: bytes
    case_id: CaseId
    token: bytes = field(repr=False)
    day: date
    sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrap:
    """Who re-sealed a case-key file, to which keyring, signed.

    ``replaced`` is the file before it, which can be put back until ``replaced_until``.
    """

    object_id: ObjectId
    case_id: CaseId
    compartment: str
    version: int
    serial: int
    author: str
    signature: str = field(repr=False)
    at: datetime
    replaced: ObjectId | None = None
    replaced_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """An act as it stands in the chain; ``hash`` covers it and everything before it."""

    number: int
    at: datetime
    actor: str
    act: str
    reference: Reference
    reason: str | None
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the audit: how many acts there are, and the hash of the last."""

    count: int
    hash: bytes
