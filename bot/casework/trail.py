"""The audit as people read it: pages, the head that is kept elsewhere, and whether the chain still holds.

An auditor sees every act and no case; who works on cases sees the acts on a case they may see.
"""

from collections.abc import Iterator

from bot.casework.access import Right, case_for, roles_of
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.errors import CaseUnavailableError
from bot.ids import Reference
from bot.store.chain import Verified, verify
from bot.store.database import Database
from bot.store.staff_values import AuditRow, Head, PersonState, Role
from bot.store.transaction import Transaction

PAGE = 100
PAGE_LIMIT = 500
WALKED_AT_ONCE = 1000
_BEFORE_ALL = -(2**62)
"""Before every number, also one that somebody wrote below the first."""


def verify_audit(database: Database, kept: Head | None = None) -> Verified:
    """Walk through the chain up to the head of now, and compare it with a head that was kept elsewhere.

    A page a turn, so that the walk keeps nobody from writing: the audit only grows, and what comes after the head of
    now is not looked at.
    """
    return verify(_walk(database), kept)


def _walk(database: Database) -> Iterator[AuditRow]:
    last, after = head_of(database).count, _BEFORE_ALL
    while after < last and (rows := _page(database, after)):
        yield from (row for row in rows if row.number <= last)
        after = rows[-1].number


def _page(database: Database, after: int) -> tuple[AuditRow, ...]:
    return database.turn(lambda tx: tx.audit.page(after, WALKED_AT_ONCE)).result()


def head_of(database: Database) -> Head:
    """Return the number of acts and the hash of the last, for keeping elsewhere."""
    return database.turn(lambda tx: tx.audit.head()).result()


class Trail:
    """Shows the audit."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def page(
        self, actor: Actor, reference: Reference | None = None, *, after: int = 0, limit: int = PAGE
    ) -> tuple[tuple[AuditRow, ...], int | None]:
        """Return the next acts, the oldest first, and the number to go on after.

        Raises:
            CaseUnavailableError: not an auditor, and no case named that the actor may see.
        """
        most = max(1, min(limit, PAGE_LIMIT))

        def work(tx: Transaction) -> tuple[tuple[AuditRow, ...], int | None]:
            if not self._audits(tx, actor):
                if reference is None:
                    raise CaseUnavailableError("there is nothing here for you")
                case_for(tx, self._office, actor, reference, Right.SEE)
            rows = tx.audit.page(after, most, reference)
            return rows, rows[-1].number if len(rows) == most else None

        return self._office.turn(work)

    def head(self, kept: int | None = None) -> tuple[Head, bytes | None]:
        """Return the head now, and the hash that stands at the number ``kept``: what a local desk compares."""

        def work(tx: Transaction) -> tuple[Head, bytes | None]:
            row = None if kept is None else tx.audit.at(kept)
            return tx.audit.head(), None if row is None else row.hash

        return self._office.turn(work)

    def _audits(self, tx: Transaction, actor: Actor) -> bool:
        person = tx.people.by_name(actor.name)
        enrolled = person is not None and person.state is PersonState.ENROLLED
        return enrolled and person is not None and Role.AUDITOR in roles_of(person, actor)
