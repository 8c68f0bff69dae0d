"""People, for administrators; colleagues, for leads; the audit and the duty roster."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from bot.casework.people import Invitation
from bot.casework.words import PersonState, Role, Told
from bot.desk.models import PRINTED, Answer, Asked, Day, Done, Hash, Language, Moment, Name, Number
from bot.desk.problems import RESPONSES
from bot.desk.services import Administrator, Desk, SignedIn, leads
from bot.desk.signing_in import SessionSeen, seen_session
from bot.errors import PersonUnavailableError
from bot.ids import Reference

router = APIRouter(prefix="/api", responses=RESPONSES)

NamePath = Annotated[str, Path(min_length=1, max_length=64, pattern=PRINTED)]


class PersonSeen(Answer):
    """A person as colleagues see them; leads see the first three fields.

    ``told``: whether the staff's bot can tell them of cases.
    """

    name: str
    roles: list[Role]
    languages: list[str]
    state: PersonState | None = None
    member: bool | None = None
    key_not_after: Moment | None = None
    last_seen_day: Day | None = None
    fingerprint: str | None = None
    told: Told | None = None


class Invite(Asked):
    """Somebody new."""

    name: Name
    roles: Annotated[list[Role], Field(min_length=1, max_length=5)]
    languages: Annotated[list[Language], Field(max_length=8)]


class ChangePerson(Asked):
    """What somebody may do and reads from now on."""

    roles: Annotated[list[Role], Field(min_length=1, max_length=5)]
    languages: Annotated[list[Language], Field(max_length=8)]


class Invited(Answer):
    """The link to hand over; shown once."""

    link: str
    until: Moment


class Card(Answer):
    """What the root signs into the keyring, and what is compared by voice first."""

    card: str
    fingerprint: Hash


class Left(Answer):
    """What off-boarding did. ``in_keyring``: the root still has to sign a keyring without them."""

    released: int
    in_keyring: bool
    serial: int


class Ended(Answer):
    """How many sessions ended."""

    ended: int


class AuditRow(Answer):
    """An act."""

    number: int
    at: Moment
    actor: str
    act: str
    reference: str
    reason: str | None
    hash: str


class Head(Answer):
    """The end of the audit, to be kept elsewhere. ``kept``: the hash at the number that was asked about."""

    count: int
    hash: str
    kept: str | None = None


class AuditPage(Answer):
    """A page of the audit."""

    rows: list[AuditRow]
    next: int | None
    head: Head


@router.get("/people", response_model_exclude_unset=True)
def people(desk: Desk, caller: SignedIn) -> list[PersonSeen]:
    """List the staff."""
    if caller.has(Role.ADMINISTRATOR):
        return [
            PersonSeen(
                name=each.name,
                roles=list(each.roles),
                languages=list(each.languages),
                state=each.state,
                member=each.member,
                key_not_after=each.key_not_after,
                last_seen_day=each.last_seen,
                fingerprint=each.fingerprint,
                told=each.told,
            )
            for each in desk.people.listed()
        ]
    if leads(caller):
        return [
            PersonSeen(name=each.name, roles=list(each.roles), languages=list(each.languages))
            for each in desk.people.listed()
            if each.state is PersonState.ENROLLED
        ]
    raise PersonUnavailableError("there is nothing here for you")


@router.post("/people")
def invite(asked: Invite, desk: Desk, caller: Administrator) -> Invited:
    """Invite somebody; whoever invites gains access to no case."""
    return _invited(desk, desk.people.invite(caller.actor, asked.name, asked.roles, asked.languages))


@router.put("/people/{name}")
def change_person(name: NamePath, asked: ChangePerson, desk: Desk, caller: Administrator) -> Done:
    """Give somebody other roles and languages; whoever becomes an identity officer needs a new card signed."""
    desk.people.change(caller.actor, name, asked.roles, asked.languages)
    return Done()


@router.post("/people/{name}/invitation")
def invite_again(name: NamePath, desk: Desk, caller: Administrator) -> Invited:
    """Invite somebody anew; until they enrol again they cannot sign in."""
    return _invited(desk, desk.people.invite_again(caller.actor, name))


@router.get("/people/{name}/card")
def card(name: NamePath, desk: Desk, _caller: Administrator) -> Card:
    """Give the card for the holder of the root."""
    file, fingerprint = desk.people.card(name)
    return Card(card=file.decode(), fingerprint=fingerprint)


@router.delete("/people/{name}")
def offboard(name: NamePath, desk: Desk, caller: Administrator) -> Left:
    """Let somebody leave."""
    done = desk.people.offboard(caller.actor, name)
    return Left(released=done.released, in_keyring=done.in_keyring, serial=done.serial)


@router.get("/people/{name}/sessions")
def sessions_of(name: NamePath, desk: Desk, _caller: Administrator) -> list[SessionSeen]:
    """List where somebody is signed in."""
    return [seen_session(each) for each in desk.sessions.of_name(name)]


@router.delete("/people/{name}/sessions")
def revoke_all(name: NamePath, desk: Desk, caller: Administrator) -> Ended:
    """End all sessions of somebody."""
    return Ended(ended=desk.sessions.revoke_all(caller.actor, name))


@router.get("/audit")
def audit(
    desk: Desk,
    caller: SignedIn,
    reference: Annotated[str | None, Query(pattern=r"^PN-[0-9A-Z]{4}-[0-9A-Z]{4}$")] = None,
    after: Annotated[int, Query(ge=0, le=2**53 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Give a page of the audit: all of it to an auditor, that of a case to whoever may see the case."""
    named = None if reference is None else Reference(reference)
    rows, onward = desk.trail.page(caller.actor, named, after=after, limit=limit)
    head, _ = desk.trail.head()
    listed = [
        AuditRow(
            number=each.number,
            at=each.at,
            actor=each.actor,
            act=each.act,
            reference=each.reference,
            reason=each.reason,
            hash=each.hash.hex(),
        )
        for each in rows
    ]
    return AuditPage(rows=listed, next=onward, head=Head(count=head.count, hash=head.hash.hex()))


@router.get("/audit/head")
def audit_head(desk: Desk, _caller: SignedIn, kept: Annotated[Number | None, Query()] = None) -> Head:
    """Give the end of the audit, and the hash at the number that somebody kept."""
    head, at = desk.trail.head(kept)
    return Head(count=head.count, hash=head.hash.hex(), kept=None if at is None else at.hex())


def _invited(desk: Desk, invitation: Invitation) -> Invited:
    return Invited(link=invitation.link(desk.server, desk.root_fingerprint), until=invitation.until)
