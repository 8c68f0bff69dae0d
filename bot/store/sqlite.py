"""SQLite: how its file is opened, and the one thread that writes to it.

Rules. The file is made by the migration only, mode 0600, in a folder of mode 0700 where that has to be made too.
Turns that wait are committed together: one flush to the disk for all of them, none where none of them asked for it, and
a savepoint for each, so that a turn that fails takes nobody else with it. No future is resolved before the commit. Once
the thread has been idle for a second, the write-ahead log is emptied, so that erased rows do not linger in it.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import SchemaError, StoreError
from bot.store.refusal import refused
from bot.store.transaction import Transaction

T = TypeVar("T")

_BUSY_MS = 10_000
"""How long a turn waits for another process, such as the staff's terminal."""
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
)
_SAVEPOINT, _RELEASE, _BACK = "SAVEPOINT turn", "RELEASE turn", "ROLLBACK TO turn"
_TOGETHER = 64
"""Turns in one commit at most, so that the first one does not wait for long."""
_IDLE_SECONDS = 1.0


def make_engine(path: Path) -> Engine:
    """Return an engine whose every transaction begins by taking the write lock."""

    def connect() -> sqlite3.Connection:
        # mode=rw: only the migration makes a file. isolation_level=None: the driver begins nothing by itself.
        name = f"file:{quote(str(path))}?mode=rw"
        return sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def make_file(path: Path) -> None:
    """Make the database file and the folders above it where they are missing, readable by their owner only.

    Raises:
        StoreError: the place cannot be written.
    """
    try:
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700)
        if not path.exists():
            _make_wal_file(path)
        # By its name: closing a descriptor of the file would let go of the locks that SQLite holds in this process.
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from None
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be written: {error.sqlite_errorname}") from None


def _make_wal_file(path: Path) -> None:
    """Make a file that is in WAL mode from its first moment on.

    Of programs that start together, only one may turn a file to WAL and the others are refused without waiting; so each
    makes its own beside, and one of them gets the name.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
        connection = sqlite3.connect(file.name, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        with suppress(FileExistsError):
            os.link(file.name, path)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(slots=True)
class _Waiting:
    """A turn in the queue; afterwards its result waits here for the commit."""

    work: Callable[[Transaction], Any]  # Any: turns of every kind stand in one queue
    flushed: bool
    future: Future[Any]
    result: Any = field(default=None, repr=False)


class _LostError(Exception):
    """SQLite gave up the whole transaction (disk full, I/O error), with the turns that had succeeded in it."""


class Writer:
    """The one thread of this process that writes to a SQLite file."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closing = Lock()
        self._closed = False
        self._thread: Thread | None = None

    def submit(self, work: Callable[[Transaction], T], _lock: int | None, *, flushed: bool) -> "Future[T]":
        """Queue a turn; ``flushed`` as ``Database.turn`` says, and a lock is not needed where there is one thread.

        Raises:
            StoreError: the database was closed.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                raise StoreError("the database is closed")
            if self._thread is None:
                self._thread = Thread(target=self._run, name="panoh-store", daemon=True)
                self._thread.start()
            self._queue.put(_Waiting(work, flushed, future))
        return future

    def close(self) -> None:
        """Commit what waits, empty the log and stop."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        written = False
        while True:
            batch, last = self._take(_IDLE_SECONDS if written else None)
            if not batch and connection is not None:
                _empty_log(connection)
                written = False
            elif batch:
                try:
                    if connection is None:
                        connection = self._connect()
                    written = True
                    _commit_together(connection, batch)
                except Exception as error:  # noqa: BLE001  the thread outlives whatever happens; the turns are told
                    _fail(batch, error)
                    _let_go(connection)
                    connection = None
            if last:
                break
        if connection is not None:
            _empty_log(connection)
            connection.close()

    def _take(self, seconds: float | None) -> tuple[list[_Waiting], bool]:
        """Return the turns that wait, none after that many idle seconds; and whether the writer is to stop."""
        batch: list[_Waiting] = []
        try:
            turn = self._queue.get(timeout=seconds)
            while turn is not None:
                if turn.future.set_running_or_notify_cancel():
                    batch.append(turn)
                if len(batch) == _TOGETHER:
                    return batch, False
                turn = self._queue.get_nowait()
        except Empty:
            return batch, False
        return batch, True

    def _connect(self) -> Connection:
        try:
            return self._engine.connect()
        except SQLAlchemyError as error:
            if not self._path.exists():
                raise SchemaError(f"{self._path} does not exist: run `panoh db upgrade`") from None
            raise refused(error) from None


def _commit_together(connection: Connection, batch: list[_Waiting]) -> None:
    """Run the turns in one transaction and resolve their futures after the commit.

    Raises:
        StoreError: the transaction was lost; every turn of it that has not failed by itself is to fail with this.
    """
    done: list[_Waiting] = []
    lost: StoreError | None = None
    try:
        with _flush(connection, any(turn.flushed for turn in batch)), connection.begin():
            for turn in batch:
                try:
                    connection.exec_driver_sql(_SAVEPOINT)
                    turn.result = turn.work(Transaction(connection))
                except Exception as error:  # noqa: BLE001  whatever a turn raises belongs to its future
                    if not _in_transaction(connection):
                        raise _LostError from None
                    connection.exec_driver_sql(_BACK)
                    _fail([turn], refused(error) if isinstance(error, SQLAlchemyError) else error)
                else:
                    done.append(turn)
                connection.exec_driver_sql(_RELEASE)
    except SQLAlchemyError as error:
        lost = refused(error)
    except _LostError:
        lost = StoreError("the database gave up the transaction: is the disk full?")
    if lost is not None:
        raise lost
    for turn in done:
        turn.future.set_result(turn.result)


@contextmanager
def _flush(connection: Connection, wanted: bool) -> Iterator[None]:  # noqa: FBT001  one caller
    """Commit with or without waiting for the disk; without, a commit survives the end of the process all the same."""
    driver = connection.connection.driver_connection
    if wanted or not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous=FULL")


def _let_go(connection: Connection | None) -> None:
    """Drop a connection in an unknown state; the next turn opens another."""
    if connection is not None:
        with suppress(SQLAlchemyError, sqlite3.Error):
            connection.invalidate()
            connection.close()


def _in_transaction(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    return isinstance(driver, sqlite3.Connection) and driver.in_transaction


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for turn in batch:
        if not turn.future.done():
            turn.future.set_exception(error)


def _empty_log(connection: Connection) -> None:
    """Move the write-ahead log into the database and cut it to nothing, unless another process is reading."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        with suppress(sqlite3.Error):
            driver.execute("PRAGMA busy_timeout=0")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
