"""The chain of the audit: how a row is hashed, and what is wrong with rows that do not fit.

Pure. A chain shows what was changed, removed or moved inside it; it cannot show that its end was cut off or that all of
it was computed anew. For that it is compared with a head that somebody kept elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import chain

from bot.sealing.canonical import encode
from bot.store.staff_values import AuditRow, Head

NOTHING = bytes(32)
"""What the first row is hashed with."""
_LABEL = b"panoh audit 1\n"


class Wrong(StrEnum):
    """What is wrong with a chain, at the first place where it shows."""

    CHANGED = "changed"
    """The row does not say what was appended, or the one before it was rewritten with its hash."""
    REMOVED = "removed"
    """The row is missing."""
    MOVED = "moved"
    """The row stands at another place than it was appended at."""
    REWRITTEN = "rewritten"
    """Everything fits, but not the head that was kept: the chain was computed anew, at or before this row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first row that is wrong; ``found_at`` says where a moved one stands now."""

    wrong: Wrong
    number: int
    found_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a walk through the chain found: the head that was computed, and the first break."""

    head: Head
    broken: Break | None = None


def hash_of(row: AuditRow, before: bytes, *, number: int | None = None) -> bytes:
    """Return the hash of a row after the row with the hash ``before``; ``number`` as if it stood there."""
    said = {
        "number": row.number if number is None else number,
        "at": int(row.at.timestamp()),
        "actor": row.actor,
        "act": row.act,
        "reference": row.reference,
        "reason": row.reason,
    }
    return sha256(_LABEL + before + encode(said)).digest()


def verify(rows: Iterable[AuditRow], kept: Head | None = None) -> Verified:
    """Walk through the chain from its first row, and compare it with a head that was kept elsewhere."""
    place, last = 0, NOTHING
    at_kept = NOTHING if kept is not None and kept.count == 0 else None
    walk = iter(rows)
    for row in walk:
        place += 1
        if row.number != place or hash_of(row, last) != row.hash:
            return Verified(head=Head(count=place - 1, hash=last), broken=_explain(row, walk, place, last))
        last = row.hash
        if kept is not None and kept.count == place:
            at_kept = last
    head = Head(count=place, hash=last)
    if kept is None or at_kept == kept.hash:
        return Verified(head=head)
    if kept.count > place:
        return Verified(head=head, broken=Break(wrong=Wrong.REMOVED, number=place + 1))
    return Verified(head=head, broken=Break(wrong=Wrong.REWRITTEN, number=kept.count))


def _explain(found: AuditRow, rest: Iterator[AuditRow], place: int, last: bytes) -> Break:
    """Say what became of the row that should stand at ``place``, where ``found`` is; it may stand behind it."""
    for row in chain((found,), rest):
        if hash_of(row, last, number=place) == row.hash:
            return Break(wrong=Wrong.MOVED, number=place, found_at=row.number)
    wrong = Wrong.CHANGED if found.number == place else Wrong.REMOVED
    return Break(wrong=wrong, number=place)
