"""From outcomes of the staff's service to lines of text and buttons. Pure.

A notice is one line: level, language of the case, why, how long, who has it. It never holds a reference; only what
somebody asked for by ``/queue`` or ``/mine`` does. Nothing a defender wrote could get here: the service has none of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.escalation import Kind
from bot.casework.notices import Digest, Telling, by_urgency
from bot.casework.queue import Row
from bot.casework.staff_chat import Answer, Duty, Listing, Said
from bot.casework.words import Level, View
from bot.channels.staff import words as texts
from bot.channels.staff.words import KINDS, LEVELS, Words

TAKE = "t"
CANNOT = "c"
_PLAIN: Mapping[Said, str] = {
    Said.YOURS: texts.ALREADY,
    Said.GONE: texts.GONE,
    Said.PASSED: texts.PASSED,
    Said.RELEASED: texts.RELEASED,
    Said.NOT_YOURS: texts.NOT_YOURS,
    Said.UNMUTED: texts.UNMUTED,
}
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=2)
_QUIET = frozenset({Level.MEDIUM, Level.ROUTINE})
"""Levels whose notices make no sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: its label, and the data it carries."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message."""

    text: str
    buttons: tuple[Button, ...] = ()
    silent: bool = False


def notice(words: Words, locale: str, telling: Telling, name: str) -> Line:
    """Return the notice of one case for the person of this name."""
    case = telling.case_id.hex()
    buttons = (
        Button(label=words(locale, texts.TAKE), data=f"{TAKE}.{case}"),
        Button(label=words(locale, texts.CANNOT), data=f"{CANNOT}.{case}"),
    )
    kind = KINDS[telling.kind]
    if telling.kind is Kind.UNREAD and telling.read:
        kind = texts.STILL_WAITING
    parts = (
        words(locale, LEVELS[telling.level]),
        telling.language,
        words(locale, kind),
        age(words, locale, telling.age),
        words(locale, texts.COLLEAGUE)
        if telling.holder not in {None, name}
        else _holder(words, locale, telling.holder, name),  # it comes unasked, so it names nobody
    )
    # Who has the case needs neither button; to anybody else *I take it* would be refused.
    return Line(
        text=" · ".join(parts),
        buttons=buttons if telling.holder is None else (),
        silent=telling.level in _QUIET,
    )


def folded(words: Words, locale: str, tellings: Sequence[Telling]) -> Line:
    """Return one line in place of many notices: of which kinds and how urgent, in which languages."""
    kinds = Counter(telling.kind for telling in tellings)
    parts = [
        words(locale, texts.FOLDED, n=kinds[kind], kind=words(locale, KINDS[kind])) for kind in Kind if kinds[kind]
    ]
    if critical := by_urgency(tellings):
        parts.append(words(locale, texts.FOLDED, n=critical, kind=words(locale, LEVELS[Level.CRITICAL])))
    parts.append(", ".join(sorted({telling.language for telling in tellings})))
    return Line(text=" · ".join(parts), silent=all(telling.level in _QUIET for telling in tellings))


def digest(words: Words, locale: str, found: Digest) -> Line:
    """Return the digest, with the head of the audit to be kept elsewhere."""
    counts = words(
        locale,
        texts.DIGEST,
        waiting=found.waiting,
        critical=found.critical,
        overdue=found.overdue,
        claimed=found.claimed,
    )
    return Line(text=f"{counts}\n{words(locale, texts.HEAD, head=found.head)}", silent=True)


def listing(words: Words, found: Listing) -> Line:
    """Return cases with their references, as somebody asked for them."""
    locale = found.locale
    rows = [_row(words, locale, row, found) for row in found.page.rows]
    left = found.page.counts[found.view] - len(rows)
    if left > 0:
        rows.append(words(locale, texts.MORE, n=left))
    return Line(text="\n".join(rows) or words(locale, texts.EMPTY))


