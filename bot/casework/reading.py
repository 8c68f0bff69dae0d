"""What is read of a case: its index in clear, the sealed facts, and the sealed identity compartment with a reason.

Every reading of sealed bytes is written into the audit in the transaction that hands them out. Sealed bytes leave as
they are; who can open them is decided by keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.casework import clocks
from bot.casework.access import Right, case_for, is_member, may, roles_of
from bot.casework.actor import Actor
from bot.casework.acts import TRIED, Way
from bot.casework.office import Office
from bot.casework.queue import Row, row_of
from bot.engine.conversation import Compartment
from bot.errors import CaseUnavailableError
from bot.ids import CaseId, Digest, ObjectId, Reference
from bot.sealing.canonical import MalformedError, decode
from bot.store.staff_values import CASE_WORKERS, Person, PersonState, Rewrap, Role
from bot.store.transaction import Transaction
from bot.store.values import Case, ObjectState, SealedObject

TRIES_SHOWN = 20
_COMPILED_LIMIT = 16 * 1024 * 1024


class IdentityReason(StrEnum):
    """Why the identity compartment is opened; stands in the audit."""

    IMMINENT_DANGER = "imminent_danger"
    CONTACT_PERSON = "contact_person"
    VERIFY_PERSON = "verify_person"
    PREPARE_LETTER = "prepare_letter"
    CONSENT_QUESTION = "consent_question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """One sealed file as the index knows it."""

    object: ObjectId
    kind: str
    compartment: str
    number: int
    day: date
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who works on cases and may see this one. ``compartments``: those whose keys the keyring gives them."""

    name: str
    on_duty: bool
    languages: tuple[str, ...]
    compartments: tuple[str, ...]
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """That somebody tried to reach the person, in a way they chose."""

    day: date
    who: str
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """All that is known of a case in clear.

    ``now`` is the time by which it is overdue or not. ``unread_days`` is how long the oldest reply has waited that the
    person has not read; ``tries`` are the last ones.
    """

    now: datetime
    row: Row
    id: CaseId
    deployment: bytes
    conversation_id: str
    conversation_version: str
    conversation_digest: Digest
    index: tuple[Indexed, ...]
    rewraps: tuple[Rewrap, ...] = field(repr=False)
    mailbox: bool
    nudged_day: date | None
    nudge_waiting: bool
    reply_read_day: date | None
    unread_days: int | None
    tries: tuple[Try, ...]
    identity_open: bool
    readers: tuple[Reader, ...]


class Reading:
    """Hands out what is sealed."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def detail(self, actor: Actor, reference: Reference) -> Detail:
        """Return what is known of a case in clear.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> Detail:
            case = case_for(tx, self._office, actor, reference, Right.SEE)
            person = tx.people.by_name(actor.name)
            assert person is not None, "the gate let them through"
            name, version = _named(tx, case)
            nudge = tx.nudges.last(case.id)
            sealed = tx.objects.of_case(case.id, (ObjectState.SENT,))
            roles = roles_of(person, actor)
            return Detail(
                now=self._office.now(),
                row=row_of(tx, self._office, actor, person, case),
                id=case.id,
                deployment=self._office.keyring().deployment,
                conversation_id=name,
                conversation_version=version,
                conversation_digest=case.conversation,
                index=tuple(map(_indexed, sealed)),
                rewraps=tx.rewraps.of_case(case.id),
                mailbox=case.has_code,
                nudged_day=nudge.day if nudge else None,
                nudge_waiting=nudge is not None and not nudge.sent,
                reply_read_day=case.seen_by_person,
                unread_days=_age(tx.replies.oldest(case.id), self._office.now().date()),
                tries=_tries(tx, case),
                identity_open=may(case, person, roles, Right.IDENTITY),
                readers=tuple(self._readers(tx, case)),
            )

        return self._office.turn(work)

    def facts(self, actor: Actor, reference: Reference) -> tuple[SealedObject, ...]:
        """Return the sealed files of the facts, and mark the case read.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> tuple[SealedObject, ...]:
            case = case_for(tx, self._office, actor, reference, Right.READ)
            unread = case.news or not case.read
            now = self._office.now()
            tx.cases.mark_read(case.id, clocks.after_reading(case, now, by_holder=case.claimed_by == actor.name))
            if unread:
                tx.cases.touched(case.id, now)
            self._office.note(tx, actor, "read", reference)
            return _of(tx, case, Compartment.FACTS)

        return self._office.turn(work)

    def identity(self, actor: Actor, reference: Reference, reason: IdentityReason) -> tuple[SealedObject, ...]:
        """Return the sealed files of the identity compartment.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> tuple[SealedObject, ...]:
            case = case_for(tx, self._office, actor, reference, Right.IDENTITY)
            self._office.note(tx, actor, "identity", reference, reason.value)
            return _of(tx, case, Compartment.IDENTITY)

        return self._office.turn(work)

    def conversation(self, digest: str) -> str:
        """Return a compiled conversation, as the browser checks it against its digest.

        Raises:
            CaseUnavailableError: there is none of this digest.
        """
        text = self._office.turn(lambda tx: tx.conversations.get(Digest(digest)))
        if text is None:
            raise CaseUnavailableError("there is no such conversation")
        return text

    def _readers(self, tx: Transaction, case: Case) -> Iterable[Reader]:
        keyring, on_duty = self._office.keyring(), self._office.on_duty()
        stepped_back = tx.recusals.of_case(case.id)
        members = {member.name: member for member in keyring.members}
        for person in sorted(tx.people.all(), key=lambda each: (each.name not in on_duty, each.name)):
            if _works(person) and is_member(person, keyring) and person.name not in stepped_back:
                yield Reader(
                    name=person.name,
                    on_duty=person.name in on_duty,
                    languages=person.languages,
                    compartments=tuple(each.value for each in members[person.name].compartments),
                    lead=Role.LEAD in person.roles,
                )


def _age(day: date | None, today: date) -> int | None:
    return None if day is None else (today - day).days


def _tries(tx: Transaction, case: Case) -> tuple[Try, ...]:
    found = [entry for entry in tx.audit.of_case(case.reference) if entry.act == TRIED]
    return tuple(
        Try(day=entry.at.date(), who=entry.actor.partition(":")[2], way=Way(entry.reason or ""))
        for entry in found[-TRIES_SHOWN:]
    )


def _works(person: Person) -> bool:
    return person.state is PersonState.ENROLLED and bool(person.roles & CASE_WORKERS)


def _named(tx: Transaction, case: Case) -> tuple[str, str]:
    text = tx.conversations.get(case.conversation)
    assert text is not None, "the foreign key keeps it"
    try:
        record = decode(text.encode(), _COMPILED_LIMIT, canonical=False)
        return record.text("id"), record.text("version")
    except MalformedError:
        return "", ""


def _indexed(sealed: SealedObject) -> Indexed:
    return Indexed(
        object=sealed.id,
        kind=sealed.kind,
        compartment=sealed.compartment,
        number=sealed.number,
        day=sealed.day,
        size=len(sealed.data),
    )


def _of(tx: Transaction, case: Case, compartment: Compartment) -> tuple[SealedObject, ...]:
    found = tx.objects.of_case(case.id, (ObjectState.SENT,))
    return tuple(sealed for sealed in found if sealed.compartment == compartment.value)
