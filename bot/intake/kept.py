"""One turn of a draft that is kept: what the person did, what the engine makes of it, what is shown.

Works inside the turn's transaction on values that were already decrypted; ``bot.intake.service`` loads and saves them.
Rules: nothing typed is lost, whatever it was typed at; an old or double tap changes nothing; the four buttons, the
language and the views are honoured from any button of this draft.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.engine.conversation import AuthorKind, Conversation, Kind, Node
from bot.engine.effects import Show
from bot.engine.events import (
    Back,
    Delete,
    Done,
    Event,
    Exit,
    Forget,
    Locale,
    Open,
    Pick,
    Revisit,
    Send,
    Set,
    Skip,
    Unreadable,
    View,
    Words,
)
from bot.engine.state import END, MENU, State
from bot.engine.step import prompt, step
from bot.ids import CaseId
from bot.intake.buttons import AfterConsent, Press, decode, gives_consent
from bot.intake.draft import Chat
from bot.intake.incoming import Act, Blocked, Command, Said, Tap, Unread
from bot.intake.perform import COMPROMISED, GRANTING, REFUSING, Performer, consent_withdrawn
from bot.intake.screens import ANSWERED, QUESTION_MENU, offered, screen_by_number, text_of
from bot.intake.understood import always, is_urgent, locale_named, names_a_way, option_of, options_of
from bot.store.transaction import Transaction

LONG_PART = 4000
"""Letters from which on a message is probably the first piece of a paste that the app cut at 4,096."""
SAME_PASTE_SECONDS = 3
CAN_BE_REMOVED = timedelta(hours=48)
"""Bot API ``deleteMessage``: a message sent less than 48 hours ago."""
CONTACT_OR_STORY = Show("ERR_contact_or_story")
UNREADABLE = {
    "voice": "ERR_voice",
    "file": "ERR_file",
    "location": "ERR_location",
    "card": "ERR_card",
    "empty": "ERR_empty",
    "other": "ERR_kind",
}


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a turn came to, besides what the performer holds."""

    shows: list[Show] = field(default_factory=list)
    remove: list[int] = field(default_factory=list)
    toast: str | None = None
    mint: bool = False
    """A return code is to be made and shown."""
    ended: bool = False
    """The draft is forgotten."""
    begin: bool = False
    """The first screen is shown, as to a stranger."""
    another: bool = False
    """A further case of the same person begins."""
    delete_case: bool = False
    call_back: bool = False
    read_reply: bool = False
    erase_replies: bool = False


