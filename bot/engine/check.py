"""What is wrong with a conversation before anybody uses it: dead ends, guards that look ahead, no way out.

Pure, and about the table alone; what depends on type sizes, on the messenger or on vocabulary is for
``bot.authoring.check``. Every finding is an error: a defender would meet it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.conversation import ALWAYS, Conversation, Do, Guard, Kind, Node, Option, Screen
from bot.engine.effects import Keep, Submit
from bot.engine.events import Event, Pick, Skip
from bot.engine.logic import asked_when, nodes_of, possible
from bot.engine.moves import asks_to_keep
from bot.engine.screens import MADE_BY_THE_SHELL, PROVIDED_BY_AUTHORS
from bot.engine.state import END, MENU, State
from bot.engine.step import start, step

PAGE_AT_MOST = 8
"""Rows of buttons on a page that still stand together on a small phone."""

_WHOLE = "conversation"
_STATES_AT_MOST = 5_000
_LEAVES = frozenset({Do.STOP, Do.WIPE, Do.LEAVE})
_NAV_WITH_EXIT = frozenset({"full", "exit_menu", "exit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: its kind, the node, screen, section, step or rule it stands at, and what is wrong."""

    code: str
    place: str
    message: str


def findings(conversation: Conversation) -> tuple[Finding, ...]:
    """Return everything that is wrong; an empty answer means that the promises of the engine can be kept."""
    found = [
        *_names(conversation),
        *_looking_ahead(conversation),
        *_circles(conversation),
    ]
    if not found:
        # These walk the table, which needs names that exist and guards that end.
        found += [*_unreachable(conversation), *_before_consent(conversation)]
    for node in conversation.nodes.values():
        found += [*_ends(conversation, node), *_pages(node), *_consents(node)]
    found += _whole(conversation)
    return tuple(dict.fromkeys(found))


def _unknown(place: str, what: str) -> Finding:
    return Finding(code="unknown_name", place=place, message=what)


def _names(conversation: Conversation) -> Iterator[Finding]:
    for place, guard in _guards(conversation):
        for name in nodes_of(guard):
            if name not in conversation.nodes:
                yield _unknown(place, f"a guard names {name!r}, which is no question")
    for number, route_step in enumerate(conversation.opening, 1):
        for name in route_step.ask:
            if name not in conversation.nodes:
                yield _unknown(f"opening.{number}", f"asks {name!r}, which is no question")
    for item in conversation.menu:
        if item.section not in conversation.sections:
            yield _unknown(_WHOLE, f"the menu names {item.section!r}, which is no section")
    if conversation.more not in conversation.nodes:
        yield _unknown(_WHOLE, f"more names {conversation.more!r}, which is no question")
    for place, screen in _screens_named(conversation):
        if screen not in conversation.screens:
            yield _unknown(place, f"it shows {screen!r}, which is no screen")


def _screens_named(conversation: Conversation) -> Iterator[tuple[str, str]]:
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    for owner in owners:
        for option in owner.options:
            if option.show is not None and option.show not in MADE_BY_THE_SHELL:
                yield owner.id, option.show
        if isinstance(owner, Node) and owner.more_say is not None:
            yield owner.id, owner.more_say
    for section in conversation.sections.values():
        if section.intro is not None:
            yield f"section.{section.id}", section.intro
    for name in sorted(PROVIDED_BY_AUTHORS):
        yield _WHOLE, name


def _guards(conversation: Conversation) -> Iterator[tuple[str, Guard]]:
    """Yield every guard with its place."""
    for node in conversation.nodes.values():
        yield from ((node.id, guard) for guard in _guards_of(node))
    for screen in conversation.screens.values():
        yield from ((screen.id, option.when) for option in screen.options)
    for section in conversation.sections.values():
        yield f"section.{section.id}", section.when
    for number, route_step in enumerate(conversation.opening, 1):
        yield f"opening.{number}", route_step.when
    yield from ((f"section.{item.section}", item.first) for item in conversation.menu)
    yield from ((f"urgency.{rule.id}", rule.when) for rule in conversation.urgency)
    yield from ((_WHOLE, guard) for guard in conversation.flags.values())


