"""The catalogue of the desk's page: the template from its TypeScript, each language's file, what is wrong in them.

A string is known by its English wording; all stand in the context ``desk``. In the sources a string is one literal in
double quotes given to ``t`` or ``mark``; what is put together from parts can stand in no catalogue and is a finding.
The words of the conversation are ``bot.authoring.catalogs``; what the page gets is made by ``bot.desk.words``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from bot.authoring.catalog_check import CatalogFinding, Severity
from bot.authoring.catalog_letters import misspelt, read_letters, suspects
from bot.authoring.catalogs import po_text, save
from bot.errors import CatalogError
from bot.i18n.catalogs import SOURCE, catalog_path, read_catalog
from bot.i18n.formats import PLURAL_FORMS

DOMAIN = "desk"
CONTEXT = "desk"
COMPLETE = frozenset({"ru"})
"""Languages in which the desk is offered whole; in others what is missing falls back."""

_TITLE = "the words of the desk"
_STRING = re.compile(r'\b(?:t|mark)\(\s*("(?:[^"\\\n]|\\.)*")')
_PUT_TOGETHER = re.compile(r"\b(?:t|mark)\(\s*(?:`|'|\"(?:[^\"\\\n]|\\.)*\"\s*\+)")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_KEY = re.compile(r"\b[A-Za-z]\b")


def template_path(locales_dir: Path) -> Path:
    """Return where the template lies."""
    return locales_dir / f"{DOMAIN}.pot"


def template_text(sources: Path) -> str:
    """Return the template as it is committed; a check compares it with the file."""
    return po_text(_template(sources), language=SOURCE, plural=PLURAL_FORMS[SOURCE], title=_TITLE)


def extract(sources: Path, locales_dir: Path) -> Path:
    """Write the template and return its path."""
    path = template_path(locales_dir)
    path.write_text(template_text(sources), encoding="utf-8")
    return path


def update(locales_dir: Path, locale: str) -> Path:
    """Bring one language's file up to the template, or begin it, and return its path.

    A string whose English wording changed is a new one; the old translation is kept at the end of the file.

    Raises:
        CatalogError: no plural rule is written down for the language, or a file is broken.
    """
    path = catalog_path(locales_dir, locale, DOMAIN)
    source = read_catalog(template_path(locales_dir))
    old = read_catalog(path) if path.exists() else Catalog()
    known = {message.id: message for message in (*old.obsolete.values(), *old) if message.id and message.string}
    merged = Catalog(domain=DOMAIN)
    for new in source:
        if new.id:
            before = known.pop(new.id, None)
            merged[new.id] = new if before is None else _carried(new, before)
    for message in known.values():
        merged.obsolete[message.id, CONTEXT] = message
    save(path, merged, title=_TITLE)
    return path


def findings(sources: Path, locales_dir: Path) -> tuple[CatalogFinding, ...]:
    """Return everything wrong in the sources' strings, in the template and in each language's file.

    Raises:
        CatalogError: a file cannot be read at all.
    """
    found = list(_of_sources(sources))
    path = template_path(locales_dir)
    if not path.exists() or path.read_text(encoding="utf-8") != template_text(sources):
        message = "is not what the page says; run `panoh locales extract`, then `panoh locales update`"
        found.append(_finding(SOURCE, path.name, "", message))
    wanted = [str(message.id) for message in _template(sources) if message.id]
    for locale in sorted(PLURAL_FORMS.keys() - {SOURCE}):
        found.extend(_of_catalog(wanted, locales_dir, locale))
    return tuple(found)


def _template(sources: Path) -> Catalog:
    places: dict[str, list[str]] = {}
    for path in _files(sources):
        for literal in _STRING.findall(path.read_text("utf-8")):
            said = places.setdefault(_value(literal, path), [])
            name = f"desk/{path.relative_to(sources).as_posix()}"
            if name not in said:
                said.append(name)
    catalog = Catalog(domain=DOMAIN)
    for text, said in places.items():
        catalog[text] = Message(text, locations=[(name, 0) for name in said], context=CONTEXT)
    return catalog


def _files(sources: Path) -> list[Path]:
    return sorted(path for path in sources.rglob("*.ts*") if not path.name.endswith(".d.ts"))


def _value(literal: str, path: Path) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        raise CatalogError(f"{path.name}: {literal} is no plain text: write the letters themselves") from None


def _of_sources(sources: Path) -> Iterator[CatalogFinding]:
    for path in _files(sources):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if _PUT_TOGETHER.search(line):
                what = "a string of the catalogue is one literal in double quotes, with {names} for what differs"
                yield _finding(SOURCE, f"{path.name}:{number}", "", what)


def _of_catalog(wanted: list[str], locales_dir: Path, locale: str) -> Iterator[CatalogFinding]:
    path = catalog_path(locales_dir, locale, DOMAIN)
    if not path.exists():
        if locale in COMPLETE:
            yield _finding(locale, path.name, "", "is missing; run `panoh locales update`")
        return
    messages = {message.id: message for message in read_catalog(path) if message.id}
    if locale == "tg":
        said = {text: str(messages[text].string) for text in wanted if text in messages}
        for text, suspect in misspelt(said, read_letters(locales_dir / locale / "letters.txt")):
            yield _finding(locale, f"{path.name}:{messages[text].lineno}", text, suspect.message)
    for text in wanted:
        message = messages.get(text)
        if message is None or not message.string or message.fuzzy:
            if locale in COMPLETE:
                yield _finding(locale, path.name, text, "is missing or uncertain")
            continue
        place, translated = f"{path.name}:{message.lineno}", str(message.string)
        if sorted(_PLACEHOLDER.findall(text)) != sorted(_PLACEHOLDER.findall(translated)):
            yield _finding(locale, place, text, "has other placeholders than the English text")
        # Names of keys and other single letters stay Latin, as on the keyboard.
        for suspect in suspects(locale, text, _KEY.sub(" ", translated)):
            if suspect.wrong:
                yield _finding(locale, place, text, suspect.message)


def _carried(new: Message, before: Message) -> Message:
    return Message(
        new.id,
        before.string,
        locations=new.locations,
        flags=before.flags,
        user_comments=before.user_comments,
        context=CONTEXT,
    )


def _finding(locale: str, place: str, key: str, message: str) -> CatalogFinding:
    return CatalogFinding(severity=Severity.ERROR, locale=locale, place=place, key=key, message=message)
