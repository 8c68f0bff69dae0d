"""What staff decide about a case, what it leaves in the audit, and that the change and its event are one."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.casework.acts import LowerReason, Way
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Level
from bot.errors import PanohError, PersonUnavailableError, StoreError
from bot.store.audit import Audit
from bot.store.events import Events
from bot.store.values import Stage, Status
from tests.casework.office import MadeOffice, actor
from tests.made_up import call


def test_the_life_of_a_case_stands_in_the_audit(office: MadeOffice) -> None:
    mine = office.case(urgency=Level.HIGH).reference
    anna, lena = actor("Anna"), actor("Lena")
    assert office.acts.claim(anna, mine).holder == "Anna"
    assert office.acts.stage(anna, mine, Stage.UNDER_REVIEW).stage is Stage.UNDER_REVIEW
    assert office.acts.urgency(anna, mine, Level.MEDIUM, LowerReason.MISTAKEN).urgency is Level.MEDIUM
    assert office.acts.transfer(anna, mine, "Boris").holder == "Boris"
    assert office.acts.release(lena, mine).status is Status.WAITING
    assert office.acts.claim(actor("Ivo", "bot"), mine).holder == "Ivo"
    closed = office.acts.close(lena, mine, CloseReason.REFERRED)
    assert (closed.status, closed.holder, closed.erased_on) == (
        Status.CLOSED,
        "Ivo",
        (office.at + office.office.closed_kept).date(),
    )
    assert office.acts_on(mine) == [
        ("desk:Anna", "claim", None),
        ("desk:Anna", "stage", "under_review"),
        ("desk:Anna", "urgency", "high>medium mistaken"),
        ("desk:Anna", "transfer", "Boris"),
        ("desk:Lena", "release", None),
        ("bot:Ivo", "claim", None),
        ("desk:Lena", "close", "referred"),
    ]


def test_a_critical_case_is_given_back_knowingly_only(office: MadeOffice) -> None:
    mine = office.case(urgency=Level.CRITICAL).reference
    office.acts.claim(actor("Anna"), mine)
    with pytest.raises(PanohError, match="knowingly"):
        office.acts.release(actor("Anna"), mine)
    assert office.acts.release(actor("Anna"), mine, acknowledged=True).status is Status.WAITING


def test_urgency_is_lowered_with_a_reason_and_raised_without(office: MadeOffice) -> None:
    mine = office.case(urgency=Level.CRITICAL).reference
    with pytest.raises(PanohError, match="needs a reason"):
        office.acts.urgency(actor("Anna"), mine, Level.HIGH)
    office.acts.urgency(actor("Anna"), mine, Level.HIGH, LowerReason.RESOLVED)
    assert office.acts.urgency(actor("Anna"), mine, Level.CRITICAL).urgency is Level.CRITICAL


@pytest.mark.parametrize("to", ["Uta", "Adam", "Nobody", "Boris"])
def test_a_case_is_handed_to_nobody_who_could_not_work_on_it(office: MadeOffice, to: str) -> None:
    mine = office.case().reference
    if to == "Boris":
        office.acts.recuse(actor("Boris"), mine)
    office.acts.claim(actor("Anna"), mine)
    with pytest.raises(PersonUnavailableError):
        office.acts.transfer(actor("Anna"), mine, to)
    assert office.acts_on(mine)[-1][1] == "claim"


def test_colleagues_on_duty_come_first(office: MadeOffice) -> None:
    office.on_duty = frozenset({"Lena"})
    mine = office.case().reference
    assert [person.name for person in office.acts.colleagues(actor("Anna"), mine)][:2] == ["Lena", "Boris"]


def test_what_staff_ask_the_person_stops_the_clock_until_they_answer(office: MadeOffice) -> None:
    mine = office.case(urgency=Level.HIGH)
    office.acts.claim(actor("Anna"), mine.reference)
    row = office.acts.stage(actor("Anna"), mine.reference, Stage.INFO_REQUESTED)
    assert (row.paused, row.due) == (True, None)
    office.later(days=3)
    call(office.database, "cases.add_news", mine.id, office.at)
    after = office.read(mine)
    assert (after.stage, after.paused, after.clock_since) == (
        Stage.UNDER_REVIEW,
        False,
        office.at.replace(second=0, microsecond=0),
    )


def test_a_withdrawn_consent_and_a_deletion_are_heard_of_at_once(office: MadeOffice) -> None:
    mine = office.case()
    number = office.queue.changes(actor("Anna"), 0).number
    call(office.database, "cases.mark_withdrawn", mine.id, office.at)
    assert office.queue.changes(actor("Anna"), number).references == (mine.reference,)
    number = office.queue.changes(actor("Anna"), number).number
    call(office.database, "cases.schedule_deletion", mine.id, office.at, office.at)
    assert office.queue.changes(actor("Anna"), number).references == (mine.reference,)
    assert office.events_of(mine) == ["new", "withdrawn", "deletion"]


def test_who_works_on_no_case_hears_of_none(office: MadeOffice) -> None:
    office.case()
    heard = office.queue.changes(actor("Adam"), 0)
    assert heard.number == 1
    assert heard.references == ()


CHANGES: tuple[tuple[str, Callable[[MadeOffice, Any], object]], ...] = (
    ("claim", lambda office, mine: office.acts.claim(actor("Anna"), mine.reference)),
    ("recuse", lambda office, mine: office.acts.recuse(actor("Anna"), mine.reference)),
    ("stage", lambda office, mine: office.acts.stage(actor("Anna"), mine.reference, Stage.VERIFIED)),
    ("urgency", lambda office, mine: office.acts.urgency(actor("Anna"), mine.reference, Level.CRITICAL)),
    ("language", lambda office, mine: office.acts.language(actor("Anna"), mine.reference, "uz")),
    ("writer", lambda office, mine: office.acts.writer(actor("Anna"), mine.reference, doubted=True)),
    ("tried", lambda office, mine: office.acts.tried(actor("Ivo"), mine.reference, Way.AGREED)),
    ("news", lambda office, mine: call(office.database, "cases.add_news", mine.id, office.at)),
    ("raised", lambda office, mine: call(office.database, "cases.raise_urgency", mine.id, Level.HIGH, office.at)),
    ("withdrawn", lambda office, mine: call(office.database, "cases.mark_withdrawn", mine.id, office.at)),
    ("deleted", lambda office, mine: call(office.database, "cases.schedule_deletion", mine.id, office.at, office.at)),
    ("seen", lambda office, mine: call(office.database, "cases.saw_reply", mine.id, office.at)),
    ("read", lambda office, mine: office.reading.facts(actor("Anna"), mine.reference)),
)


class FullDiskError(StoreError):
    """What a database says when it can write no more."""


BY_THE_PERSON = {"news", "raised", "withdrawn", "deleted", "seen"}
PARTS = [
    pytest.param(change, part, id=f"{name}-{part.__name__}")
    for name, change in CHANGES
    for part in (Events, Audit)
    if part is Events or name not in BY_THE_PERSON
]


@pytest.mark.parametrize(("change", "part"), PARTS)
def test_a_change_without_its_event_or_its_line_does_not_happen(
    office: MadeOffice,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[MadeOffice, Any], object],
    part: type,
) -> None:
    mine = office.case()
    before = office.read(mine)

    def fail(*_arguments: object) -> None:
        raise FullDiskError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(part, "append", fail)
        with pytest.raises(FullDiskError):
            change(office, mine)
    assert office.read(mine) == before
    assert office.acts_on(mine.reference) == []
    assert office.events_of(mine) == ["new"]
    assert not call(office.database, "recusals.of_case", mine.id)
    change(office, mine)
    assert len(office.events_of(mine)) == 2
