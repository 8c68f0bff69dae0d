"""The queue as the desk and the staff's bot show it: rows in clear, pages by key, what has changed.

A row holds what ``bot.store.values.Case`` knows, counted out for one person; nothing sealed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.casework import clocks
from bot.casework.access import Right, may, require_worker, roles_of, worker
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.engine.conversation import Level
from bot.errors import PanohError
from bot.ids import CaseId, Reference
from bot.store.queue import Asked, Mark, Sort, View
from bot.store.staff_values import Person
from bot.store.transaction import Transaction
from bot.store.values import Case, Stage, Status

PAGE = 50
PAGE_LIMIT = 200
EVENTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case as one person sees it in the queue.

    ``arrived`` is exact to the minute while ``arrived_exact``, else to the day. ``locale`` is the chat's language,
    ``language`` the one the case is written in. ``live_until``: until then the person's chat still leads to the case.
    ``erased_on`` is set when it is closed.
    """

    reference: Reference
    urgency: Level
    locale: str
    language: str
    status: Status
    stage: Stage
    holder: str | None
    arrived: datetime
    arrived_exact: bool
    due: datetime | None
    overdue: bool
    paused: bool
    read: bool
    news: bool
    left_early: bool
    has_code: bool
    compromised: bool
    withdrawn: bool
    live_until: datetime | None
    erased_on: date | None
    may_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows, where to go on, and how many cases each view holds (``bot.store.queue.COUNT_LIMIT`` at most).

    ``now`` is the time by which the rows are overdue or not.
    """

    now: datetime
    rows: tuple[Row, ...]
    next: str | None
    counts: Mapping[View, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened after a number: the number now, and the cases that are to be looked at again."""

    number: int
    references: tuple[Reference, ...]


def row_of(tx: Transaction, office: Office, actor: Actor, person: Person, case: Case) -> Row:
    """Return a case as this person sees it."""
    return rows_of(tx, office, actor, person, (case,))[0]


def rows_of(tx: Transaction, office: Office, actor: Actor, person: Person, cases: Sequence[Case]) -> tuple[Row, ...]:
    """Return cases as this person sees them."""
    now = office.now()
    roles = roles_of(person, actor)
    live = tx.drafts.live([case.id for case in cases], now)
    return tuple(
        Row(
            reference=case.reference,
            urgency=case.urgency,
            locale=case.locale,
            language=case.language,
            status=case.status,
            stage=case.stage,
            holder=case.claimed_by,
            arrived=case.arrived_at,
            arrived_exact=not case.read,
            due=clocks.due(case),
            overdue=clocks.overdue(case, now),
            paused=case.paused,
            read=case.read,
            news=case.news,
            left_early=case.left_early,
            has_code=case.has_code,
            compromised=case.compromised,
            withdrawn=case.withdrawn,
            live_until=live.get(case.id),
            erased_on=clocks.erased_on(case, office.closed_kept),
            may_open=may(case, person, roles, Right.READ),
        )
        for case in cases
    )


class Queue:
    """Asks for pages of the queue."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def page(
        self,
        actor: Actor,
        view: View = View.OPEN,
        *,
        sort: Sort = Sort.URGENCY,
        urgency: Level | None = None,
        language: str | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Return a page of a view; ``after`` is the ``next`` of the page before, in the same view and order.

        Raises:
            CaseUnavailableError: the actor does not work on cases.
            PanohError: ``after`` is no place in a queue.
        """
        mark = None if after is None else _parse(after)
        most = max(1, min(limit, PAGE_LIMIT))

        def work(tx: Transaction) -> Page:
            person = require_worker(tx, self._office, actor)
            asked = Asked(
                view=view,
                sort=sort,
                holder=person.name,
                person_id=person.id,
                now=self._office.now(),
                targets=clocks.TARGETS,
                urgency=urgency,
                language=language,
            )
            found = tx.queue.page(asked, mark, most)
            return Page(
                now=asked.now,
                rows=rows_of(tx, self._office, actor, person, found),
                next=_text(asked.mark(found[-1])) if len(found) == most else None,
                counts=tx.queue.counts(asked),
            )

        return self._office.turn(work)

    def changes(self, actor: Actor, since: int) -> Changes:
        """Return what happened after ``since``; who does not work on cases learns of no case."""

        def work(tx: Transaction) -> Changes:
            person = worker(tx, self._office.keyring(), actor)
            found = tx.events.after(since, EVENTS_AT_ONCE)
            number = found[-1].number if found else tx.events.last()
            if person is None:
                return Changes(number=number, references=())
            cases = (tx.cases.by_id(case_id) for case_id in dict.fromkeys(event.case_id for event in found))
            seen = [case for case in cases if case is not None and not tx.recusals.has(person.id, case.id)]
            return Changes(number=number, references=tuple(case.reference for case in seen))

        return self._office.turn(work)


def _text(mark: Mark) -> str:
    return f"{mark.group}.{mark.at}.{mark.id.hex()}"


def _parse(text: str) -> Mark:
    group, _, rest = text.partition(".")
    at, _, case = rest.partition(".")
    if not (group.isdecimal() and at.isdecimal() and len(group) < 2 and len(at) < 12 and len(case) == 32):  # noqa: PLR2004  lengths of the text above
        raise PanohError("this is no place in a queue")
    try:
        return Mark(group=int(group), at=int(at), id=CaseId(bytes.fromhex(case)))
    except ValueError:
        raise PanohError("this is no place in a queue") from None
