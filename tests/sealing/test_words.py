import hashlib
from importlib.resources import files

import pytest

from bot.sealing.words import LANGUAGES, word_list

ALPHABETS = {"en": "abcdefghijklmnopqrstuvwxyz", "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюя"}
HASHES = {
    "en": "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda",
    "ru": "c9458f1997f6a6e0e8b4b691de850aa6af15fabca197e56baa6234933af1fffc",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_2048_words_of_one_alphabet_told_apart_by_four_letters(language: str) -> None:
    words = word_list(language)
    assert len(words) == len(set(words)) == 2_048
    assert set("".join(words)) <= set(ALPHABETS[language])
    assert len({word[:4] for word in words}) == 2_048
    assert all(3 <= len(word) <= 8 for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_the_one_that_codes_were_made_with(language: str) -> None:
    data = files("bot.sealing.words").joinpath(f"{language}.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == HASHES[language]


def test_the_damaged_line_of_the_source_is_mended() -> None:
    words = word_list("ru")
    assert words[1_571:1_574] == ("сниться", "снова", "снять")
