# ruff: noqa: ARG002  a TypeDecorator is told the dialect, whether it asks or not
"""The tables of cases and drafts, as SQLAlchemy Core sees them; the migrations make them.

Those of the staff's side are in ``bot.store.schema_staff``. No query lives here. Rules: no chat id has a column; no
column holds anything typed that is not sealed; every query of a turn finds its rows by a key or an index, so that its
cost does not grow with the number of drafts and cases.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

from bot.engine.conversation import Level
from bot.store.values import ObjectState, Silence, Stage, Status

_Impl: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]  # Any: SQLAlchemy's own declaration
_LEVELS = tuple(reversed(Level))


class Moment(TypeDecorator[datetime]):
    """An aware time, stored as whole seconds since 1970: the same on both databases, and no time zone to lose."""

    impl: _Impl = BigInteger
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse a naive time: it would be read in the server's zone."""
        if value is None:
            return None
        assert value.tzinfo is not None, "a time without a zone"
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Urgency(TypeDecorator[Level]):
    """A level, stored as its place in the queue: 0 is imminent danger."""

    impl: _Impl = SmallInteger
    cache_ok: bool | None = True

    def process_bind_param(self, value: Level | None, dialect: Dialect) -> int | None:
        """Return the place."""
        return None if value is None else _LEVELS.index(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Level | None:
        """Return the level."""
        return None if value is None else _LEVELS[value]


class Named(TypeDecorator[str]):
    """A member of a closed set, stored as its value."""

    impl: _Impl = String
    cache_ok: bool | None = True

    def __init__(self, members: type[StrEnum], letters: int = 12) -> None:
        super().__init__(letters)
        self.members = members

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the member."""
        return None if value is None else self.members(value)


metadata = MetaData()

ID = LargeBinary(16)
_DIGEST = String(64)
SLOT = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite makes a column the key of the table itself only where the type is INTEGER."""


def slot(identifier: bytes) -> int:
    """Return a random id's first eight bytes as the signed number that keys its row.

    SQLite would otherwise number the rows of a table in the order of arrival, and that order would say which question
    each sealed answer belongs to.
    """
    return int.from_bytes(identifier[:8], "big", signed=True)


def where_set(name: str, column: str) -> Index:
    """Index the few rows in which the column is set."""
    condition = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=condition, postgresql_where=condition)


_KEYS = text("serial IS NOT NULL AND state = 'sent'")
"""The case-key files in use."""
REPLIED = text("act = 'reply'")
"""The acts by which somebody answered a person."""

conversations = Table(
    "conversations",
    metadata,
    Column("digest", _DIGEST, primary_key=True),
    Column("text", Text, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Index("updates_day", "day"),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("lane", LargeBinary(32), nullable=False, unique=True),
    Column("day", Date, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("conversation", _DIGEST, ForeignKey("conversations.digest"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("urgency", Urgency, nullable=False),
    Column("silence", Named(Silence), nullable=False),
    Column("sent", Boolean, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("screens", LargeBinary, nullable=False),
    Column("owed_since", Moment),
    Column("clear_by", Moment),
    Index("drafts_case_id", "case_id"),
    Index("drafts_expires_at", "expires_at"),
    where_set("drafts_owed_since", "owed_since"),
    where_set("drafts_clear_by", "clear_by"),
)

objects = Table(
    "objects",
    metadata,
    Column("slot", SLOT, primary_key=True, autoincrement=False),
    Column("id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("compartment", String(16), nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("day", Date, nullable=False),
    Column("state", Named(ObjectState), nullable=False),
    Column("serial", BigInteger),
    Index("objects_case_id", "case_id", "state"),
    Index("objects_serial", "serial", "case_id", "compartment", sqlite_where=_KEYS, postgresql_where=_KEYS),
)

cases = Table(
    "cases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("arrived_at", Moment, nullable=False),
    Column("urgency", Urgency, nullable=False),
    Column("locale", String(16), nullable=False),
    Column("conversation", _DIGEST, ForeignKey("conversations.digest"), nullable=False),
    Column("status", Named(Status), nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_at", Moment),
    Column("read", Boolean, nullable=False),
    Column("news", Boolean, nullable=False),
    Column("left_early", Boolean, nullable=False),
    Column("has_code", Boolean, nullable=False),
    Column("compromised", Boolean, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("deletes_at", Moment),
    Column("writer", LargeBinary),
    Column("stage", Named(Stage, 16), nullable=False, server_default=Stage.RECEIVED.value),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("clock_since", Moment),
    Column("closed_at", Moment),
    Column("seen_by_person", Date),
    Column("language", String(16), nullable=False, server_default=""),
    Column("tried_on", Date),
    Index("cases_queue", "status", "urgency", "arrived_at", "id"),
    Index("cases_arrived", "status", "paused", "urgency", "arrived_at", "id"),
    Index("cases_clock", "status", "paused", "urgency", "clock_since", "id"),
    Index("cases_language_arrived", "status", "paused", "language", "urgency", "arrived_at", "id"),
    Index("cases_language_clock", "status", "paused", "language", "urgency", "clock_since", "id"),
    Index("cases_claimed_by", "claimed_by", "status"),
    where_set("cases_deletes_at", "deletes_at"),
    where_set("cases_closed_at", "closed_at"),
    sqlite_with_rowid=False,
)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("slot", SLOT, primary_key=True, autoincrement=False),
    Column("id", LargeBinary(32), nullable=False, unique=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False),
    Column("capsule", LargeBinary, nullable=False),
    Column("created_day", Date, nullable=False),
    Index("mailboxes_case_id", "case_id"),
)

replies = Table(
    "replies",
    metadata,
    Column("id", ID, primary_key=True),
    Column("mailbox_id", LargeBinary(32), ForeignKey("mailboxes.id", ondelete="CASCADE"), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("day", Date, nullable=False),
    Index("replies_mailbox_id", "mailbox_id"),
)

keyring = Table(
    "keyring",
    metadata,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
)

salt = Table(
    "salt",
    metadata,
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", LargeBinary(32), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", SLOT, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("act", String(16), nullable=False),
    Column("reference", String(16), nullable=False),
    Column("reason", String(64)),
    Column("hash", LargeBinary(32), nullable=False),
    Index("audit_reference", "reference"),
    Index("audit_replied", "actor", "reference", sqlite_where=REPLIED, postgresql_where=REPLIED),
)
