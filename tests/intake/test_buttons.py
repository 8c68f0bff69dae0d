"""What a button carries: at most 64 bytes, read back as it was written, and nothing but that is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Conversation
from bot.engine.events import Pick
from bot.engine.state import Mark, State
from bot.engine.step import start, step
from bot.intake.buttons import (
    DATA_BYTES,
    AfterConsent,
    BeforeConsent,
    OldButton,
    Press,
    decode,
    encode_after,
    encode_before,
    gives_consent,
    pre_consent_nodes,
)
from bot.intake.screens import screen_number
from tests.intake.desk import Made

DIGEST = "abcdef0123456789"
NUMBERED = st.builds(Press, st.sampled_from("psuvwgoa"), st.integers(0, 1295))
PLAIN = st.sampled_from("dkbxm").map(Press)
ACTS = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True).map(lambda act: Press("!", act=act))
PRESSES = NUMBERED | PLAIN | ACTS


@given(press=PRESSES, rev=st.integers(0, 36**4 - 1), nonce=st.binary(min_size=3, max_size=3))
def test_a_button_after_consent_is_read_as_it_was_written(made: Made, press: Press, rev: int, nonce: bytes) -> None:
    data = encode_after(nonce.hex(), rev, press)
    assert len(data.encode()) <= DATA_BYTES
    assert decode(made.conversation, DIGEST, data) == AfterConsent(nonce.hex(), rev, press)


def walked(conversation: Conversation, *options: str) -> State:
    state, _ = start(conversation)
    for option in options:
        state, _ = step(conversation, state, Pick(option))
    return state


@pytest.mark.parametrize(
    "options", [(), ("ru",), ("tg", "yes"), ("en", "not_sure"), ("ru", "yes", "yes_now"), ("ru", "yes", "no")]
)
@given(press=PRESSES)
def test_a_button_before_consent_holds_the_state_itself(made: Made, options: tuple[str, ...], press: Press) -> None:
    state = walked(made.conversation, *options)
    data = encode_before(made.conversation, DIGEST, state, press)
    assert len(data.encode()) <= DATA_BYTES
    read = decode(made.conversation, DIGEST, data)
    assert isinstance(read, BeforeConsent)
    assert read.press == press
    assert (read.state.at, read.state.locale, read.state.picks) == (state.at, state.locale, state.picks)
    assert not read.state.kept


def test_consent_is_never_read_from_the_letters(made: Made) -> None:
    nodes = pre_consent_nodes(made.conversation)
    consents = [place for place, node in enumerate(nodes) if gives_consent(made.conversation.nodes[node])]
    assert consents
    for place in consents:
        letters = "".join("0" if each == place else "-" for each in range(len(nodes)))
        assert decode(made.conversation, DIGEST, f"0.{DIGEST[:6]}.0{letters}.0.p0") == OldButton()


def test_a_button_of_another_version_is_old(made: Made) -> None:
    state = walked(made.conversation, "ru")
    data = encode_before(made.conversation, DIGEST, state, Press("p", 0))
    assert decode(made.conversation, "0" * 16, data) == OldButton()


@given(data=st.text(max_size=80) | st.from_regex(r"[01]\.[0-9a-f]{6}\.[-+~0-9a-z]{1,12}\.[0-9a-z]{1,4}(\.[a-z!]\w*)?"))
def test_whatever_else_comes_is_an_old_button_or_a_valid_state(made: Made, data: str) -> None:
    match decode(made.conversation, DIGEST, data):
        case BeforeConsent(state, _):
            assert not state.kept
            assert all(mark is not Mark.ANSWERED or node in state.picks for node, mark in state.marks.items())
        case AfterConsent() | OldButton():
            pass


def test_every_screen_has_a_number_that_a_button_can_carry(made: Made) -> None:
    numbers = [screen_number(made.conversation, screen) for screen in made.conversation.screens]
    assert sorted(numbers) == list(range(len(numbers)))
    assert max(numbers) < 36**2
