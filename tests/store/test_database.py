"""The database as a whole: turns, their failures, and the addresses that are refused."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import SchemaError, SettingsError, StaleDraftError, StoreError
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import Draft
from tests.databases import TEMPLATE, MissingError, PostgreSQL, refuse_closed
from tests.made_up import NOW, call, draft, some_id, submitted


def test_a_turn_returns_what_its_function_returns(database: Database) -> None:
    assert database.turn(lambda tx: ("anything", tx.keyring.highest_serial())).result() == ("anything", 0)


def test_a_turn_that_fails_leaves_nothing_and_gives_its_own_error(database: Database) -> None:
    mine = draft()

    def work(transaction: Transaction) -> None:
        transaction.drafts.insert(mine)
        raise StaleDraftError("made up")

    with pytest.raises(StaleDraftError, match="made up"):
        database.turn(work).result()
    assert call(database, "drafts.find", [mine.lane]) is None


def test_a_turn_that_waits_for_no_disk_is_whole_and_there(database: Database) -> None:
    kept, failed = draft(), draft()

    def fail(transaction: Transaction) -> None:
        transaction.drafts.insert(failed)
        raise StaleDraftError("made up")

    database.turn(lambda tx: tx.drafts.insert(kept), flushed=False).result()
    with pytest.raises(StaleDraftError, match="made up"):
        database.turn(fail, flushed=False).result()
    assert call(database, "drafts.find", [kept.lane]) == kept
    assert call(database, "drafts.find", [failed.lane]) is None


@pytest.mark.postgres
def test_on_postgresql_only_such_a_turn_is_committed_without_a_flush(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.create(f"t{some_id().hex()}", TEMPLATE))

    def flushing(transaction: Transaction) -> object:
        connection = transaction.keyring._connection  # noqa: SLF001  the setting belongs to the store's own connection
        return connection.execute(text("SHOW synchronous_commit")).scalar()

    assert database.turn(flushing, flushed=False).result() == "off"
    assert database.turn(flushing).result() == "on"
    database.close()


def held(database: Database) -> Callable[[], object]:
    """Keep the store's writer busy, so that what follows waits together; return what lets it go."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_transaction: Transaction) -> None:
        begun.set()
        go_on.wait(20)

    database.turn(wait)
    begun.wait(20)
    return go_on.set


def test_of_turns_that_wait_together_only_the_failing_one_fails(database: Database) -> None:
    drafts = [draft() for _ in range(6)]
    let_go = held(database)

    def work(transaction: Transaction, mine: Draft) -> bytes:
        transaction.drafts.insert(mine)
        if mine is drafts[2]:
            transaction.drafts.insert(mine)
        return mine.id

    def waiting(mine: Draft) -> Callable[[Transaction], bytes]:
        return lambda transaction: work(transaction, mine)

    futures = [database.turn(waiting(mine)) for mine in drafts]
    let_go()
    failures = [future.exception() for future in futures]
    assert [type(failure) for failure in failures] == [type(None)] * 2 + [StoreError] + [type(None)] * 3
    found = [call(database, "drafts.find", [mine.lane]) for mine in drafts]
    assert found == [*drafts[:2], None, *drafts[3:]]


def test_a_future_resolves_after_the_commit(database: Database, database_url: str) -> None:
    mine = draft()
    seen: list[Draft | None] = []
    looked = threading.Event()
    other = Database(database_url)

    def look(_future: object) -> None:
        seen.append(call(other, "drafts.find", [mine.lane]))
        looked.set()

    database.turn(lambda tx: tx.drafts.insert(mine)).add_done_callback(look)
    assert looked.wait(20)
    other.close()
    assert seen == [mine]


def test_a_cancelled_turn_that_waits_is_not_run(database: Database, database_url: str) -> None:
    mine = draft()
    threads = 8 if database_url.startswith("postgresql") else 1
    releases = [held(database) for _ in range(threads)]
    future = database.turn(lambda tx: tx.drafts.insert(mine))
    assert future.cancel()
    for let_go in releases:
        let_go()
    assert call(database, "drafts.find", [mine.lane]) is None


def test_turns_of_one_chat_do_not_overlap_even_between_processes(database: Database, database_url: str) -> None:
    other = Database(database_url)
    mine = draft(revision=0)
    call(database, "drafts.insert", mine)

    def work(transaction: Transaction) -> None:
        found = transaction.drafts.find([mine.lane])
        assert found is not None
        transaction.drafts.save(draft(**{**_fields(found), "revision": found.revision + 1}))

    futures = [(database, other)[number % 2].turn(work, lock=-(2**63)) for number in range(30)]
    assert [future.exception() for future in futures] == [None] * 30
    other.close()
    assert call(database, "drafts.find", [mine.lane]).revision == 30


