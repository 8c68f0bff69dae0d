"""The database: opened from its URL, migrated, checked, and used one transaction function at a time.

Rules. ``turn`` is the only way to a row. Its function runs in a thread of the store, in one transaction that commits
before the future resolves; it must not wait for another turn, touch anything but its transaction, or keep it.
Errors of the database library come out as ``StoreError``, one line without parameters.

Before: ``bot.intake`` or ``bot.casework`` passes a function. After: the repositories of ``bot.store.transaction``.
"""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.errors import SchemaError, SettingsError
from bot.store import sqlite, version
from bot.store.refusal import code
from bot.store.transaction import Transaction

T = TypeVar("T")

_SQLITE = "sqlite:///"
_GOOD = "a good value: sqlite:////var/lib/panoh/panoh.db or postgresql://panoh@localhost/panoh"


class _Turns(Protocol):
    """What runs the turns of one kind of database."""

    def submit(self, work: Callable[[Transaction], T], lock: int | None, *, flushed: bool) -> "Future[T]":
        """Queue a turn, as ``Database.turn`` says."""

    def close(self) -> None:
        """Finish what waits and stop."""


class Database:
    """One database, of either kind."""

    def __init__(self, url: str) -> None:
        """Open nothing yet.

        Args:
            url: ``sqlite:///`` with the path of a file, or ``postgresql://``.

        Raises:
            SettingsError: the URL is of neither kind. It is not repeated, since it may hold a password.
        """
        self._file = _file(url)
        self._turns: _Turns
        if self._file is not None:
            self._engine = sqlite.make_engine(self._file)
            self._turns = sqlite.Writer(self._engine, self._file)
        else:
            # Its driver and dialect are several megabytes, and most installations have a file.
            from bot.store import postgresql  # noqa: PLC0415

            self._engine = postgresql.make_engine(_server(url))
            self._turns = postgresql.Threads(self._engine)

    def turn(self, work: Callable[[Transaction], T], *, lock: int | None = None, flushed: bool = True) -> "Future[T]":
        """Run a function in one transaction.

        Args:
            work: what to do; an exception undoes it and comes out of the future. On PostgreSQL it may run twice.
            lock: signed 64-bit number of the chat; turns with the same number run one after the other, on PostgreSQL
                across processes too. SQLite runs all turns one after the other anyway.
            flushed: whether the commit waits until the disk has it. Without, a power cut within the next second may
                take the turn back whole, the end of the process never: for what only says that something was shown.

        Returns:
            A future that resolves after the commit.

        Raises:
            StoreError: the database was closed.
        """
        return self._turns.submit(work, lock, flushed=flushed)

    def upgrade(self) -> None:
        """Bring the schema to this program's version; makes a SQLite file where there is none.

        Raises:
            SchemaError: the database was made by a newer program.
            SettingsError: the database cannot be reached.
            StoreError: the migration failed; nothing was changed.
        """
        # Alembic takes a while to import, and serving never needs it.
        from bot.store import migrating  # noqa: PLC0415

        if self._file is not None:
            sqlite.make_file(self._file)
        self._reach()
        migrating.upgrade(self._engine)

    def check_schema(self) -> None:
        """See that the schema is this program's.

        Raises:
            SchemaError: it is older, newer, or not there.
            SettingsError: the database cannot be reached.
        """
        if self._file is not None and not self._file.exists():
            raise SchemaError(f"{self._file} does not exist: run `panoh db upgrade`")
        self._reach()
        version.check(self._engine)

    def close(self) -> None:
        """Finish the turns that wait and let go of the database."""
        self._turns.close()
        self._engine.dispose()

    def _reach(self) -> None:
        try:
            self._engine.connect().close()
        except SQLAlchemyError as error:
            reason = code(error)
        else:
            return
        raise SettingsError(f"PANOH_DATABASE_URL names a database that cannot be used ({reason}); {_GOOD}")


def _file(url: str) -> Path | None:
    """Return the path of a SQLite URL, taken letter for letter; None where the URL is another."""
    path = url.removeprefix(_SQLITE)
    if path == url:
        return None
    if path in {"", ":memory:"} or "?" in path:
        raise _wrong()
    return Path(path).absolute()


def _server(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _wrong() from None
    if parsed.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise _wrong()
    return parsed.set(drivername="postgresql+psycopg")


def _wrong() -> SettingsError:
    return SettingsError(f"PANOH_DATABASE_URL is not the address of a database; {_GOOD}")
