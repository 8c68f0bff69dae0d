"""Sealing one answer against the bare primitives it is made of: one HPKE encapsulation and one AEAD call.

The bare side has its public key parsed and its bytes padded beforehand; ours makes the answer's record, binds and pads
it, derives the keys, seals, and hashes what comes out. In processor time: nothing here waits.
"""

from collections.abc import Callable
from datetime import date
from time import process_time

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from benchmarks.people import AT_LENGTH, WORDS
from benchmarks.rounds import Figure, alternate
from bot.app.intake import read_conversation
from bot.app.nature import random_bytes
from bot.engine.codec import digest
from bot.engine.step import start
from bot.intake.sealer import Sealer
from bot.sealing.envelope import seal
from bot.sealing.header import HEADER_SIZE, Header, ObjectKind, padme
from bot.sealing.recipients import Recipient, new_identity
from bot.settings import data

TARGET = 1.25
INFO = b"age-encryption.org/mlkem768x25519"
LATTICE = 1184
"""Bytes of the ML-KEM-768 half of a public key."""
_HEADER = Header(kind=ObjectKind.ANSWER, deployment=bytes(16), case=bytes(16), object=bytes(16))
LONG = (AT_LENGTH + " ") * 12


def measure(*, rounds: int, repeats: int) -> list[Figure]:
    """Return the figures for a short answer, a long one, and the envelope alone."""
    conversation = read_conversation(data("conversations") / "reprisal", data("locales"))
    recipient = new_identity(random_bytes).recipient
    sealer = Sealer(
        conversation,
        digest(conversation),
        deployment=bytes(16),
        serial=1,
        members=lambda _compartment: (recipient, recipient),
        random_bytes=random_bytes,
    )
    today = date(2026, 11, 23)
    hold, _ = sealer.new_hold(today)
    state, _ = start(conversation)
    node = conversation.nodes["E3_who_where"]
    figures = []
    for name, words in (("a short answer", WORDS), ("a long answer", LONG)):

        def ours(words: str = words) -> None:
            for _ in range(repeats):
                sealer.seal_words(hold, state, node, words, part=0, today=today)

        _, row = sealer.seal_words(hold, state, node, words, part=0, today=today)
        bare = _bare(recipient, len(row.data), repeats)
        pairs = alternate(rounds, ours, bare, process_time)
        title = f"sealing {name} ({len(words)} letters) against HPKE and AEAD"
        figures.append(pairs.figure("sealing", title, "us", scale=1e6 / repeats, target=TARGET))
    return [*figures, _envelope(recipient, rounds, repeats)]


def _envelope(recipient: Recipient, rounds: int, repeats: int) -> Figure:
    body = bytes(2000)

    def ours() -> None:
        for _ in range(repeats):
            seal(_HEADER, body, (recipient,), random_bytes)

    size = len(seal(_HEADER, body, (recipient,), random_bytes))
    pairs = alternate(rounds, ours, _bare(recipient, size, repeats), process_time)
    return pairs.figure("sealing", "the envelope alone, 2,000 bytes", "us", scale=1e6 / repeats)


def _bare(recipient: Recipient, sealed_size: int, repeats: int) -> Callable[[], None]:
    """Return the same work without us: wrapping a file key, encrypting as many bytes as our envelope encrypted."""
    raw = recipient.raw
    lattice = mlkem.MLKEM768PublicKey.from_public_bytes(raw[:LATTICE])
    key = hpke.MLKEM768X25519PublicKey(lattice, x25519.X25519PublicKey.from_public_bytes(raw[LATTICE:]))
    overhead = len(seal(_HEADER, b"", (recipient,), random_bytes)) - padme(HEADER_SIZE)
    padded = bytes(sealed_size - overhead)

    def work() -> None:
        for _ in range(repeats):
            file_key, nonce = random_bytes(16), random_bytes(12)
            suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
            suite.encrypt(file_key, key, INFO)
            ChaCha20Poly1305(random_bytes(32)).encrypt(nonce, padded, None)

    return work
