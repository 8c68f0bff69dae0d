import unicodedata
from os import urandom

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sealing.code import Code, looks_like_code, new_code, parse_code
from bot.sealing.words import word_list

KNOWN = Code(bytes.fromhex("0123456789abcdef012345"))
CODES = st.integers(0, 2**84 - 1).map(lambda number: Code(number.to_bytes(11, "big")))


def styled(code: Code, style: str) -> str:
    words = code.words("ru").split()
    match style:
        case "prefixes":
            return " ".join(word[:4] for word in words)
        case "numbered":
            return "\n".join(f"{number}. {word}" for number, word in enumerate(words, 1))
        case "capitals and commas":
            return ", ".join(words).upper()
        case "slips after the fourth letter":
            return " ".join(f"{word[:4]}{'ы' * (len(word) - 4)}" for word in words)
        case "mixed lists":
            return " ".join([*words[:4], *code.words("en").split()[4:]])
        case "digits with hyphens":
            return code.digits().replace(" ", "-")
        case "digits in one piece":
            return code.digits().replace(" ", "")
        case "Arabic digits":
            return code.digits().translate({ord("0") + value: ord("٠") + value for value in range(10)})
        case "wide digits":
            return code.digits().translate({ord("0") + value: ord("0") + value for value in range(10)})
        case _:
            return code.words("en")


STYLES = [
    "as shown",
    "prefixes",
    "numbered",
    "capitals and commas",
    "slips after the fourth letter",
    "mixed lists",
    "digits with hyphens",
    "digits in one piece",
    "Arabic digits",
    "wide digits",
]


@pytest.mark.parametrize("style", STYLES)
@given(code=CODES)
def test_a_code_is_read_however_it_is_written(style: str, code: Code) -> None:
    text = styled(code, style)
    assert parse_code(text) == code
    assert looks_like_code(text)


@given(CODES, st.sampled_from(["en", "ru", "tg"]))
def test_the_language_of_a_code_is_no_matter(code: Code, locale: str) -> None:
    assert parse_code(code.words(locale)) == code


def test_tajik_letters_and_yo_stand_for_their_neighbours() -> None:
    written = KNOWN.words("ru").translate(str.maketrans("чхкгиуе", "ҷҳқғӣӯё"))
    assert written != KNOWN.words("ru")
    assert parse_code(written) == KNOWN


def test_decomposed_letters_are_read() -> None:
    code = next(code for code in map(Code, (bytes([0, *[n] * 10]) for n in range(256))) if "й" in code.words("ru"))
    assert parse_code(unicodedata.normalize("NFD", code.words("ru"))) == code


def test_a_code_has_84_secret_bits_in_nine_groups_or_eight_words() -> None:
    code = new_code(lambda size: b"\xff" * size)
    assert code.secret == b"\x0f" + b"\xff" * 10
    assert len(code.digits().split()) == 9
    assert all(len(group) == 3 for group in code.digits().split())
    assert len(code.words("en").split()) == 8


def test_one_wrong_word_in_sixteen_passes_the_check_and_no_more() -> None:
    words = KNOWN.words("en").split()
    others = [word for word in word_list("en") if word != words[3]]
    passed = sum(parse_code(" ".join([*words[:3], other, *words[4:]])) is not None for other in others)
    assert 0.03 < passed / len(others) < 0.10


def test_a_wrong_code_still_looks_like_one() -> None:
    words = KNOWN.words("ru").split()
    wrong = " ".join([*words[:7], "ящик" if words[7] != "ящик" else "юрист"])
    assert looks_like_code(wrong)
    assert looks_like_code(" ".join(words[:7]))
    assert looks_like_code(KNOWN.digits()[:-1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Salom",
        "+992 900 00 00 00",
        "They came on Monday and took my brother away",
        "Маня задержали вчера вечером возле дома моей сестры",
        "…",
    ],
)
def test_ordinary_messages_do_not_look_like_a_code(text: str) -> None:
    assert not looks_like_code(text)
    assert parse_code(text) is None


@given(st.text(max_size=700))
@example("\ud800" * 8)
@example("9" * 27)
@example(" ".join(["ящик"] * 8))
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = parse_code(text)
    assert code is None or parse_code(code.digits()) == code
    looks_like_code(text)


def test_a_code_shows_itself_nowhere() -> None:
    code = new_code(urandom)
    assert repr(code) == "Code()"
