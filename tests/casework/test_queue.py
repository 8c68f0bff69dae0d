"""The queue: every view in every order, by pages that join, with filters and counts; what a row tells."""

import itertools
from datetime import timedelta

import pytest

from bot.casework.queue import Row
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Level
from bot.errors import CaseUnavailableError, PanohError
from bot.store.queue import Sort, View
from bot.store.values import Case, Stage
from tests.casework.office import MadeOffice, actor, rows
from tests.made_up import NOW, call, draft, submitted

LEVELS = list(reversed(Level))


@pytest.fixture
def many(office: MadeOffice) -> MadeOffice:
    """Forty cases in every state, each minute one; of some that were read only the day of arrival is known."""
    held = itertools.cycle(["", "Anna", "Boris", "Anna closed", "Anna waits", " waits", "Anna read", " read"])
    for number, what in zip(range(40), held, strict=False):
        level, locale = LEVELS[number % 4], ("tg", "ru", "en")[number % 3]
        when = NOW - timedelta(hours=30) + timedelta(minutes=number * 37 % 60 * 31)
        mine = submitted(office.database, urgency=level, language=locale, arrived_at=when).reference
        holder = what.split()[0] if what and what[0] != " " else ""
        if holder:
            office.acts.claim(actor(holder), mine)
        if "read" in what:
            office.reading.facts(actor(holder or "Boris"), mine)
        if "waits" in what:
            office.acts.stage(actor(holder or "Anna"), mine, Stage.INFO_REQUESTED)
        if "closed" in what:
            office.acts.close(actor("Anna"), mine, CloseReason.TEST)
    return office


def everything(office: MadeOffice) -> list[Row]:
    found: dict[str, Row] = {}
    for view in View:
        found |= {row.reference: row for row in rows(office, "Anna", view, limit=200)}
    return list(found.values())


def belongs(row: Row, view: View) -> bool:
    is_open = row.status.value != "closed"
    return {
        View.UNASSIGNED: row.status.value == "waiting",
        View.MINE: row.status.value == "claimed" and row.holder == "Anna",
        View.OVERDUE: row.overdue,
        View.OPEN: is_open,
        View.WAITING: is_open and row.paused,
        View.CLOSED: not is_open,
    }[view]


def ordered(office: MadeOffice, found: list[Row], sort: Sort) -> list[Row]:
    def key(row: Row) -> tuple[object, ...]:
        name = call(office.database, "cases.get", row.reference).id
        owed = (1, row.arrived) if row.due is None else (0, row.due)
        match sort:
            case Sort.URGENCY:
                return (LEVELS.index(row.urgency), owed, name)
            case Sort.ARRIVED:
                return (row.arrived, name)
            case Sort.DUE:
                return (owed, name)

    return sorted(found, key=key)


def test_every_view_holds_its_cases_in_every_order_and_the_pages_join(many: MadeOffice) -> None:
    known = everything(many)
    assert len(known) == 40
    for view, sort, urgency, locale in itertools.product(View, Sort, (None, Level.HIGH), (None, "tg")):
        wanted = [row for row in known if belongs(row, view) and urgency in {None, row.urgency}]
        wanted = ordered(many, [row for row in wanted if locale in {None, row.language}], sort)
        found: list[Row] = []
        after = None
        while True:
            page = many.queue.page(
                actor("Anna"), view, sort=sort, urgency=urgency, language=locale, after=after, limit=3
            )
            found.extend(page.rows)
            after = page.next
            if after is None:
                break
        assert [row.reference for row in found] == [row.reference for row in wanted], (view, sort, urgency, locale)
    counts = many.queue.page(actor("Anna")).counts
    assert counts == {view: sum(belongs(row, view) for row in known) for view in View}
    assert all(counts.values())


def test_imminent_danger_is_first_whether_held_or_not(office: MadeOffice) -> None:
    routine, high, critical = (
        submitted(office.database, urgency=level) for level in (Level.ROUTINE, Level.HIGH, Level.CRITICAL)
    )
    office.acts.claim(actor("Boris"), critical.reference)
    assert [row.reference for row in rows(office, "Anna")] == [
        critical.reference,
        high.reference,
        routine.reference,
    ]


