"""The one cryptographic suite, and the only place that names its algorithms.

X-Wing key pairs from 32-byte seeds, wrapping of a file key (an age stanza's cryptography), payload keys, and the
self-test without which nothing starts. No file format, no text encoding.

Rules: no negotiation and no fall-back; keys live as seeds; nothing here appears in a ``repr``.
"""

import hashlib
import hmac
from collections.abc import Sequence
from threading import Lock

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.utils import Buffer

from bot.errors import OpeningError, SettingsError

SEED_SIZE = 32
"""Bytes of a private key: the X-Wing seed (draft-connolly-cfrg-xwing-kem)."""
PUBLIC_SIZE = 1184 + 32
"""Bytes of a public key: ML-KEM-768 encapsulation key, X25519 key."""
ENC_SIZE = 1088 + 32
"""Bytes of an encapsulation: ML-KEM-768 ciphertext, X25519 share."""
WRAPPED_SIZE = 16 + 16
"""Bytes of a wrapped file key: key and Poly1305 tag."""
TAG_SIZE = 16
NONCE_SIZE = 12
VERIFIER_SIZE = 32 + 1952
"""Bytes of a verifier: Ed25519 and ML-DSA-65 public keys (RFC 8032, FIPS 204)."""
SIGNATURE_SIZE = 64 + 3309

_INFO = b"age-encryption.org/mlkem768x25519"
_KNOWN_SEED = bytes(range(SEED_SIZE))
_KNOWN_PUBLIC = "c9a3565ffde4f72b51661be391ee13e46378d7f06dd5c8bf5af9d2cfb5b8336b"
_KNOWN_ARGON2 = "e5084a2092159af190bf6e60ecff9b4c3f2c84c4f52fcf2a52251699d34d0044"


class PublicKey:
    """Somebody's X-Wing public key, parsed once."""

    __slots__ = ("_key", "raw")

    def __init__(self, raw: bytes) -> None:
        """Parse ``PUBLIC_SIZE`` bytes; raises ``ValueError`` when they are not a key."""
        if len(raw) != PUBLIC_SIZE:
            raise ValueError("not a public key")
        self.raw = raw
        self._key = hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:1184]),
            x25519.X25519PublicKey.from_public_bytes(raw[1184:]),
        )

    def wrap(self, file_key: bytes) -> bytes:
        """Return ``enc`` and wrapped key (``ENC_SIZE + WRAPPED_SIZE`` bytes); its randomness is the library's own."""
        return _hpke().encrypt(file_key, self._key, _INFO)


class PrivateKey:
    """An X-Wing private key, made from its seed."""

    __slots__ = ("_key", "public_raw")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise ValueError("not a seed")
        expanded = hashlib.shake_256(seed).digest(96)
        lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        curve = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = hpke.MLKEM768X25519PrivateKey(lattice, curve)
        self.public_raw = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    def unwrap(self, wrapped: bytes) -> bytes | None:
        """Return the file key, or ``None`` when this stanza was made for somebody else."""
        try:
            return _hpke().decrypt(wrapped, self._key, _INFO)
        except (InvalidTag, ValueError):
            return None


def _hpke() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def derive(key: bytes, info: bytes, *, salt: bytes = b"", size: int = 32) -> bytes:
    """Return HKDF-SHA256 of a key for one purpose (RFC 5869)."""
    return expand(mac(salt, key), info, size=size)


def expand(root: bytes, info: bytes, *, size: int = 32) -> bytes:
    """Return HKDF-Expand-SHA256 of a key that is already uniform (RFC 5869 section 3.3)."""
    # Two calls of the standard library take half the time of the library's object; every seal derives twice.
    output = block = mac(root, info + b"\x01")
    count = 1
    while len(output) < size:
        count += 1
        block = mac(root, block + info + bytes([count]))
        output += block
    return output[:size]


def mac(key: bytes, data: bytes) -> bytes:
    """Return HMAC-SHA256."""
    return hmac.digest(key, data, "sha256")


_STRETCHING = Lock()
"""Two derivations at the same time wait for each other's lanes for ever (seen with OpenSSL 4.0.3)."""


def stretch(secret: bytes, salt: bytes) -> bytes:
    """Return 32 bytes of Argon2id, t=3, m=64 MiB, p=4 (RFC 9106, its second recommended option): slow on purpose."""
    with _STRETCHING:
        return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024).derive(secret)


def seal_bytes(key: bytes, nonce: bytes, data: Buffer, bound: bytes | None = None) -> bytes:
    """Return the ChaCha20-Poly1305 ciphertext of ``data`` (RFC 8439)."""
    return ChaCha20Poly1305(key).encrypt(nonce, data, bound)


def open_bytes(key: bytes, nonce: bytes, data: bytes, bound: bytes | None = None) -> bytes:
    """Open what ``seal_bytes`` made.

    Raises:
        OpeningError: wrong key, place or bytes.
    """
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, data, bound)
    except (InvalidTag, ValueError):
        raise OpeningError("this could not be opened here") from None


def verifier_of(seed: bytes) -> bytes:
    """Return the verifier that belongs to a 64-byte signing seed (Ed25519 seed, ML-DSA-65 seed)."""
    classical = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    lattice = mldsa.MLDSA65PrivateKey.from_seed_bytes(seed[32:])
    return classical.public_key().public_bytes_raw() + lattice.public_key().public_bytes_raw()


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature followed by the ML-DSA-65 signature."""
    classical = ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32])
    lattice = mldsa.MLDSA65PrivateKey.from_seed_bytes(seed[32:])
    return classical.sign(message) + lattice.sign(message)


def verified(verifier: bytes, message: bytes, signature: bytes) -> bool:
    """Whether both signatures hold; false for anything that is not a verifier or a signature."""
    if len(verifier) != VERIFIER_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(verifier[:32]).verify(signature[:64], message)
        mldsa.MLDSA65PublicKey.from_public_bytes(verifier[32:]).verify(signature[64:], message)
    except (InvalidSignature, ValueError):
        return False
    return True


def require() -> None:
    """Refuse to go on where the suite is missing or does not give the known answers.

    Raises:
        SettingsError: says what to install. Never falls back to anything weaker.
    """
    try:
        failed = _failures()
    except (UnsupportedAlgorithm, ValueError, AttributeError, MemoryError) as error:
        failed = (type(error).__name__,)
    if failed:
        raise SettingsError(
            f"this installation cannot seal ({', '.join(failed)}): install the pinned wheels, cryptography 50.0.2 or "
            "later with OpenSSL 3.5 or later (make install)"
        )


def _failures() -> Sequence[str]:
    private = PrivateKey(_KNOWN_SEED)
    public = PublicKey(private.public_raw)
    wrapped = public.wrap(b"self-test of 16b")
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    signing = derive(_KNOWN_SEED, b"self-test", size=64)
    signature = sign(signing, b"message")
    verifier = verifier_of(signing)
    argon2 = Argon2id(salt=b"self-test salt", length=32, iterations=1, lanes=1, memory_cost=64).derive(b"self-test")
    answers = {
        "X-Wing": hashlib.sha256(private.public_raw).hexdigest() == _KNOWN_PUBLIC,
        "HPKE": private.unwrap(wrapped) == b"self-test of 16b" and private.unwrap(changed) is None,
        "Ed25519 and ML-DSA-65": verified(verifier, b"message", signature)
        and not verified(verifier, b"massage", signature),
        "Argon2id": argon2.hex() == _KNOWN_ARGON2,
    }
    return tuple(name for name, right in answers.items() if not right)
