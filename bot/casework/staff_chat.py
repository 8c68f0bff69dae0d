"""What staff ask of their bot: to link a chat, to see the queue, to take a case or say that they cannot, duty, silence.

Each act is one transaction together with the number of its update, so that an update that comes twice changes nothing
and says nothing. Who writes is known by the chat's link alone; a chat that is nobody's learns nothing: ``Stranger``.

Before: ``bot.channels.staff.router``. After: ``bot.casework.access``, ``bot.store``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.casework.access import Right, case_for
from bot.casework.actor import Actor
from bot.casework.colleagues import untold
from bot.casework.limits import Limit, Rate
from bot.casework.links import Chats, looks_like_code
from bot.casework.notices import CurrentRoster, Notices
from bot.casework.office import Office
from bot.casework.queue import Page, Queue
from bot.engine.conversation import Level
from bot.errors import CaseUnavailableError, SlowDownError
from bot.ids import CaseId, ChatId, Reference
from bot.roster import Turn
from bot.store.queue import View
from bot.store.staff_values import Person
from bot.store.transaction import Transaction
from bot.store.values import Case, Status

SHOWN = 10
"""Cases that a list in the chat shows."""
MUTED_HOURS = 8
MUTED_AT_MOST = 24
GUESSES = Rate(burst=5, seconds=120)
"""Codes that one chat may try."""


class Said(StrEnum):
    """What became of an act."""

    LINKED = "linked"
    TAKEN = "taken"
    YOURS = "yours"
    """They had it before."""
    HELD = "held"
    """A colleague has it."""
    GONE = "gone"
    """It is not there for them."""
    PASSED = "passed"
    """They cannot; the next one is told."""
    NOBODY_LEFT = "nobody_left"
    """They cannot, and nobody is left to tell now; ``until`` is when it is told again, if ever."""
    RELEASED = "released"
    NOT_YOURS = "not_yours"
    CRITICAL = "critical"
    """A critical case is given back knowingly."""
    MUTED = "muted"
    UNMUTED = "unmuted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to say, in which language; ``name`` is that of a colleague, ``level`` and ``language`` the case's."""

    said: Said
    locale: str
    name: str = ""
    level: Level | None = None
    language: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Cases to show."""

    locale: str
    view: View
    page: Page
    me: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who is on duty, until when, who is next; ``roster`` is false where there is none.

    ``untold`` are those on duty whom the bot cannot tell now: no chat, or quiet.
    """

    locale: str
    roster: bool
    names: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    until: datetime | None = None
    coming: Turn | None = None
    lead: str | None = None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Stranger:
    """The chat is nobody's."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The update was carried out before."""


Outcome: TypeAlias = Answer | Listing | Duty | Stranger | Repeated


