"""SQLite: file modes, settings, and what stays on the disk."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import SchemaError, StoreError
from bot.store.database import Database
from bot.store.sqlite import make_file
from bot.store.transaction import Transaction
from tests.databases import migrated_sqlite
from tests.made_up import call, draft, sealed, some_id, with_conversation

MARKER = b"a-marker-that-stands-for-a-sealed-answer"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_and_the_folders_made_for_it_are_the_owners_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    place = tmp_path / "data" / "deep" / "panoh.db"
    database = Database(f"sqlite:///{place}")
    old = os.umask(0)
    try:
        database.upgrade()
        with_conversation(database)
        assert {mode(each) for each in place.parent.iterdir()} == {0o600}
    finally:
        os.umask(old)
        database.close()
    assert mode(place.parent) == 0o700
    assert mode(place.parent.parent) == 0o700
    assert mode(tmp_path) == 0o755, "a folder that was there is not ours to close"


def test_a_file_left_open_to_others_is_closed(tmp_path: Path) -> None:
    migrated_sqlite(tmp_path).close()
    (tmp_path / "panoh.db").chmod(0o644)
    migrated_sqlite(tmp_path).close()
    assert mode(tmp_path / "panoh.db") == 0o600


def test_a_path_with_odd_letters_is_only_a_path(tmp_path: Path) -> None:
    place = tmp_path / "100%20#1 паноҳ" / "panoh.db"
    database = Database(f"sqlite:///{place}")
    database.upgrade()
    database.check_schema()
    database.close()
    assert place.exists()


def test_every_connection_is_durable_strict_and_forgetful(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path)

    def read(transaction: Transaction) -> dict[str, object]:
        names = (
            "journal_mode",
            "synchronous",
            "secure_delete",
            "busy_timeout",
            "foreign_keys",
            "temp_store",
            "trusted_schema",
        )
        connection = transaction.keyring._connection  # noqa: SLF001  pragmas belong to the store's own connection
        return {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    assert database.turn(read).result() == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "temp_store": 2,
        "trusted_schema": 0,
    }
    database.close()


def test_only_a_turn_that_may_be_lost_with_the_power_is_committed_without_a_flush(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path)
    begun, go_on = threading.Event(), threading.Event()

    def flushing(transaction: Transaction) -> object:
        connection = transaction.keyring._connection  # noqa: SLF001  as above
        return connection.execute(text("PRAGMA synchronous")).scalar()

    def hold(transaction: Transaction) -> None:
        begun.set()
        go_on.wait(20)

    full, normal = 2, 1
    assert database.turn(flushing, flushed=False).result() == normal
    assert database.turn(flushing).result() == full
    holding = database.turn(hold)
    assert begun.wait(20)
    together = database.turn(flushing, flushed=False), database.turn(flushing)
    go_on.set()
    holding.result()
    assert [each.result() for each in together] == [full, full]
    database.close()


def test_nothing_but_the_migration_makes_a_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'typo' / 'panoh.db'}")
    with pytest.raises(SchemaError, match="does not exist: run `panoh db upgrade`"):
        database.check_schema()
    with pytest.raises(SchemaError, match="does not exist"):
        database.turn(lambda tx: tx.keyring.highest_serial()).result()
    database.close()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        Database(f"sqlite:///{tmp_path / 'file' / 'panoh.db'}").upgrade()


def test_what_was_erased_is_not_on_the_disk(tmp_path: Path) -> None:
    database = with_conversation(migrated_sqlite(tmp_path))
    mine = draft(state=MARKER * 50)
    call(database, "drafts.insert", mine)
    call(database, "objects.put", sealed(mine.case_id, data=MARKER * 200))
    assert MARKER in b"".join(each.read_bytes() for each in tmp_path.iterdir())
    call(database, "drafts.delete", mine.id)
    database.close()
    assert MARKER not in b"".join(each.read_bytes() for each in tmp_path.iterdir())


def test_what_was_erased_leaves_the_log_while_others_go_on_using_it(tmp_path: Path) -> None:
    database, other = with_conversation(migrated_sqlite(tmp_path)), Database(f"sqlite:///{tmp_path / 'panoh.db'}")
    call(other, "keyring.highest_serial")
    mine = sealed(some_id(), data=MARKER * 200)
    call(database, "objects.put", mine)
    call(database, "objects.drop", [mine.id])
    database.close()
    assert MARKER not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert (tmp_path / "panoh.db-wal").stat().st_size == 0
    other.close()


def test_upgrading_a_database_in_use_does_not_let_go_of_its_locks(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path)
    begun, go_on = threading.Event(), threading.Event()

    def wait(transaction: Transaction) -> None:
        transaction.keyring.record(4)
        begun.set()
        go_on.wait(20)

    future = database.turn(wait)
    assert begun.wait(20)
    make_file(tmp_path / "panoh.db")
    child = subprocess.run(
        [sys.executable, "-c", LAST_TO_LEAVE, str(tmp_path / "panoh.db")], capture_output=True, text=True, check=True
    )
    go_on.set()
    assert future.exception() is None
    assert child.stdout == "", "another program thought that nobody else was there"
    database.close()


def test_when_the_commit_fails_all_its_turns_fail(tmp_path: Path) -> None:
    database = with_conversation(migrated_sqlite(tmp_path))
    begun, go_on = threading.Event(), threading.Event()

    def wait(_transaction: Transaction) -> None:
        begun.set()
        go_on.wait(20)

    def poison(transaction: Transaction) -> None:
        # A foreign key checked at the commit only: the way to make SQLite refuse a commit on purpose.
        transaction.keyring._connection.execute(text("PRAGMA defer_foreign_keys=ON"))  # noqa: SLF001
        transaction.drafts.insert(draft(conversation="00" * 32))

    mine, after = draft(), draft()
    database.turn(wait)
    assert begun.wait(20)
    futures = [database.turn(lambda tx: tx.drafts.insert(mine)), database.turn(poison)]
    go_on.set()
    assert [type(future.exception()) for future in futures] == [StoreError, StoreError]
    call(database, "drafts.insert", after)
    assert call(database, "drafts.find", [mine.lane]) is None
    assert call(database, "drafts.find", [after.lane]) == after
    database.close()


def test_a_full_disk_fails_the_turn_and_the_next_one_works(tmp_path: Path) -> None:
    database = with_conversation(migrated_sqlite(tmp_path))

    def at_most(pages: int) -> None:
        def work(transaction: Transaction) -> None:
            transaction.keyring._connection.execute(text(f"PRAGMA max_page_count={pages}"))  # noqa: SLF001

        database.turn(work).result()

    at_most(1)
    with pytest.raises(StoreError):
        call(database, "objects.put", sealed(some_id(), data=bytes(1_000_000)))
    at_most(1_000_000)
    kept = sealed(some_id())
    call(database, "objects.put", kept)
    database.close()


def test_a_database_that_another_program_holds_refuses_in_one_line(tmp_path: Path) -> None:
    database = migrated_sqlite(tmp_path)

    def hurry(transaction: Transaction) -> None:
        transaction.keyring._connection.execute(text("PRAGMA busy_timeout=1"))  # noqa: SLF001  not ten seconds

    database.turn(hurry).result()
    other = sqlite3.connect(tmp_path / "panoh.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="SQLITE_BUSY"):
        database.turn(lambda tx: tx.keyring.highest_serial()).result()
    other.execute("ROLLBACK")
    other.close()
    assert call(database, "keyring.highest_serial") == 0
    database.close()


LAST_TO_LEAVE = """
import pathlib, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM keyring").fetchall()
connection.close()  # the last one to leave removes the log
if not pathlib.Path(sys.argv[1] + "-wal").exists():
    print("removed")
"""

KILLED = """
import sys
from tests.made_up import draft, with_conversation
from bot.store.database import Database
database = with_conversation(Database(sys.argv[1]))
for number in range(10_000):
    lane = number.to_bytes(32, "big")
    database.turn(lambda tx: tx.drafts.insert(draft(lane=lane))).result()
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    migrated_sqlite(tmp_path).close()
    url = f"sqlite:///{tmp_path / 'panoh.db'}"
    child = subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [int(child.stdout.readline()) for _ in range(40)]
    child.send_signal(signal.SIGKILL)
    said += [int(line) for line in child.stdout.read().splitlines() if line]
    child.wait()
    child.stdout.close()
    database = Database(url)
    found = [call(database, "drafts.find", [number.to_bytes(32, "big")]) for number in said]
    database.close()
    assert len(found) >= 40
    assert None not in found
