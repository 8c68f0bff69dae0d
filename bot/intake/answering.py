"""From the outcome of a turn to what is saved and shown: the last step of the straight line inside the transaction.

Rules: what is owed is committed with the turn and rendered from its name; a return code is never rendered before it is
minted; when a draft ends, what is left unsent follows the person's choice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.engine.conversation import AuthorKind, Compartment, Conversation
from bot.engine.effects import Show
from bot.engine.guards import Reading
from bot.engine.state import State
from bot.i18n.formats import day as day_text
from bot.ids import CaseId, ChatId, Now, RandomBytes
from bot.intake.acts import Outcome
from bot.intake.before import BeforeConsentTurns
from bot.intake.buttons import encode_after
from bot.intake.coming_back import status_of
from bot.intake.draft import CASES_AT_MOST, Secrets, numbers
from bot.intake.drafts import DraftKeeper, Loaded
from bot.intake.incoming import Act, Incoming, Said
from bot.intake.kept import KeptTurn
from bot.intake.library import Version
from bot.intake.one_code import TRIED, UNSHOWN, first_screens, house_the_mailbox, tell_of_unshown, turned_to
from bot.intake.perform import Performer
from bot.intake.permissions import given
from bot.intake.replies import OpenedReply, opened_replies, shown_once
from bot.intake.screens import BY_CHANNEL, Look, render
from bot.intake.sealer import Sealer
from bot.intake.turn import Message, Ticket, Turn
from bot.intake.wording import Wording
from bot.sealing.keyring import Keyring
from bot.sealing.recipients import Recipient
from bot.sealing.rest import seal_ping
from bot.store.transaction import Transaction
from bot.store.values import Silence

QUIET = timedelta(minutes=10)
"""After how long a screen that shows a status leaves a chat by itself (``words/core-paths.md`` 4, 16)."""
QUIET_SCREENS = frozenset({"RT1_status", "S3_later", "PROOF"})
CONTACTS_STAY = timedelta(hours=1)
CONTACT_SCREENS = frozenset({"C1_contacts", "C2_abroad"})
NONCE_BYTES = 3
MINTING_TAKES_AT_MOST = timedelta(seconds=30)
"""After this long without a code the process that was making one has died, and another is made."""
TYPED_REMEMBERED = 100
"""Own messages of a person who keeps the chat, remembered for removal at the end (Bot API: 100 to a call)."""
HELLO_HERE = "this_chat_neutral"
"""The option by which a person allows one neutral hello in this chat."""
HIDDEN_UNTIL_SENT = ("proof", "new_code")
WITHDRAWALS = tuple(f"wd_j{number}" for number in range(1, 8))


@dataclass(slots=True, kw_only=True)
class Result:
    """A turn, whether a code is still to be minted for it, and whether a draft began with it."""

    turn: Turn
    mint: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What answering needs of the deployment."""

    keyring: Callable[[], Keyring | None]
    deployment: bytes
    ping_key: bytes = field(repr=False)
    wording: Wording
    delete_after: timedelta


