"""What happened to cases, for notices and for pages that stand open: appended in the transaction of the change."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.engine.conversation import Level
from bot.ids import CaseId
from bot.store.order import one_after_the_other
from bot.store.rows import columns_of
from bot.store.schema_staff import events
from bot.store.staff_values import Event, EventKind

_AFTER = (
    select(*columns_of(events, Event))
    .where(events.c.number > bindparam("at_number"))
    .order_by(events.c.number)
    .limit(bindparam("at_most"))
)


class Events:
    """Numbered as they are committed: who has seen a number has seen every one before it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, case_id: CaseId, kind: EventKind, level: Level, at: datetime) -> None:
        """Note that something happened to a case."""
        one_after_the_other(self._connection)
        values = {"at": at, "case_id": case_id, "kind": kind, "level": level}
        self._connection.execute(insert(events), values)

    def after(self, number: int, limit: int) -> tuple[Event, ...]:
        """Return what happened after this number, the oldest first."""
        rows = self._connection.execute(_AFTER, {"at_number": number, "at_most": limit})
        return tuple(Event(**row._asdict()) for row in rows)

    def last(self) -> int:
        """Return the number of the last event there still is, 0 where there is none."""
        number: int = self._connection.execute(select(func.coalesce(func.max(events.c.number), 0))).scalar_one()
        return number

    def keep_the_day(self, case_id: CaseId) -> None:
        """Forget the hours of what happened to a case: staff have read it (``objects.md`` 17)."""
        rows = self._connection.execute(select(events.c.number, events.c.at).where(events.c.case_id == case_id)).all()
        for row in rows:
            day = row.at.replace(hour=0, minute=0, second=0, microsecond=0)
            if day != row.at:
                self._connection.execute(update(events).where(events.c.number == row.number).values(at=day))

    def forget(self, before: datetime) -> None:
        """Erase what happened before this time."""
        self._connection.execute(delete(events).where(events.c.at < before))
