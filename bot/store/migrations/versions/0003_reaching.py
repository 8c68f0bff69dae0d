"""Reaching the person: what a case is written in, when staff last tried to reach whoever wrote it, who answered.

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Its default is for the rows that are there; every case names its language.
    op.add_column("cases", sa.Column("language", sa.String(16), nullable=False, server_default=""))
    op.add_column("cases", sa.Column("tried_on", sa.Date))
    op.execute("UPDATE cases SET language = locale")
    for clock in ("arrived", "clock"):
        op.drop_index(f"cases_locale_{clock}", "cases")
        since = {"arrived": "arrived_at", "clock": "clock_since"}[clock]
        op.create_index(f"cases_language_{clock}", "cases", ["status", "paused", "language", "urgency", since, "id"])
    replied = sa.text("act = 'reply'")
    op.create_index("audit_replied", "audit", ["actor", "reference"], sqlite_where=replied, postgresql_where=replied)
