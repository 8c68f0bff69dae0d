"""What stands above each string for its translator: the author's note, what the string is, and how long it may be.

Pure. Everything here is read off the conversation; the notes are the authors' own words.
"""

from collections.abc import Iterator, Mapping

from bot.authoring.catalog_layout import TOASTS, Shown, button_limits, pages
from bot.engine.conversation import Conversation, Node, Screen
from bot.i18n.catalogs import SOURCE

PLACEHOLDERS: Mapping[str, str] = {
    "operator": "who reads the answers, for example an organisation's name",
    "check_address": "the address where the genuine name of the chat is published",
    "fld_phone": "a telephone number",
    "help_phones": "an e-mail address",
    "cpj": "an e-mail address",
    "unhcr": "a web address",
    "when": "one of the sentences when_…",
    "code": "the return code: eight words or nine groups of three figures",
    "reference": "the number of the case, PN-0000-0000",
    "fingerprint": "four words",
    "day": "a day, 23.11.2026",
    "status": "one of the sentences ST_…",
    "reply": "a message that staff wrote for this person",
    "done": "names of topics with commas between them",
}
"""Placeholder to what it stands for; nothing fills any other (``bot.intake.wording``)."""


def comments(conversation: Conversation, notes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return text key to the lines of its translator comment; a key that needs none is left out."""
    found: dict[str, list[str]] = {}
    for key, note in notes.items():
        found.setdefault(key, []).extend(line for line in note.splitlines() if line.strip())
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    for owner in owners:
        for key, line in _of_owner(conversation, owner):
            said = found.setdefault(key, [])
            # A label shared by many questions is explained once: the first place is enough to understand it.
            if not any(line.startswith("Button of ") and other.startswith("Button of ") for other in said):
                said.append(line)
    for section in conversation.sections.values():
        found.setdefault(section.title, []).append("Name of a topic, on a button beside another: at most 117 dp.")
    for key, text in conversation.texts[SOURCE].items():
        lines = [f"{{{name}}}: {meaning}." for name, meaning in PLACEHOLDERS.items() if f"{{{name}}}" in text]
        if key.startswith("words."):
            lines.append("Words people type, divided by commas; write those of your language, as many as you like.")
        if lines:
            found.setdefault(key, []).extend(lines)
    return {key: tuple(lines) for key, lines in found.items()}


def _of_owner(conversation: Conversation, owner: Node | Screen) -> Iterator[tuple[str, str]]:
    english = conversation.texts[SOURCE]
    if owner.id in TOASTS:
        yield owner.say, "A line that shows for two seconds: at most 60 letters."
    if isinstance(owner, Node) and owner.say_self is not None:
        yield owner.say_self, "The same question, asked of the person it is about."
    question = english.get(owner.say, "").split("\n", 1)[0]
    labels = {option.label for option in owner.options}
    for page in pages(owner):
        for row in page:
            for button in row:
                if button.key in labels:
                    yield button.key, _button_comment(owner, question, button, len(row))


def _button_comment(owner: Node | Screen, question: str, button: Shown, in_row: int) -> str:
    _, better = button_limits(button, in_row)
    where = {1: "alone in its row", 2: "two in a row", 3: "three in a row"}.get(in_row, f"{in_row} in a row")
    return f"Button of {owner.id}, {where}, at most {better:.0f} dp: {question}".rstrip(": ")
