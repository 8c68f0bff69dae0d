"""First tables.

Revision: 0001
After: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.LargeBinary(16)
DIGEST = sa.String(64)
# SQLite makes a column the key of the table itself only where the type is INTEGER.
SLOT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def where_set(table: str, column: str) -> None:
    condition = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"{table}_{column}", table, [column], sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("digest", DIGEST, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "updates",
        sa.Column("account", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("updates_day", "updates", ["day"])
    op.create_table(
        "drafts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("lane", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("conversation", DIGEST, sa.ForeignKey("conversations.digest"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("urgency", sa.SmallInteger, nullable=False),
        sa.Column("silence", sa.String(12), nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("screens", sa.LargeBinary, nullable=False),
        sa.Column("owed_since", sa.BigInteger),
        sa.Column("clear_by", sa.BigInteger),
    )
    op.create_index("drafts_case_id", "drafts", ["case_id"])
    op.create_index("drafts_expires_at", "drafts", ["expires_at"])
    where_set("drafts", "owed_since")
    where_set("drafts", "clear_by")
    op.create_table(
        "objects",
        sa.Column("slot", SLOT, primary_key=True, autoincrement=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("compartment", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
    )
    op.create_index("objects_case_id", "objects", ["case_id", "state"])
    op.create_table(
        "cases",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        sa.Column("arrived_at", sa.BigInteger, nullable=False),
        sa.Column("urgency", sa.SmallInteger, nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("conversation", DIGEST, sa.ForeignKey("conversations.digest"), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("claimed_by", sa.String(64)),
        sa.Column("claimed_at", sa.BigInteger),
        sa.Column("read", sa.Boolean, nullable=False),
        sa.Column("news", sa.Boolean, nullable=False),
        sa.Column("left_early", sa.Boolean, nullable=False),
        sa.Column("has_code", sa.Boolean, nullable=False),
        sa.Column("compromised", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("deletes_at", sa.BigInteger),
        sa.Column("writer", sa.LargeBinary),
        sqlite_with_rowid=False,
    )
    op.create_index("cases_queue", "cases", ["status", "urgency", "arrived_at", "id"])
    where_set("cases", "deletes_at")
    op.create_table(
        "mailboxes",
        sa.Column("slot", SLOT, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("case_id", ID, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("capsule", sa.LargeBinary, nullable=False),
        sa.Column("created_day", sa.Date, nullable=False),
    )
    op.create_index("mailboxes_case_id", "mailboxes", ["case_id"])
    op.create_table(
        "replies",
        sa.Column("id", ID, primary_key=True),
        sa.Column("mailbox_id", sa.LargeBinary(32), sa.ForeignKey("mailboxes.id", ondelete="CASCADE"), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_index("replies_mailbox_id", "replies", ["mailbox_id"])
    op.create_table("keyring", sa.Column("serial", sa.BigInteger, primary_key=True, autoincrement=False))
    op.create_table(
        "salt",
        sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("value", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", SLOT, primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32)),
    )
    op.create_index("audit_reference", "audit", ["reference"])
    append_only()


def append_only() -> None:
    """Let nobody who writes through the tables change or remove what the audit says."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        )
