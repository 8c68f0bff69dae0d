"""The defender's side: one update in, one turn out, in one transaction.

``Intake.handle`` is the middle of the straight line. Rules: before consent nothing is written, not even the update's
id; after it the state, the sealed answers, the update's id and what is owed to the screen are committed together, and
only then is anything sent. Making a return code is slow on purpose and happens after the commit, in a turn of its own.

Before: ``channels.defender.router.on_update``. After: ``channels.defender.render.to_methods``.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.engine.conversation import AuthorKind, Compartment, Conversation, Level
from bot.engine.effects import Show
from bot.engine.events import Pick, Words
from bot.engine.state import MENU, State
from bot.engine.step import prompt, step
from bot.engine.triage import triage
from bot.errors import EnvelopeError, StaleDraftError
from bot.ids import CaseId, ChatId, DraftId, Now, RandomBytes
from bot.intake.before import NO_DRAFT, BeforeConsentTurns, ConsentGiven, Resumed
from bot.intake.buttons import encode_after
from bot.intake.coming_back import Attempts, Opened, capsule_of, read_capsule, status_of
from bot.intake.draft import (
    Box,
    Chat,
    Hold,
    Secrets,
    Shown,
    chat_from_bytes,
    chat_to_bytes,
    from_bytes,
    to_bytes,
)
from bot.intake.incoming import Act, Blocked, Command, Incoming, Said, Tap
from bot.intake.kept import KeptTurn, Outcome, granted_acts
from bot.intake.library import Library, Version
from bot.intake.perform import COMPROMISED, Performer
from bot.intake.routes import RouteKey, RouteKeys
from bot.intake.screens import BY_CHANNEL, Look, render
from bot.intake.sealer import Sealer
from bot.intake.turn import Delivery, Message, Ticket, Turn
from bot.intake.wording import Wording
from bot.sealing.code import Code, looks_like_code, new_code, parse_code
from bot.sealing.keyring import Keyring
from bot.sealing.header import Header, ObjectKind
from bot.sealing.mailbox import Mailbox, derive, open_capsule, open_reply, seal_capsule
from bot.sealing.recipients import Recipient
from bot.sealing.rest import (
    chat_key,
    lane,
    lock_number,
    open_screens,
    open_state,
    screens_key,
    seal_ping,
    seal_screens,
    seal_state,
)
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import Draft, Silence
from bot.store.values import Mailbox as MailboxRow

LIVE_WINDOW = timedelta(hours=2)
"""How long after the person's last message a sent draft lives on (``objects.md`` 10)."""
CODE_SHOWN = timedelta(minutes=5)
"""How long the return code may stand in the encrypted state (``objects.md`` 15)."""
CLEAR_AFTER = timedelta(hours=46)
"""Two hours before Telegram stops letting a bot remove messages."""
QUIET = timedelta(minutes=10)
"""After how long a screen that shows a status leaves a chat by itself (``words/core-paths.md`` 4, 16)."""
QUIET_SCREENS = frozenset({"RT1_status", "S3_later", "PROOF"})
CONTACTS_STAY = timedelta(hours=1)
CONTACT_SCREENS = frozenset({"C1_contacts", "C2_abroad"})
NONCE_BYTES = 3
TYPED_REMEMBERED = 100
"""Own messages of a person who keeps the chat, remembered for removal at the end (Bot API: 100 to a call)."""
HELLO_HERE = "this_chat_neutral"
"""The option by which a person allows one neutral hello in this chat."""
HIDDEN_UNTIL_SENT = ("proof", "new_code")
WITHDRAWALS = tuple(f"wd_j{number}" for number in range(1, 8))

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Secrets of the deployment that are not route keys. ``salt`` is that of the return codes."""

    ping: bytes = field(repr=False)
    lock: bytes = field(repr=False)
    salt: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class _Loaded:
    draft: Draft
    secrets: Secrets
    chat: Chat
    version: Version


@dataclass(slots=True, kw_only=True)
class _Result:
    turn: Turn
    mint: bool = False
    kept: bool = False


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
        self._routes = routes
        self._keyring = keyring
        self._keys = keys
        self._wording = wording
        self._now = now
        self._random_bytes = random_bytes
        self._deployment = deployment
        self._delete_after = delete_after
        # Two derivations at once on a machine: 128 MiB (``objects.md`` 13).
        self._slow = asyncio.Semaphore(2)
        current = library.current
        self._before = BeforeConsentTurns(current.conversation, current.digest, wording.fixed)
        self._attempts = Attempts(now)

    async def handle(self, incoming: Incoming) -> Turn:
        """Answer one update; returns after the commit.

        Raises:
            StoreError: the database could not keep the turn; nothing was kept, the update may be handled again.
        """
        opened: Opened | None = None
        if isinstance(incoming.act, Said) and looks_like_code(incoming.act.text):
            opened = await self._open_code(incoming.chat, incoming.act.text)
        try:
            result = await self._transact(incoming.chat, lambda tx: self._turn(tx, incoming, opened))
        except StaleDraftError:
            result = await self._transact(incoming.chat, lambda tx: self._turn(tx, incoming, opened))
        if result.kept:
            self._library.kept()
        return await self._mint(incoming.chat, result.turn) if result.mint else result.turn

    async def shown(self, ticket: Ticket, delivery: Delivery) -> None:
        """Note what became of the messages of a turn: what arrived is not owed any more and can be removed later."""
        if ticket.draft == NO_DRAFT:
            self._before.shown(ticket.chat, delivery)
            return
        await self._transact(ticket.chat, lambda tx: self._shown(tx, ticket, delivery))

    async def again(self, chat: ChatId, *, late: bool) -> Turn:
        """Show the question at hand again: after an outage, or when a screen is still owed."""
        return await self._transact(chat, lambda tx: self._again(tx, chat, late=late))

    def chat_of(self, draft: Draft) -> ChatId | None:
        """Return the chat of a draft, or ``None`` when its route key is gone."""
        route = self._routes.of_day(draft.day)
        return ChatId(self._open_chat(draft, route).chat) if route else None

    def removable(self, draft: Draft) -> tuple[ChatId, tuple[int, ...]] | None:
        """Return the chat of a draft and every message that is still to be removed from it."""
        route = self._routes.of_day(draft.day)
        if route is None:
            return None
        chat = self._open_chat(draft, route)
        return ChatId(chat.chat), (*chat.question, *chat.stays, *chat.typed)

    def cleared(self, tx: Transaction, draft: Draft) -> tuple[ChatId, tuple[int, ...]] | None:
        """Note that what was due to leave the chat leaves it now; return the chat and the messages."""
        route = self._routes.of_day(draft.day)
        if route is None:
            return None
        chat = self._open_chat(draft, route)
        now = int(self._now().timestamp())
        if chat.oldest and now - chat.oldest >= CLEAR_AFTER.total_seconds():
            gone, left = (*chat.question, *chat.stays, *chat.typed), Chat(chat=chat.chat, account=chat.account)
        else:
            gone, left = _quiet(chat, now)
        self._put_screens(tx, draft, left)
        return (ChatId(chat.chat), gone) if gone else None

    # -- one turn -----------------------------------------------------------------------------------------------

    async def _transact(self, chat: ChatId, work: Callable[[Transaction], T]) -> T:
        future = self._database.turn(work, lock=lock_number(self._keys.lock, chat))
        return await asyncio.wrap_future(future)

    def _turn(self, tx: Transaction, incoming: Incoming, opened: Opened | None) -> _Result:
        loaded = self._load(tx, incoming.chat)
        if loaded is not None and tx.updates.seen(incoming.bot, incoming.update_id):
            return _Result(turn=Turn(toast="" if isinstance(incoming.act, Tap) else None))
        if opened is not None:
            return self._came_back(tx, incoming, opened, loaded)
        if loaded is None or self._starts_over(incoming, loaded):
            return self._early(tx, incoming, loaded)
        return self._kept(tx, incoming, loaded)

    def _starts_over(self, incoming: Incoming, loaded: "_Loaded") -> bool:
        """Tell whether this act belongs to the first screens although a draft exists."""
        match incoming.act:
            case Tap(data=data):
                return data.startswith("0.")
            case Command(name="start" | "unknown"):
                return True
            case Said(edited=False):
                return loaded.secrets.closed and self._before.asks(incoming.chat)
            case _:
                return False

    def _early(self, tx: Transaction, incoming: Incoming, loaded: "_Loaded | None") -> _Result:
        answer = self._before.turn(incoming.chat, incoming.act, live=loaded is not None)
        match answer:
            case Turn():
                if loaded is not None:
                    # Whoever pressed Start sees a stranger's screen; the draft waits behind language and safety.
                    answer = self._put_away(tx, incoming, loaded, answer)
                return _Result(turn=answer)
            case ConsentGiven():
                return self._consented(tx, incoming, answer, loaded)
            case Resumed():
                return self._resumed(tx, incoming, answer, loaded)

    def _put_away(self, tx: Transaction, incoming: Incoming, loaded: "_Loaded", turn: Turn) -> Turn:
        if not isinstance(incoming.act, Command):
            return turn
        chat = loaded.chat
        remove = (*turn.remove, *chat.question, *(chat.stays if loaded.secrets.shown is None else ()))
        loaded.secrets = replace(loaded.secrets, closed=True)
        loaded.chat = replace(chat, question=(), stays=() if loaded.secrets.shown is None else chat.stays, owed=())
        self._save(tx, incoming, loaded)
        return replace(turn, remove=remove)

    def _consented(self, tx: Transaction, incoming: Incoming, given: ConsentGiven, loaded: "_Loaded | None") -> _Result:
        toast = self._library.current.conversation.texts[given.state.locale].get("ERR_twice.say")
        remove = tuple(each for each in (given.message_id, given.story_id) if each is not None)
        if loaded is not None and not loaded.draft.sent:
            return _Result(turn=Turn(toast=toast))
        if self._keyring() is None:
            return _Result(turn=self._before.closed(incoming.chat, given.state, remove=remove))
        version = self._library.current
        self._library.keep(tx)
        node = version.conversation.nodes[given.state.at]
        option = next(option for option in node.options if option.id == given.option)
        silence = Silence.SEND if option.silence else Silence.DELETE
        now = self._now()
        old = loaded.secrets if loaded else None
        if loaded is not None:
            self._settle(tx, loaded)
            tx.drafts.delete(loaded.draft.id)
        hold, rows = self._sealer(version).new_hold(now.date(), link=old.hold.case if old else None)
        for row in rows:
            tx.objects.put(row)
        secrets = Secrets(
            state=given.state,
            hold=hold,
            box=old.box if old else None,
            others=((old.hold, old.state), *old.others) if old else (),
        )
        fresh = self._fresh(incoming, secrets, version, silence)
        performer = self._performer(tx, fresh)
        after, effects = step(version.conversation, given.state, Pick(given.option))
        performer.take(after)
        performer.perform(effects)
        if given.story and performer.has_room(given.story):
            performer.shows.clear()
            after, effects = step(version.conversation, after, Words(given.story))
            performer.take(after)
            performer.perform(effects, message_id=given.story_id)
        fresh.chat = replace(fresh.chat, stays=self._before.forget(incoming.chat))
        outcome = Outcome(shows=list(performer.shows), remove=list(remove))
        return self._finish(tx, incoming, fresh, performer, outcome, insert=True)

    def _resumed(self, tx: Transaction, incoming: Incoming, resumed: Resumed, loaded: "_Loaded | None") -> _Result:
        if loaded is None:
            return _Result(turn=self._before.begin(incoming.chat))
        self._before.forget(incoming.chat)
        performer = self._performer(tx, loaded)
        turn = self._kept_turn(tx, loaded, performer)
        outcome = turn.resume(resumed.locale, delete=resumed.delete)
        if loaded.secrets.state.sent and not resumed.delete and tx.replies.waiting(self._box_id(loaded)):
            outcome.shows = [Show("RT1_status")]
        if resumed.message_id is not None:
            outcome.remove.append(resumed.message_id)
        return self._finish(tx, incoming, loaded, performer, outcome)

    def _kept(self, tx: Transaction, incoming: Incoming, loaded: "_Loaded") -> _Result:
        performer = self._performer(tx, loaded)
        if isinstance(incoming.act, Blocked):
            loaded.chat = replace(loaded.chat, owed=(), question=(), stays=(), typed=(), oldest=0)
            self._save(tx, incoming, loaded)
            return _Result(turn=Turn())
        outcome = self._kept_turn(tx, loaded, performer).run(incoming.act)
        return self._finish(tx, incoming, loaded, performer, outcome)

    def _finish(
        self,
        tx: Transaction,
        incoming: Incoming,
        loaded: "_Loaded",
        performer: Performer,
        outcome: Outcome,
        *,
        insert: bool = False,
    ) -> _Result:
        loaded.secrets = performer.secrets
        state = loaded.secrets.state
        case = CaseId(loaded.secrets.hold.case)
        if outcome.delete_case:
            tx.cases.schedule_deletion(case, self._now() + self._delete_after)
            outcome.shows = [Show("DEL_case_done")]
            outcome.remove.extend((*loaded.chat.question, *loaded.chat.stays, *loaded.chat.typed))
        if outcome.call_back:
            tx.cases.cancel_deletion(case)
            outcome.shows = [Show("DEL_case_back"), Show("RT1_status")]
        if outcome.another:
            self._save(tx, incoming, loaded)
            return _Result(turn=self._another(incoming.chat, state, outcome))
        extra: tuple[Message, ...] = ()
        if outcome.erase_replies:
            for reply in tx.replies.waiting(self._box_id(loaded)):
                tx.replies.remove(reply.id)
            outcome.shows = [Show("RT_erased"), Show("RT1_status")]
        if outcome.ended:
            return self._end(tx, incoming, loaded, performer, outcome)
        if state.sent and loaded.secrets.box is None and COMPROMISED not in performer.triage().flags:
            outcome.mint = True
        if outcome.mint:
            outcome.shows = [Show("R1_code")]
            outcome.remove.extend(loaded.chat.stays)
        performer.make_ready()
        loaded.secrets = performer.secrets
        shows = outcome.shows
        if outcome.read_reply:
            shows, extra = [Show("RT2_read")], self._replies(tx, loaded)
        if outcome.begin:
            loaded.secrets = replace(loaded.secrets, closed=True)
            early = self._before.begin(incoming.chat)
            shows, extra = [], early.messages
        messages = () if outcome.mint else self._messages(tx, loaded, shows)
        replaced = bool(messages or extra or outcome.mint)
        remove = dict.fromkeys((*outcome.remove, *(loaded.chat.question if replaced else ())))
        removed = set(remove)
        loaded.chat = replace(
            loaded.chat,
            question=() if replaced else loaded.chat.question,
            stays=tuple(each for each in loaded.chat.stays if each not in removed),
            typed=self._typed(incoming.act, loaded),
            oldest=loaded.chat.oldest or int(self._now().timestamp()),
            owed=tuple((show.screen, show.page) for show in shows),
            **self._until(shows, loaded.chat),
        )
        loaded.draft = self._save(tx, incoming, loaded, insert=insert)
        ticket = Ticket(chat=ChatId(loaded.chat.chat), draft=loaded.draft.id, revision=loaded.draft.revision) if messages else None
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        turn = Turn(messages=(*extra, *numbered), remove=tuple(remove), toast=outcome.toast, ticket=ticket)
        return _Result(turn=turn, mint=outcome.mint, kept=insert)

    def _end(
        self, tx: Transaction, incoming: Incoming, loaded: "_Loaded", performer: Performer, outcome: Outcome
    ) -> _Result:
        """Forget the draft; what is left unsent follows the silence choice, unless everything was to be deleted."""
        messages = self._messages(tx, loaded, outcome.shows)
        chat = loaded.chat
        remove = tuple(dict.fromkeys((*outcome.remove, *chat.question, *chat.stays, *chat.typed)))
        case = CaseId(loaded.secrets.hold.case)
        if not performer.wiped and loaded.secrets.state.fresh and loaded.draft.silence is Silence.SEND:
            performer.make_ready()
            loaded.secrets = performer.secrets
            tx.objects.send(case, None)
            tx.cases.add_news(case)
        if loaded.secrets.box is not None and not performer.wiped:
            self._save_capsule(tx, loaded.secrets)
        tx.drafts.delete(loaded.draft.id)
        tx.updates.record(incoming.bot, incoming.update_id, self._now().date())
        return _Result(turn=Turn(messages=messages, remove=remove, toast=outcome.toast))

    def _typed(self, act: Act, loaded: "_Loaded") -> tuple[int, ...]:
        """Return the person's messages that stay in the chat by their choice, to be removed at the end."""
        if loaded.secrets.hygiene != "go" and isinstance(act, Said) and not act.edited:
            return (*loaded.chat.typed, act.message_id)[-TYPED_REMEMBERED:]
        return loaded.chat.typed

    def _until(self, shows: Sequence[Show], chat: Chat) -> dict[str, int]:
        """Return when the new screens leave by themselves: what shows a status after ten minutes, contacts in an hour."""
        now = int(self._now().timestamp())
        names = {show.screen for show in shows}
        question = now + int(QUIET.total_seconds()) if names & QUIET_SCREENS else 0
        stays = now + int(CONTACTS_STAY.total_seconds()) if names & CONTACT_SCREENS else chat.stays_until
        return {"question_until": question, "stays_until": 0 if "R1_code" in names else stays}

    def _another(self, chat: ChatId, state: State, outcome: Outcome) -> Turn:
        turn = self._before.another(chat, state.locale)
        return replace(turn, remove=tuple(outcome.remove))

    # -- codes --------------------------------------------------------------------------------------------------

    async def _open_code(self, chat: ChatId, text: str) -> Opened:
        code = parse_code(text)
        if code is None:
            return Opened()
        if not self._attempts.allow(chat):
            return Opened(wait=True)
        return Opened(mailbox=await self._derive(code))

    async def _derive(self, code: Code) -> Mailbox:
        async with self._slow:
            return await asyncio.to_thread(derive, code, self._keys.salt)

    async def _mint(self, chat: ChatId, first: Turn) -> Turn:
        code = new_code(self._random_bytes)
        mailbox = await self._derive(code)
        turn = await self._transact(chat, lambda tx: self._minted(tx, chat, code, mailbox))
        return replace(turn, remove=(*first.remove, *turn.remove), toast=first.toast)

    def _minted(self, tx: Transaction, chat: ChatId, code: Code, mailbox: Mailbox) -> Turn:
        loaded = self._load(tx, chat)
        if loaded is None:
            return Turn()
        if loaded.secrets.box is not None:
            tx.mailboxes.remove(loaded.secrets.box.id)
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
        performer = self._performer(tx, loaded)
        performer.resend()
        loaded.secrets = performer.secrets
        case = CaseId(loaded.secrets.hold.case)
        tx.cases.mark_code(case)
        capsule = self._capsule(loaded.secrets)
        tx.mailboxes.put(
            MailboxRow(id=mailbox.id, case_id=case, capsule=capsule, created_day=self._now().date())
        )
        shows = [Show("R1_code")]
        messages = self._messages(tx, loaded, shows)
        remove = (*loaded.chat.question, *loaded.chat.stays)
        loaded.chat = replace(loaded.chat, question=(), stays=(), owed=(("R1_code", ""),))
        draft = self._save(tx, None, loaded)
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        return Turn(messages=numbered, remove=remove, ticket=Ticket(chat=ChatId(loaded.chat.chat), draft=draft.id, revision=draft.revision))

    def _came_back(self, tx: Transaction, incoming: Incoming, opened: Opened, loaded: "_Loaded | None") -> _Result:
        act = incoming.act
        typed = (act.message_id,) if isinstance(act, Said) else ()
        row = tx.mailboxes.get(opened.mailbox.id) if opened.mailbox else None
        if opened.mailbox is None or row is None:
            return self._code_refused(tx, incoming, opened, loaded, typed)
        capsule = open_capsule(row.id, opened.mailbox.capsule_key, row.capsule)
        found = read_capsule(capsule)
        case = tx.cases.by_id(CaseId(found.hold.case))
        if case is None:
            return self._code_refused(tx, incoming, opened, loaded, typed)
        if loaded is not None and loaded.draft.case_id != case.id:
            self._settle(tx, loaded)
            tx.drafts.delete(loaded.draft.id)
        hold = found.hold
        for other in tx.drafts.of_case(case.id):
            # A seized phone is cut off here; what was written there and chosen to be sent on silence is sent.
            if other.silence is Silence.SEND:
                tx.objects.send(case.id, None)
            tx.drafts.delete(other.id)
        if hold.ready is not None:
            hold = settled(hold)
        writer = self._random_bytes(16)
        tx.cases.set_writer(case.id, writer)
        version = self._library.of(tx, case.conversation)
        mailbox = opened.mailbox
        secrets = Secrets(
            state=replace(found.state, at=MENU, scope=MENU, sent=True, fresh=False),
            hold=replace(hold, writer=writer),
            box=Box(
                id=mailbox.id,
                public=mailbox.recipient.raw,
                capsule_key=mailbox.capsule_key,
                secret=mailbox.secret,
            ),
            others=found.others,
        )
        self._before.forget(incoming.chat)
        fresh = self._fresh(incoming, secrets, version, Silence.SEND if case.left_early else Silence.DELETE)
        first = "RT1_status" if case.deletes_at is None else "DEL_case_done"
        outcome = Outcome(shows=[Show(first)], remove=list(typed))
        return self._finish(tx, incoming, fresh, self._performer(tx, fresh), outcome, insert=True)

    def _code_refused(
        self, tx: Transaction, incoming: Incoming, opened: Opened, loaded: "_Loaded | None", typed: tuple[int, ...]
    ) -> _Result:
        """Say the same for wrong, unknown and deleted; the typed code is removed from the chat in any case."""
        screen = "ERR_code_wait" if opened.wait else "ERR_code"
        if loaded is None or loaded.secrets.closed:
            return _Result(turn=self._before.line(incoming.chat, screen, remove=typed))
        outcome = Outcome(shows=[Show(screen), *self._prompt(loaded)], remove=list(typed))
        return self._finish(tx, incoming, loaded, self._performer(tx, loaded), outcome)

    # -- afterwards ---------------------------------------------------------------------------------------------

    def _shown(self, tx: Transaction, ticket: Ticket, delivery: Delivery) -> None:
        loaded = self._load(tx, ticket.chat)
        if loaded is None or loaded.draft.id != ticket.draft:
            return
        # A later turn may have been faster than the messenger: its screens are still owed, these are to be removed.
        overtaken = loaded.draft.revision != ticket.revision
        chat = loaded.chat
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
        self._put_screens(tx, loaded.draft, chat)

    def _again(self, tx: Transaction, chat_id: ChatId, *, late: bool) -> Turn:
        loaded = self._load(tx, chat_id)
        if loaded is None or loaded.secrets.closed:
            return Turn()
        owed = [Show(screen, page) for screen, page in loaded.chat.owed]
        shows = owed or self._prompt(loaded)
        if any(show.screen == "R1_code" for show in shows) and loaded.secrets.shown is None:
            shows = [Show("R2_after")]
        if late:
            shows = [Show("ERR_late"), *shows]
        messages = self._messages(tx, loaded, shows)
        numbered = tuple(replace(message, owed=number, silent=True) for number, message in enumerate(messages))
        remove = loaded.chat.question
        self._put_screens(tx, loaded.draft, replace(loaded.chat, question=()))
        ticket = Ticket(chat=ChatId(loaded.chat.chat), draft=loaded.draft.id, revision=loaded.draft.revision)
        return Turn(messages=numbered, remove=remove, ticket=ticket)

    def _prompt(self, loaded: "_Loaded") -> list[Show]:
        effects = prompt(loaded.version.conversation, loaded.secrets.state)
        return [effect for effect in effects if isinstance(effect, Show)]

    # -- loading and saving -------------------------------------------------------------------------------------

    def _load(self, tx: Transaction, chat: ChatId) -> "_Loaded | None":
        routes = {lane(route.key, chat): route for route in self._routes.live()}
        draft = tx.drafts.find(routes)
        if draft is None:
            return None
        route = routes[draft.lane]
        state = open_state(chat_key(route.key, chat), draft.id, draft.revision, draft.state)
        secrets = self._reconciled(tx, draft, from_bytes(state))
        if secrets.shown is not None and secrets.shown.until < self._now().timestamp():
            secrets = replace(secrets, shown=None)
        return _Loaded(
            draft=draft,
            secrets=secrets,
            chat=self._open_chat(draft, route),
            version=self._library.of(tx, draft.conversation),
        )

    def _reconciled(self, tx: Transaction, draft: Draft, secrets: Secrets) -> Secrets:
        """Catch up with what the sweeper did while it could read nothing: the case was sent by silence."""
        if not draft.sent or secrets.state.sent:
            return secrets
        tx.cases.set_writer(draft.case_id, secrets.hold.writer)
        return replace(
            secrets, state=replace(secrets.state, sent=True, fresh=False), hold=settled(secrets.hold)
        )

    def _open_chat(self, draft: Draft, route: RouteKey) -> Chat:
        return chat_from_bytes(open_screens(screens_key(route.key), draft.id, draft.revision, draft.screens))

    def _fresh(self, incoming: Incoming, secrets: Secrets, version: Version, silence: Silence) -> "_Loaded":
        route = self._routes.today()
        draft = Draft(
            id=DraftId(self._random_bytes(16)),
            lane=lane(route.key, incoming.chat),
            day=route.day,
            case_id=CaseId(secrets.hold.case),
            conversation=version.digest,
            revision=0,
            locale=secrets.state.locale,
            urgency=Level.ROUTINE,
            silence=silence,
            sent=secrets.state.sent,
            expires_at=self._now(),
            state=b"",
            screens=b"",
        )
        return _Loaded(
            draft=draft, secrets=secrets, chat=Chat(chat=incoming.chat, account=incoming.bot), version=version
        )

    def _save(
        self, tx: Transaction, incoming: Incoming | None, loaded: "_Loaded", *, insert: bool = False
    ) -> Draft:
        route = self._routes.today()
        chat_id = ChatId(loaded.chat.chat)
        revision = loaded.draft.revision + 1
        now = self._now()
        draft_id = loaded.draft.id
        secrets = loaded.secrets
        conversation = loaded.version.conversation
        expires = loaded.draft.expires_at if incoming is None else now + self._silence(loaded)
        state = seal_state(
            chat_key(route.key, chat_id), draft_id, revision, to_bytes(secrets), self._random_bytes
        )
        screens = seal_screens(
            screens_key(route.key), draft_id, revision, chat_to_bytes(loaded.chat), self._random_bytes
        )
        draft = replace(
            loaded.draft,
            lane=lane(route.key, chat_id),
            day=route.day,
            revision=revision,
            locale=secrets.state.locale,
            urgency=triage(conversation, secrets.state).level,
            sent=secrets.state.sent,
            expires_at=expires,
            state=state,
            screens=screens,
            owed_since=now if loaded.chat.owed else None,
            clear_by=self._clear_by(loaded.chat),
        )
        if insert:
            tx.drafts.insert(draft)
        else:
            tx.drafts.save(draft)
        if incoming is not None:
            tx.updates.record(incoming.bot, incoming.update_id, now.date())
        if secrets.box is not None and incoming is not None:
            self._save_capsule(tx, secrets)
        return draft

    def _put_screens(self, tx: Transaction, draft: Draft, chat: Chat) -> None:
        route = self._routes.of_day(draft.day)
        assert route is not None, "a draft that was found without its key"
        box = seal_screens(
            screens_key(route.key), draft.id, draft.revision, chat_to_bytes(chat), self._random_bytes
        )
        owed = draft.owed_since if chat.owed else None
        tx.drafts.put_screens(draft.id, draft.revision, box, owed, self._clear_by(chat))

    def _clear_by(self, chat: Chat) -> datetime | None:
        """Return when something has to leave the chat: a quiet screen, the contacts, or everything before 48 hours."""
        due = [chat.oldest + int(CLEAR_AFTER.total_seconds())] if chat.oldest else []
        if chat.question and chat.question_until:
            due.append(chat.question_until)
        if chat.stays and chat.stays_until:
            due.append(chat.stays_until)
        if not due or not (chat.question or chat.stays or chat.typed or chat.owed):
            return None
        return datetime.fromtimestamp(min(due), UTC)

    def _silence(self, loaded: "_Loaded") -> timedelta:
        """Return how long the draft waits: two hours once sent, before that as the consent text the person saw says."""
        state = loaded.secrets.state
        if state.sent:
            return LIVE_WINDOW
        for node in loaded.version.conversation.nodes.values():
            if node.silence_minutes is not None and node.id in state.picks:
                return timedelta(minutes=node.silence_minutes)
        return LIVE_WINDOW

    def _capsule(self, secrets: Secrets) -> bytes:
        assert secrets.box is not None, "a capsule without a mailbox"
        return seal_capsule(secrets.box.id, secrets.box.capsule_key, capsule_of(secrets), self._random_bytes)

    def _save_capsule(self, tx: Transaction, secrets: Secrets) -> None:
        assert secrets.box is not None, "a capsule without a mailbox"
        tx.mailboxes.save_capsule(secrets.box.id, self._capsule(secrets))

    def _settle(self, tx: Transaction, loaded: "_Loaded") -> None:
        """Carry out the silence choice on what a draft leaves behind, before it is forgotten."""
        if loaded.draft.silence is Silence.SEND and loaded.secrets.hold.ready is not None and loaded.draft.sent:
            tx.objects.send(loaded.draft.case_id, None)
            tx.cases.add_news(loaded.draft.case_id)

    # -- collaborators of a turn --------------------------------------------------------------------------------

    def _sealer(self, version: Version) -> Sealer:
        keyring = self._keyring()

        def members(compartment: Compartment) -> tuple[Recipient, ...]:
            assert keyring is not None, "a case begun without a keyring"
            return keyring.recipients(compartment)

        return Sealer(
            version.conversation,
            version.digest,
            deployment=self._deployment,
            members=members,
            random_bytes=self._random_bytes,
        )

    def _performer(self, tx: Transaction, loaded: "_Loaded") -> Performer:
        version = loaded.version
        return Performer(
            tx,
            self._sealer(version),
            version.conversation,
            version.digest,
            secrets=loaded.secrets,
            silence=loaded.draft.silence,
            now=self._now(),
            ping=self._ping(loaded),
        )

    def _ping(self, loaded: "_Loaded") -> bytes | None:
        """Return the token for one neutral hello, made where the person allows it in this chat."""
        nodes = loaded.version.conversation.nodes
        allowed = any(
            nodes[node].author_kind is AuthorKind.CONTACT and HELLO_HERE in picks
            for node, picks in loaded.secrets.state.picks.items()
            if node in nodes
        )
        if not allowed:
            return None
        case = CaseId(loaded.secrets.hold.case)
        return seal_ping(self._keys.ping, case, ChatId(loaded.chat.chat), self._random_bytes)

    def _kept_turn(self, tx: Transaction, loaded: "_Loaded", performer: Performer) -> KeptTurn:
        return KeptTurn(
            tx,
            loaded.version.conversation,
            loaded.version.digest,
            performer,
            loaded.chat,
            nonce=loaded.draft.id[:NONCE_BYTES].hex(),
            now=self._now(),
        )

    def _messages(self, tx: Transaction, loaded: "_Loaded", shows: Sequence[Show]) -> tuple[Message, ...]:
        if not shows:
            return ()
        conversation, secrets = loaded.version.conversation, loaded.secrets
        status = ""
        hidden = set(HIDDEN_UNTIL_SENT if not secrets.state.sent else ())
        if any(show.screen == "RT1_status" for show in shows):
            case = tx.cases.by_id(CaseId(secrets.hold.case))
            waiting = bool(tx.replies.waiting(self._box_id(loaded)))
            status = status_of(case, replies=waiting) if case else "ST_received"
            if not waiting:
                hidden.add("read")
        if not secrets.state.fresh:
            hidden.add("send_now")
        if secrets.shown is not None:
            hidden.add("as_words" if secrets.shown.words else "as_numbers")
        granted = granted_acts(conversation, secrets.state)
        hidden.update(act for act in WITHDRAWALS if act not in granted)
        if not granted:
            hidden.add("withdraw")
        hidden.add("trial")
        nonce, rev = loaded.draft.id[:NONCE_BYTES].hex(), secrets.state.rev
        judged = triage(conversation, secrets.state)
        values = self._wording.of_draft(
            conversation,
            secrets,
            level=judged.level,
            until=(self._now() + self._silence(loaded)).date(),
            status=status,
        )
        look = Look(data=lambda press: encode_after(nonce, rev, press), values=values, hidden=frozenset(hidden))
        paged = [
            Show(show.screen, BY_CHANNEL) if show.screen == "R2_after" and by_channel(conversation, secrets) else show
            for show in shows
        ]
        return render(conversation, secrets.state, paged, look)

    def _replies(self, tx: Transaction, loaded: "_Loaded") -> tuple[Message, ...]:
        """Open what staff wrote; sent once, from memory, as spoilers."""
        keyring, box = self._keyring(), loaded.secrets.box
        if keyring is None or box is None:
            return ()
        mailbox = Mailbox.from_secret(box.secret)
        found = []
        for reply in tx.replies.waiting(box.id):
            expected = Header(
                kind=ObjectKind.REPLY,
                deployment=self._deployment,
                case=loaded.secrets.hold.case,
                object=reply.id,
            )
            try:
                words = open_reply(mailbox, reply.data, expected, keyring).words
            except EnvelopeError:
                continue
            found.append(Message(name="reply", text=words, spoiler=words, protect=True))
        return tuple(found)

    def _box_id(self, loaded: "_Loaded") -> bytes:
        return loaded.secrets.box.id if loaded.secrets.box else b""


