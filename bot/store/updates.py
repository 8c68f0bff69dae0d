"""Updates that were carried out, so that a repeated delivery changes nothing. No link to a draft."""

from datetime import date

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.store.schema import updates

_SEEN = select(updates.c.day).where(
    updates.c.account == bindparam("account"), updates.c.update_id == bindparam("update_id")
)
_RECORD = insert(updates)
_FORGET = delete(updates).where(updates.c.day < bindparam("before"))


class Updates:
    """The updates of the last days, by bot account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, account: int, update_id: int) -> bool:
        """Say whether this update was carried out before."""
        found = self._connection.execute(_SEEN, {"account": account, "update_id": update_id})
        return found.first() is not None

    def record(self, account: int, update_id: int, day: date) -> None:
        """Note that this update is carried out in this transaction; a second time fails the turn."""
        self._connection.execute(_RECORD, {"account": account, "update_id": update_id, "day": day})

    def forget(self, before_day: date) -> None:
        """Erase what was noted before this day: no messenger repeats an update for longer than a day."""
        self._connection.execute(_FORGET, {"before": before_day})
