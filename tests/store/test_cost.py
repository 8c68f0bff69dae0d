"""What a turn costs does not grow with the number of drafts and cases: every query goes by a key or an index."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from bot.store.transaction import Transaction
from bot.store.values import ObjectState, Position, Status
from tests.databases import migrated_sqlite
from tests.made_up import NOW, case, draft, mailbox, reply, sealed, with_conversation


@pytest.fixture
def said() -> Iterator[list[tuple[str, object]]]:
    """Every statement that is sent to a database, with its parameters."""
    statements: list[tuple[str, object]] = []

    def note(_connection: Connection, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def turns_of_a_defender(transaction: Transaction) -> None:
    """One of each thing that the defender's side and the sweeper do with drafts."""
    mine, other = draft(), draft()
    transaction.updates.seen(1, 2)
    transaction.updates.record(1, 2, NOW.date())
    transaction.updates.forget(NOW.date())
    transaction.drafts.insert(mine)
    transaction.drafts.insert(other)
    transaction.drafts.find([mine.lane, b"x", b"y"])
    transaction.drafts.save(replace(mine, revision=2))
    transaction.drafts.put_screens(mine.id, 2, b"", NOW, NOW)
    for query in (transaction.drafts.expired, transaction.drafts.owing, transaction.drafts.clearing):
        query(NOW, 10)
    transaction.drafts.of_case(mine.case_id)
    transaction.drafts.by_id(mine.id)
    transaction.drafts.sent_by_silence(other.id, NOW)
    kept = sealed(mine.case_id)
    transaction.objects.put(kept)
    transaction.objects.send(mine.case_id, [kept.id])
    transaction.objects.send(mine.case_id, None)
    transaction.objects.of_case(mine.case_id, ObjectState)
    transaction.objects.drop_state(mine.case_id, ObjectState.READY)
    transaction.objects.keep_held([kept.id])
    transaction.objects.set_aside([kept.id])
    transaction.objects.take_up([kept.id])
    transaction.objects.drop([kept.id])
    transaction.objects.wipe(mine.case_id)
    transaction.drafts.delete(other.id)
    transaction.conversations.get(mine.conversation)


def work_on_cases(transaction: Transaction) -> None:
    """One of each thing that is done with cases, on either side."""
    box_of, due = case(), case()
    for each in (box_of, due):
        transaction.cases.submit(each)
    transaction.cases.by_id(due.id)
    transaction.cases.get(due.reference)
    transaction.cases.add_news(due.id, NOW)
    transaction.cases.mark_read(due.id, NOW)
    transaction.cases.raise_urgency(due.id, due.urgency, NOW)
    transaction.cases.page(Status.WAITING, None, 50)
    place = Position(urgency=due.urgency, arrived_at=due.arrived_at, id=due.id)
    transaction.cases.page(Status.WAITING, place, 50)
    transaction.cases.claim(due.reference, "Anna", NOW)
    transaction.cases.release(due.reference, "Anna", NOW)
    transaction.cases.close(due.reference, "Anna", NOW)
    box = mailbox(box_of.id)
    transaction.mailboxes.put(box)
    transaction.mailboxes.get(box.id)
    transaction.mailboxes.of_case(box_of.id)
    transaction.mailboxes.save_capsule(box.id, b"")
    transaction.replies.add(reply(box.id))
    transaction.replies.waiting(box.id)
    transaction.mailboxes.remove(box.id)
    transaction.cases.schedule_deletion(due.id, NOW, NOW)
    transaction.cases.delete_due(NOW, 10)
    transaction.audit.of_case(due.reference)


def plan(connection: sqlite3.Connection, statement: str, parameters: object) -> list[str]:
    assert isinstance(parameters, tuple)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def test_no_query_of_a_turn_reads_a_whole_table(tmp_path: Path, said: list[tuple[str, object]]) -> None:
    database = with_conversation(migrated_sqlite(tmp_path))
    said.clear()
    database.turn(turns_of_a_defender).result()
    database.turn(work_on_cases).result()
    database.close()
    asked = [each for each in said if each[0].split()[0] in {"SELECT", "UPDATE", "DELETE"}]
    connection = sqlite3.connect(tmp_path / "panoh.db")
    plans = {statement: plan(connection, statement, parameters) for statement, parameters in asked}
    connection.close()
    assert len(plans) > 30
    whole = {statement: steps for statement, steps in plans.items() if any(step.startswith("SCAN") for step in steps)}
    assert whole == {}
    sorted_after = {statement for statement, steps in plans.items() if any("ORDER BY" in step for step in steps)}
    # What one case holds is few; only the queue and what is due must come in order by themselves.
    assert all("FROM objects" in each or "FROM replies" in each for each in sorted_after)


def pages_read(folder: Path, cases: int) -> int:
    """Return how many steps SQLite's machine takes for a page of the queue among so many cases."""
    folder.mkdir()
    database = with_conversation(migrated_sqlite(folder))

    def fill(transaction: Transaction) -> None:
        for _ in range(cases):
            transaction.cases.submit(case())

    database.turn(fill).result()
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def page(transaction: Transaction) -> None:
        driver = transaction.cases._connection.connection.driver_connection  # noqa: SLF001  counts inside SQLite
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(count, 1)
        transaction.cases.page(Status.WAITING, None, 20)
        driver.set_progress_handler(None, 0)

    database.turn(page).result()
    database.close()
    return steps


def test_a_page_of_the_queue_costs_the_same_among_many_cases(tmp_path: Path) -> None:
    few, many = pages_read(tmp_path / "few", 30), pages_read(tmp_path / "many", 3000)
    assert few > 100
    assert many <= few * 1.1
