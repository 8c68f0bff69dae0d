"""Writes the catalogues: the template from a conversation, each language's file from the template, and how far it is.

A string is known by its text key. When its English wording changes, the old translation stays, marked *fuzzy* with the
old wording beside it, until somebody has looked at it; a string that is gone is kept at the end of the file.
Headers carry no date and no name: translators stay unnamed (``ecosystem.md`` 3.6), and the same texts give the same
file. Reading catalogues for use is ``bot.i18n.catalogs``, finding faults in them ``bot.authoring.catalog_check``.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import denormalize, write_po

from bot.authoring.catalog_comments import comments
from bot.engine.conversation import Conversation
from bot.errors import CatalogError
from bot.i18n.catalogs import (
    SOURCE,
    catalog_path,
    critical_keys,
    is_left_in_english,
    read_catalog,
    translated_locales,
)
from bot.i18n.formats import PLURAL_FORMS
from bot.loader import Authored

CRITICAL = "critical"
"""The flag of a string without which a language is not offered."""

_TITLE = "the words of the conversation"
_TOP = """\
# Panoh: {title}. AGPL-3.0-or-later, as the rest of the project.
# Read README.md in the folder locales first. Names and dates are kept out of this file on purpose.
msgid ""
msgstr ""
"Project-Id-Version: panoh\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far one language is; counts of strings."""

    locale: str
    total: int
    translated: int
    uncertain: int
    critical_missing: int

    @property
    def offered(self) -> bool:
        """Whether defenders may choose this language."""
        return self.critical_missing == 0


def template_path(locales_dir: Path) -> Path:
    """Return where the template lies."""
    return locales_dir / "panoh.pot"


def template(authored: Authored) -> Catalog:
    """Return every text of the conversation as an empty catalogue, with what its authors tell translators."""
    conversation, places = authored.conversation, authored.places
    catalog = Catalog(domain="conversation")
    critical = critical_keys(conversation)
    said = comments(conversation, authored.notes)
    for key, text in conversation.texts[SOURCE].items():
        catalog[text] = Message(
            text,
            # No line numbers: every edit of a conversation would change half of each catalogue.
            locations=[(_source_file(places[key]), 0)] if key in places else [],
            flags=[CRITICAL] if key in critical else [],
            auto_comments=said.get(key, ()),
            context=key,
        )
    return catalog


def template_text(authored: Authored) -> str:
    """Return the template as it is committed; a check compares it with the file."""
    return po_text(template(authored), language=SOURCE, plural=PLURAL_FORMS[SOURCE])


def extract(authored: Authored, locales_dir: Path) -> Path:
    """Write the template and return its path."""
    path = template_path(locales_dir)
    path.write_text(template_text(authored), encoding="utf-8")
    return path


def update(locales_dir: Path, locale: str) -> Path:
    """Bring one language's catalogue up to the template, or begin it, and return its path.

    Raises:
        CatalogError: no plural rule is written down for the language, or a catalogue is broken.
    """
    path = catalog_path(locales_dir, locale)
    source = read_catalog(template_path(locales_dir))
    old = read_catalog(path) if path.exists() else Catalog()
    save(path, _merged(source, old))
    return path


def save(path: Path, catalog: Catalog, *, title: str = _TITLE) -> None:
    """Write one language's catalogue; the folder is made when it is missing.

    Raises:
        CatalogError: no plural rule is written down for the language.
    """
    locale = path.parent.parent.name
    if locale not in PLURAL_FORMS:
        known = ", ".join(sorted(PLURAL_FORMS))
        raise CatalogError(f"{locale}: no plural rule; add one to bot/i18n/formats.py (there are {known})")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = po_text(catalog, language=locale, plural=PLURAL_FORMS[locale], title=title)
    path.write_text(written, encoding="utf-8")


def po_text(catalog: Catalog, *, language: str, plural: str, title: str = _TITLE) -> str:
    """Return a catalogue as its file has it."""
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True, include_previous=True)
    top = _TOP.format(language=language, plural=plural, title=title)
    return top + body.getvalue().decode().strip("\n") + "\n"


def status(conversation: Conversation, locales_dir: Path) -> tuple[Status, ...]:
    """Return how far each language is, counted on the wordings the conversation has now."""
    english = conversation.texts[SOURCE]
    critical = critical_keys(conversation)
    found = []
    for locale in translated_locales(locales_dir):
        now = [
            message
            for message in read_catalog(catalog_path(locales_dir, locale))
            if message.string and message.context is not None and english.get(message.context) == message.id
        ]
        certain = {message.context for message in now if not message.fuzzy}
        translated = {
            message.context
            for message in now
            if not message.fuzzy and not is_left_in_english(conversation, str(message.context), str(message.string))
        }
        found.append(
            Status(
                locale=locale,
                total=len(english),
                translated=len(certain),
                uncertain=len(now) - len(certain),
                critical_missing=len(critical - translated),
            )
        )
    return tuple(found)


def _source_file(place: str) -> str:
    """Return the file of a place without its line, from the folder ``conversations`` on: the same on every machine."""
    file = PurePath(place.rsplit(":", 1)[0])
    folders = [index for index, part in enumerate(file.parts) if part == "conversations"]
    return PurePath(*file.parts[folders[-1] :]).as_posix() if folders else file.name


def _merged(source: Catalog, old: Catalog) -> Catalog:
    merged = Catalog(domain="conversation")
    by_key = {message.context: message for message in (*old.obsolete.values(), *old) if message.context is not None}
    exact = {(message.context, message.id): message for message in old}
    for new in source:
        if not new.id or not isinstance(new.id, str):
            continue
        before = exact.get((new.context, new.id)) or by_key.get(new.context)
        merged[new.id] = _carried(new, before) if before is not None and before.string else new
    kept = {message.context for message in merged}
    for key, message in by_key.items():
        if key not in kept and message.string:
            merged.obsolete[message.id, key] = message
    return merged


def _carried(new: Message, before: Message) -> Message:
    """Return the new string with the translation it had; uncertain when the English wording is another one."""
    changed = before.id != new.id
    own, previous = _own_and_previous(before.user_comments)
    if changed:
        previous = str(before.id)
    fuzzy = before.fuzzy or changed
    return Message(
        new.id,
        before.string,
        locations=new.locations,
        flags={*new.flags, *(("fuzzy",) if fuzzy else ())},
        auto_comments=new.auto_comments,
        user_comments=own,
        previous_id=previous if fuzzy else "",
        context=new.context,
    )


def _own_and_previous(user_comments: Iterable[str]) -> tuple[list[str], str]:
    """Divide comments into a translator's own and the old English wording, which Babel reads as a comment."""
    own, quoted = [], []
    for comment in user_comments:
        if comment.startswith("|"):
            quoted.append(comment.removeprefix("|").strip().removeprefix("msgid").strip())
        else:
            own.append(comment)
    return own, denormalize("\n".join(quoted)) if quoted else ""
