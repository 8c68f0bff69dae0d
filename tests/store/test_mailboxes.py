"""Mailboxes and replies, conversations, updates, the keyring's serial, the salt, the audit."""

from datetime import timedelta
from secrets import token_bytes
from typing import Any

import pytest

from bot.errors import StoreError
from bot.ids import CaseId, Reference
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import AuditEntry, ObjectState, Status
from tests.made_up import DIGEST, NOW, call, mailbox, reply, sealed, submitted

TODAY = NOW.date()
DAY = timedelta(days=1)


def test_a_mailbox_is_found_by_its_id_and_by_its_case(database: Database) -> None:
    mine = mailbox(submitted(database).id)
    call(database, "mailboxes.put", mailbox(submitted(database).id))
    call(database, "mailboxes.put", mine)
    assert call(database, "mailboxes.get", mine.id) == mine
    assert call(database, "mailboxes.of_case", mine.case_id) == (mine,)
    assert call(database, "mailboxes.get", b"no such box 1234") is None


def test_a_capsule_is_replaced_while_its_mailbox_stands(database: Database) -> None:
    mine = mailbox(submitted(database).id)
    call(database, "mailboxes.put", mine)
    assert call(database, "mailboxes.save_capsule", mine.id, b"newer")
    assert call(database, "mailboxes.get", mine.id).capsule == b"newer"
    call(database, "mailboxes.remove", mine.id)
    assert not call(database, "mailboxes.save_capsule", mine.id, b"newest")


def test_a_mailbox_belongs_to_a_submitted_case(database: Database) -> None:
    with pytest.raises(StoreError):
        call(database, "mailboxes.put", mailbox(b"nobody's case 12"))


def test_replies_wait_by_day_until_they_are_removed(database: Database) -> None:
    box = mailbox(submitted(database).id)
    call(database, "mailboxes.put", box)
    late, early = reply(box.id, day=TODAY), reply(box.id, day=TODAY - DAY)
    for each in (late, early):
        call(database, "replies.add", each)
    assert call(database, "replies.waiting", box.id) == (early, late)
    call(database, "replies.remove", early.id)
    assert call(database, "replies.waiting", box.id) == (late,)


def test_the_oldest_reply_to_a_case_is_known_by_its_copy(database: Database) -> None:
    case, other = submitted(database), submitted(database)
    box = mailbox(other.id)
    call(database, "mailboxes.put", box)
    assert call(database, "replies.oldest", case.id) is None
    for days, of in ((2, case), (5, case), (9, other)):
        waits = reply(box.id, day=TODAY - days * DAY)
        call(database, "replies.add", waits)
        call(database, "objects.put", sealed(of.id, id=waits.id, kind="reply", state=ObjectState.SENT))
    assert call(database, "replies.oldest", case.id) == TODAY - 5 * DAY
    assert call(database, "replies.oldest", other.id) == TODAY - 9 * DAY


def test_who_wrote_a_reply_that_waits_is_known_by_the_audit_and_its_day(database: Database) -> None:
    box = mailbox(submitted(database).id)
    call(database, "mailboxes.put", box)

    def answered(by: str, days_ago: int, *, read: bool = False, **changes: Any) -> CaseId:
        case = submitted(database, **changes)
        day = NOW - days_ago * DAY
        waits = reply(box.id, day=day.date())
        call(database, "replies.add", waits)
        call(database, "objects.put", sealed(case.id, id=waits.id, kind="reply", state=ObjectState.SENT))
        for act in ("read", "reply"):
            call(database, "audit.append", AuditEntry(at=day, actor=by, act=act, reference=case.reference))
        if read:
            call(database, "replies.remove", waits.id)
        return case.id

    mine, older = answered("desk:Boris", 3), answered("desk:Boris", 400)
    answered("desk:Anna", 3)
    answered("desk:Boris", 3, read=True)
    answered("desk:Boris", 3, status=Status.CLOSED)
    answered("desk:Boris", 3, deletes_at=NOW.replace(microsecond=0))
    # Boris answered in it too, a day before; that one was read.
    both = answered("desk:Anna", 2)
    reference = call(database, "cases.by_id", both).reference
    call(database, "audit.append", AuditEntry(at=NOW - 3 * DAY, actor="desk:Boris", act="reply", reference=reference))
    assert set(call(database, "replies.waiting_of", "desk:Boris")) == {mine, older}


