"""Opening: a sealed file and private keys in, the body out, or one error that never says why.

Protected: imported by ``bot.sealing.mailbox`` (keys made from a return code) and ``bot.offline`` only. The server
holds no other private key.

Rules: strict (one spelling of everything); the caller names the place it expects; nothing of the body is returned
before the last chunk has been verified and the place compared.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import replace
from hmac import compare_digest

from bot.errors import EnvelopeError, OpeningError
from bot.sealing.envelope import (
    CHUNK,
    MAX_RECIPIENTS,
    PAYLOAD_NONCE_SIZE,
    STANZA,
    VERSION_LINE,
    chunk_nonce,
    unpadded,
)
from bot.sealing.header import HEADER_SIZE, Header, head_fields, padme
from bot.sealing.recipients import Identity
from bot.sealing.suite import ENC_SIZE, TAG_SIZE, WRAPPED_SIZE, derive, mac, open_bytes

HEADER_LIMIT = 131_072
"""Bytes of an age header that are read at most: 64 stanzas have about 99,000."""

_NOT_OURS = "this is not a sealed file of ours"
_DOES_NOT_OPEN = "this could not be opened here"
_SEALED_CHUNK = CHUNK + TAG_SIZE
_LINE_LIMIT = 2_048


def open_sealed(data: bytes, identities: Sequence[Identity], expected: Header) -> bytes:
    """Return the body of a sealed file.

    Raises:
        EnvelopeError: the bytes are not a file of ours.
        OpeningError: none of the keys opens it, a byte was changed, or it belongs to another place.
    """
    prev, body = open_after_gap(data, identities, expected)
    if not compare_digest(prev, expected.prev):
        raise OpeningError(_DOES_NOT_OPEN)
    return body


def open_after_gap(data: bytes, identities: Sequence[Identity], expected: Header) -> tuple[bytes, bytes]:
    """Return ``prev`` and body of a sealed file, leaving ``expected.prev`` aside: for a chain with a missing link.

    Raises:
        EnvelopeError: the bytes are not a file of ours.
        OpeningError: none of the keys opens it, a byte was changed, or it belongs to another place.
    """
    plaintext = open_age(data, identities)
    if len(plaintext) < HEADER_SIZE:
        raise OpeningError(_DOES_NOT_OPEN)
    head = plaintext[:HEADER_SIZE]
    prev, length = head_fields(head)
    end = HEADER_SIZE + length
    if (
        end > len(plaintext)
        or not compare_digest(head, replace(expected, prev=prev).to_bytes(length))
        or len(plaintext) != padme(end)
        or any(plaintext[end:])
    ):
        raise OpeningError(_DOES_NOT_OPEN)
    return prev, plaintext[HEADER_SIZE:end]


def open_age(data: bytes, identities: Sequence[Identity]) -> bytes:
    """Return the plaintext of an age file, all of it verified.

    Raises:
        EnvelopeError: not an age file with hybrid recipients only.
        OpeningError: it does not open.
    """
    stanzas, covered, tag, payload = _parse(data)
    file_key = _file_key(stanzas, identities)
    if not compare_digest(mac(derive(file_key, b"header"), covered), tag):
        raise OpeningError(_DOES_NOT_OPEN)
    nonce, sealed = payload[:PAYLOAD_NONCE_SIZE], payload[PAYLOAD_NONCE_SIZE:]
    key = derive(file_key, b"payload", salt=nonce)
    pieces = []
    count = max(1, -(-len(sealed) // _SEALED_CHUNK))
    for number in range(count):
        piece = sealed[number * _SEALED_CHUNK : (number + 1) * _SEALED_CHUNK]
        pieces.append(open_bytes(key, chunk_nonce(number, last=number == count - 1), piece))
    if count > 1 and not pieces[-1]:
        raise OpeningError(_DOES_NOT_OPEN)
    return b"".join(pieces)


def stanza_count(data: bytes) -> int:
    """Return how many keys a sealed file was sealed to.

    Raises:
        EnvelopeError: not a file of ours.
    """
    return len(_parse(data)[0])


def _file_key(stanzas: Sequence[bytes], identities: Sequence[Identity]) -> bytes:
    for identity in identities:
        for wrapped in stanzas:
            file_key = identity.key.unwrap(wrapped)
            if file_key is not None:
                return file_key
    raise OpeningError(_DOES_NOT_OPEN)


def _parse(data: bytes) -> tuple[list[bytes], bytes, bytes, bytes]:
    """Split an age file into stanzas, the bytes its MAC covers, the MAC, and the payload with its nonce."""
    if not data.startswith(VERSION_LINE):
        raise EnvelopeError(_NOT_OURS)
    place = len(VERSION_LINE)
    stanzas: list[bytes] = []
    while True:
        line, after = _line(data, place)
        if line.startswith(b"--- "):
            break
        if not line.startswith(STANZA) or len(stanzas) == MAX_RECIPIENTS:
            raise EnvelopeError(_NOT_OURS)
        body, after = _line(data, after)
        stanzas.append(_base64(line[len(STANZA) :], ENC_SIZE) + _base64(body, WRAPPED_SIZE))
        place = after
    tag = _base64(line[4:], 32)
    if not stanzas or len(data) < after + PAYLOAD_NONCE_SIZE + TAG_SIZE:
        raise EnvelopeError(_NOT_OURS)
    return stanzas, data[: place + 3], tag, data[after:]


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    end = data.find(b"\n", start, min(start + _LINE_LIMIT, HEADER_LIMIT))
    if end < 0:
        raise EnvelopeError(_NOT_OURS)
    return data[start:end], end + 1


def _base64(text: bytes, size: int) -> bytes:
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (Base64Error, ValueError):
        raise EnvelopeError(_NOT_OURS) from None
    # Encoding again refuses padding and stray bits: a file has one spelling.
    if len(data) != size or unpadded(data) != text:
        raise EnvelopeError(_NOT_OURS)
    return data
