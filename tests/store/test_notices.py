"""Notices and links on both databases: one row a case, marks that move, what became overdue, once."""

from datetime import timedelta
from typing import Any

import pytest

from bot.casework.clocks import TARGETS
from bot.engine.conversation import Level
from bot.store.database import Database
from bot.store.staff_values import Link, Notice, Person, PersonState, Role
from bot.store.values import Case, Stage
from tests.made_up import NOW, call, some_id, submitted

AT = NOW.replace(second=0, microsecond=0)


def notice(case: Case, **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "case_id": case.id,
        "level": case.urgency,
        "kind": "new",
        "language": "tg",
        "stage": 0,
        "since": AT,
        "due": AT,
    }
    return Notice(**values | changes)


def overdue(database: Database, hours: float) -> list[bytes]:
    found = call(database, "notices.newly_overdue", AT + timedelta(hours=hours), TARGETS, 10)
    return [case.id for case in found]


def test_a_later_reason_takes_the_place_of_an_earlier_one(database: Database) -> None:
    case = submitted(database)
    for each in (notice(case), notice(case, kind="raised", told="Anna\nBoris", stage=1)):
        call(database, "notices.put", each)
        assert call(database, "notices.of_case", case.id) == each


def test_what_is_due_comes_by_urgency_then_by_time(database: Database) -> None:
    levels = (Level.ROUTINE, Level.CRITICAL, Level.HIGH, Level.HIGH)
    made = [submitted(database, urgency=level) for level in levels]
    for minutes, case in zip((1, 2, 3, 0), made, strict=True):
        call(database, "notices.put", notice(case, due=AT + timedelta(minutes=minutes)))
    call(database, "notices.put", notice(submitted(database), due=None))
    due = call(database, "notices.due", AT + timedelta(minutes=2), 10)
    assert [each.case_id for each in due] == [made[1].id, made[3].id, made[0].id]
    assert len(call(database, "notices.due", AT + timedelta(hours=1), 2)) == 2


def test_hurrying_brings_forward_only_what_is_still_to_be_told(database: Database) -> None:
    waits, told = submitted(database), submitted(database)
    call(database, "notices.put", notice(waits, due=AT + timedelta(minutes=5)))
    call(database, "notices.put", notice(told, due=None))
    for case in (waits, told):
        call(database, "notices.hurry", case.id, AT)
    assert call(database, "notices.of_case", waits.id).due == AT
    assert call(database, "notices.of_case", told.id).due is None


def test_a_settled_notice_keeps_the_day_and_that_of_an_overdue_case_its_time(database: Database) -> None:
    new, late = submitted(database), submitted(database)
    call(database, "notices.put", notice(new))
    call(database, "notices.put", notice(late, kind="overdue"))
    for case in (new, late):
        call(database, "notices.settle", case.id)
    assert call(database, "notices.of_case", new.id).since == AT.replace(hour=0, minute=0, second=0)
    assert call(database, "notices.of_case", late.id).since == AT


def test_reading_a_case_takes_the_hour_out_of_a_notice_that_is_told(database: Database) -> None:
    told, waits = submitted(database), submitted(database)
    call(database, "notices.put", notice(told, due=None))
    call(database, "notices.put", notice(waits))
    for case in (told, waits):
        call(database, "cases.mark_read", case.id, AT)
    assert call(database, "notices.of_case", told.id).since.hour == 0
    assert call(database, "notices.of_case", waits.id).since == AT


def test_a_case_is_newly_overdue_until_somebody_was_told_and_again_when_its_clock_began_anew(
    database: Database,
) -> None:
    case = submitted(database, urgency=Level.HIGH, arrived_at=AT)
    assert overdue(database, 24) == []
    assert overdue(database, 24.1) == [case.id]
    call(database, "notices.put", notice(case, kind="overdue", since=AT + timedelta(hours=24)))
    assert overdue(database, 24.1) == []
    call(database, "cases.add_news", case.id, AT + timedelta(hours=30))
    assert overdue(database, 53.9) == []
    assert overdue(database, 54.1) == [case.id]


def test_what_waits_for_the_person_or_is_about_to_be_deleted_is_never_overdue(database: Database) -> None:
    paused, going = submitted(database, urgency=Level.HIGH), submitted(database, urgency=Level.HIGH)
    call(database, "cases.set_stage", paused.id, Stage.INFO_REQUESTED, AT)
    call(database, "cases.schedule_deletion", going.id, AT + timedelta(days=9), AT)
    assert overdue(database, 100) == []


def test_the_standing_counts_what_waits_is_held_and_is_overdue(database: Database) -> None:
    for level in (Level.CRITICAL, Level.CRITICAL, Level.ROUTINE):
        submitted(database, urgency=level, arrived_at=AT)
    held = submitted(database, urgency=Level.CRITICAL, arrived_at=AT)
    assert call(database, "cases.claim", held.reference, "Anna", AT)
    found = call(database, "notices.standing", AT + timedelta(hours=2), TARGETS)
    assert (found.waiting, found.critical, found.claimed, found.overdue) == (3, 2, 1, 3)


def test_a_mark_moves(database: Database) -> None:
    assert call(database, "notices.mark", "events") is None
    for number in (4, 9):
        call(database, "notices.set_mark", "events", number)
        assert call(database, "notices.mark", "events") == number
    assert call(database, "notices.mark", "digest") is None


def test_a_notice_goes_with_its_case(database: Database) -> None:
    case = submitted(database)
    call(database, "notices.put", notice(case))
    call(database, "cases.schedule_deletion", case.id, AT, AT)
    call(database, "cases.delete_due", AT, 10)
    assert call(database, "notices.of_case", case.id) is None


@pytest.mark.parametrize("same", ["person", "lane"])
def test_a_person_has_one_chat_and_a_chat_one_person(database: Database, same: str) -> None:
    ids = [some_id(), some_id()]
    for number, each in enumerate(ids):
        roles = frozenset({Role.REVIEWER})
        person = Person(
            id=each, name=f"P{number}", roles=roles, languages=("en",), state=PersonState.ENROLLED, since=AT.date()
        )
        call(database, "people.add", person)
    call(database, "links.put", Link(person_id=ids[0], lane=bytes(32), chat=b"box"))
    later = Link(person_id=ids[same == "lane"], lane=bytes(32) if same == "lane" else b"\1" * 32, chat=b"other")
    call(database, "links.put", later)
    assert call(database, "links.all") == (later,)
