"""Nudges: one neutral message to whoever allowed it, where staff have answered. The only use of the ping key.

Staff hand a token back that was sealed inside the case; nobody but this process can open it, and nothing here says who
asked. Rules. A nudge is noted as sent before it is: a process that dies in between sends none rather than two. A chat
that others may be reading is never written to, whatever anybody asked for, nor one whose case is about to be deleted.
The words are the screen ``PING`` and no others, without a sound.
"""

import asyncio

from bot.errors import OpeningError
from bot.ids import ChatId
from bot.intake.library import Library
from bot.intake.screens import text_of
from bot.intake.turn import Message, Turn
from bot.sealing.rest import open_ping
from bot.store.database import Database
from bot.store.staff_values import Nudge
from bot.store.transaction import Transaction

AT_ONCE = 20
SCREEN = "PING"


class Nudger:
    """Takes nudges that wait."""

    def __init__(self, database: Database, library: Library, ping_key: bytes) -> None:
        self._database = database
        self._library = library
        self._ping_key = ping_key

    async def round(self) -> tuple[tuple[ChatId, Turn], ...]:
        """Return what is to be said now, and where; none of it is returned a second time."""
        return await asyncio.wrap_future(self._database.turn(self._work))

    def _work(self, tx: Transaction) -> tuple[tuple[ChatId, Turn], ...]:
        marked = [nudge for nudge in tx.nudges.waiting(AT_ONCE) if tx.nudges.sent(nudge.id)]
        return tuple(said for nudge in marked if (said := self._said(tx, nudge)) is not None)

    def _said(self, tx: Transaction, nudge: Nudge) -> tuple[ChatId, Turn] | None:
        case = tx.cases.by_id(nudge.case_id)
        if case is None or case.compromised or case.deletes_at is not None:
            return None
        try:
            chat = open_ping(self._ping_key, nudge.case_id, nudge.token)
        except OpeningError:
            return None
        conversation = self._library.of(tx, case.conversation).conversation
        text = text_of(conversation, case.locale, conversation.screens[SCREEN].say)
        return chat, Turn(messages=(Message(name=SCREEN, text=text, silent=True, stays=True),))
