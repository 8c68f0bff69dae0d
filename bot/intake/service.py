"""The defender's side: one update in, one turn out, in one transaction.

``Intake.handle`` is the middle of the straight line. Rules: before consent nothing is written, not even the update's
id; after it the state, the sealed answers, the update's id and what is owed to the screen are committed together, and
only then is anything sent. Making a return code is slow on purpose and happens after the commit, in a turn of its own.

Before: ``channels.defender.router.on_update``. After: ``channels.defender.render.to_methods``.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from bot.engine.effects import Show
from bot.engine.events import Pick, Words
from bot.engine.step import prompt, step
from bot.errors import StaleDraftError
from bot.ids import ChatId, DraftId, Now, RandomBytes
from bot.intake.acts import Outcome
from bot.intake.answering import Answers, Result, Tools
from bot.intake.asked import ConsentGiven, Resumed
from bot.intake.before import NO_DRAFT, BeforeConsentTurns
from bot.intake.codes import Codes
from bot.intake.coming_back import Attempts, Opened
from bot.intake.draft import Secrets, numbers
from bot.intake.drafts import DraftKeeper, Loaded
from bot.intake.flood import Flood, Verdict
from bot.intake.incoming import Blocked, Command, Incoming, Said, Tap
from bot.intake.library import Library
from bot.intake.routes import RouteKeys
from bot.intake.trial import PREFIX as TRIAL_PREFIX
from bot.intake.turn import Delivery, Ticket, Turn
from bot.intake.wording import Wording
from bot.sealing.code import looks_like_code
from bot.sealing.keyring import Keyring
from bot.sealing.rest import lock_number
from bot.store.database import Database
from bot.store.transaction import Transaction

CASES = 10
"""Cases that one chat may begin in an hour; somebody who begins, deletes and begins again stays well below."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Secrets of the deployment that are not route keys. ``salt`` is that of the return codes."""

    ping: bytes = field(repr=False)
    lock: bytes = field(repr=False)
    salt: bytes = field(repr=False)


