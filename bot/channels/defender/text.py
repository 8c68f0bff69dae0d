"""Text as the messenger counts and carries it: UTF-16 units, clean characters, what looks empty on a screen.

Pure. Telegram measures texts and entities in UTF-16 code units; what cannot be encoded as UTF-8 must not travel on.
"""

import unicodedata
from collections.abc import Iterator

MESSAGE_UNITS = 4096
"""Bot API, sendMessage: 1 to 4096 characters; counted here in UTF-16 units, which is never too many."""
TYPED_LETTERS = 32_768
"""More than any message of the Bot API holds (a rich message has 32,768); the rest of a longer one is not read."""

_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Hangul fillers and the empty Braille cell are letters and symbols to Unicode, and nothing to the eye."""


def clean(text: str) -> str:
    """Return the text without NUL and with lone surrogates replaced, at most ``TYPED_LETTERS`` long."""
    text = text[:TYPED_LETTERS]
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that belong together become one letter again; a half alone becomes U+FFFD.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def is_blank(text: str) -> bool:
    """Tell whether nothing of the text can be seen: spaces, zero-width characters, direction marks, fillers."""
    return all(unicodedata.category(sign) in _SHOWS_NOTHING or sign in _BLANK_LETTERS for sign in text)


def units(text: str) -> int:
    """Return the length in UTF-16 code units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def pieces(text: str, limit: int = MESSAGE_UNITS) -> Iterator[tuple[int, str]]:
    """Cut the text into pieces of at most ``limit`` units, at a line end or a space where there is one.

    Yields each piece with the offset, in letters of ``text``, at which it begins. The space or line end at a cut is
    left out, since the messenger would strip it.
    """
    start = 0
    while units(text[start:]) > limit:
        end = start
        room = limit
        while room >= units(text[end]):
            room -= units(text[end])
            end += 1
        cut = max(text.rfind("\n", start + 1, end + 1), text.rfind(" ", start + 1, end + 1))
        if cut > start + (end - start) // 2:
            yield start, text[start:cut]
            start = cut + 1
        else:
            yield start, text[start:end]
            start = end
    if start < len(text) or start == 0:
        yield start, text[start:]
