"""Signatures of staff and of the root: Ed25519 and ML-DSA-65 over the same message, both of which must hold.

Public halves and checking are used everywhere; a ``Signer`` exists only where a private key is (``bot.offline``).
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from hashlib import sha256

from bot.errors import KeyFileError
from bot.sealing.suite import SIGNATURE_SIZE, VERIFIER_SIZE, derive, sign, verified, verifier_of

_FINGERPRINT = b"panoh verifier 1\n"
_SIGNING = b"panoh signing key 1"


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a signing key."""

    raw: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read base64.

        Raises:
            KeyFileError: not a verifier.
        """
        return cls(_from_base64(text, VERIFIER_SIZE))

    @property
    def text(self) -> str:
        """The verifier in base64."""
        return b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """Return 64 lower-case hex letters that people compare and settings pin."""
        return sha256(_FINGERPRINT + self.raw).hexdigest()

    def accepts(self, message: bytes, signature: str) -> bool:
        """Whether a base64 signature holds for the message."""
        try:
            return verified(self.raw, message, _from_base64(signature, SIGNATURE_SIZE))
        except KeyFileError:
            return False

    def __repr__(self) -> str:
        return f"Verifier({self.fingerprint[:16]}…)"


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key, derived from the seed of a key file."""

    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(verifier_of(self._signing_seed()))

    def sign(self, message: bytes) -> str:
        """Return the signature in base64."""
        return b64encode(sign(self._signing_seed(), message)).decode()

    def _signing_seed(self) -> bytes:
        return derive(self.seed, _SIGNING, size=64)


def _from_base64(text: str, size: int) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        data = b""
    if len(data) != size or b64encode(data).decode() != text:
        raise KeyFileError("this is not a signature or verifier of ours")
    return data
