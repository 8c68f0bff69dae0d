"""What the named buttons of screens do on a kept draft: the menu, the code, deleting, taking back, exit.

Each act is a word of ``screens.yaml``. Rules: nothing is deleted on one tap; a permission that is taken back counts at
once; Exit clears the chat and leaves what was written to the choice made at consent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.conversation import AuthorKind, Conversation
from bot.engine.effects import Show
from bot.engine.events import Delete, Event, Exit, Forget, Locale, Open, Pick, Revisit, Send, Skip, View
from bot.engine.state import END, MENU, State
from bot.engine.step import prompt, step
from bot.intake.draft import CAN_BE_REMOVED, Chat
from bot.intake.perform import COMPROMISED, Performer
from bot.intake.permissions import given, refusal_of
from bot.intake.screens import ANSWERED, CASES, text_of

SHOWN_BY = {
    "contacts": "C1_contacts",
    "who": "WHO",
    "language": "LANG",
    "hygiene": "HYGIENE",
    "help": "HELP",
    "answer_again": ANSWERED,
    "proof": "PROOF",
    "another": "ANOTHER",
    "cases": CASES,
}
"""Acts that only show something."""


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
    case: int | None = None
    """The case under the same code that is turned to, by its number."""
    delete_case: bool = False
    call_back: bool = False
    read_reply: bool = False
    erase_replies: bool = False


class Acts:
    """Does what a button says, on one draft in one turn."""

    def __init__(self, conversation: Conversation, performer: Performer, chat: Chat, *, now: datetime) -> None:
        self._conversation = conversation
        self.performer = performer
        self._chat = chat
        self._now = now
        self.outcome = Outcome()

    @property
    def state(self) -> State:
        """Where the conversation stands now."""
        return self.performer.secrets.state

    def step(self, event: Event, *, message_id: int | None = None, flags: tuple[str, ...] = ()) -> None:
        """Let the engine decide, and carry out what it says."""
        before, granted = self.state, self.performer.hold.granted
        after, effects = step(self._conversation, before, event)
        ending = "leave" if after.at == END else "person"
        self.performer.take(after)
        self.performer.perform(effects, message_id=message_id, flags=flags, ending=ending)
        self.outcome.shows.extend(self.performer.shows)
        self.performer.shows.clear()
        self.performer.note_withdrawn(before, granted)

    def quietly(self, event: Event, *, message_id: int | None = None) -> None:
        """Do the same without showing anything."""
        shown = list(self.outcome.shows)
        self.step(event, message_id=message_id)
        self.outcome.shows[:] = shown

    def again(self) -> None:
        """Show where the conversation stands."""
        self.outcome.shows.extend(
            effect for effect in prompt(self._conversation, self.state) if isinstance(effect, Show)
        )

    def text(self, screen: str) -> str:
        """Return a screen's text, for a toast."""
        return text_of(self._conversation, self.state.locale, f"{screen}.say")

    def do(self, act: str) -> None:
        """Do what a button of a screen says; an unknown act shows the question again."""
        if act.startswith("locale_"):
            if act[7:] in self._conversation.texts:
                self.step(Locale(act[7:]))
        elif act.startswith("case_"):
            self._turn_to(act[5:])
        elif act.startswith("wd_"):
            self._choose_withdrawal(act)
        elif act.startswith("hygiene_"):
            self.performer.secrets = replace(self.performer.secrets, hygiene=act[8:])
            self.again()
        elif act in SHOWN_BY:
            self.outcome.shows.append(Show(SHOWN_BY[act]))
        else:
            self._table().get(act, self.again)()

    def _table(self) -> Mapping[str, Callable[[], None]]:
        return {
            "send_now": lambda: self.step(Send()),
            "send": lambda: self.step(Send()),
            "later": self._later,
            "enough": self.exit,
            "exit": self.exit,
            "delete_all": self.ask_deletion,
            "delete_case": self.ask_deletion,
            "delete": self._delete,
            "call_back": lambda: setattr(self.outcome, "call_back", True),
            "forget": self._forget_answer,
            "contact": self._contact,
            "story": self._story,
            "kept": self._code_written_down,
            "other_form": self._other_form,
            "new_code": self._new_code,
            "all": lambda: self.outcome.shows.append(Show(MENU, "all")),
            "add_more": lambda: self.step(View(MENU)),
            "topics": lambda: self.step(View(MENU)),
            "permissions": lambda: self._open("permissions"),
            "reply": lambda: self._open("own_words"),
            "go_on": self._another,
            "withdraw": lambda: self.outcome.shows.append(Show("WD_choose" if self._given() else "WD_nothing")),
            "withdraw_now": self._withdraw,
            "read": lambda: setattr(self.outcome, "read_reply", True),
            "have_read": lambda: setattr(self.outcome, "erase_replies", True),
            "cannot_write": self._cannot_write,
            "hide": lambda: None,
        }

    def _another(self) -> None:
        self._send_first()
        self.outcome.another = True

    def _turn_to(self, number: str) -> None:
        if number.isdecimal() and self.state.sent:
            self._send_first()
            self.outcome.case = int(number)
        else:
            self.again()

    def _send_first(self) -> None:
        """Leave nothing behind that is not sent: whoever turns to another case is not silent about this one."""
        if self.state.sent and self.state.fresh:
            self.quietly(Send())

    def _later(self) -> None:
        self.outcome.shows.append(Show("S3_later"))
        self.performer.secrets = replace(self.performer.secrets, closed=True)

    def _open(self, section: str) -> None:
        self.quietly(View(MENU))
        self.step(Open(section))

    def _new_code(self) -> None:
        self.outcome.mint = self.state.sent and not self.performer.others_may_read()
        if not self.outcome.mint:
            self.again()

    def exit(self) -> None:
        """Close the chat; what was written follows the choice made at consent."""
        if self._removable_soon_gone():
            self.outcome.shows.append(Show("ERR_48h"))
        self.step(Exit())
        self.performer.secrets = replace(self.performer.secrets, closed=True)
        if self.state.sent:
            self.outcome.ended = True

    def _removable_soon_gone(self) -> bool:
        oldest = self._chat.oldest
        return bool(oldest) and self._now.timestamp() - oldest > CAN_BE_REMOVED.total_seconds()

    def ask_deletion(self) -> None:
        """Ask before anything is deleted."""
        self.outcome.shows.append(Show("DEL_case" if self.state.sent else "DEL_confirm"))

    def _delete(self) -> None:
        if self.state.sent:
            self.outcome.delete_case = True
            return
        self.step(Delete())

    def _forget_answer(self) -> None:
        if self.state.at in self._conversation.nodes:
            self.step(Forget(self.state.at))

    def _contact(self) -> None:
        self.performer.drop_story()
        self.again()

    def _story(self) -> None:
        """The line was story: it counts as such, and the contact is asked again."""
        nodes = self._conversation.nodes
        parts = reversed(self.performer.hold.parts)
        contact = next((part.node for part in parts if nodes[part.node].author_kind is AuthorKind.CONTACT), None)
        self.performer.take_story()
        if contact is not None:
            self.quietly(Revisit(contact))
            self.quietly(Forget(contact))
        self.again()

    def _given(self) -> dict[str, str]:
        return given(self._conversation, self.state)

    def _choose_withdrawal(self, act: str) -> None:
        node = self._given().get(act)
        self.performer.secrets = replace(self.performer.secrets, withdrawing=node)
        self.outcome.shows.append(Show("WD_confirm" if node else "WD_nothing"))

    def _withdraw(self) -> None:
        """Take a permission back: answered with No, sent at once and by itself, flagged in clear for staff."""
        wanted = self.performer.secrets.withdrawing
        node = self._conversation.nodes.get(wanted or "")
        refusal = refusal_of(node) if node else None
        if node is None or refusal is None:
            self.outcome.shows.append(Show("WD_nothing"))
            return
        self.performer.take_back(node, refusal)
        self.performer.secrets = replace(self.performer.secrets, withdrawing=None)
        self.outcome.shows.append(Show("WD_done"))
        self.again()

    def _code_written_down(self) -> None:
        self.performer.secrets = replace(self.performer.secrets, shown=None)
        self.outcome.remove.extend(self._chat.stays)
        self.outcome.shows.append(Show("R2_after"))

    def _other_form(self) -> None:
        if (shown := self.performer.secrets.shown) is not None:
            self.performer.secrets = replace(self.performer.secrets, shown=replace(shown, words=not shown.words))
            self.outcome.remove.extend(self._chat.stays)
            self.outcome.shows.append(Show("CODE_form"))
        else:
            self.again()

    def _cannot_write(self) -> None:
        node = self._conversation.nodes.get(self.state.at)
        if node and any(option.id == "cannot_write" for option in node.options):
            self.step(Pick("cannot_write"))
        else:
            self.step(Skip())

    def compromised(self) -> bool:
        """Tell whether others may be reading this phone."""
        return COMPROMISED in self.performer.triage().flags
