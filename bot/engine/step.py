"""The only place where a conversation moves: ``step(conversation, state, event) -> (state, effects)``.

Rules kept here: total (any event in any state has an answer, and no typed text can raise), deterministic, nothing is
kept before consent, nothing typed after it is lost, no typed text enters the state. ``docs/conversation.md`` has the
table of transitions that this module follows, row by row.
"""

from dataclasses import replace

from bot.engine import moves
from bot.engine.conversation import Conversation, Do, Kind, Node, Option
from bot.engine.effects import Clear, Drop, Effect, Show
from bot.engine.events import (
    Back,
    Begin,
    Delete,
    Done,
    Event,
    Exit,
    Expire,
    Forget,
    Locale,
    Open,
    Pick,
    Revisit,
    Send,
    Set,
    Skip,
    Unreadable,
    View,
    Words,
)
from bot.engine.guards import Reading
from bot.engine.moves import Turn
from bot.engine.screens import ANSWERED, CLOSED, EMPTY, LATER, MADE_BY_THE_SHELL, NOT_READ, NOTHING_NEW, RESUME
from bot.engine.state import END, MENU, OPENING, Mark, State


def start(conversation: Conversation, locale: str = "en") -> Turn:
    """Begin a conversation: the first question of the opening."""
    return moves.walk(conversation, State(rev=0, locale=locale, at=MENU))


def prompt(conversation: Conversation, state: State) -> tuple[Effect, ...]:
    """Return the Shows of where the state stands, for asking again."""
    return moves.prompt(conversation, state)


def step(conversation: Conversation, state: State, event: Event) -> Turn:  # noqa: C901, PLR0911, PLR0912  one table
    """Return what comes of an event: the next state, and what the shell has to do, in order."""
    match event:
        case Begin():
            return state, (Show(RESUME),) if state.kept and state.at != END else prompt(conversation, state)
        case Pick(option):
            return _pick(conversation, state, option)
        case Set(option, on):
            return _set(conversation, state, option, on=on)
        case Done():
            return _done(conversation, state)
        case Words(text, more):
            return _words(conversation, state, text, more=more)
        case Skip():
            return _skip(conversation, state)
        case Back():
            return _back(conversation, state)
        case Revisit(node):
            return _revisit(conversation, state, node)
        case Forget(node):
            return _forget(conversation, state, node)
        case Open(section):
            return _open(conversation, state, section)
        case Send():
            return _send(conversation, state)
        case Locale(locale):
            known = locale in conversation.texts
            return replace(state, locale=locale) if known else state, prompt(conversation, state)
        case View(screen, page):
            return _view(conversation, state, screen, page)
        case Exit():
            return moves.close(state)
        case Expire():
            return _expire(conversation, state)
        case Delete():
            ended, effects = moves.wipe(state)
            return ended, (*effects, Clear(), Show(CLOSED))
        case Unreadable(screen):
            return _ask_again(conversation, state, screen if screen in conversation.screens else NOT_READ)


def _ask_again(conversation: Conversation, state: State, notice: str = NOT_READ) -> Turn:
    return state, (Show(notice), *prompt(conversation, state))


def _question(conversation: Conversation, state: State) -> Node | None:
    """Return the question at hand, or ``None`` at the menu and at the end."""
    return conversation.nodes.get(state.at) if state.at not in {MENU, END} else None


def _option(conversation: Conversation, state: State, node: Node | None, option_id: str) -> Option | None:
    """Return an option that is offered here and reaches the engine, or ``None``."""
    for option in node.options if node is not None else ():
        if option.id == option_id:
            offered = option.act is None and Reading(conversation, state).holds(option.when)
            return option if offered else None
    return None


def _pick(conversation: Conversation, state: State, option_id: str) -> Turn:
    node = _question(conversation, state)
    option = _option(conversation, state, node, option_id)
    if node is None or option is None:
        return _ask_again(conversation, state)
    if option.do is Do.PAUSE:
        return state, (Show(option.show or LATER),)
    if option.do is None and option.show is not None:
        return state, (Show(option.show),)
    if node.kind is Kind.MANY:
        return _set(conversation, state, option_id, on=True)
    return moves.carry_out(conversation, state, node, option)


def _set(conversation: Conversation, state: State, option_id: str, *, on: bool) -> Turn:
    node = _question(conversation, state)
    option = _option(conversation, state, node, option_id)
    if node is None or option is None or node.kind is not Kind.MANY:
        return _ask_again(conversation, state)
    ticked = set(state.pending) - {option_id}
    if on:
        alone = {other.id for other in node.options if other.alone}
        ticked = {option_id} if option.alone else (ticked - alone) | {option_id}
    pending = tuple(other.id for other in node.options if other.id in ticked)
    return replace(state, pending=pending), (Show(node.id, option.group or ""),)


def _done(conversation: Conversation, state: State) -> Turn:
    node = _question(conversation, state)
    if node is None or not (node.kind is Kind.MANY or node.several):
        return _ask_again(conversation, state)
    if node.kind is not Kind.MANY or not state.pending:
        return _skip(conversation, state)
    answered, effects = moves.answer(conversation, state, node, state.pending)
    there, onward = moves.walk(conversation, answered)
    return there, (*effects, *onward)