class Answers:
    """Finishes turns."""

    def __init__(
        self, drafts: DraftKeeper, before: BeforeConsentTurns, tools: Tools, *, now: Now, random_bytes: RandomBytes
    ) -> None:
        self._drafts = drafts
        self._before = before
        self._keyring = tools.keyring
        self._deployment = tools.deployment
        self._ping_key = tools.ping_key
        self._wording = tools.wording
        self._delete_after = tools.delete_after
        self._now = now
        self._random_bytes = random_bytes

    def finish(
        self,
        tx: Transaction,
        incoming: Incoming,
        loaded: Loaded,
        performer: Performer,
        outcome: Outcome,
        *,
        insert: bool = False,
    ) -> Result:
        """Save the draft as the turn left it, and return what is shown."""
        loaded.secrets = performer.secrets
        loaded.draft = replace(loaded.draft, urgency=performer.triage().level, silence=performer.silence)
        state = loaded.secrets.state
        case = CaseId(loaded.secrets.hold.case)
        self._act(tx, loaded, outcome)
        house_the_mailbox(tx, loaded)
        if outcome.another:
            self._drafts.save(tx, incoming, loaded)
            outcome.remove.extend(loaded.chat.question)
            return Result(turn=self._another(incoming.chat, state, outcome))
        if (
            outcome.case is not None
            and (turned := turned_to(self._drafts, tx, incoming, loaded, outcome.case)) is not None
        ):
            outcome = Outcome(shows=first_screens(tx, turned), remove=outcome.remove)
            tx.drafts.delete(loaded.draft.id)
            return self.finish(tx, incoming, turned, self.performer(tx, turned), outcome, insert=True)
        extra: tuple[Message, ...] = ()
        if outcome.ended:
            return self._end(tx, incoming, loaded, performer, outcome)
        if state.sent and loaded.secrets.box is None and self._may_mint(loaded, performer) and not outcome.begin:
            outcome.mint = True
        if outcome.mint and performer.first_sent and loaded.secrets.box is not None:
            # A further case is under the code that the person holds already.
            outcome.mint = False
            outcome.shows = [Show("R1_same")]
            tx.cases.mark_code(case)
        if outcome.mint:
            outcome.shows = [Show("R1_code")]
            outcome.remove.extend(loaded.chat.stays)
        performer.make_ready()
        loaded.secrets = performer.secrets
        shows = outcome.shows
        if outcome.read_reply:
            shows, extra = self._read(tx, loaded)
        if outcome.begin:
            loaded.secrets = replace(loaded.secrets, closed=True)
            early = self._before.begin(incoming.chat)
            shows, extra = [], early.messages
        messages = () if outcome.mint else self.messages(tx, loaded, shows)
        if outcome.read_reply:
            # What staff wrote leaves the chat with the question below it.
            messages, extra = (*extra, *messages), ()
        # Contacts are put beside the question, which stays open.
        replaced = bool(extra or outcome.mint) or any(not message.stays for message in messages)
        remove = dict.fromkeys((*outcome.remove, *(loaded.chat.question if replaced else ())))
        removed = set(remove)
        loaded.chat = replace(
            loaded.chat,
            question=() if replaced else loaded.chat.question,
            stays=tuple(each for each in loaded.chat.stays if each not in removed),
            typed=self._typed(incoming.act, loaded),
            shown=self._in_front(shows, loaded),
            oldest=loaded.chat.oldest or int(self._now().timestamp()),
            # A turn that shows nothing, for a double tap, leaves owed what the turn before it owes.
            owed=tuple((show.screen, show.page) for show in shows) if shows or outcome.begin else loaded.chat.owed,
            **self._until(shows, loaded, replaced=replaced),
        )
        loaded.draft = self._drafts.save(tx, incoming, loaded, insert=insert)
        ticket = (
            Ticket(chat=ChatId(loaded.chat.chat), draft=loaded.draft.id, revision=loaded.draft.revision)
            if messages
            else None
        )
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        turn = Turn(messages=(*extra, *numbered), remove=tuple(remove), toast=outcome.toast, ticket=ticket)
        return Result(turn=turn, mint=outcome.mint)

    def _act(self, tx: Transaction, loaded: Loaded, outcome: Outcome) -> None:
        """Do what was asked for about the whole case, or about the replies to it."""
        case = CaseId(loaded.secrets.hold.case)
        if outcome.delete_case:
            tx.cases.schedule_deletion(case, self._now() + self._delete_after, self._now())
            outcome.shows = [Show("DEL_case_done")]
            outcome.remove.extend((*loaded.chat.question, *loaded.chat.stays, *loaded.chat.typed))
        if outcome.call_back:
            tx.cases.cancel_deletion(case, self._now())
            outcome.shows = [Show("DEL_case_back"), Show("RT1_status")]
        if (outcome.read_reply or outcome.erase_replies) and self._withholds(tx, loaded):
            # What has been read stands in the mailbox still: whoever comes back with the code may read it again.
            outcome.read_reply = outcome.erase_replies = False
            outcome.shows = [Show("RT1_status")]
        if outcome.erase_replies:
            for reply in self._opened(tx, loaded):
                tx.replies.remove(reply.id)
                tx.cases.saw_reply(reply.case, self._now())
            outcome.shows = [Show("RT_erased"), Show("RT1_status")]
        if outcome.case is not None and outcome.case not in {hold.number for hold, _ in loaded.secrets.others}:
            outcome.shows = first_screens(tx, loaded)

    def _may_mint(self, loaded: Loaded, performer: Performer) -> bool:
        """Tell whether a sent case without a code gets one now: not in a closed chat, nor while one is being made."""
        since = loaded.draft.owed_since
        being_made = (
            ("R1_code", "") in loaded.chat.owed and since is not None and self._now() - since < MINTING_TAKES_AT_MOST
        )
        return not (being_made or loaded.secrets.closed or performer.others_may_read())

    def keep_quietly(self, tx: Transaction, incoming: Incoming, loaded: Loaded) -> None:
        """Keep what is written to a closed chat while the first screens stand in it; they say nothing of it."""
        performer = self.performer(tx, loaded)
        self.kept_turn(loaded, performer).run(incoming.act)
        performer.make_ready()
        loaded.secrets = performer.secrets
        loaded.draft = replace(loaded.draft, urgency=performer.triage().level)
        loaded.draft = self._drafts.save(tx, incoming, loaded)

    def _end(
        self, tx: Transaction, incoming: Incoming, loaded: Loaded, performer: Performer, outcome: Outcome
    ) -> Result:
        """Forget the draft; what is left unsent follows the silence choice, unless everything was to be deleted."""
        # The draft is gone after this turn, so the buttons must be such as work without one.
        messages = self._before.farewell(loaded.secrets.state.locale, outcome.shows)
        chat = loaded.chat
        remove = tuple(dict.fromkeys((*outcome.remove, *chat.question, *chat.stays, *chat.typed)))
        case = CaseId(loaded.secrets.hold.case)
        if not performer.wiped and loaded.secrets.state.fresh and loaded.draft.silence is Silence.SEND:
            performer.make_ready()
            loaded.secrets = performer.secrets
            tx.objects.send(case, None)
            tx.cases.add_news(case, self._now())
            tx.cases.raise_urgency(case, loaded.draft.urgency, self._now())
        self._drafts.save_capsule(tx, loaded)
        tx.drafts.delete(loaded.draft.id)
        tx.updates.record(incoming.bot, incoming.update_id, self._now().date())
        return Result(turn=Turn(messages=messages, remove=remove, toast=outcome.toast))

    def _typed(self, act: Act, loaded: Loaded) -> tuple[int, ...]:
        """Return the person's messages that stay in the chat until the end, by their choice."""
        if loaded.secrets.hygiene == "end" and isinstance(act, Said) and not act.edited:
            return (*loaded.chat.typed, act.message_id)[-TYPED_REMEMBERED:]
        return loaded.chat.typed

    def _in_front(self, shows: Sequence[Show], loaded: Loaded) -> tuple[str, str]:
        """Return the screen and page that a person has before them; contacts only stand beside it."""
        taking_over = [show for show in shows if show.screen not in CONTACT_SCREENS]
        return (taking_over[-1].screen, taking_over[-1].page) if taking_over else loaded.chat.shown

    def _until(self, shows: Sequence[Show], loaded: Loaded, *, replaced: bool) -> dict[str, int]:
        """Return when screens leave by themselves: a status after ten minutes, contacts after a quiet hour."""
        now = int(self._now().timestamp())
        names = {show.screen for show in shows}
        question = 0 if replaced else loaded.chat.question_until
        if names & QUIET_SCREENS:
            question = now + int(QUIET.total_seconds())
        # The code stands in the same place, and stays until it is written down.
        contacts = loaded.secrets.shown is None and bool(names & CONTACT_SCREENS or loaded.chat.stays)
        return {"question_until": question, "stays_until": now + int(CONTACTS_STAY.total_seconds()) if contacts else 0}

    def _another(self, chat: ChatId, state: State, outcome: Outcome) -> Turn:
        turn = self._before.another(chat, state.locale)
        return replace(turn, remove=tuple(outcome.remove))

    def sealer(self, version: Version) -> Sealer:
        """Return what seals for this version of the conversation."""
        keyring = self._keyring()

        def members(compartment: Compartment) -> tuple[Recipient, ...]:
            assert keyring is not None, "a case begun without a keyring"
            return keyring.recipients(compartment)

        return Sealer(
            version.conversation,
            version.digest,
            deployment=self._deployment,
            serial=0 if keyring is None else keyring.serial,
            members=members,
            random_bytes=self._random_bytes,
        )

    def performer(self, tx: Transaction, loaded: Loaded) -> Performer:
        """Return what carries out effects on this draft."""
        version = loaded.version
        return Performer(
            tx,
            self.sealer(version),
            version.conversation,
            version.digest,
            secrets=loaded.secrets,
            now=self._now(),
            ping=lambda state: self._ping(loaded, state),
        )

    def _ping(self, loaded: Loaded, state: State) -> bytes | None:
        """Return the token for one neutral hello, made where the person allows it in this chat and it is safe there."""
        reading = Reading(loaded.version.conversation, state)
        nodes = loaded.version.conversation.nodes
        allowed = any(
            option.id == HELLO_HERE and reading.holds(option.when)
            for node in reading.answered()
            if nodes[node].author_kind is AuthorKind.CONTACT
            for option in nodes[node].options
            if option.id in state.picks.get(node, ())
        )
        if not allowed:
            return None
        case = CaseId(loaded.secrets.hold.case)
        return seal_ping(self._ping_key, case, ChatId(loaded.chat.chat), self._random_bytes)

    def kept_turn(self, loaded: Loaded, performer: Performer) -> KeptTurn:
        """Return what answers an act on this draft."""
        return KeptTurn(
            loaded.version.conversation,
            loaded.version.digest,
            performer,
            loaded.chat,
            nonce=loaded.draft.id[:NONCE_BYTES].hex(),
            now=self._now(),
        )

    def messages(self, tx: Transaction, loaded: Loaded, shows: Sequence[Show]) -> tuple[Message, ...]:
        """Render what is shown, with this draft's buttons and values."""
        if not shows:
            return ()
        conversation, secrets = loaded.version.conversation, loaded.secrets
        status = ""
        hidden = set(HIDDEN_UNTIL_SENT if not secrets.state.sent else ())
        if any(show.screen == "RT1_status" for show in shows):
            case = tx.cases.by_id(CaseId(secrets.hold.case))
            waiting = self.replies_wait(tx, loaded)
            status = status_of(case, replies=waiting) if case else "ST_received"
            if status == "ST_question" and self._withholds(tx, loaded):
                status = "ST_working"
            if not waiting:
                hidden.add("read")
        if not secrets.state.fresh:
            hidden.add("send_now")
        if secrets.shown is not None:
            hidden.add("as_words" if secrets.shown.words else "as_numbers")
        permissions = given(conversation, secrets.state)
        hidden.update(act for act in WITHDRAWALS if act not in permissions)
        if not permissions:
            hidden.add("withdraw")
        hidden.add("trial")
        nonce, rev = loaded.draft.id[:NONCE_BYTES].hex(), secrets.state.rev
        values = self._wording.of_draft(
            conversation,
            secrets,
            level=loaded.draft.urgency,
            until=(self._now() + self._drafts.silence(loaded)).date(),
            status=status,
        )
        if tried := next((show.page for show in shows if show.screen == TRIED), ""):
            values = {**values, "day": day_text(date.fromisoformat(tried), secrets.state.locale)}
        cases = tuple(
            (number, day_text(date.fromisoformat(day), secrets.state.locale)) for number, day in numbers(secrets)
        )
        if len(cases) == 1:
            hidden.add("cases")
        if len(cases) >= CASES_AT_MOST:
            hidden.add("another")
        look = Look(
            data=lambda press: encode_after(nonce, rev, press), values=values, hidden=frozenset(hidden), cases=cases
        )
        paged = [
            Show(show.screen, BY_CHANNEL) if show.screen == "R2_after" and by_channel(conversation, secrets) else show
            for show in shows
        ]
        return render(conversation, secrets.state, paged, look)

    def _opened(self, tx: Transaction, loaded: Loaded) -> list[OpenedReply]:
        """Open what waits in the mailbox, for any of the cases under the code."""
        keyring, box = self._keyring(), loaded.secrets.box
        if keyring is None or box is None:
            return []
        cases = (loaded.secrets.hold.case, *(hold.case for hold, _ in loaded.secrets.others))
        return list(
            opened_replies(tx.replies.waiting(box.id), box, cases, deployment=self._deployment, keyring=keyring)
        )

    def _read(self, tx: Transaction, loaded: Loaded) -> tuple[list[Show], tuple[Message, ...]]:
        opened = self._opened(tx, loaded)
        tell_of_unshown(tx, loaded, {reply.id for reply in opened}, self._now())
        if opened:
            return [Show("RT2_read")], tuple(map(shown_once, opened))
        # An older conversation, by which this case is answered still, has no such screen.
        unshown = UNSHOWN if UNSHOWN in loaded.version.conversation.screens else "ERR_ours"
        return [Show(unshown), Show("RT1_status")], ()

    def replies_wait(self, tx: Transaction, loaded: Loaded) -> bool:
        """Tell whether replies wait that may be shown in this chat."""
        box = loaded.secrets.box
        return box is not None and bool(tx.replies.waiting(box.id)) and not self._withholds(tx, loaded)

    def _withholds(self, tx: Transaction, loaded: Loaded) -> bool:
        """Tell whether replies are only for whoever types the code: where others may be reading, and it was not."""
        return not loaded.secrets.by_code and self.performer(tx, loaded).others_may_read()


def by_channel(conversation: Conversation, secrets: Secrets) -> bool:
    """Tell whether the person named a way to be reached, rather than coming back by code alone."""
    contact = {node.id for node in conversation.nodes.values() if node.author_kind is AuthorKind.CONTACT}
    typed = any(part.node in contact for part in secrets.hold.parts)
    return typed or any(HELLO_HERE in picks for node, picks in secrets.state.picks.items() if node in contact)
