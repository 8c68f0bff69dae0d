"""What guards say about each other, without any state: which nodes they name, and whether they can hold at all.

``possible`` looks for answers under which a guard holds. It knows that one question has one answer, that an answer
counts only while its question is asked, and that an option is chosen only while it is offered.
"""

from collections.abc import Iterator, Mapping

from bot.engine.conversation import All, Answered, Any, Conversation, Guard, Is, Kind, Not

_ANY_ANSWER = ""
_TRIES = 20_000
"""Beyond this many steps a guard is taken to be possible: a finding must never be wrong."""

Goal = tuple[Guard, bool]
Facts = Mapping[tuple[str, str], bool]


def nodes_of(guard: Guard) -> Iterator[str]:
    """Yield every node that the guard names, in the order in which it names them."""
    match guard:
        case Is(node) | Answered(node):
            yield node
        case All(guards) | Any(guards):
            for each in guards:
                yield from nodes_of(each)
        case Not(inner):
            yield from nodes_of(inner)


def asked_when(conversation: Conversation, node_id: str) -> Guard:
    """Return the guard under which a node is active."""
    node = conversation.nodes[node_id]
    if node_id == conversation.more:
        return node.when
    places = [step.when for step in conversation.opening if node_id in step.ask]
    section = conversation.sections.get(node.section)
    if section is not None and any(item.section == section.id for item in conversation.menu):
        places.append(section.when)
    return All((node.when, Any(tuple(places))))


def possible(conversation: Conversation, guard: Guard) -> bool:
    """Tell whether there are answers under which the guard holds; guards must not go in a circle."""
    return _Search(conversation).solve(((guard, True),), {})


class _Search:
    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._tries = 0

    def solve(self, goals: tuple[Goal, ...], facts: Facts) -> bool:
        """Tell whether all goals can be met at once beside the facts."""
        self._tries += 1
        if not goals or self._tries > _TRIES:
            return True
        (guard, wanted), rest = goals[0], goals[1:]
        match guard:
            case Not(inner):
                return self.solve(((inner, not wanted), *rest), facts)
            case All(guards) | Any(guards) if isinstance(guard, All) is wanted:
                return self.solve((*((each, wanted) for each in guards), *rest), facts)
            case All(guards) | Any(guards):
                return any(self.solve(((each, wanted), *rest), facts) for each in guards)
            case Is(node, options) if wanted:
                return any(self._chosen(node, option, rest, facts) for option in sorted(options))
            case Answered(node) if wanted:
                return self._chosen(node, _ANY_ANSWER, rest, facts)
            case Is(node, options):
                return self._not_chosen(node, sorted(options), rest, facts)
            case Answered(node):
                return self._not_chosen(node, [_ANY_ANSWER], rest, facts)

    def _chosen(self, node_id: str, option_id: str, rest: tuple[Goal, ...], facts: Facts) -> bool:
        node = self._conversation.nodes[node_id]
        news = {(node_id, option_id): True, (node_id, _ANY_ANSWER): True}
        if node.kind is not Kind.MANY and option_id != _ANY_ANSWER:
            news |= {(node_id, other.id): False for other in node.options if other.id != option_id}
        if any(facts.get(fact, value) is not value for fact, value in news.items()):
            return False
        offered = [option.when for option in node.options if option.id == option_id]
        goals = (*rest, *((guard, True) for guard in offered), (asked_when(self._conversation, node_id), True))
        return self.solve(goals, {**facts, **news})

    def _not_chosen(self, node_id: str, options: list[str], rest: tuple[Goal, ...], facts: Facts) -> bool:
        news = {(node_id, option): False for option in options}
        free = not any(facts.get(fact, False) for fact in news)
        if free and self.solve(rest, {**facts, **news}):
            return True
        return self.solve((*rest, (asked_when(self._conversation, node_id), False)), facts)
