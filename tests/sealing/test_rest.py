from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OpeningError
from bot.ids import CaseId, ChatId, DraftId
from bot.sealing import rest

ROUTE, DRAFT, CHAT = bytes(range(32)), DraftId(bytes(16)), ChatId(700_000_001)
CHATS = st.integers(-(2**63), 2**63 - 1).map(ChatId)


@given(st.binary(max_size=5_000), st.integers(0, 2**40))
def test_state_comes_back_for_its_draft_and_revision_only(state: bytes, revision: int) -> None:
    key = rest.chat_key(ROUTE, CHAT)
    box = rest.seal_state(key, DRAFT, revision, state, urandom)
    assert rest.open_state(key, DRAFT, revision, box) == state
    for other, draft, number in (
        (key, DRAFT, revision + 1),
        (key, DraftId(b"\x01" * 16), revision),
        (rest.chat_key(ROUTE, ChatId(5)), DRAFT, revision),
        (rest.chat_key(bytes(32), CHAT), DRAFT, revision),
    ):
        with pytest.raises(OpeningError):
            rest.open_state(other, draft, number, box)
    with pytest.raises(OpeningError):
        rest.open_screens(key, DRAFT, revision, box)


def test_any_changed_byte_of_a_box_is_refused() -> None:
    key = rest.screens_key(ROUTE)
    box = rest.seal_screens(key, DRAFT, 1, b"owed", urandom)
    assert rest.open_screens(key, DRAFT, 1, box) == b"owed"
    for place in range(len(box)):
        changed = bytearray(box)
        changed[place] ^= 1
        with pytest.raises(OpeningError):
            rest.open_screens(key, DRAFT, 1, bytes(changed))


@given(st.binary(max_size=2_000))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    with pytest.raises(OpeningError):
        rest.open_state(bytes(32), DRAFT, 0, data)
    with pytest.raises(OpeningError):
        rest.open_ping(bytes(32), CaseId(bytes(16)), data)


def test_short_states_look_the_same() -> None:
    key = rest.chat_key(ROUTE, CHAT)
    sizes = {len(rest.seal_state(key, DRAFT, 0, bytes(length), urandom)) for length in range(0, 1_020, 51)}
    assert len(sizes) == 1


@given(CHATS, CHATS)
def test_lanes_and_locks_tell_chats_apart(one: ChatId, other: ChatId) -> None:
    assert (rest.lane(ROUTE, one) == rest.lane(ROUTE, other)) is (one == other)
    assert (rest.lock_number(ROUTE, one) == rest.lock_number(ROUTE, other)) is (one == other)
    assert -(2**63) <= rest.lock_number(ROUTE, one) < 2**63


def test_another_day_has_other_lanes() -> None:
    assert rest.lane(ROUTE, CHAT) != rest.lane(bytes(32), CHAT)


@given(CHATS)
def test_a_ping_token_names_its_chat_for_its_case_only(chat: ChatId) -> None:
    case = CaseId(bytes(range(16)))
    token = rest.seal_ping(ROUTE, case, chat, urandom)
    assert rest.open_ping(ROUTE, case, token) == chat
    with pytest.raises(OpeningError):
        rest.open_ping(ROUTE, CaseId(bytes(16)), token)
    with pytest.raises(OpeningError):
        rest.open_ping(bytes(32), case, token)