class Intake:
    """Hears defenders, whatever channel they come by."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        routes: RouteKeys,
        keyring: Callable[[], Keyring | None],
        keys: Keys,
        wording: Wording,
        now: Now,
        random_bytes: RandomBytes,
        deployment: bytes,
        delete_after: timedelta,
    ) -> None:
        """``keyring`` returns the verified keyring, or ``None`` while it cannot be used: then no draft begins."""
        self._database = database
        self._library = library
        self._keyring = keyring
        self._lock_key = keys.lock
        self._flood = Flood(now)
        self._begun = Attempts(now, CASES)
        self._now = now
        current = library.current
        self._before = BeforeConsentTurns(current.conversation, current.digest, wording.fixed)
        self._drafts = DraftKeeper(library=library, routes=routes, now=now, random_bytes=random_bytes)
        tools = Tools(
            keyring=keyring, deployment=deployment, ping_key=keys.ping, wording=wording, delete_after=delete_after
        )
        self._answers = Answers(self._drafts, self._before, tools, now=now, random_bytes=random_bytes)
        self._codes = Codes(
            self._drafts,
            self._answers,
            self._before,
            library,
            self._transact,
            salt=keys.salt,
            now=now,
            random_bytes=random_bytes,
        )

    @property
    def drafts(self) -> DraftKeeper:
        """Where drafts are found and kept; the sweeper asks it whom to write to."""
        return self._drafts

    async def handle(self, incoming: Incoming) -> Turn:
        """Answer one update; returns after the commit.

        Raises:
            StoreError: the database could not keep the turn; nothing was kept, the update may be handled again.
        """
        opened: Opened | None = None
        verdict = self._flood.of(incoming.chat, incoming.act)
        if verdict is Verdict.IGNORED:
            return Turn(toast="" if isinstance(incoming.act, Tap) else None)
        if isinstance(incoming.act, Said) and looks_like_code(incoming.act.text):
            if verdict is not Verdict.FINE:
                # Never kept as words: staff would find the code in the case.
                return self._before.curt(incoming.chat, incoming.act, tell=verdict is Verdict.TELL)
            opened = await self._codes.open(incoming.chat, incoming.act.text)
        try:
            result = await self._transact(incoming.chat, lambda tx: self._turn(tx, incoming, opened, verdict))
        except StaleDraftError:
            result = await self._transact(incoming.chat, lambda tx: self._turn(tx, incoming, opened, verdict))
        if result.kept:
            self._library.kept()
        return await self._codes.mint(incoming.chat, result.turn) if result.mint else result.turn

    async def shown(self, ticket: Ticket, delivery: Delivery) -> None:
        """Note what became of the messages of a turn: what arrived is not owed any more and can be removed later."""
        if ticket.draft == NO_DRAFT:
            self._before.shown(ticket.chat, delivery)
            return
        # What a power cut takes back here is owed once more.
        await self._transact(ticket.chat, lambda tx: self._shown(tx, ticket, delivery), flushed=False)

    async def again(self, chat: ChatId, *, late: bool) -> Turn:
        """Show the question at hand again: after an outage, or when a screen is still owed."""
        return await self._transact(chat, lambda tx: self._again(tx, chat, late=late))

    async def sorry(self, chat: ChatId) -> Turn:
        """Say that something broke on our side, where an update was set aside; nothing is kept and nothing moves."""
        try:
            return await self._transact(chat, lambda tx: self._sorry(tx, chat), flushed=False)
        except Exception:  # noqa: BLE001  whatever broke the turn may break this too
            return self._before.sorry(chat)

    # -- one turn -----------------------------------------------------------------------------------------------

    async def _transact(self, chat: ChatId, work: Callable[[Transaction], T], *, flushed: bool = True) -> T:
        future = self._database.turn(work, lock=lock_number(self._lock_key, chat), flushed=flushed)
        return await asyncio.wrap_future(future)

    def _turn(self, tx: Transaction, incoming: Incoming, opened: Opened | None, verdict: Verdict) -> Result:
        loaded = self._drafts.load(tx, incoming.chat)
        # Asked without a draft too: what began one, or ended one, may be delivered again after it is gone.
        if tx.updates.seen(incoming.bot, incoming.update_id):
            return Result(turn=Turn(toast="" if isinstance(incoming.act, Tap) else None))
        if opened is not None:
            return self._codes.came_back(tx, incoming, opened, loaded)
        if loaded is None or self._starts_over(incoming, loaded):
            if verdict is Verdict.FINE:
                return self._early(tx, incoming, loaded)
            return Result(turn=self._before.curt(incoming.chat, incoming.act, tell=verdict is Verdict.TELL))
        return self._kept(tx, incoming, loaded, verdict)

    def _starts_over(self, incoming: Incoming, loaded: Loaded) -> bool:
        """Tell whether this act belongs to the first screens although a draft exists."""
        match incoming.act:
            case Tap(data=data):
                return data.startswith(("0.", TRIAL_PREFIX))
            case Command(name="start"):
                return True
            case Said(edited=False):
                return loaded.secrets.closed and self._before.asks(incoming.chat)
            case _:
                return False

    def _early(self, tx: Transaction, incoming: Incoming, loaded: Loaded | None) -> Result:
        act = incoming.act
        if loaded is not None and isinstance(act, Said) and not self._before.understands(incoming.chat, act.text):
            self._answers.keep_quietly(tx, incoming, loaded)
        answer = self._before.turn(incoming.chat, act, live=loaded is not None)
        match answer:
            case Turn():
                if loaded is not None:
                    # Whoever pressed Start sees a stranger's screen; the draft waits behind language and safety.
                    answer = self._put_away(tx, incoming, loaded, answer)
                return Result(turn=answer)
            case ConsentGiven():
                return self._consented(tx, incoming, answer, loaded)
            case Resumed():
                return self._resumed(tx, incoming, answer, loaded)

    def _put_away(self, tx: Transaction, incoming: Incoming, loaded: Loaded, turn: Turn) -> Turn:
        if not isinstance(incoming.act, Command):
            return turn
        chat = loaded.chat
        remove = (*turn.remove, *chat.question, *(chat.stays if loaded.secrets.shown is None else ()))
        loaded.secrets = replace(loaded.secrets, closed=True)
        loaded.chat = replace(chat, question=(), stays=() if loaded.secrets.shown is None else chat.stays, owed=())
        self._drafts.save(tx, incoming, loaded)
        return replace(turn, remove=remove)

    def _consented(self, tx: Transaction, incoming: Incoming, given: ConsentGiven, loaded: Loaded | None) -> Result:
        toast = self._library.current.conversation.texts[given.state.locale].get("ERR_twice.say")
        remove = tuple(each for each in (given.message_id, given.story_id) if each is not None)
        if loaded is not None and not loaded.draft.sent:
            return Result(turn=Turn(toast=toast))
        if self._keyring() is None:
            return Result(turn=self._before.closed(incoming.chat, given.state, remove=remove))
        if not self._begun.allow(incoming.chat):
            return Result(turn=self._before.line(incoming.chat, "ERR_code_wait", remove=remove))
        version = self._library.current
        self._library.keep(tx)
        now = self._now()
        old = loaded.secrets if loaded else None
        left = self._drafts.let_go(tx, loaded) if loaded else None
        hold, rows = self._answers.sealer(version).new_hold(
            now.date(),
            link=(old.hold.link or old.hold.case) if old else None,
            number=numbers(old)[-1][0] + 1 if old else 1,
        )
        for row in rows:
            tx.objects.put(row)
        secrets = Secrets(
            state=given.state,
            hold=hold,
            box=old.box if old else None,
            others=(left, *old.others) if old and left else (),
            by_code=old is not None and old.by_code,
        )
        fresh = self._drafts.fresh(incoming, secrets, version)
        performer = self._answers.performer(tx, fresh)
        after, effects = step(version.conversation, given.state, Pick(given.option))
        performer.take(after)
        performer.perform(effects)
        if given.story and performer.has_room(given.story):
            performer.shows.clear()
            after, effects = step(version.conversation, after, Words(given.story))
            performer.take(after)
            performer.perform(effects, message_id=given.story_id)
        stays, question = self._before.forget(incoming.chat)
        fresh.chat = replace(fresh.chat, stays=stays)
        outcome = Outcome(shows=list(performer.shows), remove=[*remove, *question])
        result = self._answers.finish(tx, incoming, fresh, performer, outcome, insert=True)
        result.kept = True
        return result

    def _resumed(self, tx: Transaction, incoming: Incoming, resumed: Resumed, loaded: Loaded | None) -> Result:
        if loaded is None:
            return Result(turn=self._before.begin(incoming.chat))
        stays, question = self._before.forget(incoming.chat)
        performer = self._answers.performer(tx, loaded)
        turn = self._answers.kept_turn(loaded, performer)
        outcome = turn.resume(resumed.locale, delete=resumed.delete)
        outcome.remove.extend((*stays, *question))
        if loaded.secrets.state.sent and not resumed.delete and self._answers.replies_wait(tx, loaded):
            outcome.shows = [Show("RT1_status")]
        if resumed.message_id is not None:
            outcome.remove.append(resumed.message_id)
        return self._answers.finish(tx, incoming, loaded, performer, outcome)

    def _kept(self, tx: Transaction, incoming: Incoming, loaded: Loaded, verdict: Verdict) -> Result:
        performer = self._answers.performer(tx, loaded)
        if isinstance(incoming.act, Blocked):
            loaded.chat = replace(loaded.chat, owed=(), question=(), stays=(), typed=(), oldest=0)
            self._drafts.save(tx, incoming, loaded)
            return Result(turn=Turn())
        outcome = self._answers.kept_turn(loaded, performer).run(incoming.act)
        renewed = outcome.mint and loaded.secrets.box is not None and not performer.first_sent
        if renewed and not self._codes.may_renew(incoming.chat):
            outcome.mint = False
            outcome.shows = [Show("ERR_code_wait"), *self._prompt(loaded)]
        if verdict is not Verdict.FINE:
            outcome.shows = [Show("ERR_abuse")] if verdict is Verdict.TELL else []
            outcome.begin = False
        return self._answers.finish(tx, incoming, loaded, performer, outcome)

    # -- afterwards ---------------------------------------------------------------------------------------------

    def _shown(self, tx: Transaction, ticket: Ticket, delivery: Delivery) -> None:
        draft = tx.drafts.by_id(DraftId(ticket.draft))
        chat = self._drafts.chat_in(draft) if draft is not None else None
        if draft is None or chat is None:
            return
        # A later turn may have been faster than the messenger: its screens are still owed, these are to be removed.
        overtaken = draft.revision != ticket.revision
        arrived = {number: message for number, message in delivery.sent.items() if message is not None}
        stays = tuple(message for message in arrived.values() if message in delivery.stays)
        question = tuple(message for message in arrived.values() if message not in delivery.stays)
        complete = len(arrived) == len(delivery.sent) or delivery.unreachable
        chat = replace(
            chat,
            question=tuple(each for each in (*chat.question, *question) if each not in delivery.removed),
            stays=tuple(each for each in (*chat.stays, *stays) if each not in delivery.removed),
            owed=() if complete and not overtaken else chat.owed,
        )
        self._drafts.put_screens(tx, draft, chat)

    def _again(self, tx: Transaction, chat_id: ChatId, *, late: bool) -> Turn:
        loaded = self._drafts.load(tx, chat_id)
        if loaded is None or loaded.secrets.closed or self._flood.is_silent(chat_id):
            return Turn()
        if self._answers.performer(tx, loaded).others_may_read():
            # Others may be reading there: nothing is sent that the person did not just ask for, and nothing is owed.
            self._drafts.put_screens(tx, loaded.draft, replace(loaded.chat, owed=()))
            return Turn()
        owed = [Show(screen, page) for screen, page in loaded.chat.owed]
        shows = owed or self._prompt(loaded)
        if any(show.screen == "RT2_read" for show in shows):
            # What staff wrote is sent once; nobody is asked to erase what may not have arrived.
            shows = [Show("RT1_status")]
        if any(show.screen == "R1_code" for show in shows) and loaded.secrets.shown is None:
            shows = [Show("R2_after")]
        if late:
            shows = [Show("ERR_late"), *shows]
        messages = self._answers.messages(tx, loaded, shows)
        numbered = tuple(replace(message, owed=number, silent=True) for number, message in enumerate(messages))
        remove = loaded.chat.question
        self._drafts.put_screens(tx, loaded.draft, replace(loaded.chat, question=()))
        ticket = Ticket(chat=ChatId(loaded.chat.chat), draft=loaded.draft.id, revision=loaded.draft.revision)
        return Turn(messages=numbered, remove=remove, ticket=ticket)

    def _sorry(self, tx: Transaction, chat_id: ChatId) -> Turn:
        loaded = self._drafts.load(tx, chat_id)
        if loaded is None or loaded.secrets.closed:
            return self._before.sorry(chat_id)
        messages = self._answers.messages(tx, loaded, [Show("ERR_ours")])
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        # Of no revision: the line is removed with the question, and whatever is owed is still owed.
        return Turn(messages=numbered, ticket=Ticket(chat=chat_id, draft=loaded.draft.id, revision=-1))

    def _prompt(self, loaded: Loaded) -> list[Show]:
        effects = prompt(loaded.version.conversation, loaded.secrets.state)
        return [effect for effect in effects if isinstance(effect, Show)]
