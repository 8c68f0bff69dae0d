"""Sealing: a header, a body and recipients in, an age v1 file out.

Writes only; opening lives in ``bot.sealing.opening``, which the server's rooms do not import.
Memory does not grow with the body when it is streamed. No compression, no temporary file.

Before: ``perform`` an effect Keep or Submit. After: ``Drafts.keep``, ``Cases.submit``.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence

from bot.ids import RandomBytes
from bot.sealing.header import HEADER_SIZE, Header, padme
from bot.sealing.recipients import Recipient
from bot.sealing.suite import ENC_SIZE, derive, mac, seal_bytes

VERSION_LINE = b"age-encryption.org/v1\n"
STANZA = b"-> mlkem768x25519 "
MAX_RECIPIENTS = 64
CHUNK = 65_536
"""Bytes of plaintext in a chunk (age v1)."""
FILE_KEY_SIZE = 16
PAYLOAD_NONCE_SIZE = 16


def seal(header: Header, body: bytes, recipients: Sequence[Recipient], random_bytes: RandomBytes) -> bytes:
    """Return ``body`` sealed to every recipient, bound to ``header`` and padded."""
    return b"".join(seal_stream(header, len(body), (body,), recipients, random_bytes))


def seal_stream(
    header: Header,
    length: int,
    chunks: Iterable[bytes],
    recipients: Sequence[Recipient],
    random_bytes: RandomBytes,
) -> Iterator[bytes]:
    """Yield a sealed file piece by piece, while ``chunks`` bring ``length`` bytes in all.

    A body of another length than was said is a wrong program; the pieces yielded until then open nowhere.
    """
    file_key = random_bytes(FILE_KEY_SIZE)
    nonce = random_bytes(PAYLOAD_NONCE_SIZE)
    yield _age_header(file_key, recipients) + nonce
    key = derive(file_key, b"payload", salt=nonce)
    counter = 0
    waiting = bytearray()
    for piece in _plaintext(header, length, chunks):
        view = memoryview(piece)
        # A full chunk waits until something follows it: only then is it known not to be the last.
        while len(waiting) + len(view) > CHUNK:
            taken = CHUNK - len(waiting)
            whole = waiting + view[:taken] if waiting else view[:taken]
            yield seal_bytes(key, chunk_nonce(counter, last=False), whole)
            waiting, view = bytearray(), view[taken:]
            counter += 1
        waiting += view
    yield seal_bytes(key, chunk_nonce(counter, last=True), waiting)


def chunk_nonce(counter: int, *, last: bool) -> bytes:
    """Return the nonce of a payload chunk (age v1: eleven bytes of counter, one of last-chunk flag)."""
    return counter.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _plaintext(header: Header, length: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield header.to_bytes(length)
    left = length
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise AssertionError("the body is longer than was said")
        yield chunk
    if left:
        raise AssertionError("the body is shorter than was said")
    zeros = padme(HEADER_SIZE + length) - HEADER_SIZE - length
    while zeros:
        piece = min(zeros, CHUNK)
        yield bytes(piece)
        zeros -= piece


def _age_header(file_key: bytes, recipients: Sequence[Recipient]) -> bytes:
    if not 0 < len(recipients) <= MAX_RECIPIENTS:
        raise AssertionError("a file has 1 to 64 recipients")
    parts = [VERSION_LINE]
    for recipient in recipients:
        wrapped = recipient.key.wrap(file_key)
        parts += (STANZA, unpadded(wrapped[:ENC_SIZE]), b"\n", unpadded(wrapped[ENC_SIZE:]), b"\n")
    parts.append(b"---")
    covered = b"".join(parts)
    return covered + b" " + unpadded(mac(derive(file_key, b"header"), covered)) + b"\n"


def unpadded(data: bytes) -> bytes:
    """Return base64 without padding, as age writes it."""
    return b64encode(data).rstrip(b"=")
