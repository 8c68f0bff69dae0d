"""The two things no other room takes for itself: the time and chance."""

import secrets  # noqa: TID251  the one place
from datetime import UTC, datetime


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one place


def random_bytes(count: int) -> bytes:
    """Return that many bytes from the system's generator."""
    return secrets.token_bytes(count)
