"""Who may do what with a case: the one gate, asked in the transaction that acts.

Rules. A case that is absent, forbidden, about to be deleted, or that the person recused themselves from answers alike:
``CaseUnavailableError``. A role opens nothing by itself: who works on cases is also a member of the signed keyring,
under the same name and with the same key. What somebody can decrypt is decided by keys, not here.
"""

from enum import StrEnum

from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.errors import CaseUnavailableError
from bot.ids import Reference
from bot.sealing.keyring import Keyring
from bot.store.staff_values import CASE_WORKERS, Person, PersonState, Role
from bot.store.transaction import Transaction
from bot.store.values import Case, Status


class Right(StrEnum):
    """What somebody wants of a case."""

    SEE = "see"
    """Its line in the queue; to claim it, to step back from it."""
    READ = "read"
    """The sealed facts; to leave a note."""
    IDENTITY = "identity"
    """The sealed identity compartment."""
    WORK = "work"
    """To say how far the work has come and how urgent it is."""
    HOLD = "hold"
    """What its holder does: answer, nudge, give back, hand over, close."""
    REACH = "reach"
    """To note that the person was tried to be reached: also for identity officers, who hold the number."""
    REWRAP = "rewrap"
    """To seal its keys anew to the keyring."""
    LEAD = "lead"
    """To put the case-key file before the last re-wrap back."""


def worker(tx: Transaction, keyring: Keyring, actor: Actor) -> Person | None:
    """Return the person if they work on cases; ``None`` where they do not."""
    person = tx.people.by_name(actor.name)
    if person is None or person.state is not PersonState.ENROLLED or not roles_of(person, actor) & CASE_WORKERS:
        return None
    return person if is_member(person, keyring) else None


def is_member(person: Person, keyring: Keyring) -> bool:
    """Whether the keyring has this person's key under this person's name."""
    return any(member.name == person.name and member.verifier.raw == person.verifier for member in keyring.members)


def roles_of(person: Person, actor: Actor) -> frozenset[Role]:
    """Return the roles that held when they came in and hold still."""
    return person.roles & actor.roles


def may(case: Case, person: Person, roles: frozenset[Role], right: Right) -> bool:
    """Whether a person who works on cases has a right to this one. Recusal is asked elsewhere."""
    lead = Role.LEAD in roles
    mine = case.claimed_by == person.name
    match right:
        case Right.SEE:
            return True
        case Right.READ:
            match case.status:
                case Status.WAITING:
                    return True
                case Status.CLAIMED:
                    return mine or lead or Role.IDENTITY in roles
                case Status.CLOSED:
                    return mine or lead
        case Right.IDENTITY:
            return Role.IDENTITY in roles and (mine or lead or case.status is not Status.CLOSED)
        case Right.WORK:
            return case.status is Status.WAITING or (case.status is Status.CLAIMED and (mine or lead))
        case Right.HOLD:
            return case.status is Status.CLAIMED and (mine or lead)
        case Right.REACH:
            return case.status is not Status.CLOSED and (mine or lead or Role.IDENTITY in roles)
        case Right.REWRAP:
            return lead or Role.IDENTITY in roles
        case Right.LEAD:
            return lead


def case_for(tx: Transaction, office: Office, actor: Actor, reference: Reference, right: Right) -> Case:
    """Return a case if this actor has the right to it.

    Raises:
        CaseUnavailableError: absent or forbidden; never says which.
    """
    case = tx.cases.get(reference)
    person = worker(tx, office.keyring(), actor)
    if (
        case is None
        or person is None
        or tx.recusals.has(person.id, case.id)
        or not may(case, person, roles_of(person, actor), right)
    ):
        raise unavailable(reference)
    return case


def require_worker(tx: Transaction, office: Office, actor: Actor) -> Person:
    """Return the person if they work on cases.

    Raises:
        CaseUnavailableError: they do not; said as of any case.
    """
    person = worker(tx, office.keyring(), actor)
    if person is None:
        raise CaseUnavailableError("there is nothing here for you")
    return person


def unavailable(reference: Reference) -> CaseUnavailableError:
    """Return the one refusal."""
    return CaseUnavailableError(f"{reference} is not there, or not yours to act on")