def _guards_of(node: Node) -> Iterator[Guard]:
    yield from (node.when, node.required, node.self_when)
    yield from (option.when for option in node.options)


def _looking_ahead(conversation: Conversation) -> Iterator[Finding]:
    order = {name: place for place, name in enumerate(conversation.nodes)}

    def ahead(place: str, guard: Guard, until: int) -> Iterator[Finding]:
        for name in nodes_of(guard):
            if order.get(name, -1) >= until:
                message = f"a guard looks at {name}, which is asked later; it can only look back"
                yield Finding(code="looks_ahead", place=place, message=message)

    for node in conversation.nodes.values():
        for guard in _guards_of(node):
            yield from ahead(node.id, guard, order[node.id])
    asked: set[str] = set()
    for number, route_step in enumerate(conversation.opening, 1):
        for name in nodes_of(route_step.when):
            if name in conversation.nodes and name not in asked:
                message = f"its guard looks at {name}, which no step before it asks"
                yield Finding(code="looks_ahead", place=f"opening.{number}", message=message)
        asked.update(route_step.ask)
    for section in conversation.sections.values():
        own = [order[name] for name in section.nodes if name in order and name not in asked]
        yield from ahead(f"section.{section.id}", section.when, min(own, default=len(order)))


def _circles(conversation: Conversation) -> Iterator[Finding]:
    """Find nodes whose being asked depends on themselves, by taking away those that depend on nothing left."""
    rests_on = {
        name: {other for other in nodes_of(asked_when(conversation, name)) if other in conversation.nodes}
        for name in conversation.nodes
    }
    while free := {name for name, others in rests_on.items() if not others}:
        rests_on = {name: others - free for name, others in rests_on.items() if name not in free}
    for name in rests_on:
        message = "whether it is asked depends, by way of its guards, on its own answer"
        yield Finding(code="circle", place=name, message=message)


def _unreachable(conversation: Conversation) -> Iterator[Finding]:
    for node in conversation.nodes.values():
        if not possible(conversation, asked_when(conversation, node.id)):
            message = "no answers lead here: it is in no step, in no section of the menu, or its guards never hold"
            yield Finding(code="unreachable", place=node.id, message=message)
    for section in conversation.sections.values():
        if all(item.section != section.id for item in conversation.menu):
            yield Finding(code="unreachable", place=f"section.{section.id}", message="it is not in the menu")
    for rule in conversation.urgency:
        if not possible(conversation, rule.when):
            yield Finding(code="unreachable", place=f"urgency.{rule.id}", message="no answers make this rule hold")


def _before_consent(conversation: Conversation) -> Iterator[Finding]:
    """Walk every way there is before consent: it must be asked before anything that would have to be kept."""
    first, _ = start(conversation)
    seen, waiting = {first.to_json()}, [first]
    while waiting and len(seen) < _STATES_AT_MOST:
        state = waiting.pop()
        if state.at == MENU:
            yield Finding(code="no_consent", place=_WHOLE, message="the menu can be reached without consent")
            continue
        node = conversation.nodes[state.at]
        if node.kind is not Kind.ONE or node.words:
            message = "consent is asked after this question, which would have to be kept"
            yield Finding(code="consent_late", place=node.id, message=message)
            continue
        taps: list[Event] = [Pick(option.id) for option in node.options]
        for event in (*taps, Skip()):
            there, effects = step(conversation, state, event)
            if any(isinstance(effect, Keep | Submit) for effect in effects) or there.kept or there.at == END:
                continue
            if _key(there) not in seen:
                seen.add(_key(there))
                waiting.append(there)


def _key(state: State) -> str:
    """Return what tells two states apart, apart from how many screens were shown on the way."""
    return f"{state.at} {sorted(state.picks.items())} {sorted(state.marks.items())}"


