"""One word for one thing, and words that must not be used: the translators' list ``locales/glossary.csv``, applied.

The list is data; a rule is a line. ``use`` and ``never`` are beginnings of words divided by ``|``.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CatalogError

_COLUMNS = ("english", "locale", "use", "never", "unless", "where", "note")
_PLACES = ("all", "shown", "neutral")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the list.

    The rule concerns strings of ``locale`` whose English matches ``english`` (all when it is ``None``) and not
    ``unless``. ``where`` is ``all``, ``shown`` (not the staff's full labels) or ``neutral`` (what can arrive unasked).
    """

    locale: str
    english: re.Pattern[str] | None
    use: re.Pattern[str] | None
    never: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    where: str
    note: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the list says about one string; ``wrong`` for a word that must not be used, else worth a look."""

    message: str
    wrong: bool


def read_glossary(path: Path) -> tuple[Rule, ...]:
    """Read the list.

    Raises:
        CatalogError: the file is missing or a line of it is wrong; names the line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != _COLUMNS:
                raise CatalogError(f"{path}:1: the columns are {', '.join(_COLUMNS)}")
            return tuple(_rule(row, f"{path}:{rows.line_num}") for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(f"{path}: cannot be read as a list of words: {error}") from error


def remarks(rules: tuple[Rule, ...], locale: str, english: str, text: str, kinds: frozenset[str]) -> Iterator[Remark]:
    """Yield what the list says about one string; ``kinds`` are the ``where`` of the rules that concern it."""
    for rule in rules:
        if rule.locale != locale or rule.where not in kinds:
            continue
        if rule.english is not None and not rule.english.search(english):
            continue
        if rule.unless is not None and rule.unless.search(english):
            continue
        if rule.never is not None and (found := rule.never.search(text)):
            yield Remark(f"«{found[0].strip()}» is not used here. {rule.note}", wrong=True)
        if rule.use is not None and not rule.use.search(text):
            words = rule.use.pattern.removeprefix(r"\b(?:").removesuffix(")")
            yield Remark(f"expected a word with «{words}». {rule.note}", wrong=False)
    if locale == "tg":
        for sentence in _SENTENCE_END.split(text.casefold()):
            if "рамзгузор" in sentence and re.search(r"рамз(?!гузор)", sentence):
                yield Remark("«рамз» (the code) and «рамзгузорӣ» stand in one sentence", wrong=False)


def _rule(row: dict[str, str], place: str) -> Rule:
    if None in row.values() or row["where"] not in _PLACES or not row["locale"] or not (row["use"] or row["never"]):
        raise CatalogError(f"{place}: expected a locale, a word to use or never to use, and where: all, shown, neutral")
    try:
        return Rule(
            locale=row["locale"],
            english=_words(row["english"], whole=True),
            use=_words(row["use"]),
            never=_words(row["never"]),
            unless=_words(row["unless"]),
            where=row["where"],
            note=row["note"],
        )
    except re.error as error:
        raise CatalogError(f"{place}: not a list of words divided by |: {error}") from error


def _words(beginnings: str, *, whole: bool = False) -> re.Pattern[str] | None:
    if not beginnings:
        return None
    return re.compile(rf"\b(?:{beginnings})" + (r"\b" if whole else ""), re.IGNORECASE)
