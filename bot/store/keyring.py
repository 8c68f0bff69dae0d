"""The highest keyring serial that was ever used, so that an older keyring cannot come back."""

from sqlalchemy import Connection, func, select, text

from bot.store.schema import keyring

# Two workers that start together record the same serial.
_RECORD = text("INSERT INTO keyring (serial) VALUES (:serial) ON CONFLICT DO NOTHING")


class KeyringSerials:
    """Remembers what was used; the highest rules."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def highest_serial(self) -> int:
        """Return the highest serial recorded, 0 before the first."""
        serial: int = self._connection.execute(select(func.coalesce(func.max(keyring.c.serial), 0))).scalar_one()
        return serial

    def record(self, serial: int) -> None:
        """Remember this serial; a lower one than before changes nothing."""
        if serial > self.highest_serial():
            self._connection.execute(_RECORD, {"serial": serial})
