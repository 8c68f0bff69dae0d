"""Cases: the order of the queue, the claim that one wins, deletion that takes everything."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.conversation import Level
from bot.errors import StoreError
from bot.ids import Reference
from bot.store.database import Database
from bot.store.values import Case, ObjectState, Position, Status
from tests.made_up import NOW, call, case, draft, mailbox, reply, sealed, submitted

MINUTE = timedelta(minutes=1)
EXACT = NOW.replace(second=0)


def read(database: Database, mine: Case) -> Case:
    found: Case = call(database, "cases.by_id", mine.id)
    return found


def page(database: Database, status: Status, after: Case | None, limit: int) -> list[Reference]:
    place = None if after is None else Position(urgency=after.urgency, arrived_at=after.arrived_at, id=after.id)
    return [each.reference for each in call(database, "cases.page", status, place, limit)]


def test_arrival_is_kept_to_the_minute(database: Database) -> None:
    assert NOW.second
    assert read(database, submitted(database)).arrived_at == EXACT


def test_a_case_comes_back_as_it_was_put_by_id_and_by_reference(database: Database) -> None:
    mine = submitted(
        database,
        arrived_at=EXACT,
        urgency=Level.HIGH,
        news=True,
        left_early=True,
        has_code=True,
        compromised=True,
        withdrawn=True,
        writer=b"w" * 16,
        clock_since=EXACT,
        language="sgh",
        tried_on=NOW.date(),
    )
    assert read(database, mine) == mine
    assert call(database, "cases.get", mine.reference) == mine


def test_a_case_is_put_once(database: Database) -> None:
    mine = submitted(database)
    with pytest.raises(StoreError):
        submitted(database, id=mine.id)
    with pytest.raises(StoreError):
        submitted(database, reference=mine.reference)


def test_imminent_danger_comes_first_then_urgency_then_arrival(database: Database) -> None:
    order = [
        submitted(database, urgency=level, arrived_at=EXACT + minutes * MINUTE)
        for level, minutes in (
            (Level.ROUTINE, 0),
            (Level.CRITICAL, 9),
            (Level.HIGH, 3),
            (Level.CRITICAL, 2),
            (Level.MEDIUM, 1),
            (Level.HIGH, 1),
        )
    ]
    expected = [order[number].reference for number in (3, 1, 5, 2, 4, 0)]
    assert page(database, Status.WAITING, None, 10) == expected


def test_pages_join_without_a_gap_or_a_repetition_even_at_equal_times(database: Database) -> None:
    everything = {
        submitted(database, arrived_at=EXACT, urgency=level).reference: level
        for level in (Level.CRITICAL, Level.ROUTINE)
        for _ in range(5)
    }
    seen: list[Reference] = []
    last: Case | None = None
    while found := page(database, Status.WAITING, last, 3):
        seen += found
        last = call(database, "cases.get", found[-1])
    assert len(seen) == len(everything)
    assert set(seen) == set(everything)
    assert [everything[reference] for reference in seen] == [Level.CRITICAL] * 5 + [Level.ROUTINE] * 5


def test_a_page_holds_one_status(database: Database) -> None:
    waiting, claimed = submitted(database), submitted(database)
    call(database, "cases.claim", claimed.reference, "Anna", NOW)
    assert page(database, Status.WAITING, None, 10) == [waiting.reference]
    assert page(database, Status.CLAIMED, None, 10) == [claimed.reference]


def test_of_25_racing_claims_one_wins(database: Database, database_url: str) -> None:
    mine = submitted(database)
    others = [Database(database_url) for _ in range(4)]
    start = threading.Barrier(25)
    won: list[str] = []

    def race(number: int) -> None:
        opened = [database, *others][number % 5]
        start.wait()
        if opened.turn(lambda tx: tx.cases.claim(mine.reference, f"person {number}", NOW)).result():
            won.append(f"person {number}")

    threads = [threading.Thread(target=race, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert len(won) == 1
    assert read(database, mine).claimed_by == won[0]


def test_claim_release_and_close_ask_for_the_right_status_and_name(database: Database) -> None:
    mine = submitted(database)

    def tried(act: str, *arguments: object) -> bool:
        done: bool = call(database, f"cases.{act}", mine.reference, *arguments)
        return done

    assert not tried("release", "Anna", NOW)
    assert not tried("close", "Anna", NOW)
    assert tried("claim", "Anna", NOW)
    assert not tried("claim", "Anna", NOW)
    assert not tried("release", "Boris", NOW)
    assert not tried("close", "Boris", NOW)
    assert tried("release", "Anna", NOW)
    assert read(database, mine).status is Status.WAITING
    assert read(database, mine).claimed_by is None
    assert tried("claim", "Boris", NOW)
    assert tried("close", "Boris", NOW)
    assert read(database, mine).status is Status.CLOSED
    assert not tried("claim", "Anna", NOW)


def test_urgency_only_rises(database: Database) -> None:
    mine = submitted(database, urgency=Level.MEDIUM)
    for level, expected in (
        (Level.ROUTINE, Level.MEDIUM),
        (Level.CRITICAL, Level.CRITICAL),
        (Level.HIGH, Level.CRITICAL),
    ):
        call(database, "cases.raise_urgency", mine.id, level, NOW)
        assert read(database, mine).urgency is expected


def test_reading_blurs_the_arrival_to_the_day_and_takes_the_news_away(database: Database) -> None:
    mine = submitted(database)
    call(database, "cases.add_news", mine.id, NOW)
    assert read(database, mine).news
    call(database, "cases.mark_read", mine.id, NOW)
    after = read(database, mine)
    assert after.arrived_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert after.read
    assert not after.news


def test_news_brings_a_closed_case_back_and_leaves_a_claimed_one_where_it_is(database: Database) -> None:
    closed, claimed = submitted(database), submitted(database)
    for each in (closed, claimed):
        call(database, "cases.claim", each.reference, "Anna", NOW)
    call(database, "cases.close", closed.reference, "Anna", NOW)
    for each in (closed, claimed):
        call(database, "cases.add_news", each.id, NOW)
    assert read(database, closed).status is Status.WAITING
    assert read(database, closed).claimed_by is None
    assert read(database, claimed).status is Status.CLAIMED
    assert read(database, claimed).claimed_by == "Anna"


@pytest.mark.parametrize(
    ("act", "flag"),
    [("mark_code", "has_code"), ("mark_compromised", "compromised"), ("mark_withdrawn", "withdrawn")],
)
def test_flags_are_raised_on_one_case(database: Database, act: str, flag: str) -> None:
    mine, other = submitted(database), submitted(database)
    call(database, f"cases.{act}", mine.id, *([NOW] if act == "mark_withdrawn" else []))
    assert getattr(read(database, mine), flag)
    assert not getattr(read(database, other), flag)


def test_a_new_writer_replaces_the_old(database: Database) -> None:
    mine = submitted(database, writer=b"old")
    call(database, "cases.set_writer", mine.id, b"new")
    assert read(database, mine).writer == b"new"


def test_a_case_to_be_deleted_is_served_to_nobody_until_that_is_taken_back(database: Database) -> None:
    mine = submitted(database)
    call(database, "cases.schedule_deletion", mine.id, NOW, NOW)
    assert call(database, "cases.get", mine.reference) is None
    assert page(database, Status.WAITING, None, 10) == []
    assert not call(database, "cases.claim", mine.reference, "Anna", NOW)
    call(database, "cases.cancel_deletion", mine.id, NOW)
    assert call(database, "cases.get", mine.reference) is not None


def test_deletion_takes_everything_of_the_case_and_nothing_else(database: Database) -> None:
    due, waits = submitted(database), submitted(database)
    boxes = []
    for each in (due, waits):
        box = mailbox(each.id)
        boxes.append(box)
        call(database, "objects.put", sealed(each.id, kind="case_key", state=ObjectState.SENT))
        call(database, "objects.put", sealed(each.id))
        call(database, "drafts.insert", draft(case_id=each.id, sent=True))
        call(database, "mailboxes.put", box)
        call(database, "replies.add", reply(box.id))
    call(database, "cases.schedule_deletion", due.id, NOW, NOW)
    call(database, "cases.schedule_deletion", waits.id, NOW + MINUTE, NOW)

    assert call(database, "cases.delete_due", NOW, 10) == 1

    def left(of: Case, box: bytes) -> list[int]:
        return [
            len(found)
            for found in (
                call(database, "objects.of_case", of.id, ObjectState),
                call(database, "drafts.of_case", of.id),
                call(database, "mailboxes.of_case", of.id),
                call(database, "replies.waiting", box),
            )
        ]

    assert call(database, "cases.by_id", due.id) is None
    assert left(due, boxes[0].id) == [0, 0, 0, 0]
    assert call(database, "cases.by_id", waits.id) is not None
    assert left(waits, boxes[1].id) == [2, 1, 1, 1]


def test_deletion_goes_in_steps(database: Database) -> None:
    for _ in range(3):
        mine = submitted(database)
        call(database, "cases.schedule_deletion", mine.id, NOW, NOW)
    assert [call(database, "cases.delete_due", NOW, 2) for _ in range(3)] == [2, 1, 0]


def test_a_case_names_a_conversation_that_is_kept(database: Database) -> None:
    with pytest.raises(StoreError):
        submitted(database, conversation="cd" * 32)


def test_a_time_without_a_zone_is_a_wrong_program(database: Database) -> None:
    naive = case(arrived_at=NOW.replace(tzinfo=None))
    with pytest.raises(StoreError, match="StatementError"):
        call(database, "cases.submit", naive)
