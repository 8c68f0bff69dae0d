"""PostgreSQL: eight threads, a connection each, and the lock that keeps one chat's turns in order.

Rules. A turn first takes the advisory lock of its chat, whose number is an HMAC made by the caller. A turn that lost to
another transaction (serialisation failure, deadlock) is run once more, so a turn's function must have no effect but
through its transaction.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.errors import StoreError
from bot.store.refusal import code, refused
from bot.store.transaction import Transaction

T = TypeVar("T")

THREADS = 8
_LOCK = text("SELECT pg_advisory_xact_lock(:number)")
_NOT_FLUSHED = text("SET LOCAL synchronous_commit = off")
_AGAIN = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected (PostgreSQL manual, appendix A)."""
_WAIT_SECONDS = 10
"""How long a turn waits for a connection or a lock, as on SQLite."""


def make_engine(url: URL) -> Engine:
    """Return an engine with one connection for each thread."""
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": _WAIT_SECONDS}
    engine = create_engine(
        url,
        connect_args=timeout,
        pool_size=THREADS,
        max_overflow=0,
        # A server that was restarted costs one round trip here rather than a person's turn.
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: psycopg.Connection, _record: object) -> None:
    connection.execute(f"SET lock_timeout = '{_WAIT_SECONDS}s'")
    connection.commit()


class Threads:
    """The threads that run turns on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="panoh-store")

    def submit(self, work: Callable[[Transaction], T], lock: int | None, *, flushed: bool) -> "Future[T]":
        """Queue a turn; ``lock`` and ``flushed`` as ``Database.turn`` says.

        Raises:
            StoreError: the database was closed.
        """
        try:
            return self._pool.submit(self._run, work, lock, flushed)
        except RuntimeError:
            raise StoreError("the database is closed") from None

    def close(self) -> None:
        """Finish what waits and stop."""
        self._pool.shutdown()

    def _run(self, work: Callable[[Transaction], T], lock: int | None, flushed: bool) -> T:  # noqa: FBT001  of a pool
        try:
            return self._once(work, lock, flushed)
        except SQLAlchemyError as error:
            again = isinstance(error, DBAPIError) and code(error) in _AGAIN
            failure = refused(error)
        if not again:
            raise failure
        try:
            return self._once(work, lock, flushed)
        except SQLAlchemyError as error:
            failure = refused(error)
        raise failure

    def _once(self, work: Callable[[Transaction], T], lock: int | None, flushed: bool) -> T:  # noqa: FBT001  as above
        with self._engine.begin() as connection:
            if not flushed:
                connection.execute(_NOT_FLUSHED)
            if lock is not None:
                connection.execute(_LOCK, {"number": lock})
            return work(Transaction(connection))
