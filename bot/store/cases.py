"""Cases: what is known of them in clear, the claim, and the way to deletion.

Rules. A claim is one conditional UPDATE: however many race, one wins. A case whose deletion was asked for is in no
page, cannot be claimed and is not found by its reference; only ``by_id`` still sees it, so that the person can take it
back. What the desk must hear of is appended to the events in the same transaction. The pages are in
``bot.store.queue``.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, delete, insert, not_, select, tuple_, update
from sqlalchemy import case as when

from bot.engine.conversation import Level
from bot.ids import CaseId, Reference
from bot.store.events import Events
from bot.store.notices import Notices
from bot.store.schema import cases, drafts, mailboxes, objects
from bot.store.schema_staff import events, notices, nudges, recusals, rewraps
from bot.store.staff_values import EventKind
from bot.store.values import CASE_KEY, PAUSED, Case, Position, Stage, Status

_FIELDS = tuple(field.name for field in fields(Case))
_SERVED = cases.c.deletes_at.is_(None)
_BY_ID = select(cases).where(cases.c.id == bindparam("at_id"))
_BY_REFERENCE = select(cases).where(cases.c.reference == bindparam("at_reference"), _SERVED)
_PAGE = (
    select(cases)
    .where(cases.c.status == bindparam("at_status"), _SERVED)
    .order_by(cases.c.urgency, cases.c.arrived_at, cases.c.id)
    .limit(bindparam("at_most"))
)
_DUE = (
    select(cases.c.id)
    .where(cases.c.deletes_at <= bindparam("now"))
    .order_by(cases.c.deletes_at)
    .limit(bindparam("at_most"))
)
_OVER = (
    select(cases.c.id)
    .where(cases.c.closed_at <= bindparam("before"))
    .order_by(cases.c.closed_at)
    .limit(bindparam("at_most"))
)
_AT_REFERENCE = update(cases).where(cases.c.reference == bindparam("at_reference"), _SERVED)
_CLAIM = _AT_REFERENCE.where(cases.c.status == Status.WAITING).values(
    status=Status.CLAIMED,
    claimed_by=bindparam("name"),
    claimed_at=bindparam("now"),
    # Of a case that was read the holder owes the next step from now on; one that was not is due when it was.
    clock_since=when(
        (and_(cases.c.read, not_(cases.c.news)), bindparam("now", type_=cases.c.clock_since.type)),
        else_=cases.c.clock_since,
    ),
)
_HELD = _AT_REFERENCE.where(cases.c.status == Status.CLAIMED, cases.c.claimed_by == bindparam("name"))
_RELEASE = _HELD.values(status=Status.WAITING, claimed_by=None, claimed_at=None, clock_since=bindparam("now"))
_CLOSE = _HELD.values(status=Status.CLOSED, closed_at=bindparam("now"))
_TRANSFER = _HELD.values(claimed_by=bindparam("to"), claimed_at=bindparam("now"))
_HELD_BY = select(cases.c.reference).where(
    cases.c.claimed_by == bindparam("name"), cases.c.status == Status.CLAIMED, _SERVED
)
_OF_CASE = (events, notices, nudges, recusals, rewraps, mailboxes, drafts)
"""Tables that know a case by its id. Replies go with their mailbox, by the foreign key."""


class Cases:
    """The cases that staff work on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._events = Events(connection)
        self._notices = Notices(connection)

    def submit(self, case: Case) -> None:
        """Put a case into the queue; its arrival is kept to the minute. Its objects are sent by ``Objects.send``."""
        arrived = _minute(case.arrived_at)
        values = {name: getattr(case, name) for name in _FIELDS}
        values |= {"arrived_at": arrived, "clock_since": case.clock_since or arrived}
        self._connection.execute(insert(cases), values)
        self._events.append(case.id, EventKind.NEW, case.urgency, arrived)

    def by_id(self, case_id: CaseId) -> Case | None:
        """Return a case even while its deletion is awaited: for the person, never for staff."""
        row = self._connection.execute(_BY_ID, {"at_id": case_id}).first()
        return None if row is None else Case(**row._asdict())

    def get(self, reference: Reference) -> Case | None:
        """Return the case that staff may be served under this reference."""
        row = self._connection.execute(_BY_REFERENCE, {"at_reference": reference}).first()
        return None if row is None else Case(**row._asdict())

    def page(self, status: Status, after: Position | None, limit: int) -> tuple[Case, ...]:
        """Return the next cases of one status: the most urgent first, then by arrival."""
        query = _PAGE if after is None else _PAGE.where(_after(after))
        rows = self._connection.execute(query, {"at_status": status, "at_most": limit})
        return tuple(Case(**row._asdict()) for row in rows)

    def held_by(self, name: str) -> tuple[Reference, ...]:
        """Return the cases that somebody holds."""
        return tuple(self._connection.execute(_HELD_BY, {"name": name}).scalars())

    # What the person does.

    def raise_urgency(self, case_id: CaseId, urgency: Level, now: datetime) -> None:
        """Lift a case to this level; a lower one changes nothing."""
        query = update(cases).where(cases.c.id == case_id, cases.c.urgency > urgency).values(urgency=urgency)
        if self._connection.execute(query).rowcount == 1:
            self._events.append(case_id, EventKind.RAISED, urgency, _minute(now))

    def add_news(self, case_id: CaseId, now: datetime) -> None:
        """Note that something was added since staff last read: a step is owed, and a closed case waits again."""
        self._news(case_id, EventKind.ENRICHED, now)

    def mark_withdrawn(self, case_id: CaseId, now: datetime) -> None:
        """Note that a consent was withdrawn; every later use has to fetch the case afresh."""
        self._set(case_id, withdrawn=True)
        self._news(case_id, EventKind.WITHDRAWN, now)

    def mark_code(self, case_id: CaseId) -> None:
        """Note that the person holds a return code for this case."""
        self._set(case_id, has_code=True)

    def mark_compromised(self, case_id: CaseId) -> None:
        """Note that others may be reading the channel."""
        self._set(case_id, compromised=True)

    def saw_reply(self, case_id: CaseId, now: datetime) -> None:
        """Note that the person said they have read what they were answered."""
        self._set(case_id, seen_by_person=now.date())
        self._note(case_id, EventKind.REPLIED_READ, now)

    def told_of_tries(self, case_id: CaseId) -> None:
        """Note that the person was shown that staff tried to reach them."""
        self._set(case_id, tried_on=None)

    def set_writer(self, case_id: CaseId, writer: bytes) -> None:
        """Name the one draft that may add from now on."""
        self._set(case_id, writer=writer)

    def schedule_deletion(self, case_id: CaseId, at: datetime, now: datetime) -> None:
        """Serve the case to nobody from now on, and let it be deleted from this time on."""
        self._set(case_id, deletes_at=at)
        self._note(case_id, EventKind.DELETION, now)

    def cancel_deletion(self, case_id: CaseId, now: datetime) -> None:
        """Take a deletion back; the case stands where it stood in the queue."""
        self._set(case_id, deletes_at=None)
        self._note(case_id, EventKind.DELETION, now)

    # What staff do.

    def mark_read(self, case_id: CaseId, clock_since: datetime) -> None:
        """Note that staff have read the case: no news any more, and of the arrival only the day is kept.

        The clock of the next step begins where the caller says; a case that holds nothing unread keeps its clock.
        """
        case = self.by_id(case_id)
        if case is None or (case.read and not case.news):
            return
        day = case.arrived_at.replace(hour=0, minute=0, second=0, microsecond=0)
        stage = Stage.TRIAGE if case.stage is Stage.RECEIVED else case.stage
        self._set(case_id, read=True, news=False, arrived_at=day, clock_since=clock_since, stage=stage)
        self._events.keep_the_day(case_id)
        self._notices.keep_the_day(case_id)

    def claim(self, reference: Reference, name: str, now: datetime) -> bool:
        """Take a waiting case; of any number of racing claims one returns true."""
        return self._act(_CLAIM, EventKind.CLAIMED, reference, now, name=name)

    def release(self, reference: Reference, name: str, now: datetime) -> bool:
        """Give a claimed case back to the queue, if this name holds it; the clock begins anew."""
        return self._act(_RELEASE, EventKind.RELEASED, reference, now, name=name)

    def transfer(self, reference: Reference, name: str, to: str, now: datetime) -> bool:
        """Hand a claimed case to somebody else, if this name holds it."""
        return self._act(_TRANSFER, EventKind.CLAIMED, reference, now, name=name, to=to)

    def close(self, reference: Reference, name: str, now: datetime) -> bool:
        """Close a claimed case, if this name holds it. The reason stands in the audit."""
        return self._act(_CLOSE, EventKind.CLOSED, reference, now, name=name)

    def set_stage(self, case_id: CaseId, stage: Stage, now: datetime) -> None:
        """Say how far the work has come. Where the next step passes between the person and staff, the clock begins."""
        case = self.by_id(case_id)
        if case is None or case.stage is stage:
            return
        paused = stage in PAUSED
        self._set(case_id, stage=stage, paused=paused, clock_since=case.clock_since if paused == case.paused else now)
        self._note(case_id, EventKind.CHANGED, now)

    def set_urgency(self, case_id: CaseId, urgency: Level, now: datetime) -> None:
        """Set the level, up or down."""
        self._set(case_id, urgency=urgency)
        self._note(case_id, EventKind.CHANGED, now)

    def set_language(self, case_id: CaseId, language: str, now: datetime) -> None:
        """Say in which language the case is written."""
        self._set(case_id, language=language)
        self._note(case_id, EventKind.CHANGED, now)

    def set_compromised(self, case_id: CaseId, now: datetime, *, doubted: bool) -> None:
        """Say whether others may be reading or writing in the chat."""
        self._set(case_id, compromised=doubted)
        self._note(case_id, EventKind.CHANGED, now)

    def tried(self, case_id: CaseId, now: datetime) -> None:
        """Note that the person was tried to be reached today."""
        self._set(case_id, tried_on=now.date())
        self._note(case_id, EventKind.CHANGED, now)

    def answered(self, case_id: CaseId) -> None:
        """Note that the person was answered: whether they have read it is not known yet."""
        self._set(case_id, seen_by_person=None)

    def touched(self, case_id: CaseId, now: datetime) -> None:
        """Let pages that show the case know that it is to be looked at again."""
        self._note(case_id, EventKind.CHANGED, now)

    def delete_due(self, now: datetime, limit: int) -> int:
        """Delete cases whose time has come, with everything that belongs to them.

        Returns:
            How many were deleted, at most ``limit``.
        """
        return self._delete(list(self._connection.execute(_DUE, {"now": now, "at_most": limit}).scalars()))

    def delete_closed(self, before: datetime, limit: int) -> int:
        """Delete cases that were closed before this time; returns how many, at most ``limit``."""
        return self._delete(list(self._connection.execute(_OVER, {"before": before, "at_most": limit}).scalars()))

    def _delete(self, due: Sequence[CaseId]) -> int:
        """Delete these cases. The case-key files go first: without them nothing else of a case can be opened."""
        if due:
            of_due = objects.c.case_id.in_(due)
            self._connection.execute(delete(objects).where(of_due, objects.c.kind == CASE_KEY))
            self._connection.execute(delete(objects).where(of_due))
            for table in _OF_CASE:
                self._connection.execute(delete(table).where(table.c.case_id.in_(due)))
            self._connection.execute(delete(cases).where(cases.c.id.in_(due)))
        return len(due)

    def _act(self, query: Update, kind: EventKind, reference: Reference, now: datetime, **values: object) -> bool:
        parameters = {"at_reference": reference, "now": now} | values
        if self._connection.execute(query, parameters).rowcount != 1:
            return False
        case = self.get(reference)
        assert case is not None, "it was just changed"
        self._events.append(case.id, kind, case.urgency, now)
        return True

    def _news(self, case_id: CaseId, kind: EventKind, now: datetime) -> None:
        case = self.by_id(case_id)
        if case is None:
            return
        changes: dict[str, object] = {"news": True, "clock_since": _minute(now), "paused": False}
        if case.stage in PAUSED:
            changes["stage"] = Stage.UNDER_REVIEW
        if case.status is Status.CLOSED:
            changes |= {"status": Status.WAITING, "claimed_by": None, "claimed_at": None, "closed_at": None}
            changes["stage"] = Stage.TRIAGE
        self._set(case_id, **changes)
        self._events.append(case_id, kind, case.urgency, _minute(now))

    def _note(self, case_id: CaseId, kind: EventKind, now: datetime) -> None:
        case = self.by_id(case_id)
        if case is not None:
            self._events.append(case_id, kind, case.urgency, _minute(now))

    def _set(self, case_id: CaseId, **values: object) -> None:
        self._connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _after(position: Position) -> ColumnElement[bool]:
    place = tuple_(cases.c.urgency, cases.c.arrived_at, cases.c.id)
    types = [column.type for column in (cases.c.urgency, cases.c.arrived_at, cases.c.id)]
    return place.__gt__(tuple_(position.urgency, position.arrived_at, position.id, types=types))
