"""The salt of the deployment's return codes: 32 random bytes, made once, secret to nobody."""

from sqlalchemy import Connection, insert, select

from bot.ids import RandomBytes
from bot.store.schema import salt

SALT_BYTES = 32


class Salt:
    """Keeps one value."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, random_bytes: RandomBytes) -> bytes:
        """Return the salt, making it where this is the first turn of the database."""
        value: bytes | None = self._connection.execute(select(salt.c.value)).scalar()
        if value is None:
            value = random_bytes(SALT_BYTES)
            self._connection.execute(insert(salt), {"value": value})
        return bytes(value)
