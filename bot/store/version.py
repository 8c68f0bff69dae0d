"""Whether a database has this program's schema: asked at every start, and so without Alembic, which is slow to import.

The list is that of ``migrations/versions``; a test holds the two against each other.
"""

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SchemaError, StoreError
from bot.store.refusal import refused

KNOWN = ("0001", "0002", "0003")
"""Every version there has been, oldest first; the last is this program's."""
_TABLE = "alembic_version"
_FOUND = text(f"SELECT version_num FROM {_TABLE}")  # noqa: S608  our own name


def check(engine: Engine) -> None:
    """Compare the database's version with this program's.

    Raises:
        SchemaError: they differ.
        StoreError: the version cannot be read.
    """
    failure: StoreError
    try:
        with engine.connect() as connection:
            found = connection.execute(_FOUND).scalar() if inspect(connection).has_table(_TABLE) else None
    except SQLAlchemyError as error:
        failure = refused(error)
    else:
        if found == KNOWN[-1]:
            return
        older = found is None or found in KNOWN
        failure = SchemaError("the database has an older schema: run `panoh db upgrade`") if older else newer()
    raise failure


def newer() -> SchemaError:
    """Return the refusal of a database that a newer program made."""
    return SchemaError("the database has the schema of a newer program: install that one, or restore a backup")