class StaffChat:
    """Answers the staff's bot."""

    def __init__(self, office: Office, chats: Chats, roster: CurrentRoster, notices: Notices, *, account: int) -> None:
        """``account`` is the number before the colon of the bot's token."""
        self._office = office
        self._chats = chats
        self._roster = roster
        self._notices = notices
        self._account = account
        self._queue = Queue(office)
        self._guesses = Limit(GUESSES, now=office.now, random_bytes=office.random_bytes)

    def link(self, update: int, chat: ChatId, typed: str) -> Outcome:
        """Link a chat by a code; whoever has none, or tries too many, learns nothing."""
        if not looks_like_code(typed):
            return Stranger()
        try:
            self._guesses.take(str(chat))
        except SlowDownError:
            return Stranger()

        def work(tx: Transaction) -> Outcome:
            if tx.updates.seen(self._account, update):
                return Repeated()
            person = self._chats.link(tx, chat, typed, self._office.now())
            if person is None:
                return Stranger()
            self._recorded(tx, update)
            self._office.note(tx, _actor(person), "link", None, person.name)
            return Answer(said=Said.LINKED, locale=_locale(person), name=person.name)

        return self._office.turn(work)

    def unlink(self, chat: ChatId) -> None:
        """Forget the link of a chat whose person blocked the bot: they are told nothing, and others are instead."""

        def work(tx: Transaction) -> None:
            person = self._chats.person(tx, chat)
            if person is not None:
                tx.links.remove(person.id)
                self._office.note(tx, _actor(person), "unlink", None, person.name)

        self._office.turn(work)

    def is_linked(self, chat: ChatId) -> bool:
        """Tell whether a chat is one of the staff's."""
        return self._office.turn(lambda tx: self._chats.person(tx, chat)) is not None

    def take(self, update: int, chat: ChatId, case_id: CaseId) -> Outcome:
        """Take the case of a notice; of any number who press at once, one gets it."""
        return self._act(update, chat, lambda tx, person: self._take(tx, person, tx.cases.by_id(case_id)))

    def cannot(self, update: int, chat: ChatId, case_id: CaseId) -> Outcome:
        """Let the next one be told at once; say so only where there is one."""

        def work(tx: Transaction, person: Person) -> Answer:
            locale = _locale(person)
            case = self._seen(tx, person, tx.cases.by_id(case_id))
            if case is None or case.status is Status.CLOSED:
                return Answer(said=Said.GONE, locale=locale)
            if case.status is Status.CLAIMED:
                return _held(person, case)
            passed = self._notices.pass_on(tx, case, person.name)
            if passed.next:
                return Answer(said=Said.PASSED, locale=locale)
            until = None if passed.again is None else self._local(passed.again)
            return Answer(said=Said.NOBODY_LEFT, locale=locale, until=until)

        return self._act(update, chat, work)

    def claim(self, update: int, chat: ChatId, reference: Reference) -> Outcome:
        """Take a case by what people call it."""
        return self._act(update, chat, lambda tx, person: self._take(tx, person, tx.cases.get(reference)))

    def release(self, update: int, chat: ChatId, reference: Reference, *, knowingly: bool) -> Outcome:
        """Give a case back that this person holds."""

        def work(tx: Transaction, person: Person) -> Answer:
            locale = _locale(person)
            try:
                case = case_for(tx, self._office, _actor(person), reference, Right.HOLD)
            except CaseUnavailableError:
                return Answer(said=Said.NOT_YOURS, locale=locale)
            if case.urgency is Level.CRITICAL and not knowingly:
                return Answer(said=Said.CRITICAL, locale=locale)
            if not tx.cases.release(reference, case.claimed_by or "", self._office.now()):
                return Answer(said=Said.NOT_YOURS, locale=locale)
            self._office.note(tx, _actor(person), "release", reference)
            return Answer(said=Said.RELEASED, locale=locale)

        return self._act(update, chat, work)

    def mute(self, update: int, chat: ChatId, hours: int) -> Outcome:
        """Tell a person nothing for some hours; 0 tells them again."""

        def work(tx: Transaction, person: Person) -> Answer:
            if hours <= 0:
                tx.links.mute(person.id, None)
                return Answer(said=Said.UNMUTED, locale=_locale(person))
            until = self._office.now() + timedelta(hours=min(hours, MUTED_AT_MOST))
            tx.links.mute(person.id, until)
            return Answer(said=Said.MUTED, locale=_locale(person), until=self._local(until))

        return self._act(update, chat, work)

    def cases(self, chat: ChatId, view: View) -> Outcome:
        """Return the first cases of a view."""
        person = self._office.turn(lambda tx: self._chats.person(tx, chat))
        if person is None:
            return Stranger()
        try:
            page = self._queue.page(_actor(person), view, limit=SHOWN)
        except CaseUnavailableError:
            return Answer(said=Said.GONE, locale=_locale(person))
        return Listing(locale=_locale(person), view=view, page=page, me=person.name, now=self._office.now())

    def duty(self, chat: ChatId) -> Outcome:
        """Return who is on duty."""
        person = self._office.turn(lambda tx: self._chats.person(tx, chat))
        if person is None:
            return Stranger()
        roster, now = self._roster(), self._office.now()
        if roster is None:
            return Duty(locale=_locale(person), roster=False)
        ends, names = roster.duty_ends(now), roster.on_duty(now)
        return Duty(
            locale=_locale(person),
            roster=True,
            names=names,
            untold=self._office.turn(lambda tx: untold(tx, self._office.keyring(), names, now)),
            until=None if ends is None else ends.astimezone(roster.zone),
            coming=roster.next_turn(now),
            lead=roster.lead,
            mine=person.name in names,
        )

    def _act(self, update: int, chat: ChatId, work: Callable[[Transaction, Person], Answer]) -> Outcome:
        def turn(tx: Transaction) -> Outcome:
            person = self._chats.person(tx, chat)
            if person is None:
                return Stranger()
            if tx.updates.seen(self._account, update):
                return Repeated()
            self._recorded(tx, update)
            return work(tx, person)

        return self._office.turn(turn)

    def _take(self, tx: Transaction, person: Person, found: Case | None) -> Answer:
        locale = _locale(person)
        case = self._seen(tx, person, found)
        if case is None:
            return Answer(said=Said.GONE, locale=locale)
        if tx.cases.claim(case.reference, person.name, self._office.now()):
            tx.notices.settle(case.id)
            self._office.note(tx, _actor(person), "claim", case.reference)
            return Answer(said=Said.TAKEN, locale=locale, level=case.urgency, language=case.language)
        return _held(person, case) if case.status is Status.CLAIMED else Answer(said=Said.GONE, locale=locale)

    def _seen(self, tx: Transaction, person: Person, case: Case | None) -> Case | None:
        """Return a case if it is there for this person."""
        if case is None:
            return None
        try:
            return case_for(tx, self._office, _actor(person), case.reference, Right.SEE)
        except CaseUnavailableError:
            return None

    def _recorded(self, tx: Transaction, update: int) -> None:
        tx.updates.record(self._account, update, self._office.now().date())

    def _local(self, moment: datetime) -> datetime:
        roster = self._roster()
        return moment if roster is None else moment.astimezone(roster.zone)


def _held(person: Person, case: Case) -> Answer:
    """Return who has a case that somebody has."""
    holder = case.claimed_by or ""
    said = Said.YOURS if holder == person.name else Said.HELD
    return Answer(said=said, locale=_locale(person), name=holder, level=case.urgency, language=case.language)


def _actor(person: Person) -> Actor:
    return Actor(name=person.name, roles=person.roles, place="bot")


def _locale(person: Person) -> str:
    return person.languages[0] if person.languages else "en"
