"""Whom to tell of a case, and when the next one: pure, computed anew each time, so that a restart changes nothing.

Rules (``words/core-paths.md`` 5.1). The first on duty who reads the language is told at once, the next one after five
minutes or as soon as somebody says *I cannot*, the lead after fifteen. Who holds a case is told of it before anybody
else. Imminent danger also reaches those who are not on duty; anything else waits for the next shift when nobody is.
When everybody was told and nobody took it, a critical or high case is told again. Nobody is left out because they do
not read the language if nobody else is there.

A colleague's call goes to the readers on duty, or to the lead, who hears it even when they asked for quiet. Who gave a
case back, or calls, is told of it only where nobody else is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.engine.conversation import Level
from bot.roster import Roster

NEXT = timedelta(minutes=5)
LEAD = timedelta(minutes=15)
AGAIN: Mapping[Level, timedelta] = {Level.CRITICAL: timedelta(minutes=30), Level.HIGH: timedelta(hours=4)}
"""After how long a case that everybody was told of, and nobody took, is told again. Others become overdue."""
NOBODY_YET = timedelta(minutes=1)
"""How soon it is looked again whether somebody can be told at all."""
QUIET = timedelta(minutes=10)
"""Of somebody who adds topic after topic it is told once in this time."""


class Kind(StrEnum):
    """Why staff are told of a case."""

    NEW = "new"
    ENRICHED = "enriched"
    RAISED = "raised"
    RELEASED = "released"
    HANDED = "handed"
    """Somebody was given it by a colleague."""
    OVERDUE = "overdue"
    UNREAD = "unread"
    CALL_READER = "call_reader"
    """A colleague asks for somebody on duty who reads the language."""
    CALL_LEAD = "call_lead"


CALLS = frozenset({Kind.CALL_READER, Kind.CALL_LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the staff who works on cases and whose chat is linked."""

    name: str
    languages: tuple[str, ...]
    lead: bool
    muted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who can be told now, by name, and what the roster says of now."""

    colleagues: Mapping[str, Colleague]
    on_duty: tuple[str, ...]
    coming: tuple[str, ...]
    duty_begins: datetime | None
    """When the next shift begins; ``None`` while somebody is on duty, or where no roster says."""
    leads: tuple[str, ...]
    named: bool
    """Whether the roster names people; where it does not, everybody is on duty alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is to be told: why, how urgent, in which language the case is, since when, who holds it, who knows.

    ``by`` is who gave the case back or calls, and so knows without being told.
    """

    kind: Kind
    level: Level
    language: str
    since: datetime
    holder: str | None = None
    told: tuple[str, ...] = ()
    recused: frozenset[str] = frozenset()
    by: str | None = None


def crew(colleagues: Sequence[Colleague], roster: Roster | None, now: datetime) -> Crew:
    """Return who can be told now."""
    by_name = {colleague.name: colleague for colleague in colleagues}
    leads = tuple(colleague.name for colleague in colleagues if colleague.lead)
    if roster is None:
        return Crew(colleagues=by_name, on_duty=(), coming=(), duty_begins=None, leads=leads, named=False)
    turn = roster.next_turn(now)
    on = roster.until_duty(now) == timedelta(0)
    return Crew(
        colleagues=by_name,
        on_duty=roster.on_duty(now),
        coming=turn.people if turn is not None else (),
        duty_begins=None if on or turn is None else turn.begins,
        leads=(roster.lead,) if roster.lead in by_name else leads,
        named=any(shift.people for shift in roster.shifts),
    )


def begins(matter: Matter, here: Crew, now: datetime) -> datetime:
    """Return when the telling begins: now, or with the next shift where nobody is there and it is not that urgent."""
    waits = matter.level is not Level.CRITICAL and matter.holder is None and matter.kind not in CALLS
    return here.duty_begins if waits and here.duty_begins is not None else now


def to_tell(matter: Matter, here: Crew, now: datetime) -> tuple[str, ...]:
    """Return whom to tell now: nobody where everybody who should know does."""
    if _is_known(matter):
        return ()
    if matter.kind in CALLS:
        return tuple(name for name in _called(matter, here) if name not in matter.told)
    able = _able(matter, here)
    leads = [name for name in here.leads if name in able and name not in matter.told]
    line = [name for name in _line(matter, here, able) if name not in matter.told]
    found = line if not here.named and matter.holder is None else line[:1]
    if not found or now >= matter.since + LEAD or (here.duty_begins is not None and matter.level is Level.CRITICAL):
        found = [*found, *(name for name in leads if name not in found)]
    if not found and not matter.told:
        # Nobody of the roster can be reached: anybody is better than nobody.
        found = [*_readers(able, able, matter.language)]
    return tuple(found)


def after(matter: Matter, here: Crew, now: datetime) -> tuple[Matter, datetime | None]:
    """Return what is to be told next and when, once those in ``matter.told`` were told; ``None``: nothing more."""
    if matter.kind in CALLS:
        if matter.holder is not None:
            return matter, None
        # It stood in the place of a notice that nobody had answered.
        return replace(matter, kind=Kind.UNREAD, since=now + NEXT, told=()), now + NEXT
    able = _able(matter, here)
    if not able or not matter.told:
        return matter, now + NOBODY_YET
    quiet = matter.since + QUIET if matter.kind is Kind.ENRICHED and now < matter.since + QUIET else None
    if _is_known(matter):
        return matter, quiet
    lead_at = matter.since + LEAD
    waits_for_lead = any(name in able and name not in matter.told for name in here.leads)
    if any(name not in matter.told for name in _line(matter, here, able)):
        return matter, min(now + NEXT, max(lead_at, now)) if waits_for_lead else now + NEXT
    if waits_for_lead:
        return matter, max(lead_at, now)
    again = AGAIN.get(matter.level)
    if quiet is not None or again is None or matter.kind is Kind.HANDED:
        return matter, quiet
    # What is overdue stays so: by that it is known that it was told.
    kind = Kind.UNREAD if matter.holder is None and matter.kind is not Kind.OVERDUE else matter.kind
    return replace(matter, kind=kind, since=now + again, told=()), now + again


def _is_known(matter: Matter) -> bool:
    """Whether its holder was told, which is enough; should nothing happen, it becomes overdue."""
    lesser = matter.level is not Level.CRITICAL and matter.kind is not Kind.OVERDUE and matter.kind not in CALLS
    return lesser and matter.holder in matter.told


def _called(matter: Matter, here: Crew) -> Sequence[str]:
    """Return whom a colleague asks for, whoever holds the case: the lead, or each reader on duty."""
    may = {name: each for name, each in here.colleagues.items() if name not in matter.recused and name != matter.by}
    if matter.kind is Kind.CALL_LEAD:
        return [name for name in here.leads if name in may] or [name for name, each in may.items() if each.lead]
    there = here.on_duty if here.named else tuple(may)
    return [name for name in there if name in may and not may[name].muted and matter.language in may[name].languages]


def _able(matter: Matter, here: Crew) -> Mapping[str, Colleague]:
    """Return who may be told: who muted their chat, or knows, only where nobody else is left."""
    may = {name: each for name, each in here.colleagues.items() if name not in matter.recused}
    others = {name: each for name, each in may.items() if name != matter.by}
    awake = {name: each for name, each in others.items() if not each.muted}
    return awake or others or may


def _line(matter: Matter, here: Crew, able: Mapping[str, Colleague]) -> list[str]:
    """Return the order in which people are told, the lead aside."""
    first = [matter.holder] if matter.holder is not None and matter.holder in able else []
    urgent = matter.level is Level.CRITICAL
    if matter.holder is not None and not urgent and (first or matter.kind is Kind.HANDED):
        return first
    if not here.named:
        rest = [name for name in able if name not in here.leads] or list(able)
        readers = [name for name in rest if matter.language in able[name].languages]
        return list(dict.fromkeys([*first, *(readers or rest)]))
    rest = [*_readers(here.on_duty, able, matter.language)]
    if urgent:
        rest += _readers(here.coming, able, matter.language)
    return list(dict.fromkeys([*first, *rest]))


def _readers(names: Sequence[str] | Mapping[str, Colleague], able: Mapping[str, Colleague], language: str) -> list[str]:
    """Return those who can be told, who reads the language before who does not."""
    there = [name for name in names if name in able]
    return sorted(there, key=lambda name: language not in able[name].languages)
