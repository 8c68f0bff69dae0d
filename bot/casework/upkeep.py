"""What ends by itself on the staff's side: closed cases, replaced case-key files, events, tokens that are over.

Run by the sweep of the jobs. It reads nothing that is sealed and asks nobody; deletions that the person asked for are
the intake's (``bot.intake.sweep``), and either sweep may carry them out.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.casework.office import CLOSED_KEPT
from bot.ids import Now
from bot.store.database import Database
from bot.store.transaction import Transaction

AT_ONCE = 100
EVENTS_KEPT = timedelta(days=30)
NUDGES_WAIT = timedelta(days=2)
"""A nudge that could not be sent by then is not sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round erased."""

    closed: int
    deleted: int
    case_keys: int


class Upkeep:
    """Erases what is over."""

    def __init__(self, database: Database, now: Now, *, closed_kept: timedelta = CLOSED_KEPT) -> None:
        self._database = database
        self._now = now
        self._closed_kept = closed_kept

    def round(self) -> Round:
        """Erase everything that is over, at most ``AT_ONCE`` of each kind of what is large."""

        def work(tx: Transaction) -> Round:
            now = self._now()
            tx.sessions.forget(now)
            tx.sign_ins.forget(now)
            tx.link_codes.forget(now)
            tx.events.forget(now - EVENTS_KEPT)
            tx.nudges.give_up((now - NUDGES_WAIT).date())
            return Round(
                closed=tx.cases.delete_closed(now - self._closed_kept, AT_ONCE),
                deleted=tx.cases.delete_due(now, AT_ONCE),
                case_keys=tx.rewraps.forget(now, AT_ONCE),
            )

        return self._database.turn(work).result()
