"""What is handed out of a case, to whom, and the line it leaves."""

from datetime import timedelta

import pytest

from bot.casework.reading import IdentityReason
from bot.errors import CaseUnavailableError
from bot.store.values import ObjectState
from tests.casework.office import MadeOffice, actor
from tests.made_up import COMPILED, DIGEST, call, sealed


def test_the_facts_are_handed_out_without_the_identity_and_the_other_way_round(office: MadeOffice) -> None:
    mine = office.case()
    for state in (ObjectState.DRAFT, ObjectState.READY, ObjectState.HELD, ObjectState.ASIDE, ObjectState.OLD):
        call(office.database, "objects.put", sealed(mine.id, state=state))
    facts = office.reading.facts(actor("Anna"), mine.reference)
    assert [(each.kind, each.compartment) for each in facts] == [("answer", "facts"), ("case_key", "facts")]
    identity = office.reading.identity(actor("Ivo"), mine.reference, IdentityReason.IMMINENT_DANGER)
    assert [(each.kind, each.compartment) for each in identity] == [("answer", "identity"), ("case_key", "identity")]
    assert office.acts_on(mine.reference) == [
        ("desk:Anna", "read", None),
        ("desk:Ivo", "identity", "imminent_danger"),
    ]


def test_what_is_known_in_clear_is_all_that_the_index_says(office: MadeOffice) -> None:
    office.on_duty = frozenset({"Boris"})
    mine = office.case(has_code=True)
    detail = office.reading.detail(actor("Anna"), mine.reference)
    assert (detail.conversation_id, detail.conversation_version, detail.conversation_digest) == (
        "reprisal",
        "1",
        DIGEST,
    )
    assert office.reading.conversation(DIGEST) == COMPILED
    assert {(each.kind, each.compartment, each.number) for each in detail.index} == {
        ("answer", "facts", 0),
        ("answer", "identity", 0),
        ("case_key", "facts", 1),
        ("case_key", "identity", 1),
    }
    assert {each.size for each in detail.index} == {29}
    assert [(each.name, each.on_duty, each.compartments) for each in detail.readers] == [
        ("Boris", True, ("facts",)),
        ("Anna", False, ("facts",)),
        ("Ivo", False, ("facts", "identity")),
        ("Lena", False, ("facts",)),
    ]
    assert (detail.mailbox, detail.identity_open, detail.nudge_waiting) == (True, False, False)
    assert office.reading.detail(actor("Ivo"), mine.reference).identity_open
    # Looking at the index is not reading.
    assert office.acts_on(mine.reference) == []
    assert not office.read(mine).read


def test_no_conversation_is_there_under_another_digest(office: MadeOffice) -> None:
    with pytest.raises(CaseUnavailableError):
        office.reading.conversation("cd" * 32)


def test_what_is_added_later_is_news_until_it_is_read(office: MadeOffice) -> None:
    mine = office.case()
    office.reading.facts(actor("Anna"), mine.reference)
    office.later(hours=5)
    call(office.database, "cases.add_news", mine.id, office.at)
    assert office.read(mine).news
    office.later(minutes=5)
    office.reading.facts(actor("Anna"), mine.reference)
    after = office.read(mine)
    assert not after.news
    assert after.clock_since is not None, "the next step is owed"
    assert after.arrived_at == mine.arrived_at.replace(hour=0, minute=0, second=0, microsecond=0)
    assert office.at - after.arrived_at > timedelta(hours=5)


def test_the_clock_begins_anew_for_the_holder_who_reads_and_for_nobody_else(office: MadeOffice) -> None:
    mine = office.case()
    office.later(hours=5)
    call(office.database, "cases.add_news", mine.id, office.at)
    office.later(minutes=5)
    office.reading.facts(actor("Anna"), mine.reference)
    looked = office.read(mine).clock_since
    assert looked is not None
    assert looked < office.at.replace(microsecond=0)
    office.later(minutes=5)
    office.acts.claim(actor("Anna"), mine.reference)
    assert office.read(mine).clock_since == office.at.replace(microsecond=0), "what was read is owed from the claim on"
    call(office.database, "cases.add_news", mine.id, office.at)
    office.later(minutes=5)
    office.reading.facts(actor("Anna"), mine.reference)
    assert office.read(mine).clock_since == office.at.replace(microsecond=0)


def test_taking_a_case_that_nobody_has_read_keeps_its_clock(office: MadeOffice) -> None:
    mine = office.case()
    began = office.read(mine).clock_since
    office.later(minutes=5)
    office.acts.claim(actor("Anna"), mine.reference)
    assert office.read(mine).clock_since == began
