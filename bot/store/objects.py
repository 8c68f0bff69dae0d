"""Sealed objects: answer files, manifests, case-key files. Written once, never rewritten."""

from collections.abc import Iterable
from dataclasses import fields

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.ids import CaseId, ObjectId
from bot.store.schema import objects, slot
from bot.store.values import ObjectState, SealedObject

_FIELDS = tuple(field.name for field in fields(SealedObject))
_PUT = insert(objects)
_OF_CASE = (
    select(*(objects.c[name] for name in _FIELDS))
    .where(objects.c.case_id == bindparam("case"), objects.c.state.in_(bindparam("states", expanding=True)))
    .order_by(objects.c.kind, objects.c.compartment, objects.c.number, objects.c.id)
)
_DROP = delete(objects).where(objects.c.slot.in_(bindparam("slots", expanding=True)))
_DROP_STATE = delete(objects).where(objects.c.case_id == bindparam("case"), objects.c.state == bindparam("at_state"))
_WIPE = delete(objects).where(objects.c.case_id == bindparam("case"))
_SEND_ALL = (
    update(objects)
    .where(
        objects.c.case_id == bindparam("case"),
        objects.c.state.in_([ObjectState.DRAFT, ObjectState.READY]),
    )
    .values(state=ObjectState.SENT)
)
_SEND = (
    update(objects)
    .where(objects.c.slot.in_(bindparam("slots", expanding=True)), objects.c.case_id == bindparam("case"))
    .values(state=ObjectState.SENT)
)
_MOVE = (
    update(objects)
    .where(objects.c.slot.in_(bindparam("slots", expanding=True)), objects.c.state == bindparam("before"))
    .values(state=bindparam("after"))
)


_HAS = select(objects.c.slot).where(objects.c.slot == bindparam("at_slot"))
_CASE_OF = select(objects.c.case_id).where(objects.c.slot == bindparam("at_slot"))
_COUNT = (
    select(func.count())
    .select_from(objects)
    .where(
        objects.c.case_id == bindparam("case"),
        objects.c.state == ObjectState.SENT,
        objects.c.kind == bindparam("at_kind"),
    )
)
_SIZE = (
    select(func.coalesce(func.sum(func.length(objects.c.data)), 0))
    .select_from(objects)
    .where(
        objects.c.case_id == bindparam("case"),
        objects.c.state == ObjectState.SENT,
        objects.c.kind.in_(bindparam("kinds", expanding=True)),
    )
)


class Objects:
    """The sealed files, by case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, sealed: SealedObject) -> None:
        """Keep one sealed file; an id that exists fails the turn."""
        values = {name: getattr(sealed, name) for name in _FIELDS}
        self._connection.execute(_PUT, values | {"slot": slot(sealed.id)})

    def drop(self, ids: Iterable[ObjectId]) -> None:
        """Erase these files; one that is not there is no error."""
        slots = [slot(identifier) for identifier in ids]
        if slots:
            self._connection.execute(_DROP, {"slots": slots})

    def keep_held(self, ids: Iterable[ObjectId]) -> None:
        """Keep files that were held back for the other reading of a line: it was the right one."""
        self._move(ids, ObjectState.HELD, ObjectState.DRAFT)

    def set_aside(self, ids: Iterable[ObjectId]) -> None:
        """Let drafted files go with no sending: what they answer is no longer asked."""
        self._move(ids, ObjectState.DRAFT, ObjectState.ASIDE)

    def take_up(self, ids: Iterable[ObjectId]) -> None:
        """Let files that were set aside go with the next sending: what they answer is asked again."""
        self._move(ids, ObjectState.ASIDE, ObjectState.DRAFT)

    def drop_state(self, case_id: CaseId, state: ObjectState) -> None:
        """Erase the files of a case that are in this state: the older manifests prepared for silence."""
        self._connection.execute(_DROP_STATE, {"case": case_id, "at_state": state})

    def send(self, case_id: CaseId, ids: Iterable[ObjectId] | None) -> None:
        """Make files part of the case: those named, or, for silence, all drafted ones with the manifests made ready."""
        if ids is None:
            self._connection.execute(_SEND_ALL, {"case": case_id})
            return
        slots = [slot(identifier) for identifier in ids]
        if slots:
            self._connection.execute(_SEND, {"case": case_id, "slots": slots})

    def of_case(self, case_id: CaseId, states: Iterable[ObjectState]) -> tuple[SealedObject, ...]:
        """Return the files of a case in these states, by kind, compartment and number."""
        rows = self._connection.execute(_OF_CASE, {"case": case_id, "states": list(states)})
        return tuple(SealedObject(**row._asdict()) for row in rows)

    def has(self, identifier: ObjectId) -> bool:
        """Whether there is a file of this name, or one that would stand in its place."""
        return self._connection.execute(_HAS, {"at_slot": slot(identifier)}).first() is not None

    def case_of(self, identifier: ObjectId) -> CaseId | None:
        """Return the case that has a file of this name."""
        found: CaseId | None = self._connection.execute(_CASE_OF, {"at_slot": slot(identifier)}).scalar()
        return found

    def count(self, case_id: CaseId, kind: str) -> int:
        """Return how many files of a kind a case has sent or been sent."""
        number: int = self._connection.execute(_COUNT, {"case": case_id, "at_kind": kind}).scalar_one()
        return number

    def size(self, case_id: CaseId, kinds: Iterable[str]) -> int:
        """Return how many bytes the files of these kinds have that a case has sent or been sent."""
        number = self._connection.execute(_SIZE, {"case": case_id, "kinds": list(kinds)}).scalar_one()
        return int(number)

    def wipe(self, case_id: CaseId) -> None:
        """Erase every file of a case, in whatever state."""
        self._connection.execute(_WIPE, {"case": case_id})

    def _move(self, ids: Iterable[ObjectId], before: ObjectState, after: ObjectState) -> None:
        slots = [slot(identifier) for identifier in ids]
        if slots:
            self._connection.execute(_MOVE, {"slots": slots, "before": before, "after": after})
