import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.header import HEADER_SIZE, Header, ObjectKind, head_fields, padme
from tests.sealing.made import header


@given(st.integers(0, 2**40))
def test_padding_adds_at_most_a_sixteenth_above_the_floor(length: int) -> None:
    assert length <= padme(length) <= max(4_096, length + length // 16)
    assert padme(padme(length)) == padme(length)


def test_twenty_megabytes_have_few_sizes() -> None:
    assert len({padme(length) for length in range(0, 20_000_000, 997)}) < 320


def test_short_texts_look_the_same() -> None:
    assert {padme(HEADER_SIZE + length) for length in range(3_993)} == {4_096}
    assert padme(HEADER_SIZE + 3_993) > 4_096


def test_the_header_has_the_bytes_of_the_format() -> None:
    head = header(kind=ObjectKind.MANIFEST, seq=7, prev=bytes(range(100, 132))).to_bytes(300)
    assert len(head) == HEADER_SIZE
    assert head[:8] == b"HRC1\x02\x00\x00\x01"
    assert head[8:56] == bytes(range(48))
    assert head[56:60] == b"\x00\x00\x00\x07"
    assert head_fields(head) == (bytes(range(100, 132)), 300)
    assert head[92:] == (300).to_bytes(8, "big") + bytes(4)


def test_ids_of_other_sizes_are_a_wrong_program() -> None:
    with pytest.raises(AssertionError):
        Header(kind=ObjectKind.ANSWER, deployment=b"", case=bytes(16), object=bytes(16))
