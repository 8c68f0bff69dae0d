"""The timed part: looks every second which notices are due, sends them, reports back; the digest at its hours.

A message is sent first and noted afterwards, so that a process that dies in between sends it again. A flood is folded:
who would get more than five notices in a minute gets one line with counts, and the next line a minute later. Imminent
danger is counted by itself: no flood of lesser cases takes the buttons from it.

Run by the library's job queue. After: ``bot.casework.notices``.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from telegram.ext import JobQueue

from bot import log
from bot.casework.notices import Addressee, Notices, Report, Telling
from bot.casework.words import Level
from bot.channels.staff import render
from bot.channels.staff.router import Context
from bot.channels.staff.sender import Fate, Sender
from bot.channels.staff.words import Words
from bot.i18n.catalogs import SOURCE
from bot.ids import CaseId
from bot.log.events import Uncaught
from bot.log.writer import place_of

EVERY_SECONDS = 1.0
OVERDUE_SECONDS = 30.0
AT_MOST = 5
"""Notices that one person gets one by one in a minute, of imminent danger and of the rest."""
DIGEST_AGAIN = 10
"""After how many rounds those are tried again whom the digest missed."""
MINUTE = 60.0
_EVEN_LATE = {"misfire_grace_time": None}
"""The scheduler leaves out what it comes to a second late; a round is never left out."""


@dataclass(slots=True)
class _Minute:
    """What one person was sent lately of imminent danger, or of the rest, in seconds of the loop's time."""

    sent: deque[float] = field(default_factory=deque)
    folded: float | None = None

    def room(self, now: float) -> int:
        """Return how many notices may still be sent one by one."""
        while self.sent and self.sent[0] <= now - MINUTE:
            self.sent.popleft()
        return AT_MOST - len(self.sent)

    def may_fold(self, now: float) -> bool:
        """Tell whether the last line with counts is a minute old."""
        return self.folded is None or self.folded <= now - MINUTE


class Rounds:
    """Tells people what is due."""

    def __init__(self, notices: Notices, sender: Sender, words: Words, *, every: float = EVERY_SECONDS) -> None:
        self._notices = notices
        self._sender = sender
        self._words = words
        self._every = every
        self._minutes: defaultdict[tuple[str, bool], _Minute] = defaultdict(_Minute)
        self._looked: float | None = None
        self._had: set[tuple[int, str]] = set()
        self._digest_at = 0.0
        self._ended = False

    def begin(self, jobs: "JobQueue[Context]") -> None:
        """Let the job queue run rounds from now on."""
        jobs.run_once(self._job, when=0, job_kwargs=_EVEN_LATE)

    def end(self) -> None:
        """Begin no round any more; stopping the job queue waits for the one that is under way."""
        self._ended = True

    async def once(self) -> None:
        """Do one round."""
        now = asyncio.get_running_loop().time()
        while await asyncio.to_thread(self._notices.gather):
            pass
        if self._looked is None or now >= self._looked + OVERDUE_SECONDS:
            self._looked = now
            await asyncio.to_thread(self._notices.find_overdue)
        tellings = await asyncio.to_thread(self._notices.due)
        if tellings:
            await self._tell(tellings)
        await self._digest()

    async def _job(self, context: Context) -> None:
        if self._ended:
            return
        try:
            await self.once()
        except Exception as error:  # noqa: BLE001  a round that failed must not be the last one
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
        jobs = context.job_queue
        if jobs is not None and not self._ended:
            jobs.run_once(self._job, when=self._every, job_kwargs=_EVEN_LATE)

    async def _tell(self, tellings: Sequence[Telling]) -> None:
        by_name: defaultdict[str, list[Telling]] = defaultdict(list)
        people: dict[str, Addressee] = {}
        for telling in tellings:
            for person in telling.to:
                by_name[person.name].append(telling)
                people[person.name] = person
        told = await asyncio.gather(*(self._tell_one(people[name], of) for name, of in by_name.items()))
        fates = dict(zip(by_name, told, strict=True))
        reports = [_report(telling, fates) for telling in tellings]
        await asyncio.to_thread(self._notices.told, reports)

    async def _tell_one(self, person: Addressee, tellings: Sequence[Telling]) -> Mapping[CaseId, Fate]:
        """Tell one person of these cases; what is put off is missing in the answer."""
        fates: dict[CaseId, Fate] = {}
        for critical in (True, False):
            some = [telling for telling in tellings if (telling.level is Level.CRITICAL) is critical]
            if some:
                fates |= await self._tell_some(person, self._minutes[person.name, critical], some)
        return fates

    async def _tell_some(
        self, person: Addressee, minute: _Minute, tellings: Sequence[Telling]
    ) -> Mapping[CaseId, Fate]:
        """Tell one by one or in one line."""
        now = asyncio.get_running_loop().time()
        locale = _locale(person)
        if len(tellings) <= minute.room(now):
            fates = {}
            for telling in tellings:
                line = render.notice(self._words, locale, telling, person.name)
                fates[telling.case_id] = fate = await self._sender.tell(person.chat, line)
                if fate is Fate.SENT:
                    minute.sent.append(now)
            return fates
        if not minute.may_fold(now):
            return {}
        fate = await self._sender.tell(person.chat, render.folded(self._words, locale, tellings))
        if fate is Fate.SENT:
            minute.folded = now
        return dict.fromkeys((telling.case_id for telling in tellings), fate)

    async def _digest(self) -> None:
        """Send the digest; whom it missed is tried again, and only then it counts as sent."""
        now = asyncio.get_running_loop().time()
        found = await asyncio.to_thread(self._notices.digest) if now >= self._digest_at else None
        if found is None:
            return
        left = [person for person in found.to if (found.slot, person.name) not in self._had]
        for person in left:
            line = render.digest(self._words, _locale(person), found)
            if await self._sender.tell(person.chat, line) is not Fate.MISSED:
                self._had.add((found.slot, person.name))
        if all((found.slot, person.name) in self._had for person in left):
            await asyncio.to_thread(self._notices.digested, found)
            self._had.clear()
        else:
            self._digest_at = now + DIGEST_AGAIN * self._every


def _locale(person: Addressee) -> str:
    return person.languages[0] if person.languages else SOURCE


def _report(telling: Telling, fates: Mapping[str, Mapping[CaseId, Fate]]) -> Report:
    became = {each.name: fates[each.name].get(telling.case_id, Fate.MISSED) for each in telling.to}

    def of(*wanted: Fate) -> frozenset[str]:
        return frozenset(name for name, fate in became.items() if fate in wanted)

    return Report(
        telling=telling,
        told=of(Fate.SENT, Fate.UNREACHABLE),
        missed=of(Fate.MISSED),
        unreachable=of(Fate.UNREACHABLE),
    )
