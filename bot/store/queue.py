"""The queue as the desk shows it: views, filters and orders, by pages, at a cost that does not grow with the queue.

A page is merged from streams, one for each status, turn (staff's or the person's) and level; each of them is a range of
an index. What is due when is not stored: the caller says how long each level may wait. Cases from which the person who
asks is recused, and cases about to be deleted, are in no page and no count.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_

from bot.engine.conversation import Level
from bot.ids import CaseId
from bot.store.schema import cases
from bot.store.schema_staff import recusals
from bot.store.values import Case, Status

COUNT_LIMIT = 500
"""A view is counted up to here; more is "500 or more"."""
HELD_LIMIT = 1000
"""Cases that one person holds, at most so many of which are shown."""
_LEVELS = tuple(reversed(Level))
_OPEN = (Status.WAITING, Status.CLAIMED)
_BOTH = (False, True)


class View(StrEnum):
    """Which cases."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    OVERDUE = "overdue"
    OPEN = "open"
    WAITING = "waiting"
    """The next step is the person's."""
    CLOSED = "closed"


class Sort(StrEnum):
    """In which order; the longest waiting first."""

    URGENCY = "urgency"
    """Level by level; inside a level what is due first is first, and what is not due comes last.

    Never by arrival: of a case that was read only the day is kept, so a look would lift it above what nobody has read.
    """
    ARRIVED = "arrived"
    DUE = "due"
    """What is not due, because the next step is the person's or the case is closed, comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A case's place in one order, for asking what comes after it: a group, seconds since 1970, and the case."""

    group: int
    at: int
    id: CaseId


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for what. ``targets`` says how long each level may wait."""

    view: View
    sort: Sort
    holder: str
    person_id: bytes | None
    now: datetime
    targets: Mapping[Level, timedelta]
    urgency: Level | None = None
    language: str | None = None

    def due(self, case: Case) -> int | None:
        """Return when the next step is due, in seconds since 1970; ``None`` where none is owed by staff."""
        if case.status is Status.CLOSED or case.paused or case.clock_since is None:
            return None
        return int((case.clock_since + self.targets[case.urgency]).timestamp())

    def mark(self, case: Case) -> Mark:
        """Return a case's place in the order that is asked for."""
        due, arrived = self.due(case), int(case.arrived_at.timestamp())
        match self.sort:
            case Sort.ARRIVED:
                return Mark(group=0, at=arrived, id=case.id)
            case Sort.DUE:
                return Mark(group=1, at=arrived, id=case.id) if due is None else Mark(group=0, at=due, id=case.id)
            case Sort.URGENCY:
                group = 2 * _LEVELS.index(case.urgency)
                if due is None:
                    return Mark(group=group + 1, at=arrived, id=case.id)
                return Mark(group=group, at=due, id=case.id)


