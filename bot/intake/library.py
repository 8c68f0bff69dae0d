"""The conversations this deployment can speak: the current version, and older ones that drafts still need.

A compiled conversation is stored by digest the first time it is kept with a draft; a draft finishes on the version it
began, with its words (``DESIGN.md`` 2). The few versions in use are held in memory.
"""

from dataclasses import dataclass, field

from bot.engine.codec import digest, from_json, to_json
from bot.engine.conversation import Conversation
from bot.ids import Digest
from bot.intake.remembered import Remembered
from bot.store.transaction import Transaction

HELD = 8
"""Older versions held in memory, for drafts in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a conversation."""

    conversation: Conversation = field(repr=False)
    digest: Digest


class Library:
    """Finds the version a draft began on."""

    def __init__(self, current: Conversation) -> None:
        """Speak ``current`` with everybody who begins now."""
        self.current = Version(conversation=current, digest=digest(current))
        self._text: str | None = to_json(current)
        self._older: Remembered[Digest, Version] = Remembered(HELD)

    def keep(self, tx: Transaction) -> None:
        """Store the current version, if this process has not seen it stored."""
        if self._text is not None:
            tx.conversations.put(self.current.digest, self._text)

    def kept(self) -> None:
        """The turn that stored the current version was committed: it need not be written again."""
        self._text = None

    def of(self, tx: Transaction, wanted: Digest) -> Version:
        """Return a version by digest; every draft's version was stored with it."""
        if wanted == self.current.digest:
            return self.current
        version = self._older.get(wanted)
        if version is None:
            text = tx.conversations.get(wanted)
            assert text is not None, "a draft without its conversation"
            version = Version(conversation=from_json(text), digest=wanted)
            self._older.put(wanted, version)
        return version
