"""What may happen to a conversation: the closed set that ``step`` takes.

Typed words travel in ``Words`` only, and are left out of every ``repr``.
"""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Begin:
    """The person pressed Start, or came back."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One option of the question at hand was chosen."""

    option: str


@dataclass(frozen=True, slots=True)
class Set:
    """A tick of a ``many`` was set or cleared; carries the wanted value, so that repeating it changes nothing."""

    option: str
    on: bool


@dataclass(frozen=True, slots=True)
class Done:
    """The ticks are complete, or the story is told."""


@dataclass(frozen=True, slots=True)
class Words:
    """The person wrote; ``more`` says that it is a further part of the last words."""

    text: str = field(repr=False)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """Pass this question; where it was answered before, keep that answer."""


@dataclass(frozen=True, slots=True)
class Back:
    """To the question before; erases nothing."""


@dataclass(frozen=True, slots=True)
class Revisit:
    """Answer this node again, from the list of answered questions."""

    node: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the answer of this node."""

    node: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open a section from the menu."""

    section: str


@dataclass(frozen=True, slots=True)
class Send:
    """Send what there is."""


@dataclass(frozen=True, slots=True)
class Locale:
    """Go on in another language."""

    locale: str


@dataclass(frozen=True, slots=True)
class View:
    """Show a screen, or a page of options (``page``), and move nothing."""

    screen: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Exit:
    """Close at once."""


@dataclass(frozen=True, slots=True)
class Expire:
    """The person has been silent for as long as the consent text said."""


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete everything; the asking twice happens before this."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something arrived that cannot be read; ``screen`` is the line that says so (``ERR_kind``, ``ERR_voice`` …)."""

    screen: str = "ERR_kind"


Event: TypeAlias = (
    Begin
    | Pick
    | Set
    | Done
    | Words
    | Skip
    | Back
    | Revisit
    | Forget
    | Open
    | Send
    | Locale
    | View
    | Exit
    | Expire
    | Delete
    | Unreadable
)
