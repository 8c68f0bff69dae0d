"""Signing in and out, enrolment, passkeys and sessions: who somebody is."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import Field

from bot.casework.enrolment import OfferedKey
from bot.casework.people import compartments_of, ordered
from bot.casework.sessions import Seen
from bot.casework.sign_in import PasskeyAnswer, Proof
from bot.casework.words import Place as SessionPlace
from bot.casework.words import Role
from bot.desk import passkeys
from bot.desk.models import Answer, Asked, Code, Done, Hash, Id, Language, Moment, Name, Signature
from bot.desk.problems import RESPONSES
from bot.desk.services import Desk, Place, SignedIn
from bot.errors import SignedOutError

router = APIRouter(prefix="/api", responses=RESPONSES)


class Page(Answer):
    """The page that this server serves."""

    hash: Hash


class About(Answer):
    """What anybody may know of this server."""

    version: str
    deployment: str
    server: str
    page: Page


class ByName(Asked):
    """Whoever says this is their name."""

    name: Name


class Challenge(Answer):
    """To be signed."""

    challenge: Hash


class Options(Answer):
    """What the browser's ``navigator.credentials`` takes, as JSON."""

    options: dict[str, Any]  # Any: a browser's own format


class SignInAsked(Asked):
    """A signature, and one second factor: a code or a passkey."""

    name: Name
    challenge: Hash
    signature: Signature
    totp: Code | None = None
    passkey: passkeys.Credential | None = None


class Person(Answer):
    """Who signed in."""

    name: str
    roles: list[Role]
    languages: list[str]


class SignedInAs(Answer):
    """The bearer token; shown once."""

    token: Hash
    person: Person


class Token(Asked):
    """An invitation."""

    token: Hash


class Invited(Answer):
    """Whom an invitation is for, and what their key will be for."""

    name: str
    roles: list[Role]
    languages: list[Language]
    compartments: list[str]
    deployment: str
    server: str


class Enrol(Asked):
    """The public half of a new key, with the proof of the other half."""

    token: Hash
    recipient: Annotated[str, Field(max_length=2_048)]
    verifier: Annotated[str, Field(max_length=4_096)]
    not_after: Annotated[str, Field(max_length=20)]
    signature: Signature


class SecondFactor(Answer):
    """The secret of the codes; shown once."""

    totp_uri: str
    totp_secret: str


class Confirm(Asked):
    """The first code."""

    token: Hash
    totp: Code


class KeyringSeen(Answer):
    """The keyring in use."""

    serial: int
    not_after: Moment
    days_left: int


class Duty(Answer):
    """Whether the person is on duty now, and until when."""

    now: bool
    until: Moment | None


class Me(Answer):
    """What a person is told about themselves. ``member``: the keyring has their key, so that they may see cases."""

    name: str
    roles: list[Role]
    languages: list[str]
    member: bool
    compartments: list[str]
    key_not_after: Moment | None
    keyring: KeyringSeen
    duty: Duty
    linked: bool


class SessionSeen(Answer):
    """A place where somebody is signed in."""

    id: Id
    place: SessionPlace
    created_at: Moment
    seen_at: Moment
    current: bool


class Keyring(Answer):
    """The signed keyring's file; the browser checks it against the root it knows."""

    file: str


@router.get("/about")
def about(desk: Desk) -> About:
    """Say which program and which page this is."""
    return About(
        version=desk.version, deployment=desk.deployment().hex(), server=desk.server, page=Page(hash=desk.page_hash)
    )


@router.post("/sign-in/challenge")
def challenge(_asked: ByName, desk: Desk, place: Place) -> Challenge:
    """Give a challenge, for whatever name."""
    desk.asking.take(place)
    return Challenge(challenge=desk.sign_in.challenge())


@router.post("/sign-in/passkey-options")
def passkey_options(_asked: ByName, desk: Desk, place: Place) -> Options:
    """Give a challenge to a passkey, for whatever name: the browser knows which one it holds."""
    desk.asking.take(place)
    return Options(options=passkeys.sign_in_options(desk.server, desk.sign_in.challenge()))


