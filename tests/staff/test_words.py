"""The words of the staff's bot: whole in Russian and in Tajik, the same values in each."""

import re
from pathlib import Path

import pytest

from bot.channels.staff import words as texts
from bot.channels.staff.words import MESSAGES, Words, translations
from bot.errors import CatalogError
from bot.settings import data

VALUE = re.compile(r"\{\w+\}|/\w+")


@pytest.mark.parametrize("locale", ["ru", "tg"])
def test_every_string_is_there(locale: str) -> None:
    assert set(translations(data("locales"), locale)) == set(MESSAGES)


@pytest.mark.parametrize("locale", ["ru", "tg"])
def test_a_translation_has_the_values_and_commands_of_the_english(locale: str) -> None:
    for message, text in translations(data("locales"), locale).items():
        assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(message)), message


def test_what_is_missing_in_tajik_is_said_in_russian_and_what_nobody_translated_in_english(tmp_path: Path) -> None:
    written(tmp_path, "tg", {"{n} min": "{n} дақ"})
    written(tmp_path, "ru", {"{n} min": "{n} мин", "It is not there for you.": "Этого дела для вас нет."})
    say = Words(tmp_path)
    assert say("tg", texts.MINUTES, n=4) == "4 дақ"
    assert say("tg", texts.GONE) == "Этого дела для вас нет."
    assert say("tg", texts.NOBODY) == say("de", texts.NOBODY) == "nobody has it"


def test_a_catalogue_that_translates_what_is_never_said_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "ru", {"nobody says so": "x"})
    with pytest.raises(CatalogError, match="nobody says so"):
        Words(tmp_path)


def written(locales: Path, locale: str, said: dict[str, str]) -> None:
    folder = locales / locale / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    rows = (f'\nmsgctxt "staff"\nmsgid "{text}"\nmsgstr "{words}"\n' for text, words in said.items())
    (folder / "staff.po").write_text(head + "".join(rows), "utf-8")
