"""How a state changes: arriving at a question, answering it, walking to the next, submitting, ending.

Small total functions from a state to a state and its effects, put together by ``bot.engine.step``; which event leads
to which of them is decided there. No typed text enters a state.
"""

from dataclasses import replace

from bot.engine.conversation import Conversation, Do, Kind, Node, Option
from bot.engine.effects import Clear, Effect, Keep, Show, Submit, Wipe
from bot.engine.guards import Reading
from bot.engine.screens import ADDED, ADDED_ELSEWHERE, CLOSED
from bot.engine.state import END, MENU, Mark, State

Turn = tuple[State, tuple[Effect, ...]]


def prompt(conversation: Conversation, state: State) -> tuple[Effect, ...]:
    """Return what shows where the state stands, for asking again."""
    if state.at == END or (state.at != MENU and state.at not in conversation.nodes):
        return (Show(CLOSED),)
    return (Show(state.at),)


def arrive(conversation: Conversation, state: State, at: str) -> Turn:
    """Show another question, or the menu; ticks of an earlier answer are ticked again."""
    node = conversation.nodes.get(at)
    pending = state.picks.get(at, ()) if node is not None and node.kind is Kind.MANY else ()
    return replace(state, at=at, rev=state.rev + 1, pending=pending), (Show(at),)


def walk(conversation: Conversation, state: State) -> Turn:
    """Go to the first open question of the scope, saying what is said in passing; at the end of the scope, the menu."""
    said: list[Effect] = []
    marks = dict(state.marks)
    for node_id in Reading(conversation, state).open(state.scope):
        if conversation.nodes[node_id].kind is not Kind.SAY:
            there, shown = arrive(conversation, replace(state, marks=marks), node_id)
            return there, (*said, *shown)
        marks[node_id] = Mark.SHOWN
        said.append(Show(node_id))
    at_end, effects = to_menu(conversation, replace(state, marks=marks), submit_now=state.sent)
    return at_end, (*said, *effects)


def to_menu(conversation: Conversation, state: State, *, submit_now: bool) -> Turn:
    """Show the menu; first submit what is fresh, when that is wanted."""
    submitted, effects = submit(conversation, state) if submit_now else (state, ())
    if effects and state.sent:
        effects = (*effects, Show(ADDED))
    there, shown = arrive(conversation, submitted, MENU)
    return there, (*effects, *shown)


def submit(conversation: Conversation, state: State) -> Turn:
    """Submit every active answer, if something changed since the last time and anything may be kept at all."""
    if not (state.kept and state.fresh):
        return state, ()
    nodes = Reading(conversation, state).answered()
    return replace(state, sent=True, fresh=False), (Submit(nodes=nodes, first=not state.sent),)


def answer(conversation: Conversation, state: State, node: Node, picks: tuple[str, ...]) -> Turn:
    """Answer with options alone; the same answer once more changes nothing."""
    same = state.marks.get(node.id) is Mark.ANSWERED and bool(picks) and state.picks.get(node.id, ()) == picks
    answered = replace(
        state,
        marks={**state.marks, node.id: Mark.ANSWERED},
        picks={**state.picks, node.id: picks},
        pending=(),
    )
    if same or not state.kept:
        return answered, ()
    part = _part_for_new_answer(conversation, state, node)
    tail = None if state.tail == node.id and part == 0 else state.tail
    parts = state.parts if tail is not None else 0
    return replace(answered, fresh=True, tail=tail, parts=parts), (Keep(node.id, part, picks),)


def add_words(conversation: Conversation, state: State, node: Node, text: str) -> Turn:
    """Keep words for the node, with the ticks made so far; stays where it is."""
    going_on = node.several and state.tail == node.id and state.parts > 0
    part = state.parts if going_on else _part_for_new_answer(conversation, state, node)
    picks = state.pending if node.kind is Kind.MANY and state.at == node.id else ()
    if part > 0:
        picks = state.picks.get(node.id, ())
    kept = replace(
        state,
        marks={**state.marks, node.id: Mark.ANSWERED},
        picks={**state.picks, node.id: picks},
        pending=() if state.at == node.id else state.pending,
        fresh=True,
        tail=node.id,
        parts=part + 1,
    )
    return kept, (Keep(node.id, part, picks if part == 0 else (), text),)


def add_further(state: State, text: str) -> Turn:
    """Keep a further part of the last words; nothing moves."""
    assert state.tail is not None
    kept = replace(state, fresh=True, parts=state.parts + 1)
    return kept, (Keep(state.tail, state.parts, (), text),)


