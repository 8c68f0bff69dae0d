"""The salt of the deployment's return codes: 32 random bytes, made once, secret to nobody."""

from sqlalchemy import Connection, select, text

from bot.ids import RandomBytes
from bot.store.schema import salt

SALT_BYTES = 32
# The row's number is always 1: of two workers that make the first salt, one wins and both read the same.
_MAKE = text("INSERT INTO salt (number, value) VALUES (1, :value) ON CONFLICT DO NOTHING")


class Salt:
    """Keeps one value."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, random_bytes: RandomBytes) -> bytes:
        """Return the salt, making it where this is the first turn of the database."""
        found = self._read()
        if found is None:
            self._connection.execute(_MAKE, {"value": random_bytes(SALT_BYTES)})
            found = self._read()
        assert found is not None, "it was just made"
        return found

    def _read(self) -> bytes | None:
        return self._connection.execute(select(salt.c.value)).scalar()
