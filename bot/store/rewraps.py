"""Re-wraps: a case-key file replaced by one that is sealed to another keyring, and put back again.

Rules. The swap is one conditional UPDATE: of those who race, one wins. The file before is kept for a while, in a state
that is served to nobody.
"""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, text, tuple_, update

from bot.ids import CaseId, ObjectId, Reference
from bot.store.objects import Objects
from bot.store.rows import columns_of, parameters
from bot.store.schema import cases, objects, slot
from bot.store.schema_staff import rewraps
from bot.store.staff_values import Rewrap
from bot.store.values import CASE_KEY, ObjectState, SealedObject

_IN_USE = text("objects.state = 'sent'")
"""In letters: SQLite takes the index of the files in use only where it can see that it fits."""
_CURRENT = select(objects.c.id, objects.c.number).where(
    objects.c.case_id == bindparam("case"),
    objects.c.state == ObjectState.SENT,
    objects.c.kind == CASE_KEY,
    objects.c.compartment == bindparam("at_compartment"),
)
_REPLACE = (
    update(objects)
    .where(
        objects.c.slot == bindparam("at_slot"),
        objects.c.state == bindparam("at_state"),
        objects.c.kind == CASE_KEY,
    )
    .values(state=bindparam("new_state"))
)
_OF_CASE = (
    select(*columns_of(rewraps, Rewrap))
    .where(rewraps.c.case_id == bindparam("case"))
    .order_by(rewraps.c.compartment, rewraps.c.version)
)
_STALE = (
    select(objects.c.serial, objects.c.case_id, cases.c.reference, objects.c.compartment)
    .join(cases, cases.c.id == objects.c.case_id)
    .where(objects.c.serial < bindparam("below"), _IN_USE, cases.c.deletes_at.is_(None))
    .order_by(objects.c.serial, objects.c.case_id, objects.c.compartment)
    .limit(bindparam("at_most"))
)
_OVER = (
    select(rewraps.c.object_id, rewraps.c.replaced)
    .where(rewraps.c.replaced_until <= bindparam("now"))
    .limit(bindparam("at_most"))
)


Place = tuple[int, CaseId, str]
"""A case-key file's place in the list of those that wait: serial, case, compartment."""


class Rewraps:
    """The case-key files over time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def swap(self, rewrap: Rewrap, sealed: SealedObject) -> bool:
        """Put a new case-key file in the place of the one before it.

        Returns:
            Whether the file in use was of the version before; otherwise nothing is changed.
        """
        keys = {"case": rewrap.case_id, "at_compartment": rewrap.compartment}
        before = self._connection.execute(_CURRENT, keys).first()
        if before is None or before.number != rewrap.version - 1 or not self._move(before.id, ObjectState.SENT):
            return False
        Objects(self._connection).put(sealed)
        self._connection.execute(insert(rewraps), parameters(rewrap) | {"replaced": before.id})
        return True

    def restore(self, case_id: CaseId, compartment: str) -> Rewrap | None:
        """Put the file back that the one in use replaced; the one in use is erased, with the note of who made it.

        Returns:
            What was undone; ``None`` where there is no file to put back.
        """
        keys = {"case": case_id, "at_compartment": compartment}
        current = self._connection.execute(_CURRENT, keys).first()
        undone = next((each for each in self.of_case(case_id) if current and each.object_id == current.id), None)
        if undone is None or undone.replaced is None:
            return None
        if not self._move(undone.replaced, ObjectState.OLD):
            return None
        Objects(self._connection).drop([undone.object_id])
        self._connection.execute(delete(rewraps).where(rewraps.c.object_id == undone.object_id))
        return undone

    def of_case(self, case_id: CaseId) -> tuple[Rewrap, ...]:
        """Return what was re-wrapped of a case, by compartment and version."""
        return tuple(Rewrap(**row._asdict()) for row in self._connection.execute(_OF_CASE, {"case": case_id}))

    def stale(self, serial: int, after: Place | None, limit: int) -> tuple[tuple[Place, Reference], ...]:
        """Return case-key files in use that were sealed to an older keyring: their place and case."""
        query = _STALE
        if after is not None:
            columns = (objects.c.serial, objects.c.case_id, objects.c.compartment)
            types = [column.type for column in columns]
            query = query.where(tuple_(*columns).__gt__(tuple_(*after, types=types)))
        rows = self._connection.execute(query, {"below": serial, "at_most": limit})
        return tuple(((row.serial, row.case_id, row.compartment), Reference(row.reference)) for row in rows)

    def forget(self, now: datetime, limit: int) -> int:
        """Erase replaced files whose time is over; returns how many, at most ``limit``."""
        over = self._connection.execute(_OVER, {"now": now, "at_most": limit}).all()
        if over:
            Objects(self._connection).drop(ObjectId(row.replaced) for row in over)
            done = rewraps.c.object_id.in_([row.object_id for row in over])
            self._connection.execute(update(rewraps).where(done).values(replaced=None, replaced_until=None))
        return len(over)

    def _move(self, object_id: ObjectId, state: ObjectState) -> bool:
        """Take a file out of use, or into it again, if it is in the state named."""
        other = ObjectState.OLD if state is ObjectState.SENT else ObjectState.SENT
        keys = {"at_slot": slot(object_id), "at_state": state, "new_state": other}
        return self._connection.execute(_REPLACE, keys).rowcount == 1
