"""How wide a button and how high a message is on the smallest phones we promise to fit.

Telegram for Android draws inline buttons in Roboto Medium 15 dp and texts in Roboto Regular 16 dp; a row of buttons is
48 dp high, a line of text 21 dp, and what does not fit a button is cut at its end (``words/core-paths.md``, "How it
was checked"). All figures are dp. Numbers only: what is too wide is for ``bot.authoring`` to say.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.i18n.roboto import MEDIUM, REGULAR, UNITS_PER_EM

BUTTON_MUST_FIT: Mapping[int, int] = MappingProxyType({1: 328, 2: 154, 3: 96})
"""Buttons in the row to the room for one label on a 360 dp screen; beyond it the label is cut."""

BUTTON_SHOULD_FIT: Mapping[int, int] = MappingProxyType({1: 288, 2: 134, 3: 83})
"""The same on a 320 dp screen, which is a 360 dp phone with the large display setting."""

TICK = 17
"""Width of the mark before a chosen option; its glyph is not of Roboto."""

MESSAGE_MUST_FIT = 464
"""Height for a text and its buttons on a 360 x 640 phone."""

_BUTTON_TYPE = 15
_TEXT_TYPE = 16
_TEXT_WIDTH = 262
_LINE_HEIGHT = 21
_ROW_HEIGHT = 48


def button_width(label: str) -> float:
    """Return the width of a button's label; add ``TICK`` where it may carry one."""
    return _width(label, MEDIUM, _BUTTON_TYPE)


def lines(text: str) -> int:
    """Return how many lines the text takes; an empty line is a line, a word longer than a line is broken."""
    return sum(_wrapped(paragraph) for paragraph in text.split("\n"))


def message_height(text: str, rows: int) -> int:
    """Return the height of a text with that many rows of buttons below it."""
    return lines(text) * _LINE_HEIGHT + rows * _ROW_HEIGHT


def _width(text: str, font: Mapping[str, int], size: int) -> float:
    # A letter that is not in the table comes from another font: one em is wider than any letter we know there.
    return sum(font.get(letter, UNITS_PER_EM) for letter in text) * size / UNITS_PER_EM


def _wrapped(paragraph: str) -> int:
    count, used = 1, 0.0
    space = _width(" ", REGULAR, _TEXT_TYPE)
    for word in paragraph.split(" "):
        width = _width(word, REGULAR, _TEXT_TYPE)
        if used and used + space + width > _TEXT_WIDTH:
            count, used = count + 1, 0.0
        if width > _TEXT_WIDTH:
            count += int(width // _TEXT_WIDTH)
            width %= _TEXT_WIDTH
        used += width + (space if used else 0)
    return count
