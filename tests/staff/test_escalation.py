"""Who is told of a case and when the next one: tables over a clock that is set by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.casework.escalation import Colleague, Crew, Kind, Matter, after, begins, crew, to_tell
from bot.engine.conversation import Level
from bot.roster import parse

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DUTY = """\
zone = "UTC"
lead = "Lena"
[[shift]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "02:00"
until = "06:00"
people = ["Anna", "Boris", "Tara"]
[[shift]]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = "08:00"
until = "20:00"
people = ["Dora"]
"""


def colleague(name: str, *languages: str, lead: bool = False, muted: bool = False) -> Colleague:
    return Colleague(name=name, languages=languages or ("en", "ru", "tg"), lead=lead, muted=muted)


EVERYBODY = (
    colleague("Anna", "en"),
    colleague("Boris", "ru"),
    colleague("Dora"),
    colleague("Lena", "en", lead=True),
    colleague("Tara", "tg", "ru"),
)


def at_night(*people: Colleague, now: datetime = NIGHT) -> Crew:
    return crew(people or EVERYBODY, parse(DUTY, "roster.toml"), now)


def matter(**changes: Any) -> Matter:
    values: dict[str, Any] = {"kind": Kind.NEW, "level": Level.CRITICAL, "language": "tg", "since": NIGHT}
    return Matter(**values | changes)


def played(first: Matter, minutes: int, people: tuple[Colleague, ...] = EVERYBODY) -> list[tuple[int, str]]:
    """Let time pass and nobody answer; return who was told in which minute."""
    now, due, told = NIGHT, NIGHT, []
    at: datetime | None = due
    while at is not None and at <= NIGHT + timedelta(minutes=minutes):
        now = max(at, now)
        here = at_night(*people, now=now)
        names = to_tell(first, here, now)
        told += [(int((now - NIGHT).total_seconds() // 60), name) for name in names]
        first, at = after(replace(first, told=(*first.told, *names)), here, now)
    return told


def test_a_reader_on_duty_at_once_the_next_after_five_minutes_the_lead_after_fifteen() -> None:
    assert played(matter(), 29) == [(0, "Tara"), (5, "Anna"), (10, "Boris"), (15, "Dora"), (15, "Lena")]


def test_nobody_answers_and_half_an_hour_later_it_begins_again() -> None:
    assert played(matter(), 60)[5:] == [(45, "Tara"), (50, "Anna"), (55, "Boris"), (60, "Dora"), (60, "Lena")]


def test_a_routine_case_is_not_told_to_people_off_duty_nor_again() -> None:
    told = played(matter(level=Level.ROUTINE, language="ru"), 600)
    assert told == [(0, "Boris"), (5, "Tara"), (10, "Anna"), (15, "Lena")]


def test_who_reads_the_language_comes_first_but_anybody_is_better_than_nobody() -> None:
    assert to_tell(matter(language="ru"), at_night(), NIGHT) == ("Boris",)
    assert to_tell(matter(language="en"), at_night(), NIGHT) == ("Anna",)
    only = at_night(colleague("Anna", "en"))
    assert to_tell(matter(language="tg"), only, NIGHT) == ("Anna",)


def test_who_cannot_be_told_is_passed_over() -> None:
    here = at_night(colleague("Anna", "tg", muted=True), colleague("Boris", "ru"), colleague("Lena", "en", lead=True))
    assert to_tell(matter(), here, NIGHT) == ("Boris",)
    assert to_tell(matter(recused=frozenset({"Boris"})), here, NIGHT) == ("Lena",), "the lead, at once"
    assert to_tell(matter(), at_night(colleague("Anna", "tg", muted=True)), NIGHT) == ("Anna",), "nobody else is left"


def test_when_all_on_duty_said_that_they_cannot_the_lead_is_told_at_once() -> None:
    here = at_night()
    told = matter(told=("Tara", "Anna", "Boris", "Dora"))
    assert to_tell(told, here, NIGHT + timedelta(minutes=2)) == ("Lena",)


@pytest.mark.parametrize(
    ("level", "hour", "told_at"),
    [(Level.CRITICAL, 7, 7), (Level.HIGH, 7, 8), (Level.MEDIUM, 7, 8), (Level.ROUTINE, 7, 8), (Level.ROUTINE, 4, 4)],
)
def test_while_nobody_is_on_duty_only_imminent_danger_is_told(level: Level, hour: int, told_at: int) -> None:
    now = NIGHT.replace(hour=hour)
    here = at_night(now=now)
    assert begins(matter(level=level, since=now), here, now) == NIGHT.replace(hour=told_at)


def test_imminent_danger_while_nobody_is_on_duty_reaches_who_comes_next_and_the_lead_at_once() -> None:
    now = NIGHT.replace(hour=7)
    assert to_tell(matter(since=now), at_night(now=now), now) == ("Dora", "Lena")


def test_who_holds_a_case_is_told_of_it_and_others_only_where_it_is_critical() -> None:
    held = matter(kind=Kind.ENRICHED, level=Level.MEDIUM, holder="Boris")
    assert played(held, 600) == [(0, "Boris")]
    assert played(matter(kind=Kind.ENRICHED, holder="Boris"), 5) == [(0, "Boris"), (5, "Tara")]
    late = matter(kind=Kind.OVERDUE, level=Level.MEDIUM, holder="Boris")
    assert played(late, 600) == [(0, "Boris"), (15, "Lena")]


def test_a_restart_after_twenty_minutes_tells_the_first_and_the_lead_at_once() -> None:
    assert to_tell(matter(), at_night(), NIGHT + timedelta(minutes=20)) == ("Tara", "Lena")


def test_without_a_roster_or_names_in_it_everybody_who_reads_the_language_is_told() -> None:
    nobody_named = "\n".join(line for line in DUTY.splitlines() if not line.startswith("people"))
    named = crew(EVERYBODY, parse(nobody_named, "roster.toml"), NIGHT)
    for here in (crew(EVERYBODY, None, NIGHT), named):
        assert to_tell(matter(), here, NIGHT) == ("Dora", "Tara")
        assert to_tell(matter(), here, NIGHT + timedelta(minutes=15)) == ("Dora", "Tara", "Lena")


def test_where_nobody_can_be_told_it_is_looked_again_soon() -> None:
    here = crew((), parse(DUTY, "roster.toml"), NIGHT)
    assert to_tell(matter(), here, NIGHT) == ()
    assert after(matter(), here, NIGHT) == (matter(), NIGHT + timedelta(minutes=1))


def test_a_call_reaches_readers_on_duty_or_the_lead_and_the_notice_it_replaced_goes_on() -> None:
    here = at_night()
    reader = matter(kind=Kind.CALL_READER, language="ru")
    assert to_tell(reader, here, NIGHT) == ("Boris", "Tara"), "nobody who does not read it, nobody off duty"
    held = matter(kind=Kind.CALL_READER, language="ru", level=Level.HIGH, holder="Tara", by="Tara")
    assert to_tell(held, here, NIGHT) == ("Boris",), "not who calls"
    assert to_tell(matter(kind=Kind.CALL_LEAD), here, NIGHT) == ("Lena",)
    later, due = after(matter(kind=Kind.CALL_LEAD, told=("Lena",)), here, NIGHT)
    assert (later.kind, later.told, due) == (Kind.UNREAD, (), NIGHT + timedelta(minutes=5))
    assert after(matter(kind=Kind.CALL_LEAD, told=("Lena",), holder="Anna"), here, NIGHT)[1] is None


def test_a_call_wakes_the_lead_whatever_they_muted_or_another_lead_where_the_one_named_has_no_chat() -> None:
    asleep = at_night(colleague("Anna"), colleague("Lena", lead=True, muted=True))
    assert to_tell(matter(kind=Kind.CALL_LEAD, by="Anna"), asleep, NIGHT) == ("Lena",)
    others = at_night(colleague("Anna"), colleague("Zoya", lead=True))
    assert to_tell(matter(kind=Kind.CALL_LEAD, by="Anna"), others, NIGHT) == ("Zoya",)
    recused = at_night(colleague("Lena", lead=True), colleague("Zoya", lead=True))
    assert to_tell(matter(kind=Kind.CALL_LEAD, recused=frozenset({"Lena"})), recused, NIGHT) == ("Zoya",)


def test_what_is_overdue_is_told_again_as_overdue() -> None:
    later, due = after(matter(kind=Kind.OVERDUE, told=("Anna",)), at_night(colleague("Anna")), NIGHT)
    assert (later.kind, due) == (Kind.OVERDUE, NIGHT + timedelta(minutes=30))


def test_who_gave_a_case_back_is_told_of_it_only_where_nobody_else_is() -> None:
    given = matter(kind=Kind.RELEASED, by="Tara")
    assert to_tell(given, at_night(), NIGHT) == ("Anna",)
    assert played(given, 29) == [(0, "Anna"), (5, "Boris"), (10, "Dora"), (15, "Lena")]
    assert to_tell(given, at_night(colleague("Tara", "tg")), NIGHT) == ("Tara",)