def test_a_case_that_was_read_does_not_pass_one_that_is_overdue_nor_one_that_nobody_has_read(
    office: MadeOffice,
) -> None:
    """A look cuts the arrival to the day, which is earlier than whatever came that day."""

    def came(hours_ago: float) -> Case:
        return submitted(office.database, urgency=Level.HIGH, arrived_at=NOW - timedelta(hours=hours_ago))

    asked, overdue, unread, looked_at, taken = (came(hours) for hours in (30, 25, 2, 1, 0.5))
    office.acts.claim(actor("Anna"), asked.reference)
    office.acts.stage(actor("Anna"), asked.reference, Stage.INFO_REQUESTED)
    office.reading.facts(actor("Boris"), looked_at.reference)
    office.acts.claim(actor("Anna"), taken.reference)
    office.reading.facts(actor("Anna"), taken.reference)
    found = [row.reference for row in rows(office, "Lena")]
    # Whoever looked and took it not has left it a quarter of its time.
    wanted = [overdue, looked_at, unread, taken, asked]
    assert found == [each.reference for each in wanted]
    office.later(hours=5)
    assert [row.reference for row in rows(office, "Lena")] == found


def test_a_row_says_when_it_came_until_somebody_has_read_it(office: MadeOffice) -> None:
    mine = office.case(urgency=Level.CRITICAL)
    (row,) = rows(office, "Anna")
    assert (row.arrived, row.arrived_exact) == (NOW.replace(second=0, microsecond=0), True)
    assert row.due == NOW.replace(second=0, microsecond=0) + timedelta(hours=1)
    assert (row.read, row.stage) == (False, Stage.RECEIVED)
    office.later(minutes=20)
    office.acts.claim(actor("Anna"), mine.reference)
    (row,) = rows(office, "Anna")
    assert row.arrived_exact
    office.reading.facts(actor("Anna"), mine.reference)
    (row,) = rows(office, "Anna")
    assert (row.arrived, row.arrived_exact) == (NOW.replace(hour=0, minute=0, second=0, microsecond=0), False)
    assert row.due == office.at.replace(microsecond=0) + timedelta(hours=1)
    assert (row.read, row.stage) == (True, Stage.TRIAGE)
    # Reading again gives nobody more time.
    office.later(minutes=30)
    office.reading.facts(actor("Anna"), mine.reference)
    assert rows(office, "Anna")[0].due == row.due
    assert {event.at.hour for event in call(office.database, "events.after", 0, 1)} == {0}


def test_a_row_says_whether_the_chat_still_leads_to_the_case(office: MadeOffice) -> None:
    mine, other = office.case(), office.case()
    until = office.at.replace(microsecond=0) + timedelta(hours=2)
    call(office.database, "drafts.insert", draft(case_id=mine.id, sent=True, expires_at=until))
    call(office.database, "drafts.insert", draft(case_id=other.id, sent=False, expires_at=until))
    live = {row.reference: row.live_until for row in rows(office, "Anna")}
    assert live == {mine.reference: until, other.reference: None}
    office.later(hours=3)
    assert {row.live_until for row in rows(office, "Anna")} == {None}


def test_a_row_says_who_may_open_it(office: MadeOffice) -> None:
    mine = office.case().reference
    office.acts.claim(actor("Anna"), mine)
    assert {name: rows(office, name)[0].may_open for name in ("Anna", "Boris", "Ivo", "Lena")} == {
        "Anna": True,
        "Boris": False,
        "Ivo": True,
        "Lena": True,
    }


@pytest.mark.parametrize("name", ["Adam", "Olga", "Uta"])
def test_who_works_on_no_case_sees_no_queue(office: MadeOffice, name: str) -> None:
    with pytest.raises(CaseUnavailableError):
        rows(office, name)


@pytest.mark.parametrize("after", ["", "x", "0.0.", "0.1." + "z" * 32, "9" * 40, "0.²." + "0" * 32])
def test_what_is_no_place_in_a_queue_is_refused(office: MadeOffice, after: str) -> None:
    with pytest.raises(PanohError, match="no place"):
        rows(office, "Anna", after=after)