def _choices(node: Node) -> list[Option]:
    return [each for each in node.options if each.act is None and (each.show is None or each.do is not None)]


def _ends(conversation: Conversation, node: Node) -> Iterator[Finding]:
    if node.kind is Kind.SAY:
        return
    words = node.words or node.kind is Kind.WORDS
    choices = _choices(node)
    if not words and not choices:
        yield Finding(code="dead_end", place=node.id, message="it has neither options nor words, so nobody can answer")
    elif not words and node.required == ALWAYS and all(option.when != ALWAYS for option in choices):
        message = "it must be answered, but each of its options is offered only sometimes"
        yield Finding(code="dead_end", place=node.id, message=message)
    leaves = any(option.act == "exit" or option.do in _LEAVES for option in node.options)
    first = conversation.opening[0].ask[:1] if conversation.opening else ()
    if node.nav not in _NAV_WITH_EXIT and not leaves and node.id not in first:
        yield Finding(
            code="no_way_out", place=node.id, message="there is no Exit: give it a nav, or an option that ends"
        )
    if node.kind is Kind.MANY:
        for option in choices:
            if option.do is not None:
                message = f"option {option.id} does {option.do.value}, but ticks only answer"
                yield Finding(code="do_in_many", place=node.id, message=message)


def _pages(node: Node) -> Iterator[Finding]:
    groups = list(dict.fromkeys(option.group for option in node.options if option.group is not None))
    for group in groups or [""]:
        rows = [row for row in node.rows if not group or any(node.options[i].group in {group, None} for i in row)]
        if len(rows) > PAGE_AT_MOST:
            where = f"page {group}" if group else "it"
            message = f"{where} has {len(rows)} rows of options; at most {PAGE_AT_MOST} stand together"
            yield Finding(code="long_page", place=node.id, message=message)
    laid_out = sorted(index for row in node.rows for index in row)
    if laid_out != list(range(len(node.options))):
        yield Finding(code="layout", place=node.id, message="each option must stand in exactly one row")


def _consents(node: Node) -> Iterator[Finding]:
    def fault(message: str) -> Finding:
        return Finding(code="consent", place=node.id, message=message)

    if not asks_to_keep(node):
        return
    if node.kind is not Kind.ONE or node.words:
        yield fault("consent is one tap: no ticks, no words")
    if node.required != ALWAYS:
        yield fault("consent cannot be skipped: required: yes")
    if node.version is None or node.silence_minutes is None:
        yield fault("consent needs a version and silence_minutes, as its text says")
    if not node.critical:
        yield fault("consent is never shown untranslated: critical: yes")
    if all(option.do is not Do.STOP for option in node.options):
        yield fault("consent needs an option that says no: do: stop")
    for option in node.options:
        if option.do is Do.KEEP and option.silence is None:
            yield fault(f"option {option.id} must say what happens on silence: send or delete")


def _whole(conversation: Conversation) -> Iterator[Finding]:
    opening = {name for route_step in conversation.opening for name in route_step.ask}
    known = [conversation.nodes[name] for name in opening if name in conversation.nodes]
    if all(option.do is not Do.SEND for node in known for option in node.options):
        yield Finding(code="no_send", place=_WHOLE, message="no option of the opening sends")
    more = conversation.nodes.get(conversation.more)
    if more is not None and more.kind is not Kind.WORDS:
        yield Finding(code="more", place=more.id, message="what takes words written elsewhere must be of kind words")
    english = conversation.texts["en"]
    for node in conversation.nodes.values():
        keys = [node.say, *([node.say_self] if node.say_self else []), *(option.label for option in node.options)]
        for key in keys:
            if not english.get(key, "").strip():
                yield Finding(code="no_text", place=node.id, message=f"the text {key} is missing")
    for name in sorted(PROVIDED_BY_AUTHORS & conversation.screens.keys()):
        if not english.get(conversation.screens[name].say, "").strip():
            yield Finding(code="no_text", place=name, message="the engine shows it, so it must say something")
