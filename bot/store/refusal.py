"""Turning the database library's errors into one line of ours.

The library's own messages quote values (PostgreSQL's ``DETAIL: Key (…)=(…)``), so nothing of them is kept but the name
of the error and its code.
"""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StoreError


def refused(error: SQLAlchemyError) -> StoreError:
    """Return a ``StoreError`` that names the kind of error, without its parameters or its cause."""
    return StoreError(f"the database refused: {type(error).__name__} ({code(error)})")


def code(error: SQLAlchemyError) -> str:
    """Return SQLite's error name or PostgreSQL's SQLSTATE; the driver's class where there is neither."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(name or type(cause or error).__name__)
