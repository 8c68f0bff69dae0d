"""What the intake hands back to a channel: what to show, what to remove, what to say in a toast.

Channel-neutral: a channel renders these values and reports what became of them. Nothing a person typed is ever in
here, with one exception that was sealed by staff for this person: an opened reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ids import ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One inline button: what stands on it, and the data it carries (at most 64 bytes).

    ``name`` is the same in every language and in every state: ``F1_main.travel``, ``nav.back``, ``section.threats``,
    ``answered.F2_story``. Transcripts name buttons by it.
    """

    label: str
    data: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to send.

    ``name`` is the recipe it was made from (a screen or node, never text); ``owed`` the number under which the
    draft owes it, or ``None`` before consent. ``spoiler`` is the part of the text that is hidden until touched.
    ``stays`` keeps it when the next question replaces the rest (contacts, the code). ``silent`` makes no sound.
    """

    name: str
    text: str = field(repr=False)
    rows: tuple[tuple[Button, ...], ...] = ()
    protect: bool = True
    spoiler: str | None = field(default=None, repr=False)
    reply_to: int | None = None
    stays: bool = False
    silent: bool = False
    owed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The answer to one update.

    Order for the channel: say the ``toast`` (a tap is always answered, with an empty one if need be), send the
    messages, then remove the message ids in ``remove``. ``ticket`` is opaque and goes back with ``Intake.shown``
    when something is owed; ``None`` before consent.
    """

    messages: tuple[Message, ...] = ()
    remove: tuple[int, ...] = ()
    toast: str | None = None
    ticket: "Ticket | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Names the draft turn whose screens are owed."""

    chat: ChatId = field(repr=False)
    draft: bytes = field(repr=False)
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of the owed messages: owed number to message id, or to ``None`` when it may not have arrived.

    A number that is missing is owed no more: a newer turn took its place, or the messenger will never take it.
    Negative numbers are the first pieces of a message that was too long for one: they are removed like the rest.
    ``stays`` are message ids that the next question must not remove. ``unreachable`` says that the person blocked
    the bot.
    """

    sent: Mapping[int, int | None]
    stays: frozenset[int] = frozenset()
    removed: frozenset[int] = frozenset()
    unreachable: bool = False