def _fields(mine: Draft) -> dict[str, object]:
    return {name: getattr(mine, name) for name in Draft.__slots__}


def test_an_error_of_the_database_is_one_line_without_what_was_stored(database: Database) -> None:
    mine = draft(lane=b"secret-lane-secret-lane-secret-l", state=b"secret-state")
    call(database, "drafts.insert", mine)
    with pytest.raises(StoreError) as caught:
        call(database, "drafts.insert", mine)
    said = f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert "IntegrityError" in said
    assert "secret" not in said
    assert mine.id.hex() not in said
    assert "\n" not in str(caught.value)


def test_a_closed_database_takes_no_more_turns_but_finishes_what_waits(database: Database) -> None:
    mine = draft()
    let_go = held(database)
    future = database.turn(lambda tx: tx.drafts.insert(mine))
    closer = threading.Thread(target=database.close)
    closer.start()
    let_go()
    closer.join(20)
    assert future.exception() is None
    with pytest.raises(StoreError, match="closed"):
        database.turn(lambda tx: tx.keyring.highest_serial())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "panoh.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///panoh.db?mode=memory",
        "mysql://panoh:hunter2@localhost/panoh",
        "postgresql+asyncpg://localhost/panoh",
        "postgresql://panoh:hunter2@localhost:port/panoh",
    ],
)
def test_an_address_of_no_database_is_refused_in_one_line_that_shows_a_good_one(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Database(url)
    line = str(caught.value)
    assert line.startswith("PANOH_DATABASE_URL")
    assert "sqlite:////var/lib/panoh/panoh.db" in line
    assert "hunter2" not in line
    assert "\n" not in line


@pytest.mark.parametrize("act", ["upgrade", "check_schema"])
def test_a_server_that_does_not_answer_names_the_setting(act: str) -> None:
    database = Database("postgresql://panoh:hunter2@127.0.0.1:1/panoh")
    with pytest.raises(SettingsError, match=r"^PANOH_DATABASE_URL .* a good value") as caught:
        getattr(database, act)()
    assert "hunter2" not in str(caught.value)
    database.close()


@pytest.mark.postgres
def test_a_turn_that_lost_a_deadlock_is_run_once_more(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.create("deadlocked", "panoh_template"))
    try:
        call(database, "conversations.put", "ab" * 32, "{}")
        cases = [submitted(database), submitted(database)]
        meet = threading.Barrier(2)
        runs: list[int] = []

        def turn(first: int) -> Callable[[Transaction], None]:
            def work(transaction: Transaction) -> None:
                runs.append(first)
                # Acts that note no event: events are noted one turn after the other.
                transaction.cases.set_writer(cases[first].id, b"writer")
                if runs.count(first) == 1:
                    meet.wait(20)
                transaction.cases.mark_code(cases[1 - first].id)

            return work

        futures = [database.turn(turn(number)) for number in (0, 1)]
        assert [future.exception() for future in futures] == [None, None]
        assert sorted(runs) in ([0, 0, 1], [0, 1, 1])
        for each in cases:
            after = call(database, "cases.by_id", each.id)
            assert (after.writer, after.has_code) == (b"writer", True)
    finally:
        database.close()


def test_a_closed_folder_above_the_server_is_named_and_left_closed(tmp_path: Path) -> None:
    folder = tmp_path / "closed" / "bin"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    with pytest.raises(MissingError, match=r"closed is closed to other users") as caught:
        refuse_closed(folder)
    assert "\n" not in str(caught.value)
    assert folder.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.postgres
def test_a_turn_does_not_wait_for_ever_for_a_lock(postgresql: PostgreSQL) -> None:
    database = Database(postgresql.create("locked", "panoh_template"))
    found = database.turn(lambda tx: tx.keyring._connection.execute(text("SHOW lock_timeout")).scalar())  # noqa: SLF001
    assert found.result() == "10s"
    database.close()


def test_a_draft_due_before_a_time_is_compared_in_utc(database: Database) -> None:
    eastward = NOW.replace(microsecond=0).astimezone()
    mine = draft(expires_at=eastward)
    call(database, "drafts.insert", mine)
    assert call(database, "drafts.expired", NOW, 1) == (mine,)
    assert call(database, "drafts.expired", NOW - timedelta(seconds=1), 1) == ()


def test_a_database_without_tables_says_what_to_run(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(SchemaError, match="run `panoh db upgrade`"):
        database.check_schema()
    with pytest.raises(StoreError):
        database.turn(lambda tx: tx.keyring.highest_serial()).result()
    database.close()
