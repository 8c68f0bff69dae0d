"""The promises of the engine hold on every walk, through the made-up conversation and through the real one."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.conversation import Conversation, Do, Kind
from bot.engine.events import Pick, Skip
from bot.engine.state import END, MENU
from tests.engine.playbook import Play, reprisal, umbrella
from tests.engine.promises import PROMISES
from tests.engine.walks import walks

both = pytest.mark.parametrize("table", [umbrella, reprisal], ids=["umbrella", "reprisal"])
WALKS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@both
@WALKS
@given(data=st.data())
def test_every_walk_keeps_every_promise(table: Callable[[], Conversation], data: st.DataObject) -> None:
    walk = data.draw(walks(table))
    for promise in PROMISES:
        promise(table(), walk)


@both
@WALKS
@given(data=st.data())
def test_skipping_everything_leads_to_the_menu(table: Callable[[], Conversation], data: st.DataObject) -> None:
    play = Play(table())
    for _ in range(60):
        if play.at in {MENU, END}:
            break
        at = play.at
        play(Skip())
        if play.at == at:
            # Language, safety, danger, consent and sending itself have no Skip.
            node = play.conversation.nodes[at]
            assert node.kind is Kind.ONE
            onward = [option.id for option in node.options if option.do in {None, Do.KEEP, Do.SEND}]
            play(Pick(data.draw(st.sampled_from(onward))))
            assert all(submit.first for submit in play.submitted)
    assert play.at == MENU
