"""What ends by itself: closed cases with everything that belongs to them, events, what is signed in or waits."""

from datetime import timedelta
from os import urandom

import pytest
from sqlalchemy import select

from bot.casework.reasons import CloseReason
from bot.casework.upkeep import EVENTS_KEPT, Upkeep
from bot.ids import CaseId, ObjectId
from bot.store.schema import metadata
from bot.store.staff_values import Notice, Nudge, Place, Session
from bot.store.transaction import Transaction
from bot.store.values import Status
from tests.casework.office import MadeOffice, actor, one_key_file
from tests.made_up import call, mailbox, some_id


def rows_of(office: MadeOffice, case_id: CaseId) -> dict[str, int]:
    """Count the rows of every table that names a case."""

    def work(tx: Transaction) -> dict[str, int]:
        connection = tx.keyring._connection  # noqa: SLF001
        return {
            table.name: len(connection.execute(select(table).where(table.c.case_id == case_id)).all())
            for table in metadata.sorted_tables
            if "case_id" in table.c
        }

    return office.database.turn(work).result()


def test_a_closed_case_is_erased_with_everything_when_its_time_is_over(office: MadeOffice) -> None:
    mine, other = office.case(has_code=True), office.case()
    box = mailbox(mine.id)
    call(office.database, "mailboxes.put", box)
    office.acts.recuse(actor("Boris"), mine.reference)
    office.acts.claim(actor("Anna"), mine.reference)
    office.writing.reply(
        actor("Anna"),
        mine.reference,
        object_id=ObjectId(urandom(16)),
        mailbox=box.id,
        data=one_key_file(),
        copy=one_key_file(),
    )
    office.writing.nudge(actor("Anna"), mine.reference, bytes(36))
    office.acts.close(actor("Anna"), mine.reference, CloseReason.HANDLED)
    upkeep = Upkeep(office.database, lambda: office.at, closed_kept=timedelta(days=30))
    office.later(days=29)
    assert upkeep.round().closed == 0
    office.later(days=1, seconds=1)
    assert upkeep.round().closed == 1
    assert office.read(mine) is None
    assert {name: count for name, count in rows_of(office, mine.id).items() if count} == {}
    assert call(office.database, "mailboxes.get", box.id) is None
    assert office.read(other) == other or office.read(other).status is Status.WAITING
    # The acts stay: they name a reference that leads nowhere any more.
    assert office.acts_on(mine.reference)[-1][1] == "close"


def test_a_case_that_waits_again_is_not_erased(office: MadeOffice) -> None:
    mine = office.case()
    office.acts.claim(actor("Anna"), mine.reference)
    office.acts.close(actor("Anna"), mine.reference, CloseReason.HANDLED)
    office.later(days=364)
    call(office.database, "cases.add_news", mine.id, office.at)
    office.later(days=2)
    assert Upkeep(office.database, lambda: office.at).round().closed == 0
    assert office.read(mine).status is Status.WAITING


def test_events_are_forgotten_and_their_numbers_never_used_again(office: MadeOffice) -> None:
    mine = office.case()
    number = call(office.database, "events.last")
    office.at += EVENTS_KEPT + timedelta(minutes=1)
    Upkeep(office.database, lambda: office.at).round()
    assert call(office.database, "events.after", 0, 10) == ()
    call(office.database, "cases.add_news", mine.id, office.at)
    assert call(office.database, "events.last") == number + 1


def test_sessions_codes_and_nudges_end(office: MadeOffice) -> None:
    person = call(office.database, "people.id_of", "Anna")
    session = Session(
        id=some_id(),
        token_hash=bytes(32),
        person_id=person,
        place=Place.LOCAL,
        created_at=office.at,
        seen_at=office.at,
        ends_at=office.at + timedelta(hours=12),
    )
    call(office.database, "sessions.add", session)
    call(office.database, "sign_ins.put", bytes(32), office.at + timedelta(minutes=5))
    nudge = Nudge(id=some_id(), case_id=office.case().id, token=b"t", day=office.at.date())
    assert call(office.database, "nudges.put", nudge)
    office.later(days=3)
    Upkeep(office.database, lambda: office.at).round()
    assert call(office.database, "sessions.by_token", bytes(32)) is None
    assert not call(office.database, "sign_ins.take", bytes(32), office.at - timedelta(days=3))
    assert call(office.database, "nudges.waiting", 10) == ()


@pytest.mark.parametrize("value", [Notice, Nudge, Session])
def test_what_is_kept_in_hashes_and_boxes_is_in_no_repr(value: type) -> None:
    secret = {"token_hash", "token", "chat", "lane", "totp", "invite_hash"}
    assert not {field.name for field in value.__dataclass_fields__.values() if field.repr} & secret  # type: ignore[attr-defined]
