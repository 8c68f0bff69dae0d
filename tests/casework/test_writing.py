"""Notes, replies and nudges: sealed before they come, kept in one transaction, with what they change."""

from datetime import timedelta
from os import urandom

import pytest

from bot.casework.reasons import CloseReason
from bot.casework.upkeep import Upkeep
from bot.casework.writing import WRITTEN_LIMIT
from bot.engine.conversation import Compartment
from bot.errors import CaseUnavailableError, ChangedError, EnvelopeError
from bot.ids import ObjectId
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.store.mailboxes import Replies
from bot.store.values import Case, ObjectState, Stage
from tests.casework.office import MadeOffice, actor, identity_of, made_keyring, one_key_file
from tests.casework.test_acts import FullDiskError
from tests.made_up import call, mailbox

TOKEN = bytes(36)


def held(office: MadeOffice, **changes: object) -> tuple[Case, bytes]:
    """A case that Anna holds, with a mailbox."""
    mine = office.case(has_code=True, **changes)
    box = mailbox(mine.id)
    call(office.database, "mailboxes.put", box)
    office.acts.claim(actor("Anna"), mine.reference)
    return mine, box.id


def write(office: MadeOffice, case: Case, box: bytes, name: str = "Anna", stage: Stage | None = None) -> ObjectId:
    new = ObjectId(urandom(16))
    office.writing.reply(
        actor(name),
        case.reference,
        object_id=new,
        mailbox=box,
        data=one_key_file(),
        copy=one_key_file(),
        stage=stage,
    )
    return new


def test_a_reply_waits_in_the_mailbox_and_its_copy_beside_the_answers(office: MadeOffice) -> None:
    mine, box = held(office)
    call(office.database, "cases.saw_reply", mine.id, office.at)
    new = write(office, mine, box, stage=Stage.INFO_REQUESTED)
    assert [each.id for each in call(office.database, "replies.waiting", box)] == [new]
    copies = [
        each for each in call(office.database, "objects.of_case", mine.id, [ObjectState.SENT]) if each.kind == "reply"
    ]
    assert [(each.id, each.compartment, each.number) for each in copies] == [(new, "facts", 0)]
    after = office.read(mine)
    assert (after.stage, after.paused, after.seen_by_person) == (Stage.INFO_REQUESTED, True, None)
    assert office.acts_on(mine.reference)[-1] == ("desk:Anna", "reply", "info_requested")


