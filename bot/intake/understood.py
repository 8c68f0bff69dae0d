"""What a typed line means where a button was asked: numbers, labels, first words, and a few words that always work.

Pure. Works in all languages of the conversation at once, since people answer in the language they think in, on the
keyboard they have: Tajik letters fold to the Russian ones they are often typed as. Nothing here guesses; a line that
is not understood is somebody's own words and is kept as such.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.engine.conversation import Conversation, Kind, Node, Option
from bot.i18n.formats import country_names

_FOLD = str.maketrans("ёҷҳқғӣӯ’ʼ", "ечхкгиу''")
_OUTSIDE_WORDS = re.compile(r"[^\w'/]+")
_URGENT_WORDS_AT_MOST = 6
"""A longer line is a story in which such a phrase occurs, and is answered as a story."""
ALWAYS_UNDERSTOOD = (
    "exit",
    "delete",
    "start",
    "menu",
    "back",
    "skip",
    "who",
    "contacts",
    "help",
    "code",
    "send",
    "cannot_write",
)
"""Lists of words that count at every question, whatever it asks."""
_ONE_URGENT_WORD_AMONG_AT_MOST = 2
"""A single word («пришли», "help") is common in short answers too: it counts only in a shorter line."""


def fold(text: str) -> str:
    """Return the line in small letters, one space between words, without punctuation and without Tajik tails."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_FOLD)
    return " ".join(_OUTSIDE_WORDS.sub(" ", plain).split())


def _texts(conversation: Conversation, key: str) -> Iterator[str]:
    for texts in conversation.texts.values():
        if key in texts:
            yield texts[key]


def _listed(conversation: Conversation, key: str) -> frozenset[str]:
    return frozenset().union(*map(_words, _texts(conversation, key)))


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    """Return the words that an author listed, folded; every line that anybody types is held against many lists."""
    return frozenset(folded for word in text.split(",") if (folded := fold(word)))


def says(conversation: Conversation, name: str, line: str) -> bool:
    """Tell whether the whole line is one of the words listed under ``words.<name>`` in any language."""
    return fold(line) in _listed(conversation, f"words.{name}")


def always(conversation: Conversation, line: str) -> str | None:
    """Return which of the words that work anywhere this line is, or ``None``; the names are those of the lists."""
    return next((name for name in ALWAYS_UNDERSTOOD if says(conversation, name, line)), None)


def is_urgent(conversation: Conversation, line: str) -> bool:
    """Tell whether a short line cries for help ("they are at the door")."""
    folded = fold(line)
    words = folded.count(" ") + 1
    if not folded or words > _URGENT_WORDS_AT_MOST:
        return False
    return any(
        f" {phrase} " in f" {folded} " and (" " in phrase or words <= _ONE_URGENT_WORD_AMONG_AT_MOST)
        for phrase in _listed(conversation, "words.urgent")
    )


def is_number(line: str) -> bool:
    """Tell whether the line is a number of at most two digits, or several: that of a button, perhaps."""
    return all(part.isdecimal() and len(part) < 3 for part in fold(line).split(" "))  # noqa: PLR2004  two digits


def option_of(conversation: Conversation, node: Node, offered: tuple[Option, ...], line: str) -> Option | None:
    """Return the option that the line names, or ``None`` when it is the person's own words.

    A number counts the options as they stand on the screen. Where only buttons are asked, the first word of a label
    is enough while no other label begins with it; where words are asked, the whole label must be there.
    """
    folded = fold(line)
    if not folded:
        return None
    takes_words = node.words or node.kind is Kind.WORDS
    if folded.isdecimal() and node.kind is not Kind.WORDS:
        number = int(folded) if len(folded) < 3 else 0  # noqa: PLR2004  no page has a hundred options
        return offered[number - 1] if 1 <= number <= len(offered) else None
    for option in offered:
        if any(fold(label) == folded for label in _texts(conversation, option.label)):
            return option
        if any(folded in _listed(conversation, key) for key in option.words):
            return option
    return None if takes_words else _by_first_word(conversation, offered, folded)


def _by_first_word(conversation: Conversation, offered: tuple[Option, ...], folded: str) -> Option | None:
    for option in offered:
        # "yes" and "no" are listed so that «ҳа», «да», "y" work wherever an option is called yes or no.
        if option.id in {"yes", "no", "not_sure", "dont_know"} and says(conversation, option.id, folded):
            return option
    hits: set[str] = set()
    found: Option | None = None
    for texts in conversation.texts.values():
        for option in offered:
            if fold(texts.get(option.label, "")).split(" ", 1)[0] == folded:
                hits.add(option.id)
                found = option
    return found if len(hits) == 1 else None


def options_of(conversation: Conversation, node: Node, offered: tuple[Option, ...], line: str) -> tuple[Option, ...]:
    """Return every option named in a line such as ``1, 3`` for a multiple choice; empty unless all parts are."""
    parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
    if len(parts) > 1 and all(part.isdecimal() for part in parts):
        found = [option_of(conversation, node, offered, part) for part in parts]
        return tuple(option for option in found if option) if all(found) else ()
    single = option_of(conversation, node, offered, line)
    return (single,) if single else ()


def country_named(conversation: Conversation, line: str) -> str | None:
    """Return the territory code of a country that the whole line names, in any language of the conversation."""
    folded = fold(line)
    for locale in conversation.texts:
        for code, name in country_names(locale).items():
            if fold(name) == folded:
                return code
    return None


def locale_named(conversation: Conversation, line: str) -> str | None:
    """Return the locale whose name the line is ("English", «русский», «тоҷикӣ»)."""
    for locale in conversation.texts:
        if says(conversation, f"language_{locale}", line):
            return locale
    return None


def guess_locale(conversation: Conversation, text: str) -> str:
    """Guess the language from the letters alone, only to choose which consent text is shown first."""
    letters = text.casefold()
    if "tg" in conversation.texts and any(letter in letters for letter in "ғӣқӯҳҷ"):
        return "tg"
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in letters)
    latin = sum("a" <= letter <= "z" for letter in letters)
    return "ru" if cyrillic > latin and "ru" in conversation.texts else "en"


_WAY = re.compile(
    r"\d|@|\b(?:signal|сигнал|whats\s*app|ватсап|вотсап|viber|вайбер|telegram|телеграм|e-?mail|имейл|"
    r"threema|skype|скайп|jabber|почт(?:а|[уеы]\b|ой\b))|\b(?:imo|имо|wire|element|matrix|tel|тел)\b"
)
"""From the beginning of a word on: «почти» and "Simon" are parts of a story."""


def names_a_way(text: str) -> bool:
    """Tell whether a line at the contact question holds a digit, an @ or the name of a channel."""
    return _WAY.search(text.casefold()) is not None
