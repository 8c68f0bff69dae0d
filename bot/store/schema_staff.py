"""The tables of the staff's side: people and their sessions, what happened to cases, notices, nudges, re-wraps.

No query lives here. Rules as in ``bot.store.schema``; beside them: no private key, passphrase or bearer token has a
column, only hashes of tokens do, and what a one-time code needs of a secret is boxed by the caller.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema import ID, SLOT, Moment, Named, Urgency, metadata, where_set
from bot.store.staff_values import EventKind, PersonState, Place

_HASH = LargeBinary(32)


def _person() -> ForeignKey:
    return ForeignKey("people.id", ondelete="CASCADE")


people = Table(
    "people",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("roles", String(80), nullable=False),
    Column("languages", String(80), nullable=False),
    Column("state", Named(PersonState), nullable=False),
    Column("invite_hash", _HASH, unique=True),
    Column("invite_until", Moment),
    Column("recipient", Text),
    Column("verifier", LargeBinary),
    Column("key_not_after", Moment),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger),
    Column("since", Date, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", _HASH, nullable=False, unique=True),
    Column("person_id", ID, _person(), nullable=False),
    Column("place", Named(Place), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index("sessions_person_id", "person_id"),
    Index("sessions_ends_at", "ends_at"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("person_id", ID, _person(), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("since", Date, nullable=False),
    Index("passkeys_person_id", "person_id"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("challenge_hash", _HASH, primary_key=True),
    Column("until", Moment, nullable=False),
    Index("sign_ins_until", "until"),
)

links = Table(
    "links",
    metadata,
    Column("person_id", ID, _person(), primary_key=True),
    Column("lane", _HASH, nullable=False, unique=True),
    Column("chat", LargeBinary, nullable=False),
    Column("muted_until", Moment),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("hash", _HASH, primary_key=True),
    Column("person_id", ID, _person(), nullable=False),
    Column("until", Moment, nullable=False),
    Index("link_codes_person_id", "person_id"),
    Index("link_codes_until", "until"),
)

recusals = Table(
    "recusals",
    metadata,
    Column("person_id", ID, _person(), primary_key=True),
    Column("case_id", ID, primary_key=True),
    Index("recusals_case_id", "case_id"),
)

events = Table(
    "events",
    metadata,
    Column("number", SLOT, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("kind", Named(EventKind), nullable=False),
    Column("level", Urgency, nullable=False),
    Index("events_case_id", "case_id"),
    Index("events_at", "at"),
    # Erased rows must not give their numbers to new ones: readers ask for what came after a number.
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("case_id", ID, primary_key=True),
    Column("level", Urgency, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("stage", Integer, nullable=False),
    Column("told", Text),
    Column("since", Moment, nullable=False),
    Column("due", Moment),
    Column("taken", Boolean, nullable=False),
    where_set("notices_due", "due"),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("number", BigInteger, nullable=False),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("day", Date, nullable=False),
    Column("sent", Boolean, nullable=False),
    UniqueConstraint("case_id", "day"),
    Index("nudges_sent", "sent", "day"),
)

rewraps = Table(
    "rewraps",
    metadata,
    Column("object_id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("compartment", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("author", String(64), nullable=False),
    Column("signature", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("replaced", ID),
    Column("replaced_until", Moment),
    Index("rewraps_case_id", "case_id"),
    where_set("rewraps_replaced_until", "replaced_until"),
)
