import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import OpeningError, SettingsError
from bot.sealing import suite


def test_here_the_suite_is_complete() -> None:
    suite.require()


def test_without_the_hybrid_key_exchange_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_parts: object) -> None:
        raise UnsupportedAlgorithm("not in this OpenSSL")

    monkeypatch.setattr(hpke, "Suite", missing)
    with pytest.raises(SettingsError, match=r"cannot seal .*make install"):
        suite.require()


def test_a_suite_that_gives_other_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "_KNOWN_PUBLIC", "0" * 64)
    with pytest.raises(SettingsError, match="X-Wing"):
        suite.require()


def test_a_verifier_needs_both_signatures() -> None:
    seed = bytes(range(64))
    verifier, signature = suite.verifier_of(seed), suite.sign(seed, b"message")
    other = suite.sign(bytes(64), b"message")
    assert suite.verified(verifier, b"message", signature)
    assert not suite.verified(verifier, b"another", signature)
    assert not suite.verified(verifier, b"message", signature[:64] + other[64:])
    assert not suite.verified(verifier, b"message", other[:64] + signature[64:])
    assert not suite.verified(verifier, b"message", signature[:64])
    assert not suite.verified(b"", b"message", signature)


@pytest.mark.parametrize(
    ("key", "salt", "info", "size", "output"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
    ids=["RFC 5869 A.1", "RFC 5869 A.3"],
)
def test_derivation_gives_the_answers_of_its_standard(key: str, salt: str, info: str, size: int, output: str) -> None:
    derived = suite.derive(bytes.fromhex(key), bytes.fromhex(info), salt=bytes.fromhex(salt), size=size)
    assert derived.hex() == output


def test_long_derivations_are_those_of_the_library() -> None:
    library = HKDF(algorithm=hashes.SHA256(), length=200, salt=b"salt", info=b"info").derive(b"key")
    assert suite.derive(b"key", b"info", salt=b"salt", size=200) == library


def test_what_does_not_open_says_nothing_of_the_library() -> None:
    with pytest.raises(OpeningError):
        suite.open_bytes(bytes(32), bytes(12), b"short")
    with pytest.raises(OpeningError):
        suite.open_bytes(bytes(32), b"", bytes(64))
