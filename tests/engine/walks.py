"""Random walks through a conversation: mostly what a person can do where they stand, now and then anything at all."""

from collections.abc import Callable

from hypothesis import strategies as st

from bot.engine.conversation import Conversation, Do, Kind
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
from bot.engine.menu import entries
from bot.engine.state import END, MENU, State
from bot.engine.step import start, step

SECRET = "\N{SNOWMAN}secret"
"""Every typed text of a walk begins with it."""

Step = tuple[State, Event, State, tuple[object, ...]]

_names = st.text(max_size=12)
_WILD: st.SearchStrategy[Event] = st.one_of(
    st.builds(Pick, _names),
    st.builds(Set, _names, st.booleans()),
    st.builds(Revisit, _names),
    st.builds(Forget, _names),
    st.builds(Open, _names),
    st.builds(Locale, _names),
    st.builds(View, _names, _names),
    st.builds(Unreadable, _names),
    st.builds(Words, st.text(max_size=3), st.booleans()),
    st.sampled_from([Begin(), Done(), Skip(), Back(), Send(), Exit()]),
)
_ENDS = {Do.STOP, Do.WIPE, Do.LEAVE}


def sensible(conversation: Conversation, state: State, number: int) -> list[Event]:
    """Return what a person can do here; the more likely things stand in the list more than once."""
    typed = f"{SECRET}{number}"
    found: list[Event] = [Words(typed), Words(typed, more=True), Skip(), Back(), Begin(), Locale("ru"), Send()]
    node = conversation.nodes.get(state.at)
    if node is not None:
        for option in node.options:
            found += [Set(option.id, on=True), Set(option.id, on=False)] if node.kind is Kind.MANY else []
            # An end ends the walk, so it is taken seldom.
            found += [Pick(option.id)] * (1 if option.do in _ENDS or not state.kept else 2)
        found += [Done()] * 3
        found += [Pick(option.id) for option in node.options if option.do is Do.KEEP] * 4
    if state.at == MENU:
        found += [Open(entry.section) for entry in entries(conversation, state)] * 4
    answered = list(state.marks)
    found += [Revisit(name) for name in answered[-3:]] + [Forget(name) for name in answered[-1:]]
    return found


def answers(conversation: Conversation, state: State, number: int) -> list[Event]:
    """Return the events that answer the question at hand and lead on."""
    node = conversation.nodes[state.at]
    going_on = [
        option
        for option in node.options
        if option.do not in {*_ENDS, Do.PAUSE} and option.act is None and (option.do or not option.show)
    ]
    if node.kind is Kind.MANY:
        return [*(Set(option.id, on=True) for option in going_on), Done(), Skip()]
    found: list[Event] = [Pick(option.id) for option in going_on]
    if state.kept and (node.words or node.kind is Kind.WORDS):
        found += [Words(f"{SECRET}{number}")] * (1 + len(found))
    if node.several and node.id in state.marks:
        return [*found, Done()]
    # A question all of whose options end the conversation.
    return found or [Pick(option.id) for option in node.options if option.act is None]


@st.composite
def walks(draw: st.DrawFn, table: Callable[[], Conversation], longest: int = 40) -> list[Step]:
    """Draw a walk: for each event the state before, the state after and the effects.

    A walk begins at the start, after consent, or at the menu; from there on anything goes.
    """
    conversation = table()
    state, _ = start(conversation, "en")
    steps: list[Step] = []

    def happens(event: Event) -> State:
        after, effects = step(conversation, state, event)
        steps.append((state, event, after, effects))
        return after

    until = draw(st.sampled_from(["start", "consent", "menu", "menu"]))
    while state.at not in {MENU, END} and (until == "menu" or (until == "consent" and not state.kept)):
        if len(steps) > 80:
            break
        state = happens(draw(st.sampled_from(answers(conversation, state, len(steps)))))
    for _ in range(draw(st.integers(1, longest))):
        if state.at == END:
            break
        wild = draw(st.integers(0, 11)) == 0
        state = happens(draw(_WILD if wild else st.sampled_from(sensible(conversation, state, len(steps)))))
    last: list[Event] = [Expire(), Expire(), Delete(), Exit(), Begin(), Words(f"{SECRET}last")]
    happens(draw(st.sampled_from(last)))
    return steps
