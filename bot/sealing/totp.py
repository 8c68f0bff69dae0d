"""The second factor: codes of six digits that change every 30 seconds (RFC 6238), and their secret at rest.

SHA-1, because the apps on people's phones know no other; the secret has the hash's full length. Rules: a code is good
for its own step and one on either side; who checks one notes its step, so that no code works twice.
"""

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.ids import RandomBytes
from bot.sealing.rest import open_box, seal_box
from bot.sealing.suite import derive

SECRET_SIZE = 20
"""Bytes of a secret, as RFC 4226 recommends."""
STEP_SECONDS = 30
DIGITS = 6
_AROUND = (-1, 0, 1)
_LABEL = b"panoh totp 1"


def secret_text(secret: bytes) -> str:
    """Return a secret in base 32, as it is typed into an app."""
    return b32encode(secret).decode()


def uri(secret: bytes, name: str, issuer: str) -> str:
    """Return a secret as a link that apps take."""
    asked = urlencode({"secret": secret_text(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{asked}"


def code_at(secret: bytes, now: datetime) -> str:
    """Return the code of this moment."""
    return _code(secret, _step(now))


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the step that a code belongs to, or ``None`` where it is not good now."""
    steps = [_step(now) + around for around in _AROUND]
    # All are compared, so that the time taken does not tell which one it was.
    good = [step for step in steps if hmac.compare_digest(_code(secret, step).encode(), code.encode())]
    return good[0] if good else None


def seal_secret(key: bytes, person: bytes, secret: bytes, random_bytes: RandomBytes) -> bytes:
    """Return a secret in a box that opens for this person only."""
    return seal_box(derive(key, _LABEL), _LABEL + b"\n" + person, secret, random_bytes)


def open_secret(key: bytes, person: bytes, box: bytes) -> bytes:
    """Return the secret.

    Raises:
        OpeningError: another key or person, or changed bytes.
    """
    return open_box(derive(key, _LABEL), _LABEL + b"\n" + person, box)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _code(secret: bytes, step: int) -> str:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS).generate(step * STEP_SECONDS).decode()  # noqa: S303
