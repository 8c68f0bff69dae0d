"""What happens when nobody writes: silence is answered as the person chose, and what is over is erased.

The sweeper can read no draft. It moves rows whose manifests were made ready, deletes what was to be deleted, and says
which messages have to leave a chat while they still can.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot import log
from bot.ids import ChatId, Now
from bot.intake.drafts import LIVE_WINDOW
from bot.intake.routes import RouteKeys
from bot.intake.service import Intake
from bot.log.events import RouteKeysTurned
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import Draft

AT_ONCE = 100
"""Drafts and cases to a round, so that a round never holds up the turns of people who write."""
UPDATES_LIVE = timedelta(days=2)
OWED_TOO_LONG = timedelta(seconds=30)
"""A screen owed for so long is shown again; ``doctor`` complains at 60 seconds (``DESIGN.md`` 3)."""


@dataclass(slots=True, kw_only=True)
class Round:
    """What one round did, and what the channel has to do now."""

    sent: int = 0
    deleted: int = 0
    cases: int = 0
    again: list[ChatId] = field(default_factory=list, repr=False)
    remove: list[tuple[ChatId, tuple[int, ...]]] = field(default_factory=list, repr=False)


class Sweeper:
    """Does what is due."""

    def __init__(self, *, database: Database, intake: Intake, routes: RouteKeys, now: Now) -> None:
        self._database = database
        self._intake = intake
        self._routes = routes
        self._now = now

    async def round(self) -> Round:
        """Do everything that is due, at most ``AT_ONCE`` of each kind."""
        done = await asyncio.wrap_future(self._database.turn(self._work))
        removed = self._routes.forget_old()
        if removed:
            log.write(RouteKeysTurned(removed=removed))
        return done

    async def open_chats(self) -> tuple[ChatId, ...]:
        """Return the chats of all living drafts, whose questions are asked again after an outage."""
        far = self._now() + timedelta(days=365)
        drafts = await asyncio.wrap_future(self._database.turn(lambda tx: tx.drafts.expired(far, 100_000)))
        return tuple(chat for draft in drafts if (chat := self._intake.drafts.chat_of(draft)) is not None)

    def _work(self, tx: Transaction) -> Round:
        done = Round()
        now = self._now()
        for draft in tx.drafts.expired(now, AT_ONCE):
            self._expire(tx, draft, done)
        done.cases = tx.cases.delete_due(now, AT_ONCE)
        tx.updates.forget((now - UPDATES_LIVE).date())
        for draft in tx.drafts.owing(now - OWED_TOO_LONG, AT_ONCE):
            if (chat := self._intake.drafts.chat_of(draft)) is not None:
                done.again.append(chat)
            else:
                self._intake.drafts.give_up(tx, draft)
        for draft in tx.drafts.clearing(now, AT_ONCE):
            if (due := self._intake.drafts.cleared(tx, draft)) is not None:
                done.remove.append(due)
        return done

    def _expire(self, tx: Transaction, draft: Draft, done: Round) -> None:
        sent = self._intake.drafts.settle(tx, draft)
        if sent:
            done.sent += 1
            if not draft.sent:
                # The same chat may come back within the live window and get its code.
                tx.drafts.sent_by_silence(draft.id, self._now() + LIVE_WINDOW)
        else:
            done.deleted += 0 if draft.sent else 1
        if (due := self._intake.drafts.removable(draft)) is not None and due[1]:
            done.remove.append(due)
        if draft.sent or not sent:
            tx.drafts.delete(draft.id)
