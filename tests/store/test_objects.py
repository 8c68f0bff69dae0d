"""Sealed objects: kept, sent, dropped, wiped."""

import pytest

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.values import ObjectState, SealedObject
from tests.made_up import call, sealed, some_id

EVERY = tuple(ObjectState)


def put(database: Database, *objects: SealedObject) -> None:
    for each in objects:
        call(database, "objects.put", each)


def states(database: Database, case_id: bytes) -> dict[bytes, ObjectState]:
    return {each.id: each.state for each in call(database, "objects.of_case", case_id, EVERY)}


def test_objects_come_back_by_kind_compartment_and_number(database: Database) -> None:
    case = some_id()
    second, first, key, answer = (
        sealed(case, kind="manifest", number=2, compartment="identity"),
        sealed(case, kind="manifest", number=1, compartment="identity"),
        sealed(case, kind="case_key", data=bytes(range(256))),
        sealed(case),
    )
    put(database, second, first, key, answer, sealed(some_id()))
    assert call(database, "objects.of_case", case, EVERY) == (answer, key, first, second)


def test_an_id_is_used_once(database: Database) -> None:
    first = sealed(some_id())
    put(database, first)
    with pytest.raises(StoreError):
        put(database, first)


def test_only_the_named_objects_are_dropped(database: Database) -> None:
    case = some_id()
    mine, other = sealed(case), sealed(case)
    put(database, mine, other)
    call(database, "objects.drop", [mine.id, some_id()])
    assert states(database, case) == {other.id: ObjectState.DRAFT}


def test_dropping_and_sending_nothing_is_no_error(database: Database) -> None:
    case = some_id()
    put(database, sealed(case))
    call(database, "objects.drop", [])
    call(database, "objects.send", case, [])
    assert list(states(database, case).values()) == [ObjectState.DRAFT]


def test_older_manifests_made_ready_give_way(database: Database) -> None:
    case = some_id()
    ready, kept = sealed(case, state=ObjectState.READY), sealed(case)
    elsewhere = sealed(some_id(), state=ObjectState.READY)
    put(database, ready, kept, elsewhere)
    call(database, "objects.drop_state", case, ObjectState.READY)
    assert states(database, case) == {kept.id: ObjectState.DRAFT}
    assert states(database, elsewhere.case_id) == {elsewhere.id: ObjectState.READY}


def test_sending_names_what_is_sent_and_never_touches_another_case(database: Database) -> None:
    case = some_id()
    mine, left, theirs = sealed(case), sealed(case), sealed(some_id())
    put(database, mine, left, theirs)
    call(database, "objects.send", case, [mine.id, theirs.id])
    assert states(database, case) == {mine.id: ObjectState.SENT, left.id: ObjectState.DRAFT}
    assert states(database, theirs.case_id) == {theirs.id: ObjectState.DRAFT}


def test_silence_sends_the_drafted_and_the_ready_but_not_what_is_held(database: Database) -> None:
    case = some_id()
    drafted, ready, held = (
        sealed(case, state=state) for state in (ObjectState.DRAFT, ObjectState.READY, ObjectState.HELD)
    )
    put(database, drafted, ready, held)
    call(database, "objects.send", case, None)
    assert states(database, case) == {
        drafted.id: ObjectState.SENT,
        ready.id: ObjectState.SENT,
        held.id: ObjectState.HELD,
    }


def test_what_was_held_is_kept_once_the_line_is_read_as_it_was_meant(database: Database) -> None:
    case = some_id()
    held, other, sent = (sealed(case, state=state) for state in (ObjectState.HELD, ObjectState.HELD, ObjectState.SENT))
    put(database, held, other, sent)
    call(database, "objects.keep_held", [held.id, sent.id])
    assert states(database, case) == {
        held.id: ObjectState.DRAFT,
        other.id: ObjectState.HELD,
        sent.id: ObjectState.SENT,
    }


def test_what_is_set_aside_goes_with_no_sending_until_it_is_taken_up(database: Database) -> None:
    case = some_id()
    left, taken, sent = sealed(case), sealed(case), sealed(case, state=ObjectState.SENT)
    put(database, left, taken, sent)
    call(database, "objects.set_aside", [left.id, taken.id, sent.id])
    call(database, "objects.take_up", [taken.id, sent.id])
    call(database, "objects.send", case, None)
    assert states(database, case) == {
        left.id: ObjectState.ASIDE,
        taken.id: ObjectState.SENT,
        sent.id: ObjectState.SENT,
    }


def test_staff_are_given_only_what_was_sent(database: Database) -> None:
    case = some_id()
    sent = sealed(case, state=ObjectState.SENT)
    put(database, sent, *(sealed(case, state=state) for state in ObjectState if state is not ObjectState.SENT))
    assert call(database, "objects.of_case", case, [ObjectState.SENT]) == (sent,)


def test_wiping_erases_one_case_in_every_state(database: Database) -> None:
    case, other = some_id(), sealed(some_id())
    put(database, other, *(sealed(case, state=state) for state in EVERY))
    call(database, "objects.wipe", case)
    assert states(database, case) == {}
    assert states(database, other.case_id) == {other.id: ObjectState.DRAFT}


def test_the_database_numbers_objects_by_their_random_id_and_not_by_arrival(database: Database) -> None:
    case = some_id()
    first, second = sealed(case, id=b"\x7f" + bytes(15)), sealed(case, id=b"\x01" + bytes(15))
    put(database, first, second)
    found = call(database, "objects.of_case", case, EVERY)
    assert [each.id for each in found] == [second.id, first.id]
