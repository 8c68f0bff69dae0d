"""Bringing the schema to this program's version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store.refusal import refused
from bot.store.version import KNOWN, newer

HEAD = KNOWN[-1]
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
            command.upgrade(config, HEAD)
            return
    except CommandError:
        failure = newer()
    except SQLAlchemyError as error:
        failure = refused(error)
    raise failure


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
