"""The project's own catalogues: nothing wrong in them, and the words of the design letter by letter."""

from typing import Any

import pytest

from bot.authoring.catalog_check import Severity, findings
from bot.authoring.catalogs import status
from bot.i18n.catalogs import catalog_path, offered_locales, read_catalog, with_locales
from bot.loader import Authored, load_authored
from tests.i18n.made_up import REPOSITORY

LOCALES = REPOSITORY / "locales"
LANGUAGES = ("ru", "tg")


@pytest.fixture(scope="module")
def authored() -> Authored:
    return load_authored(REPOSITORY / "conversations" / "reprisal")


def test_the_catalogues_have_no_errors(authored: Authored) -> None:
    assert [str(one) for one in findings(authored, LOCALES) if one.severity is Severity.ERROR] == []


def test_russian_and_tajik_are_complete_and_offered(authored: Authored) -> None:
    assert offered_locales(authored.conversation, LOCALES) == ("en", *LANGUAGES)
    for language in status(authored.conversation, LOCALES):
        assert (language.translated, language.uncertain) == (language.total, 0), language.locale


def test_every_text_is_there_in_every_language(authored: Authored) -> None:
    texts = with_locales(authored.conversation, LOCALES).texts
    assert texts["en"].keys() == texts["ru"].keys() == texts["tg"].keys()


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_words_of_the_core_paths_stand_letter_by_letter(locale: str, core_paths: dict[str, Any]) -> None:
    column = {"ru": 2, "tg": 3}[locale]
    strings = {message.context: message.string for message in read_catalog(catalog_path(LOCALES, locale))}
    expected: dict[str, str] = {}
    for message in core_paths["messages"]:
        said = message["text"]["en"] if message["text"][locale] == "(same message)" else message["text"][locale]
        expected[f"{message['id']}.say"] = said
        for row in message["rows"]:
            expected |= {f"{message['id']}.{option[0]}": option[column] for option in row}
    expected |= {f"section.{section[0]}": section[column] for section in core_paths["sections"]}
    expected |= {f"vocabulary.forms.{form[0]}.chat": form[column] for form in core_paths["forms_chat"]}
    differing = {key: (text, strings[key]) for key, text in expected.items() if key in strings and strings[key] != text}
    assert differing == {}
    assert sum(key in strings for key in expected) >= len(expected) * 0.9, sorted(expected.keys() - strings.keys())