def _quiet(chat: Chat, now: int) -> tuple[tuple[int, ...], Chat]:
    gone: tuple[int, ...] = ()
    if chat.question and chat.question_until and chat.question_until <= now:
        gone, chat = (*gone, *chat.question), replace(chat, question=(), question_until=0)
    if chat.stays and chat.stays_until and chat.stays_until <= now:
        gone, chat = (*gone, *chat.stays), replace(chat, stays=(), stays_until=0)
    return gone, chat


def settled(hold: Hold) -> Hold:
    """Return the hold as it stands once the manifests made ready were sent."""
    if hold.ready is None:
        return hold
    facts, identity = hold.ready
    return replace(
        hold,
        facts_chain=facts,
        identity_chain=identity,
        ready=None,
        receipt=hold.receipt or facts.previous,
        parts=tuple(part if part.held else replace(part, sent=True) for part in hold.parts),
    )


def by_channel(conversation: Conversation, secrets: Secrets) -> bool:
    """Tell whether the person named a way to be reached, rather than coming back by code alone."""
    contact = {node.id for node in conversation.nodes.values() if node.author_kind is AuthorKind.CONTACT}
    typed = any(part.node in contact for part in secrets.hold.parts)
    return typed or any(HELLO_HERE in picks for node, picks in secrets.state.picks.items() if node in contact)
