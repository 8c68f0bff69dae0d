"""Whom to seal to, and who can open: age's hybrid keys as text.

Limit: the only kind of key here is ``age1pq1…``; a classical age key is refused, never mixed in.
"""

from functools import lru_cache

from bot.errors import KeyFileError
from bot.ids import RandomBytes
from bot.sealing import bech32
from bot.sealing.suite import PUBLIC_SIZE, SEED_SIZE, PrivateKey, PublicKey

_RECIPIENT = "age1pq"
_IDENTITY = "age-secret-key-pq-"
_TEXT_LIMIT = 2_048


class Recipient:
    """A public key that files are sealed to; equal when the keys are."""

    __slots__ = ("key",)

    def __init__(self, key: PublicKey) -> None:
        self.key = key

    @classmethod
    def parse(cls, text: str) -> "Recipient":
        """Read ``age1pq1…``. Remembers what it has read: Bech32 of this length costs milliseconds.

        Raises:
            KeyFileError: not such a key.
        """
        return _parse(text)

    @classmethod
    def from_raw(cls, raw: bytes) -> "Recipient":
        """Make one from the 1,216 bytes of ``raw``; far quicker than the text, and remembered as that is.

        Raises:
            KeyFileError: not a key.
        """
        return _of_raw(raw)

    @property
    def raw(self) -> bytes:
        """The key as 1,216 bytes."""
        return self.key.raw

    @property
    def text(self) -> str:
        """The key as ``age1pq1…``; remembered, as ``parse`` is."""
        return _text_of(self.raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Recipient({self.text[:16]}…)"


@lru_cache(maxsize=256)
def _text_of(raw: bytes) -> str:
    return bech32.encode(_RECIPIENT, raw)


@lru_cache(maxsize=256)
def _of_raw(raw: bytes) -> Recipient:
    # The keys of a draft are needed with every answer, and parsing them costs a third of sealing to them.
    try:
        return Recipient(PublicKey(raw))
    except ValueError:
        raise KeyFileError("this is not a public key of ours") from None


@lru_cache(maxsize=256)
def _parse(text: str) -> Recipient:
    if len(text) > _TEXT_LIMIT:
        raise KeyFileError("a public key begins with age1pq1 and has 1,959 letters")
    try:
        raw = bech32.decode(_RECIPIENT, text)
        if len(raw) != PUBLIC_SIZE:
            raise ValueError
        return Recipient(PublicKey(raw))
    except ValueError:
        raise KeyFileError("a public key begins with age1pq1 and has 1,959 letters") from None


class Identity:
    """A private key. Its seed and text are left out of every ``repr``."""

    __slots__ = ("key", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise KeyFileError("a private key has 32 bytes")
        self.seed = seed
        self.key = PrivateKey(seed)

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """Read ``AGE-SECRET-KEY-PQ-1…``.

        Raises:
            KeyFileError: not such a key.
        """
        refusal = "a private key begins with AGE-SECRET-KEY-PQ-1, in capital letters"
        if text != text.upper() or len(text) > _TEXT_LIMIT:
            raise KeyFileError(refusal)
        try:
            return cls(bech32.decode(_IDENTITY, text.lower()))
        except (ValueError, KeyFileError):
            raise KeyFileError(refusal) from None

    @property
    def text(self) -> str:
        """The key as ``AGE-SECRET-KEY-PQ-1…``."""
        return bech32.encode(_IDENTITY, self.seed).upper()

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        return Recipient.from_raw(self.key.public_raw)

    def __repr__(self) -> str:
        return "Identity(…)"


def new_identity(random_bytes: RandomBytes) -> Identity:
    """Make a key pair."""
    return Identity(random_bytes(SEED_SIZE))
