"""What is wrong in the catalogues, each finding with its place: missing words, broken markup, cuts, letters, terms.

A finding is an error when a defender would meet it as a fault, a warning when a person should look. ``panoh check``
and ``panoh locales check`` print them; nothing here writes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from babel.messages.catalog import Message

from bot.authoring.catalog_comments import PLACEHOLDERS
from bot.authoring.catalog_layout import cuts, pages
from bot.authoring.catalog_letters import Suspect, misspelt, read_letters, suspects
from bot.authoring.catalogs import template_path, template_text
from bot.authoring.glossary import Remark, Rule, read_glossary, remarks
from bot.engine.conversation import Conversation, Node, Screen
from bot.i18n.catalogs import (
    SOURCE,
    catalog_path,
    critical_keys,
    is_left_in_english,
    is_list_of_words,
    read_catalog,
    translated_locales,
)
from bot.loader import Authored

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_QUOTED = re.compile(r"«([^«»]+)»")
_PRESS = re.compile(r"(?:[Нн]ажмите |[Нн]ажать )«([^«»]+)»|«([^«»]+)»-ро пахш")
_WRONG_QUOTES = re.compile(r"[\"“”„]")
_BRACKETED_ENDING = re.compile(r"\w+\(\w{1,3}\)")
_NAV_LABELS = ("nav.back", "nav.skip", "nav.exit", "nav.menu", "READY.ready")


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogFinding:
    """One finding: where it is, which string, and what differs from what was expected."""

    severity: Severity
    locale: str
    place: str
    """``file:line`` of the catalogue, or of the conversation file for English."""
    key: str
    """The text key (``msgctxt``); empty for a finding about a whole file."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {f'{self.locale} {self.key}'.rstrip()}: {self.message}"


def findings(authored: Authored, locales_dir: Path) -> tuple[CatalogFinding, ...]:
    """Return everything wrong in the English texts, in the template and in each catalogue.

    Raises:
        CatalogError: a catalogue or the list of words cannot be read at all.
    """
    conversation, places = authored.conversation, authored.places
    rules = read_glossary(locales_dir / "glossary.csv")
    english = conversation.texts[SOURCE]
    found = list(_of_texts(conversation, SOURCE, english, rules, lambda key: places.get(key, key)))
    for key, text in english.items():
        for name in sorted(set(_PLACEHOLDER.findall(text)) - {f"{{{known}}}" for known in PLACEHOLDERS}):
            what = f"nothing fills {name}; the placeholders are {', '.join(sorted(PLACEHOLDERS))}"
            found.append(_finding(SOURCE, places.get(key, key), key, what, wrong=True))
    found.extend(_of_template(authored, locales_dir))
    for locale in translated_locales(locales_dir):
        found.extend(_of_catalog(conversation, locales_dir, locale, rules))
    return tuple(found)


def _of_template(authored: Authored, locales_dir: Path) -> Iterator[CatalogFinding]:
    path = template_path(locales_dir)
    if not path.exists() or path.read_text(encoding="utf-8") != template_text(authored):
        message = "is not what the conversation says; run `panoh locales extract`, then `panoh locales update`"
        yield CatalogFinding(
            severity=Severity.ERROR,
            locale=SOURCE,
            place=str(path.relative_to(locales_dir.parent)),
            key="",
            message=message,
        )


def _of_catalog(
    conversation: Conversation, locales_dir: Path, locale: str, rules: tuple[Rule, ...]
) -> Iterator[CatalogFinding]:
    path = catalog_path(locales_dir, locale)
    english = conversation.texts[SOURCE]
    critical = critical_keys(conversation)
    messages = {
        message.context: message
        for message in read_catalog(path)
        if message.context is not None and english.get(message.context) == message.id
    }

    # From the folder above, as the loader writes its places: the same on every machine.
    shown = path.relative_to(locales_dir.parent)

    def where(key: str) -> str:
        line = messages[key].lineno if key in messages else None
        return f"{shown}:{line}" if line else str(shown)

    texts = {}
    for key, source in english.items():
        message = messages.get(key)
        must = key in critical
        state = _state(message)
        if state:
            what = f"critical string is {state}" if must else f"string is {state}"
            yield _finding(locale, where(key), key, what, wrong=must)
            continue
        texts[key] = text = str(message.string) if message is not None else ""
        if is_left_in_english(conversation, key, text):
            what = "critical string is unchanged" if must else "string is unchanged"
            yield _finding(locale, where(key), key, what, wrong=must)
        for what in _broken(source, text):
            yield _finding(locale, where(key), key, what, wrong=True)
    yield from _of_texts(conversation, locale, texts, rules, where)
    if locale == "tg":
        spoken = {key: text for key, text in texts.items() if not is_list_of_words(key)}
        for key, suspect in misspelt(spoken, read_letters(locales_dir / locale / "letters.txt")):
            yield _finding(locale, where(key), key, suspect.message, wrong=suspect.wrong)


