"""Key files: a 32-byte seed under a passphrase, for the root, a reviewer or the recovery key.

Format: ``docs/sealed-format.md`` section 12. Rules: one set of Argon2id parameters, not read from the file; the seed,
the passphrase and the keys made from them appear in no ``repr`` and no message; an existing file is never replaced.
"""

import os
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from bot.errors import KeyFileError, OpeningError
from bot.ids import RandomBytes
from bot.sealing.canonical import MalformedError, decode, encode
from bot.sealing.keyring import NAME, parse_time, time_text
from bot.sealing.recipients import Identity
from bot.sealing.signing import Signer
from bot.sealing.suite import NONCE_SIZE, SEED_SIZE, open_bytes, seal_bytes, stretch
from bot.sealing.words import word_list

FILE_LIMIT = 16_384
SHORTEST_PASSPHRASE = 12
"""Letters; generated ones have about thirty."""
PASSPHRASE_WORDS = 6

_FORMAT = "panoh key 1"
_SALT_SIZE = 16
_BITS = 11


class KeyRole(StrEnum):
    """Whose key it is."""

    ROOT = "root"
    REVIEWER = "reviewer"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An unlocked key: for signing, and (not the root's) for opening."""

    role: KeyRole
    name: str
    not_after: datetime
    seed: bytes = field(repr=False)

    @property
    def signer(self) -> Signer:
        """The signing half."""
        return Signer(self.seed)

    @property
    def identity(self) -> Identity:
        """The opening half.

        Raises:
            KeyFileError: the root opens nothing.
        """
        if self.role is KeyRole.ROOT:
            raise KeyFileError("the root's key signs and opens nothing: use a reviewer's or the recovery key")
        return Identity(self.seed)

    @property
    def public(self) -> str:
        """What a key file shows of its key: the recipient, or the root's fingerprint."""
        return self.signer.verifier.fingerprint if self.role is KeyRole.ROOT else self.identity.recipient.text


def new_key(role: KeyRole, name: str, not_after: datetime, random_bytes: RandomBytes) -> Key:
    """Make a key.

    Raises:
        KeyFileError: the name is not one.
    """
    if not NAME.fullmatch(name):
        raise KeyFileError("a name has 1 to 64 letters, digits, spaces, dots and hyphens")
    return Key(role=role, name=name, not_after=not_after, seed=random_bytes(SEED_SIZE))


def new_passphrase(random_bytes: RandomBytes) -> str:
    """Return six words of the English list: 66 bits."""
    bits = int.from_bytes(random_bytes(9), "big")
    listed = word_list("en")
    return " ".join(listed[bits >> _BITS * place & 0x7FF] for place in range(PASSPHRASE_WORDS))


def lock(key: Key, passphrase: str, random_bytes: RandomBytes) -> bytes:
    """Return the key file.

    Raises:
        KeyFileError: the passphrase is too short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeyFileError(f"a passphrase has at least {SHORTEST_PASSPHRASE} letters; six words are good")
    salt, nonce = random_bytes(_SALT_SIZE), random_bytes(NONCE_SIZE)
    fields: dict[str, object] = {
        "format": _FORMAT,
        "role": key.role.value,
        "name": key.name,
        "public": key.public,
        "not_after": time_text(key.not_after),
        "salt": salt.hex(),
    }
    box = nonce + seal_bytes(_wrapping_key(passphrase, salt), nonce, key.seed, _bound(fields))
    return encode({**fields, "box": b64encode(box).decode()}) + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a key file says of itself without a passphrase: believed only once it was unlocked."""

    role: KeyRole
    name: str
    not_after: datetime


def head(data: bytes) -> Head:
    """Read what a key file says of itself.

    Raises:
        KeyFileError: not a key file.
    """
    return _read(data)[0]


def unlock(data: bytes, passphrase: str) -> Key:
    """Open a key file.

    Raises:
        KeyFileError: not a key file, changed, or another passphrase.
    """
    said, fields, box = _read(data)
    salt = bytes.fromhex(str(fields["salt"]))
    try:
        seed = open_bytes(_wrapping_key(passphrase, salt), box[:NONCE_SIZE], box[NONCE_SIZE:], _bound(fields))
    except OpeningError:
        raise KeyFileError("the key file does not open: check the passphrase, or fetch the file again") from None
    key = Key(role=said.role, name=said.name, not_after=said.not_after, seed=seed)
    if key.public != fields["public"]:
        raise KeyFileError("the key file does not hold the key that it names")
    return key


def _read(data: bytes) -> tuple[Head, dict[str, object], bytes]:
    """Return what a key file says of itself, the fields that its box is bound to, and the box."""
    try:
        record = decode(data.removesuffix(b"\n"), FILE_LIMIT)
        fields: dict[str, object] = {
            "format": record.one_of("format", (_FORMAT,)),
            "role": record.one_of("role", tuple(KeyRole)),
            "name": record.text("name", 64),
            "public": record.text("public", 2_048),
            "not_after": record.text("not_after"),
            "salt": record.hex("salt", _SALT_SIZE).hex(),
        }
        box = b64decode(record.text("box"), validate=True)
        record.close()
        not_after = parse_time(str(fields["not_after"]))
    except (MalformedError, Base64Error, ValueError):
        raise KeyFileError("this is not a key file of ours: it is one line of JSON that begins with {") from None
    return Head(role=KeyRole(str(fields["role"])), name=str(fields["name"]), not_after=not_after), fields, box


def write_new(path: Path, data: bytes, *, secret: bool) -> None:
    """Write a file that does not exist yet, readable by its owner only where it is secret.

    Raises:
        KeyFileError: it exists, or the place cannot be written.
    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    except FileExistsError:
        raise KeyFileError(f"{path} exists and is not replaced: choose another name") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from None
    with os.fdopen(number, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(number)


def read_small(path: Path) -> bytes:
    """Return a key file, card, keyring or passphrase file.

    Raises:
        KeyFileError: it cannot be read, or is far too long.
    """
    try:
        with path.open("rb") as file:
            data = file.read(2 * 1_048_576 + 1)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > 2 * 1_048_576:
        raise KeyFileError(f"{path} is too long for what it should be")
    return data


def _wrapping_key(passphrase: str, salt: bytes) -> bytes:
    return stretch(unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogateescape"), salt)


def _bound(fields: dict[str, object]) -> bytes:
    return _FORMAT.encode() + b"\n" + encode(fields)
