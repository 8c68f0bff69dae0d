"""Which questions count, and whether a guard holds: everything that looks at answers goes through here.

Rules kept here: a guard is true only for a node that is answered *and active*; a guard that looks at its own node, or
in a circle, is false rather than endless; nothing is remembered between calls. ``bot.engine.check`` finds guards that
look ahead.
"""

from bot.engine.conversation import (
    ALWAYS,
    All,
    Answered,
    Any,
    Conversation,
    Guard,
    Is,
    Kind,
    Node,
    Not,
)
from bot.engine.state import OPENING, Mark, State


class Reading:
    """The answers of one state, read against one conversation; each node is looked at once."""

    def __init__(self, conversation: Conversation, state: State) -> None:
        self._conversation = conversation
        self._state = state
        self._active: dict[str, bool] = {}
        self._routes: dict[str, tuple[str, ...]] = {}

    def holds(self, guard: Guard) -> bool:
        """Tell whether the guard holds."""
        match guard:
            case Is(node, options):
                picks = self._state.picks.get(node, ())
                return any(pick in options for pick in picks) and self._counts(node)
            case Answered(node):
                return self._counts(node)
            case All(guards):
                return all(self.holds(each) for each in guards)
            case Any(guards):
                return any(self.holds(each) for each in guards)
            case Not(inner):
                return not self.holds(inner)

    def active(self, node_id: str) -> bool:
        """Tell whether the question belongs to what is being asked; false for an unknown one."""
        known = self._active.get(node_id)
        if known is None:
            self._active[node_id] = False
            known = self._active[node_id] = self._is_active(node_id)
        return known

    def offered(self, section: str) -> bool:
        """Tell whether the section stands in the menu and its own guard holds."""
        known = self._conversation.sections.get(section)
        listed = any(item.section == section for item in self._conversation.menu)
        return known is not None and listed and self.holds(known.when)

    def route(self, scope: str) -> tuple[str, ...]:
        """Return the active nodes of the opening or of a section, in the order in which they are asked."""
        if scope not in self._routes:
            self._routes[scope] = self._route(scope)
        return self._routes[scope]

    def open(self, scope: str) -> tuple[str, ...]:
        """Return the nodes of the route that have no mark yet."""
        return tuple(node for node in self.route(scope) if node not in self._state.marks)

    def answered(self) -> tuple[str, ...]:
        """Return every active answered question, in the order of the conversation."""
        return tuple(node for node in self._conversation.nodes if self._counts(node))

    def required(self, node: Node) -> bool:
        """Tell whether the question cannot be passed."""
        return self.holds(node.required)

    def _route(self, scope: str) -> tuple[str, ...]:
        nodes = self._conversation.nodes
        if scope == OPENING:
            listed = [node for step in self._conversation.opening if self.holds(step.when) for node in step.ask]
            listed = list(dict.fromkeys(listed))
        else:
            listed = list(self._conversation.sections[scope].nodes) if self.offered(scope) else []
        return tuple(node for node in listed if node in nodes and self.holds(nodes[node].when))

    def _counts(self, node_id: str) -> bool:
        return self._state.marks.get(node_id) is Mark.ANSWERED and self.active(node_id)

    def _is_active(self, node_id: str) -> bool:
        node = self._conversation.nodes.get(node_id)
        if node is None or not self.holds(node.when):
            return False
        # What was written anywhere is part of the case, whether or not an author gave it a place in a section.
        if node_id == self._conversation.more:
            return True
        if any(node_id in step.ask and self.holds(step.when) for step in self._conversation.opening):
            return True
        section = self._conversation.sections.get(node.section)
        return section is not None and node_id in section.nodes and self.offered(section.id)


def holds(conversation: Conversation, state: State, guard: Guard) -> bool:
    """Tell whether the guard holds in this state."""
    return guard == ALWAYS or Reading(conversation, state).holds(guard)


def active(conversation: Conversation, state: State, node_id: str) -> bool:
    """Tell whether the node's own condition holds, and an opening step that lists it or its section asks it."""
    return Reading(conversation, state).active(node_id)


def open_nodes(conversation: Conversation, state: State, scope: str) -> tuple[str, ...]:
    """Return what is still to be asked in the opening or a section, things said in passing left out."""
    return tuple(
        node for node in Reading(conversation, state).open(scope) if conversation.nodes[node].kind is not Kind.SAY
    )
