"""Which buttons stand side by side under a text, and what of it a small phone would cut.

Measures with ``bot.i18n.widths``; follows the layout that ``bot.intake.screens`` draws: pages of grouped options, the
ticks of a multiple choice, *Ready*, and the four buttons below every question.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.engine.conversation import Conversation, Kind, Node, Screen
from bot.i18n.widths import (
    BUTTON_MUST_FIT,
    BUTTON_SHOULD_FIT,
    MESSAGE_MUST_FIT,
    TICK,
    button_width,
    message_height,
)

TOASTS = frozenset({"ERR_old_button", "ERR_twice"})
"""Screens that are shown as a toast: one line for two seconds."""

_TOAST_LETTERS = 60
_NOT_SHOWN = frozenset({"bot_about", "nav"})
"""Screens whose options are commands or parts of other screens, not rows of their own."""

SECTION_SHOULD_FIT = BUTTON_SHOULD_FIT[2] - TICK
CHAT_LABEL_SHOULD_FIT = BUTTON_SHOULD_FIT[1] - TICK
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

LONGEST: Mapping[str, str] = {
    "operator": "International Defenders Desk",
    "check_address": "defenders.example/panoh",
    "fld_phone": "+000 0 00 00 000",
    "help_phones": "help@helpline.example",
    "cpj": "emergency@journalists.example",
    "unhcr": "refugees.example/help",
    "code": " ".join(["eightlet"] * 8),
    "reference": "PN-0000-0000",
    "fingerprint": "0000 0000 0000",
    "day": "23.11.2026",
    "done": "",
    "reply": "",
}
"""Placeholder to a made-up value of the longest kind that is expected; ``when`` and ``status`` are measured whole."""

_WHOLE_SENTENCES: Mapping[str, str] = {"when": "when_", "status": "ST_"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One button: the text key of its label, and whether it may carry a tick."""

    key: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that does not fit: which text key, what is wrong, and whether it is cut on every phone."""

    key: str
    message: str
    certain: bool


Row = tuple[Shown, ...]


def button_limits(button: Shown, in_row: int) -> tuple[float, float]:
    """Return the widths in dp that a label must and should keep to."""
    columns = min(max(in_row, 1), 3)
    less = TICK if button.ticked else 0
    return BUTTON_MUST_FIT[columns] - less, BUTTON_SHOULD_FIT[columns] - less


def pages(owner: Node | Screen) -> tuple[tuple[Row, ...], ...]:
    """Return the rows of buttons under a text, once for each page of its options."""
    if owner.id in _NOT_SHOWN:
        return ()
    groups = list(dict.fromkeys(option.group for option in owner.options if option.group))
    ticks = isinstance(owner, Node) and owner.kind is Kind.MANY
    layout = owner.rows or tuple((index,) for index in range(len(owner.options)))
    found = []
    for page in groups or [""]:
        rows: list[Row] = []
        for row in layout:
            options = [owner.options[index] for index in row]
            shown = tuple(
                Shown(option.label, ticks and option.act is None)
                for option in options
                if not groups or option.group in {page, None}
            )
            if shown:
                rows.append(shown)
        others = [Shown(f"{owner.id}.group.{group}") for group in groups if group != page]
        rows.extend(tuple(others[start : start + 2]) for start in range(0, len(others), 2))
        if ticks and all(option.act != "done" for option in owner.options):
            rows.append((Shown("READY.ready"),))
        found.append((*rows, *_nav(owner.nav)))
    return tuple(found)


def _nav(nav: str) -> Iterator[Row]:
    if nav == "full":
        yield Shown("nav.back"), Shown("nav.skip")
    if nav in {"full", "exit_menu"}:
        yield Shown("nav.exit"), Shown("nav.menu")
    elif nav == "exit":
        yield (Shown("nav.exit"),)


def cuts(conversation: Conversation, texts: Mapping[str, str]) -> Iterator[Cut]:
    """Yield whatever of these texts a phone would cut; a text that is not there is passed over."""
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    seen: set[Cut] = set()
    for owner in owners:
        for cut in (*_cut_buttons(owner, texts), *_cut_messages(owner, texts)):
            if cut not in seen:
                seen.add(cut)
                yield cut
    for section in conversation.sections.values():
        yield from _cut_label(section.title, Shown(section.title, ticked=True), 2, texts)
    for key in texts:
        if key.startswith("vocabulary.") and key.endswith(".chat"):
            yield from _cut_label(key, Shown(key, ticked=True), 1, texts)


def _cut_buttons(owner: Node | Screen, texts: Mapping[str, str]) -> Iterator[Cut]:
    for page in pages(owner):
        for row in page:
            for button in row:
                yield from _cut_label(owner.id, button, len(row), texts)


def _cut_label(where: str, button: Shown, in_row: int, texts: Mapping[str, str]) -> Iterator[Cut]:
    if button.key not in texts:
        return
    must, should = button_limits(button, in_row)
    label = texts[button.key]
    width = button_width(label)
    if width > must:
        yield Cut(button.key, f"«{label}» is cut in {where}: {width:.0f} dp, room for {must:.0f}", certain=True)
    elif width > should:
        note = f"«{label}» is cut in {where} on a 320 dp screen: {width:.0f} dp, room for {should:.0f}"
        yield Cut(button.key, note, certain=False)


def _cut_messages(owner: Node | Screen, texts: Mapping[str, str]) -> Iterator[Cut]:
    rows = max((len(page) for page in pages(owner)), default=0)
    spoken = (owner.say, owner.say_self) if isinstance(owner, Node) else (owner.say,)
    for key in spoken:
        if key is None or key not in texts:
            continue
        if owner.id in TOASTS:
            if len(texts[key]) > _TOAST_LETTERS:
                yield Cut(key, f"a toast of {len(texts[key])} letters, room for {_TOAST_LETTERS}", certain=True)
            continue
        height = message_height(_filled(texts[key], texts), rows)
        if height > MESSAGE_MUST_FIT:
            note = f"text and {rows} rows of buttons need {height} dp, room for {MESSAGE_MUST_FIT}"
            # A page of a multiple choice may scroll: it is never asked before sending, and nothing of it is cut off.
            yield Cut(key, note, certain=not (isinstance(owner, Node) and owner.kind is Kind.MANY))


def _filled(text: str, texts: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if prefix := _WHOLE_SENTENCES.get(name):
            sentences = [text for key, text in texts.items() if key.startswith(prefix) and key.endswith(".say")]
            return max(sentences, key=len, default="")
        return LONGEST.get(name, found[0])

    return _PLACEHOLDER.sub(value, text)
