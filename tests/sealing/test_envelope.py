import tracemalloc
from itertools import repeat
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.envelope import seal, seal_stream
from bot.sealing.layout import stanza_count
from bot.sealing.opening import open_sealed
from bot.sealing.recipients import new_identity
from tests.sealing.made import header

READER = new_identity(urandom)
OTHER = new_identity(urandom)


@given(st.binary(max_size=9_000), st.integers(1, 4), st.integers(0, 3))
def test_what_is_sealed_opens_for_each_recipient(body: bytes, count: int, place: int) -> None:
    readers = [OTHER] * count
    readers[place % count] = READER
    sealed = seal(header(), body, [reader.recipient for reader in readers], urandom)
    assert open_sealed(sealed, [READER], header()) == body
    assert stanza_count(sealed) == count


@pytest.mark.parametrize("length", [0, 3_992, 3_993, 65_432, 65_433, 130_968, 130_969, 300_000])
def test_sizes_at_the_edges_of_chunks_and_padding(length: int) -> None:
    body = urandom(length)
    sealed = seal(header(), body, [READER.recipient], urandom)
    assert open_sealed(sealed, [READER], header()) == body


def test_two_sealings_of_the_same_have_nothing_in_common_but_their_size() -> None:
    one, two = (seal(header(), b"same", [READER.recipient], urandom) for _ in range(2))
    assert len(one) == len(two)
    assert one[40:] != two[40:]
    assert one[-5_000:] != two[-5_000:]


def test_answers_of_a_page_have_the_size_of_an_empty_one() -> None:
    sizes = {len(seal(header(), bytes(length), [READER.recipient], urandom)) for length in (0, 1, 700, 3_992)}
    assert len(sizes) == 1


def test_a_streamed_file_is_the_same_file() -> None:
    body = urandom(200_000)
    chunks = [body[start : start + 7_001] for start in range(0, len(body), 7_001)]
    sealed = b"".join(seal_stream(header(), len(body), chunks, [READER.recipient], urandom))
    assert open_sealed(sealed, [READER], header()) == body


def test_memory_does_not_grow_with_the_file() -> None:
    chunk, count = bytes(50_000), 400
    tracemalloc.start()
    try:
        for _ in seal_stream(header(), len(chunk) * count, repeat(chunk, count), [READER.recipient], urandom):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("said", [4, 6])
def test_a_body_of_another_length_than_was_said_is_a_wrong_program(said: int) -> None:
    with pytest.raises(AssertionError):
        list(seal_stream(header(), said, [b"12345"], [READER.recipient], urandom))


@pytest.mark.parametrize("count", [0, 65])
def test_a_file_has_one_to_sixty_four_recipients(count: int) -> None:
    with pytest.raises(AssertionError):
        seal(header(), b"", [READER.recipient] * count, urandom)
