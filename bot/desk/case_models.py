"""Cases in requests and answers. What is sealed stays sealed; the rest is what the queue knows in clear."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from bot.casework.queue import Row
from bot.casework.reading import Detail
from bot.casework.words import (
    CloseReason,
    Compartment,
    IdentityReason,
    Level,
    LowerReason,
    Stage,
    Status,
    Way,
)
from bot.desk.models import Answer, Asked, Data, Day, Hash, Id, Moment, Name, Number, Signature
from bot.sealing.keyring import time_text

ReferencePath = Annotated[str, Path(pattern=r"^PN-[0-9A-Z]{4}-[0-9A-Z]{4}$", examples=["PN-7K2M-Q9XD"])]
"""What people call a case."""
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2})?$")]


class CaseRow(Answer):
    """A case in the queue. ``arrived`` is a moment while ``arrived_exact``, else a day.

    ``locale`` is the chat's language, ``language`` the one the case is written in.
    """

    reference: str
    urgency: Level
    locale: str
    language: str
    status: Status
    stage: Stage
    holder: str | None
    arrived: str
    arrived_exact: bool
    due: Moment | None
    overdue: bool
    paused: bool
    read: bool
    news: bool
    left_early: bool
    has_code: bool
    compromised: bool
    withdrawn: bool
    live_until: Moment | None
    erased_on: Day | None
    may_open: bool


class Counts(Answer):
    """How many cases each view holds; 500 stands for 500 or more."""

    unassigned: int
    mine: int
    overdue: int
    open: int
    waiting: int
    closed: int


class CasePage(Answer):
    """A page of the queue; ``next`` is where the following one begins, ``now`` the server's time."""

    now: Moment
    cases: list[CaseRow]
    next: str | None
    counts: Counts


class CaseAnswer(Answer):
    """A case after an act."""

    case: CaseRow


class Conversation(Answer):
    """The conversation that a case was asked in."""

    id: str
    version: str
    digest: Hash


class Indexed(Answer):
    """A sealed file of a case."""

    object: Id
    kind: str
    compartment: str
    number: int
    day: Day
    size: int


class RewrapSeen(Answer):
    """Who sealed a case-key file anew."""

    object: Id
    compartment: str
    version: int
    serial: int
    author: str
    signature: str


class Reader(Answer):
    """Somebody who can open the case."""

    name: str
    on_duty: bool
    languages: list[str]
    compartments: list[str]
    lead: bool


class Try(Answer):
    """That somebody tried to reach the person."""

    day: Day
    who: str
    way: Way


class CaseDetail(Answer):
    """All that the server knows of a case in clear.

    ``now``: the server's time. ``unread_days``: since when the oldest reply waits unread. ``tries``: the last twenty,
    the newest last.
    """

    now: Moment
    case: CaseRow
    id: Id
    deployment: str
    conversation: Conversation
    index: list[Indexed]
    rewraps: list[RewrapSeen]
    mailbox: bool
    nudged_day: Day | None
    nudge_waiting: bool
    reply_read_day: Day | None
    unread_days: int | None
    tries: list[Try]
    identity_open: bool
    readers: list[Reader]


class SealedFile(Answer):
    """One sealed file."""

    object: Id
    data: Data


class SealedFiles(Answer):
    """Sealed files of one compartment."""

    objects: list[SealedFile]


class Compiled(Answer):
    """A compiled conversation; its SHA-256 is the digest that was asked for."""

    text: str


class Release(Asked):
    """Gives a case back; a critical one goes to somebody, or back knowingly."""

    to: Name | None = None
    acknowledged: bool = False


class Transfer(Asked):
    """Hands a case over."""

    to: Name


class Close(Asked):
    """Closes a case."""

    reason: CloseReason


class SetStage(Asked):
    """Says how far the work has come."""

    stage: Stage


class SetUrgency(Asked):
    """Sets the level; a lower one with a reason."""

    level: Level
    reason: LowerReason | None = None


class SetLanguage(Asked):
    """Says in which language a case is written."""

    language: Locale


class Writer(Asked):
    """Says whether somebody else may be writing."""

    doubted: bool


class NewTry(Asked):
    """Says in which of the ways that the person chose it was tried to reach them."""

    way: Way


class OpenIdentity(Asked):
    """Says why the identity compartment is opened."""

    reason: IdentityReason


class NewNote(Asked):
    """A note, sealed to the facts key."""

    object: Id
    data: Data


class NewReply(Asked):
    """A reply, sealed to the mailbox, and its copy for the facts key."""

    object: Id
    mailbox: Annotated[str, Field(pattern=r"^[0-9a-f]{2,128}$")]
    data: Data
    copied: Annotated[Data, Field(alias="copy")]
    stage: Stage | None = None


class NewNudge(Asked):
    """The token that leads to the chat for the defender's side only."""

    token: Annotated[str, Field(pattern=r"^([0-9a-f]{2}){1,128}$")]


class Stale(Answer):
    """A case with compartments that await a re-wrap."""

    reference: str
    compartments: list[str]


class StalePage(Answer):
    """Cases that await a re-wrap to the keyring ``serial``."""

    cases: list[Stale]
    next: str | None
    serial: int


class NewRewrap(Asked):
    """A new case-key file."""

    compartment: Compartment
    object: Id
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    serial: Number
    data: Data
    signature: Signature


class Rewrapped(Answer):
    """The version in use now."""

    version: int


class Restore(Asked):
    """Which compartment's file goes back."""

    compartment: Compartment


class Changes(Answer):
    """What changed: the number to ask after, and the cases to look at again."""

    number: int
    references: list[str]


def row(found: Row) -> CaseRow:
    """Return a row as it is sent."""
    return CaseRow(
        reference=found.reference,
        urgency=found.urgency,
        locale=found.locale,
        language=found.language,
        status=found.status,
        stage=found.stage,
        holder=found.holder,
        arrived=time_text(found.arrived) if found.arrived_exact else found.arrived.date().isoformat(),
        arrived_exact=found.arrived_exact,
        due=found.due,
        overdue=found.overdue,
        paused=found.paused,
        read=found.read,
        news=found.news,
        left_early=found.left_early,
        has_code=found.has_code,
        compromised=found.compromised,
        withdrawn=found.withdrawn,
        live_until=found.live_until,
        erased_on=found.erased_on,
        may_open=found.may_open,
    )


def detail(found: Detail) -> CaseDetail:
    """Return a case as it is sent."""
    return CaseDetail(
        now=found.now,
        case=row(found.row),
        id=found.id,
        deployment=found.deployment.hex(),
        conversation=Conversation(
            id=found.conversation_id, version=found.conversation_version, digest=found.conversation_digest
        ),
        index=[
            Indexed(
                object=each.object,
                kind=each.kind,
                compartment=each.compartment,
                number=each.number,
                day=each.day,
                size=each.size,
            )
            for each in found.index
        ],
        rewraps=[
            RewrapSeen(
                object=each.object_id,
                compartment=each.compartment,
                version=each.version,
                serial=each.serial,
                author=each.author,
                signature=each.signature,
            )
            for each in found.rewraps
        ],
        mailbox=found.mailbox,
        nudged_day=found.nudged_day,
        nudge_waiting=found.nudge_waiting,
        reply_read_day=found.reply_read_day,
        unread_days=found.unread_days,
        tries=[Try(day=each.day, who=each.who, way=each.way) for each in found.tries],
        identity_open=found.identity_open,
        readers=[
            Reader(
                name=each.name,
                on_duty=each.on_duty,
                languages=list(each.languages),
                compartments=list(each.compartments),
                lead=each.lead,
            )
            for each in found.readers
        ],
    )
