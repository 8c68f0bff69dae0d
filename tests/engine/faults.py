"""Faults planted in the engine, one at a time: the playbook or the promises must find each of them.

A fault is a small change of the kind that slips in: a forgotten line, a condition turned round, one word for another.
When a transition is added or changed, plant its fault here first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.engine import guards, menu, moves, step, triage
from bot.engine.conversation import Conversation, Is, Level, Node, Not
from bot.engine.effects import Clear, Keep, Show, Submit, Wipe
from bot.engine.state import END, Mark, State

Plant = Callable[[pytest.MonkeyPatch], None]
Function = Callable[..., Any]


def _around(owner: object, name: str, change: Callable[[Function], Function]) -> Plant:
    """Return a plant that puts ``change`` around a function of a module or class."""
    return lambda patch: patch.setattr(owner, name, change(getattr(owner, name)))


def _state(**news: Any) -> Callable[[Function], Function]:
    """Spoil the state that a move returns."""

    def change(move: Function) -> Function:
        def spoiled(*args: Any, **kwargs: Any) -> Any:
            state, effects = move(*args, **kwargs)
            return replace(state, **{name: _value(value, state) for name, value in news.items()}), effects

        return spoiled

    return change


def _value(value: Any, state: State) -> Any:
    return value(state) if callable(value) else value


def _effects(spoil: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Callable[[Function], Function]:
    """Spoil the effects that a move returns."""

    def change(move: Function) -> Function:
        def spoiled(*args: Any, **kwargs: Any) -> Any:
            state, effects = move(*args, **kwargs)
            return state, spoil(effects)

        return spoiled

    return change


def _without(*kinds: type) -> Callable[[Function], Function]:
    return _effects(lambda effects: tuple(each for each in effects if not isinstance(each, kinds)))


def _instead(other: Function) -> Callable[[Function], Function]:
    return lambda _: other


def _keeps_before_consent(answer: Function) -> Function:
    def spoiled(conversation: Conversation, state: State, node: Node, picks: tuple[str, ...]) -> Any:
        after, _ = answer(conversation, replace(state, kept=True), node, picks)
        return replace(after, kept=state.kept), (Keep(node.id, 0, picks),)

    return spoiled


def _words_before_consent(words: Function) -> Function:
    def spoiled(conversation: Conversation, state: State, text: str, *, more: bool) -> Any:
        after, effects = words(conversation, replace(state, kept=True), text, more=more)
        return replace(after, kept=state.kept), effects

    return spoiled


def _remembers_text(add: Function) -> Function:
    def spoiled(conversation: Conversation, state: State, node: Node, text: str) -> Any:
        after, effects = add(conversation, state, node, text)
        return replace(after, picks={**after.picks, node.id: (text,)}), effects

    return spoiled


def _ahead_of_the_walk(walk: Function) -> Function:
    def spoiled(conversation: Conversation, state: State) -> Any:
        opens = guards.Reading(conversation, state).open(state.scope)
        return moves.arrive(conversation, state, opens[1]) if len(opens) > 1 else walk(conversation, state)

    return spoiled


def _consent_from_any_option(pick: Function) -> Function:
    def spoiled(conversation: Conversation, state: State, option_id: str) -> Any:
        after, effects = pick(conversation, state, option_id)
        return (after if after.at == END else replace(after, kept=True)), effects

    return spoiled


def _answers_stay_when_inactive(reading: Any, node_id: str) -> bool:
    return reading._state.marks.get(node_id) is Mark.ANSWERED  # noqa: SLF001  a fault sits inside


FAULTS: Mapping[str, Plant] = {
    # consent and silence
    "a choice is kept before consent": _around(moves, "answer", _keeps_before_consent),
    "words are kept before consent": _around(step, "_words", _words_before_consent),
    "any tap counts as consent": _around(step, "_pick", _consent_from_any_option),
    "consent forgets the choices made before it": _around(
        moves, "_consent", _effects(lambda effects: tuple(e for e in effects if not isinstance(e, Keep)))
    ),
    "consent does not begin to keep": _around(moves, "_consent", _state(kept=False)),
    "silence always sends": _around(moves, "sends_on_silence", _instead(lambda *_: True)),
    "silence always erases": _around(moves, "sends_on_silence", _instead(lambda *_: False)),
    "silence forgets to submit": _around(step, "_expire", _without(Submit)),
    "a refusal after consent erases nothing": _around(moves, "_stop", _without(Wipe)),
    # words
    "typed words are put into the state": _around(moves, "add_words", _remembers_text),
    "words elsewhere are lost": _around(moves, "add_elsewhere", _without(Keep)),
    "words elsewhere replace the ones before": _around(
        moves,
        "add_elsewhere",
        _effects(lambda effects: tuple(replace(e, part=0) if isinstance(e, Keep) else e for e in effects)),
    ),
    "a further part replaces the first": _around(
        moves,
        "add_further",
        _effects(lambda effects: tuple(replace(e, part=0) if isinstance(e, Keep) else e for e in effects)),
    ),
    "a further part moves on": _around(moves, "add_further", _state(rev=lambda state: state.rev + 1)),
    "words do not mark the case as changed": _around(moves, "add_words", _state(fresh=False)),
    "words leave no mark": _around(moves, "add_words", _state(marks=lambda state: {})),
    "words at the menu wait for the next sending": _around(moves, "add_elsewhere", _without(Submit)),
    "a story ends with its first message": _around(
        moves, "add_words", _state(tail=lambda state: None, parts=lambda state: 0)
    ),
    # answers and the walk
    "an answer is not kept": _around(moves, "answer", _without(Keep)),
    "an answer does not mark the case as changed": _around(moves, "answer", _state(fresh=False)),
    "the walk passes over a question": _around(moves, "walk", _ahead_of_the_walk),
    "another question does not raise the revision": _around(moves, "arrive", _state(rev=lambda state: state.rev - 1)),
    "ticks are forgotten when the question comes again": _around(moves, "arrive", _state(pending=())),
    "a tick moves on": _around(step, "_set", _state(rev=lambda state: state.rev + 1)),
    "a tick turns round instead of being set": _around(
        step,
        "_set",
        lambda set_: lambda c, s, option, *, on: set_(c, s, option, on=option not in s.pending),
    ),
    "what stands alone does not clear the others": _around(
        step,
        "_set",
        lambda set_: (
            lambda c, s, option, *, on: (
                replace(s, pending=tuple(dict.fromkeys([*s.pending, option]))) if on else set_(c, s, option, on=on)[0],
                set_(c, s, option, on=on)[1],
            )
        ),
    ),
    "skip passes what is required": _around(guards.Reading, "required", _instead(lambda *_: False)),
    "skip erases the earlier answer": _around(
        step, "_skip", _state(picks=lambda state: {}, marks=lambda state: dict.fromkeys(state.marks, Mark.SKIPPED))
    ),
    "back erases an answer": _around(step, "_back", _state(picks=lambda state: dict(list(state.picks.items())[:-1]))),
    "back leads nowhere": _around(
        step, "_back", _instead(lambda conversation, state: (state, moves.prompt(conversation, state)))
    ),
    "an answered story is replaced after back": _around(step, "_back", _state(tail=None, parts=0)),
    "an option that is not offered can be chosen": _around(
        step,
        "_option",
        _instead(lambda c, s, node, option: next((o for o in (node.options if node else ()) if o.id == option), None)),
    ),
    "a new answer does not take the place of the old": _around(moves, "_part_for_new_answer", _instead(lambda *_: 1)),
    "an answer is held in a shape that JSON does not bring back": _around(
        moves, "answer", _state(picks=lambda state: {name: list(picks) for name, picks in state.picks.items()})
    ),
    "what is not understood is passed over in silence": _around(step, "_ask_again", _without(Show)),
    # sections, sending, ending
    "every submit is the first": _around(
        moves,
        "submit",
        _effects(lambda effects: tuple(replace(e, first=True) if isinstance(e, Submit) else e for e in effects)),
    ),
    "submit forgets that it has sent": _around(moves, "submit", _state(sent=False)),
    "submit leaves the case marked as changed": _around(moves, "submit", _state(fresh=True)),
    "answers of closed branches are sent": _around(guards.Reading, "_counts", _instead(_answers_stay_when_inactive)),
    "the end of a section sends nothing": _around(moves, "to_menu", _without(Submit)),
    "an unfinished section opens at its list": _around(
        step, "_open", _instead(lambda conversation, state, section: (state, (Show("answered", section),)))
    ),
    "a section opens from anywhere": _around(
        step,
        "_open",
        lambda open_: lambda conversation, state, section: open_(conversation, replace(state, at="menu"), section),
    ),
    "after sending the opening can be answered again": _around(
        step,
        "_revisit",
        lambda revisit: lambda c, s, node: _state(sent=s.sent)(revisit)(c, replace(s, sent=False), node),
    ),
    "erasing leaves the answers": _around(
        moves, "wipe", lambda _: lambda state: (replace(state, at=END, rev=state.rev + 1), (Wipe(),))
    ),
    "exit does not clear the chat": _around(moves, "close", _without(Clear)),
    "exit ends the draft": _around(moves, "close", _state(at=END)),
    "a forgotten answer stays": _around(step, "_forget", _effects(lambda effects: effects[1:])),
    "consent can be forgotten": _around(moves, "asks_to_keep", _instead(lambda _: False)),
    # what is asked of a state
    "a guard is true of an answer that does not count": _around(
        guards.Reading,
        "holds",
        lambda holds: (
            lambda reading, guard: (
                bool(set(reading._state.picks.get(guard.node, ())) & guard.options)  # noqa: SLF001  as above
                if isinstance(guard, Is)
                else holds(reading, guard)
            )
        ),
    ),
    "not is overlooked": _around(
        guards.Reading,
        "holds",
        lambda holds: lambda reading, guard: holds(reading, guard.guard if isinstance(guard, Not) else guard),
    ),
    "the menu has no limit": lambda patch: patch.setattr(menu, "FIRST_AT_MOST", 99),
    "every topic is new": _around(menu, "_status", _instead(lambda *_: "new")),
    "what the opening asked begins a topic": _around(
        menu,
        "_status",
        lambda status: (
            lambda c, s, reading, section: (
                "begun"
                if status(c, s, reading, section) == "new" and any(n in s.marks for n in reading.route(section))
                else status(c, s, reading, section)
            )
        ),
    ),
    "urgency is that of the first rule": _around(
        triage,
        "triage",
        lambda _: (
            lambda c, s: triage.Triage(
                level=next((r.level for r in c.urgency if r.level and guards.holds(c, s, r.when)), Level.ROUTINE),
                reasons=(),
                flags=(),
            )
        ),
    ),
}

PROMISE_TO_FAULT: Mapping[str, str] = {
    "is_deterministic_and_json_between_steps": "an answer is held in a shape that JSON does not bring back",
    "typed_text_is_only_in_keep": "typed words are put into the state",
    "nothing_is_kept_before_consent": "a choice is kept before consent",
    "nothing_typed_after_consent_is_lost": "a further part replaces the first",
    "back_and_looking_lose_nothing": "back erases an answer",
    "skip_returns_to_where_back_was_pressed": "skip erases the earlier answer",
    "there_is_at_most_one_first_submit": "every submit is the first",
    "whatever_changed_since_is_in_the_next_submit": "words do not mark the case as changed",
    "double_taps_and_old_buttons_change_nothing": "a tick turns round instead of being set",
    "an_answer_leads_to_the_first_open_question": "the walk passes over a question",
    "what_is_required_is_never_skipped": "skip passes what is required",
    "somebody_who_falls_silent_gets_what_they_chose": "silence always sends",
    "every_event_is_answered": "what is not understood is passed over in silence",
}
"""Each promise and a fault that it has to find alone."""
