"""Reads the catalogues, ``.po`` in a checkout and ``.mo`` in a wheel, and joins their texts to a conversation.

A string is found by its text key (``msgctxt``) together with its English wording (``msgid``): a translation of an older
wording is not used. Rules kept here: a language in which a critical string is missing, uncertain or left in English is
not offered at all, any other string falls back one language at a time, and English never needs a catalogue.
Finding faults and writing catalogues is the work of ``bot.authoring``; compiling them that of the build.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from bot.engine.conversation import NEVER, AuthorKind, Conversation, Node, Option, Screen
from bot.errors import CatalogError

SOURCE = "en"
"""The language in which conversations are written."""

FALLBACK: Mapping[str, tuple[str, ...]] = MappingProxyType({"tg": ("ru",)})
"""Languages asked before English when a string that is not critical is missing: more people read Russian."""

_Owner = TypeVar("_Owner", Node, Screen)

_DOMAIN = "conversation"
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN_WORD = re.compile(r"[a-zA-Z]+")
_SAME_EVERYWHERE = frozenset({"ok", "signal", "telegram", "whatsapp"})
"""Words and names that every language writes as English does."""

_LOCALE_NAME = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


def catalog_path(locales_dir: Path, locale: str, domain: str = _DOMAIN) -> Path:
    """Return where a language's catalogue lies; that of the conversation where no other is named."""
    return locales_dir / locale / "LC_MESSAGES" / f"{domain}.po"


def translated_locales(locales_dir: Path) -> tuple[str, ...]:
    """Return the languages that have a catalogue, complete or not, in the order of their codes."""
    if not locales_dir.is_dir():
        return ()
    return tuple(
        entry.name
        for entry in sorted(locales_dir.iterdir())
        if _LOCALE_NAME.fullmatch(entry.name)
        and any(catalog_path(locales_dir, entry.name).with_suffix(suffix).exists() for suffix in (".po", ".mo"))
    )


def read_catalog(path: Path) -> Catalog:
    """Read one ``.po`` file, uncertain and obsolete strings included.

    Raises:
        CatalogError: the file is missing or broken; names the line.
    """
    try:
        with path.open("rb") as file:
            return read_po(file, domain=_DOMAIN, abort_invalid=True)
    except PoFileError as error:
        raise CatalogError(f"{path}:{error.lineno + 1}: {error}") from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise CatalogError(f"{path}: cannot be read as a catalogue: {error}") from error


def critical_keys(conversation: Conversation) -> frozenset[str]:
    """Return the text keys whose translation must be complete: consent and whatever an author marked critical."""
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    return frozenset(
        key
        for owner in owners
        if owner.critical or (isinstance(owner, Node) and owner.author_kind is AuthorKind.CONSENT)
        for key in _keys_shown(owner)
        if key in conversation.texts[SOURCE]  # The four buttons below a question have no text of their own.
    )


def is_list_of_words(key: str) -> bool:
    """Tell whether a text holds words that people type, divided by commas."""
    return key.startswith("words.") or ".words." in key


def is_left_in_english(conversation: Conversation, key: str, text: str) -> bool:
    """Tell whether a translation reads as the English text and should not.

    It may where the text has no words of its own, is a remark in brackets, is in several languages already, is the name
    of a language, or is a list of typed words.
    """
    if text != conversation.texts[SOURCE][key] or is_list_of_words(key) or _CYRILLIC.search(text):
        return False
    words = {word.casefold() for word in _LATIN_WORD.findall(_PLACEHOLDER.sub("", text))}
    remark = text.startswith("(") and text.endswith(")")
    return not remark and not words <= _SAME_EVERYWHERE and key not in _names_of_languages(conversation)


def _names_of_languages(conversation: Conversation) -> frozenset[str]:
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    return frozenset(option.label for owner in owners for option in owner.options if option.locale is not None)


def offered_locales(conversation: Conversation, locales_dir: Path) -> tuple[str, ...]:
    """Return the languages that may be shown to a defender: English, and each with every critical string.

    Raises:
        CatalogError: a catalogue is broken.
    """
    return _offered(conversation, _all_translations(conversation, locales_dir))


def with_locales(conversation: Conversation, locales_dir: Path) -> Conversation:
    """Return the conversation with its texts in every offered language, and no button for one that is not offered.

    Raises:
        CatalogError: a catalogue is broken.
    """
    english = conversation.texts[SOURCE]
    known = _all_translations(conversation, locales_dir)
    offered = _offered(conversation, known)
    texts: dict[str, Mapping[str, str]] = {SOURCE: english}
    for locale in offered[1:]:
        chain = [known[name] for name in (locale, *FALLBACK.get(locale, ())) if name in known]
        texts[locale] = {
            key: next((translated[key] for translated in chain if key in translated), text)
            for key, text in english.items()
        }
    return replace(
        conversation,
        texts=texts,
        nodes={name: _only_offered(node, offered) for name, node in conversation.nodes.items()},
        screens={name: _only_offered(screen, offered) for name, screen in conversation.screens.items()},
    )


def _offered(conversation: Conversation, known: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    critical = critical_keys(conversation)
    return (
        SOURCE,
        *(
            locale
            for locale, translated in known.items()
            if all(key in translated and not is_left_in_english(conversation, key, translated[key]) for key in critical)
        ),
    )


def _only_offered(owner: _Owner, offered: tuple[str, ...]) -> _Owner:
    if all(option.locale is None or option.locale in offered for option in owner.options):
        return owner
    return replace(owner, options=tuple(_option(option, offered) for option in owner.options))


def _option(option: Option, offered: tuple[str, ...]) -> Option:
    return option if option.locale is None or option.locale in offered else replace(option, when=NEVER)


def _keys_shown(owner: Node | Screen) -> Iterator[str]:
    yield owner.say
    if isinstance(owner, Node) and owner.say_self is not None:
        yield owner.say_self
    for option in owner.options:
        yield option.label


def _all_translations(conversation: Conversation, locales_dir: Path) -> dict[str, dict[str, str]]:
    """Return locale to text key to translation, for the wordings that this conversation has now."""
    return {
        locale: _translations(conversation.texts[SOURCE], catalog_path(locales_dir, locale))
        for locale in translated_locales(locales_dir)
        if locale != SOURCE
    }


def _translations(english: Mapping[str, str], source: Path) -> dict[str, str]:
    built = source.with_suffix(".mo")
    if source.exists() and not (built.exists() and built.stat().st_mtime >= source.stat().st_mtime):
        return {
            message.context: message.string
            for message in read_catalog(source)
            if message.context is not None
            and isinstance(message.string, str)
            and message.string
            and not message.fuzzy
            and english.get(message.context) == message.id
        }
    try:
        with built.open("rb") as file:
            compiled = GNUTranslations(file)
    except (OSError, UnicodeDecodeError, ValueError, struct.error) as error:
        raise CatalogError(f"{built}: cannot be read as a compiled catalogue: {error}") from error
    compiled.add_fallback(_Absent())
    found = {key: compiled.pgettext(key, text) for key, text in english.items()}
    return {key: text for key, text in found.items() if text}


class _Absent(NullTranslations):
    """Stands behind a compiled catalogue, so that a missing string is told from one that reads as in English."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002  gettext passes both
        return ""
