"""How an age file is laid out: split strictly into stanzas, MAC and payload. Opens nothing and needs no key.

So the server can count for how many keys a file was sealed. Rules: one spelling of everything, and limits on all
(``docs/sealed-format.md`` section 1).
"""

from base64 import b64decode
from binascii import Error as Base64Error
from typing import NamedTuple

from bot.errors import EnvelopeError
from bot.sealing.envelope import MAX_RECIPIENTS, PAYLOAD_NONCE_SIZE, STANZA, VERSION_LINE, unpadded
from bot.sealing.suite import ENC_SIZE, TAG_SIZE, WRAPPED_SIZE

HEADER_LIMIT = 131_072
"""Bytes of an age header that are read at most: 64 stanzas have about 99,000."""

_NOT_OURS = "this is not a sealed file of ours"
_LINE_LIMIT = 2_048


class Layout(NamedTuple):
    """An age file in its parts; ``covered`` are the bytes that the MAC covers, ``payload`` begins with its nonce."""

    stanzas: list[bytes]
    covered: bytes
    tag: bytes
    payload: bytes


def split(data: bytes) -> Layout:
    """Split an age file into its parts.

    Raises:
        EnvelopeError: not an age file with hybrid recipients only.
    """
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
    return Layout(stanzas, data[: place + 3], tag, data[after:])


def stanza_count(data: bytes) -> int:
    """Return how many keys a sealed file was sealed to.

    Raises:
        EnvelopeError: not a file of ours.
    """
    return len(split(data).stanzas)


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
