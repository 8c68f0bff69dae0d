"""What a turn costs does not grow with the number of drafts and cases: every query goes by a key or an index."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from bot.engine.conversation import Level
from bot.store.queue import Asked, Mark, Sort, View
from bot.store.staff_values import Person, PersonState, Rewrap, Role
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry, ObjectState, Position, Stage, Status
from tests.databases import migrated_sqlite
from tests.made_up import NOW, case, draft, mailbox, reply, sealed, some_id, with_conversation

TARGETS = {
    Level.CRITICAL: timedelta(hours=1),
    Level.HIGH: timedelta(days=1),
    Level.MEDIUM: timedelta(days=3),
    Level.ROUTINE: timedelta(days=10),
}


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
    transaction.replies.waiting_of("desk:Anna")
    transaction.objects.case_of(some_id())
    transaction.mailboxes.remove(box.id)
    transaction.cases.schedule_deletion(due.id, NOW, NOW)
    transaction.cases.delete_due(NOW, 10)
    transaction.audit.of_case(due.reference)


def work_of_staff(transaction: Transaction) -> None:
    """One of each thing that the desk asks of the store."""
    mine, person = (
        case(),
        Person(
            id=some_id(),
            name="Anna",
            roles=frozenset({Role.LEAD}),
            languages=("tg",),
            state=PersonState.ENROLLED,
            since=NOW.date(),
        ),
    )
    transaction.people.add(person)
    transaction.cases.submit(mine)
    for view, sort in itertools.product(View, Sort):
        asked = Asked(view=view, sort=sort, holder="Anna", person_id=person.id, now=NOW, targets=TARGETS, language="tg")
        for each in (asked, replace(asked, language=None)):
            for after in (None, Mark(group=0, at=0, id=mine.id)):
                transaction.queue.page(each, after, 50)
        transaction.queue.counts(asked)
    transaction.people.by_name("Anna")
    transaction.people.id_of("Anna")
    transaction.people.by_invitation(b"h" * 32)
    transaction.recusals.add(person.id, mine.id)
    transaction.recusals.has(person.id, mine.id)
    transaction.recusals.of_case(mine.id)
    transaction.drafts.live([mine.id], NOW)
    transaction.events.after(0, 100)
    transaction.events.last()
    transaction.events.forget(NOW)
    transaction.cases.mark_read(mine.id, NOW)
    transaction.cases.set_stage(mine.id, Stage.INFO_REQUESTED, NOW)
    transaction.cases.held_by("Anna")
    transaction.cases.delete_closed(NOW, 10)
    sealed_anew = Rewrap(
        object_id=some_id(),
        case_id=mine.id,
        compartment="facts",
        version=2,
        serial=2,
        author="Anna",
        signature="",
        at=NOW,
        replaced_until=NOW,
    )
    transaction.objects.put(sealed(mine.id, kind="case_key", number=1, state=ObjectState.SENT, serial=1))
    replacement = sealed(mine.id, id=sealed_anew.object_id, kind="case_key", number=2, state=ObjectState.SENT, serial=2)
    assert transaction.rewraps.swap(
        sealed_anew,
        replacement,
    )
    transaction.rewraps.stale(9, (1, mine.id, "facts"), 10)
    transaction.rewraps.forget(NOW, 10)
    transaction.rewraps.restore(mine.id, "facts")
    transaction.objects.has(sealed_anew.object_id)
    transaction.objects.count(mine.id, "reply")
    transaction.nudges.waiting(10)
    transaction.nudges.last(mine.id)
    transaction.nudges.count(mine.id)
    transaction.nudges.give_up(NOW.date())
    transaction.audit.append(AuditEntry(at=NOW, actor="desk:Anna", act="read", reference=mine.reference))
    transaction.audit.page(0, 100)
    transaction.audit.page(0, 100, mine.reference)
    transaction.sessions.by_token(b"t" * 32)
    transaction.sessions.of_person(person.id)
    transaction.sessions.forget(NOW)
    transaction.sign_ins.take(b"c" * 32, NOW)
    transaction.sign_ins.forget(NOW)
    transaction.link_codes.take(b"c" * 32, NOW)
    transaction.links.by_lane([b"l" * 32])


def plan(connection: sqlite3.Connection, statement: str, parameters: object) -> list[str]:
    assert isinstance(parameters, tuple)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def scans(step: str) -> bool:
    """Whether a step reads a whole table; a subquery that has a limit of its own is none."""
    return step.startswith("SCAN") and not step.startswith(("SCAN anon_1", "SCAN (subquery"))


def ends(statement: str) -> bool:
    """Whether a query takes the last row of a table by its key, and stops."""
    return "ORDER BY audit.number DESC\n LIMIT" in statement


def test_no_query_of_a_turn_reads_a_whole_table(tmp_path: Path, said: list[tuple[str, object]]) -> None:
    database = with_conversation(migrated_sqlite(tmp_path))
    said.clear()
    database.turn(turns_of_a_defender).result()
    database.turn(work_on_cases).result()
    database.turn(work_of_staff).result()
    database.close()
    asked = [each for each in said if each[0].split()[0] in {"SELECT", "UPDATE", "DELETE"}]
    connection = sqlite3.connect(tmp_path / "panoh.db")
    plans = {statement: plan(connection, statement, parameters) for statement, parameters in asked}
    connection.close()
    assert len(plans) > 30
    whole = {statement: steps for statement, steps in plans.items() if any(map(scans, steps)) and not ends(statement)}
    assert whole == {}
    sorted_after = {statement for statement, steps in plans.items() if any("ORDER BY" in step for step in steps)}
    # What one case holds is few; only the queue and what is due must come in order by themselves.
    few = ("FROM objects", "FROM replies", "FROM rewraps", "FROM sessions")
    assert all(any(table in each for table in few) for each in sorted_after), sorted_after


def page_of(view: View, sort: Sort) -> Callable[[Transaction], object]:
    asked = Asked(view=view, sort=sort, holder="Anna", person_id=b"p" * 16, now=NOW, targets=TARGETS)
    return lambda transaction: transaction.queue.page(asked, None, 20)


PAGES: dict[str, Callable[[Transaction], object]] = {
    "console": lambda transaction: transaction.cases.page(Status.WAITING, None, 20),
    **{f"{view.value}-{sort.value}": page_of(view, sort) for view, sort in itertools.product(View, Sort)},
    "counts": lambda transaction: transaction.queue.counts(
        Asked(view=View.OPEN, sort=Sort.DUE, holder="Anna", person_id=b"p" * 16, now=NOW, targets=TARGETS)
    ),
}
SPREAD = {
    number: {"urgency": tuple(Level)[number % 4], "locale": ("tg", "ru")[number % 2], "paused": number % 6 == 0}
    for number in range(12)
}


def steps_of_pages(folder: Path, cases: int) -> dict[str, int]:
    """Return how many steps SQLite's machine takes for each page of the queue among so many cases."""
    folder.mkdir()
    database = with_conversation(migrated_sqlite(folder))

    def fill(transaction: Transaction) -> None:
        for number in range(cases):
            status = (Status.WAITING, Status.WAITING, Status.CLAIMED, Status.CLOSED)[number // 4 % 4]
            age = timedelta(days=number % 40)
            transaction.cases.submit(
                case(**SPREAD[number % 12], status=status, claimed_by="Boris", arrived_at=NOW - age)
            )

    database.turn(fill).result()
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def counted(page: Callable[[Transaction], object]) -> Callable[[Transaction], int]:
        def work(transaction: Transaction) -> int:
            nonlocal steps
            driver = transaction.cases._connection.connection.driver_connection  # noqa: SLF001  counts inside SQLite
            assert isinstance(driver, sqlite3.Connection)
            steps = 0
            driver.set_progress_handler(count, 1)
            page(transaction)
            driver.set_progress_handler(None, 0)
            return steps

        return work

    found = {name: database.turn(counted(page)).result() for name, page in PAGES.items()}
    database.close()
    return found


def test_a_page_of_the_queue_costs_the_same_among_many_cases(tmp_path: Path) -> None:
    # Few means enough to fill every page.
    few, many = steps_of_pages(tmp_path / "few", 6000), steps_of_pages(tmp_path / "many", 18000)
    assert min(few.values()) > 10
    grown = {name: (few[name], many[name]) for name in PAGES if many[name] > few[name] * 1.2 + 50}
    assert grown == {}
