"""Enrolment: from an invitation to a person with a key and a second factor.

The key is made on the person's computer; what arrives here is its public half with a signature that proves the other
half. Rules: the invitation is spent only when the first code of the second factor was right, so that a page that was
closed too early costs nothing; until then everything may be sent again.

Before: ``bot.desk.enrolment``. After: ``bot.casework.sign_in``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.casework.people import compartments_of, hash_of, ordered, tell_of_waiting_replies
from bot.errors import KeyFileError, PersonUnavailableError, SignedOutError
from bot.sealing import totp
from bot.sealing.canonical import MalformedError
from bot.sealing.keyring import parse_time
from bot.sealing.proofs import enrolment_message
from bot.sealing.recipients import Recipient
from bot.sealing.signing import Verifier
from bot.store.staff_values import Person, PersonState, Role
from bot.store.transaction import Transaction

LONGEST = timedelta(days=366)
"""A key lives no longer, as in ``bot.sealing.keyring``."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation says to whoever holds it."""

    name: str
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    compartments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedKey:
    """The public half of a new key, as texts of the formats, and the proof of the other half."""

    recipient: str
    verifier: str
    not_after: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """The secret for the person's app; shown once."""

    uri: str = field(repr=False)
    secret: str = field(repr=False)


class Enrolment:
    """Enrolment over one database. ``server`` is the address that staff's browsers show."""

    def __init__(self, office: Office, *, server: str, desk_key: bytes) -> None:
        self._office = office
        self._server = server
        self._key = desk_key

    def look(self, token: str) -> Invited:
        """Say whom an invitation is for.

        Raises:
            PersonUnavailableError: unknown, spent or over.
        """
        person = self._turn(token, lambda _, person: person)
        return Invited(
            name=person.name,
            roles=ordered(person.roles),
            languages=person.languages,
            compartments=tuple(each.value for each in compartments_of(person.roles)),
        )

    def enrol(self, token: str, offered: OfferedKey) -> SecondFactor:
        """Take the public half of a key, and give the secret of the second factor.

        Raises:
            PersonUnavailableError: the invitation is unknown, spent or over.
            SignedOutError: the key is none, its time is wrong, or the proof does not hold.
        """
        secret = self._office.random_bytes(totp.SECRET_SIZE)

        def work(tx: Transaction, person: Person) -> SecondFactor:
            tx.people.save(
                replace(
                    self._proven(person, offered),
                    totp=totp.seal_secret(self._key, person.id, secret, self._office.random_bytes),
                    totp_step=None,
                )
            )
            issuer = f"Panoh {self._server.partition('://')[2]}"
            return SecondFactor(uri=totp.uri(secret, person.name, issuer), secret=totp.secret_text(secret))

        return self._turn(token, work)

    def confirm(self, token: str, code: str) -> None:
        """Finish with the first code of the second factor; the invitation is spent.

        Raises:
            PersonUnavailableError: the invitation is unknown, spent or over.
            SignedOutError: no key was taken before, or the code is not good now.
        """

        def work(tx: Transaction, person: Person) -> None:
            if person.totp is None or person.verifier is None:
                raise SignedOutError("this did not hold")
            step = totp.step_of(totp.open_secret(self._key, person.id, person.totp), code, self._office.now())
            if step is None:
                raise SignedOutError("this did not hold")
            enrolled = replace(person, state=PersonState.ENROLLED, invite_hash=None, invite_until=None, totp_step=step)
            tx.people.save(enrolled)
            # Whoever was here before has another key now; what they wrote was signed with the old one.
            tell_of_waiting_replies(tx, person.name, self._office.now())
            self._office.note(tx, Actor(name=person.name), "enrol")

        self._turn(token, work)

    def _proven(self, person: Person, offered: OfferedKey) -> Person:
        message = enrolment_message(
            name=person.name,
            not_after=offered.not_after,
            recipient=offered.recipient,
            server=self._server,
            verifier=offered.verifier,
        )
        try:
            not_after = parse_time(offered.not_after)
            recipient, verifier = Recipient.parse(offered.recipient), Verifier.parse(offered.verifier)
        except (KeyFileError, MalformedError):
            raise SignedOutError("this did not hold") from None
        now = self._office.now()
        if not now < not_after <= now + LONGEST or not verifier.accepts(message, offered.signature):
            raise SignedOutError("this did not hold")
        return replace(person, recipient=recipient.text, verifier=verifier.raw, key_not_after=not_after)

    def _turn(self, token: str, work: Callable[[Transaction, Person], _T]) -> _T:
        def turn(tx: Transaction) -> _T:
            tx.people.alone()
            person = tx.people.by_invitation(hash_of(token))
            now = self._office.now()
            if person is None or person.state is not PersonState.INVITED:
                raise PersonUnavailableError("there is no such invitation")
            if person.invite_until is None or person.invite_until <= now:
                raise PersonUnavailableError("there is no such invitation")
            return work(tx, person)

        return self._office.turn(turn)
