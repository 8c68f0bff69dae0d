from dataclasses import dataclass
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import EnvelopeError, OpeningError
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.opening import open_after_gap, open_age, open_sealed
from bot.sealing.recipients import Identity, new_identity
from tests.sealing.made import CASE, DEPLOYMENT, OBJECT, VECTORS, header, vector

READER = new_identity(urandom)
SEALED = seal(header(), b"A made-up answer.", [new_identity(urandom).recipient, READER.recipient], urandom)
# age allows other stanzas beside ours; we write none and refuse them.
STRICTER = {"hybrid_grease", "hybrid_and_x25519"}


def test_any_single_changed_byte_is_refused() -> None:
    for place in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[place] ^= 1 << place % 8
        with pytest.raises(EnvelopeError):
            open_sealed(bytes(changed), [READER], header())


def test_any_shortening_is_refused() -> None:
    for length in range(0, len(SEALED), 7):
        with pytest.raises(EnvelopeError):
            open_sealed(SEALED[:length], [READER], header())
    with pytest.raises(EnvelopeError):
        open_sealed(SEALED + b"\x00", [READER], header())


def test_a_chunk_cut_off_at_its_end_is_refused() -> None:
    long = seal(header(), bytes(65_536 * 3), [READER.recipient], urandom)
    start = long.index(b"\n--- ") + 5 + 43 + 1 + 16
    for chunks in (1, 2, 3):
        with pytest.raises(OpeningError):
            open_sealed(long[: start + chunks * 65_552], [READER], header())
    swapped = long[:start] + long[start + 65_552 : start + 2 * 65_552] + long[start : start + 65_552]
    with pytest.raises(OpeningError):
        open_sealed(swapped + long[start + 2 * 65_552 :], [READER], header())


@pytest.mark.parametrize(
    "place",
    [
        {"kind": ObjectKind.MANIFEST},
        {"deployment": bytes(16)},
        {"case": bytes(16)},
        {"object": bytes(16)},
        {"seq": 1},
        {"prev": b"\x01" * 32},
    ],
)
def test_another_place_is_refused(place: dict[str, Any]) -> None:
    with pytest.raises(OpeningError):
        open_sealed(SEALED, [READER], header(**place))


def test_a_chain_with_a_missing_link_leaves_only_the_link_aside() -> None:
    following = header(kind=ObjectKind.MANIFEST, seq=2, prev=b"\x07" * 32)
    sealed = seal(following, b"body", [READER.recipient], urandom)
    unknown = header(kind=ObjectKind.MANIFEST, seq=2)
    assert open_after_gap(sealed, [READER], unknown) == (b"\x07" * 32, b"body")
    with pytest.raises(OpeningError):
        open_after_gap(sealed, [READER], header(kind=ObjectKind.MANIFEST, seq=3))


def test_another_key_opens_nothing_and_no_key_neither() -> None:
    for keys in ([new_identity(urandom)], []):
        with pytest.raises(OpeningError):
            open_sealed(SEALED, keys, header())


@dataclass(frozen=True, kw_only=True)
class Lying(Header):
    """A header that names a body of another length than follows."""

    hidden: int

    def to_bytes(self, length: int) -> bytes:
        return header().to_bytes(length - self.hidden)


def lying(hidden: int) -> Lying:
    return Lying(kind=ObjectKind.ANSWER, deployment=DEPLOYMENT, case=CASE, object=OBJECT, hidden=hidden)


@pytest.mark.parametrize(("body", "hidden"), [(b"bodyX", 1), (bytes(5_000), 4_900)])
def test_only_zeros_and_only_as_many_as_needed_may_follow_the_body(body: bytes, hidden: int) -> None:
    sealed = seal(lying(hidden), body, [READER.recipient], urandom)
    with pytest.raises(OpeningError):
        open_sealed(sealed, [READER], header())


def test_a_length_beyond_the_file_is_refused() -> None:
    sealed = seal(lying(-(2**40)), b"body", [READER.recipient], urandom)
    with pytest.raises(OpeningError):
        open_sealed(sealed, [READER], header())


@given(st.binary(max_size=4_000))
@example(b"")
@example(b"age-encryption.org/v1\n")
@example(b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n" + bytes(40))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    for prefix in (b"", b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> mlkem768x25519 "):
        with pytest.raises(EnvelopeError):
            open_sealed(prefix + data, [READER], header())


@given(st.integers(0, len(SEALED)), st.integers(0, 200), st.binary(max_size=60))
def test_any_piece_put_in_or_taken_out_is_refused(place: int, taken: int, put: bytes) -> None:
    changed = SEALED[:place] + put + SEALED[place + taken :]
    if changed != SEALED:
        with pytest.raises(EnvelopeError):
            open_sealed(changed, [READER], header())


@pytest.mark.parametrize("path", sorted((VECTORS / "cctv").glob("*.vector")), ids=lambda path: path.stem)
def test_official_vectors_of_age(path: Path) -> None:
    fields, data = vector(path)
    identities = [Identity.parse(fields["identity"])]
    if fields["expect"] == "success" and path.stem not in STRICTER:
        assert sha256(open_age(data, identities)).hexdigest() == fields["payload"]
    else:
        with pytest.raises(EnvelopeError):
            open_age(data, identities)


def test_all_official_hybrid_vectors_are_here() -> None:
    names = {path.stem for path in (VECTORS / "cctv").glob("*.vector")}
    assert len(names) == 18
    assert names >= STRICTER | {"hybrid", "hybrid_low_order", "hybrid_multiple_recipients"}
