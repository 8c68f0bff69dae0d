"""The audit: what staff did, appended in the transaction that did it. The database refuses to change an entry."""

from dataclasses import fields

from sqlalchemy import Connection, insert, select

from bot.ids import Reference
from bot.store.schema import audit
from bot.store.values import AuditEntry

_FIELDS = tuple(field.name for field in fields(AuditEntry))


class Audit:
    """Acts of staff, in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entry: AuditEntry) -> None:
        """Add one act."""
        self._connection.execute(insert(audit), {name: getattr(entry, name) for name in _FIELDS})

    def of_case(self, reference: Reference) -> tuple[AuditEntry, ...]:
        """Return what was done to a case, the oldest first."""
        query = select(*(audit.c[name] for name in _FIELDS)).where(audit.c.reference == reference)
        rows = self._connection.execute(query.order_by(audit.c.number))
        return tuple(AuditEntry(**row._asdict()) for row in rows)
