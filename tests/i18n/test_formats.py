from datetime import date
from gettext import GNUTranslations
from pathlib import Path

import pytest

from bot.errors import CatalogError
from bot.i18n.formats import PLURAL_FORMS, country_names, day
from tests.i18n.made_up import compiled


@pytest.mark.parametrize(
    ("locale", "written"), [("tg", "03.11.2026"), ("ru", "03.11.2026"), ("en", "3 Nov 2026")], ids=["tg", "ru", "en"]
)
def test_a_day_is_written_as_people_of_the_language_write_it(locale: str, written: str) -> None:
    assert day(date(2026, 11, 3), locale) == written


def test_every_country_has_a_name_in_every_language() -> None:
    codes = country_names("en").keys()
    assert {"TJ", "PL", "RU", "US"} <= codes
    assert not {"EU", "UN", "ZZ", "001"} & codes
    for locale in ("ru", "tg"):
        names = country_names(locale)
        assert names.keys() == codes
        assert all(names.values())
    assert country_names("tg")["TJ"] == "Тоҷикистон"
    assert country_names("ru")["TJ"] == "Таджикистан"


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(CatalogError, match="xx"):
        country_names("xx")


@pytest.mark.parametrize(
    ("locale", "forms"),
    [
        ("en", ["many", "one", "many", "many", "many"]),
        ("ru", ["many", "one", "few", "many", "one"]),
        ("tg", ["one", "one", "one", "one", "one"]),
    ],
    ids=["en", "ru", "tg"],
)
def test_plural_rules_for_0_1_2_5_and_21(locale: str, forms: list[str], tmp_path: Path) -> None:
    names = {"en": ["one", "many"], "ru": ["one", "few", "many"], "tg": ["one"]}[locale]
    path = tmp_path / locale / "LC_MESSAGES" / "conversation.po"
    path.parent.mkdir(parents=True)
    strings = "\n".join(f'msgstr[{index}] "{name}"' for index, name in enumerate(names))
    header = [f"Language: {locale}", "Content-Type: text/plain; charset=UTF-8", f"Plural-Forms: {PLURAL_FORMS[locale]}"]
    lines = "\n".join(f'"{line}\\n"' for line in header)
    path.write_text(f'msgid ""\nmsgstr ""\n{lines}\n\nmsgid "a case"\nmsgid_plural "cases"\n{strings}\n')
    with compiled(path).open("rb") as file:
        translations = GNUTranslations(file)
    assert [translations.ngettext("a case", "cases", number) for number in (0, 1, 2, 5, 21)] == forms
