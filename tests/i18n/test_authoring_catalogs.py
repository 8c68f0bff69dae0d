from dataclasses import replace

import pytest

from bot.authoring import catalogs
from bot.errors import CatalogError
from bot.i18n.catalogs import catalog_path, read_catalog
from bot.loader import Authored
from tests.i18n.made_up import ENGLISH, RUSSIAN, Desk, made_up, written


def test_the_template_names_each_text_with_its_place_note_flag_and_limit(desk: Desk) -> None:
    places = {"Q1.say": "/somewhere/conversations/made_up/conversation.yaml:12"}
    text = catalogs.template_text(
        Authored(conversation=desk.conversation, places=places, notes={"Q1.say": "A promise: never softer."})
    )
    entry = next(part for part in text.split("\n\n") if 'msgctxt "Q1.say"' in part)
    assert entry.splitlines()[:4] == [
        "#. A promise: never softer.",
        "#: conversations/made_up/conversation.yaml",
        "#, critical",
        'msgctxt "Q1.say"',
    ]
    button = next(part for part in text.split("\n\n") if 'msgctxt "Q1.no"' in part)
    assert "two in a row, at most 134 dp: May we keep it?" in button
    tick = next(part for part in text.split("\n\n") if 'msgctxt "Q2.first"' in part)
    assert "at most 271 dp" in tick
    assert "#. {day}: " in text


def test_the_template_is_the_same_each_time_and_carries_no_date_and_no_name(desk: Desk) -> None:
    text = catalogs.template_text(written(desk.conversation))
    assert text == catalogs.template_path(desk.folder).read_text(encoding="utf-8")
    assert "Date" not in text
    assert "Translator:" not in text


def test_updating_twice_changes_nothing(desk: Desk) -> None:
    path = catalog_path(desk.folder, "tg")
    before = path.read_bytes()
    catalogs.update(desk.folder, "tg")
    assert path.read_bytes() == before


def test_a_changed_wording_keeps_the_translation_as_uncertain_with_the_old_wording_beside_it(desk: Desk) -> None:
    newer = made_up({**ENGLISH, "HINT.say": "Write tomorrow.\nOr later."})
    catalogs.extract(written(newer), desk.folder)
    path = catalogs.update(desk.folder, "ru")
    entry = next(part for part in path.read_text(encoding="utf-8").split("\n\n") if 'msgctxt "HINT.say"' in part)
    assert '#| msgid "Write when you can."' in entry
    assert "#, fuzzy" in entry
    assert RUSSIAN["HINT.say"] in entry
    once = path.read_bytes()
    catalogs.update(desk.folder, "ru")
    assert path.read_bytes() == once


def test_a_string_that_is_gone_is_kept_and_comes_back(desk: Desk) -> None:
    shorter = dict(ENGLISH)
    del shorter["HINT.say"]
    gone = replace(made_up(shorter), screens={})
    catalogs.extract(written(gone), desk.folder)
    path = catalogs.update(desk.folder, "ru")
    assert f'#~ msgstr "{RUSSIAN["HINT.say"]}"' in path.read_text(encoding="utf-8")
    catalogs.extract(written(desk.conversation), desk.folder)
    catalogs.update(desk.folder, "ru")
    strings = {message.context: message for message in read_catalog(path)}
    assert strings["HINT.say"].string == RUSSIAN["HINT.say"]
    assert not strings["HINT.say"].fuzzy


def test_a_translators_own_comment_survives(desk: Desk) -> None:
    path = catalog_path(desk.folder, "ru")
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgctxt "HINT.say"', '# ask a lawyer\nmsgctxt "HINT.say"'),
        encoding="utf-8",
    )
    catalogs.update(desk.folder, "ru")
    assert '# ask a lawyer\nmsgctxt "HINT.say"' in path.read_text(encoding="utf-8")


def test_status_counts_what_is_missing_and_what_keeps_a_language_away(desk: Desk) -> None:
    desk.say("tg", "Q1.yes", "")
    desk.say("tg", "HINT.say", "Сомнительно", fuzzy=True)
    russian, tajik = catalogs.status(desk.conversation, desk.folder)
    assert (russian.locale, russian.translated, russian.offered) == ("ru", len(ENGLISH), True)
    assert (tajik.translated, tajik.uncertain, tajik.critical_missing) == (len(ENGLISH) - 2, 1, 1)
    assert not tajik.offered


def test_a_language_without_a_plural_rule_is_refused(desk: Desk) -> None:
    with pytest.raises(CatalogError, match="plural rule"):
        catalogs.update(desk.folder, "xx")
