"""One after the other: for rows whose numbers others follow, the audit and the events.

On PostgreSQL a transaction that took the next number could commit after one that took the number behind it, and who
follows the numbers would miss it. So whoever appends first takes a lock that ends with the transaction. SQLite writes
one transaction at a time anyway.
"""

from sqlalchemy import Connection, text

_ALONE = text("SELECT pg_advisory_xact_lock(8023470152)")
"""Any fixed number: another than that of the migrations."""


def one_after_the_other(connection: Connection) -> None:
    """Wait until no other transaction is about to append."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
