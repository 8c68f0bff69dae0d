"""Sessions: who is signed in, where, and until when.

A session is known by the hash of its bearer token. It ends after twelve hours, after thirty minutes in which the person
did nothing (what a page asks for by itself does not count), when it is revoked, and when its person leaves.

Before: ``bot.desk.signed_in``, with every request. After: the services, which take the ``Caller``.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.casework.access import is_member
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.casework.people import hash_of, ordered
from bot.errors import PersonUnavailableError, SignedOutError
from bot.ids import RandomBytes
from bot.store.staff_values import Person, PersonState, Place, Role, Session
from bot.store.transaction import Transaction

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
TOKEN_SIZE = 32
_NOTED = timedelta(minutes=1)
"""How often it is noted that a session was used: not with every request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who is signed in. ``member``: the keyring has them with their key."""

    person: Person
    session: bytes
    member: bool

    @property
    def name(self) -> str:
        """Their name."""
        return self.person.name

    @property
    def actor(self) -> Actor:
        """The person as one who acts."""
        return Actor(name=self.person.name, roles=self.person.roles)

    def has(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return not self.person.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A session as its person sees it."""

    id: bytes
    place: Place
    created_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """What a person is told about themselves."""

    name: str
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    member: bool
    serial: int
    not_after: datetime
    days_left: int
    linked: bool
    key_not_after: datetime | None
    since: date


class Sessions:
    """The sessions of one database."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def caller(self, token: str, *, by_hand: bool = True) -> Caller:
        """Return who holds a token; ``by_hand`` false where a page asked by itself, which keeps no session alive.

        Raises:
            SignedOutError: unknown, over, idle for too long, or its person left.
        """
        now = self._office.now()
        keyring = self._office.keyring()

        def work(tx: Transaction) -> Caller:
            session = tx.sessions.by_token(hash_of(token))
            if session is None or not _lives(session, now):
                raise SignedOutError("you are signed out")
            person = tx.people.by_id(session.person_id)
            if person is None or person.state is not PersonState.ENROLLED:
                raise SignedOutError("you are signed out")
            if by_hand and now - session.seen_at >= _NOTED:
                tx.sessions.seen(session.id, now)
            return Caller(person=person, session=session.id, member=is_member(person, keyring))

        return self._office.turn(work)

    def lives(self, token: str) -> bool:
        """Whether somebody is signed in with a token; keeps no session alive."""
        try:
            self.caller(token, by_hand=False)
        except SignedOutError:
            return False
        return True

    def me(self, caller: Caller) -> Me:
        """Return what a person is told about themselves."""
        keyring, person = self._office.keyring(), caller.person
        linked = self._office.turn(lambda tx: tx.links.of_person(person.id)) is not None
        return Me(
            name=person.name,
            roles=ordered(person.roles),
            languages=person.languages,
            member=caller.member,
            serial=keyring.serial,
            not_after=keyring.not_after,
            days_left=keyring.days_left(self._office.now()),
            linked=linked,
            key_not_after=person.key_not_after,
            since=person.since,
        )

    def of(self, caller: Caller) -> tuple[Seen, ...]:
        """Return a person's own sessions that live, the oldest first."""
        return self._office.turn(lambda tx: self._seen(tx, caller.person, caller.session))

    def of_name(self, name: str) -> tuple[Seen, ...]:
        """Return somebody's sessions, for an administrator.

        Raises:
            PersonUnavailableError: nobody has this name.
        """

        def work(tx: Transaction) -> tuple[Seen, ...]:
            person = tx.people.by_name(name)
            if person is None:
                raise PersonUnavailableError("nobody has this name")
            return self._seen(tx, person, None)

        return self._office.turn(work)

    def drilled(self, caller: Caller) -> None:
        """Note that somebody tried their key on a made-up case, in their browser, and it opened."""
        self._office.turn(lambda tx: self._office.note(tx, caller.actor, "key_drill"))

    def sign_out(self, caller: Caller) -> None:
        """End the session that asks."""

        def work(tx: Transaction) -> None:
            if tx.sessions.end(caller.session, caller.person.id):
                self._office.note(tx, caller.actor, "sign_out")

        self._office.turn(work)

    def revoke(self, caller: Caller, session: bytes) -> None:
        """End one of the caller's own sessions.

        Raises:
            PersonUnavailableError: it is not theirs.
        """

        def work(tx: Transaction) -> None:
            if not tx.sessions.end(session, caller.person.id):
                raise PersonUnavailableError("there is no such session")
            self._office.note(tx, caller.actor, "revoke", reason=caller.name)

        self._office.turn(work)

    def revoke_all(self, actor: Actor, name: str) -> int:
        """End all sessions of somebody, for an administrator; returns how many.

        Raises:
            PersonUnavailableError: nobody has this name.
        """

        def work(tx: Transaction) -> int:
            person_id = tx.people.id_of(name)
            if person_id is None:
                raise PersonUnavailableError("nobody has this name")
            self._office.note(tx, actor, "revoke", reason=name)
            return tx.sessions.end_all(person_id)

        return self._office.turn(work)

    def _seen(self, tx: Transaction, person: Person, current: bytes | None) -> tuple[Seen, ...]:
        now = self._office.now()
        return tuple(
            Seen(
                id=session.id,
                place=session.place,
                created_at=session.created_at,
                seen_at=session.seen_at,
                current=session.id == current,
            )
            for session in tx.sessions.of_person(person.id)
            if _lives(session, now)
        )


def begin(tx: Transaction, person: Person, place: Place, now: datetime, random_bytes: RandomBytes) -> str:
    """Begin a session and return its token: always a new one, made here."""
    token = random_bytes(TOKEN_SIZE).hex()
    tx.sessions.forget(now)
    tx.sessions.add(
        Session(
            id=random_bytes(16),
            token_hash=hash_of(token),
            person_id=person.id,
            place=place,
            created_at=now,
            seen_at=now,
            ends_at=now + LONGEST,
        )
    )
    return token


def _lives(session: Session, now: datetime) -> bool:
    return now < session.ends_at and now - session.seen_at <= IDLE
