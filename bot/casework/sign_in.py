"""Signing in: a signature by the person's own key over a challenge, and a second factor.

Rules. A challenge is given for any name and is good for one answer within five minutes. Whatever does not hold, a name
nobody has included, is one error that takes the same time, and one event of the log, without name or place. A code of
the second factor works once.

Before: ``bot.desk.signing_in``. After: ``bot.casework.sessions``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from bot import log
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.casework.people import hash_of
from bot.casework.sessions import begin
from bot.errors import OpeningError, SignedOutError
from bot.log.events import SignInRefused
from bot.sealing import totp
from bot.sealing.proofs import sign_in_message
from bot.sealing.signing import Verifier
from bot.sealing.suite import VERIFIER_SIZE
from bot.store.staff_values import Passkey, Person, PersonState, Place
from bot.store.transaction import Transaction

__all__ = ["Passkey", "PasskeyAnswer", "Proof", "SignIn"]

CHALLENGE = timedelta(minutes=5)
CHALLENGE_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody shows: the challenge they were given and their key's signature over it."""

    name: str
    challenge: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyAnswer:
    """What a passkey signed. ``check`` returns its new counter, or ``None`` where the answer does not hold."""

    id: bytes
    challenge: str
    check: Callable[[Passkey], int | None] = field(repr=False)


class SignIn:
    """Signing in over one database. ``server`` is the address that staff's browsers show."""

    def __init__(self, office: Office, *, server: str, desk_key: bytes) -> None:
        self._office = office
        self._server = server
        self._key = desk_key
        self._refused = count(1)
        self._nobody = Verifier(office.random_bytes(VERIFIER_SIZE))

    def challenge(self) -> str:
        """Return a new challenge, in hex."""
        challenge = self._office.random_bytes(CHALLENGE_SIZE).hex()

        def work(tx: Transaction) -> None:
            tx.sign_ins.forget(self._office.now())
            tx.sign_ins.put(hash_of(challenge), self._office.now() + CHALLENGE)

        self._office.turn(work)
        return challenge

    def spend(self, challenge: str) -> bool:
        """Spend a challenge that was answered by something else than a signature; false where it is not good."""
        return self._office.turn(lambda tx: tx.sign_ins.take(hash_of(challenge), self._office.now()))

    def sign_in(self, proof: Proof, second: str | PasskeyAnswer, place: Place) -> tuple[Person, str]:
        """Begin a session with a code of six digits or a passkey; returns whose, and its token.

        Raises:
            SignedOutError: something did not hold.
        """
        try:
            return self._signed_in(proof, second, place)
        except SignedOutError:
            log.write(SignInRefused(tries=next(self._refused)))
            raise

    def _signed_in(self, proof: Proof, second: str | PasskeyAnswer, place: Place) -> tuple[Person, str]:
        person = self._key_holder(proof)

        def work(tx: Transaction) -> str:
            # Read again: they may have left while the signature was checked.
            now = tx.people.by_id(person.id)
            if now is None or now.state is not PersonState.ENROLLED or now.verifier != person.verifier:
                raise _refused()
            self._check_second(tx, now, second)
            self._office.note(tx, Actor(name=person.name), "sign_in")
            return begin(tx, person, place, self._office.now(), self._office.random_bytes)

        return person, self._office.turn(work)

    def _key_holder(self, proof: Proof) -> Person:
        """Return the person whose key signed. The challenge is spent whatever comes of it."""

        def work(tx: Transaction) -> tuple[bool, Person | None]:
            return tx.sign_ins.take(hash_of(proof.challenge), self._office.now()), tx.people.by_name(proof.name)

        fresh, person = self._office.turn(work)
        known = person is not None and person.state is PersonState.ENROLLED and person.verifier is not None
        verifier = Verifier(person.verifier) if known and person and person.verifier else self._nobody
        message = sign_in_message(challenge=proof.challenge, name=proof.name, server=self._server)
        holds = verifier.accepts(message, proof.signature)
        if person is None or not (fresh and known and holds):
            raise _refused()
        if person.key_not_after is None or person.key_not_after <= self._office.now():
            raise _refused()
        return person

    def _check_second(self, tx: Transaction, person: Person, second: str | PasskeyAnswer) -> None:
        if isinstance(second, PasskeyAnswer):
            self._check_passkey(tx, person, second)
            return
        try:
            secret = None if person.totp is None else totp.open_secret(self._key, person.id, person.totp)
        except OpeningError:
            secret = None
        step = None if secret is None else totp.step_of(secret, second, self._office.now())
        if step is None or not tx.people.use_totp_step(person.id, step):
            raise _refused()

    def _check_passkey(self, tx: Transaction, person: Person, answer: PasskeyAnswer) -> None:
        passkey = next((each for each in tx.passkeys.of_person(person.id) if each.id == answer.id), None)
        fresh = tx.sign_ins.take(hash_of(answer.challenge), self._office.now())
        counted = answer.check(passkey) if passkey is not None and fresh else None
        if passkey is None or counted is None:
            raise _refused()
        tx.passkeys.counted(passkey.id, counted)


def _refused() -> SignedOutError:
    return SignedOutError("that name, key or code did not hold")
