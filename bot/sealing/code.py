"""The return code: 84 secret bits that only the person holds, as eight words or nine groups of digits.

Pure text and bits; what a code opens is derived in ``bot.sealing.mailbox``. The check bits catch most slips before
the slow derivation. A code is left out of every ``repr``; reading one never raises.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from bot.ids import RandomBytes
from bot.sealing.words import LANGUAGES, word_list

SECRET_BITS = 84
SECRET_SIZE = 11
WORDS = 8
DIGITS = 27
TEXT_LIMIT = 600
"""Letters of a message that are looked at: eight words with numbers and commas have under 200."""

_CHECK_BITS = 4
_WORD_BITS = 11
_PREFIX = 4
_TOKEN = re.compile(r"[^\W\d_]+")
_TAJIK = str.maketrans("ёҷҳқғӣӯ", "ечхкгиу")
_FEWEST_KNOWN = 6


@dataclass(frozen=True, slots=True)
class Code:
    """A return code. ``secret`` is 11 bytes, the number of 84 bits big endian."""

    secret: bytes = field(repr=False)

    def words(self, locale: str) -> str:
        """Return eight words: Russian for ``ru`` and ``tg``, else English."""
        listed = word_list("ru" if locale in {"ru", "tg"} else "en")
        number = self._number()
        return " ".join(listed[number >> _WORD_BITS * (WORDS - 1 - place) & 0x7FF] for place in range(WORDS))

    def digits(self) -> str:
        """Return nine groups of three digits."""
        text = f"{self._number():0{DIGITS}}"
        return " ".join(text[start : start + 3] for start in range(0, DIGITS, 3))

    def _number(self) -> int:
        return int.from_bytes(self.secret, "big") << _CHECK_BITS | _check(self.secret)


def new_code(random_bytes: RandomBytes) -> Code:
    """Make a code."""
    drawn = int.from_bytes(random_bytes(SECRET_SIZE), "big")
    return Code((drawn & (1 << SECRET_BITS) - 1).to_bytes(SECRET_SIZE, "big"))


def parse_code(text: str) -> Code | None:
    """Read a code in any list or as digits, with any separators; ``None`` when there is none or its check fails.

    Of a word the first four letters decide, so slips after them do no harm.
    """
    if len(text) > TEXT_LIMIT:
        return None
    words = _tokens(text)
    if words:
        indexes = [_index(word) for word in words]
        known = [index for index in indexes if index is not None]
        return (
            _from_number(sum(index << _WORD_BITS * (WORDS - 1 - place) for place, index in enumerate(known)))
            if (len(known) == len(indexes) == WORDS)
            else None
        )
    digits = _digits(text)
    return _from_number(int(digits)) if len(digits) == DIGITS else None


def looks_like_code(text: str) -> bool:
    """Whether somebody is trying to write a code, right or wrong: about eight words of a list, or about 27 digits."""
    if len(text) > TEXT_LIMIT:
        return False
    words = _tokens(text)
    if not words:
        return abs(len(_digits(text)) - DIGITS) <= _CHECK_BITS
    known = sum(_index(word) is not None for word in words)
    return abs(len(words) - WORDS) <= 1 and known >= _FEWEST_KNOWN


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_plain(text))


def _digits(text: str) -> str:
    """Digits of any script, as 0 to 9."""
    values = (unicodedata.decimal(letter, None) for letter in text)
    return "".join(str(value) for value in values if value is not None)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).translate(_TAJIK)


def _index(word: str) -> int | None:
    exact, prefixes = _lookup()
    return exact[word] if word in exact else prefixes.get(word[:_PREFIX])


@cache
def _lookup() -> tuple[dict[str, int], dict[str, int]]:
    exact: dict[str, int] = {}
    prefixes: dict[str, int] = {}
    for language in LANGUAGES:
        for index, word in enumerate(word_list(language)):
            exact[word] = index
            if len(word) >= _PREFIX:
                prefixes[word[:_PREFIX]] = index
    return exact, prefixes


def _from_number(number: int) -> Code | None:
    secret, check = number >> _CHECK_BITS, number & (1 << _CHECK_BITS) - 1
    if secret >> SECRET_BITS:
        return None
    data = secret.to_bytes(SECRET_SIZE, "big")
    return Code(data) if _check(data) == check else None


def _check(secret: bytes) -> int:
    return sha256(secret).digest()[0] >> 8 - _CHECK_BITS
