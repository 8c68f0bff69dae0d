"""The staff as a list: who is invited, who left, and the card that carries a person's key to the root.

Whoever invites gains access to no case: cases are sealed to the keyring, which only the offline root signs, and the
server serves them only to its members. Rules: an invitation is known by its hash, is good for three days and is spent
by the confirmed enrolment; a new one for somebody who is enrolled shuts them out until they enrol anew.

Before: ``bot.desk.people`` and ``bot.cli.staff``. After: ``bot.casework.enrolment``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from bot.casework.access import is_member
from bot.casework.actor import Actor
from bot.casework.languages import LANGUAGES
from bot.casework.links import Told, told
from bot.casework.office import Office
from bot.engine.conversation import Compartment
from bot.errors import ChangedError, KeyFileError, PanohError, PersonUnavailableError, Refused
from bot.sealing.keyring import NAME, Keyring, Member, card_file
from bot.sealing.keyring import Role as KeyRole
from bot.sealing.recipients import Recipient
from bot.sealing.signing import Verifier
from bot.store.staff_values import CASE_WORKERS, Person, PersonState, Role
from bot.store.transaction import Transaction

INVITATION = timedelta(hours=72)
TOKEN_SIZE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is handed to the invited person; the token is shown once."""

    token: str = field(repr=False)
    until: datetime

    def link(self, server: str, root_fingerprint: str) -> str:
        """Return the link; what stands behind the # is sent to no server."""
        return f"{server}/#invite={self.token}&root={root_fingerprint.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What colleagues may know of a person. ``member``: the keyring has them with the key they enrolled.

    ``told``: whether the staff's bot can tell them of cases.
    """

    name: str
    roles: tuple[Role, ...]
    languages: tuple[str, ...]
    state: PersonState
    member: bool
    key_not_after: datetime | None
    last_seen: date | None
    fingerprint: str | None
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What off-boarding did, and what is left to the root: ``in_keyring`` means that a new one must be signed."""

    released: int
    in_keyring: bool
    serial: int


def compartments_of(roles: frozenset[Role]) -> tuple[Compartment, ...]:
    """Return what a person's key is for: the facts for whoever works on cases, identity for its officers alone."""
    if Role.IDENTITY in roles:
        return (Compartment.FACTS, Compartment.IDENTITY)
    return (Compartment.FACTS,) if roles & CASE_WORKERS else ()


def ordered(roles: frozenset[Role]) -> tuple[Role, ...]:
    """Return roles in one order."""
    return tuple(role for role in Role if role in roles)


