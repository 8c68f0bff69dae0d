"""Letters that look right and are not: Latin inside Cyrillic words, letters of other alphabets, two spellings.

There is no free spelling dictionary of Tajik, so this is the cheapest gate there is (``ecosystem.md`` 3.3): what the
catalogue spells elsewhere, and the words of ``locales/tg/letters.txt``.
Words that people type (``words.…``) are not for here: they hold every spelling on purpose.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CatalogError

_RUSSIAN = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
_TAJIK = frozenset("абвгғдеёжзиӣйкқлмноӯпрстуфхҳчҷшъэюя")
_ONLY_RUSSIAN_NAMES = frozenset("цщыь")
"""Letters that today's Tajik alphabet has dropped; they occur in Russian names."""

_ALPHABETS: Mapping[str, frozenset[str]] = {"ru": _RUSSIAN, "tg": _TAJIK}
_FOLD = str.maketrans("ғӣқӯҳҷ", "гикухч")
_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_PLURAL_IN_RUSSIAN_LETTERS = re.compile(r"\wхо(и|ро|е|ям|ят|яш|ямон|ятон|яшон)?$")
_SHORTEST_BEGINNING = 5
"""Letters that a listed word must have to speak for longer words that begin like it."""

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
    if alphabet is None or text == english:
        return
    if unicodedata.normalize("NFC", text) != text:
        yield Suspect("a letter is written with a separate mark; write ӣ, ӯ, ё, й as one letter (NFC)", wrong=True)
    # A single letter is never let pass: «a» is a word of English, and of Russian in another alphabet.
    allowed = {word for word in _words(english) if len(word) > 1}
    begun_large = {word.casefold() for word in _WORD.findall(text) if word[0].isupper()}
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
            what = f"«{word}» has letters that Tajik has dropped: {_listed(strange)}; a name?"
            yield Suspect(what, wrong=word not in begun_large)


def read_letters(path: Path) -> frozenset[str]:
    """Read the words whose letters are settled, one in a line; a language without the file has none.

    Raises:
        CatalogError: the file cannot be read.
    """
    if not path.exists():
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: cannot be read as a list of words: {error}") from error
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))


def misspelt(texts: Mapping[str, str], settled: frozenset[str]) -> Iterator[tuple[str, Suspect]]:
    """Yield text key and remark for Tajik words with a Russian letter in place of ғ ӣ қ ӯ ҳ ҷ, or the other way round.

    Right is what ``settled`` says; for any other word what most texts write, and among equals the one with the tails.
    """
    right = {_folded(word): _without_izofat(word) for word in settled}
    beginnings = {
        folded: word for folded, word in right.items() if len(word) >= _SHORTEST_BEGINNING and not word.endswith("и")
    }
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, text in texts.items():
        for word in dict.fromkeys(_words(text)):
            seen[_folded(word)][_without_izofat(word)].append(key)
    for folded, spellings in seen.items():
        if folded in _DIFFERENT_WORDS:
            continue
        kept = right.get(folded) or max(spellings, key=lambda word: (len(spellings[word]), _tails(word)))
        for word, keys in spellings.items():
            what = _misspelt(word, kept, beginnings)
            if what:
                yield from ((key, Suspect(what, wrong=True)) for key in keys)


def _misspelt(word: str, kept: str, beginnings: Mapping[str, str]) -> str:
    if word != kept:
        return f"«{word}» is elsewhere spelled «{kept}»"
    if _PLURAL_IN_RUSSIAN_LETTERS.search(word):
        return f"«{word}» ends as a plural and is written with х; the ending is ҳо"
    folded = _folded(word)
    for length in range(len(word) - 1, _SHORTEST_BEGINNING - 1, -1):
        stem = beginnings.get(folded[:length])
        if stem is not None:
            return "" if word.startswith(stem) else f"«{word}» begins as «{stem}» and is spelled otherwise"
    return ""


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_PLACEHOLDER.sub(" ", text))]


def _folded(word: str) -> str:
    return word.translate(_FOLD)


def _tails(word: str) -> int:
    return sum(letter != plain for letter, plain in zip(word, _folded(word), strict=True))


def _without_izofat(word: str) -> str:
    # A last ӣ and a last и are different endings (кории, корӣ), not two spellings of one word.
    return word[:-1] + "и" if word.endswith("ӣ") else word


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _listed(letters: set[str]) -> str:
    return ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(letters))
