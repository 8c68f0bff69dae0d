"""The staff's service: who may do what to a case, what the audit says, what an export holds."""

import json
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.casework.reasons import CloseReason
from bot.casework.service import Casework
from bot.engine.conversation import Level
from bot.errors import CaseUnavailableError, PanohError
from bot.ids import Reference
from bot.store.database import Database
from bot.store.values import Case, ObjectState, Status
from tests.made_up import DIGEST, NOW, call, sealed, submitted

DEPLOYMENT = bytes(range(16))


@pytest.fixture
def casework(database: Database) -> Casework:
    return Casework(database, lambda: NOW)


def acts(database: Database, reference: Reference) -> list[tuple[str, str, str | None]]:
    return [(entry.actor, entry.act, entry.reason) for entry in call(database, "audit.of_case", reference)]


def test_the_list_puts_imminent_danger_first_whether_waiting_or_claimed(database: Database, casework: Casework) -> None:
    routine = submitted(database)
    high = submitted(database, urgency=Level.HIGH)
    critical = submitted(database, urgency=Level.CRITICAL)
    casework.claim(critical.reference, "Aziza")
    closed = submitted(database, urgency=Level.CRITICAL)
    casework.claim(closed.reference, "Aziza")
    casework.close(closed.reference, "Aziza", CloseReason.TEST)
    found = [case.reference for case in casework.list_cases()]
    assert found == [critical.reference, high.reference, routine.reference]


def test_pages_of_the_list_join_over_both_statuses(database: Database, casework: Casework) -> None:
    everything = [submitted(database).reference for _ in range(7)]
    for reference in everything[::2]:
        casework.claim(reference, "Aziza")
    whole = [case.reference for case in casework.list_cases()]
    first = [case.reference for case in casework.list_cases(limit=3)]
    second = [case.reference for case in casework.list_cases(first[-1], limit=3)]
    third = [case.reference for case in casework.list_cases(second[-1], limit=3)]
    assert first + second + third == whole
    assert sorted(whole) == sorted(everything)


def test_a_list_after_no_case_is_refused(casework: Casework) -> None:
    with pytest.raises(CaseUnavailableError):
        casework.list_cases(Reference("PN-NONE-NONE"))


