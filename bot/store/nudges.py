"""Nudges: sealed tokens on their way to the defender's side, one a day for a case."""

from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from bot.ids import CaseId
from bot.store.rows import columns_of
from bot.store.schema_staff import nudges
from bot.store.staff_values import Nudge

_PUT = text(
    "INSERT INTO nudges (id, case_id, token, day, sent) VALUES (:id, :case_id, :token, :day, :sent) "
    "ON CONFLICT (case_id, day) DO NOTHING"
).bindparams(bindparam("day", type_=nudges.c.day.type), bindparam("sent", type_=nudges.c.sent.type))
_WAITING = (
    select(*columns_of(nudges, Nudge))
    .where(nudges.c.sent.is_(False))
    .order_by(nudges.c.day)
    .limit(bindparam("at_most"))
)
_LAST = select(*columns_of(nudges, Nudge)).where(nudges.c.case_id == bindparam("case")).order_by(nudges.c.day.desc())


class Nudges:
    """What is to be sent, and what was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, nudge: Nudge) -> bool:
        """Let a nudge wait; false where the case has had one on this day."""
        values = {name: getattr(nudge, name) for name in ("id", "case_id", "token", "day", "sent")}
        return self._connection.execute(_PUT, values).rowcount == 1

    def waiting(self, limit: int) -> tuple[Nudge, ...]:
        """Return what is to be sent, the oldest first."""
        return tuple(Nudge(**row._asdict()) for row in self._connection.execute(_WAITING, {"at_most": limit}))

    def last(self, case_id: CaseId) -> Nudge | None:
        """Return the last nudge of a case."""
        row = self._connection.execute(_LAST.limit(1), {"case": case_id}).first()
        return None if row is None else Nudge(**row._asdict())

    def sent(self, nudge_id: bytes) -> bool:
        """Note that it was sent, and forget its token; false where it was noted before."""
        query = update(nudges).where(nudges.c.id == nudge_id, nudges.c.sent.is_(False)).values(sent=True, token=b"")
        return self._connection.execute(query).rowcount == 1

    def count(self, case_id: CaseId) -> int:
        """Return how many a case has had."""
        query = select(func.count()).select_from(nudges).where(nudges.c.case_id == case_id)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def give_up(self, before: date) -> None:
        """Erase what could not be sent and is from before this day."""
        self._connection.execute(delete(nudges).where(nudges.c.sent.is_(False), nudges.c.day < before))
