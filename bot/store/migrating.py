"""Bringing the schema to this program's version, and refusing to run on another one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SchemaError, StoreError
from bot.store.refusal import refused

_SCRIPTS = Path(__file__).parent / "migrations"
_ALONE = text("SELECT pg_advisory_xact_lock(8023470151)")
"""Any fixed number: two programs that start together must not migrate together."""


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction.

    Raises:
        SchemaError: the database is at a version this program does not know.
        StoreError: a migration failed; nothing was changed.
    """
    failure: StoreError
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(_ALONE)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return
    except CommandError:
        failure = _newer()
    except SQLAlchemyError as error:
        failure = refused(error)
    raise failure


def check(engine: Engine) -> None:
    """Compare the database's version with this program's.

    Raises:
        SchemaError: they differ.
        StoreError: the version cannot be read.
    """
    scripts = ScriptDirectory.from_config(_config())
    failure: StoreError
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        failure = refused(error)
    else:
        if found == scripts.get_current_head():
            return
        known = {script.revision for script in scripts.walk_revisions()}
        older = found is None or found in known
        failure = SchemaError("the database has an older schema: run `panoh db upgrade`") if older else _newer()
    raise failure


def _newer() -> SchemaError:
    return SchemaError("the database has the schema of a newer program: install that one, or restore a backup")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
