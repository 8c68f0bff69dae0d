"""Acting as one person beside the model: the steps that the rules of ``test_model`` are made of."""

import asyncio
import tempfile
from collections.abc import Coroutine
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine

from bot.engine.conversation import AuthorKind, Kind, Node, Option
from bot.intake.turn import Button
from tests.intake.desk import Desk, Made
from tests.intake.model import MORE, Model

T = TypeVar("T")
ENDS = frozenset(
    {"exit", "enough", "hide", "abroad", "later", "delete_all", "delete_case", "delete", "another", "trial", "withdraw"}
    | {"have_code", "phone_or_account_taken", "phone", "A1_language", "A2_safe_here", "A3_danger"}
    | {"E1_consent_urgent", "B1_consent_store"}
)
"""Buttons that end or lead elsewhere: pressed by rules of their own, or tested on their own (the safety stops)."""


class Acting(RuleBasedStateMachine):
    """What a person can do in one chat, and what the model must then expect."""

    made: Made

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="panoh-model-")
        self.desk = Desk(self.made, Path(self.folder.name))
        self.loop = asyncio.new_event_loop()
        self.phone = self.desk.phone()
        self.model = Model(self.made.conversation)
        self.submitted: Model | None = None
        self.numbers = count(1)
        self.sends = self.closed = self.away = self.over = False
        self.at = ""
        self.ticks: set[str] = set()
        self.early = self.phone.number()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Act, and take note of what the person is told."""
        seen = len(self.phone.history)
        done = self.loop.run_until_complete(work)
        names = [n for turn in self.phone.history[seen:] for m in turn.messages for n in m.name.split("+")]
        for name in names:
            node = self.made.conversation.nodes.get(name)
            if name in {"menu", "R1_code", "RT1_status"}:
                self.at = "menu"
            elif node is not None and node.kind is not Kind.SAY:
                self.at = name
        if "S1_added" in names or ("R1_code" in names and self.all_was_sent()):
            self.submitted = deepcopy(self.model)
        return done

    def all_was_sent(self) -> bool:
        """Tell whether nothing waits to be sent once a code was shown: another code sends nothing that was begun."""
        if self.submitted is None:
            return True
        self.do(self.phone.command("menu"))
        return all(button.name != "menu.send_now" for _, button in self.phone.all_buttons())

    def taps(self, *names: str) -> None:
        for name in names:
            self.do(self.phone.tap(name))

    def menu(self) -> None:
        """Open the menu; after a case was sent by silence the code comes first."""
        self.do(self.phone.command("menu"))
        if not self.phone.sees("question_menu"):
            self.do(self.phone.command("menu"))

    def words(self, more: str = "") -> str:
        return f"MADE UP {next(self.numbers)}{more}"

    def node(self) -> Node | None:
        """Return the question that is asked, whatever screen stands above it."""
        return self.made.conversation.nodes.get(self.at)

    def buttons(self) -> list[tuple[int, Button]]:
        """Return the buttons of the newest message that may be pressed without ending everything."""
        newest = max((n for n, each in self.phone.screen.items() if not each.message.stays), default=None)
        shown = self.phone.screen[newest].buttons if newest is not None else ()
        return [(newest or 0, button) for button in shown if not ENDS & set(button.name.split("."))]

    # -- beginning ----------------------------------------------------------------------------------------------

    def choose(self, choices: list[tuple[str, str]]) -> None:
        for node, option in choices:
            self.model.pick(node, (option,))
            self.taps(f"{node}.{option}")

    def agree(self, node: str) -> None:
        self.choose([(node, "yes_send" if self.sends else "yes_delete")])

    # -- answering ----------------------------------------------------------------------------------------------

    def writing(self) -> bool:
        return not (self.closed or self.away or self.over)

    def press(self, message: int, button: Button) -> None:
        self.early = self.phone.number()
        node, option = self.node(), self.option(button)
        owner, _, rest = button.name.rpartition(".")
        moved, back = True, button.name == "nav.back"
        if button.name.endswith(".ready") and node is not None:
            if node.kind is Kind.MANY and self.ticks:
                self.model.pick(node.id, tuple(each.id for each in node.options if each.id in self.ticks))
        elif node is not None and option is not None:
            if node.kind is Kind.MANY:
                self.tick(node, option, on=not button.label.startswith("✓ "))
                moved = False
            elif option.act is None and (option.show is None or option.do is not None):
                self.model.pick(node.id, (option.id,))
        elif button.name == "ANSWER_keep.forget":
            self.model.forget(self.at)
        elif owner == "answered":
            self.model.revisit(rest)
        else:
            moved = back or button.name in {"nav.skip", "ANSWER_keep.keep_answer"} or owner == "section"
        if moved and owner != "answered":
            self.model.rewrite = False
        self.do(self.phone.press(message, button.data))
        if button.name == "menu.send_now":
            self.submitted = deepcopy(self.model)
        if moved:
            self.arrived(back=back)

    def option(self, button: Button) -> Option | None:
        node = self.node()
        options = node.options if node is not None else ()
        return next((option for option in options if button.name == f"{self.at}.{option.id}"), None)

    def tick(self, node: Node, option: Option, *, on: bool) -> None:
        alone = {each.id for each in node.options if each.alone}
        if not on:
            self.ticks.discard(option.id)
        else:
            self.ticks = {option.id} if option.alone else (self.ticks - alone) | {option.id}

    def arrived(self, *, back: bool = False) -> None:
        node = self.node()
        known = self.model.answers.get(self.at)
        self.ticks = set(known.picks) if known else set()
        if back and node is not None and node.several and known is not None:
            self.model.tail = node.id

    def typed(self, work: Coroutine[Any, Any, Any], *, back: bool = False) -> None:
        """Type; where the same question stands afterwards, what was ticked there stays ticked."""
        at = self.at
        self.do(work)
        if self.at != at:
            self.arrived(back=back)

    def say(self, words: str, number: int, *, late: bool = False) -> None:
        """Type; what is late, or the rest of a paste, belongs to the last words where these still count."""
        if not (late and self.model.further(number, words)):
            self.take(number, words)
        self.added_at_the_menu()
        self.typed(self.phone.says(words, message_id=number))

    def added_at_the_menu(self) -> None:
        """What is written at the menu of a sent case is added at once; a late piece without a word."""
        if self.at == "menu" and self.submitted is not None:
            self.submitted = deepcopy(self.model)

    def take(self, number: int, words: str) -> None:
        node = self.node()
        if node is not None and (node.words or node.kind is Kind.WORDS):
            self.model.write(node.id, number, words)
        else:
            self.model.write(MORE, number, words)

    def asks_contact(self) -> bool:
        node = self.node()
        return node is not None and node.author_kind is AuthorKind.CONTACT

    def left(self) -> None:
        """The draft of a sent case is forgotten."""
        if self.sends:
            self.submitted = deepcopy(self.model)
        elif self.submitted is not None:
            self.model = deepcopy(self.submitted)
        self.closed, self.away = False, True
        self.over = self.phone.code is None
