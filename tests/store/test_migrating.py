"""Migrations: from nothing to this program's tables, and no further than one line when they do not fit."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from bot.errors import SchemaError, StoreError
from bot.ids import Reference
from bot.store import migrating
from bot.store.chain import verify
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry, ObjectState, Stage
from bot.store.version import KNOWN
from tests.made_up import NOW, call


def at_second(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def carry_out(database: Database, statement: str) -> None:
    """Send a statement that no repository would send."""

    def work(transaction: Transaction) -> None:
        transaction.keyring._connection.execute(text(statement))  # noqa: SLF001

    database.turn(work).result()


def test_the_migrations_make_exactly_the_tables_that_the_queries_name(database_url: str) -> None:
    engine = create_engine(make_url(database_url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_the_versions_known_without_alembic_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(Path(migrating.__file__).parent / "migrations"))
    assert [each.revision for each in scripts.walk_revisions()] == list(reversed(KNOWN))


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    call(database, "keyring.record", 4)
    database.upgrade()
    database.check_schema()
    assert call(database, "keyring.highest_serial") == 4
    database.close()


def test_programs_that_start_together_migrate_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(3)]
    failed: list[Exception] = []
    start = threading.Barrier(3)

    def upgrade(database: Database) -> None:
        start.wait()
        try:
            database.upgrade()
        except Exception as error:  # noqa: BLE001  whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=upgrade, args=(each,)) for each in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    databases[0].check_schema()
    for each in databases:
        each.close()
    assert failed == []


@pytest.mark.parametrize("act", ["upgrade", "check_schema"])
def test_the_database_of_a_newer_program_is_left_alone(database: Database, act: str) -> None:
    carry_out(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="a newer program") as caught:
        getattr(database, act)()
    assert "\n" not in str(caught.value)


def test_the_audit_can_only_be_added_to(database: Database) -> None:
    mine = Reference("PN-TEST-AUDT")
    entry = AuditEntry(at=NOW.replace(microsecond=0), actor="console:Anna", act="claim", reference=mine)
    call(database, "audit.append", entry)
    for statement in ("UPDATE audit SET actor = 'console:Boris'", "DELETE FROM audit"):
        with pytest.raises(StoreError):
            carry_out(database, statement)
    assert call(database, "audit.of_case", mine) == (entry,)


OLD_CASE = (
    "INSERT INTO cases (id, reference, arrived_at, urgency, locale, conversation, status, claimed_by, claimed_at, "
    "read, news, left_early, has_code, compromised, withdrawn) VALUES "
)
OLD_OBJECT = "INSERT INTO objects (slot, id, case_id, kind, compartment, number, data, day, state) VALUES "
OLD_ACT = "INSERT INTO audit (number, at, actor, act, reference, reason) VALUES "
OLD_ROWS = (
    "INSERT INTO conversations VALUES ('d', '{}')",
    OLD_CASE + "(:a, 'PN-A', 60, 0, 'tg', 'd', 'closed', 'Anna', 120, true, false, false, false, false, false)",
    OLD_CASE + "(:b, 'PN-B', 180, 1, 'ru', 'd', 'waiting', NULL, NULL, false, false, false, false, false, false)",
    OLD_OBJECT + "(1, :a, :a, 'case_key', 'facts', 1, :a, '2026-11-23', 'sent')",
    OLD_OBJECT + "(2, :b, :a, 'answer', 'facts', 0, :b, '2026-11-23', 'sent')",
    OLD_ACT + "(1, 120, 'console:Anna', 'claim', 'PN-A', NULL)",
    OLD_ACT + "(4, 240, 'console:Anna', 'close', 'PN-A', 'test')",
)


def of_version(url: str, version: str, rows: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database as a former program made and filled it."""
    made = Database(url)
    with monkeypatch.context() as until:
        until.setattr(migrating, "HEAD", version)
        made.upgrade()

    def old(transaction: Transaction) -> None:
        for statement in rows:
            values = {name: name.encode() * 16 for name in "ab" if f":{name}" in statement}
            transaction.keyring._connection.execute(text(statement), values)  # noqa: SLF001

    made.turn(old).result()
    return made


def test_a_case_of_the_second_version_is_written_in_the_language_of_its_chat(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = OLD_CASE.replace(") VALUES", ", stage, paused) VALUES")
    found = "false, false, false, false, false"
    rows = (
        "INSERT INTO conversations VALUES ('d', '{}')",
        columns + f"(:a, 'PN-A', 60, 0, 'tg', 'd', 'claimed', 'Anna', 120, true, {found}, 'triage', false)",
        columns + f"(:b, 'PN-B', 180, 1, 'ru', 'd', 'waiting', NULL, NULL, false, {found}, 'received', true)",
    )
    second = of_version(empty_url, "0002", rows, monkeypatch)
    with pytest.raises(SchemaError, match="an older schema"):
        second.check_schema()
    second.upgrade()
    second.check_schema()
    held, waiting = (call(second, "cases.by_id", name * 16) for name in (b"a", b"b"))
    assert [(each.locale, each.language, each.tried_on) for each in (held, waiting)] == [
        ("tg", "tg", None),
        ("ru", "ru", None),
    ]
    assert (held.stage, waiting.paused) == (Stage.TRIAGE, True)
    call(second, "cases.set_language", held.id, "sgh", NOW)
    assert call(second, "cases.by_id", held.id).language == "sgh"
    second.close()


def test_the_rows_of_the_first_version_come_along(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = of_version(empty_url, "0001", OLD_ROWS, monkeypatch)
    first.upgrade()
    first.check_schema()
    closed, waiting = (call(first, "cases.by_id", name * 16) for name in (b"a", b"b"))
    assert (closed.stage, closed.paused, closed.clock_since, closed.closed_at) == (
        Stage.TRIAGE,
        False,
        at_second(120),
        at_second(240),
    )
    assert (waiting.stage, waiting.clock_since, waiting.closed_at) == (Stage.RECEIVED, at_second(180), None)
    key, answer = call(first, "objects.of_case", b"a" * 16, list(ObjectState))[::-1]
    assert (key.serial, answer.serial) == (0, None)
    # The gap that a turn undone had left is closed, so that a gap means a row taken out.
    rows = call(first, "audit.page", 0, 10)
    assert [(row.number, row.act, row.reason) for row in rows] == [(1, "claim", None), (2, "close", "test")]
    assert verify(rows).broken is None
    for statement in ("UPDATE audit SET actor = 'console:Boris'", "DELETE FROM audit"):
        with pytest.raises(StoreError):
            carry_out(first, statement)
    first.close()
