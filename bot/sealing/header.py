"""The 104 bytes that bind a sealed file to its place, and the padding that hides its size.

Pure bytes; ``docs/sealed-format.md`` section 2 is the specification.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

MAGIC = b"HRC1"
HEADER_SIZE = 104
FLOOR = 4_096
"""Smallest plaintext: every text up to 3,992 bytes looks the same."""
ID_SIZE = 16
NO_HASH = bytes(32)
"""``prev`` of whatever has no predecessor."""

_LAYOUT = struct.Struct(">4sBBH16s16s16sI32sQI")
_SCHEMA = 1


class ObjectKind(IntEnum):
    """What a sealed file is."""

    ANSWER = 1
    MANIFEST = 2
    CASE_KEY = 3
    REPLY = 4
    CONSENT = 5
    ATTACHMENT = 6
    TEST = 7
    NOTE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The place a sealed file belongs to; the opener must name the same one.

    ``deployment``, ``case`` and ``object`` are 16 bytes each. ``seq`` is a manifest's number or a case-key file's
    version, else 0; ``prev`` the SHA-256 of the manifest file before, else zeros.
    """

    kind: ObjectKind
    deployment: bytes
    case: bytes
    object: bytes
    seq: int = 0
    prev: bytes = NO_HASH

    def to_bytes(self, length: int) -> bytes:
        """Return the 104 bytes that stand before a body of ``length`` bytes."""
        return _LAYOUT.pack(
            MAGIC,
            self.kind,
            0,
            _SCHEMA,
            self.deployment,
            self.case,
            self.object,
            self.seq,
            self.prev,
            length,
            0,
        )

    def __post_init__(self) -> None:
        """A header of other sizes is a wrong program."""
        sizes = (len(self.deployment), len(self.case), len(self.object), len(self.prev))
        if sizes != (ID_SIZE, ID_SIZE, ID_SIZE, len(NO_HASH)):
            raise AssertionError("ids have 16 bytes, hashes 32")


def head_fields(head: bytes) -> tuple[bytes, int]:
    """Return ``prev`` and the length of the body, as 104 bytes name them; the rest is for comparing."""
    prev: bytes
    length: int
    *_, prev, length, _reserved = _LAYOUT.unpack(head)
    return prev, length


def padme(length: int, floor: int = FLOOR) -> int:
    """Return the padded size for ``length`` bytes (PADMÉ: at most 1/16 is added above the floor)."""
    length = max(length, floor)
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask
