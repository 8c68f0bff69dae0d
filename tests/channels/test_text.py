import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.defender.text import MESSAGE_UNITS, clean, is_blank, pieces, units

ANY = st.text(st.characters(exclude_categories=()))  # with NUL and lone surrogates


@given(ANY)
def test_a_cleaned_text_can_always_be_written_as_utf8_and_json(text: str) -> None:
    cleaned = clean(text)
    assert json.loads(json.dumps(cleaned, ensure_ascii=False).encode()) == cleaned
    assert "\x00" not in cleaned


def test_cleaning_leaves_every_real_text_as_it_is() -> None:
    text = "Маро мешиносанд — ҳа 👩‍👩‍👧 𐐷\n\tيوم"
    assert clean(text) == text


def test_two_halves_of_a_letter_become_the_letter_and_a_half_alone_a_mark() -> None:
    assert clean("\ud83d\ude00") == "😀"
    assert clean("a\ud83d") == "a�"
    assert clean("\ude00b") == "�b"


def test_a_text_longer_than_any_message_is_cut() -> None:
    assert len(clean("a" * 1_000_000)) == 32_768


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "\u200b", "\u200e\u200f", "\u2060\ufeff", "\u3164", "\u2800", "\u00ad", "\ufe0f", "\U000e0020"],
    ids=ascii,
)
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "0", "ҳа", "👍", "\u200bа", "\U0001fae8", "\ue000"], ids=ascii)
def test_what_shows_anything_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@given(st.text())
def test_units_are_those_of_utf16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(st.text(st.sampled_from("ab \n😀"), max_size=60), st.integers(2, 9))
def test_pieces_fit_and_leave_out_nothing_but_the_gap_at_a_cut(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))
    assert all(units(piece) <= limit for _, piece in cut)
    assert all(text[start : start + len(piece)] == piece for start, piece in cut)
    left_out = set(range(len(text))) - {start + at for start, piece in cut for at in range(len(piece))}
    assert all(text[place] in " \n" for place in left_out)
    assert len(left_out) <= len(cut)


def test_a_long_text_is_cut_at_a_line_end() -> None:
    text = "a" * 3000 + "\n" + "b" * 3000
    assert [piece for _, piece in pieces(text)] == ["a" * 3000, "b" * 3000]


def test_a_text_of_exactly_the_limit_is_one_piece() -> None:
    assert len(list(pieces("😀" * (MESSAGE_UNITS // 2)))) == 1
    assert len(list(pieces("😀" * (MESSAGE_UNITS // 2) + "a"))) == 2
