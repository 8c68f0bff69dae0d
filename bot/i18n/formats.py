"""Days, countries with their zones, and plural rules as each language writes them; from Babel, where it is not weak.

Tajik in Babel 2.18 (CLDR 47) has no izofat in long dates and Babel's gettext table has no Tajik plural, so days are
written in figures and the plural rule stands here. Clock times are never written for a person
(``words/core-paths.md`` 4, row 25).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from babel import Locale
from babel.core import UnknownLocaleError, get_global

from bot.errors import CatalogError

PLURAL_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "en": "nplurals=2; plural=(n != 1);",
        "ru": (
            "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
        ),
        "tg": "nplurals=1; plural=0;",
    }
)
"""The header ``Plural-Forms`` of each catalogue. A Tajik noun stays singular after a number, so one form is all."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTRY_LETTERS = 2


def day(value: date, locale: str) -> str:
    """Return the day as people write it: ``23.11.2026`` in Russian and Tajik, ``23 Nov 2026`` in English."""
    if locale == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.day:02}.{value.month:02}.{value.year}"


@cache
def country_names(locale: str) -> Mapping[str, str]:
    """Return ISO 3166 code to the country's name, in the order of the codes.

    A name that the language lacks is given in English. Regions of the world and Babel's made-up territories are left
    out.

    Raises:
        CatalogError: Babel does not know the language.
    """
    own, english = _territories(locale), _territories("en")
    names = {
        code: own.get(code, english[code])
        for code in sorted(english)
        if len(code) == _COUNTRY_LETTERS and code.isalpha() and code not in _NOT_COUNTRIES
    }
    return MappingProxyType(names)


@cache
def country_zones() -> Mapping[str, tuple[str, ...]]:
    """Return ISO 3166 code to the time zones of the country, by their names in the tz database."""
    zones: Mapping[str, list[str]] = get_global("territory_zones")
    return MappingProxyType({code: tuple(sorted(zones[code])) for code in country_names("en") if code in zones})


_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two-letter codes of CLDR that are unions, pseudo-locales or 'unknown'."""


def _territories(locale: str) -> Mapping[str, str]:
    try:
        return dict(Locale.parse(locale).territories)
    except (UnknownLocaleError, ValueError) as error:
        raise CatalogError(f"{locale}: not a language that Babel knows; use a code such as ru or tg") from error
