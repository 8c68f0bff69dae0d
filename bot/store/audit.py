"""The audit: what staff did, appended in the transaction that did it. The database refuses to change an entry.

Each row is hashed together with the hash before it, so that a change behind the database's back shows: see ``verify``
in ``bot.store.chain``. The head, count and hash, is what people keep elsewhere.
"""

from dataclasses import fields

from sqlalchemy import Connection, Row, bindparam, insert, select

from bot.ids import Reference
from bot.store.chain import NOTHING, hash_of
from bot.store.order import one_after_the_other
from bot.store.schema import audit
from bot.store.staff_values import AuditRow, Head
from bot.store.values import AuditEntry

_FIELDS = tuple(field.name for field in fields(AuditEntry))
_COLUMNS = tuple(audit.c[field.name] for field in fields(AuditRow))
_LAST = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
_AFTER = (
    select(*_COLUMNS)
    .where(audit.c.number > bindparam("at_number"))
    .order_by(audit.c.number)
    .limit(bindparam("at_most"))
)
_AT = select(*_COLUMNS).where(audit.c.number == bindparam("at_number"))


class Audit:
    """Acts of staff, in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entry: AuditEntry) -> None:
        """Add one act."""
        one_after_the_other(self._connection)
        head = self.head()
        values = {name: getattr(entry, name) for name in _FIELDS}
        row = AuditRow(number=head.count + 1, hash=NOTHING, **values)
        values |= {"number": row.number, "hash": hash_of(row, head.hash)}
        self._connection.execute(insert(audit), values)

    def head(self) -> Head:
        """Return the number of acts and the hash of the last."""
        last = self._connection.execute(_LAST).first()
        return Head(count=0, hash=NOTHING) if last is None else Head(count=last.number, hash=last.hash)

    def of_case(self, reference: Reference) -> tuple[AuditEntry, ...]:
        """Return what was done to a case, the oldest first."""
        query = select(*(audit.c[name] for name in _FIELDS)).where(audit.c.reference == reference)
        rows = self._connection.execute(query.order_by(audit.c.number))
        return tuple(AuditEntry(**row._asdict()) for row in rows)

    def page(self, after: int, limit: int, reference: Reference | None = None) -> tuple[AuditRow, ...]:
        """Return the next acts, all or those on one case, the oldest first."""
        query = _AFTER if reference is None else _AFTER.where(audit.c.reference == reference)
        rows = self._connection.execute(query, {"at_number": after, "at_most": limit})
        return tuple(map(_row, rows))

    def at(self, number: int) -> AuditRow | None:
        """Return the act of this number."""
        row = self._connection.execute(_AT, {"at_number": number}).first()
        return None if row is None else _row(row)


def _row(row: Row[tuple[object, ...]]) -> AuditRow:
    return AuditRow(**row._asdict())
