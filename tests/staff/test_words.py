"""The words of the staff's bot: whole in Russian, in Tajik where they are sure, the same values in each."""

import re
from pathlib import Path

import pytest

from bot.channels.staff import words as texts
from bot.channels.staff.words import MESSAGES, Words, translations
from bot.errors import CatalogError
from bot.settings import data

VALUE = re.compile(r"\{\w+\}|/\w+")


def test_every_string_is_there_in_russian() -> None:
    assert set(translations(data("locales"), "ru")) == set(MESSAGES)


@pytest.mark.parametrize("locale", ["ru", "tg"])
def test_a_translation_has_the_values_and_commands_of_the_english(locale: str) -> None:
    for message, text in translations(data("locales"), locale).items():
        assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(message)), message


def test_what_is_missing_in_tajik_is_said_in_russian_and_what_nobody_translated_in_english() -> None:
    say = Words(data("locales"))
    assert say("tg", texts.MINUTES, n=4) == "4 дақ"
    assert say("tg", texts.GONE) == say("ru", texts.GONE) != texts.GONE
    assert say("en", texts.NOBODY) == say("de", texts.NOBODY) == "nobody has it"


def test_a_catalogue_that_translates_what_is_never_said_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (folder / "staff.po").write_text(head + 'msgctxt "staff"\nmsgid "nobody says so"\nmsgstr "x"\n', "utf-8")
    with pytest.raises(CatalogError, match="nobody says so"):
        Words(tmp_path)
