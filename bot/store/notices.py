"""Notices: how far telling staff of each case has come, and up to where the events were read.

One row a case: a later reason to tell takes the place of an earlier one. ``due`` is set while somebody is still to be
told; names of those who were told stand in ``told``, one a line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, text, update

from bot.engine.conversation import Level
from bot.ids import CaseId
from bot.store.rows import columns_of, parameters
from bot.store.schema import cases
from bot.store.schema_staff import marks, notices
from bot.store.staff_values import Notice
from bot.store.values import Case, Status

OVERDUE = "overdue"
"""The kind whose time is that at which the next step was due, and says nothing of when something came."""
CALLS = ("call_reader", "call_lead")
"""Kinds that somebody waits for: nothing takes the place of one that is not told yet."""

_NOTICE = select(*columns_of(notices, Notice)).where(notices.c.case_id == bindparam("case"))
_DUE = (
    select(*columns_of(notices, Notice))
    .where(notices.c.due <= bindparam("now"))
    .order_by(notices.c.level, notices.c.due, notices.c.case_id)
    .limit(bindparam("at_most"))
)
_MARK = select(marks.c.number).where(marks.c.name == bindparam("at_name"))
_SET_MARK = text(
    "INSERT INTO marks (name, number) VALUES (:name, :number) ON CONFLICT (name) DO UPDATE SET number = excluded.number"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the queue stands: counts."""

    waiting: int
    critical: int
    claimed: int
    overdue: int


class Notices:
    """Whom to tell of what, and when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, notice: Notice) -> None:
        """Keep a case's notice in place of the one before."""
        values = parameters(notice)
        done = self._connection.execute(update(notices).where(notices.c.case_id == notice.case_id).values(**values))
        if done.rowcount == 0:
            self._connection.execute(insert(notices), values)

    def of_case(self, case_id: CaseId) -> Notice | None:
        """Return a case's notice."""
        row = self._connection.execute(_NOTICE, {"case": case_id}).first()
        return None if row is None else Notice(**row._asdict())

    def due(self, now: datetime, limit: int) -> tuple[Notice, ...]:
        """Return what is to be told now, the most urgent first."""
        rows = self._connection.execute(_DUE, {"now": now, "at_most": limit})
        return tuple(Notice(**row._asdict()) for row in rows)

    def settle(self, case_id: CaseId) -> None:
        """Tell nobody any more: somebody has the case, or it is closed or gone."""
        query = update(notices).where(notices.c.case_id == case_id).values(taken=True, due=None)
        self._connection.execute(query)
        self.keep_the_day(case_id)

    def keep_the_day(self, case_id: CaseId) -> None:
        """Forget at which hour something came that nobody has to be told of any more (``objects.md`` 17)."""
        notice = self.of_case(case_id)
        if notice is not None and notice.due is None and notice.kind != OVERDUE:
            day = notice.since.replace(hour=0, minute=0, second=0, microsecond=0)
            self._connection.execute(update(notices).where(notices.c.case_id == case_id).values(since=day))

    def hurry(self, case_id: CaseId, now: datetime) -> None:
        """Let the next one be told now, where somebody is still to be told."""
        query = update(notices).where(notices.c.case_id == case_id, notices.c.due > now).values(due=now)
        self._connection.execute(query)

    def newly_overdue(self, now: datetime, targets: Mapping[Level, timedelta], limit: int) -> Sequence[Case]:
        """Return cases whose next step is overdue and of which nobody was told since that step began to be owed."""
        known = (notices.c.kind == OVERDUE) & (notices.c.since >= cases.c.clock_since)
        called = notices.c.kind.in_(CALLS) & notices.c.due.is_not(None)
        said = select(notices.c.case_id).where(notices.c.case_id == cases.c.id, known | called)
        found: list[Case] = []
        for level, target in targets.items():
            for status in (Status.WAITING, Status.CLAIMED):
                query = select(cases).where(
                    cases.c.status == status,
                    cases.c.paused.is_(False),
                    cases.c.urgency == level,
                    cases.c.clock_since < now - target,
                    cases.c.deletes_at.is_(None),
                    ~said.exists(),
                )
                left = limit - len(found)
                rows = self._connection.execute(query.order_by(cases.c.clock_since).limit(left)) if left else ()
                found.extend(Case(**row._asdict()) for row in rows)
        return found

    def standing(self, now: datetime, targets: Mapping[Level, timedelta]) -> Standing:
        """Return how many cases wait, are held and are overdue."""
        served = cases.c.deletes_at.is_(None)
        late = [(cases.c.urgency == level) & (cases.c.clock_since < now - target) for level, target in targets.items()]

        def count(*which: ColumnElement[bool]) -> int:
            number: int = self._connection.execute(
                select(func.count()).select_from(cases).where(served, *which)
            ).scalar_one()
            return number

        waits, held = cases.c.status == Status.WAITING, cases.c.status == Status.CLAIMED
        return Standing(
            waiting=count(waits),
            critical=count(waits, cases.c.urgency == Level.CRITICAL),
            claimed=count(held),
            overdue=count(waits | held, cases.c.paused.is_(False), or_(*late)),
        )

    def mark(self, name: str) -> int | None:
        """Return a number that was noted under a name."""
        number: int | None = self._connection.execute(_MARK, {"at_name": name}).scalar()
        return number

    def set_mark(self, name: str, number: int) -> None:
        """Note a number under a name."""
        self._connection.execute(_SET_MARK, {"name": name, "number": number})
