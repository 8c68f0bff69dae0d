"""Clocks of cases: when the next step is due. Pure; nothing of it is stored.

Rules. A clock begins when the case arrives, when something new comes from the person, and when its holder reads what
was new, takes what was read before, or gives the case back. A look by somebody who does not take it stops nothing. It
stands still while the next step is the person's, and ends when the case is closed.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.engine.conversation import Level
from bot.store.values import Case, Status

TARGETS: Mapping[Level, timedelta] = MappingProxyType(
    {
        Level.CRITICAL: timedelta(hours=1),
        Level.HIGH: timedelta(hours=24),
        Level.MEDIUM: timedelta(hours=72),
        Level.ROUTINE: timedelta(days=10),
    }
)
"""How long the next step may wait."""


def due(case: Case) -> datetime | None:
    """Return when the next step is due; ``None`` while staff owe none."""
    if case.status is Status.CLOSED or case.paused or case.clock_since is None:
        return None
    return case.clock_since + TARGETS[case.urgency]


def after_reading(case: Case, now: datetime, *, by_holder: bool) -> datetime:
    """Return where the clock of a case begins once what is unread in it was read.

    The minute of arrival is forgotten then, so the clock cannot simply go on. Its holder owes the next step now.
    After a look by anybody else, what was overdue stays overdue, and the rest is due in a quarter of its time: a
    case that everybody looks at and nobody takes must come to somebody's notice.
    """
    moment = due(case)
    if by_holder or moment is None:
        return now
    target = TARGETS[case.urgency]
    return now - target if moment <= now else now - target + target / 4


def overdue(case: Case, now: datetime) -> bool:
    """Whether the next step should have been taken by now."""
    moment = due(case)
    return moment is not None and moment < now


def erased_on(case: Case, kept: timedelta) -> date | None:
    """Return the day on which a closed case is erased."""
    return None if case.closed_at is None else (case.closed_at + kept).date()
