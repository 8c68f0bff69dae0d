"""Re-wraps: case-key files sealed anew to the keyring of today by who can open them, and put back where it went wrong.

The server opens nothing. It checks what it can: that the file is sealed to as many keys as the compartment has members,
that a member signed for it, that it is for the keyring in use, and that it follows the file in use. Only then is it
swapped, by compare-and-set. What was replaced is kept for 30 days and served to nobody.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.casework.access import Right, case_for, require_worker, roles_of
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.engine.conversation import Compartment
from bot.errors import CaseUnavailableError, ChangedError, EnvelopeError, PanohError
from bot.ids import CaseId, ObjectId, Reference
from bot.sealing.keyring import Keyring, Member
from bot.sealing.layout import stanza_count
from bot.sealing.proofs import Rewrap as Signed
from bot.store.rewraps import Place
from bot.store.staff_values import Rewrap, Role
from bot.store.transaction import Transaction
from bot.store.values import CASE_KEY, MANIFEST, ObjectState, SealedObject

RESTORABLE = timedelta(days=30)
PAGE = 100
ID_SIZE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Cases that await a re-wrap, with the compartments that do; where to go on; the keyring to seal to."""

    cases: tuple[tuple[Reference, tuple[str, ...]], ...]
    next: str | None
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A new case-key file as it arrives; ``signature`` is over ``bot.sealing.proofs.Rewrap``."""

    compartment: Compartment
    object_id: ObjectId
    version: int
    serial: int
    data: bytes
    signature: str


class Rewrapping:
    """Swaps case-key files."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def stale(self, actor: Actor, after: str | None = None, limit: int = PAGE) -> Stale:
        """Return cases whose case-key files in use were sealed to an older keyring.

        Raises:
            CaseUnavailableError: the actor is neither lead nor identity officer.
            PanohError: ``after`` is no place in this list.
        """
        place = None if after is None else _parse(after)

        def work(tx: Transaction) -> Stale:
            person = require_worker(tx, self._office, actor)
            if not roles_of(person, actor) & {Role.LEAD, Role.IDENTITY}:
                raise CaseUnavailableError("there is nothing here for you")
            serial = self._office.keyring().serial
            found = tx.rewraps.stale(serial, place, limit)
            cases: dict[Reference, tuple[str, ...]] = {}
            for (_, case_id, compartment), reference in found:
                if not tx.recusals.has(person.id, case_id):
                    cases[reference] = (*cases.get(reference, ()), compartment)
            onward = _text(found[-1][0]) if len(found) == limit else None
            return Stale(cases=tuple(cases.items()), next=onward, serial=serial)

        return self._office.turn(work)

    def rewrap(self, actor: Actor, reference: Reference, new: Sealed) -> int:
        """Put a new case-key file in the place of the one in use; return its version.

        Raises:
            CaseUnavailableError: absent or forbidden.
            ChangedError: another file is in use by now, or another keyring.
            EnvelopeError: sealed to another number of keys, or not signed by this actor's key in the keyring.
        """
        case = self._office.turn(lambda tx: case_for(tx, self._office, actor, reference, Right.REWRAP))
        keyring = self._office.keyring_to_seal_to()
        if new.serial != keyring.serial:
            raise ChangedError("the keyring has changed: fetch it again")
        members = keyring.recipients(new.compartment)
        if len(new.object_id) != ID_SIZE or stanza_count(new.data) != len(members):
            raise EnvelopeError(f"a case-key file of {new.compartment.value} is sealed to {len(members)} keys")
        signed = Signed(
            case=case.id,
            compartment=new.compartment,
            object=new.object_id,
            version=new.version,
            serial=new.serial,
        )
        if not _member(keyring, actor.name).verifier.accepts(signed.message(new.data), new.signature):
            raise EnvelopeError("the signature of the re-wrap does not hold")

        def work(tx: Transaction) -> int:
            now = self._office.now()
            case_for(tx, self._office, actor, reference, Right.REWRAP)
            sealed = SealedObject(
                id=new.object_id,
                case_id=case.id,
                kind=CASE_KEY,
                compartment=new.compartment.value,
                number=new.version,
                data=new.data,
                day=now.date(),
                state=ObjectState.SENT,
                serial=new.serial,
            )
            note = Rewrap(
                object_id=new.object_id,
                case_id=case.id,
                compartment=new.compartment.value,
                version=new.version,
                serial=new.serial,
                author=actor.name,
                signature=new.signature,
                at=now,
                replaced_until=now + RESTORABLE,
            )
            if tx.objects.has(new.object_id) or not tx.rewraps.swap(note, sealed):
                raise ChangedError("another case-key file is in use by now: fetch the case again")
            tx.cases.touched(case.id, now)
            self._office.note(tx, actor, "rewrap", reference, new.compartment.value)
            return new.version

        return self._office.turn(work)

    def restore(self, actor: Actor, reference: Reference, compartment: Compartment) -> None:
        """Put the file back that the last re-wrap replaced; the re-wrap is undone and its file erased.

        Raises:
            CaseUnavailableError: absent, or the actor is no lead.
            ChangedError: there is none to put back, or its 30 days are over.
        """

        def work(tx: Transaction) -> None:
            case = case_for(tx, self._office, actor, reference, Right.LEAD)
            if tx.rewraps.restore(case.id, compartment.value) is None:
                raise ChangedError("there is no earlier case-key file to put back")
            tx.cases.touched(case.id, self._office.now())
            self._office.note(tx, actor, "rewrap", reference, f"restore {compartment.value}")

        self._office.turn(work)

    def keys(self, actor: Actor, reference: Reference) -> tuple[SealedObject, ...]:
        """Return the case-key files in use that this actor may seal anew; not a reading, but noted.

        Those of the identity compartment go to identity officers only. With a key that was sealed anew before comes the
        first manifest of its compartment: by its tag the page proves a key whose author has left.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> tuple[SealedObject, ...]:
            case = case_for(tx, self._office, actor, reference, Right.REWRAP)
            person = require_worker(tx, self._office, actor)
            both = Role.IDENTITY in roles_of(person, actor)
            self._office.note(tx, actor, "rewrap", reference, "keys")
            sent = [
                sealed
                for sealed in tx.objects.of_case(case.id, (ObjectState.SENT,))
                if both or sealed.compartment == Compartment.FACTS.value
            ]
            keys = [sealed for sealed in sent if sealed.kind == CASE_KEY]
            again = {sealed.compartment for sealed in keys if sealed.number > 1}
            first = [
                sealed
                for sealed in sent
                if sealed.kind == MANIFEST and sealed.number == 1 and sealed.compartment in again
            ]
            return (*keys, *first)

        return self._office.turn(work)


def _member(keyring: Keyring, name: str) -> Member:
    for member in keyring.members:
        if member.name == name:
            return member
    raise EnvelopeError("the signature of the re-wrap does not hold")


def _text(place: Place) -> str:
    return f"{place[0]}.{place[1].hex()}.{place[2]}"


def _parse(text: str) -> Place:
    serial, _, rest = text.partition(".")
    case, _, compartment = rest.partition(".")
    try:
        place = int(serial), CaseId(bytes.fromhex(case)), Compartment(compartment).value
    except ValueError:
        raise PanohError("this is no place in the list") from None
    if len(place[1]) != ID_SIZE or not 0 <= place[0] < 2**53:
        raise PanohError("this is no place in the list")
    return place
