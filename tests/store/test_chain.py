"""The audit's chain: edited behind the database's back, the first row that is wrong is named."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import pytest

from bot.casework.trail import WALKED_AT_ONCE, verify_audit
from bot.ids import Reference
from bot.store.chain import NOTHING, Break, Wrong
from bot.store.database import Database
from bot.store.staff_values import Head
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry
from tests.made_up import NOW, call
from tests.store.test_migrating import carry_out

T = TypeVar("T")

WITHOUT_TRIGGERS = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"),
    "postgresql": ("DROP TRIGGER audit_append_only ON audit",),
}


@pytest.fixture
def edited(database: Database, database_url: str) -> Database:
    """An audit of ten acts that somebody with the whole machine may edit."""
    for number in range(10):
        call(database, "audit.append", act(number))
    for statement in WITHOUT_TRIGGERS[database_url.partition(":")[0]]:
        carry_out(database, statement)
    return database


def act(number: int) -> AuditEntry:
    reference = Reference(f"PN-TEST-{number % 3:04d}")
    return AuditEntry(at=NOW, actor="desk:Азиза", act="read", reference=reference, reason=None if number else "first")


def walked(database: Database, kept: Head | None = None) -> Break | None:
    return verify_audit(database, kept).broken


SWAP = (
    "UPDATE audit SET number = 100 WHERE number = 4",
    "UPDATE audit SET number = 4 WHERE number = 7",
    "UPDATE audit SET number = 7 WHERE number = 100",
)


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ((), None),
        (("UPDATE audit SET actor = 'desk:Boris' WHERE number = 4",), Break(wrong=Wrong.CHANGED, number=4)),
        (("UPDATE audit SET at = at + 1 WHERE number >= 6",), Break(wrong=Wrong.CHANGED, number=6)),
        (("UPDATE audit SET reason = NULL WHERE number = 1",), Break(wrong=Wrong.CHANGED, number=1)),
        (("UPDATE audit SET reason = '' WHERE number = 3",), Break(wrong=Wrong.CHANGED, number=3)),
        (("DELETE FROM audit WHERE number = 5",), Break(wrong=Wrong.REMOVED, number=5)),
        (("DELETE FROM audit WHERE number = 1",), Break(wrong=Wrong.REMOVED, number=1)),
        (("DELETE FROM audit WHERE number BETWEEN 3 AND 8",), Break(wrong=Wrong.REMOVED, number=3)),
        (SWAP, Break(wrong=Wrong.MOVED, number=4, found_at=7)),
        (
            ("DELETE FROM audit WHERE number = 5", "UPDATE audit SET number = number - 1 WHERE number > 5"),
            Break(wrong=Wrong.CHANGED, number=5),
        ),
    ],
)
def test_the_first_row_that_is_wrong_is_named(edited: Database, edits: tuple[str, ...], found: Break | None) -> None:
    for statement in edits:
        carry_out(edited, statement)
    assert walked(edited) == found


def test_an_end_that_was_cut_off_shows_against_a_head_that_was_kept(edited: Database) -> None:
    kept = call(edited, "audit.head")
    assert kept.count == 10
    carry_out(edited, "DELETE FROM audit WHERE number > 8")
    assert walked(edited) is None
    assert walked(edited, kept) == Break(wrong=Wrong.REMOVED, number=9)


def test_a_chain_that_was_computed_anew_shows_against_a_head_that_was_kept(edited: Database) -> None:
    kept = call(edited, "audit.head")
    carry_out(edited, "DELETE FROM audit")
    for number in range(12):
        call(edited, "audit.append", act(number + 1))
    assert walked(edited) is None
    assert walked(edited, kept) == Break(wrong=Wrong.REWRITTEN, number=10)


def test_a_head_that_was_kept_stays_true_while_acts_are_added(database: Database) -> None:
    heads = [call(database, "audit.head")]
    assert heads == [Head(count=0, hash=NOTHING)]
    for number in range(5):
        call(database, "audit.append", act(number))
        heads.append(call(database, "audit.head"))
    assert len({head.hash for head in heads}) == 6
    assert [walked(database, head) for head in heads] == [None] * 6


def test_acts_at_the_same_time_stand_in_one_chain(database: Database) -> None:
    def work(transaction: Transaction) -> None:
        transaction.audit.append(act(1))

    for future in [database.turn(work) for _ in range(40)]:
        future.result()
    assert call(database, "audit.head").count == 40
    assert walked(database) is None


class Busy(Database):
    """A database to which another process adds an act before each turn of this one."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.neighbour = Database(url)
        self.added = 0

    def turn(self, work: Callable[[Transaction], T], *, lock: int | None = None, flushed: bool = True) -> "Future[T]":
        call(self.neighbour, "audit.append", act(1))
        self.added += 1
        return super().turn(work, lock=lock, flushed=flushed)


def test_others_write_between_two_pages_of_the_walk(database: Database, database_url: str) -> None:
    def many(transaction: Transaction) -> None:
        for number in range(2 * WALKED_AT_ONCE):
            transaction.audit.append(act(number))

    database.turn(many).result()
    busy = Busy(database_url)
    try:
        found = verify_audit(busy)
    finally:
        busy.neighbour.close()
        busy.close()
    assert found.broken is None
    assert busy.added == 4, "the head, and three pages"
    assert found.head.count == 2 * WALKED_AT_ONCE + 1, "what was added after the head was read waits for the next walk"


def test_pages_of_one_case_and_of_all_join(database: Database) -> None:
    for number in range(9):
        call(database, "audit.append", act(number))
    first = call(database, "audit.page", 0, 4)
    assert [row.number for row in first + call(database, "audit.page", 4, 100)] == list(range(1, 10))
    assert [row.number for row in call(database, "audit.page", 1, 2, Reference("PN-TEST-0000"))] == [4, 7]
