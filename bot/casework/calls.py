"""Calls: somebody at the desk asks for a colleague, who is told by the staff's bot in one line without content."""

from datetime import timedelta
from typing import Literal

from bot.casework.access import Right, case_for, is_member
from bot.casework.actor import Actor
from bot.casework.escalation import Kind
from bot.casework.notices import CurrentRoster
from bot.casework.office import Office
from bot.errors import ChangedError
from bot.ids import Reference
from bot.store.staff_values import CASE_WORKERS, Notice, Person, PersonState, Role
from bot.store.transaction import Transaction
from bot.store.values import Case

EVERY = timedelta(minutes=5)
Whom = Literal["reader", "lead"]


class Calls:
    """Calls colleagues to a case."""

    def __init__(self, office: Office, roster: CurrentRoster) -> None:
        self._office = office
        self._roster = roster

    def call(self, actor: Actor, reference: Reference, whom: Whom) -> int:
        """Call whoever is on duty and reads the language, or the lead; return how many have a chat to be told in.

        Raises:
            CaseUnavailableError: absent or forbidden.
            ChangedError: they were called less than five minutes ago.
        """
        kind = Kind.CALL_LEAD if whom == "lead" else Kind.CALL_READER

        def work(tx: Transaction) -> int:
            case = case_for(tx, self._office, actor, reference, Right.SEE)
            now = self._office.now()
            old = tx.notices.of_case(case.id)
            if old is not None and old.kind == kind and now < old.since + EVERY:
                raise ChangedError("they were called less than five minutes ago")
            tx.notices.put(
                Notice(
                    case_id=case.id,
                    level=case.urgency,
                    kind=kind.value,
                    language=case.language,
                    stage=0 if old is None else old.stage + 1,
                    since=now,
                    due=now,
                )
            )
            return sum(self._would_hear(tx, person, case, kind) for person in tx.people.all())

        return self._office.turn(work)

    def _would_hear(self, tx: Transaction, person: Person, case: Case, kind: Kind) -> bool:
        roster = self._roster()
        works = person.state is PersonState.ENROLLED and bool(person.roles & CASE_WORKERS)
        if not works or not is_member(person, self._office.keyring()) or tx.links.of_person(person.id) is None:
            return False
        if kind is Kind.CALL_LEAD:
            named = roster is not None and roster.lead is not None
            return person.name == roster.lead if named and roster is not None else Role.LEAD in person.roles
        on = person.name in roster.on_duty(self._office.now()) if roster is not None else True
        return on and case.language in person.languages
