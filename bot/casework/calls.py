"""Calls: somebody at the desk asks for a colleague, who is told by the staff's bot in one line without content."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.casework.access import Right, case_for
from bot.casework.actor import Actor
from bot.casework.colleagues import colleagues, matter_of
from bot.casework.escalation import Kind, crew, to_tell
from bot.casework.notices import CurrentRoster
from bot.casework.office import Office
from bot.errors import ChangedError
from bot.ids import Reference
from bot.store.staff_values import Notice
from bot.store.transaction import Transaction
from bot.store.values import Case, Status

EVERY = timedelta(minutes=5)
Whom = Literal["reader", "lead"]


class Calls:
    """Calls colleagues to a case."""

    def __init__(self, office: Office, roster: CurrentRoster) -> None:
        self._office = office
        self._roster = roster

    def call(self, actor: Actor, reference: Reference, whom: Whom) -> int:
        """Call whoever is on duty and reads the language, or the lead; return how many are told.

        Where nobody would be, nothing changes: whoever was to be told of the case is told as before.

        Raises:
            CaseUnavailableError: absent or forbidden.
            ChangedError: they were called less than five minutes ago.
        """
        kind = Kind.CALL_LEAD if whom == "lead" else Kind.CALL_READER

        def work(tx: Transaction) -> int:
            case = case_for(tx, self._office, actor, reference, Right.SEE)
            now = self._office.now()
            if any(
                entry.act == "call" and entry.reason == whom and now < entry.at + EVERY
                for entry in tx.audit.of_case(reference)
            ):
                raise ChangedError("they were called less than five minutes ago")
            notice = _notice(tx, case, kind, now)
            here = crew(colleagues(tx, self._office.keyring(), now), self._roster(), now)
            found = to_tell(replace(matter_of(tx, notice, case), by=actor.name), here, now)
            if not found or case.status is Status.CLOSED:
                return 0
            tx.notices.put(notice)
            self._office.note(tx, actor, "call", reference, whom)
            return len(found)

        return self._office.turn(work)


def _notice(tx: Transaction, case: Case, kind: Kind, now: datetime) -> Notice:
    old = tx.notices.of_case(case.id)
    return Notice(
        case_id=case.id,
        level=case.urgency,
        kind=kind.value,
        language=case.language,
        stage=0 if old is None else old.stage + 1,
        since=now,
        due=now,
    )
