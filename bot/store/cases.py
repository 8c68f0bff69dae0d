"""Cases: the queue, the claim, and the way to deletion.

Rules. A claim is one conditional UPDATE: however many race, one wins. A case whose deletion was asked for is in no
page, cannot be claimed and is not found by its reference; only ``by_id`` still sees it, so that the person can take it
back.
"""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, tuple_, update

from bot.engine.conversation import Level
from bot.ids import CaseId, Reference
from bot.store.schema import cases, drafts, mailboxes, objects
from bot.store.values import CASE_KEY, Case, Position, Status

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
_AT_REFERENCE = update(cases).where(cases.c.reference == bindparam("at_reference"), _SERVED)
_CLAIM = _AT_REFERENCE.where(cases.c.status == Status.WAITING).values(
    status=Status.CLAIMED, claimed_by=bindparam("name"), claimed_at=bindparam("now")
)
_HELD = _AT_REFERENCE.where(cases.c.status == Status.CLAIMED, cases.c.claimed_by == bindparam("name"))
_RELEASE = _HELD.values(status=Status.WAITING, claimed_by=None, claimed_at=None)
_CLOSE = _HELD.values(status=Status.CLOSED)


class Cases:
    """The cases that staff work on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def submit(self, case: Case) -> None:
        """Put a case into the queue; its arrival is kept to the minute. Its objects are sent by ``Objects.send``."""
        values = {name: getattr(case, name) for name in _FIELDS}
        values["arrived_at"] = case.arrived_at.replace(second=0, microsecond=0)
        self._connection.execute(insert(cases), values)

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

    def raise_urgency(self, case_id: CaseId, urgency: Level) -> None:
        """Lift a case to this level; a lower one changes nothing."""
        query = update(cases).where(cases.c.id == case_id, cases.c.urgency > urgency).values(urgency=urgency)
        self._connection.execute(query)

    def add_news(self, case_id: CaseId) -> None:
        """Note that something was added since staff last read; a closed case waits again."""
        self._set(case_id, news=True)
        self._connection.execute(
            update(cases)
            .where(cases.c.id == case_id, cases.c.status == Status.CLOSED)
            .values(status=Status.WAITING, claimed_by=None, claimed_at=None)
        )

    def mark_read(self, case_id: CaseId) -> None:
        """Note that staff have read the case: no news any more, and of the arrival only the day is kept."""
        case = self.by_id(case_id)
        if case is not None:
            day = case.arrived_at.replace(hour=0, minute=0, second=0, microsecond=0)
            self._set(case_id, read=True, news=False, arrived_at=day)

    def mark_code(self, case_id: CaseId) -> None:
        """Note that the person holds a return code for this case."""
        self._set(case_id, has_code=True)

    def mark_compromised(self, case_id: CaseId) -> None:
        """Note that others may be reading the channel."""
        self._set(case_id, compromised=True)

    def mark_withdrawn(self, case_id: CaseId) -> None:
        """Note that a consent was withdrawn; every later use has to fetch the case afresh."""
        self._set(case_id, withdrawn=True, news=True)

    def set_writer(self, case_id: CaseId, writer: bytes) -> None:
        """Name the one draft that may add from now on."""
        self._set(case_id, writer=writer)

    def claim(self, reference: Reference, name: str, now: datetime) -> bool:
        """Take a waiting case; of any number of racing claims one returns true."""
        parameters = {"at_reference": reference, "name": name, "now": now}
        return self._connection.execute(_CLAIM, parameters).rowcount == 1

    def release(self, reference: Reference, name: str) -> bool:
        """Give a claimed case back to the queue, if this name holds it."""
        return self._connection.execute(_RELEASE, {"at_reference": reference, "name": name}).rowcount == 1

    def close(self, reference: Reference, name: str) -> bool:
        """Close a claimed case, if this name holds it. The reason stands in the audit."""
        return self._connection.execute(_CLOSE, {"at_reference": reference, "name": name}).rowcount == 1

    def schedule_deletion(self, case_id: CaseId, at: datetime) -> None:
        """Serve the case to nobody from now on, and let it be deleted from this time on."""
        self._set(case_id, deletes_at=at)

    def cancel_deletion(self, case_id: CaseId) -> None:
        """Take a deletion back; the case stands where it stood in the queue."""
        self._set(case_id, deletes_at=None)

    def delete_due(self, now: datetime, limit: int) -> int:
        """Delete cases whose time has come, with everything that belongs to them.

        The case-key files go first: without them nothing else of a case can be opened.

        Returns:
            How many were deleted, at most ``limit``.
        """
        due = list(self._connection.execute(_DUE, {"now": now, "at_most": limit}).scalars())
        if due:
            of_due = objects.c.case_id.in_(due)
            self._connection.execute(delete(objects).where(of_due, objects.c.kind == CASE_KEY))
            self._connection.execute(delete(objects).where(of_due))
            # Replies go with their mailbox, by the foreign key.
            self._connection.execute(delete(mailboxes).where(mailboxes.c.case_id.in_(due)))
            self._connection.execute(delete(drafts).where(drafts.c.case_id.in_(due)))
            self._connection.execute(delete(cases).where(cases.c.id.in_(due)))
        return len(due)

    def _set(self, case_id: CaseId, **values: object) -> None:
        self._connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _after(position: Position) -> ColumnElement[bool]:
    place = tuple_(cases.c.urgency, cases.c.arrived_at, cases.c.id)
    types = [column.type for column in (cases.c.urgency, cases.c.arrived_at, cases.c.id)]
    return place.__gt__(tuple_(position.urgency, position.arrived_at, position.id, types=types))