def test_removing_a_mailbox_removes_its_replies(database: Database) -> None:
    box = mailbox(submitted(database).id)
    call(database, "mailboxes.put", box)
    call(database, "replies.add", reply(box.id))
    call(database, "mailboxes.remove", box.id)
    assert call(database, "replies.waiting", box.id) == ()


def test_a_reply_to_a_mailbox_that_is_gone_is_refused(database: Database) -> None:
    with pytest.raises(StoreError):
        call(database, "replies.add", reply(b"no such box 1234"))


def test_a_conversation_is_kept_once_and_never_changed(database: Database) -> None:
    before = call(database, "conversations.get", DIGEST)
    call(database, "conversations.put", DIGEST, "another text")
    assert call(database, "conversations.get", DIGEST) == before
    assert call(database, "conversations.get", "00" * 32) is None


def test_a_conversation_keeps_every_letter(database: Database) -> None:
    call(database, "conversations.put", "cd" * 32, '{"id":"Ҳуҷҷат ғӣқӯ 🕊"}')
    assert call(database, "conversations.get", "cd" * 32) == '{"id":"Ҳуҷҷат ғӣқӯ 🕊"}'


def test_an_update_is_seen_once_per_account(database: Database) -> None:
    assert not call(database, "updates.seen", 7, 2**40)
    call(database, "updates.record", 7, 2**40, TODAY)
    assert call(database, "updates.seen", 7, 2**40)
    assert not call(database, "updates.seen", 8, 2**40)
    with pytest.raises(StoreError):
        call(database, "updates.record", 7, 2**40, TODAY)


def test_updates_are_forgotten_by_day(database: Database) -> None:
    call(database, "updates.record", 7, 1, TODAY - DAY)
    call(database, "updates.record", 7, 2, TODAY)
    call(database, "updates.forget", TODAY)
    assert not call(database, "updates.seen", 7, 1)
    assert call(database, "updates.seen", 7, 2)


def test_the_keyrings_serial_never_falls(database: Database) -> None:
    seen = []
    for serial in (0, 3, 2, 5):
        call(database, "keyring.record", serial)
        seen.append(call(database, "keyring.highest_serial"))
    assert seen == [0, 3, 3, 5]


def test_the_salt_is_made_once(database: Database) -> None:
    first = call(database, "salt.of", lambda count: b"s" * count)
    assert first == b"s" * 32
    assert call(database, "salt.of", lambda count: b"t" * count) == first


def test_workers_that_start_together_agree_on_salt_and_serial(database: Database, database_url: str) -> None:
    others = [Database(database_url) for _ in range(3)]

    def salt(transaction: Transaction) -> bytes:
        return transaction.salt.of(token_bytes)

    def serial(transaction: Transaction) -> None:
        transaction.keyring.record(7)

    assert [future.exception() for future in [other.turn(serial) for other in others * 4]] == [None] * 12
    assert len({future.result() for future in [other.turn(salt) for other in others * 4]}) == 1
    assert call(database, "keyring.highest_serial") == 7
    for other in others:
        other.close()


def test_the_audit_tells_what_was_done_to_a_case_in_order(database: Database) -> None:
    mine = Reference("PN-TEST-AUDT")
    acts = [
        AuditEntry(at=NOW.replace(microsecond=0), actor="console:Anna", act=act, reference=mine, reason=reason)
        for act, reason in (("claim", None), ("close", "handled"))
    ]
    for entry in acts:
        call(database, "audit.append", entry)
    assert call(database, "audit.of_case", mine) == tuple(acts)
    assert call(database, "audit.of_case", "PN-TEST-ELSE") == ()
