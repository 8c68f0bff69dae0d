"""Compiled conversations with their texts, by digest, so that a draft finishes on the version it began."""

from sqlalchemy import Connection, bindparam, select, text

from bot.ids import Digest
from bot.store.schema import conversations

_GET = select(conversations.c.text).where(conversations.c.digest == bindparam("at_digest"))
_KNOWN = select(conversations.c.digest).where(conversations.c.digest == bindparam("at_digest"))
# Two workers may put the same text at the same moment; the syntax is the same on both databases.
_PUT = text("INSERT INTO conversations (digest, text) VALUES (:digest, :text) ON CONFLICT DO NOTHING")


class Conversations:
    """Every conversation that a draft or a case was asked in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, digest: Digest, text: str) -> None:
        """Keep a compiled conversation; one that is kept already stays as it is."""
        if self._connection.execute(_KNOWN, {"at_digest": digest}).first() is None:
            self._connection.execute(_PUT, {"digest": digest, "text": text})

    def get(self, digest: Digest) -> str | None:
        """Return a compiled conversation."""
        return self._connection.execute(_GET, {"at_digest": digest}).scalar()