class KeptTurn:
    """Answers one act on a kept draft."""

    def __init__(
        self,
        tx: Transaction,
        conversation: Conversation,
        digest: str,
        performer: Performer,
        chat: Chat,
        *,
        nonce: str,
        now: datetime,
    ) -> None:
        """``nonce`` is what this draft's buttons carry."""
        self._tx = tx
        self._conversation = conversation
        self._digest = digest
        self._performer = performer
        self._chat = chat
        self._nonce = nonce
        self._now = now
        self.outcome = Outcome()

    @property
    def _state(self) -> State:
        return self._performer.secrets.state

    def run(self, act: Act) -> Outcome:
        """Answer the act."""
        match act:
            case Command(name=name, message_id=message_id):
                self._tidy(message_id)
                self._command(name)
            case Tap():
                self._tap(act)
            case Said():
                self._said(act)
            case Unread(kind=kind, message_id=message_id, edited=edited):
                self._tidy(message_id)
                if not edited:
                    self._step(Unreadable(UNREADABLE.get(kind, "ERR_kind")))
            case Blocked():
                pass
        return self._finish()

    def resume(self, locale: str, *, delete: bool) -> Outcome:
        """Go on after language and safety were asked again."""
        self._performer.secrets = replace(self._performer.secrets, closed=False)
        if locale != self._state.locale:
            self._quietly(Locale(locale))
        if delete:
            self._ask_deletion()
        else:
            self._again()
        return self._finish()

    # -- acts ---------------------------------------------------------------------------------------------------

    def _command(self, name: str) -> None:
        match name:
            case "menu" if not self._performer.secrets.closed:
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "stop":
                self._exit()
            case _:
                self.outcome.begin = True

    def _tap(self, tap: Tap) -> None:
        decoded = decode(self._conversation, self._digest, tap.data)
        if not isinstance(decoded, AfterConsent) or decoded.nonce != self._nonce:
            self._old_button()
            return
        press, rev = decoded.press, decoded.rev
        if press.verb == "w":
            self._view(press)
            return
        if press.verb in "xmv!":
            self._remember_to_remove(tap.message_id)
            self._anywhere(press)
            return
        if rev != self._state.rev:
            # The app repeats an unanswered tap, and fingers do too: the one just before is a double tap.
            if rev == self._state.rev - 1:
                self.outcome.toast = self._text("ERR_twice")
            else:
                self._old_button()
            return
        self._remember_to_remove(tap.message_id)
        event = self._event_of(press)
        if event is None:
            self._old_button()
        else:
            self._step(event)

    def _anywhere(self, press: Press) -> None:
        match press.verb:
            case "x":
                self._exit()
            case "m":
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "v":
                self._view(press)
            case _:
                self._act(press.act)

    def _view(self, press: Press) -> None:
        if screen := screen_by_number(self._conversation, press.number):
            self.outcome.shows.append(Show(screen))
        else:
            self._old_button()

    def _event_of(self, press: Press) -> Event | None:
        node = self._conversation.nodes.get(self._state.at)
        option = node.options[press.number] if node and press.number < len(node.options) else None
        sections, nodes = list(self._conversation.sections), list(self._conversation.nodes)
        match press.verb:
            case "p" if option:
                return Pick(option.id)
            case "s" | "u" if option:
                return Set(option.id, press.verb == "s")
            case "d":
                return Done()
            case "k":
                return Skip()
            case "b":
                return Back()
            case "g" if node:
                groups = list(dict.fromkeys(each.group for each in node.options if each.group))
                return View(node.id, groups[press.number]) if press.number < len(groups) else None
            case "o" if press.number < len(sections):
                return Open(sections[press.number])
            case "a" if press.number < len(nodes):
                return Revisit(nodes[press.number])
            case _:
                return None

    def _act(self, act: str) -> None:  # noqa: C901, PLR0912  one arm per act
        if act.startswith("locale_"):
            if act[7:] in self._conversation.texts:
                self._step(Locale(act[7:]))
            return
        if act.startswith("wd_"):
            self._choose_withdrawal(act)
            return
        if act.startswith("hygiene_"):
            self._performer.secrets = replace(self._performer.secrets, hygiene=act[8:])
            self._again()
            return
        match act:
            case "contacts":
                self.outcome.shows.append(Show("C1_contacts"))
            case "who":
                self.outcome.shows.append(Show("WHO"))
            case "language":
                self.outcome.shows.append(Show("LANG"))
            case "hygiene":
                self.outcome.shows.append(Show("HYGIENE"))
            case "help":
                self.outcome.shows.append(Show("HELP"))
            case "send_now" | "send":
                self._step(Send())
            case "later":
                self.outcome.shows.append(Show("S3_later"))
                self._performer.secrets = replace(self._performer.secrets, closed=True)
            case "enough":
                self._exit()
            case "delete_all" | "delete_case":
                self._ask_deletion()
            case "delete":
                self._delete()
            case "call_back":
                self.outcome.call_back = True
            case "answer_again":
                self.outcome.shows.append(Show(ANSWERED))
            case "forget":
                self._forget_answer()
            case "contact" | "story":
                self._contact_or_story(act)
            case "kept":
                self._code_written_down()
            case "other_form":
                self._other_form()
            case "new_code":
                self.outcome.mint = self._state.sent and not self._compromised()
            case "proof":
                self.outcome.shows.append(Show("PROOF"))
            case "all":
                self.outcome.shows.append(Show(MENU, "all"))
            case "add_more" | "topics":
                self._step(View(MENU))
            case "permissions":
                self._step(View(MENU))
                self._step(Open("permissions"))
            case "another":
                self.outcome.shows.append(Show("ANOTHER"))
            case "go_on":
                self.outcome.another = True
            case "withdraw":
                self.outcome.shows.append(Show("WD_choose" if self._granted() else "WD_nothing"))
            case "withdraw_now":
                self._withdraw()
            case "read":
                self.outcome.read_reply = True
            case "have_read":
                self.outcome.erase_replies = True
            case "reply":
                self._step(View(MENU))
                self._step(Open("own_words"))
            case "cannot_write":
                self._cannot_write()
            case "hide":
                return
            case _:
                self._again()

    def _said(self, said: Said) -> None:
        if said.edited:
            self._edited(said)
            return
        self._tidy(said.message_id)
        text = said.text
        if self._performer.secrets.closed:
            # Exit was pressed; whoever writes now sees the first screen, and what they wrote is not lost.
            if always(self._conversation, text) is None and self._performer.has_room(text):
                self._quietly(Words(text, more=True), message_id=said.message_id)
            self.outcome.begin = True
            return
        if (name := always(self._conversation, text)) and not said.forwarded:
            self._word(name)
            return
        if is_urgent(self._conversation, text):
            self._words(said)
            self.outcome.shows[:] = [Show("URG")]
            return
        node = self._conversation.nodes.get(self._state.at)
        if node is None or said.forwarded or self._belongs_to_previous(said):
            self._words(said)
            return
        if locale := self._locale_asked(node, text):
            self._step(Locale(locale))
            return
        self._answer(node, said)

    def _answer(self, node: Node, said: Said) -> None:
        shown = tuple(option for option in offered(self._conversation, self._state, node) if not option.act)
        if node.kind is Kind.MANY:
            if chosen := options_of(self._conversation, node, shown, said.text):
                for option in chosen:
                    self._quietly(Set(option.id, on=True))
                self._again()
                return
        elif named := option_of(self._conversation, node, shown, said.text):
            if named.show and named.do is None and named.show in self._conversation.screens:
                self.outcome.shows.append(Show(named.show))
            else:
                self._step(Pick(named.id))
            return
        elif done := self._ready_typed(node, said.text):
            self._step(done)
            return
        if node.author_kind is AuthorKind.CONTACT and not names_a_way(said.text):
            self._words(said, flags=("contact_or_story",))
            more = self._conversation.nodes[self._conversation.more]
            self._performer.hold_story(more, said.text, said.message_id)
            self.outcome.shows[:] = [CONTACT_OR_STORY]
            return
        self._words(said)

    def _ready_typed(self, node: Node, text: str) -> Event | None:
        ready = [option for option in node.options if option.act == "done"]
        named = option_of(self._conversation, node, tuple(ready), text) if ready and len(text) < LONG_PART else None
        return Done() if named else None

    def _locale_asked(self, node: Node, text: str) -> str | None:
        return locale_named(self._conversation, text) if node.kind is not Kind.WORDS else None

    def _words(self, said: Said, *, flags: tuple[str, ...] = ()) -> None:
        if not self._performer.has_room(said.text):
            self.outcome.shows.append(Show("LIMIT_reached"))
            self._again()
            return
        marks = (*flags, *(("forwarded",) if said.forwarded else ()))
        more = self._belongs_to_previous(said)
        self._step(Words(said.text, more=more), message_id=said.message_id, flags=marks)

    def _belongs_to_previous(self, said: Said) -> bool:
        """Tell whether this was written before the question at hand could be seen, or continues a cut paste."""
        secrets = self._performer.secrets
        if self._state.tail is None:
            return False
        if self._chat.question and said.message_id < min(self._chat.question):
            return True
        recent = self._now.timestamp() - secrets.last_at <= SAME_PASTE_SECONDS
        return recent and secrets.last_length >= LONG_PART

    def _edited(self, said: Said) -> None:
        part = next((part for part in self._performer.hold.parts if part.message_id == said.message_id), None)
        if part is None or not self._performer.has_room(said.text):
            return
        self._performer.replace_part(part, said.text)
        if self._state.sent and self._state.at == MENU:
            self._step(Send())
            return
        self.outcome.shows.append(Show("EDITED"))
        self._again()

    def _word(self, name: str) -> None:
        match name:
            case "exit":
                self._exit()
            case "delete":
                self._ask_deletion()
            case "start":
                self.outcome.begin = True
            case "menu":
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "back":
                self._step(Back())
            case "skip":
                self._step(Skip())
            case "who":
                self.outcome.shows.append(Show("WHO"))
            case _:
                self.outcome.shows.append(Show("C1_contacts"))

    # -- what acts do -------------------------------------------------------------------------------------------

    def _step(self, event: Event, *, message_id: int | None = None, flags: tuple[str, ...] = ()) -> None:
        before = self._state
        after, effects = step(self._conversation, before, event)
        ending = "leave" if after.at == END else "person"
        self._performer.take(after)
        self._performer.perform(effects, message_id=message_id, flags=flags, ending=ending)
        self.outcome.shows.extend(self._performer.shows)
        self._performer.shows.clear()
        if after.sent and consent_withdrawn(self._conversation, before, after):
            self._tx.cases.mark_withdrawn(CaseId(self._performer.hold.case))

    def _quietly(self, event: Event, *, message_id: int | None = None) -> None:
        shown = list(self.outcome.shows)
        self._step(event, message_id=message_id)
        self.outcome.shows[:] = shown

    def _again(self) -> None:
        self.outcome.shows.extend(effect for effect in prompt(self._conversation, self._state) if isinstance(effect, Show))

    def _exit(self) -> None:
        if self._removable_soon_gone():
            self.outcome.shows.append(Show("ERR_48h"))
        self._step(Exit())
        self._performer.secrets = replace(self._performer.secrets, closed=True)
        if self._state.sent:
            self.outcome.ended = True

    def _removable_soon_gone(self) -> bool:
        oldest = self._chat.oldest
        return bool(oldest) and self._now.timestamp() - oldest > CAN_BE_REMOVED.total_seconds()

    def _ask_deletion(self) -> None:
        self.outcome.shows.append(Show("DEL_case" if self._state.sent else "DEL_confirm"))

    def _delete(self) -> None:
        if self._state.sent:
            self.outcome.delete_case = True
            return
        self._step(Delete())

    def _forget_answer(self) -> None:
        if self._state.at in self._conversation.nodes:
            self._step(Forget(self._state.at))

    def _contact_or_story(self, act: str) -> None:
        if act == "contact":
            self._performer.drop_story()
            self._again()
            return
        contact = next(
            (
                part.node
                for part in reversed(self._performer.hold.parts)
                if self._conversation.nodes[part.node].author_kind is AuthorKind.CONTACT
            ),
            None,
        )
        self._performer.take_story()
        if contact is not None:
            self._quietly(Revisit(contact))
            self._quietly(Forget(contact))
        self._again()

    def _granted(self) -> dict[str, str]:
        return granted_acts(self._conversation, self._state)

    def _choose_withdrawal(self, act: str) -> None:
        node = self._granted().get(act)
        self._performer.secrets = replace(self._performer.secrets, withdrawing=node)
        self.outcome.shows.append(Show("WD_confirm" if node else "WD_nothing"))

    def _withdraw(self) -> None:
        """Take a permission back: answered again with No, sent at once, and flagged in clear for staff."""
        wanted = self._performer.secrets.withdrawing
        node = self._conversation.nodes.get(wanted or "")
        refusal = next((each.id for each in node.options if each.id in REFUSING), None) if node else None
        if node is None or refusal is None:
            self.outcome.shows.append(Show("WD_nothing"))
            return
        self._quietly(View(MENU))
        self._quietly(Revisit(node.id))
        self._quietly(Pick(refusal))
        self._quietly(Send())
        self._performer.secrets = replace(self._performer.secrets, withdrawing=None)
        self.outcome.shows.append(Show("WD_done"))
        self._again()

    def _code_written_down(self) -> None:
        self._performer.secrets = replace(self._performer.secrets, shown=None)
        self.outcome.remove.extend(self._chat.stays)
        self.outcome.shows.append(Show("R2_after"))

    def _other_form(self) -> None:
        if (shown := self._performer.secrets.shown) is not None:
            self._performer.secrets = replace(self._performer.secrets, shown=replace(shown, words=not shown.words))
            self.outcome.remove.extend(self._chat.stays)
            self.outcome.shows.append(Show("CODE_form"))
        else:
            self._again()

    def _cannot_write(self) -> None:
        node = self._conversation.nodes.get(self._state.at)
        if node and any(option.id == "cannot_write" for option in node.options):
            self._step(Pick("cannot_write"))
        else:
            self._step(Skip())

    def _compromised(self) -> bool:
        return COMPROMISED in self._performer.triage().flags

    def _old_button(self) -> None:
        self.outcome.toast = self._text("ERR_old_button")
        if self._performer.secrets.closed:
            self.outcome.begin = True
        else:
            self._again()

    def _remember_to_remove(self, message_id: int | None) -> None:
        if message_id is not None and message_id not in self._chat.question:
            self.outcome.remove.append(message_id)

    def _tidy(self, message_id: int) -> None:
        if self._performer.secrets.hygiene == "go":
            self.outcome.remove.append(message_id)

    def _text(self, screen: str) -> str:
        return text_of(self._conversation, self._state.locale, f"{screen}.say")

    def _finish(self) -> Outcome:
        outcome = self.outcome
        if self._performer.first_sent and not self._compromised():
            outcome.mint = True
        if self._performer.wiped or (self._state.at == END):
            outcome.ended = True
            outcome.mint = False
        if self._performer.cleared:
            outcome.remove.extend((*self._chat.question, *self._chat.stays, *self._chat.typed))
        return outcome



def granted_acts(conversation: Conversation, state: State) -> dict[str, str]:
    """Return the permissions that are given now: the act that takes each back, and its node."""
    nodes = conversation.nodes
    return {
        f"wd_{node.split('_', 1)[0].lower()}": node
        for node, picks in state.picks.items()
        if node in nodes
        and nodes[node].author_kind is AuthorKind.CONSENT
        and not gives_consent(nodes[node])
        and picks
        and picks[0] in GRANTING
    }
