"""Migrations: from nothing to this program's tables, and no further than one line when they do not fit."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from bot.errors import SchemaError, StoreError
from bot.ids import Reference
from bot.store import migrating
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry
from bot.store.version import KNOWN
from tests.made_up import NOW, call


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
