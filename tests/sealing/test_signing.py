import pytest

from bot.errors import KeyFileError
from bot.sealing.signing import Signer, Verifier

SIGNER = Signer(bytes(range(32)))


def test_a_signature_holds_for_its_message_and_key() -> None:
    signature = SIGNER.sign(b"message")
    assert SIGNER.verifier.accepts(b"message", signature)
    assert not SIGNER.verifier.accepts(b"other", signature)
    assert not Signer(bytes(32)).verifier.accepts(b"message", signature)


@pytest.mark.parametrize("signature", ["", "AAAA", "é", "A" * 4_500, "\ud800"], ids=range(5))
def test_what_is_no_signature_does_not_hold(signature: str) -> None:
    assert not SIGNER.verifier.accepts(b"message", signature)


def test_a_verifier_survives_its_text() -> None:
    assert Verifier.parse(SIGNER.verifier.text) == SIGNER.verifier
    with pytest.raises(KeyFileError):
        Verifier.parse(SIGNER.verifier.text[:-4])


def test_a_signing_key_shows_itself_nowhere() -> None:
    assert SIGNER.seed.hex() not in repr(SIGNER)
    assert repr(SIGNER) == "Signer()"
