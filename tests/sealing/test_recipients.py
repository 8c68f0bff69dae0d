from collections.abc import Callable
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyFileError
from bot.sealing import bech32
from bot.sealing.recipients import Identity, Recipient, new_identity
from tests.sealing.made import VECTORS, vector

CLASSICAL = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_keys_survive_their_text() -> None:
    identity = new_identity(urandom)
    assert Identity.parse(identity.text).seed == identity.seed
    assert Recipient.parse(identity.recipient.text) == identity.recipient
    assert Recipient.from_raw(identity.recipient.raw) == identity.recipient


def test_a_private_key_shows_itself_nowhere() -> None:
    identity = new_identity(urandom)
    assert repr(identity) == "Identity(…)"
    assert identity.seed.hex() not in repr(identity.recipient)


def test_the_keys_of_the_official_vectors_are_read() -> None:
    fields, _ = vector(VECTORS / "cctv" / "hybrid.vector")
    assert Identity.parse(fields["identity"]).text == fields["identity"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(str.upper, id="capitals"),
        pytest.param(lambda text: text[:-1], id="shorter"),
        pytest.param(lambda text: text + "q", id="longer"),
        pytest.param(lambda text: text[:100] + ("q" if text[100] != "q" else "p") + text[101:], id="a letter"),
        pytest.param(lambda text: text.replace("age1pq1", "age1tagpq1"), id="another kind"),
        pytest.param(lambda text: CLASSICAL, id="a classical key"),
        pytest.param(lambda text: "", id="nothing"),
        pytest.param(lambda text: text + "q" * 100_000, id="far too long"),
    ],
)
def test_anything_else_than_a_hybrid_recipient_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(KeyFileError, match="age1pq1"):
        Recipient.parse(change(new_identity(urandom).recipient.text))


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text[:-1], lambda text: text.replace("-PQ-", "-")], ids=["small", "cut", "old"]
)
def test_anything_else_than_a_hybrid_identity_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(KeyFileError, match="AGE-SECRET-KEY-PQ-1"):
        Identity.parse(change(new_identity(urandom).text))


def test_bytes_that_are_no_key_are_refused() -> None:
    with pytest.raises(KeyFileError):
        Recipient.from_raw(bytes(1215))
    with pytest.raises(KeyFileError):
        Recipient.from_raw(b"\xff" * 1216)
    with pytest.raises(KeyFileError):
        Identity(bytes(31))


@given(st.binary(max_size=80))
def test_bech32_gives_back_what_it_was_given(data: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", data)) == data


@given(st.text(max_size=80))
def test_bech32_of_any_text_is_read_or_refused(text: str) -> None:
    try:
        data = bech32.decode("age", f"age1{text}")
    except ValueError:
        return
    assert bech32.encode("age", data) == f"age1{text}"
