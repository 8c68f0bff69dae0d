"""Return codes: minted after sending, typed to come back.

Deriving what a code opens takes a fifth of a second and 64 MiB on purpose, so it happens outside transactions, two at
once at most. Rules: showing a code mints it; the old mailbox goes; a code that does not fit, is unknown or leads to a
deleted case gets the same line; whoever comes back with the code cuts off every other chat of that case.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.engine.effects import Show
from bot.engine.state import MENU, State
from bot.engine.step import prompt
from bot.ids import CaseId, ChatId, Now, RandomBytes
from bot.intake.acts import Outcome
from bot.intake.answering import Answers, Result
from bot.intake.before import BeforeConsentTurns
from bot.intake.coming_back import Attempts, Opened, read_capsule
from bot.intake.draft import Box, Hold, Secrets, Shown
from bot.intake.drafts import DraftKeeper, Loaded, settled
from bot.intake.incoming import Incoming, Said
from bot.intake.library import Library
from bot.intake.one_code import first_screens, give_up_the_mailbox
from bot.intake.screens import CASES
from bot.intake.turn import Ticket, Turn
from bot.sealing.code import Code, new_code, parse_code
from bot.sealing.mailbox import Mailbox, derive, open_capsule
from bot.store.transaction import Transaction
from bot.store.values import Mailbox as MailboxRow

CODE_SHOWN = timedelta(minutes=5)
"""How long the return code may stand in the encrypted state (``objects.md`` 15)."""
AT_ONCE = 2
"""Derivations under way or next (``objects.md`` 13); the suite carries out one at a time."""

T = TypeVar("T")


class Transact(Protocol):
    """``Intake``'s way to run one transaction under a chat's lock."""

    def __call__(self, chat: ChatId, work: Callable[[Transaction], T], /) -> Awaitable[T]:
        """Run ``work`` and return what it returned, after the commit."""


class Codes:
    """Mints codes and opens what they lead to."""

    def __init__(
        self,
        drafts: DraftKeeper,
        answers: Answers,
        before: BeforeConsentTurns,
        library: Library,
        transact: Transact,
        *,
        salt: bytes,
        now: Now,
        random_bytes: RandomBytes,
    ) -> None:
        self._drafts = drafts
        self._answers = answers
        self._before = before
        self._library = library
        self._transact = transact
        self._salt = salt
        self._now = now
        self._random_bytes = random_bytes
        self._attempts = Attempts(now)
        self._renewed = Attempts(now)
        self._slow = asyncio.Semaphore(AT_ONCE)

    async def open(self, chat: ChatId, text: str) -> Opened:
        """Return what a typed code leads to; slow, and counted."""
        code = parse_code(text)
        if code is None:
            return Opened()
        if not self._attempts.allow(chat):
            return Opened(wait=True)
        return Opened(mailbox=await self._derive(code))

    async def _derive(self, code: Code) -> Mailbox:
        async with self._slow:
            return await asyncio.to_thread(derive, code, self._salt)

    def may_renew(self, chat: ChatId) -> bool:
        """Tell whether this chat may have yet another code now: each costs a slow derivation and two manifests."""
        return self._renewed.allow(chat)

    async def mint(self, chat: ChatId, first: Turn) -> Turn:
        """Make a code for the case that was just sent, and show it."""
        code = new_code(self._random_bytes)
        mailbox = await self._derive(code)
        turn = await self._transact(chat, lambda tx: self._minted(tx, chat, code, mailbox))
        return replace(turn, remove=(*first.remove, *turn.remove), toast=first.toast)

    def _minted(self, tx: Transaction, chat: ChatId, code: Code, mailbox: Mailbox) -> Turn:
        loaded = self._drafts.load(tx, chat)
        if loaded is None:
            return Turn()
        if loaded.secrets.box is not None:
            give_up_the_mailbox(tx, loaded, self._now())
        until = int((self._now() + CODE_SHOWN).timestamp())
        words = loaded.secrets.state.locale != "tg"
        loaded.secrets = replace(
            loaded.secrets,
            box=Box(
                id=mailbox.id,
                public=mailbox.recipient.raw,
                capsule_key=mailbox.capsule_key,
                secret=mailbox.secret,
            ),
            shown=Shown(digits=code.digits(), until=until, words=words),
        )
        performer = self._answers.performer(tx, loaded)
        performer.append_mailbox()
        loaded.secrets = performer.secrets
        case = CaseId(loaded.secrets.hold.case)
        tx.cases.mark_code(case)
        capsule = self._drafts.capsule(loaded)
        tx.mailboxes.put(MailboxRow(id=mailbox.id, case_id=case, capsule=capsule, created_day=self._now().date()))
        shows = [Show("R1_code")]
        messages = self._answers.messages(tx, loaded, shows)
        remove = (*loaded.chat.question, *loaded.chat.stays)
        loaded.chat = replace(loaded.chat, question=(), stays=(), owed=(("R1_code", ""),))
        draft = self._drafts.save(tx, None, loaded)
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        return Turn(
            messages=numbered,
            remove=remove,
            ticket=Ticket(chat=ChatId(loaded.chat.chat), draft=draft.id, revision=draft.revision),
        )

    def came_back(self, tx: Transaction, incoming: Incoming, opened: Opened, loaded: Loaded | None) -> Result:
        """Answer a typed code."""
        act = incoming.act
        typed = (act.message_id,) if isinstance(act, Said) else ()
        row = tx.mailboxes.get(opened.mailbox.id) if opened.mailbox else None
        if opened.mailbox is None or row is None:
            return self._code_refused(tx, incoming, opened, loaded, typed)
        capsule = open_capsule(row.id, opened.mailbox.capsule_key, row.capsule)
        found = read_capsule(capsule)
        all_cases = ((settled(found.hold), found.state), *found.others)
        if not _living(tx, all_cases):
            return self._code_refused(tx, incoming, opened, loaded, typed)
        if loaded is not None:
            # What silence would send from this chat is sent now, and may be a further case under this code.
            self._drafts.settle(tx, loaded.draft)
            tx.drafts.delete(loaded.draft.id)
        living = _living(tx, all_cases)
        for other in (draft for each, _ in living for draft in tx.drafts.of_case(CaseId(each.case))):
            # A seized phone is cut off here; what was written there and chosen to be sent on silence is sent.
            self._drafts.settle(tx, other)
            self._drafts.cut_off(tx, other)
        for each, _ in living:
            tx.cases.mark_code(CaseId(each.case))
        hold, state = living[0]
        case = tx.cases.by_id(CaseId(hold.case))
        assert case is not None, "it lives"
        writer = self._random_bytes(16)
        tx.cases.set_writer(case.id, writer)
        version = self._library.of(tx, case.conversation)
        mailbox = opened.mailbox
        secrets = Secrets(
            state=replace(state, at=MENU, scope=MENU, sent=True, fresh=False),
            hold=replace(hold, writer=writer),
            box=Box(
                id=mailbox.id,
                public=mailbox.recipient.raw,
                capsule_key=mailbox.capsule_key,
                secret=mailbox.secret,
            ),
            others=tuple(living[1:]),
            by_code=True,
        )
        stays, question = self._before.forget(incoming.chat)
        fresh = self._drafts.fresh(incoming, secrets, version)
        first = first_screens(tx, fresh) if len(living) == 1 else [Show(CASES)]
        # What stood in this chat belongs to another conversation now: nobody could answer it.
        old = (*loaded.chat.question, *loaded.chat.stays, *loaded.chat.typed) if loaded is not None else ()
        outcome = Outcome(shows=first, remove=[*typed, *stays, *question, *old])
        return self._answers.finish(tx, incoming, fresh, self._answers.performer(tx, fresh), outcome, insert=True)

    def _code_refused(
        self, tx: Transaction, incoming: Incoming, opened: Opened, loaded: Loaded | None, typed: tuple[int, ...]
    ) -> Result:
        """Say the same for wrong, unknown and deleted; the typed code is removed from the chat in any case."""
        screen = "ERR_code_wait" if opened.wait else "ERR_code"
        if loaded is None or loaded.secrets.closed:
            return Result(turn=self._before.line(incoming.chat, screen, remove=typed))
        outcome = Outcome(shows=[Show(screen), *_prompt(loaded)], remove=list(typed))
        return self._answers.finish(tx, incoming, loaded, self._answers.performer(tx, loaded), outcome)


def _living(tx: Transaction, under_the_code: Iterable[tuple[Hold, State]]) -> list[tuple[Hold, State]]:
    """Leave out cases that were deleted, and a further one that was never sent."""
    return [(hold, state) for hold, state in under_the_code if tx.cases.by_id(CaseId(hold.case)) is not None]


def _prompt(loaded: Loaded) -> list[Show]:
    effects = prompt(loaded.version.conversation, loaded.secrets.state)
    return [effect for effect in effects if isinstance(effect, Show)]
