"""The words of the page in one language: what translators wrote, and what Babel knows of days, months and countries.

Read once at the start. A browser's own idea of a language never shows: it may lack Tajik, and it tells the machine's.
The catalogue is ``desk`` beside that of the conversation. Where a string is missing the next language of the chain
stands in, and English is in the page itself.
"""

import json
from collections.abc import Mapping
from gettext import c2py
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.messages.pofile import PoFileError, read_po

from bot.errors import CatalogError
from bot.i18n.catalogs import FALLBACK, SOURCE
from bot.i18n.formats import PLURAL_FORMS, country_names, country_zones

DOMAIN = "desk"
LOCALES = ("en", "ru", "tg")
CONTEXT = "desk"
DATES: Mapping[str, str] = MappingProxyType({"en": "d MMM yyyy", "ru": "dd.MM.yyyy", "tg": "dd.MM.yyyy"})
PLURALS_SAID = 200
"""Forms are listed for these numbers; a larger one takes the form of 100 plus its last two digits."""

Message = str | list[str]


def words_of(locales_dir: Path) -> Mapping[str, bytes]:
    """Return the words of each language, as JSON.

    Raises:
        CatalogError: a catalogue is broken.
    """
    return {locale: json.dumps(_words(locales_dir, locale), ensure_ascii=False).encode() for locale in LOCALES}


def _words(locales_dir: Path, locale: str) -> Mapping[str, object]:
    messages: dict[str, Message] = {}
    for name in reversed((locale, *FALLBACK.get(locale, ()))):
        if name != SOURCE:
            messages |= _messages(locales_dir, name)
    known = Locale.parse(locale)
    symbols = known.number_symbols["latn"]
    return {
        "locale": locale,
        "messages": messages,
        "months": {"wide": _named(known.months["stand-alone"]["wide"], 1, 12), "short": _short_months(known)},
        "weekdays": {
            "wide": _named(known.days["stand-alone"]["wide"], 0, 6),
            "short": _named(known.days["stand-alone"]["abbreviated"], 0, 6),
        },
        "countries": dict(country_names(locale)),
        "zones": dict(country_zones()),
        "plural": _plurals(locale),
        "date": DATES[locale],
        "number": {"decimal": symbols["decimal"], "group": symbols["group"]},
    }


def _named(names: Mapping[int, str], first: int, last: int) -> list[str]:
    return [names[number] for number in range(first, last + 1)]


def _short_months(known: Locale) -> list[str]:
    return [name.rstrip(".") for name in _named(known.months["stand-alone"]["abbreviated"], 1, 12)]


def _plurals(locale: str) -> list[int]:
    rule = PLURAL_FORMS[locale].partition("plural=")[2].removesuffix(";")
    form = c2py(rule)
    return [form(number) for number in range(PLURALS_SAID)]


def _messages(locales_dir: Path, locale: str) -> dict[str, Message]:
    path = locales_dir / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return {}
    try:
        with path.open("rb") as file:
            catalog = read_po(file, domain=DOMAIN, abort_invalid=True)
    except (PoFileError, OSError, ValueError) as error:
        raise CatalogError(f"{path}: cannot be read as a catalogue: {error}") from None
    found: dict[str, Message] = {}
    for message in catalog:
        if message.id and message.context == CONTEXT and not message.fuzzy:
            source = message.id if isinstance(message.id, str) else message.id[0]
            written = message.string
            if isinstance(written, str) and written:
                found[source] = written
            elif not isinstance(written, str) and written and all(written):
                found[source] = list(written)
    return found
