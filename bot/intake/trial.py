"""Only trying it: the same questions, a line above each that nothing is sent, and nothing written anywhere.

The state of a trial is in this process's memory alone and is gone with it. What is typed is dropped where it arrives.
"""

from bot.engine.conversation import Conversation, Kind
from bot.engine.effects import Clear, Effect, Show, Submit
from bot.engine.events import Back, Done, Event, Exit, Locale, Open, Pick, Revisit, Set, Skip, Unreadable, View, Words
from bot.engine.state import END, State
from bot.engine.step import prompt, step
from bot.ids import ChatId
from bot.intake.acts import SHOWN_BY
from bot.intake.buttons import AfterConsent, Press, decode, encode_after
from bot.intake.incoming import Act, Said, Tap, Unread
from bot.intake.remembered import Remembered
from bot.intake.screens import QUESTION_MENU, Look, Values, offered, render, screen_by_number
from bot.intake.turn import Turn
from bot.intake.understood import always, option_of, says

NONCE = "000000"
"""What the buttons of every trial carry: they name no draft."""
PREFIX = f"1.{NONCE}."
AT_ONCE = 1_000
"""Trials at a time; the oldest ends first."""
HIDDEN = frozenset({"send_now", "later", "delete_all", "trial", "hygiene", "proof", "new_code"})


class Trials:
    """The trials that are going on."""

    def __init__(self, conversation: Conversation, digest: str, values: Values) -> None:
        self._conversation = conversation
        self._digest = digest
        self._values = values
        self._states: Remembered[ChatId, State] = Remembered(AT_ONCE)

    def has(self, chat: ChatId) -> bool:
        """Tell whether this chat is trying."""
        return self._states.get(chat) is not None

    def begin(self, chat: ChatId, state: State, *, remove: tuple[int, ...]) -> Turn:
        """Try from here on."""
        return self._show(chat, state, prompt(self._conversation, state), remove)

    def end(self, chat: ChatId) -> None:
        """Try no more."""
        self._states.forget(chat)

    def turn(self, chat: ChatId, act: Act) -> Turn | None:
        """Answer one act; ``None`` when it is not the trial's to answer."""
        state = self._states.get(chat)
        if state is None:
            return None
        match act:
            case Tap(message_id=message_id):
                decoded = decode(self._conversation, self._digest, act.data)
                if not isinstance(decoded, AfterConsent) or decoded.nonce != NONCE:
                    return None
                remove = (message_id,) if message_id is not None else ()
                if decoded.press.verb in "v!wm":
                    return self._look_up(chat, state, decoded.press, remove)
                return self._step(chat, state, self._event(state, decoded.press), remove)
            case Said(text=text, message_id=message_id):
                return self._step(chat, state, self._typed(state, text), (message_id,))
            case Unread(message_id=message_id):
                return self._step(chat, state, Unreadable(), (message_id,))
            case _:
                return None

    def _typed(self, state: State, text: str) -> Event:
        node = self._conversation.nodes.get(state.at)
        word = always(self._conversation, text)
        if word == "exit" or node is None:
            return Exit()
        if word in {"back", "skip"}:
            return Back() if word == "back" else Skip()
        if (node.kind is Kind.MANY or node.several) and says(self._conversation, "ready", text):
            return Done()
        named = option_of(self._conversation, node, offered(self._conversation, state, node), text)
        return Pick(named.id) if named and not named.act else Words(text)

    def _event(self, state: State, press: Press) -> Event:
        node = self._conversation.nodes.get(state.at)
        option = node.options[press.number].id if node and press.number < len(node.options) else ""
        names = list(self._conversation.sections), list(self._conversation.nodes)
        match press.verb:
            case "p":
                return Pick(option)
            case "s" | "u":
                return Set(option, press.verb == "s")
            case "d":
                return Done()
            case "k":
                return Skip()
            case "b":
                return Back()
            case "o" if press.number < len(names[0]):
                return Open(names[0][press.number])
            case "a" if press.number < len(names[1]):
                return Revisit(names[1][press.number])
            case "g" if node:
                groups = list(dict.fromkeys(each.group for each in node.options if each.group))
                return View(node.id, groups[press.number] if press.number < len(groups) else "")
            case _:
                return Exit()

    def _look_up(self, chat: ChatId, state: State, press: Press, remove: tuple[int, ...]) -> Turn:
        if press.verb == "m":
            return self._show(chat, state, (Show(QUESTION_MENU),), remove)
        if press.act.startswith("locale_"):
            return self._step(chat, state, Locale(press.act[7:]), remove)
        if press.act == "hide":
            return Turn(remove=remove)
        screen = SHOWN_BY.get(press.act) if press.verb == "!" else screen_by_number(self._conversation, press.number)
        effects = (Show(screen),) if screen else prompt(self._conversation, state)
        return self._show(chat, state, effects, () if press.verb == "w" else remove)

    def _step(self, chat: ChatId, state: State, event: Event, remove: tuple[int, ...]) -> Turn:
        after, effects = step(self._conversation, state, event)
        over = after.at == END or any(isinstance(effect, Submit | Clear) for effect in effects)
        if over:
            turn = self._show(chat, after, (Show("EXIT_line"),), remove)
            self.end(chat)
            return turn
        return self._show(chat, after, effects, remove)

    def _show(self, chat: ChatId, state: State, effects: tuple[Effect, ...], remove: tuple[int, ...]) -> Turn:
        self._states.put(chat, state)
        look = Look(
            data=lambda press: encode_after(NONCE, state.rev, press),
            values=self._values(state.locale),
            hidden=HIDDEN,
            banner=self._conversation.texts[state.locale].get("TRIAL.say"),
        )
        shows = [effect for effect in effects if isinstance(effect, Show)]
        return Turn(messages=render(self._conversation, state, shows, look), remove=remove)