def duty(words: Words, found: Duty) -> Line:
    """Return who is on duty, who is next, who leads."""
    locale = found.locale
    if not found.roster:
        return Line(text=words(locale, texts.NO_ROSTER))
    lines = []
    if found.until is None:
        lines.append(words(locale, texts.NOBODY_ON_DUTY))
    else:
        names = ", ".join(found.names) or words(locale, texts.UNNAMED)
        lines.append(words(locale, texts.ON_DUTY, time=_time(found.until), names=names))
    if found.untold:
        lines.append(words(locale, texts.UNTOLD, names=", ".join(found.untold)))
    if found.mine:
        lines.append(words(locale, texts.YOU_ARE))
    if found.coming is not None:
        names = ", ".join(found.coming.people) or words(locale, texts.UNNAMED)
        lines.append(words(locale, texts.COMING, time=_time(found.coming.begins), names=names))
    if found.lead is not None:
        lines.append(words(locale, texts.LEAD, name=found.lead))
    return Line(text="\n".join(lines))


def answer(words: Words, found: Answer, *, reference: str = "") -> Line:
    """Return what is said of an act."""
    return Line(text=_said(words, found, reference))


def _said(words: Words, found: Answer, reference: str) -> str:
    locale = found.locale
    match found.said:
        case Said.LINKED:
            return words(locale, texts.WELCOME, name=found.name)
        case Said.TAKEN:
            return words(locale, texts.CLAIMED, line=case_line(words, found))
        case Said.HELD:
            return words(locale, texts.TOO_LATE, name=found.name)
        case Said.CRITICAL:
            return words(locale, texts.KNOWINGLY, reference=reference)
        case Said.MUTED:
            assert found.until is not None, "silence ends"
            return words(locale, texts.MUTED, time=_time(found.until))
        case Said.NOBODY_LEFT:
            if found.until is None:
                return words(locale, texts.NOBODY_LEFT)
            return words(locale, texts.NOBODY_UNTIL, time=_time(found.until))
        case Said.YOURS | Said.GONE | Said.PASSED | Said.RELEASED | Said.NOT_YOURS | Said.UNMUTED:
            return words(locale, _PLAIN[found.said])


def case_line(words: Words, found: Answer) -> str:
    """Return what stands in a notice's place once somebody has the case, with the way to it for whoever has it."""
    assert found.level is not None, "an answer about a case"
    mine = found.said in {Said.TAKEN, Said.YOURS}
    who = words(found.locale, texts.YOU) if mine else words(found.locale, texts.SOMEBODY, name=found.name)
    line = " · ".join((words(found.locale, LEVELS[found.level]), found.language, who))
    return f"{line} · /mine" if mine else line


def age(words: Words, locale: str, passed: timedelta) -> str:
    """Return how long something has lasted, in the largest unit that says enough."""
    if passed < _HOUR:
        return words(locale, texts.MINUTES, n=int(passed.total_seconds() // 60))
    if passed < _DAY:
        return words(locale, texts.HOURS, n=int(passed.total_seconds() // 3600))
    return words(locale, texts.DAYS, n=passed.days)


def _row(words: Words, locale: str, row: Row, found: Listing) -> str:
    parts = [row.reference, words(locale, LEVELS[row.urgency]), row.language]
    if row.arrived_exact:
        parts.append(age(words, locale, found.now - row.arrived))
    if row.overdue:
        parts.append(words(locale, KINDS[Kind.OVERDUE]))
    if row.news and row.read:
        parts.append(words(locale, KINDS[Kind.ENRICHED]))
    if found.view is not View.MINE:
        parts.append(_holder(words, locale, row.holder, found.me))
    return " · ".join(parts)


def _holder(words: Words, locale: str, holder: str | None, me: str) -> str:
    if holder is None:
        return words(locale, texts.NOBODY)
    return words(locale, texts.YOU) if holder == me else words(locale, texts.SOMEBODY, name=holder)


def _time(moment: datetime) -> str:
    """Return day and minute with the zone they are in: UTC where no roster names another."""
    return moment.strftime("%d.%m. %H:%M %Z")
