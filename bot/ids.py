"""Names for the identifiers that travel between rooms, so that mypy tells them apart.

Rules: object ids are random and never carry a time (``objects.md`` 17); randomness is passed in by the
composition root as ``RandomBytes``, the time as ``Now``; no room below ``app`` reads a clock or a generator itself.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import NewType

ChatId = NewType("ChatId", int)
"""The messenger's id of a private chat. Never a SQL parameter, never logged."""

DraftId = NewType("DraftId", bytes)
"""16 random bytes."""

CaseId = NewType("CaseId", bytes)
"""16 random bytes, bound into every sealed object of the case."""

ObjectId = NewType("ObjectId", bytes)
"""16 random bytes, the name of one sealed object."""

Reference = NewType("Reference", str)
"""What people call a case: random, ``PN-XXXX-XXXX`` in Crockford base 32."""

Digest = NewType("Digest", str)
"""Lower-case hex SHA-256 of a compiled conversation with its texts."""

Now = Callable[[], datetime]
"""Returns the time, aware, in UTC."""

RandomBytes = Callable[[int], bytes]
"""Returns that many bytes from the system's generator."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference_of(case: CaseId) -> Reference:
    """Return what people call a case: 40 bits of the hash of its random id, which say nothing and sort by nothing.

    It is made from the id because the sweeper, which sends by silence, can read nothing else of a draft.
    """
    bits = int.from_bytes(sha256(b"panoh reference 1\n" + case).digest()[:5], "big")
    letters = "".join(_CROCKFORD[bits >> 5 * place & 31] for place in reversed(range(8)))
    return Reference(f"PN-{letters[:4]}-{letters[4:]}")
