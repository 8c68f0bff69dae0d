"""The straight line of one update: translate, ``Intake.handle``, render, send, ``Intake.shown``.

A turn is committed when ``Intake.handle`` returns; ``committed`` is called then, so that the ingress can confirm the
update while the answer is still on its way. The answers of one chat leave in the order of their turns; where several
wait because the messenger is slow, only the newest question is shown.

Before: ``ingress.Ingress.receive``. After: the messenger.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot import log
from bot.channels.defender.decode import DeadLetter
from bot.channels.defender.render import to_methods
from bot.channels.defender.sender import Sender
from bot.channels.defender.translate import Leave, thread_of, to_incoming
from bot.channels.updates import Raw, chat_of, tap_of
from bot.ids import ChatId
from bot.intake.incoming import Incoming, Unread
from bot.intake.turn import Delivery, Ticket, Turn
from bot.log.events import UpdateSetAside

_TAP_SECONDS = 1.0
"""A tap is answered after this long even when its turn is not done: its button shows a clock until then."""
_ALBUMS = 1024
_WAITING_AT_MOST = 50
"""Answers of one chat that may wait for a slow messenger; a person who floods gets the rest when it is owed."""


class Answers(Protocol):
    """What this channel needs of the intake."""

    async def handle(self, incoming: Incoming) -> Turn:
        """Do one turn; everything is committed when this returns."""

    async def sorry(self, chat: ChatId) -> Turn:
        """Say that something broke on our side."""

    async def shown(self, ticket: Ticket, delivery: Delivery) -> None:
        """Take note of what became of a turn's screens."""


@dataclass(slots=True)
class _Line:
    """The order in which the answers of one chat leave."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Router:
    """Leads each update through the intake and its answer back to the person."""

    def __init__(self, *, account: int, intake: Answers, sender: Sender) -> None:
        """Serve the account with this number, the one before the colon of its token."""
        self._account = account
        self._intake = intake
        self._sender = sender
        self._lines: dict[ChatId, _Line] = {}
        self._albums: OrderedDict[ChatId, str] = OrderedDict()

    async def on_update(self, raw: Raw, committed: Callable[[], None]) -> None:
        """Do everything that one update asks for.

        What ``Intake.handle`` raises comes out before ``committed`` is called, and then nothing was done.
        """
        tap = tap_of(raw)
        match to_incoming(self._account, raw):
            case Incoming() as incoming if not self._is_more_of_an_album(incoming):
                if tap is None:
                    turn = await self._intake.handle(incoming)
                    committed()
                else:
                    turn = await self._tapped(tap, incoming, committed)
                self._remember_album(incoming)
                await self.deliver(incoming.chat, turn, thread=thread_of(raw))
            case Leave(chat=chat):
                committed()
                await self._sender.leave(chat)
            case DeadLetter(update_id=update_id, kind=kind):
                log.write(UpdateSetAside(update=update_id or 0, kind=kind))
                committed()
                await self._let_go(tap)
            case Incoming() | None:
                committed()
                await self._let_go(tap)

    async def sorry(self, raw: Raw) -> None:
        """Tell the person that their last message could not be taken; for updates that were set aside."""
        chat = chat_of(raw)
        # Groups have negative numbers; the bot leaves them and says nothing there.
        if chat is not None and chat > 0:
            await self.deliver(ChatId(chat), await self._intake.sorry(ChatId(chat)), thread=thread_of(raw))

    async def deliver(self, chat: ChatId, turn: Turn, *, thread: int | None = None) -> None:
        """Show a turn in its chat, after whatever is still on its way there, and tell the intake what became of it."""
        line = self._lines.setdefault(chat, _Line())
        if line.waiting >= _WAITING_AT_MOST:
            return
        line.waiting += 1
        try:
            async with line.lock:
                calls = to_methods(turn, chat, thread=thread, superseded=line.waiting > 1)
                delivery = await self._sender.deliver(calls)
                if turn.ticket is not None:
                    await self._intake.shown(turn.ticket, delivery)
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[chat]

    async def _tapped(self, tap: str, incoming: Incoming, committed: Callable[[], None]) -> Turn:
        # Not in a TaskGroup, which would wrap what the intake raises; awaited or cancelled before this returns.
        handling = asyncio.create_task(self._intake.handle(incoming))  # noqa: TID251
        try:
            await asyncio.wait({handling}, timeout=_TAP_SECONDS)
            late = not handling.done()
            if late:
                await self._sender.answer(tap, None)
            turn = await handling
            committed()
            if not late:
                await self._sender.answer(tap, turn.toast)
            return turn
        except Exception:
            await self._sender.answer(tap, None)
            raise
        finally:
            handling.cancel()

    async def _let_go(self, tap: str | None) -> None:
        if tap is not None:
            await self._sender.answer(tap, None)

    def _is_more_of_an_album(self, incoming: Incoming) -> bool:
        """Tell whether this picture belongs to an album that was answered; one with words under it never counts."""
        act = incoming.act
        if not isinstance(act, Unread) or act.group is None or act.caption is not None:
            return False
        return self._albums.get(incoming.chat) == act.group

    def _remember_album(self, incoming: Incoming) -> None:
        if isinstance(incoming.act, Unread) and incoming.act.group is not None:
            self._albums[incoming.chat] = incoming.act.group
            self._albums.move_to_end(incoming.chat)
            if len(self._albums) > _ALBUMS:
                self._albums.popitem(last=False)
