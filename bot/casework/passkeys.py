"""The public halves of passkeys. What a browser signed is checked by the desk; here they are kept and asked for."""

from bot.casework.office import Office
from bot.casework.people import hash_of
from bot.casework.sessions import Caller
from bot.errors import ChangedError, Refused
from bot.store.staff_values import Passkey
from bot.store.transaction import Transaction

PASSKEYS_AT_MOST = 10


class Passkeys:
    """Passkeys over one database."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, caller: Caller) -> tuple[bytes, ...]:
        """Return the ids of a person's passkeys."""
        return tuple(each.id for each in self._office.turn(lambda tx: tx.passkeys.of_person(caller.person.id)))

    def add(self, caller: Caller, challenge: str, passkey_id: bytes, public_key: bytes, sign_count: int) -> None:
        """Keep a new passkey that was made for a challenge of ours, which is spent.

        Raises:
            ChangedError: the challenge is not good any more, or there are too many.
        """

        def work(tx: Transaction) -> None:
            known = tx.passkeys.of_person(caller.person.id)
            fresh = tx.sign_ins.take(hash_of(challenge), self._office.now())
            if not fresh or len(known) >= PASSKEYS_AT_MOST:
                raise ChangedError("this passkey came too late, or you have too many", Refused.PASSKEY_REFUSED)
            tx.passkeys.add(
                Passkey(
                    id=passkey_id,
                    person_id=caller.person.id,
                    public_key=public_key,
                    sign_count=sign_count,
                    since=self._office.now().date(),
                )
            )
            self._office.note(tx, caller.actor, "enrol", reason="passkey")

        self._office.turn(work)
