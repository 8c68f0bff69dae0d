"""What every part of the staff's service works with: the database, the clock, the keyring, the duty; and how it acts.

An act is one transaction: access, change, audit. Nothing here decides who may do what; ``bot.casework.access`` does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot.casework.actor import Actor
from bot.errors import ChangedError, Refused
from bot.ids import Now, RandomBytes, Reference
from bot.sealing.keyring import Keyring, Standing
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry

T = TypeVar("T")

CLOSED_KEPT = timedelta(days=365)


def _nobody() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The staff's side of one installation.

    ``keyring`` returns the verified keyring in use, also one that has run out: whom cases are sealed to does not change
    by waiting. ``on_duty`` returns names.
    """

    database: Database
    now: Now
    random_bytes: RandomBytes
    keyring: Callable[[], Keyring]
    on_duty: Callable[[], frozenset[str]] = field(default=_nobody)
    closed_kept: timedelta = CLOSED_KEPT

    def turn(self, work: Callable[[Transaction], T]) -> T:
        """Run one transaction and return what it returned, after the commit."""
        return self.database.turn(work).result()

    def note(
        self, tx: Transaction, actor: Actor, act: str, reference: Reference | None = None, reason: str | None = None
    ) -> None:
        """Write an act into the audit, in the transaction that does it."""
        where = Reference("") if reference is None else reference
        entry = AuditEntry(at=self.now(), actor=actor.label, act=act, reference=where, reason=reason)
        tx.audit.append(entry)

    def keyring_to_seal_to(self) -> Keyring:
        """Return the keyring if it may be sealed to now.

        Raises:
            ChangedError: it has run out.
        """
        keyring = self.keyring()
        if keyring.standing(self.now()) not in {Standing.VALID, Standing.GRACE}:
            raise ChangedError("the keyring has run out: have a new one signed", Refused.KEYRING_ENDED)
        return keyring
