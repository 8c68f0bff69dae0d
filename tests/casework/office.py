"""A made-up office: people with keys in one keyring, a clock that is set by hand, every part of the service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from os import urandom
from typing import Any

from bot.casework.actor import Actor
from bot.casework.acts import Acts
from bot.casework.office import Office
from bot.casework.queue import Queue, Row
from bot.casework.reading import Reading
from bot.casework.rewrapping import Rewrapping
from bot.casework.trail import Trail
from bot.casework.writing import Writing
from bot.engine.conversation import Compartment
from bot.ids import Reference
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.keyring import Keyring
from bot.sealing.recipients import Identity, new_identity
from bot.sealing.signing import Signer
from bot.store.database import Database
from bot.store.staff_values import Person, PersonState, Role
from bot.store.values import Case, ObjectState
from tests.made_up import NOW, call, sealed, some_id, submitted
from tests.sealing.made import keyring, member

STAFF = {
    "Anna": {Role.REVIEWER},
    "Boris": {Role.REVIEWER},
    "Ivo": {Role.IDENTITY},
    "Lena": {Role.LEAD},
    "Adam": {Role.ADMINISTRATOR},
    "Olga": {Role.AUDITOR},
    "Uta": {Role.REVIEWER},
}
NOT_IN_THE_KEYRING = {"Adam", "Olga", "Uta"}


@cache
def identity_of(name: str) -> Identity:
    return new_identity(urandom)


@cache
def made_keyring() -> Keyring:
    names = STAFF.keys() - NOT_IN_THE_KEYRING
    both = (Compartment.FACTS, Compartment.IDENTITY)
    return keyring(
        *(
            member(name, identity_of(name), compartments=both if name == "Ivo" else both[:1], not_after=NOW + YEAR)
            for name in names
        ),
        not_before=NOW - timedelta(days=1),
        not_after=NOW + timedelta(days=300),
    )


YEAR = timedelta(days=365)


@dataclass
class MadeOffice:
    """The service over one database."""

    database: Database
    at: datetime = NOW
    keyring: Keyring | None = None
    on_duty: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.office = Office(
            database=self.database,
            now=lambda: self.at,
            random_bytes=urandom,
            keyring=lambda: self.keyring or made_keyring(),
            on_duty=lambda: self.on_duty,
        )
        self.queue, self.acts, self.reading = Queue(self.office), Acts(self.office), Reading(self.office)
        self.writing, self.rewrapping, self.trail = (
            Writing(self.office),
            Rewrapping(self.office),
            Trail(self.office),
        )
        for name, roles in STAFF.items():
            self.enrol(name, roles)

    def enrol(self, name: str, roles: set[Role], **changes: Any) -> None:
        values: dict[str, Any] = {
            "id": some_id(),
            "name": name,
            "roles": frozenset(roles),
            "languages": ("en", "ru"),
            "state": PersonState.ENROLLED,
            "verifier": Signer(identity_of(name).seed).verifier.raw,
            "since": NOW.date(),
        }
        call(self.database, "people.add", Person(**values | changes))

    def later(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at

    def case(self, **changes: Any) -> Case:
        """A case with a case-key file and an answer of each compartment."""
        new = submitted(self.database, **changes)
        for compartment in ("facts", "identity"):
            for kind, number in (("case_key", 1), ("answer", 0)):
                serial = made_keyring().serial - 1 if kind == "case_key" else None
                call(
                    self.database,
                    "objects.put",
                    sealed(
                        new.id,
                        kind=kind,
                        compartment=compartment,
                        number=number,
                        state=ObjectState.SENT,
                        serial=serial,
                    ),
                )
        return new

    def read(self, case: Case) -> Case:
        found: Case = call(self.database, "cases.by_id", case.id)
        return found

    def acts_on(self, reference: Reference) -> list[tuple[str, str, str | None]]:
        return [(each.actor, each.act, each.reason) for each in call(self.database, "audit.of_case", reference)]

    def events_of(self, case: Case) -> list[str]:
        found = call(self.database, "events.after", 0, 1000)
        return [each.kind.value for each in found if each.case_id == case.id]


def actor(name: str, place: Any = "desk") -> Actor:
    return Actor(name=name, roles=frozenset(STAFF[name]), place=place)


def rows(office: MadeOffice, name: str, *arguments: Any, **options: Any) -> tuple[Row, ...]:
    return office.queue.page(actor(name), *arguments, **options).rows


@cache
def one_key_file() -> bytes:
    """A file sealed to one key; what it is sealed for, the server cannot see."""
    header = Header(kind=ObjectKind.REPLY, deployment=bytes(16), case=bytes(16), object=bytes(16))
    return seal(header, b"sealed words", (new_identity(urandom).recipient,), urandom)