class People:
    """The staff's administration over one database."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def invite(self, actor: Actor, name: str, roles: Sequence[Role], languages: Sequence[str]) -> Invitation:
        """Invite somebody new.

        Raises:
            PanohError: the name, roles or languages cannot be such.
            ChangedError: somebody has this name.
        """
        if not NAME.fullmatch(name):
            raise PanohError("a name is 1 to 64 letters, digits, spaces, dots and hyphens")
        _check(roles, languages)
        invitation = self._invitation()

        def work(tx: Transaction) -> None:
            if tx.people.by_name(name) is not None:
                raise ChangedError("somebody has this name already", Refused.NAME_TAKEN)
            person = Person(
                id=self._office.random_bytes(16),
                name=name,
                roles=frozenset(roles),
                languages=_in_order(languages),
                state=PersonState.INVITED,
                since=self._office.now().date(),
            )
            tx.people.add(_with(person, invitation))
            self._office.note(tx, actor, "invite", reason=name)

        self._office.turn(work)
        return invitation

    def invite_again(self, actor: Actor, name: str) -> Invitation:
        """Invite somebody anew: the link was lost, or the key was, or somebody who left comes back.

        Raises:
            PersonUnavailableError: nobody has this name.
        """
        invitation = self._invitation()

        def work(tx: Transaction) -> None:
            tx.people.alone()
            person = _by_name(tx, name)
            _shut_out(tx, person)
            tx.people.save(_with(replace(person, state=PersonState.INVITED, totp=None), invitation))
            self._office.note(tx, actor, "invite", reason=name)

        self._office.turn(work)
        return invitation

    def change(self, actor: Actor, name: str, roles: Sequence[Role], languages: Sequence[str]) -> None:
        """Give somebody other roles and languages; they hold from the next request on.

        Keys do not change by it: who becomes an identity officer needs a new card in the keyring. What somebody held
        who works on cases no more goes back to the queue.

        Raises:
            PanohError: the roles or languages cannot be such.
            PersonUnavailableError: nobody has this name.
            ChangedError: they left, or nobody else could administer.
        """
        _check(roles, languages)

        def work(tx: Transaction) -> None:
            tx.people.alone()
            person = _by_name(tx, name)
            if person.state is PersonState.LEFT:
                raise ChangedError("they left before", Refused.LEFT_BEFORE)
            changed = replace(person, roles=frozenset(roles), languages=_in_order(languages))
            if not _administers(changed):
                _keep_an_administrator(tx, person)
            tx.people.save(changed)
            if not changed.roles & CASE_WORKERS:
                self._release_all(tx, actor, name, "roles")
                tell_of_waiting_replies(tx, name, self._office.now())
            self._office.note(tx, actor, "roles", reason=name)

        self._office.turn(work)

    def listed(self) -> tuple[Listed, ...]:
        """Return everybody, by name."""
        keyring = self._office.keyring()

        def work(tx: Transaction) -> tuple[Listed, ...]:
            return tuple(self._listed(tx, keyring, person) for person in tx.people.all())

        return self._office.turn(work)

    def card(self, name: str) -> tuple[bytes, str]:
        """Return the file that the root signs into the keyring, and the fingerprint that is compared by voice.

        Raises:
            PersonUnavailableError: nobody of this name has enrolled a key for cases.
        """
        member = _card(self._office.turn(lambda tx: _by_name(tx, name)))
        if member is None:
            raise PersonUnavailableError("there is no such card")
        return card_file(member), member.fingerprint

    def offboard(self, actor: Actor, name: str) -> Left:
        """Let somebody leave: sessions end, claims go back to the queue, no sealed byte is served to them any more.

        Raises:
            PersonUnavailableError: nobody has this name.
            ChangedError: they left before, or nobody else could administer.
        """
        keyring = self._office.keyring()

        def work(tx: Transaction) -> Left:
            tx.people.alone()
            person = _by_name(tx, name)
            if person.state is PersonState.LEFT:
                raise ChangedError("they left before", Refused.LEFT_BEFORE)
            _keep_an_administrator(tx, person)
            _shut_out(tx, person)
            tx.links.remove(person.id)
            left = replace(person, state=PersonState.LEFT, invite_hash=None, invite_until=None, totp=None)
            tx.people.save(left)
            released = self._release_all(tx, actor, name, "offboard")
            tell_of_waiting_replies(tx, name, self._office.now())
            self._office.note(tx, actor, "offboard", reason=name)
            return Left(
                released=released,
                in_keyring=any(member.name == name for member in keyring.members),
                serial=keyring.serial,
            )

        return self._office.turn(work)

    def unlink(self, actor: Actor, name: str) -> None:
        """Forget the chat in which somebody is told of cases: their phone is lost, or a stranger has it.

        Raises:
            PersonUnavailableError: nobody has this name, or no chat of theirs is linked.
        """

        def work(tx: Transaction) -> None:
            person = _by_name(tx, name)
            if tx.links.of_person(person.id) is None:
                raise PersonUnavailableError("no chat of this name is linked")
            tx.links.remove(person.id)
            self._office.note(tx, actor, "unlink", reason=name)

        self._office.turn(work)

    def _release_all(self, tx: Transaction, actor: Actor, name: str, reason: str) -> int:
        """Give what somebody holds back to the queue; returns how many cases."""
        held = tx.cases.held_by(name)
        for reference in held:
            tx.cases.release(reference, name, self._office.now())
            self._office.note(tx, actor, "release", reference, reason)
        return len(held)

    def _invitation(self) -> Invitation:
        return Invitation(token=self._office.random_bytes(TOKEN_SIZE).hex(), until=self._office.now() + INVITATION)

    def _listed(self, tx: Transaction, keyring: Keyring, person: Person) -> Listed:
        seen = [session.seen_at.date() for session in tx.sessions.of_person(person.id)]
        card = _card(person)
        return Listed(
            name=person.name,
            roles=ordered(person.roles),
            languages=person.languages,
            state=person.state,
            member=person.state is PersonState.ENROLLED and is_member(person, keyring),
            key_not_after=person.key_not_after,
            last_seen=max(seen, default=None),
            fingerprint=None if card is None else card.fingerprint,
            told=told(tx.links.of_person(person.id), self._office.now()),
        )


def tell_of_waiting_replies(tx: Transaction, name: str, now: datetime) -> None:
    """Let cases be news in which a reply by this person waits: without their key the person is not shown it.

    Of a case that is closed staff hear when the person comes back for the reply (``bot.intake.one_code``).
    """
    for case_id in tx.replies.waiting_of(Actor(name=name).label):
        tx.cases.add_news(case_id, now)


def hash_of(token: str) -> bytes:
    """Return what a token is known by; whatever is no token gives what no token has."""
    return sha256(token.encode()).digest()


def _by_name(tx: Transaction, name: str) -> Person:
    person = tx.people.by_name(name)
    if person is None:
        raise PersonUnavailableError("nobody has this name")
    return person


def _with(person: Person, invitation: Invitation) -> Person:
    return replace(person, invite_hash=hash_of(invitation.token), invite_until=invitation.until)


def _shut_out(tx: Transaction, person: Person) -> None:
    tx.sessions.end_all(person.id)
    tx.passkeys.remove_all(person.id)


def _check(roles: Sequence[Role], languages: Sequence[str]) -> None:
    if not roles or not set(languages) <= set(LANGUAGES):
        raise PanohError(f"somebody has at least one role, and languages among {', '.join(LANGUAGES)}")


def _in_order(languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in LANGUAGES if each in languages)


def _keep_an_administrator(tx: Transaction, person: Person) -> None:
    others = (each for each in tx.people.all() if each.id != person.id)
    if _administers(person) and not any(_administers(each) for each in others):
        line = "nobody else could administer: invite another administrator first"
        raise ChangedError(line, Refused.LAST_ADMINISTRATOR)


def _administers(person: Person) -> bool:
    return person.state is PersonState.ENROLLED and Role.ADMINISTRATOR in person.roles


def _card(person: Person) -> Member | None:
    compartments = compartments_of(person.roles)
    if person.state is not PersonState.ENROLLED or not compartments:
        return None
    if person.recipient is None or person.verifier is None or person.key_not_after is None:
        return None
    try:
        return Member(
            name=person.name,
            role=KeyRole.REVIEWER,
            compartments=compartments,
            recipient=Recipient.parse(person.recipient),
            verifier=Verifier(person.verifier),
            not_after=person.key_not_after,
        )
    except KeyFileError:
        return None
