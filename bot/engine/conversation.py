"""The compiled conversation: the table that ``step`` walks, with its texts in every locale.

Values only; reading YAML is the loader's work, moving through the table is ``step``'s.
A compiled conversation is canonical JSON, stored by its SHA-256, so that a draft finishes on the version it began
and a case carries the wording that was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """The four kinds of node the engine knows."""

    SAY = "say"
    ONE = "one"
    MANY = "many"
    WORDS = "words"


class AuthorKind(StrEnum):
    """What the author wrote; kept for the case file and for the channel's way of asking."""

    SAY = "say"
    ONE = "one"
    MANY = "many"
    WORDS = "words"
    DATE = "date"
    PLACE = "place"
    COUNTRY = "country"
    CONTACT = "contact"
    CONSENT = "consent"
    ATTACHMENT = "attachment"
    CODE = "code"


class Compartment(StrEnum):
    """Which staff keys an answer is sealed to."""

    FACTS = "facts"
    IDENTITY = "identity"


class Do(StrEnum):
    """What choosing an option does, besides answering."""

    KEEP = "keep"
    """Consent is given: from here on answers are kept."""
    SEND = "send"
    """Submit what is fresh and show the menu."""
    PAUSE = "pause"
    """Close for now; the draft stays."""
    STOP = "stop"
    """End; nothing was kept or nothing more is."""
    WIPE = "wipe"
    """End and erase."""
    LEAVE = "leave"
    """Submit what is fresh, then end."""


class Level(StrEnum):
    """Urgency, lowest first as written here."""

    ROUTINE = "routine"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Is:
    """True when the node is active, answered, and one of its picks is among the options."""

    node: str
    options: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """True when the node is active and answered (not skipped)."""

    node: str


@dataclass(frozen=True, slots=True)
class All:
    """True when every guard holds; true when empty."""

    guards: tuple["Guard", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one guard holds."""

    guards: tuple["Guard", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the guard does not hold."""

    guard: "Guard"


Guard: TypeAlias = Is | Answered | All | Any | Not

ALWAYS = All(guards=())
NEVER = Any(guards=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One button of a node or screen.

    ``label`` is a text key. ``do`` says what choosing it does; ``show`` names a screen: with a ``do`` it is shown
    after it, without one the tap is a view and nothing moves. ``act`` names something the shell does (a word of
    ``bot.intake.buttons``) and never reaches the engine as a choice.
    """

    id: str
    label: str
    do: Do | None = None
    locale: str | None = None
    alone: bool = False
    group: str | None = None
    silence: bool | None = None
    """On a consent option: True sends on silence, False deletes; None elsewhere."""
    show: str | None = None
    act: str | None = None
    when: Guard = ALWAYS
    """The button is offered only while this holds."""
    words: tuple[str, ...] = ()
    """Text keys of further words, comma separated, that are understood when typed instead of the tap."""
    bucket: str | None = None
    """For a date range: past, 48h, 7d, 14d, later or unknown, as urgency rules read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One question, or one thing said in passing.

    ``say`` and ``say_self`` are text keys; the second is used while ``self_when`` holds.
    ``required`` is a guard: while it holds, Skip is refused. ``rows`` are option indexes as laid out on the phone.
    ``nav`` is which of the four buttons stand below: ``full``, ``exit_menu``, ``exit`` or ``none``.
    """

    id: str
    kind: Kind
    author_kind: AuthorKind
    section: str
    say: str
    say_self: str | None = None
    self_when: Guard = NEVER
    compartment: Compartment = Compartment.FACTS
    when: Guard = ALWAYS
    required: Guard = NEVER
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()
    words: bool = False
    nav: str = "full"
    several: bool = False
    """A words node that takes many messages until Ready (Done) is pressed; ``more_say`` is shown after each burst."""
    more_say: str | None = None
    reply_to_story: bool = False
    critical: bool = False
    version: str | None = None
    """Of a consent text: the version that is kept with the answer."""
    silence_minutes: int | None = None
    """Of the consent node: after how long a silence the person's choice is carried out, as its text says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A topic: an ordered list of nodes, a title for its button, and when it is offered at all."""

    id: str
    title: str
    nodes: tuple[str, ...]
    when: Guard = ALWAYS
    intro: str | None = None
    """Screen shown before its first question (S2_hard)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStep:
    """Nodes asked next on the opening route while ``when`` holds."""

    ask: tuple[str, ...]
    when: Guard = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A section's place in the menu; ``first`` says when it stands on the first list rather than only behind "All"."""

    section: str
    first: Guard = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Something shown that is not a question: a notice, a help, a menu. Its buttons carry an ``act`` or a ``show``."""

    id: str
    say: str
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()
    nav: str = "none"
    critical: bool = False
    neutral: bool = False
    """May arrive unasked, so it must not name the matter."""
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An urgency rule: while ``when`` holds the case is at least ``level``, or is lifted by ``lift`` levels."""

    id: str
    when: Guard
    level: Level | None = None
    lift: int = 0
    flag: str | None = None
    """A flag for staff that the rule sets, such as ``channel_compromised``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything one version of a conversation is made of.

    ``nodes`` are in the order in which guards may look back: opening first, then sections in menu order.
    ``texts`` maps locale to text key to text; the English source is ``texts["en"]``.
    """

    id: str
    version: str
    nodes: Mapping[str, Node]
    sections: Mapping[str, Section]
    opening: tuple[RouteStep, ...]
    menu: tuple[MenuItem, ...]
    more: str
    """The words node that takes whatever is typed elsewhere."""
    screens: Mapping[str, Screen]
    urgency: tuple[Rule, ...]
    flags: Mapping[str, Guard] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
