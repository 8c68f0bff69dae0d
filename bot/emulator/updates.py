"""The updates that wait for one account: their numbers, their queues, how long they live.

What lives here: the server's side of ``getUpdates`` and of a webhook, without any network or waiting. What must not:
what an update is about.

Rules kept (tdlib/telegram-bot-api ``Client.cpp``): one queue for each chat's messages and another for each person's
taps, in order within a queue only; a message lives 24 hours and a tap 150 seconds; ids rise, with gaps, and may be
based anew; what was confirmed is forgotten, except that a test may ask for a repetition.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.ids import Now

MESSAGE_LIFE = timedelta(hours=24)
"""Messages, edits and membership changes wait this long (Bot API, "Getting updates")."""
TAP_LIFE = timedelta(seconds=150)
"""A callback query waits this long (``Client.cpp``, ``process_new_callback_query_queue``)."""
LIMIT = 100
"""Updates in one answer, at most and by default (Bot API, getUpdates)."""
DEFAULT_KINDS_LEAVE_OUT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are not sent unless they are asked for (Bot API, getUpdates)."""
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One update in its queue. ``queue`` names the order it belongs to; ``life`` is how long it waits."""

    update_id: int
    queue: str
    expires_at: datetime
    body: dict[str, Any]  # Any: JSON of the Bot API


class Updates:
    """The updates of one account, in memory."""

    def __init__(self, now: Now, *, first_id: int) -> None:
        self._now = now
        self._next = first_id
        self._waiting: OrderedDict[int, Waiting] = OrderedDict()
        self._past: deque[Waiting] = deque(maxlen=_REMEMBERED)
        self._again: list[Waiting] = []
        self._reversed = False
        self._kinds: frozenset[str] | None = None
        self.confirmed = 0
        """How many updates were confirmed or grew too old so far."""

    @property
    def next_id(self) -> int:
        """The id the next update gets."""
        return self._next

    @property
    def kinds(self) -> frozenset[str] | None:
        """The kinds asked for with ``allowed_updates``; ``None`` is the default set."""
        return self._kinds

    def allow(self, kinds: Iterable[str]) -> None:
        """Set the kinds from now on; what waits already stays. An empty list is the default set."""
        self._kinds = frozenset(kinds) or None

    def add(self, kind: str, content: dict[str, Any], *, queue: str, life: timedelta) -> int | None:
        """Put one update in its queue and return its id, or ``None`` when nobody asked for this kind."""
        wanted = kind in self._kinds if self._kinds is not None else kind not in DEFAULT_KINDS_LEAVE_OUT
        if not wanted:
            return None
        update_id = self._next
        self._next += 1
        self.put(
            Waiting(
                update_id=update_id,
                queue=queue,
                expires_at=self._now() + life,
                body={"update_id": update_id, kind: content},
            )
        )
        return update_id

    def put(self, update: Waiting) -> None:
        """Put an update in as it is, with its own id."""
        self._waiting[update.update_id] = update
        self._next = max(self._next, update.update_id + 1)

    def skip(self, count: int) -> None:
        """Leave a gap of ``count`` ids."""
        self._next += count

    def rebase(self, update_id: int) -> None:
        """Go on at ``update_id``, which may be lower: Telegram does so after a week of silence."""
        self._next = update_id

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more with the same id, even when it was confirmed."""
        known = (*self._waiting.values(), *self._past)
        self._again.append(next(update for update in known if update.update_id == update_id))

    def reverse_next(self) -> None:
        """Give the next answer in reverse order."""
        self._reversed = True

    def pending(self) -> tuple[Waiting, ...]:
        """What waits now, by id; the expired ones are dropped here."""
        now = self._now()
        for update in [u for u in self._waiting.values() if u.expires_at <= now]:
            self.confirm(update.update_id)
        return tuple(sorted(self._waiting.values(), key=lambda update: update.update_id))

    def take(self, *, offset: int, limit: int) -> list[dict[str, Any]]:
        """Answer a ``getUpdates``: confirm what lies before ``offset``, then up to ``limit`` updates.

        A negative offset keeps that many from the end and forgets the rest.
        """
        waiting = self.pending()
        for update in waiting[:offset] if offset < 0 else waiting:
            if offset < 0 or update.update_id < offset:
                self.confirm(update.update_id)
        answer = [*self._again, *(update for update in waiting if update.update_id in self._waiting)][:limit]
        self._again = [update for update in self._again if update not in answer]
        if self._reversed and answer:
            answer.reverse()
            self._reversed = False
        return [update.body for update in answer]

    def heads(self, busy: frozenset[str]) -> tuple[Waiting, ...]:
        """For a webhook: what is to be repeated, and the first of each queue that has none in flight."""
        taken = set(busy)
        heads: list[Waiting] = []
        for update in [*self._again, *self.pending()]:
            if update.queue not in taken:
                taken.add(update.queue)
                heads.append(update)
        return tuple(heads)

    def confirm(self, update_id: int) -> None:
        """Forget an update: the account has it, or it is too old."""
        self.confirmed += 1
        update = self._waiting.pop(update_id, None)
        if update is not None:
            self._past.append(update)
            return
        self._again = [update for update in self._again if update.update_id != update_id]

    def drop_all(self) -> None:
        """Forget everything, as ``drop_pending_updates`` does."""
        for update_id in list(self._waiting):
            self.confirm(update_id)
