"""Loading a draft from its chat, saving it back, and the times it lives by.

The one place where route keys, chat ids and the encrypted state meet. Rules: each turn moves the row to today's route
key; neither the database alone nor the key alone reads a state; what is owed and what is to be removed from the chat
is kept under the route key, because it must be sent when the person is not there.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.engine.conversation import Level
from bot.engine.state import State
from bot.errors import OpeningError
from bot.ids import CaseId, ChatId, Digest, DraftId, Now, RandomBytes, reference_of
from bot.intake.coming_back import Capsule, capsule_of, capsule_of_the_others, write_capsule
from bot.intake.draft import (
    CAN_BE_REMOVED,
    Chat,
    Hold,
    Secrets,
    chat_from_bytes,
    chat_to_bytes,
    from_bytes,
    to_bytes,
)
from bot.intake.incoming import Incoming
from bot.intake.library import Library, Version
from bot.intake.routes import RouteKey, RouteKeys
from bot.sealing.mailbox import seal_capsule
from bot.sealing.rest import chat_key, lane, open_screens, open_state, screens_key, seal_screens, seal_state
from bot.store.transaction import Transaction
from bot.store.values import Case, Draft, ObjectState, Silence

LIVE_WINDOW = timedelta(hours=2)
"""How long after the person's last message a sent draft lives on (``objects.md`` 10)."""
CLEAR_AFTER = timedelta(hours=46)
"""Two hours before Telegram stops letting a bot remove messages."""


@dataclass(slots=True, kw_only=True)
class Loaded:
    """A draft in the hands of one turn: its row, what its encrypted state holds, its chat, its conversation."""

    draft: Draft
    secrets: Secrets
    chat: Chat
    version: Version


