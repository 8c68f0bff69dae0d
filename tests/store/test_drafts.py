"""Drafts: found by lane, saved by revision, wiped with what was never sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import StaleDraftError, StoreError
from bot.store.database import Database
from bot.store.values import Draft, ObjectState
from tests.made_up import NOW, call, case, draft, sealed

LATER = timedelta(minutes=5)


def insert(database: Database, *drafts: Draft) -> None:
    for each in drafts:
        call(database, "drafts.insert", each)


def test_a_draft_comes_back_as_it_was_put(database: Database) -> None:
    exact = NOW.replace(microsecond=0)
    mine = draft(owed_since=exact, clear_by=exact + LATER, expires_at=exact)
    insert(database, draft(), mine)
    found = call(database, "drafts.find", [b"another day's lane", mine.lane])
    assert found == mine


def test_a_lane_nobody_writes_on_finds_nothing(database: Database) -> None:
    insert(database, draft())
    assert call(database, "drafts.find", [b"x" * 32]) is None


def test_two_drafts_cannot_share_a_lane(database: Database) -> None:
    mine = draft()
    insert(database, mine)
    with pytest.raises(StoreError):
        insert(database, draft(lane=mine.lane))


def test_saving_moves_the_draft_to_the_next_revision_and_the_days_lane(database: Database) -> None:
    mine = draft()
    insert(database, mine)
    tomorrow = replace(mine, revision=2, lane=b"n" * 32, day=mine.day + timedelta(days=1), state=b"moved")
    call(database, "drafts.save", tomorrow)
    assert call(database, "drafts.find", [mine.lane]) is None
    assert call(database, "drafts.find", [b"n" * 32]) == tomorrow


def test_the_second_of_two_writers_of_one_revision_is_stale(database: Database) -> None:
    mine = draft()
    insert(database, mine)
    call(database, "drafts.save", replace(mine, revision=2, state=b"first"))
    with pytest.raises(StaleDraftError):
        call(database, "drafts.save", replace(mine, revision=2, state=b"second"))
    found = call(database, "drafts.find", [mine.lane])
    assert found is not None
    assert found.state == b"first"


def test_saving_a_draft_that_is_gone_is_stale(database: Database) -> None:
    with pytest.raises(StaleDraftError):
        call(database, "drafts.save", draft(revision=2))


def test_screens_are_stored_within_a_revision(database: Database) -> None:
    mine = draft(owed_since=NOW)
    insert(database, mine)
    stored = call(database, "drafts.put_screens", mine.id, 1, b"shown", None, NOW)
    found = call(database, "drafts.find", [mine.lane])
    assert stored
    assert found == replace(mine, screens=b"shown", owed_since=None, clear_by=NOW.replace(microsecond=0))


def test_screens_of_an_older_revision_change_nothing(database: Database) -> None:
    mine = draft(revision=3)
    insert(database, mine)
    assert not call(database, "drafts.put_screens", mine.id, 2, b"late", None, None)
    assert call(database, "drafts.find", [mine.lane]) == mine


def test_deleting_a_draft_that_was_never_sent_leaves_nothing(database: Database) -> None:
    mine = draft()
    insert(database, mine)
    for state in (ObjectState.DRAFT, ObjectState.READY, ObjectState.HELD, ObjectState.ASIDE):
        call(database, "objects.put", sealed(mine.case_id, state=state))
    call(database, "drafts.delete", mine.id)
    assert call(database, "drafts.find", [mine.lane]) is None
    assert call(database, "objects.of_case", mine.case_id, ObjectState) == ()


def test_deleting_a_draft_leaves_what_was_sent_and_other_peoples(database: Database) -> None:
    mine, other = draft(sent=True), draft()
    sent, left, theirs = (
        sealed(mine.case_id, state=ObjectState.SENT),
        sealed(mine.case_id),
        sealed(other.case_id),
    )
    insert(database, mine, other)
    for each in (sent, left, theirs):
        call(database, "objects.put", each)
    call(database, "drafts.delete", mine.id)
    assert call(database, "objects.of_case", mine.case_id, ObjectState) == (sent,)
    assert call(database, "objects.of_case", other.case_id, ObjectState) == (theirs,)
    assert call(database, "drafts.find", [other.lane]) == other


def test_what_was_set_aside_in_a_sent_case_outlives_its_draft_and_not_the_case(database: Database) -> None:
    mine = draft(sent=True)
    aside, left = sealed(mine.case_id, state=ObjectState.ASIDE), sealed(mine.case_id)
    insert(database, mine)
    call(database, "cases.submit", case(id=mine.case_id))
    for each in (aside, left):
        call(database, "objects.put", each)
    call(database, "drafts.delete", mine.id)
    assert call(database, "objects.of_case", mine.case_id, ObjectState) == (aside,)
    call(database, "cases.schedule_deletion", mine.case_id, NOW, NOW)
    call(database, "cases.delete_due", NOW, 10)
    assert call(database, "objects.of_case", mine.case_id, ObjectState) == ()


@pytest.mark.parametrize(
    ("column", "query"),
    [("expires_at", "expired"), ("owed_since", "owing"), ("clear_by", "clearing")],
)
def test_what_is_due_comes_longest_overdue_first_and_no_more_than_asked(
    database: Database, column: str, query: str
) -> None:
    exact = NOW.replace(microsecond=0)
    late, later, on_time = (draft(**{column: exact - hours * LATER}) for hours in (2, 1, -1))
    insert(database, later, on_time, late)
    assert call(database, f"drafts.{query}", exact, 10) == (late, later)
    assert call(database, f"drafts.{query}", exact, 1) == (late,)


def test_a_draft_sent_by_silence_lives_on_for_its_chat(database: Database) -> None:
    mine, other = draft(), draft()
    insert(database, mine, other)
    until = mine.expires_at + LATER
    call(database, "drafts.sent_by_silence", mine.id, until)
    assert call(database, "drafts.find", [mine.lane]) == replace(mine, sent=True, expires_at=until)
    assert call(database, "drafts.find", [other.lane]) == other


def test_drafts_of_a_case_are_found_to_be_stopped(database: Database) -> None:
    mine, other = draft(), draft()
    insert(database, mine, other)
    assert call(database, "drafts.of_case", mine.case_id) == (mine,)


def test_a_draft_shows_no_secret_of_its_own() -> None:
    assert "encrypted" not in repr(draft())
    assert "lane" not in repr(draft())


def test_a_case_key_file_that_was_replaced_outlives_the_draft(database: Database) -> None:
    mine = draft()
    call(database, "drafts.insert", mine)
    old = sealed(mine.case_id, kind="case_key", state=ObjectState.OLD)
    for each in (old, sealed(mine.case_id, state=ObjectState.READY)):
        call(database, "objects.put", each)
    call(database, "drafts.delete", mine.id)
    assert call(database, "objects.of_case", mine.case_id, list(ObjectState)) == (old,)
