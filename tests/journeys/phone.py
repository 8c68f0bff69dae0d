"""A person's phone, waiting for the bot as a person does, and a notebook of what they answered.

The notebook is the test's own memory of what was tapped and typed; opened cases are held against it, answer by answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.emulator.person import Person, Shown, Tapped
from bot.engine.conversation import AuthorKind, Compartment, Conversation, Kind
from bot.store.values import Case
from tests.journeys.line import Service

_SAYS = ("say", "say_self")
WAIT = 10.0
"""Seconds of real time after which nobody waits any more; a good answer takes a fraction of one."""


@dataclass(slots=True)
class Notebook:
    """What was answered: choices by node, words by node, consents by node; each with the language it was given in."""

    choices: dict[str, tuple[str | list[str], str]] = field(default_factory=dict)
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    consents: dict[str, tuple[str, str]] = field(default_factory=dict)

    def chose(self, conversation: Conversation, node_id: str, option_id: str, locale: str) -> None:
        """Write down a tap, if it answers something."""
        node = conversation.nodes.get(node_id)
        option = next((option for option in node.options if option.id == option_id), None) if node else None
        if node is None or option is None or option.act is not None or (option.show and option.do is None):
            return
        if node.author_kind is AuthorKind.CONSENT:
            self.consents[node_id] = (option_id, locale)
        elif node.kind is Kind.MANY:
            before, _ = self.choices.get(node_id, ([], locale))
            self.choices[node_id] = ([*before, option_id], locale)
        else:
            self.choices[node_id] = (option_id, option.locale or locale)
            self.words.pop(node_id, None)

    def wrote(self, node_id: str, words: str, locale: str) -> None:
        self.words[node_id] = (words, locale)
        self.choices.pop(node_id, None)

    def forget(self, node_id: str) -> None:
        for kept in (self.choices, self.words, self.consents):
            kept.pop(node_id, None)


class Phone:
    """A person's phone."""

    def __init__(
        self, service: Service, locale: str = "en", person: Person | None = None, *, patience: float = WAIT
    ) -> None:
        self.service = service
        self.patience = patience
        self.person = person or service.world.user("Made-up")
        self.locale = locale
        self.notebook = Notebook()

    # -- acting ---------------------------------------------------------------------------------------------

    def text(self, key: str, locale: str | None = None) -> str:
        """Return a text of the conversation in this person's language."""
        return self.service.conversation.texts[locale or self.locale][key]

    async def start(self) -> None:
        await self.do(self.person.start)

    async def tap(self, *keys: str) -> None:
        """Press buttons one after the other, each by the text key of its label, as soon as it is to be seen."""
        for key in keys:
            await self.until(lambda key=key: self.button(key) is not None)  # type: ignore[misc]
            await self.do(lambda key=key: self.press(key))  # type: ignore[misc]
            node, _, option = key.partition(".")
            self.notebook.chose(self.service.conversation, node, option, self.locale)

    async def say(self, text: str, *, to: str | None = None) -> None:
        """Type something and wait for the answer; ``to`` is the question it answers."""
        await self.do(lambda: self.person.send(text))
        if to is not None:
            self.notebook.wrote(to, text, self.locale)

    async def do(self, act: Callable[[], object]) -> None:
        """Act, and wait until the bot has answered with something new."""
        before = {shown.message_id for shown in self.person.history()}
        act()
        await self.until(
            lambda: any(shown.message_id not in before and not shown.incoming for shown in self.person.history())
        )

    async def toast(self, act: Callable[[], object]) -> str:
        """Act, and return the line with which the tap is answered."""
        before = len(self.person.toasts)
        act()
        await self.until(lambda: len(self.person.toasts) > before)
        return self.person.toasts[-1]

    async def until(self, holds: Callable[[], bool]) -> None:
        try:
            await self.service.server.until(holds, seconds=self.patience)
        except TimeoutError:
            pytest.fail(f"waited in vain before this screen:\n{self.visible()}")

    async def until_sees(self, *keys: str) -> None:
        for key in keys:
            await self.until(lambda key=key: self.sees(key))  # type: ignore[misc]

    async def until_gone(self, key: str) -> None:
        await self.until(lambda: not self.sees(key))

    # -- seeing ---------------------------------------------------------------------------------------------

    def sees(self, key: str) -> bool:
        """Tell whether a text stands in the chat, by its key; placeholders are ignored."""
        return self.person.sees(fixed(self.text(key)))

    def button(self, key: str) -> tuple[int, str] | None:
        """Return the newest message that has this button under the question it belongs to, and the label as it stands.

        A tick may stand before it.
        """
        label, question = self.text(key), key.partition(".")[0]
        texts = self.service.conversation.texts[self.locale]
        asked = {fixed(texts[each].split("\n\n")[0]) for say in _SAYS if (each := f"{question}.{say}") in texts}
        for shown in reversed(self.person.screen()):
            if asked and not any(each in shown.text for each in asked):
                continue
            for each in shown.labels:
                if label in {each, each.removeprefix("✓ "), each.removeprefix("… ")}:
                    return shown.message_id, each
        return None

    def press(self, key: str) -> Tapped:
        """Press a button that is on the screen, without waiting for anything."""
        found = self.button(key)
        assert found is not None, f"no button {key}"
        return self.person.tap(found[1], message_id=found[0])

    def visible(self) -> str:
        return "\n".join(f"{shown.message_id} {shown.text} {list(shown.labels)}" for shown in self.person.screen())

    def labels(self) -> list[str]:
        return [label for shown in self.person.screen() if not shown.incoming for label in shown.labels]

    def everything(self) -> str:
        """Return all the bot ever wrote into this chat."""
        return "\n".join(shown.text for shown in self.person.history() if not shown.incoming)

    def last(self) -> Shown:
        shown = self.person.last()
        assert shown is not None
        return shown

    def typed_is_gone(self) -> bool:
        """Tell whether nothing the person wrote stands in the chat any more."""
        return not any(shown.incoming for shown in self.person.screen())

    async def code(self) -> str:
        """Return the return code as the person would write it down, and say that it is written down."""
        await self.until_sees("R1_code.kept")
        shown = next(shown for shown in reversed(self.person.screen()) if shown.spoilers)
        code = shown.spoilers[0]
        await self.tap("R1_code.kept")
        await self.until(lambda: not self.person.sees(code))
        return code

    # -- short ways -----------------------------------------------------------------------------------------

    async def to_consent(self) -> None:
        """The first screens of the ordinary path, up to the consent question."""
        await self.start()
        await self.tap(f"A1_language.{self.locale}", "A2_safe_here.yes", "A3_danger.no")
        await self.until_sees("B1_consent_store.say")

    async def to_urgent_consent(self) -> None:
        """The first screens of the danger path, up to the consent question."""
        await self.start()
        await self.tap(f"A1_language.{self.locale}", "A2_safe_here.yes", "A3_danger.yes_now")
        await self.until_sees("E1_consent_urgent.say")

    async def sends(self, *, silence: str = "yes_send", story: str = "MADE UP: two men came") -> str:
        """The whole danger path; returns the code."""
        await self.to_urgent_consent()
        await self.tap(f"E1_consent_urgent.{silence}", "E2_what_now.other")
        await self.say(story, to="E3_who_where")
        await self.tap("E4_contact.code_only", "Z1_send.send")
        return await self.code()

    # -- comparing ------------------------------------------------------------------------------------------

    def same(self, case: Case, *, ending: str = "person") -> dict[str, Any]:
        """Open the case, and see that it holds exactly what this person answered; return the opened case."""
        opened = self.service.opened(case)
        conversation = self.service.conversation
        rows = {(row["node"], not row["labels"]): row for row in opened["answers"]}
        found = {node: row["value"] for (node, words), row in rows.items() if not words}
        written = {node: row["value"] for (node, words), row in rows.items() if words}
        assert len(rows) == len(opened["answers"])
        assert found == {node: value for node, (value, _) in self.notebook.choices.items()}
        assert written == {node: words for node, (words, _) in self.notebook.words.items()}
        assert {row["node"]: row["value"] for row in opened["consents"]} == {
            node: option for node, (option, _) in self.notebook.consents.items()
        }
        for (node, words), row in rows.items():
            locale = (self.notebook.words if words else self.notebook.choices)[node][1]
            texts = conversation.texts[locale]
            assert row["locale"] == locale, node
            assert row["question"] in {texts.get(f"{node}.say"), texts.get(f"{node}.say_self")}, node
            values = row["value"] if isinstance(row["value"], list) else [row["value"]]
            options = {option.id: texts[option.label] for option in conversation.nodes[node].options}
            assert words or row["labels"] == [options[value] for value in values], node
            where = conversation.nodes[node].compartment if words else Compartment.FACTS
            assert row["compartment"] == where, node
        for row in opened["consents"]:
            option, locale = self.notebook.consents[row["node"]]
            assert row["label"] == conversation.texts[locale][f"{row['node']}.{option}"]
            assert row["question"] == conversation.texts[locale][f"{row['node']}.say"]
            assert row["version"] == conversation.nodes[row["node"]].version
        assert opened["ending"] == ending
        return opened


def fixed(text: str) -> str:
    """Return the longest piece of a text in which nothing is filled in."""
    return max(re.split(r"\{[a-z_]+\}", text), key=len)
