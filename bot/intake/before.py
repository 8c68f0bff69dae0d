"""Before consent: every turn is answered from the button alone, and nothing is written anywhere.

The state rides in the buttons. The only memory is a bounded table in this process of the last question shown per
chat, so that a typed *yes* or «ҳа» can be understood; losing it loses nothing. Consent counts only as a tap on the
consent message (``objects.md`` 8).
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.engine.conversation import Conversation, Do, Node, Option
from bot.engine.effects import Clear, Show
from bot.engine.events import Back, Delete, Event, Exit, Locale, Pick, Skip
from bot.engine.state import END, Mark, State
from bot.engine.step import prompt, start, step
from bot.ids import ChatId
from bot.intake.acts import SHOWN_BY
from bot.intake.asked import Asked, ConsentGiven, Resumed
from bot.intake.buttons import BeforeConsent, OldButton, Press, decode, encode_before, gives_consent
from bot.intake.incoming import Act, Blocked, Command, Said, Tap, Unread
from bot.intake.remembered import Remembered
from bot.intake.screens import QUESTION_MENU, Look, Values, offered, render, screen_by_number
from bot.intake.trial import Trials
from bot.intake.turn import Delivery, Message, Ticket, Turn
from bot.intake.understood import always, guess_locale, is_number, is_urgent, locale_named, option_of, says

REMEMBERED = 10_000
"""Chats whose last question before consent is remembered, at most; the oldest is forgotten first."""

NO_DRAFT = b""
"""The draft of a ticket before consent."""

AFTER_SAFETY = "A2_safe_here"
"""A returning person is asked whether to go on only after this question (``words/core-paths.md`` 1.4)."""

WITHOUT_SENDING = frozenset({"send_now", "later", "answer_again", "hygiene"})
"""Acts that make no sense before anything is kept."""

ASKS_CODE = "RT0_code"
"""The screen that asks for a return code: whatever is typed below it leaves the chat."""

SHOWN_BY_WORD = {**SHOWN_BY, "menu": QUESTION_MENU, "code": ASKS_CODE}
"""Words that only show something."""

ANSWERS = ("yes", "no", "not_sure", "dont_know")
"""Lists of words that answer a question, and are no story even where they answer nothing."""

NEEDS_A_QUESTION = frozenset({"back", "skip", "send", "cannot_write"})
"""Words that mean nothing as the first message."""


class BeforeConsentTurns:
    """Answers updates of chats that have given no consent."""

    def __init__(self, conversation: Conversation, digest: str, values: Values) -> None:
        """``values`` returns the placeholders (contacts, operator) for a locale."""
        self._conversation = conversation
        self._digest = digest
        self._values = values
        self._asked: Remembered[ChatId, Asked] = Remembered(REMEMBERED)
        self._trials = Trials(conversation, digest, values)

    def turn(self, chat: ChatId, act: Act, *, live: bool) -> Turn | ConsentGiven | Resumed:
        """Answer one act; ``live`` says that a draft of this chat exists."""
        if self._trials.has(chat) and (tried := self._trials.turn(chat, act)) is not None:
            return tried
        self._trials.end(chat)
        match act:
            case Command(message_id=message_id):
                return self._begin(chat, remove=(message_id,))
            case Tap():
                return self._tap(chat, act, live=live)
            case Said():
                return self._said(chat, act, live=live)
            case Unread(message_id=message_id):
                return self._unread(chat, message_id)
            case Blocked():
                self._asked.forget(chat)
                return Turn()

    def begin(self, chat: ChatId, *, remove: tuple[int, ...] = (), toast: str | None = None) -> Turn:
        """Show the first screen, the same for a newcomer, a returning person and a stranger."""
        return self._begin(chat, remove=remove, toast=toast)

    def go_to(self, chat: ChatId, state: State) -> Turn:
        """Ask the question a state before consent stands at."""
        return self._show(chat, state, prompt(self._conversation, state))

    def asks(self, chat: ChatId) -> bool:
        """Tell whether this chat stands at one of the first screens, or only tries them."""
        return self._asked.get(chat) is not None or self._trials.has(chat)

    def understands(self, chat: ChatId, text: str) -> bool:
        """Tell whether a typed line means something at the screen this chat stands at, besides being words."""
        asked = self._asked.get(chat)
        node = self._conversation.nodes.get(asked.state.at) if asked else None
        if self._trials.has(chat) or always(self._conversation, text) or locale_named(self._conversation, text):
            return True
        if asked is None or node is None:
            return False
        return option_of(self._conversation, node, offered(self._conversation, asked.state, node), text) is not None

    def another(self, chat: ChatId, locale: str) -> Turn:
        """Begin a further case of somebody whose language and safety were just asked: at the question after them."""
        state, _ = start(self._conversation, locale)
        for wanted in (locale, "yes"):
            node = self._conversation.nodes[state.at]
            if any(option.id == wanted for option in node.options):
                state, _ = step(self._conversation, state, Pick(wanted))
        return self._show(chat, state, prompt(self._conversation, state))

    def closed(self, chat: ChatId, state: State, *, remove: tuple[int, ...]) -> Turn:
        """Say kindly that nothing can be taken just now, with the contacts."""
        return self._show(chat, state, (Show("KEYRING_CLOSED"), Show("C1_contacts")), remove=remove)

    def farewell(self, locale: str, shows: Sequence[Show]) -> tuple[Message, ...]:
        """Return the last screens of a draft that is forgotten; a screen that is gone by now is left out."""
        known = [show for show in shows if show.screen in self._conversation.screens]
        state = State(rev=0, locale=locale, at=END)
        return render(self._conversation, state, known, self._look(state))

    def curt(self, chat: ChatId, act: Act, *, tell: bool) -> Turn:
        """Answer somebody who floods: with one calm line, or not at all."""
        remove = (act.message_id,) if isinstance(act, Said | Unread) else ()
        if not tell:
            return Turn(remove=remove)
        asked = self._asked.get(chat)
        state = asked.state if asked else start(self._conversation)[0]
        return self._show(chat, state, (Show("ERR_abuse"),), remove=remove)

    def sorry(self, chat: ChatId) -> Turn:
        """Say that something broke on our side; the question at hand stays where it is."""
        asked = self._asked.get(chat)
        state = asked.state if asked else start(self._conversation)[0]
        messages = render(self._conversation, state, (Show("ERR_ours"),), self._look(state))
        numbered = tuple(replace(message, owed=number) for number, message in enumerate(messages))
        return Turn(messages=numbered, ticket=Ticket(chat=chat, draft=NO_DRAFT, revision=0))

    def line(self, chat: ChatId, screen: str, *, remove: tuple[int, ...]) -> Turn:
        """Show one line, and the question at hand, or the first screen, below it."""
        asked = self._asked.get(chat)
        state, effects = start(self._conversation) if asked is None else (asked.state, ())
        below = effects if asked is None else prompt(self._conversation, state)
        return self._show(chat, state, (Show(screen), *below), remove=remove)

    def shown(self, chat: ChatId, delivery: Delivery) -> None:
        """Remember, in memory only, which messages stay in the chat until consent or Exit, and which do not."""
        question = tuple(each for each in delivery.sent.values() if each is not None and each not in delivery.stays)
        self._asked.change(
            chat,
            lambda asked: replace(
                asked, stays=(*asked.stays, *sorted(delivery.stays)), question=(*asked.question, *question)
            ),
        )

    def forget(self, chat: ChatId) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Drop what is remembered of the chat; return the messages that stay in it, and those that are to go."""
        asked = self._asked.forget(chat)
        return (asked.stays, asked.question) if asked else ((), ())

    def _begin(self, chat: ChatId, *, remove: tuple[int, ...] = (), toast: str | None = None) -> Turn:
        state, effects = start(self._conversation)
        return self._show(chat, state, effects, remove=remove, toast=toast)

    def _look(self, state: State) -> Look:
        conversation = self._conversation
        return Look(
            data=lambda press: encode_before(conversation, self._digest, state, press),
            values=self._values(state.locale),
            hidden=WITHOUT_SENDING,
        )

    def _show(
        self,
        chat: ChatId,
        state: State,
        effects: tuple[object, ...],
        *,
        remove: tuple[int, ...] = (),
        toast: str | None = None,
        reply_to: int | None = None,
    ) -> Turn:
        asked = self._asked.forget(chat)
        stays, question = (asked.stays, asked.question) if asked else ((), ())
        # Words that are not kept yet stay in the chat, but no longer than the rest of it.
        stays = tuple(dict.fromkeys((*stays, *((reply_to,) if reply_to is not None else ()))))
        if any(isinstance(effect, Clear) for effect in effects):
            remove, stays = (*remove, *stays), ()
        shows = [effect for effect in effects if isinstance(effect, Show)]
        messages = render(self._conversation, state, shows, self._look(state), reply_to=reply_to)
        if any(not message.stays for message in messages):
            remove, question = tuple(dict.fromkeys((*remove, *question))), ()
        taking_over = [message.name for message in messages if not message.stays]
        screen = taking_over[-1].split("+")[-1] if taking_over else asked.screen if asked else ""
        self._asked.put(chat, Asked(state=state, stays=stays, question=question, screen=screen))
        ticket = None
        if messages:
            messages = tuple(replace(message, owed=number) for number, message in enumerate(messages))
            ticket = Ticket(chat=chat, draft=NO_DRAFT, revision=0)
        return Turn(messages=messages, remove=remove, toast=toast, ticket=ticket)

    def _tap(self, chat: ChatId, tap: Tap, *, live: bool) -> Turn | ConsentGiven | Resumed:
        remove = (tap.message_id,) if tap.message_id is not None else ()
        match decode(self._conversation, self._digest, tap.data):
            case BeforeConsent(state, press):
                return self._press(chat, tap, state, press, remove, live=live)
            case OldButton() | _:
                return self._begin(chat, remove=remove, toast=self._text("ERR_old_button", "en"))

    def _press(
        self, chat: ChatId, tap: Tap, state: State, press: Press, remove: tuple[int, ...], *, live: bool
    ) -> Turn | ConsentGiven | Resumed:
        event: Event
        match press.verb:
            case "p":
                node = self._conversation.nodes.get(state.at)
                if node is None or press.number >= len(node.options):
                    return self._begin(chat, remove=remove)
                option = node.options[press.number]
                if option.do is Do.KEEP:
                    return self._consent(tap, state, option)
                event = Pick(option.id)
            case "k":
                event = Skip()
            case "b":
                event = Back()
            case "x":
                event = Exit()
            case "m":
                return self._show(chat, state, (Show(QUESTION_MENU),), remove=remove, reply_to=tap.quoted_id)
            case "v" | "w":
                screen = screen_by_number(self._conversation, press.number)
                if screen is None:
                    return self._begin(chat, remove=remove)
                remove = () if press.verb == "w" else remove
                return self._show(chat, state, (Show(screen),), remove=remove, reply_to=tap.quoted_id)
            case "!":
                return self._act(chat, tap, state, press.act, remove)
            case _:
                return self._begin(chat, remove=remove)
        return self._step(chat, state, event, remove, live=live, reply_to=tap.quoted_id)

    def _step(
        self,
        chat: ChatId,
        state: State,
        event: Event,
        remove: tuple[int, ...],
        *,
        live: bool,
        reply_to: int | None = None,
    ) -> Turn:
        """Move on; every question is a reply to the words that came before consent, so that Yes still finds them."""
        after, effects = step(self._conversation, state, event)
        passed_safety = state.at == AFTER_SAFETY and after.at not in {END, AFTER_SAFETY} and isinstance(event, Pick)
        if live and passed_safety:
            return self._show(chat, after, (Show("S4_resume"),), remove=remove)
        if reply_to is not None and (after.at == END or any(isinstance(effect, Clear) for effect in effects)):
            remove, reply_to = (*remove, reply_to), None
        return self._show(chat, after, effects, remove=remove, reply_to=reply_to)

    def _consent(self, tap: Tap, state: State, option: Option) -> ConsentGiven:
        return ConsentGiven(
            state=state, option=option.id, story=tap.quoted, story_id=tap.quoted_id, message_id=tap.message_id
        )

    def _act(self, chat: ChatId, tap: Tap, state: State, act: str, remove: tuple[int, ...]) -> Turn | Resumed:
        if act.startswith("locale_") and act[7:] in self._conversation.texts:
            after = self._in_language(state, act[7:])
            return self._show(chat, after, prompt(self._conversation, after), remove=remove, reply_to=tap.quoted_id)
        if act in {"go_on", "delete_all", "delete"}:
            return Resumed(locale=state.locale, delete=act != "go_on", message_id=tap.message_id)
        if act in SHOWN_BY:
            remove, reply_to = ((), None) if act == "contacts" else (remove, tap.quoted_id)
            return self._show(chat, state, (Show(SHOWN_BY[act]),), remove=remove, reply_to=reply_to)
        match act:
            case "hide":
                return Turn(remove=remove)
            case "trial":
                return self._trials.begin(chat, state, remove=remove)
            case "to_question" | "keep":
                shows = prompt(self._conversation, state)
                return self._show(chat, state, shows, remove=remove, reply_to=tap.quoted_id)
            case _:
                return self._begin(chat, remove=remove)

    def _said(self, chat: ChatId, said: Said, *, live: bool) -> Turn | ConsentGiven | Resumed:
        asked = self._asked.get(chat)
        state = asked.state if asked else None
        if said.reply_data is not None:
            match decode(self._conversation, self._digest, said.reply_data):
                case BeforeConsent(replied, _):
                    state = replied
                case _:
                    pass
        if (name := always(self._conversation, said.text)) and not (state is None and name in NEEDS_A_QUESTION):
            return self._word(chat, name, state, said, live=live)
        if state is None:
            return self._first_words(chat, said)
        remove = (said.message_id,)
        if is_urgent(self._conversation, said.text):
            return self._show(chat, state, (Show("URG_before"),), reply_to=said.message_id)
        node = self._conversation.nodes.get(state.at)
        if node is not None:
            if locale := locale_named(self._conversation, said.text):
                after, _ = step(self._conversation, state, Locale(locale))
                picked = next((option for option in node.options if option.locale == locale), None)
                if picked:
                    return self._step(chat, state, Pick(picked.id), remove, live=live)
                return self._show(chat, after, prompt(self._conversation, after), remove=remove)
            in_front = asked is None or asked.screen in {"", node.id} or not is_number(said.text)
            options = offered(self._conversation, state, node) if in_front else ()
            option = option_of(self._conversation, node, options, said.text)
            unclear = any(says(self._conversation, name, said.text) for name in ANSWERS) and option is None
            unclear = unclear or not in_front
            if unclear or (option is not None and (option.act or option.show or gives_consent(node))):
                return self._show(chat, state, prompt(self._conversation, state), remove=remove)
            if option is not None:
                return self._step(chat, state, Pick(option.id), remove, live=live)
        if state.at == END:
            return self._begin(chat, remove=remove)
        if asked is not None and asked.screen == ASKS_CODE:
            return self.line(chat, "ERR_code", remove=remove)
        shows = (Show("P0_text_before_consent"), *prompt(self._conversation, state))
        return self._show(chat, state, shows, reply_to=said.message_id)

    def _word(self, chat: ChatId, name: str, state: State | None, said: Said, *, live: bool) -> Turn:
        remove = (said.message_id,)
        if state is None or state.at == END:
            return self._begin(chat, remove=remove)
        match name:
            case "exit":
                return self._step(chat, state, Exit(), remove, live=live)
            case "delete":
                return self._step(chat, state, Delete(), remove, live=live)
            case "back":
                return self._step(chat, state, Back(), remove, live=live)
            case _:
                shows = (Show(SHOWN_BY_WORD[name]),) if name in SHOWN_BY_WORD else prompt(self._conversation, state)
                return self._show(chat, state, shows, remove=remove)

    def _first_words(self, chat: ChatId, said: Said) -> Turn:
        """Answer a story that came before anything else: the consent question, as a reply to it."""
        conversation = self._conversation
        state, _ = start(conversation)
        named, urgent = locale_named(conversation, said.text), is_urgent(conversation, said.text)
        if named or urgent:
            locale = named or guess_locale(conversation, said.text)
            picked = next((each for each in conversation.nodes[state.at].options if each.locale == locale), None)
            state = step(conversation, state, Pick(picked.id))[0] if picked else state
            shows = (Show("URG_before"),) if urgent else prompt(conversation, state)
            return self._show(chat, state, shows, reply_to=said.message_id if urgent else None)
        consent = self._ordinary_consent()
        state = replace(self._in_language(state, guess_locale(conversation, said.text)), at=consent.id)
        return self._show(chat, state, (Show("P0_text_before_consent"), Show(consent.id)), reply_to=said.message_id)

    def _in_language(self, state: State, locale: str) -> State:
        """Return the state in another language, which answers the question for it; the place stays where it is."""
        for node in self._conversation.nodes.values():
            if option := next((option for option in node.options if option.locale == locale), None):
                marks, picks = {**state.marks, node.id: Mark.ANSWERED}, {**state.picks, node.id: (option.id,)}
                state = replace(state, marks=marks, picks=picks)
        return replace(state, locale=locale)

    def _ordinary_consent(self) -> Node:
        """Return the last consent of the opening: the one asked when nobody said there is danger."""
        return [node for node in self._conversation.nodes.values() if gives_consent(node)][-1]

    def _unread(self, chat: ChatId, message_id: int) -> Turn:
        asked = self._asked.get(chat)
        if asked is None or asked.state.at == END:
            return self._begin(chat, remove=(message_id,))
        shows = (Show("ERR_kind"), *prompt(self._conversation, asked.state))
        return self._show(chat, asked.state, shows, remove=(message_id,))

    def _text(self, screen: str, locale: str) -> str:
        return self._conversation.texts[locale].get(f"{screen}.say", "")
