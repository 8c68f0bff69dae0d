"""Letters that look right and are not: Latin inside Cyrillic words, letters of other alphabets, two spellings.

Pure. There is no free spelling dictionary of Tajik, so this is the cheapest gate there is (``ecosystem.md`` 3.3).
Words that people type (``words.…``) are not for here: they hold every spelling on purpose.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_TAJIK = frozenset("абвгғдеёжзиӣйкқлмноӯпрстуфхҳчҷшъэюя")
_ONLY_RUSSIAN_NAMES = frozenset("цщыь")
"""Letters that today's Tajik alphabet has dropped; they occur in Russian names."""

_ALPHABETS: Mapping[str, frozenset[str]] = {"ru": _RUSSIAN, "tg": _TAJIK}
_FOLD = str.maketrans("ғӣқӯҳҷ", "гикухч")
_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_DIFFERENT_WORDS = frozenset({"ки", "чи", "хол", "бок", "кул", "шур"})
"""Folded forms under which two different Tajik words are right: кӣ and ки, чӣ and чи, ҳол and хол."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A word with a wrong or doubtful letter."""

    message: str
    wrong: bool


def suspects(locale: str, english: str, text: str) -> Iterator[Suspect]:
    """Yield the words of one string whose letters are not of the language; words of the English text are let pass."""
    alphabet = _ALPHABETS.get(locale)
    if alphabet is None:
        return
    if unicodedata.normalize("NFC", text) != text:
        yield Suspect("a letter is written with a separate mark; write ӣ, ӯ, ё, й as one letter (NFC)", wrong=True)
    allowed = set(_words(english))
    for word in dict.fromkeys(_words(text)):
        if word in allowed:
            continue
        latin = {letter for letter in word if _script(letter) == "LATIN"}
        strange = {letter for letter in word if letter not in alphabet} - latin
        if latin and len(latin) < len(set(word)):
            yield Suspect(f"«{word}» has Latin letters among Cyrillic ones: {_listed(latin)}", wrong=True)
        elif latin:
            yield Suspect(f"«{word}» is in Latin letters and not in the English text", wrong=True)
        if foreign := strange - _ONLY_RUSSIAN_NAMES:
            yield Suspect(f"«{word}» has letters that are not of this language: {_listed(foreign)}", wrong=True)
        elif strange:
            yield Suspect(f"«{word}» has letters that Tajik has dropped: {_listed(strange)}; a name?", wrong=False)


def two_spellings(texts: Mapping[str, str]) -> Iterator[tuple[str, Suspect]]:
    """Yield text key and remark for Tajik words that occur with and without the tails of ғ ӣ қ ӯ ҳ ҷ."""
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, text in texts.items():
        for word in dict.fromkeys(_words(text)):
            seen[_folded(word)][_without_izofat(word)].append(key)
    for folded, spellings in seen.items():
        if len(spellings) == 1 or folded in _DIFFERENT_WORDS:
            continue
        rarest = min(spellings, key=lambda word: len(spellings[word]))
        others = ", ".join(f"«{word}»" for word in sorted(spellings) if word != rarest)
        yield spellings[rarest][0], Suspect(f"«{rarest}» is elsewhere spelled {others}", wrong=False)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_PLACEHOLDER.sub(" ", text))]


def _folded(word: str) -> str:
    return word.translate(_FOLD)


def _without_izofat(word: str) -> str:
    # A last ӣ and a last и are different endings (кории, корӣ), not two spellings of one word.
    return word[:-1] + "и" if word.endswith("ӣ") else word


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _listed(letters: set[str]) -> str:
    return ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(letters))