class Queue:
    """Pages and counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, asked: Asked, after: Mark | None, limit: int) -> tuple[Case, ...]:
        """Return the next cases of a view."""
        if asked.view is View.MINE:
            return self._held(asked, after, limit)
        found: list[Case] = []
        for group in _groups(asked):
            if after is not None and group < after.group:
                continue
            left = limit - len(found)
            if left == 0:
                break
            start = after if after is not None and group == after.group else None
            streams = [self._rows(query) for query in _streams(asked, group, start, left)]
            merged = heapq.merge(*streams, key=lambda case: _key(asked.mark(case)))
            found.extend(case for case, _ in zip(merged, range(left), strict=False))
        return tuple(found)

    def counts(self, asked: Asked) -> Mapping[View, int]:
        """Return how many cases each view holds, at most ``COUNT_LIMIT`` each; filters do not count."""
        return {view: self._count(asked, view) for view in View}

    def _count(self, asked: Asked, view: View) -> int:
        if view is View.MINE:
            return min(COUNT_LIMIT, self._counted(_held(asked)))
        total = 0
        for query in _ranges(asked, view):
            total += self._counted(query)
            if total >= COUNT_LIMIT:
                return COUNT_LIMIT
        return total

    def _counted(self, query: Select[tuple[object]]) -> int:
        within = query.with_only_columns(literal(1)).limit(COUNT_LIMIT).subquery()
        number: int = self._connection.execute(select(func.count()).select_from(within)).scalar_one()
        return number

    def _held(self, asked: Asked, after: Mark | None, limit: int) -> tuple[Case, ...]:
        """Order the cases of one person in memory: they are few, however long the queue is."""
        found = [
            case
            for case in self._rows(_held(asked).limit(HELD_LIMIT))
            if asked.urgency in {None, case.urgency}
            and asked.language in {None, case.language}
            and (after is None or _key(asked.mark(case)) > _key(after))
        ]
        return tuple(sorted(found, key=lambda case: _key(asked.mark(case)))[:limit])

    def _rows(self, query: Select[tuple[object]]) -> list[Case]:
        return [Case(**row._asdict()) for row in self._connection.execute(query)]


def _key(mark: Mark) -> tuple[int, int, bytes]:
    return (mark.group, mark.at, mark.id)


def _groups(asked: Asked) -> Sequence[int]:
    """Return the groups of an order, the first first: what is due and then what is not, for all or for each level."""
    match asked.sort:
        case Sort.ARRIVED:
            return (0,)
        case Sort.DUE:
            return (0, 1)
        case Sort.URGENCY:
            return range(2 * len(_LEVELS))


def _states(view: View) -> tuple[Sequence[Status], Sequence[bool]]:
    """Return the statuses of a view, and whether the next step may be staff's, the person's, or either's."""
    match view:
        case View.UNASSIGNED:
            return (Status.WAITING,), _BOTH
        case View.OVERDUE:
            return _OPEN, (False,)
        case View.OPEN:
            return _OPEN, _BOTH
        case View.WAITING:
            return _OPEN, (True,)
        case View.MINE:
            return (Status.CLAIMED,), _BOTH
        case View.CLOSED:
            return (Status.CLOSED,), _BOTH


def _streams(asked: Asked, group: int, after: Mark | None, limit: int) -> Iterator[Select[tuple[object]]]:
    """Yield the ordered ranges that one group is merged from."""
    statuses, turns = _states(asked.view)
    by_due = asked.sort is not Sort.ARRIVED
    levels = (_LEVELS[group // 2],) if asked.sort is Sort.URGENCY else _LEVELS
    for status in statuses:
        for paused in turns:
            owed = not paused and status is not Status.CLOSED
            if by_due and owed != (group % 2 == 0):
                continue
            for level in levels:
                if asked.urgency not in {None, level}:
                    continue
                column = cases.c.clock_since if by_due and owed else cases.c.arrived_at
                shift = asked.targets[level] if by_due and owed else timedelta(0)
                query = _range(asked, status, paused, level).order_by(column, cases.c.id).limit(limit)
                if asked.language is not None:
                    query = query.where(cases.c.language == asked.language)
                if asked.view is View.OVERDUE:
                    query = query.where(*_overdue(asked, level))
                if after is not None:
                    start = datetime.fromtimestamp(after.at, UTC) - shift
                    types = [column.type, cases.c.id.type]
                    query = query.where(tuple_(column, cases.c.id).__gt__(tuple_(start, after.id, types=types)))
                yield query


def _ranges(asked: Asked, view: View) -> Iterator[Select[tuple[object]]]:
    """Yield the unordered ranges that hold the cases of a view."""
    statuses, turns = _states(view)
    for status in statuses:
        for paused in turns:
            for level in _LEVELS:
                query = _range(asked, status, paused, level)
                yield query.where(*_overdue(asked, level)) if view is View.OVERDUE else query


def _range(asked: Asked, status: Status, paused: bool, level: Level) -> Select[tuple[object]]:  # noqa: FBT001  a column
    query: Select[tuple[object]] = select(cases).where(
        cases.c.status == status, cases.c.paused == paused, cases.c.urgency == level
    )
    return query.where(*_seen_by(asked))


def _held(asked: Asked) -> Select[tuple[object]]:
    query: Select[tuple[object]] = select(cases).where(
        cases.c.claimed_by == asked.holder, cases.c.status == Status.CLAIMED
    )
    return query.where(*_seen_by(asked))


def _overdue(asked: Asked, level: Level) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a case of a level overdue. What is overdue also arrived before then: that narrows the range."""
    bound = asked.now - asked.targets[level]
    return (cases.c.clock_since < bound, cases.c.arrived_at < bound)


def _seen_by(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    served = cases.c.deletes_at.is_(None)
    if asked.person_id is None:
        return (served,)
    recused = select(recusals.c.case_id).where(recusals.c.person_id == asked.person_id)
    return (served, cases.c.id.not_in(recused))
