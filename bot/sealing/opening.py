"""Opening: a sealed file and private keys in, the body out, or one error that never says why.

Protected: imported by ``bot.sealing.mailbox`` (keys made from a return code) and ``bot.offline`` only. The server
holds no other private key.

Rules: strict (one spelling of everything); the caller names the place it expects; nothing of the body is returned
before the last chunk has been verified and the place compared.
"""

from collections.abc import Sequence
from dataclasses import replace
from hmac import compare_digest

from bot.errors import OpeningError
from bot.sealing.envelope import CHUNK, PAYLOAD_NONCE_SIZE, chunk_nonce
from bot.sealing.header import HEADER_SIZE, Header, head_fields, padme
from bot.sealing.layout import split
from bot.sealing.recipients import Identity
from bot.sealing.suite import TAG_SIZE, derive, mac, open_bytes

_DOES_NOT_OPEN = "this could not be opened here"
_SEALED_CHUNK = CHUNK + TAG_SIZE


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
    stanzas, covered, tag, payload = split(data)
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


def _file_key(stanzas: Sequence[bytes], identities: Sequence[Identity]) -> bytes:
    for identity in identities:
        for wrapped in stanzas:
            file_key = identity.key.unwrap(wrapped)
            if file_key is not None:
                return file_key
    raise OpeningError(_DOES_NOT_OPEN)
