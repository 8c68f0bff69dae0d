"""Which questions, options and transitions a set of recorded conversations has gone through.

Pure: takes what was recorded, as (state, event, state), and says what no recording touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.conversation import Conversation, Kind
from bot.engine.events import Event, Pick, Set
from bot.engine.state import State

Step = tuple[State, Event, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was covered and what was not.

    A node counts as covered when it was asked or said; an option, as ``node.option``, when it was chosen; a transition
    is ``from.event.to``: where it began (a node, ``menu`` or ``end``), the event's name in small letters, where it led.
    """

    nodes: frozenset[str]
    options: frozenset[str]
    transitions: frozenset[str]
    missing_nodes: tuple[str, ...]
    missing_options: tuple[str, ...]

    def share_of_nodes(self) -> float:
        """Return the covered part of all nodes, between 0 and 1."""
        total = len(self.nodes) + len(self.missing_nodes)
        return len(self.nodes) / total if total else 1.0


def coverage(conversation: Conversation, steps: Iterable[Step]) -> Coverage:
    """Return what these steps went through."""
    nodes: set[str] = set()
    options: set[str] = set()
    transitions: set[str] = set()
    for before, event, after in steps:
        nodes.update({before.at, after.at, *after.marks} & conversation.nodes.keys())
        transitions.add(f"{before.at}.{type(event).__name__.lower()}.{after.at}")
        match event:
            case Pick(option) | Set(option, True):
                options.add(f"{before.at}.{option}")
            case _:
                pass
    choices = [
        f"{node.id}.{option.id}"
        for node in conversation.nodes.values()
        if node.kind is not Kind.SAY
        for option in node.options
        if option.act is None
    ]
    return Coverage(
        nodes=frozenset(nodes),
        options=frozenset(options & set(choices)),
        transitions=frozenset(transitions),
        missing_nodes=tuple(node for node in conversation.nodes if node not in nodes),
        missing_options=tuple(choice for choice in choices if choice not in options),
    )
