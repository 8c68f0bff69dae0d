"""One turn of a draft that is kept: what the person did, what the engine makes of it, what is shown.

Works inside the turn's transaction on values that were already decrypted; ``bot.intake.service`` loads and saves them.
Rules: nothing typed is lost, whatever it was typed at; an old or double tap changes nothing; the four buttons, the
language and the views are honoured from any button of this draft.
"""

from dataclasses import replace
from datetime import datetime

from bot.engine.conversation import AuthorKind, Conversation, Kind, Node, Option
from bot.engine.effects import Show
from bot.engine.events import (
    Back,
    Done,
    Event,
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
from bot.intake.acts import SHOWN_BY, Acts, Outcome
from bot.intake.buttons import AfterConsent, Press, decode
from bot.intake.draft import Chat
from bot.intake.incoming import Act, Blocked, Command, Said, Tap, Unread
from bot.intake.perform import Performer
from bot.intake.screens import QUESTION_MENU, offered, screen_by_number
from bot.intake.understood import (
    always,
    country_named,
    is_number,
    is_urgent,
    locale_named,
    names_a_way,
    option_of,
    options_of,
    says,
)

LONG_PART = 4000
"""Letters from which on a message is probably the first piece of a paste that the app cut at 4,096."""
SAME_PASTE_SECONDS = 3
SHORT_NUMBER = 3
"""Letters from which on a number may be more than that of a button."""
CONTACT_OR_STORY = Show("ERR_contact_or_story")
UNREADABLE = {
    "voice": "ERR_voice",
    "file": "ERR_file",
    "location": "ERR_location",
    "card": "ERR_card",
    "empty": "ERR_empty",
    "other": "ERR_kind",
}


class KeptTurn:
    """Answers one act on a kept draft."""

    def __init__(
        self,
        conversation: Conversation,
        digest: str,
        performer: Performer,
        chat: Chat,
        *,
        nonce: str,
        now: datetime,
    ) -> None:
        """``nonce`` is what this draft's buttons carry."""
        self._conversation = conversation
        self._digest = digest
        self._performer = performer
        self._acts = Acts(conversation, performer, chat, now=now)
        self._chat = chat
        self._nonce = nonce
        self._now = now
        self.outcome = self._acts.outcome

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
            case Unread():
                self._unread(act)
            case Blocked():
                pass
        return self._finish()

    def resume(self, locale: str, *, delete: bool) -> Outcome:
        """Go on after language and safety were asked again."""
        self._performer.secrets = replace(self._performer.secrets, closed=False, by_code=False)
        if locale != self._state.locale:
            self._acts.quietly(Locale(locale))
        if delete:
            self._acts.ask_deletion()
        else:
            self._acts.again()
        return self._finish()

    def _unread(self, unread: Unread) -> None:
        """Say kindly what cannot be taken; words that stand under it are kept like any others."""
        self._tidy(unread.message_id)
        if unread.edited or self._performer.secrets.closed:
            self.outcome.begin = self._performer.secrets.closed
            return
        screen = UNREADABLE.get(unread.kind, "ERR_kind")
        if unread.caption:
            self._words(Said(text=unread.caption, message_id=unread.message_id))
            self.outcome.shows.insert(0, Show(screen))
        else:
            self._acts.step(Unreadable(screen))

    def _command(self, name: str) -> None:
        match name:
            case "menu" if not self._performer.secrets.closed:
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "stop":
                self._acts.exit()
            case "unknown" if not self._performer.secrets.closed:
                self.outcome.shows.append(Show(SHOWN_BY["help"]))
            case _:
                self.outcome.begin = True

    def _tap(self, tap: Tap) -> None:
        decoded = decode(self._conversation, self._digest, tap.data)
        if not isinstance(decoded, AfterConsent) or decoded.nonce != self._nonce:
            self._old_button()
            return
        press, rev = decoded.press, decoded.rev
        if self._performer.secrets.closed and press.verb != "x":
            self._old_button()
            return
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
                self.outcome.toast = self._acts.text("ERR_twice")
            else:
                self._old_button()
            return
        self._remember_to_remove(tap.message_id)
        event = self._event_of(press)
        if event is None:
            self._old_button()
        else:
            self._acts.step(event)

    def _anywhere(self, press: Press) -> None:
        match press.verb:
            case "x":
                self._acts.exit()
            case "m":
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "v":
                self._view(press)
            case _:
                self._acts.do(press.act)

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

    def _said(self, said: Said) -> None:
        if said.edited:
            self._edited(said)
            return
        self._tidy(said.message_id)
        text = said.text
        if self._performer.secrets.closed:
            # Exit was pressed; whoever writes now sees the first screen, and what they wrote is not lost.
            if always(self._conversation, text) is None and self._performer.has_room(text):
                self._acts.quietly(Words(text, more=True), message_id=said.message_id)
            self.outcome.begin = True
            return
        if (name := self._meant(text)) and not said.forwarded:
            self._word(name)
            return
        node = self._conversation.nodes.get(self._state.at)
        if is_urgent(self._conversation, text) and not self._is_an_option(node, text):
            self._words(said)
            self.outcome.shows[:] = [Show("URG")]
            return
        if node is None or said.forwarded or self._belongs_to_previous(said):
            self._words(said)
            return
        if locale := self._locale_asked(node, text):
            self._acts.step(Locale(locale))
            return
        self._answer(node, said)

    def _meant(self, text: str) -> str | None:
        """Return the word that works anywhere; a greeting begins anew only where nothing is being asked."""
        name = always(self._conversation, text)
        return None if name == "start" and self._state.at in self._conversation.nodes else name

    def _is_an_option(self, node: Node | None, text: str) -> bool:
        """Tell whether a line that also sounds urgent is simply an answer to the question at hand."""
        return node is not None and bool(
            options_of(self._conversation, node, offered(self._conversation, self._state, node), text)
        )

    def _answer(self, node: Node, said: Said) -> None:
        elsewhere = self._answers_another(said)
        asked = () if elsewhere else offered(self._conversation, self._state, node)
        shown = tuple(option for option in asked if not option.act)
        if is_number(said.text) and not elsewhere:
            if self._covered(node) and len(said.text.strip()) < SHORT_NUMBER:
                self._acts.again()
                return
            shown = self._on_page(node, shown)
        if done := self._ready_typed(node, said.text):
            self._acts.step(done)
            return
        if node.kind is Kind.MANY:
            if chosen := options_of(self._conversation, node, shown, said.text):
                for option in chosen:
                    self._acts.quietly(Set(option.id, on=True))
                self._acts.again()
                return
        elif named := option_of(self._conversation, node, shown, said.text):
            if named.show and named.do is None and named.show in self._conversation.screens:
                self.outcome.shows.append(Show(named.show))
            else:
                self._acts.step(Pick(named.id))
            return
        if node.author_kind is AuthorKind.CONTACT and (elsewhere or not names_a_way(said.text)):
            self._words(said, flags=("contact_or_story",))
            more = self._conversation.nodes[self._conversation.more]
            self._performer.hold_story(more, said.text, said.message_id)
            self.outcome.shows[:] = [CONTACT_OR_STORY]
            return
        country = country_named(self._conversation, said.text) if node.author_kind is AuthorKind.COUNTRY else None
        self._words(said, flags=(f"country:{country}",) if country else ())

    def _covered(self, node: Node) -> bool:
        """Tell whether another screen stands before the question, so that a number means none of its buttons."""
        return self._chat.shown[0] not in {"", node.id}

    def _on_page(self, node: Node, options: tuple[Option, ...]) -> tuple[Option, ...]:
        """Return the options that have a number now: those of the page that is shown."""
        if self._covered(node):
            return ()
        pages = [option.group for option in node.options if option.group]
        page = self._chat.shown[1] if self._chat.shown[1] in pages else next(iter(pages), "")
        return tuple(option for option in options if (option.group or page) == page)

    def _ready_typed(self, node: Node, text: str) -> Event | None:
        if len(text) >= LONG_PART or not (node.kind is Kind.MANY or node.several):
            return None
        return Done() if says(self._conversation, "ready", text) else None

    def _locale_asked(self, node: Node, text: str) -> str | None:
        return locale_named(self._conversation, text) if node.kind is not Kind.WORDS else None

    def _words(self, said: Said, *, flags: tuple[str, ...] = ()) -> None:
        if not self._performer.has_room(said.text):
            self.outcome.shows.append(Show("LIMIT_reached"))
            self._acts.again()
            return
        marks = (*flags, *(("forwarded",) if said.forwarded else ()))
        more = self._belongs_to_previous(said)
        self._acts.step(Words(said.text, more=more), message_id=said.message_id, flags=marks)

    def _belongs_to_previous(self, said: Said) -> bool:
        """Tell whether this was written before the question at hand could be seen, or continues a cut paste."""
        secrets = self._performer.secrets
        if self._state.tail is None:
            return False
        if self._chat.question and said.message_id < min(self._chat.question):
            return True
        recent = self._now.timestamp() - secrets.last_at <= SAME_PASTE_SECONDS
        return recent and secrets.last_length >= LONG_PART

    def _answers_another(self, said: Said) -> bool:
        """Tell whether this replies to a question that is no longer asked: it names no button of the one that is."""
        asked = self._chat.question
        return said.reply_data is not None and bool(asked) and said.reply_to not in asked

    def _edited(self, said: Said) -> None:
        parts = [part for part in self._performer.hold.parts if part.message_id == said.message_id]
        if not parts or not self._performer.has_room(said.text):
            return
        for part in parts:
            self._performer.replace_part(part, said.text)
        if self._performer.secrets.closed:
            return
        if self._state.sent and self._state.at == MENU:
            self._acts.step(Send())
            return
        self.outcome.shows.append(Show("EDITED"))
        self._acts.again()

    def _word(self, name: str) -> None:
        match name:
            case "exit":
                self._acts.exit()
            case "delete":
                self._acts.ask_deletion()
            case "start":
                self.outcome.begin = True
            case "menu":
                self.outcome.shows.append(Show(QUESTION_MENU))
            case "back":
                self._acts.step(Back())
            case "skip":
                self._acts.step(Skip())
            case "code":
                self.outcome.shows.append(Show("RT0_code"))
            case "send":
                self._acts.do("send_now")
            case _:
                self._acts.do(name)

    def _old_button(self) -> None:
        self.outcome.toast = self._acts.text("ERR_old_button")
        if self._performer.secrets.closed:
            self.outcome.begin = True
        else:
            self._acts.again()

    def _remember_to_remove(self, message_id: int | None) -> None:
        if message_id is not None and message_id not in self._chat.question:
            self.outcome.remove.append(message_id)

    def _tidy(self, message_id: int) -> None:
        if self._performer.secrets.hygiene == "go":
            self.outcome.remove.append(message_id)

    def _finish(self) -> Outcome:
        outcome = self.outcome
        if self._performer.first_sent and not self._acts.compromised():
            outcome.mint = True
        if self._performer.wiped or (self._state.at == END):
            outcome.ended = True
            outcome.mint = False
        if self._performer.cleared and self._performer.secrets.hygiene != "never":
            outcome.remove.extend((*self._chat.question, *self._chat.stays, *self._chat.typed))
        return outcome
