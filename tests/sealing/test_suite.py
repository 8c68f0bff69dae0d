import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke

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


def test_what_does_not_open_says_nothing_of_the_library() -> None:
    with pytest.raises(OpeningError):
        suite.open_bytes(bytes(32), bytes(12), b"short")
    with pytest.raises(OpeningError):
        suite.open_bytes(bytes(32), b"", bytes(64))