class DraftKeeper:
    """Finds, opens and saves drafts inside a turn's transaction."""

    def __init__(self, *, library: Library, routes: RouteKeys, now: Now, random_bytes: RandomBytes) -> None:
        self._library = library
        self._routes = routes
        self._now = now
        self._random_bytes = random_bytes

    def load(self, tx: Transaction, chat: ChatId) -> Loaded | None:
        """Return the draft of a chat, opened, or ``None``."""
        routes = {lane(route.key, chat): route for route in self._routes.live()}
        draft = tx.drafts.find(routes)
        if draft is None:
            return None
        route = routes[draft.lane]
        state = open_state(chat_key(route.key, chat), draft.id, draft.revision, draft.state)
        secrets = _under_its_code(tx, self._reconciled(tx, draft, from_bytes(state)))
        if secrets.shown is not None and secrets.shown.until < self._now().timestamp():
            secrets = replace(secrets, shown=None)
        return Loaded(
            draft=draft,
            secrets=secrets,
            chat=self.open_chat(draft, route),
            version=self._library.of(tx, draft.conversation),
        )

    def _reconciled(self, tx: Transaction, draft: Draft, secrets: Secrets) -> Secrets:
        """Catch up with what the sweeper did while it could read nothing: the case was sent by silence."""
        if not draft.sent or secrets.state.sent:
            return secrets
        tx.cases.set_writer(draft.case_id, secrets.hold.writer)
        if secrets.box is not None:
            tx.cases.mark_code(draft.case_id)
        return replace(secrets, state=replace(secrets.state, sent=True, fresh=False), hold=settled(secrets.hold))

    def open_chat(self, draft: Draft, route: RouteKey) -> Chat:
        """Return what is known of the chat of a draft."""
        return chat_from_bytes(open_screens(screens_key(route.key), draft.id, draft.revision, draft.screens))

    def version(self, tx: Transaction, digest: Digest) -> Version:
        """Return the version of the conversation that a case was begun on."""
        return self._library.of(tx, digest)

    def fresh(self, incoming: Incoming, secrets: Secrets, version: Version) -> Loaded:
        """Return a new draft of this chat; it is stored by ``save``."""
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
            silence=Silence.DELETE,
            sent=secrets.state.sent,
            expires_at=self._now(),
            state=b"",
            screens=b"",
        )
        return Loaded(
            draft=draft, secrets=secrets, chat=Chat(chat=incoming.chat, account=incoming.bot), version=version
        )

    def save(self, tx: Transaction, incoming: Incoming | None, loaded: Loaded, *, insert: bool = False) -> Draft:
        """Store a draft under today's key with the next revision, and the update with it."""
        route = self._routes.today()
        chat_id = ChatId(loaded.chat.chat)
        revision = loaded.draft.revision + 1
        now = self._now()
        draft_id = loaded.draft.id
        secrets = loaded.secrets
        loaded.chat = replace(loaded.chat, code_until=secrets.shown.until if secrets.shown else 0)
        expires = loaded.draft.expires_at if incoming is None else now + self.silence(loaded)
        state = seal_state(chat_key(route.key, chat_id), draft_id, revision, to_bytes(secrets), self._random_bytes)
        screens = seal_screens(
            screens_key(route.key), draft_id, revision, chat_to_bytes(loaded.chat), self._random_bytes
        )
        draft = replace(
            loaded.draft,
            lane=lane(route.key, chat_id),
            day=route.day,
            revision=revision,
            locale=secrets.state.locale,
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
        if incoming is not None:
            self.save_capsule(tx, loaded)
        return draft

    def put_screens(self, tx: Transaction, draft: Draft, chat: Chat) -> None:
        """Store what is owed and what is in the chat, within the same revision."""
        route = self._routes.of_day(draft.day)
        assert route is not None, "a draft that was found without its key"
        box = seal_screens(screens_key(route.key), draft.id, draft.revision, chat_to_bytes(chat), self._random_bytes)
        owed = draft.owed_since if chat.owed else None
        tx.drafts.put_screens(draft.id, draft.revision, box, owed, self._clear_by(chat))

    def _clear_by(self, chat: Chat) -> datetime | None:
        """Return when something has to leave the chat: a quiet screen, the contacts, or everything before 48 hours."""
        due = [chat.oldest + int(CLEAR_AFTER.total_seconds())] if chat.oldest else []
        if chat.question and chat.question_until:
            due.append(chat.question_until)
        if chat.stays and chat.stays_until:
            due.append(chat.stays_until)
        if not (chat.question or chat.stays or chat.typed or chat.owed):
            due.clear()
        if chat.code_until:
            due.append(chat.code_until)
        if not due:
            return None
        return datetime.fromtimestamp(min(due), UTC)

    def silence(self, loaded: Loaded) -> timedelta:
        """Return how long the draft waits: two hours once sent, before that as the consent text the person saw says."""
        state = loaded.secrets.state
        if state.sent:
            return LIVE_WINDOW
        for node in loaded.version.conversation.nodes.values():
            if node.silence_minutes is not None and node.id in state.picks:
                return timedelta(minutes=node.silence_minutes)
        return LIVE_WINDOW

    def capsule(self, loaded: Loaded) -> bytes:
        """Return the capsule that the code opens: never what silence, or the person, deletes."""
        box = loaded.secrets.box
        assert box is not None, "a capsule without a mailbox"
        return seal_capsule(box.id, box.capsule_key, write_capsule(_lasting(loaded)), self._random_bytes)

    def save_capsule(self, tx: Transaction, loaded: Loaded) -> None:
        """Store what the code gives back, if there is a code."""
        if loaded.secrets.box is not None:
            tx.mailboxes.save_capsule(loaded.secrets.box.id, self.capsule(loaded))

    def settle(self, tx: Transaction, draft: Draft) -> bool:
        """Send what a draft leaves behind, where that was the choice for silence; tell whether anything was sent.

        Reads no state: this is the sweeper's work too. The rows that are to go were made ready with the last turn.
        """
        if draft.silence is not Silence.SEND or not tx.objects.of_case(draft.case_id, [ObjectState.READY]):
            return False
        tx.objects.send(draft.case_id, None)
        if draft.sent:
            tx.cases.add_news(draft.case_id, self._now())
            tx.cases.raise_urgency(draft.case_id, draft.urgency, self._now())
            return True
        tx.cases.submit(
            Case(
                id=draft.case_id,
                reference=reference_of(draft.case_id),
                arrived_at=self._now(),
                urgency=draft.urgency,
                locale=draft.locale,
                language=draft.locale,
                conversation=draft.conversation,
                left_early=True,
            )
        )
        return True

    def let_go(self, tx: Transaction, loaded: Loaded) -> tuple[Hold, State]:
        """End the draft of a sent case as silence does; return where that leaves the case."""
        self.settle(tx, loaded.draft)
        tx.drafts.delete(loaded.draft.id)
        kept = _lasting(loaded)
        return settled(kept.hold), kept.state

    def cut_off(self, tx: Transaction, draft: Draft) -> None:
        """End the draft of another chat; until the next round a row remembers what is to be removed there."""
        tx.drafts.delete(draft.id)
        tx.drafts.insert(
            replace(
                draft,
                lane=self._random_bytes(32),
                case_id=CaseId(self._random_bytes(16)),
                silence=Silence.DELETE,
                sent=True,
                expires_at=self._now(),
                state=b"",
                owed_since=None,
                clear_by=None,
            )
        )

    def chat_of(self, draft: Draft) -> ChatId | None:
        """Return the chat of a draft, or ``None`` when its route key is gone."""
        chat = self.chat_in(draft)
        return ChatId(chat.chat) if chat else None

    def removable(self, draft: Draft) -> tuple[ChatId, tuple[int, ...]] | None:
        """Return the chat of a draft and every message that is still to be removed from it."""
        chat = self.chat_in(draft)
        return (ChatId(chat.chat), (*chat.question, *chat.stays, *chat.typed)) if chat else None

    def cleared(self, tx: Transaction, draft: Draft) -> tuple[ChatId, tuple[int, ...]] | None:
        """Note that what was due to leave the chat leaves it now; return the chat and the messages."""
        chat = self.chat_in(draft)
        if chat is None:
            self.give_up(tx, draft)
            return None
        now = int(self._now().timestamp())
        if chat.code_until and chat.code_until <= now:
            self._forget_code(tx, draft, ChatId(chat.chat))
            chat = replace(chat, code_until=0)
        if chat.oldest and now - chat.oldest >= CLEAR_AFTER.total_seconds():
            # Too late for some, after an outage: then Exit still says so.
            late = chat.oldest if now - chat.oldest > CAN_BE_REMOVED.total_seconds() else 0
            left = Chat(chat=chat.chat, account=chat.account, oldest=late, code_until=chat.code_until)
            gone: tuple[int, ...] = (*chat.question, *chat.stays, *chat.typed)
        else:
            gone, left = _quiet(chat, now)
        self.put_screens(tx, draft, left)
        return (ChatId(chat.chat), gone) if gone else None

    def _forget_code(self, tx: Transaction, draft: Draft, chat: ChatId) -> None:
        """Take the shown return code out of the stored state, without waiting for the person's next turn."""
        route = self._routes.of_day(draft.day)
        assert route is not None, "its screens were opened with this key"
        key = chat_key(route.key, chat)
        try:
            secrets = replace(from_bytes(open_state(key, draft.id, draft.revision, draft.state)), shown=None)
        except (OpeningError, ValueError):
            return  # whoever changed the row has spoilt it for this one too; nobody else's round stops for that
        state = seal_state(key, draft.id, draft.revision, to_bytes(secrets), self._random_bytes)
        tx.drafts.put_state(draft.id, draft.revision, state)

    def give_up(self, tx: Transaction, draft: Draft) -> None:
        """Owe nothing to a chat that nobody can find any more, so that it takes up nobody's round."""
        tx.drafts.put_screens(draft.id, draft.revision, draft.screens, None, None)

    def chat_in(self, draft: Draft) -> Chat | None:
        """Return what is known of the chat of a draft, or ``None`` when its route key is gone."""
        route = self._routes.of_day(draft.day)
        if route is None:
            return None
        try:
            return self.open_chat(draft, route)
        except OpeningError:
            # The key of that day was lost, and another made on the same day: only silence can still act.
            return None


def _lasting(loaded: Loaded) -> Capsule:
    secrets = loaded.secrets
    if loaded.draft.silence is Silence.SEND:
        # A further case that is not sent yet too: silence sends it while nobody is there to write the capsule.
        return capsule_of(secrets)
    if secrets.told is not None:
        return capsule_of(replace(secrets, state=secrets.told.state, hold=secrets.told.hold))
    return capsule_of(secrets) if secrets.state.sent else capsule_of_the_others(secrets)


def _quiet(chat: Chat, now: int) -> tuple[tuple[int, ...], Chat]:
    gone: tuple[int, ...] = ()
    if chat.question and chat.question_until and chat.question_until <= now:
        gone, chat = (*gone, *chat.question), replace(chat, question=(), question_until=0)
    if chat.stays and chat.stays_until and chat.stays_until <= now:
        gone, chat = (*gone, *chat.stays), replace(chat, stays=(), stays_until=0)
    return gone, chat


def _under_its_code(tx: Transaction, secrets: Secrets) -> Secrets:
    """Take the code and the cases under it away from a draft, where the code was used in another chat since.

    Coming back ends the drafts of the cases under the code; one of a further case, not sent yet, is none of these.
    """
    for hold, _ in secrets.others:
        case = tx.cases.by_id(CaseId(hold.case))
        if case is not None and case.writer != hold.writer:
            return replace(secrets, box=None, shown=None, others=())
    return secrets


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
        parts=hold.after_sending(),
    )
