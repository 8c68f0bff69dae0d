"""The staff's side: people, sessions, events, notices, nudges, re-wraps; a chained audit.

Revision: 0002
After: 0001
"""

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16)
HASH = sa.LargeBinary(32)
# SQLite makes a column the key of the table itself only where the type is INTEGER.
SLOT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where_set(table: str, column: str) -> None:
    condition = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"{table}_{column}", table, [column], sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    of_people()
    of_cases()
    case_columns()
    chain_the_audit()


def person_id() -> sa.Column[bytes]:
    return sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


def of_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("roles", sa.String(80), nullable=False),
        sa.Column("languages", sa.String(80), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("invite_hash", HASH, unique=True),
        sa.Column("invite_until", sa.BigInteger),
        sa.Column("recipient", sa.Text),
        sa.Column("verifier", sa.LargeBinary),
        sa.Column("key_not_after", sa.BigInteger),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("since", sa.Date, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("token_hash", HASH, nullable=False, unique=True),
        person_id(),
        sa.Column("place", sa.String(12), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
    )
    op.create_index("sessions_person_id", "sessions", ["person_id"])
    op.create_index("sessions_ends_at", "sessions", ["ends_at"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.LargeBinary, primary_key=True),
        person_id(),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
    )
    op.create_index("passkeys_person_id", "passkeys", ["person_id"])
    op.create_table(
        "sign_ins",
        sa.Column("challenge_hash", HASH, primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("sign_ins_until", "sign_ins", ["until"])
    op.create_table(
        "links",
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("lane", HASH, nullable=False, unique=True),
        sa.Column("chat", sa.LargeBinary, nullable=False),
        sa.Column("muted_until", sa.BigInteger),
    )
    op.create_table(
        "link_codes",
        sa.Column("hash", HASH, primary_key=True),
        person_id(),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index("link_codes_person_id", "link_codes", ["person_id"])
    op.create_index("link_codes_until", "link_codes", ["until"])


def of_cases() -> None:
    op.create_table(
        "recusals",
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("case_id", ID, primary_key=True),
    )
    op.create_index("recusals_case_id", "recusals", ["case_id"])
    op.create_table(
        "events",
        sa.Column("number", SLOT, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("events_case_id", "events", ["case_id"])
    op.create_index("events_at", "events", ["at"])
    op.create_table(
        "notices",
        sa.Column("case_id", ID, primary_key=True),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("told", sa.Text),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("taken", sa.Boolean, nullable=False),
    )
    where_set("notices", "due")
    op.create_table(
        "marks",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "nudges",
        sa.Column("id", ID, primary_key=True),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.UniqueConstraint("case_id", "day"),
    )
    op.create_index("nudges_sent", "nudges", ["sent", "day"])
    op.create_table(
        "rewraps",
        sa.Column("object_id", ID, primary_key=True),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("compartment", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("replaced", ID),
        sa.Column("replaced_until", sa.BigInteger),
    )
    op.create_index("rewraps_case_id", "rewraps", ["case_id"])
    where_set("rewraps", "replaced_until")


def case_columns() -> None:
    op.add_column("cases", sa.Column("stage", sa.String(16), nullable=False, server_default="received"))
    op.add_column("cases", sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("clock_since", sa.BigInteger))
    op.add_column("cases", sa.Column("closed_at", sa.BigInteger))
    op.add_column("cases", sa.Column("seen_by_person", sa.Date))
    op.add_column("objects", sa.Column("serial", sa.BigInteger))
    op.execute("UPDATE cases SET clock_since = coalesce(claimed_at, arrived_at)")
    op.execute("UPDATE cases SET stage = 'triage' WHERE read OR status <> 'waiting'")
    # Closing always left its line.
    op.execute(
        "UPDATE cases SET closed_at = coalesce((SELECT max(audit.at) FROM audit WHERE audit.act = 'close' "
        "AND audit.reference = cases.reference), arrived_at) WHERE status = 'closed'"
    )
    # To which keyring the files so far were sealed is not known: 0 lies before every serial.
    op.execute("UPDATE objects SET serial = 0 WHERE kind = 'case_key'")
    op.create_index("cases_arrived", "cases", ["status", "paused", "urgency", "arrived_at", "id"])
    op.create_index("cases_clock", "cases", ["status", "paused", "urgency", "clock_since", "id"])
    op.create_index("cases_locale_arrived", "cases", ["status", "paused", "locale", "urgency", "arrived_at", "id"])
    op.create_index("cases_locale_clock", "cases", ["status", "paused", "locale", "urgency", "clock_since", "id"])
    op.create_index("cases_claimed_by", "cases", ["claimed_by", "status"])
    where_set("cases", "closed_at")
    condition = sa.text("serial IS NOT NULL AND state = 'sent'")
    columns = ["serial", "case_id", "compartment"]
    op.create_index("objects_serial", "objects", columns, sqlite_where=condition, postgresql_where=condition)


def chain_the_audit() -> None:
    """Make the table anew with what it held, in the same order: numbered without gaps, each row hashed with the last.

    Its triggers go with the old table and are made again; before that, no row could have been changed.
    """
    connection = op.get_bind()
    old = sa.table("audit", *(sa.column(name) for name in ("number", "at", "actor", "act", "reference", "reason")))
    found = connection.execute(sa.select(old).order_by(old.c.number)).all()
    op.drop_table("audit")
    new = op.create_table(
        "audit",
        sa.Column("number", SLOT, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("hash", HASH, nullable=False),
    )
    op.create_index("audit_reference", "audit", ["reference"])
    last = bytes(32)
    for number, row in enumerate(found, 1):
        act = {
            "number": number,
            "at": row.at,
            "actor": row.actor,
            "act": row.act,
            "reference": row.reference,
            "reason": row.reason,
        }
        text = json.dumps(act, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        last = sha256(b"panoh audit 1\n" + last + text.encode()).digest()
        connection.execute(sa.insert(new), act | {"hash": last})
    if connection.dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        )