@router.post("/sign-in")
def sign_in(asked: SignInAsked, desk: Desk, place: Place, request: Request) -> SignedInAs:
    """Begin a session; its token is new, whatever the request carries."""
    desk.trying.take(place)
    proof = Proof(name=asked.name, challenge=asked.challenge, signature=asked.signature)
    second: str | PasskeyAnswer | None = asked.totp
    if asked.passkey is not None:
        second = passkeys.answer_of(asked.passkey, desk.server)
    if second is None or (asked.totp is not None and asked.passkey is not None):
        raise SignedOutError("one second factor")
    # A browser says where its page came from; what stands between a local page and us does not.
    where = SessionPlace.HOSTED if "sec-fetch-site" in request.headers else SessionPlace.LOCAL
    person, token = desk.sign_in.sign_in(proof, second, where)
    desk.trying.give_back(place)
    named = Person(name=person.name, roles=list(ordered(person.roles)), languages=list(person.languages))
    return SignedInAs(token=token, person=named)


@router.post("/enrolment/look")
def look(asked: Token, desk: Desk, place: Place) -> Invited:
    """Say whom an invitation is for."""
    desk.asking.take(place)
    found = desk.enrolment.look(asked.token)
    return Invited(
        name=found.name,
        roles=list(found.roles),
        languages=list(found.languages),
        compartments=list(found.compartments),
        deployment=desk.deployment().hex(),
        server=desk.server,
    )


@router.post("/enrolment")
def enrol(asked: Enrol, desk: Desk, place: Place) -> SecondFactor:
    """Take the public half of a key."""
    desk.asking.take(place)
    offered = OfferedKey(
        recipient=asked.recipient, verifier=asked.verifier, not_after=asked.not_after, signature=asked.signature
    )
    given = desk.enrolment.enrol(asked.token, offered)
    return SecondFactor(totp_uri=given.uri, totp_secret=given.secret)


@router.post("/enrolment/confirm")
def confirm(asked: Confirm, desk: Desk, place: Place) -> Done:
    """Finish enrolment with the first code; the invitation is spent."""
    desk.trying.take(place)
    desk.enrolment.confirm(asked.token, asked.totp)
    desk.trying.give_back(place)
    return Done()


@router.post("/passkeys/options")
def new_passkey_options(desk: Desk, caller: SignedIn) -> Options:
    """Begin a new passkey."""
    made = passkeys.registration_options(
        desk.server, caller.person.id, caller.name, desk.sign_in.challenge(), desk.passkeys.of(caller)
    )
    return Options(options=made)


@router.post("/passkeys")
def new_passkey(asked: passkeys.Credential, desk: Desk, caller: SignedIn) -> Done:
    """Keep a new passkey."""
    made = passkeys.registered(asked, desk.server)
    desk.passkeys.add(caller, made.challenge, made.id, made.public_key, made.sign_count)
    return Done()


@router.get("/me")
def me(desk: Desk, caller: SignedIn) -> Me:
    """Say what the server knows of whoever asks."""
    found = desk.sessions.me(caller)
    until = desk.duty.until(caller.name)
    return Me(
        name=found.name,
        roles=list(found.roles),
        languages=list(found.languages),
        member=found.member,
        compartments=[each.value for each in compartments_of(caller.person.roles)],
        key_not_after=found.key_not_after,
        keyring=KeyringSeen(serial=found.serial, not_after=found.not_after, days_left=found.days_left),
        duty=Duty(now=until is not None, until=until),
        linked=found.linked,
    )


@router.post("/me/drill")
def drill(desk: Desk, caller: SignedIn) -> Done:
    """Note in the audit that the caller's key opened the made-up case of a drill."""
    desk.sessions.drilled(caller)
    return Done()


@router.delete("/session")
def sign_out(desk: Desk, caller: SignedIn) -> Done:
    """End this session."""
    desk.sessions.sign_out(caller)
    return Done()


@router.get("/sessions")
def sessions(desk: Desk, caller: SignedIn) -> list[SessionSeen]:
    """List where the caller is signed in."""
    return [seen_session(each) for each in desk.sessions.of(caller)]


@router.delete("/sessions/{session}")
def revoke(session: Annotated[str, Path(pattern="^[0-9a-f]{32}$")], desk: Desk, caller: SignedIn) -> Done:
    """End one of the caller's sessions."""
    desk.sessions.revoke(caller, bytes.fromhex(session))
    return Done()


@router.get("/keyring")
def keyring(desk: Desk, _caller: SignedIn) -> Keyring:
    """Give the signed keyring's file."""
    return Keyring(file=desk.keyring_text())


def seen_session(seen: Seen) -> SessionSeen:
    """Return a session as it is listed."""
    return SessionSeen(
        id=seen.id, place=seen.place, created_at=seen.created_at, seen_at=seen.seen_at, current=seen.current
    )
