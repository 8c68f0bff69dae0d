"""What the engine asks the shell to do: the closed set that ``step`` returns, in order.

Texts, keys, time and ids belong to the shell. Before consent only Show, Clear and Wipe occur.
"""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Show:
    """Show a node (by id), a screen (by id), ``menu`` (the topics) or ``answered`` (the list to answer again).

    ``page`` is a group of options, a menu page (``all``) or empty. Several Shows in a row are one reply: a notice
    without buttons stands above the question that follows it.
    """

    screen: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """Seal an answer; part 0 replaces everything kept for the node, part n adds to it."""

    node: str
    part: int
    picks: tuple[str, ...] = ()
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Drop:
    """Erase what is kept for the node."""

    node: str


@dataclass(frozen=True, slots=True)
class Submit:
    """Seal a manifest of these active answered nodes; ``first`` puts the case into the queue."""

    nodes: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Clear:
    """Remove from the chat what can be removed."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """Erase everything kept for this draft."""


Effect: TypeAlias = Show | Keep | Drop | Submit | Clear | Wipe
