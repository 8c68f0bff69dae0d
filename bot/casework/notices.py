"""Notices: which cases staff are to be told of now, whom, and what was told: the staff's bot asks and reports back.

Rules. A notice knows of a case what the queue shows in clear: level, language, why, how long, whether somebody has it.
Never its reference, a name of a defender or a word of an answer. ``gather`` turns what happened to cases into notices
in the transaction that moves the mark, so that no event is lost or counted twice; ``told`` is called after the
messenger took the message, so that a process that dies in between tells it again: at least once. What changed in
between, because somebody took the case, stays as it is.

Before: ``bot.channels.staff.rounds``. After: ``bot.casework.escalation``, ``bot.store.notices``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.casework import clocks
from bot.casework.colleagues import colleagues, linked, matter_of
from bot.casework.escalation import Crew, Kind, Matter, after, begins, crew, to_tell
from bot.casework.links import Chats
from bot.casework.office import Office
from bot.engine.conversation import Level
from bot.ids import CaseId, ChatId
from bot.roster import Roster
from bot.store.staff_values import Event, EventKind, Notice
from bot.store.transaction import Transaction
from bot.store.values import Case, Status

EVENTS = "events"
DIGEST = "digest"
EVENTS_AT_ONCE = 500
CASES_AT_ONCE = 500
SOON = timedelta(seconds=10)
"""When it is tried again to tell somebody whom the messenger could not be asked to tell."""

WITHOUT_ROSTER = Roster(zone=ZoneInfo("UTC"), shifts=())
"""Whose hours of the digest hold where there is no roster."""

CurrentRoster = Callable[[], Roster | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Somebody of the staff in their chat."""

    name: str
    languages: tuple[str, ...]
    chat: ChatId = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One case that people are to be told of now.

    ``version`` names the state of the notice that this is made from. ``age`` is how long the case has waited, or has
    been overdue. ``holder`` is the colleague who has it.
    """

    case_id: CaseId
    version: tuple[str, int, datetime]
    kind: Kind
    level: Level
    language: str
    age: timedelta
    holder: str | None
    read: bool
    to: tuple[Addressee, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of telling one case to some people.

    ``told`` includes whom the messenger will never reach. ``missed`` are those whom it may reach another time.
    """

    telling: Telling
    told: frozenset[str]
    missed: frozenset[str]
    unreachable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Whether there is a next one to tell; where there is not, when it is told again, if ever."""

    next: bool
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """How the queue stands, for everybody who is linked; ``head`` is the end of the audit."""

    slot: int
    waiting: int
    critical: int
    claimed: int
    overdue: int
    head: str
    to: tuple[Addressee, ...] = field(repr=False)


class Notices:
    """Tells staff of cases."""

    def __init__(self, office: Office, chats: Chats, roster: CurrentRoster) -> None:
        self._office = office
        self._chats = chats
        self._roster = roster

    def gather(self) -> bool:
        """Turn what happened since the last time into notices; true where more waits."""

        def work(tx: Transaction) -> bool:
            events = tx.events.after(tx.notices.mark(EVENTS) or 0, EVENTS_AT_ONCE)
            for event in events:
                self._take(tx, event)
            if events:
                tx.notices.set_mark(EVENTS, events[-1].number)
            return len(events) == EVENTS_AT_ONCE

        return self._office.turn(work)

    def find_overdue(self) -> int:
        """Make notices of cases that became overdue; returns how many."""

        def work(tx: Transaction) -> int:
            now = self._office.now()
            found = tx.notices.newly_overdue(now, clocks.TARGETS, CASES_AT_ONCE)
            for case in found:
                moment = clocks.due(case)
                assert moment is not None, "it is overdue"
                self._begin(tx, case, Kind.OVERDUE, since=moment, due=now)
            return len(found)

        return self._office.turn(work)

    def due(self) -> tuple[Telling, ...]:
        """Return what is to be told now, the most urgent first."""

        def work(tx: Transaction) -> tuple[Telling, ...]:
            now = self._office.now()
            here, chats = self._crew(tx, now)
            tellings = (self._telling(tx, notice, here, chats, now) for notice in tx.notices.due(now, CASES_AT_ONCE))
            return tuple(telling for telling in tellings if telling is not None)

        return self._office.turn(work)

    def told(self, reports: Iterable[Report]) -> None:
        """Note what became of it."""
        listed = tuple(reports)

        def work(tx: Transaction) -> None:
            now = self._office.now()
            here, _ = self._crew(tx, now)
            for report in listed:
                notice = tx.notices.of_case(report.telling.case_id)
                case = tx.cases.by_id(report.telling.case_id)
                if notice is not None and case is not None and _version(notice) == report.telling.version:
                    self._told(tx, notice, case, report, here, now)

        self._office.turn(work)

    def pass_on(self, tx: Transaction, case: Case, name: str) -> Passed:
        """Let the next one be told at once, since somebody who was told cannot take the case."""
        now, notice = self._office.now(), tx.notices.of_case(case.id)
        if notice is None or notice.due is None:
            return Passed(next=False)
        matter = matter_of(tx, notice, case)
        if name not in matter.told:
            # Everybody was told once.
            return Passed(next=False, again=notice.due)
        if name == matter.told[-1]:
            if not to_tell(matter, self._crew(tx, now)[0], now):
                return Passed(next=False)
            tx.notices.hurry(case.id, now)
        return Passed(next=True)

    def digest(self) -> Digest | None:
        """Return the digest if its hour has come and it was not sent; ``None`` otherwise."""

        def work(tx: Transaction) -> Digest | None:
            now = self._office.now()
            moment = (self._roster() or WITHOUT_ROSTER).last_digest(now)
            slot = int(moment.timestamp()) if moment is not None else None
            last = tx.notices.mark(DIGEST)
            if slot is None or (last is not None and last >= slot):
                return None
            if last is None and tx.events.last() == 0 and tx.audit.head().count == 0:
                # An installation that begins owes nothing for the hours before.
                tx.notices.set_mark(DIGEST, slot)
                return None
            counts = tx.notices.standing(now, clocks.TARGETS)
            head = tx.audit.head()
            return Digest(
                slot=slot,
                waiting=counts.waiting,
                critical=counts.critical,
                claimed=counts.claimed,
                overdue=counts.overdue,
                head=f"{head.count}:{head.hash.hex()}",
                to=tuple(self._addressees(tx).values()),
            )

        return self._office.turn(work)

    def digested(self, digest: Digest) -> None:
        """Note that a digest was sent."""
        self._office.turn(lambda tx: tx.notices.set_mark(DIGEST, digest.slot))

    # -- from what happened to notices --------------------------------------------------------------------------

    def _take(self, tx: Transaction, event: Event) -> None:
        case = tx.cases.by_id(event.case_id)
        if case is None:
            return
        if case.deletes_at is not None or case.status is Status.CLOSED:
            tx.notices.settle(case.id)
            return
        notice = tx.notices.of_case(case.id)
        active = notice is not None and notice.due is not None
        match event.kind:
            case EventKind.NEW:
                if case.status is Status.WAITING and notice is None:
                    self._begin(tx, case, Kind.NEW, since=event.at)
            case EventKind.RAISED:
                self._begin(tx, case, Kind.RAISED, since=event.at)
            case EventKind.ENRICHED | EventKind.WITHDRAWN:
                if not active or _sleeps(notice, event.at):
                    self._begin(tx, case, Kind.ENRICHED, since=event.at)
            case EventKind.RELEASED | EventKind.DELETION:
                # A deletion that was taken back, or the case would not be served.
                if case.status is Status.WAITING and not (active and event.kind is EventKind.DELETION):
                    self._begin(tx, case, Kind.RELEASED, since=event.at)
            case EventKind.CLAIMED:
                if case.status is Status.CLAIMED:
                    tx.notices.settle(case.id)
                    if _was_handed_over(tx, case):
                        self._begin(tx, case, Kind.HANDED, since=event.at)
            case EventKind.REPLIED_READ | EventKind.CLOSED | EventKind.CHANGED:
                pass

    def _begin(self, tx: Transaction, case: Case, kind: Kind, *, since: datetime, due: datetime | None = None) -> None:
        old = tx.notices.of_case(case.id)
        tx.notices.put(
            Notice(
                case_id=case.id,
                level=case.urgency,
                kind=kind.value,
                language=case.language,
                # Grows without end, so that a report on an earlier state is known by it.
                stage=0 if old is None else old.stage + 1,
                since=since,
                due=since if due is None else due,
            )
        )

    # -- from notices to people ---------------------------------------------------------------------------------

    def _telling(
        self, tx: Transaction, notice: Notice, here: Crew, chats: Mapping[str, Addressee], now: datetime
    ) -> Telling | None:
        """Return what is to be told of one notice, or put it off, or settle it."""
        case = tx.cases.by_id(notice.case_id)
        if case is None or _moot(notice, case, now):
            tx.notices.settle(notice.case_id)
            return None
        matter = matter_of(tx, notice, case)
        begun = begins(matter, here, now) if not matter.told else now
        if begun > now:
            tx.notices.put(replace(notice, level=case.urgency, since=begun, due=begun, stage=notice.stage + 1))
            return None
        names = to_tell(matter, here, now)
        if not names:
            self._plan(tx, notice, matter, here, now)
            return None
        return Telling(
            case_id=case.id,
            version=_version(notice),
            kind=matter.kind,
            level=case.urgency,
            language=case.language,
            age=_age(notice, case, now),
            holder=case.claimed_by if case.status is Status.CLAIMED else None,
            read=case.read,
            to=tuple(chats[name] for name in names),
        )

    def _told(self, tx: Transaction, notice: Notice, case: Case, report: Report, here: Crew, now: datetime) -> None:
        matter = matter_of(tx, notice, case)
        told = (*matter.told, *(each.name for each in report.telling.to if each.name in report.told))
        known = replace(matter, told=tuple(dict.fromkeys(told)))
        if report.missed:
            self._keep(tx, notice, known, now + SOON)
        elif report.unreachable:
            self._keep(tx, notice, known, now)
        else:
            self._plan(tx, notice, known, here, now)

    def _plan(self, tx: Transaction, notice: Notice, matter: Matter, here: Crew, now: datetime) -> None:
        later, due = after(matter, here, now)
        self._keep(tx, notice, later, due)
        case = tx.cases.by_id(notice.case_id)
        if case is not None and case.read:
            tx.notices.keep_the_day(notice.case_id)

    def _keep(self, tx: Transaction, notice: Notice, matter: Matter, due: datetime | None) -> None:
        tx.notices.put(
            replace(
                notice,
                level=matter.level,
                kind=matter.kind.value,
                since=matter.since,
                told="\n".join(matter.told) or None,
                due=due,
                stage=notice.stage + 1,
            )
        )

    def _crew(self, tx: Transaction, now: datetime) -> tuple[Crew, Mapping[str, Addressee]]:
        """Return who can be told of cases now, and where."""
        chats = self._addressees(tx)
        there = [each for each in colleagues(tx, self._office.keyring(), now) if each.name in chats]
        return crew(there, self._roster(), now), chats

    def _addressees(self, tx: Transaction) -> Mapping[str, Addressee]:
        """Return who is linked, also who only administers or audits; not where the chat was boxed under another key."""
        found = {}
        for person, link in linked(tx):
            chat = self._chats.chat(link)
            if chat is not None:
                found[person.name] = Addressee(name=person.name, languages=person.languages, chat=chat)
        return found


def _was_handed_over(tx: Transaction, case: Case) -> bool:
    """Whether its holder was given it by a colleague, rather than took it."""
    acts = (entry.act for entry in reversed(tx.audit.of_case(case.reference)) if entry.act in {"claim", "transfer"})
    return next(acts, "claim") == "transfer"


def by_urgency(tellings: Sequence[Telling]) -> int:
    """Return how many of these are of imminent danger."""
    return sum(telling.level is Level.CRITICAL for telling in tellings)


def _version(notice: Notice) -> tuple[str, int, datetime]:
    return (notice.kind, notice.stage, notice.since)


def _sleeps(notice: Notice | None, now: datetime) -> bool:
    """Whether everybody was told once and it begins anew some time: what is new by then is told without waiting."""
    if notice is None or notice.told is not None or notice.since <= now:
        return False
    # Any other kind waits for the next shift.
    return notice.kind in {Kind.UNREAD, Kind.OVERDUE} or notice.level is Level.CRITICAL


def _moot(notice: Notice, case: Case, now: datetime) -> bool:
    """Whether there is nothing to tell any more."""
    if case.deletes_at is not None or case.status is Status.CLOSED:
        return True
    claimed = case.status is Status.CLAIMED
    match Kind(notice.kind):
        case Kind.NEW | Kind.RELEASED | Kind.UNREAD:
            return claimed
        case Kind.ENRICHED:
            return case.read and not case.news
        case Kind.RAISED:
            return claimed and case.read and not case.news
        case Kind.HANDED:
            return not claimed or (case.read and not case.news and notice.told is not None)
        case Kind.OVERDUE:
            return not clocks.overdue(case, now)
        case Kind.CALL_READER | Kind.CALL_LEAD:
            return False


def _age(notice: Notice, case: Case, now: datetime) -> timedelta:
    """Return how long it has waited; once read, the arrival is known to the day only and says nothing."""
    since = notice.since
    if notice.kind == Kind.OVERDUE:
        since = clocks.due(case) or since
    elif notice.kind in {Kind.ENRICHED, Kind.HANDED, Kind.RELEASED}:
        since = min(since, now)
    elif not case.read:
        since = case.arrived_at
    elif case.clock_since is not None:
        since = case.clock_since
    return max(now - since, timedelta(0))
