"""``Casework``: what staff do with cases, each act one transaction with its line in the audit.

Rules. A case that is absent, claimed by somebody else or about to be deleted answers alike: ``CaseUnavailableError``.
Claiming and exporting count as reading: from then on the arrival is known to the day only.

Before: ``bot.cli.cases``. After: ``bot.store.cases``, which decides a claim by one conditional UPDATE.
"""

import heapq
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.casework import clocks
from bot.casework.export import check_free, write_case
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Level
from bot.errors import CaseUnavailableError, PanohError
from bot.ids import CaseId, Now, Reference
from bot.store.database import Database
from bot.store.staff_values import Rewrap
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry, Case, ObjectState, Position, SealedObject, Status

T = TypeVar("T")

PAGE = 50
"""Cases in a page of the queue where nothing else is asked for."""
_LEVELS = tuple(Level)
_NAME = re.compile(r"[^\W_](?:[\w .'’@-]{0,62}[\w.])?")


class Casework:
    """The staff's service over one database."""

    def __init__(self, database: Database, now: Now) -> None:
        self._database = database
        self._now = now

    def list_cases(self, after: Reference | None = None, limit: int = PAGE) -> tuple[Case, ...]:
        """Return the cases that are not closed: imminent danger first, then by urgency and arrival.

        Args:
            after: the last case of the page before.
            limit: at most so many.

        Raises:
            CaseUnavailableError: there is no case to go on after.
        """

        def work(transaction: Transaction) -> tuple[Case, ...]:
            place = None
            if after is not None:
                last = _served(transaction, after)
                place = Position(urgency=last.urgency, arrived_at=last.arrived_at, id=last.id)
            waiting = transaction.cases.page(Status.WAITING, place, limit)
            claimed = transaction.cases.page(Status.CLAIMED, place, limit)
            return tuple(heapq.merge(waiting, claimed, key=_place))[:limit]

        return self._database.turn(work).result()

    def claim(self, reference: Reference, name: str) -> Case:
        """Take a waiting case; of any number who try, one gets it.

        Raises:
            CaseUnavailableError: absent, or not waiting.
            PanohError: the name cannot be one.
        """

        def work(transaction: Transaction, case_id: CaseId) -> None:
            _require(transaction.cases.claim(reference, name, self._now()), reference)
            transaction.cases.mark_read(case_id, self._now())

        return self._act("claim", reference, name, work)[0]

    def release(self, reference: Reference, name: str) -> Case:
        """Give a case back to the queue.

        Raises:
            CaseUnavailableError: absent, or not claimed by this name.
            PanohError: the name cannot be one.
        """

        def work(transaction: Transaction, _case_id: CaseId) -> None:
            _require(transaction.cases.release(reference, name, self._now()), reference)

        return self._act("release", reference, name, work)[0]

    def close(self, reference: Reference, name: str, reason: CloseReason) -> Case:
        """Close a case that is done.

        Raises:
            CaseUnavailableError: absent, or not claimed by this name.
            PanohError: the name cannot be one.
        """

        def work(transaction: Transaction, _case_id: CaseId) -> None:
            _require(transaction.cases.close(reference, name, self._now()), reference)

        return self._act("close", reference, name, work, reason)[0]

    def export(self, reference: Reference, directory: Path, name: str, *, deployment: bytes) -> Case:
        """Write the sealed files of a case into a new or empty directory, as ``docs/sealed-format.md`` 13 says.

        Args:
            reference: any case in the queue, claimed or not.
            directory: where to; made where it is missing.
            name: who exports, for the audit.
            deployment: 16 bytes of the keyring, bound into every sealed file.

        Raises:
            CaseUnavailableError: absent.
            PanohError: the name cannot be one, or the directory cannot be written.
        """

        def work(transaction: Transaction, case_id: CaseId) -> tuple[tuple[SealedObject, ...], tuple[Rewrap, ...]]:
            case = _served(transaction, reference)
            since = clocks.after_reading(case, self._now(), by_holder=case.claimed_by == name)
            transaction.cases.mark_read(case_id, since)
            return transaction.objects.of_case(case_id, (ObjectState.SENT,)), transaction.rewraps.of_case(case_id)

        check_free(directory)
        # The audit comes first: an export that then fails to write is noted, one that writes is never unnoted.
        case, (objects, rewraps) = self._act("export", reference, name, work)
        compiled = self._database.turn(lambda transaction: transaction.conversations.get(case.conversation)).result()
        assert compiled is not None, "the foreign key keeps it"
        write_case(directory, case, objects, rewraps, conversation=compiled, deployment=deployment)
        return case

    def _act(
        self,
        act: str,
        reference: Reference,
        name: str,
        work: Callable[[Transaction, CaseId], T],
        reason: CloseReason | None = None,
    ) -> tuple[Case, T]:
        """Do one thing to one case and write it into the audit, in one transaction; return the case afterwards."""
        if not _NAME.fullmatch(name):
            raise PanohError("a name is 1 to 64 letters, digits, spaces, dots, hyphens or @")

        def turn(transaction: Transaction) -> tuple[Case, T]:
            result = work(transaction, _served(transaction, reference).id)
            entry = AuditEntry(at=self._now(), actor=f"console:{name}", act=act, reference=reference, reason=reason)
            transaction.audit.append(entry)
            return _served(transaction, reference), result

        return self._database.turn(turn).result()


def _place(case: Case) -> tuple[int, float, bytes]:
    return (-_LEVELS.index(case.urgency), case.arrived_at.timestamp(), case.id)


def _served(transaction: Transaction, reference: Reference) -> Case:
    case = transaction.cases.get(reference)
    if case is None:
        raise _unavailable(reference)
    return case


def _require(done: bool, reference: Reference) -> None:  # noqa: FBT001  what a conditional UPDATE says
    if not done:
        raise _unavailable(reference)


def _unavailable(reference: Reference) -> CaseUnavailableError:
    return CaseUnavailableError(f"{reference} is not there, or not yours to act on")
