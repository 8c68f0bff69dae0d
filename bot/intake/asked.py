"""What the first screens come to, and the little that is remembered of them.

Values only; ``bot.intake.before`` makes them and ``bot.intake.service`` acts on them.
"""

from dataclasses import dataclass, field

from bot.engine.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """The person said yes: the state they had, the option they chose, and the story the question was a reply to."""

    state: State
    option: str
    story: str | None = field(default=None, repr=False)
    story_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Somebody with a live draft went through language and safety and wants to go on, or to delete."""

    locale: str
    delete: bool
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A chat's last question before consent, kept in memory only.

    ``stays`` are the messages beside it that the next question leaves, ``question`` those it replaces; the tap itself
    names only one of these. ``screen`` is what the person has before them: a typed number means a button of that.
    """

    state: State
    screen: str = ""
    stays: tuple[int, ...] = ()
    question: tuple[int, ...] = ()
