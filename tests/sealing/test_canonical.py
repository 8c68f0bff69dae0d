import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.canonical import MalformedError, Record, decode, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_a_value_has_one_spelling_and_comes_back(value: dict[str, Any]) -> None:
    data = encode(value)
    decode(data, 1_000_000)
    assert encode(json.loads(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'{"a":1} ',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'{"a":1e3}',
        b'{"a":"\\u0041"}',
        b'{"a":"\xff"}',
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"9" * 5_000 + b"}",
    ],
    ids=range(14),
)
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(data, 1_000_000)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decode(data, 100)
    except MalformedError:
        return
    assert encode(json.loads(data)) == data


def test_a_file_of_other_hands_may_be_spelled_freely_but_says_nothing_twice() -> None:
    assert decode(b'{"b": 1,\n"a": 2}', 100, canonical=False).number("a") == 2
    with pytest.raises(MalformedError, match="repeated"):
        decode(b'{"a":1,"a":1}', 100, canonical=False)


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(MalformedError, match="longer"):
        decode(b'{"a":1}', 6)


FIELDS = encode({"t": "x", "n": 3, "f": True, "h": "00ff", "l": ["a"], "o": None, "d": {"t": ""}})


def test_each_field_is_taken_once_with_its_type() -> None:
    record = decode(FIELDS, 1_000)
    assert (record.text("t"), record.number("n"), record.flag("f")) == ("x", 3, True)
    assert (record.hex("h", 2), record.texts("l"), record.optional_hex("o", 2)) == (b"\x00\xff", ("a",), None)
    assert record.inner("d", lambda inner: inner.text("t")) == ""
    record.close()
    with pytest.raises(MalformedError, match="t is missing"):
        record.text("t")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda record: record.text("t", 0),
        lambda record: record.text("n"),
        lambda record: record.number("f"),
        lambda record: record.number("n", 2),
        lambda record: record.flag("n"),
        lambda record: record.hex("h", 3),
        lambda record: record.hex("t", 0),
        lambda record: record.texts("l", 0),
        lambda record: record.texts("l", 1, 0),
        lambda record: record.each("l", lambda inner: inner.text("t")),
        lambda record: record.inner("d", lambda inner: None),
        lambda record: record.inner("l", lambda inner: None),
        lambda record: record.one_of("t", ("y", "z")),
        lambda record: record.close(),
    ],
    ids=range(14),
)
def test_another_type_or_size_is_refused(wrong: Callable[[Record], object]) -> None:
    with pytest.raises(MalformedError):
        wrong(decode(FIELDS, 1_000))


def test_refusals_name_the_field_and_never_its_content() -> None:
    with pytest.raises(MalformedError) as refusal:
        decode(encode({"words": "SECRET"}), 1_000).number("words")
    assert "SECRET" not in str(refusal.value)


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert decode(encode({"a": "x\ud800y"}), 100).text("a") == "x\ufffdy"
