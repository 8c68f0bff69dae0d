"""What ``panoh doctor`` says of one thing that it looked at.

A line names settings, files, numbers and people of the staff; never a token, a chat, a case or a word of anybody.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    SKIPPED = "skipped"
    """Not set up here, or cannot be seen from here."""
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    line: str


def good(name: str, line: str) -> Finding:
    """Return that it is as it must be."""
    return Finding(name=name, state=State.OK, line=line)


def skipped(name: str, line: str) -> Finding:
    """Return that it was not looked at, and why."""
    return Finding(name=name, state=State.SKIPPED, line=line)


def warning(name: str, line: str) -> Finding:
    """Return that somebody should look at it soon."""
    return Finding(name=name, state=State.WARNING, line=line)


def failed(name: str, line: str) -> Finding:
    """Return that it is not as it must be."""
    return Finding(name=name, state=State.FAILED, line=line)