def _of_texts(
    conversation: Conversation,
    locale: str,
    texts: Mapping[str, str],
    rules: tuple[Rule, ...],
    where: Callable[[str], str],
) -> Iterator[CatalogFinding]:
    english = conversation.texts[SOURCE]
    neutral = {screen.say for screen in conversation.screens.values() if screen.neutral}
    for cut in cuts(conversation, texts):
        yield _finding(locale, where(cut.key), cut.key, cut.message, wrong=cut.certain)
    spoken = {key: text for key, text in texts.items() if not is_list_of_words(key)}
    for key, text in spoken.items():
        kinds = {"all"} if key.endswith(".full") else {"all", "shown"}
        kinds |= {"neutral"} if key in neutral else set()
        about: list[Remark | Suspect] = [*suspects(locale, english[key], text)]
        about.extend(remarks(rules, locale, english[key], text, frozenset(kinds)))
        for one in about:
            yield _finding(locale, where(key), key, one.message, wrong=one.wrong)
        if locale != SOURCE and (found := _WRONG_QUOTES.search(text)):
            yield _finding(locale, where(key), key, f"quotes are «», not {found[0]}", wrong=False)
        if found := _BRACKETED_ENDING.search(text):
            yield _finding(locale, where(key), key, f"no endings in brackets: «{found[0]}»", wrong=False)
    for key, what in _misnamed_buttons(conversation, texts):
        yield _finding(locale, where(key), key, what, wrong=True)


def _finding(locale: str, place: str, key: str, message: str, *, wrong: bool) -> CatalogFinding:
    severity = Severity.ERROR if wrong else Severity.WARNING
    return CatalogFinding(severity=severity, locale=locale, place=place, key=key, message=message)


def _state(message: Message | None) -> str:
    if message is None or not message.string:
        return "missing"
    return "uncertain (fuzzy)" if message.fuzzy else ""


def _broken(source: str, text: str) -> Iterator[str]:
    for name, pattern in (("placeholders", _PLACEHOLDER), ("markup", _TAG)):
        expected, present = Counter(pattern.findall(source)), Counter(pattern.findall(text))
        if lost := expected - present:
            yield f"{name} missing: {' '.join(sorted(lost.elements()))}"
        if added := present - expected:
            yield f"{name} that the English text does not have: {' '.join(sorted(added.elements()))}"
    for name, sign in (("paragraphs", "\n\n"), ("points of a list", "• ")):
        if source.count(sign) != text.count(sign):
            yield f"the number of {name} differs: {source.count(sign)} in English, {text.count(sign)} here"
    if text != text.strip() and source == source.strip():
        yield "a space or an empty line at the beginning or the end"


def _misnamed_buttons(conversation: Conversation, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield texts that name a button by other words than stand on it."""
    english = conversation.texts[SOURCE]
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    for owner in owners:
        keys = {button.key for page in pages(owner) for row in page for button in row} | set(_NAV_LABELS)
        labels = {key: texts[key] for key in sorted(keys) if key in texts and key in english}
        spoken = (owner.say, owner.say_self) if isinstance(owner, Node) else (owner.say,)
        for key in spoken:
            if key is None or key not in texts:
                continue
            yield from ((key, what) for what in _misnamed(english, english[key], texts[key], labels))


def _misnamed(english: Mapping[str, str], source: str, text: str, labels: Mapping[str, str]) -> Iterator[str]:
    named = {key for key in labels if _names(source, english[key])}
    for key in sorted(named):
        if text != source and f"«{labels[key]}»" not in text:
            said = ", ".join(f"«{quoted}»" for quoted in _QUOTED.findall(text)) or "no button"
            yield f"the English text names the button {key}, here «{labels[key]}»; this text names {said}"
    for found in _PRESS.finditer(text):
        quoted = found[1] or found[2]
        if quoted not in labels.values():
            yield f"«{quoted}» is to be pressed, and no button below this text is called so"


def _names(source: str, label: str) -> bool:
    return f"“{label}”" in source or re.search(rf"\b[Pp]ress {re.escape(label)}\b", source) is not None