def test_a_reply_is_kept_whole_or_not_at_all(office: MadeOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, box = held(office)

    def fail(*_arguments: object) -> None:
        raise FullDiskError("the disk is full")

    monkeypatch.setattr(Replies, "add", fail)
    with pytest.raises(FullDiskError):
        write(office, mine, box)
    assert call(office.database, "objects.count", mine.id, "reply") == 0
    assert office.acts_on(mine.reference)[-1][1] == "claim"


def test_a_mailbox_that_is_gone_is_said_so(office: MadeOffice) -> None:
    mine, box = held(office)
    call(office.database, "mailboxes.remove", box)
    with pytest.raises(ChangedError, match="another mailbox"):
        write(office, mine, box)
    assert call(office.database, "objects.count", mine.id, "reply") == 0


def test_only_the_holder_and_a_lead_answer(office: MadeOffice) -> None:
    mine, box = held(office)
    for name in ("Boris", "Ivo", "Olga"):
        with pytest.raises(CaseUnavailableError):
            write(office, mine, box, name)
    write(office, mine, box, "Lena")


def test_a_reply_outlives_another_case_under_the_same_code(office: MadeOffice) -> None:
    first, box = held(office)
    other = office.case(has_code=True)
    office.acts.claim(actor("Anna"), other.reference)
    new = write(office, other, box)
    office.acts.close(actor("Anna"), first.reference, CloseReason.HANDLED)
    office.later(days=31)
    assert Upkeep(office.database, lambda: office.at, closed_kept=timedelta(days=30)).round().closed == 1
    assert [each.id for each in call(office.database, "replies.waiting", box)] == [new]


def test_a_mailbox_stays_where_it_stands_if_its_writer_may_not_read_that_case(office: MadeOffice) -> None:
    theirs = office.case(has_code=True)
    box = mailbox(theirs.id)
    call(office.database, "mailboxes.put", box)
    office.acts.claim(actor("Boris"), theirs.reference)
    mine = office.case(has_code=True)
    office.acts.claim(actor("Anna"), mine.reference)
    new = write(office, mine, box.id)
    assert [each.id for each in call(office.database, "replies.waiting", box.id)] == [new]
    assert call(office.database, "mailboxes.get", box.id).case_id == theirs.id
    assert office.acts_on(theirs.reference)[-1] == ("desk:Anna", "mailbox", None)
    assert office.acts_on(mine.reference)[-1] == ("desk:Anna", "reply", None)


def test_nobody_writes_into_the_mailbox_of_a_case_they_stepped_back_from(office: MadeOffice) -> None:
    theirs, box = held(office)
    office.acts.recuse(actor("Anna"), theirs.reference)
    before = office.acts_on(theirs.reference)
    mine = office.case(has_code=True)
    office.acts.claim(actor("Anna"), mine.reference)
    with pytest.raises(ChangedError, match="another mailbox"):
        write(office, mine, box)
    assert call(office.database, "mailboxes.get", box).case_id == theirs.id
    assert call(office.database, "replies.waiting", box) == ()
    assert office.acts_on(theirs.reference) == before


def test_the_same_reply_sent_again_is_one_reply(office: MadeOffice) -> None:
    mine, box = held(office)
    new = write(office, mine, box)
    with pytest.raises(ChangedError, match="there already"):
        office.writing.reply(
            actor("Anna"), mine.reference, object_id=new, mailbox=box, data=one_key_file(), copy=one_key_file()
        )
    assert len(call(office.database, "replies.waiting", box)) == 1


def test_what_is_not_sealed_to_one_key_is_refused(office: MadeOffice) -> None:
    mine, _ = held(office)
    header = Header(kind=ObjectKind.NOTE, deployment=bytes(16), case=bytes(16), object=bytes(16))
    to_many = seal(header, b"words", made_keyring().recipients(Compartment.FACTS), urandom)
    for data in (b"words in clear", b"", to_many):
        with pytest.raises(EnvelopeError) as caught:
            office.writing.note(actor("Anna"), mine.reference, ObjectId(urandom(16)), data)
        assert "words" not in str(caught.value)
    assert office.acts_on(mine.reference)[-1][1] == "claim"


def test_a_note_is_kept_for_those_who_may_read(office: MadeOffice) -> None:
    mine, _ = held(office)
    for name in ("Anna", "Ivo", "Lena"):
        office.writing.note(actor(name), mine.reference, ObjectId(urandom(16)), one_key_file())
    with pytest.raises(CaseUnavailableError):
        office.writing.note(actor("Boris"), mine.reference, ObjectId(urandom(16)), one_key_file())
    facts = office.reading.facts(actor("Anna"), mine.reference)
    assert [each.kind for each in facts].count("note") == 3


def test_nobody_writes_so_much_into_a_case_that_it_cannot_be_fetched_any_more(office: MadeOffice) -> None:
    mine, box = held(office)
    header = Header(kind=ObjectKind.NOTE, deployment=bytes(16), case=bytes(16), object=bytes(16))
    large = seal(header, bytes(1_048_576), [identity_of("Anna").recipient], urandom)

    def note() -> None:
        office.writing.note(actor("Lena"), mine.reference, ObjectId(urandom(16)), large)

    for _ in range(WRITTEN_LIMIT // len(large)):
        note()
    with pytest.raises(EnvelopeError, match="as many notes and replies"):
        note()
    facts = office.reading.facts(actor("Anna"), mine.reference)
    assert sum(len(each.data) for each in facts if each.kind == "note") <= WRITTEN_LIMIT
    # A letter of usual size still has its place in the largest case.
    write(office, mine, box)


def test_a_nudge_goes_out_once_for_a_reply_and_once_a_day(office: MadeOffice) -> None:
    mine, box = held(office)
    with pytest.raises(ChangedError, match="write a reply first"):
        office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    write(office, mine, box)
    office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    with pytest.raises(ChangedError, match="one nudge for a reply"):
        office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    write(office, mine, box)
    with pytest.raises(ChangedError, match="one nudge a day"):
        office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    office.later(days=1)
    office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    first, second = call(office.database, "nudges.waiting", 10)
    assert call(office.database, "nudges.sent", first.id)
    assert not call(office.database, "nudges.sent", first.id)
    assert [each.id for each in call(office.database, "nudges.waiting", 10)] == [second.id]
    detail = office.reading.detail(actor("Anna"), mine.reference)
    assert (detail.nudged_day, detail.nudge_waiting) == (office.at.date(), True)


def test_nothing_is_written_to_a_chat_that_others_may_read(office: MadeOffice) -> None:
    mine, box = held(office, compromised=True)
    write(office, mine, box)
    with pytest.raises(ChangedError, match="others may be reading"):
        office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    assert call(office.database, "nudges.waiting", 10) == ()


def test_what_is_no_token_is_refused(office: MadeOffice) -> None:
    mine, _ = held(office)
    with pytest.raises(EnvelopeError):
        office.writing.nudge(actor("Anna"), mine.reference, b"12345")
