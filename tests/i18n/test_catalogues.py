"""The project's own catalogues: nothing wrong in them, and the words of the design letter by letter."""

from typing import Any

import pytest

from bot.authoring.catalog_check import Severity, findings
from bot.authoring.catalogs import status
from bot.i18n.catalogs import offered_locales, with_locales
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
def test_the_words_of_the_core_paths_stand_letter_by_letter(
    authored: Authored, locale: str, core_paths: dict[str, Any]
) -> None:
    column = {"ru": 2, "tg": 3}[locale]
    conversation = with_locales(authored.conversation, LOCALES)
    expected: dict[str, str] = {}
    for message in core_paths["messages"]:
        owner = conversation.nodes.get(message["id"]) or conversation.screens.get(message["id"])
        said = message["text"]["en"] if message["text"][locale] == "(same message)" else message["text"][locale]
        if owner is None:
            assert message["id"] == "T1_self", "the second wording of another message"
            expected["T1_ill_treatment.say_self"] = said
            continue
        if said != "(no text)":
            expected[owner.say] = said
        labels = {option.id: option.label for option in owner.options}
        expected |= {labels[button[0]]: button[column] for row in message["rows"] for button in row}
    topics = {topic[0]: topic[column] for topic in core_paths["sections"]}
    expected |= {f"S0_menu.{last}": topics.pop(last) for last in ("all", "enough")}
    expected |= {f"section.{name}": title for name, title in topics.items()}
    expected |= {f"vocabulary.forms.{row[0]}.chat": row[column] for row in core_paths["forms_chat"]}
    expected |= {f"vocabulary.un_contact.{row[0]}.chat": row[column] for row in core_paths["un_contact_chat"]}
    assert {key: conversation.texts[locale].get(key) for key in expected} == expected
