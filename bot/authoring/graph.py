"""Draws a conversation from its table, as Markdown with one Mermaid diagram for the opening and one for each topic.

Pure. The committed picture is ``docs/conversation-graph.md``; a test fails when it is not what the table says.
"""

from collections.abc import Iterator, Sequence

from bot.engine.conversation import ALWAYS, NEVER, All, Answered, Any, Conversation, Do, Guard, Is, Kind, Node, Not

_SHAPES = {Kind.SAY: ("[/", "/]"), Kind.ONE: ("[", "]"), Kind.MANY: ("[[", "]]"), Kind.WORDS: ("([", "])")}
_ENDS = {
    Do.SEND: "menu",
    Do.STOP: "stopped",
    Do.WIPE: "erased",
    Do.LEAVE: "sent and closed",
}


def mermaid(conversation: Conversation) -> str:
    """Return the picture of a conversation as a Markdown page."""
    lines = [
        f"# The conversation {conversation.id}, version {conversation.version}",
        "",
        "Made from the table by `panoh graph --out docs/conversation-graph.md`; not written by hand.",
        "",
        "A box is one choice, a double box several, a rounded one words, a slanted one something said in passing.",
        "The title of a frame, and words on a dotted arrow, are the condition under which questions are asked.",
        "Every question can also be left by Exit, Menu, Back and, where it is not required, Skip.",
        "",
        "## The opening",
        "",
        *_block(_opening(conversation)),
    ]
    for item in dict.fromkeys(item.section for item in conversation.menu):
        section = conversation.sections[item]
        title = conversation.texts["en"][section.title]
        lines += ["", f"## {title} (`{section.id}`)", ""]
        if section.when != ALWAYS:
            lines += [f"Offered when {guard_text(section.when)}.", ""]
        lines += _block(_chain(conversation, section.nodes, end="menu"))
    lines += ["", "## Urgency", "", "| Rule | Level | When |", "|---|---|---|"]
    for rule in conversation.urgency:
        level = rule.level.value if rule.level is not None else f"up by {rule.lift}"
        lines.append(f"| {rule.id} | {level} | {guard_text(rule.when)} |")
    return "\n".join(lines) + "\n"


def guard_text(guard: Guard) -> str:
    """Return a guard in words, short enough for an arrow."""
    match guard:
        case _ if guard == ALWAYS:
            return "always"
        case _ if guard == NEVER:
            return "never"
        case Is(node, options):
            return f"{_short(node)}: {' or '.join(sorted(options))}"
        case Answered(node):
            return f"{_short(node)} answered"
        case All(guards):
            return _joined(guards, " and ")
        case Any(guards):
            return _joined(guards, " or ")
        case Not(inner):
            return f"not ({guard_text(inner)})"


def _joined(guards: Sequence[Guard], word: str) -> str:
    return word.join(f"({guard_text(each)})" if _is_list(each) else guard_text(each) for each in guards)


def _is_list(guard: Guard) -> bool:
    return isinstance(guard, All | Any) and len(guard.guards) > 1


def _short(node: str) -> str:
    """Return the part of a name by which people call the question: E1 of E1_consent_urgent."""
    return node.split("_", 1)[0]


def _block(lines: Iterator[str]) -> list[str]:
    return ["```mermaid", "flowchart TD", *(f"  {line}" for line in lines), "```"]


def _opening(conversation: Conversation) -> Iterator[str]:
    yield 'start(["start"])'
    before = "start"
    for number, step in enumerate(conversation.opening, 1):
        yield f'subgraph s{number}["{number}. {_plain(guard_text(step.when))}"]'
        inside: list[str] = []
        for place, name in enumerate(step.ask):
            node = conversation.nodes[name]
            at = f"s{number}_{place}"
            yield f"  {_box(at, node)}"
            inside += [_arrow(before, at, node.when), *_outcomes(node, at)]
            before = at
        yield "end"
        yield from inside
    yield f'{before} --> menu(["menu of topics"])'


def _chain(conversation: Conversation, names: Sequence[str], end: str) -> Iterator[str]:
    before = "menu"
    yield 'menu(["menu of topics"])'
    for place, name in enumerate(names):
        node = conversation.nodes[name]
        at = f"n{place}"
        yield _box(at, node)
        yield _arrow(before, at, node.when)
        yield from _outcomes(node, at)
        before = at
    yield f"{before} --> {end}"


def _box(at: str, node: Node) -> str:
    opening, closing = _SHAPES[node.kind]
    return f'{at}{opening}"{node.id}"{closing}'


def _arrow(before: str, at: str, condition: Guard) -> str:
    if condition == ALWAYS:
        return f"{before} --> {at}"
    return f'{before} -. "{_plain(guard_text(condition))}" .-> {at}'


def _plain(text: str) -> str:
    return text.replace('"', "'")


def _outcomes(node: Node, at: str) -> Iterator[str]:
    for option in node.options:
        if option.do in _ENDS:
            yield f'{at} -- "{option.id}" --> {at}_{option.do.value}(["{_ENDS[option.do]}"])'
