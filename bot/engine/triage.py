"""How urgent a case is: pure, from the choices alone, by the rules of the conversation.

Rules only raise: a skipped question or an unknown answer never lowers the level.
"""

from dataclasses import dataclass

from bot.engine.conversation import Conversation, Level
from bot.engine.guards import Reading
from bot.engine.state import State

_LEVELS = tuple(Level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The level, the ids of the rules that hold, and the flags for staff, each in the order of the conversation."""

    level: Level
    reasons: tuple[str, ...]
    flags: tuple[str, ...]


def triage(conversation: Conversation, state: State) -> Triage:
    """Return the highest level of the rules that hold, then one up for each lift, never above the highest."""
    reading = Reading(conversation, state)
    held = [rule for rule in conversation.urgency if reading.holds(rule.when)]
    base = max((_LEVELS.index(rule.level) for rule in held if rule.level is not None), default=0)
    lifted = min(base + sum(rule.lift for rule in held), len(_LEVELS) - 1)
    flags = [rule.flag for rule in held if rule.flag is not None]
    flags += [name for name, guard in conversation.flags.items() if reading.holds(guard)]
    return Triage(level=_LEVELS[lifted], reasons=tuple(rule.id for rule in held), flags=tuple(dict.fromkeys(flags)))