def _words(conversation: Conversation, state: State, text: str, *, more: bool) -> Turn:
    if not state.kept or state.at == END:
        return state, prompt(conversation, state)
    if not text.strip():
        return _ask_again(conversation, state, EMPTY)
    if more and state.tail is not None and Reading(conversation, state).active(state.tail):
        kept, effects = moves.add_further(state, text)
        if state.at == MENU and state.sent:
            submitted, sending = moves.submit(conversation, kept)
            return submitted, (*effects, *sending)
        return kept, effects
    node = _question(conversation, state)
    if node is None or not (node.words or node.kind is Kind.WORDS):
        return moves.add_elsewhere(conversation, state, text)
    kept, effects = moves.add_words(conversation, state, node, text)
    if node.several:
        return kept, (*effects, Show(node.more_say if node.more_say is not None else node.id))
    there, onward = moves.walk(conversation, kept)
    return there, (*effects, *onward)


def _skip(conversation: Conversation, state: State) -> Turn:
    node = _question(conversation, state)
    if node is None:
        return _ask_again(conversation, state)
    if state.marks.get(node.id) is Mark.ANSWERED:
        return moves.walk(conversation, replace(state, pending=()))
    if Reading(conversation, state).required(node):
        return state, prompt(conversation, state)
    return moves.walk(conversation, replace(state, marks={**state.marks, node.id: Mark.SKIPPED}, pending=()))


def _back(conversation: Conversation, state: State) -> Turn:
    node = _question(conversation, state)
    if node is None:
        return state, prompt(conversation, state)
    route = Reading(conversation, state).route(state.scope)
    # A question that is no longer asked still has its place among the others.
    before = route[: route.index(node.id)] if node.id in route else _asked_before(conversation, node, route)
    earlier = [each for each in before if state.marks.get(each) in {Mark.ANSWERED, Mark.SKIPPED}]
    if earlier:
        return _return_to(conversation, state, earlier[-1])
    if state.scope == OPENING:
        return state, prompt(conversation, state)
    return moves.to_menu(conversation, state, submit_now=False)


def _asked_before(conversation: Conversation, node: Node, route: tuple[str, ...]) -> tuple[str, ...]:
    order = {each: place for place, each in enumerate(conversation.nodes)}
    return tuple(each for each in route if order[each] < order[node.id])


def _return_to(conversation: Conversation, state: State, node_id: str) -> Turn:
    there, effects = moves.arrive(conversation, state, node_id)
    node = conversation.nodes[node_id]
    if node.several and state.marks.get(node_id) is Mark.ANSWERED and state.tail != node_id:
        # Further words go on with the story; only Revisit replaces it.
        there = replace(there, tail=node_id, parts=1)
    return there, effects


def _revisit(conversation: Conversation, state: State, node_id: str) -> Turn:
    node = conversation.nodes.get(node_id)
    reading = Reading(conversation, state)
    if state.at == END or node is None or node_id not in reading.answered():
        return _ask_again(conversation, state)
    if not state.sent and node_id in reading.route(OPENING):
        scope = OPENING
    elif node.section != OPENING and node_id in reading.route(node.section):
        scope = node.section
    else:
        return _ask_again(conversation, state)
    if state.tail == node_id:
        # The next words are a new answer, not a further part of the old one.
        state = replace(state, tail=None, parts=0)
    return moves.arrive(conversation, replace(state, scope=scope), node_id)


def _forget(conversation: Conversation, state: State, node_id: str) -> Turn:
    node = conversation.nodes.get(node_id)
    answered = state.marks.get(node_id) is Mark.ANSWERED
    if state.at == END or not state.kept or node is None or not answered or moves.asks_to_keep(node):
        return _ask_again(conversation, state)
    tail = None if state.tail == node_id else state.tail
    left = replace(
        state,
        marks={each: mark for each, mark in state.marks.items() if each != node_id},
        picks={each: picks for each, picks in state.picks.items() if each != node_id},
        pending=() if state.at == node_id else state.pending,
        fresh=True,
        tail=tail,
        parts=state.parts if tail is not None else 0,
    )
    asked_before = state.at in Reading(conversation, state).route(state.scope)
    if asked_before and state.at not in Reading(conversation, left).route(left.scope):
        there, effects = moves.walk(conversation, left)
    elif state.at == MENU:
        there, effects = moves.to_menu(conversation, left, submit_now=left.sent)
    else:
        there, effects = left, prompt(conversation, left)
    return there, (Drop(node_id), *effects)


def _open(conversation: Conversation, state: State, section: str) -> Turn:
    reading = Reading(conversation, state)
    if state.at != MENU or not reading.offered(section):
        return _ask_again(conversation, state)
    if not any(conversation.nodes[node].kind is not Kind.SAY for node in reading.open(section)):
        return state, (Show(ANSWERED, section),)
    intro = conversation.sections[section].intro
    begun = any(node in state.marks for node in reading.route(section))
    there, effects = moves.walk(conversation, replace(state, scope=section))
    return there, (Show(intro), *effects) if intro is not None and not begun else effects


def _send(conversation: Conversation, state: State) -> Turn:
    if state.at == END:
        return state, prompt(conversation, state)
    if not (state.kept and state.fresh):
        return _ask_again(conversation, state, NOTHING_NEW)
    return moves.to_menu(conversation, state, submit_now=True)


def _view(conversation: Conversation, state: State, screen: str, page: str) -> Turn:
    node = _question(conversation, state)
    if node is not None and screen == node.id:
        pages = {option.group for option in node.options if option.group is not None}
        return state, (Show(screen, page if page in pages else ""),)
    if screen in conversation.screens or screen in MADE_BY_THE_SHELL:
        return state, (Show(screen, page),)
    return _ask_again(conversation, state)


def _expire(conversation: Conversation, state: State) -> Turn:
    if not state.kept:
        return moves.end(state), ()
    if moves.sends_on_silence(conversation, state):
        submitted, effects = moves.submit(conversation, state)
        return moves.end(submitted), effects
    return moves.wipe(state)