def test_of_25_who_claim_at_once_one_gets_the_case(database: Database, casework: Casework) -> None:
    mine = submitted(database)
    start = threading.Barrier(25)
    won: list[str] = []
    lost: list[Exception] = []

    def race(number: int) -> None:
        start.wait()
        try:
            casework.claim(mine.reference, f"Person {number}")
        except CaseUnavailableError as error:
            lost.append(error)
        else:
            won.append(f"console:Person {number}")

    threads = [threading.Thread(target=race, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(lost) == 24
    assert acts(database, mine.reference) == [(won[0], "claim", None)]


def test_a_claimed_case_is_released_and_closed_by_its_holder_only(database: Database, casework: Casework) -> None:
    mine = submitted(database).reference
    assert casework.claim(mine, "Aziza").claimed_by == "Aziza"
    forbidden_acts: tuple[Callable[[], Case], ...] = (
        lambda: casework.release(mine, "Boris"),
        lambda: casework.close(mine, "Boris", CloseReason.HANDLED),
        lambda: casework.claim(mine, "Boris"),
    )
    for forbidden in forbidden_acts:
        with pytest.raises(CaseUnavailableError):
            forbidden()
    assert casework.release(mine, "Aziza").status is Status.WAITING
    casework.claim(mine, "Boris")
    assert casework.close(mine, "Boris", CloseReason.REFERRED).status is Status.CLOSED
    assert acts(database, mine) == [
        ("console:Aziza", "claim", None),
        ("console:Aziza", "release", None),
        ("console:Boris", "claim", None),
        ("console:Boris", "close", "referred"),
    ]


def test_absent_and_forbidden_look_the_same(database: Database, casework: Casework) -> None:
    mine = submitted(database).reference
    casework.claim(mine, "Aziza")
    said = []
    for reference in (mine, Reference("PN-NONE-NONE")):
        with pytest.raises(CaseUnavailableError) as caught:
            casework.release(reference, "Boris")
        said.append(str(caught.value).replace(reference, "…"))
    assert said[0] == said[1]


def test_claiming_counts_as_reading(database: Database, casework: Casework) -> None:
    mine = submitted(database)
    call(database, "cases.add_news", mine.id, NOW)
    claimed = casework.claim(mine.reference, "Aziza")
    assert claimed.arrived_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert claimed.read
    assert not claimed.news


def test_looking_at_the_list_is_not_reading(database: Database, casework: Casework) -> None:
    submitted(database)
    casework.list_cases()
    (case,) = casework.list_cases()
    assert not case.read
    assert case.arrived_at == NOW.replace(second=0)


@pytest.mark.parametrize("name", ["", " ", "a" * 65, "two\nlines", "esc\x1b[2J", "-rf", "semi;colon"])
def test_a_name_that_cannot_be_one_is_refused(database: Database, casework: Casework, name: str) -> None:
    mine = submitted(database).reference
    with pytest.raises(PanohError, match="a name is"):
        casework.claim(mine, name)
    assert acts(database, mine) == []


@pytest.mark.parametrize("name", ["A", "Азиза Ҳ.", "o'neil@example.org", "Anne-Marie", "a" * 64])
def test_names_of_people_are_names(database: Database, casework: Casework, name: str) -> None:
    assert casework.claim(submitted(database).reference, name).claimed_by == name


def test_an_export_holds_the_sent_files_and_what_the_queue_knows(
    database: Database, casework: Casework, tmp_path: Path
) -> None:
    mine = submitted(database, urgency=Level.CRITICAL)
    sent = [
        sealed(mine.id, state=ObjectState.SENT, data=b"sealed answer"),
        sealed(mine.id, state=ObjectState.SENT, kind="manifest", compartment="identity", number=2, data=b"sealed list"),
    ]
    for each in (*sent, sealed(mine.id), sealed(mine.id, state=ObjectState.HELD)):
        call(database, "objects.put", each)
    directory = tmp_path / "below" / "case"

    assert casework.export(mine.reference, directory, "Aziza", deployment=DEPLOYMENT).reference == mine.reference

    assert {path.name for path in directory.iterdir()} == {"case.json"} | {f"{each.id.hex()}.age" for each in sent}
    assert [(directory / f"{each.id.hex()}.age").read_bytes() for each in sent] == [each.data for each in sent]
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert json.loads((directory / "case.json").read_text()) == {
        "format": "panoh case 1",
        "reference": mine.reference,
        "case": mine.id.hex(),
        "deployment": DEPLOYMENT.hex(),
        "status": "waiting",
        "urgency": "critical",
        "locale": "tg",
        "conversation": {"id": "reprisal", "version": "1", "digest": DIGEST},
        "index": [
            {"object": sent[0].id.hex(), "kind": "answer", "compartment": "facts", "number": 0, "day": "2026-11-23"},
            {
                "object": sent[1].id.hex(),
                "kind": "manifest",
                "compartment": "identity",
                "number": 2,
                "day": "2026-11-23",
            },
        ],
        "rewraps": [],
    }
    assert acts(database, mine.reference) == [("console:Aziza", "export", None)]
    assert call(database, "cases.by_id", mine.id).read


def test_an_export_leaves_a_directory_that_is_in_use_alone(
    database: Database, casework: Casework, tmp_path: Path
) -> None:
    mine = submitted(database)
    directory = tmp_path / "used"
    directory.mkdir()
    (directory / "notes.txt").write_text("mine")
    with pytest.raises(PanohError, match="is not empty"):
        casework.export(mine.reference, directory, "Aziza", deployment=DEPLOYMENT)
    assert [path.name for path in directory.iterdir()] == ["notes.txt"]
    assert not call(database, "cases.by_id", mine.id).read


def test_an_export_to_no_place_is_one_line(database: Database, casework: Casework, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PanohError, match="cannot be written") as caught:
        casework.export(submitted(database).reference, tmp_path / "file" / "x", "Aziza", deployment=DEPLOYMENT)
    assert "\n" not in str(caught.value)


def test_a_case_to_be_deleted_is_served_to_nobody(database: Database, casework: Casework, tmp_path: Path) -> None:
    mine = submitted(database)
    casework.claim(mine.reference, "Aziza")
    call(database, "cases.schedule_deletion", mine.id, NOW, NOW)
    assert casework.list_cases() == ()
    forbidden_acts: tuple[Callable[[], Case], ...] = (
        lambda: casework.release(mine.reference, "Aziza"),
        lambda: casework.close(mine.reference, "Aziza", CloseReason.HANDLED),
        lambda: casework.export(mine.reference, tmp_path / "case", "Aziza", deployment=DEPLOYMENT),
    )
    for forbidden in forbidden_acts:
        with pytest.raises(CaseUnavailableError):
            forbidden()
    assert not (tmp_path / "case").exists()


def test_the_audit_names_who_did_what_to_which_case_nothing_else_and_outlives_the_case(
    database: Database, database_url: str, casework: Casework, tmp_path: Path
) -> None:
    mine = submitted(database)
    casework.claim(mine.reference, "Aziza")
    casework.export(mine.reference, tmp_path / "case", "Aziza", deployment=DEPLOYMENT)
    casework.close(mine.reference, "Aziza", CloseReason.REFERRED)
    call(database, "cases.schedule_deletion", mine.id, NOW, NOW)
    assert call(database, "cases.delete_due", NOW, 10) == 1

    engine = create_engine(make_url(database_url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(text("SELECT * FROM audit ORDER BY number")).mappings()]
    engine.dispose()
    words = [{value for name, value in row.items() if name != "at" and isinstance(value, str)} for row in rows]
    assert words == [
        {"console:Aziza", "claim", mine.reference},
        {"console:Aziza", "export", mine.reference},
        {"console:Aziza", "close", mine.reference, "referred"},
    ]
    assert not [value for row in rows for value in row.values() if value == mine.id]
