"""Permissions: which are given, which a manifest grants, and what is left of what staff were told of.

Pure: nothing is sealed or stored here. Rules: a permission counts while its question is still asked, so whatever hung
on one goes with it; neither the code nor a later manifest grants again what staff were told is taken back.

Before: ``bot.intake.acts``, ``bot.intake.perform``. After: the store, through both of them.
"""

from dataclasses import replace

from bot.engine.conversation import AuthorKind, Conversation, Node
from bot.engine.guards import Reading
from bot.engine.moves import Turn, answer, to_menu
from bot.engine.state import State
from bot.intake.buttons import gives_consent
from bot.intake.draft import Secrets, Told

_GRANTING = frozenset({"allow", "yes", "with_name", "without_name"})
"""Option ids of permissions that allow something."""
_REFUSING = frozenset({"not_allow", "no"})
"""Option ids of permissions that refuse."""


def given(conversation: Conversation, state: State) -> dict[str, str]:
    """Return the permissions that were answered with a yes: the act that takes each back, and its node."""
    return {
        f"wd_{node.split('_', 1)[0].lower()}": node
        for node in state.picks
        if _is_permission(conversation, node) and _grants(state, node)
    }


def counting(conversation: Conversation, state: State) -> tuple[str, ...]:
    """Return the permissions that count now: what a manifest of this state grants."""
    answered = Reading(conversation, state).answered()
    return tuple(node for node in answered if _is_permission(conversation, node) and _grants(state, node))


def refusal_of(node: Node) -> str | None:
    """Return the option that says no, if the question has one."""
    return next((option.id for option in node.options if option.id in _REFUSING), None)


def lost(conversation: Conversation, granted: tuple[str, ...], before: State, after: State) -> tuple[str, ...]:
    """Return which of the granted permissions count no more, once one of them was answered otherwise."""
    if not any(_grants(before, node) and not _grants(after, node) for node in granted):
        return ()
    still = counting(conversation, after)
    return tuple(node for node in granted if node not in still)


def refused(conversation: Conversation, state: State, node: Node, refusal: str) -> Turn:
    """Answer No to a permission, where nothing else of what was begun is to be finished or sent.

    What hung on it is forgotten: given again, it is asked again.
    """
    without, effects = answer(conversation, state, node, (refusal,))
    # The refusal goes by itself, so nothing is fresh that was not before.
    without = replace(without, fresh=state.fresh, pending=state.pending)
    hung = set(counting(conversation, state)) - set(counting(conversation, without)) - {node.id}
    after = _unanswered(without, hung)
    asked = state.at in Reading(conversation, state).route(state.scope)
    if asked and state.at not in Reading(conversation, after).route(after.scope):
        after, _ = to_menu(conversation, after, submit_now=False)
    return after, effects


def without_the_lost(conversation: Conversation, told: Told, secrets: Secrets) -> Told:
    """Return what staff were told without what was taken back since."""
    now, counted = secrets.state, set(told.hold.granted) - set(secrets.hold.granted)
    gone = {node for node in given(conversation, told.state).values() if node in counted or not _grants(now, node)}
    # A yes that was given anew and not sent is not kept, like the rest of what silence deletes.
    refused_now = {node for node in gone if node in now.picks and not _grants(now, node)}
    state = _unanswered(told.state, gone)
    return Told(
        state=replace(
            state,
            marks={**state.marks, **{node: now.marks[node] for node in refused_now}},
            picks={**state.picks, **{node: now.picks[node] for node in refused_now}},
        ),
        hold=replace(
            told.hold,
            granted=secrets.hold.granted,
            answered={**told.hold.answered, **{node: secrets.hold.answered[node] for node in refused_now}},
        ),
    )


def _unanswered(state: State, nodes: set[str]) -> State:
    return replace(
        state,
        marks={node: mark for node, mark in state.marks.items() if node not in nodes},
        picks={node: picks for node, picks in state.picks.items() if node not in nodes},
    )


def _is_permission(conversation: Conversation, node_id: str) -> bool:
    node = conversation.nodes.get(node_id)
    return node is not None and node.author_kind is AuthorKind.CONSENT and not gives_consent(node)


def _grants(state: State, node: str) -> bool:
    picks = state.picks.get(node, ())
    return bool(picks) and picks[0] in _GRANTING
