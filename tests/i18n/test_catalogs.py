import os
from pathlib import Path

import pytest

from bot.engine.conversation import NEVER, Screen
from bot.errors import CatalogError
from bot.i18n.catalogs import catalog_path, critical_keys, offered_locales, with_locales
from tests.i18n.made_up import ENGLISH, RUSSIAN, TAJIK, Desk, made_up


def test_consent_and_its_buttons_are_critical_without_being_marked() -> None:
    assert critical_keys(made_up()) == {"Q1.say", "Q1.yes", "Q1.no"}


def test_a_critical_screen_of_buttons_alone_keeps_no_language_away(desk: Desk) -> None:
    desk.conversation = made_up(NAV=Screen(id="NAV", say="NAV.say", critical=True))
    assert offered_locales(desk.conversation, desk.folder) == ("en", "ru", "tg")


def test_a_complete_language_is_offered_with_its_own_words(desk: Desk) -> None:
    joined = with_locales(desk.conversation, desk.folder)
    assert list(joined.texts) == ["en", "ru", "tg"]
    assert joined.texts["en"] == ENGLISH
    assert joined.texts["ru"] == RUSSIAN
    assert joined.texts["tg"] == TAJIK


def test_a_missing_string_falls_back_to_russian_and_then_to_english(desk: Desk) -> None:
    desk.say("tg", "HINT.say", "")
    desk.say("tg", "nav.back", "")
    desk.say("ru", "nav.back", "")
    joined = with_locales(desk.conversation, desk.folder)
    assert joined.texts["tg"]["HINT.say"] == RUSSIAN["HINT.say"]
    assert joined.texts["tg"]["nav.back"] == joined.texts["ru"]["nav.back"] == "Back"


@pytest.mark.parametrize("fuzzy", [False, True], ids=["missing", "uncertain"])
def test_a_language_without_a_critical_string_is_not_offered_and_has_no_button(desk: Desk, fuzzy: bool) -> None:
    desk.say("tg", "Q1.say", TAJIK["Q1.say"] if fuzzy else "", fuzzy=fuzzy)
    assert offered_locales(desk.conversation, desk.folder) == ("en", "ru")
    joined = with_locales(desk.conversation, desk.folder)
    assert list(joined.texts) == ["en", "ru"]
    buttons = {option.id: option.when for option in joined.nodes["LANG"].options}
    assert buttons["tg"] == NEVER
    assert buttons["en"] != NEVER


def test_a_language_whose_consent_stands_in_english_is_not_offered(desk: Desk) -> None:
    desk.say("tg", "Q1.say", ENGLISH["Q1.say"])
    assert offered_locales(desk.conversation, desk.folder) == ("en", "ru")


def test_a_translation_of_an_older_wording_is_not_shown(desk: Desk) -> None:
    newer = made_up({**ENGLISH, "HINT.say": "Write tomorrow."})
    assert with_locales(newer, desk.folder).texts["ru"]["HINT.say"] == "Write tomorrow."
    changed_consent = made_up({**ENGLISH, "Q1.say": "May we keep and read it?\n\nPress No to stop."})
    assert offered_locales(changed_consent, desk.folder) == ("en",)


def test_compiled_catalogues_say_the_same_as_the_sources(desk: Desk) -> None:
    desk.say("tg", "HINT.say", "")
    desk.say("ru", "nav.back", "Сомнительно", fuzzy=True)
    from_sources = with_locales(desk.conversation, desk.folder).texts
    for path in desk.compile():
        path.with_suffix(".po").unlink()
    assert with_locales(desk.conversation, desk.folder).texts == from_sources


def test_a_compiled_catalogue_without_a_critical_string_is_not_offered(desk: Desk) -> None:
    desk.say("tg", "Q1.no", "")
    for path in desk.compile():
        path.with_suffix(".po").unlink()
    assert offered_locales(desk.conversation, desk.folder) == ("en", "ru")


def test_a_source_newer_than_its_compiled_catalogue_is_read_itself(desk: Desk) -> None:
    for path in desk.compile():
        os.utime(path, (1, 1))
    desk.say("ru", "HINT.say", "Новое.")
    assert with_locales(desk.conversation, desk.folder).texts["ru"]["HINT.say"] == "Новое."


def test_without_any_catalogue_english_is_offered(tmp_path: Path) -> None:
    assert offered_locales(made_up(), tmp_path / "nowhere") == ("en",)


def test_a_broken_catalogue_is_named_with_its_line(desk: Desk) -> None:
    path = catalog_path(desk.folder, "tg")
    path.write_text('msgid "one"\nmsgstr "two"\nnonsense\n', encoding="utf-8")
    with pytest.raises(CatalogError, match=r"tg/LC_MESSAGES/conversation\.po:3"):
        with_locales(desk.conversation, desk.folder)
    path.unlink()
    path.with_suffix(".mo").write_bytes(b"\xde\x12\x04\x95\x00")
    with pytest.raises(CatalogError, match="compiled"):
        with_locales(desk.conversation, desk.folder)