def add_elsewhere(conversation: Conversation, state: State, text: str) -> Turn:
    """Keep words that answer nothing under the node for such words; at the menu of a sent case send them at once."""
    kept, effects = add_words(conversation, state, conversation.nodes[conversation.more], text)
    if state.at == MENU and state.sent:
        submitted, sending = submit(conversation, kept)
        return submitted, (*effects, *sending, Show(ADDED), *prompt(conversation, state))
    return kept, (*effects, Show(ADDED_ELSEWHERE), *prompt(conversation, state))


def carry_out(conversation: Conversation, state: State, node: Node, option: Option) -> Turn:
    """Answer with one option and do what it says, then walk on unless it ended or paused the conversation."""
    shown: tuple[Effect, ...] = (Show(option.show),) if option.show is not None else ()
    match option.do:
        case Do.KEEP:
            return _consent(conversation, state, node, option)
        case Do.STOP:
            return _stop(conversation, state, node, option)
        case Do.WIPE:
            ended, effects = wipe(state)
            return ended, (*effects, Clear(), *shown, Show(CLOSED))
        case _:
            pass
    answered, effects = answer(conversation, state, node, (option.id,))
    if option.locale is not None and option.locale in conversation.texts:
        answered = replace(answered, locale=option.locale)
    if option.do is Do.SEND:
        there, sending = to_menu(conversation, answered, submit_now=True)
    elif option.do is Do.LEAVE:
        submitted, sending = submit(conversation, answered)
        there, sending = end(submitted), (*sending, *shown, Clear(), Show(CLOSED))
        shown = ()
    else:
        there, sending = walk(conversation, answered)
    return there, (*effects, *shown, *sending)


def end(state: State) -> State:
    """Return the state at the end."""
    return replace(state, at=END, rev=state.rev + 1, pending=())


def wipe(state: State) -> Turn:
    """End with nothing left."""
    return State(rev=state.rev + 1, locale=state.locale, at=END), (Wipe(),)


def close(state: State) -> Turn:
    """Clear the chat; what is kept stays as it is, and the silence choice decides about it."""
    return state, (Clear(), Show(CLOSED))


def asks_to_keep(node: Node) -> bool:
    """Tell whether one of the node's options is the consent from which on answers are kept."""
    return any(option.do is Do.KEEP for option in node.options)


def sends_on_silence(conversation: Conversation, state: State) -> bool:
    """Tell what the person chose for silence; where two consents were answered, the active one counts."""
    reading = Reading(conversation, state)
    chosen = [
        (reading.active(node.id), option.silence is True)
        for node in conversation.nodes.values()
        if state.marks.get(node.id) is Mark.ANSWERED
        for option in node.options
        if option.do is Do.KEEP and option.id in state.picks.get(node.id, ())
    ]
    return max(chosen, default=(False, False))[1]


def _part_for_new_answer(conversation: Conversation, state: State, node: Node) -> int:
    """Return 0, which replaces the earlier answer; for words written elsewhere never, since all of them stay."""
    if node.id != conversation.more or state.marks.get(node.id) is not Mark.ANSWERED:
        return 0
    return state.parts if state.tail == node.id and state.parts > 0 else 1


def _consent(conversation: Conversation, state: State, node: Node, option: Option) -> Turn:
    before = (
        ()
        if state.kept
        else tuple(
            Keep(earlier.id, 0, state.picks.get(earlier.id, ()))
            for earlier in conversation.nodes.values()
            if state.marks.get(earlier.id) is Mark.ANSWERED and earlier.id != node.id
        )
    )
    kept, effects = answer(conversation, replace(state, kept=True), node, (option.id,))
    shown: tuple[Effect, ...] = (Show(option.show),) if option.show is not None else ()
    there, onward = walk(conversation, kept)
    return there, (*before, *effects, *shown, *onward)


def _stop(conversation: Conversation, state: State, node: Node, option: Option) -> Turn:
    if state.kept and not asks_to_keep(node):
        # Its screen says that nothing was kept, which is no longer true: close instead, as Exit does.
        return close(state)
    shown = (Show(option.show if option.show is not None else CLOSED),)
    if state.kept:
        ended, effects = wipe(state)
        return ended, (*effects, *shown)
    answered, _ = answer(conversation, state, node, (option.id,))
    return end(answered), shown
