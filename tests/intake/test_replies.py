"""What staff wrote: found with the code or in the live window, shown once, gone when it was read."""

from dataclasses import replace
from datetime import date

import pytest

from bot.app.nature import random_bytes
from bot.ids import ChatId, ObjectId
from bot.intake.incoming import Tap
from bot.intake.one_code import UNSHOWN
from bot.sealing.code import parse_code
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.mailbox import derive
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from bot.store.staff_values import EventKind
from bot.store.values import Case, ObjectState, Stage
from bot.store.values import Reply as Row
from tests.intake.desk import SALT, Desk, run
from tests.intake.ways import about_a_second_person, sent
from tests.made_up import call, sealed

WORDS = "MADE UP: can you say when?"


def reply(desk: Desk, case: Case, code: str, words: str = WORDS, *, signer: Signer | None = None) -> ObjectId:
    """Let a reviewer, or whoever signs, answer; the desk for it comes later, the format is here."""
    parsed = parse_code(code)
    assert parsed is not None
    mailbox = derive(parsed, SALT)
    name, reviewer = ObjectId(random_bytes(16)), desk.made.keys.reviewer
    body = Reply(author=reviewer.name, day="2026-11-23", words=words, fingerprint="0001 0002 0003 0004")
    header = Header(kind=ObjectKind.REPLY, deployment=desk.made.keyring.deployment, case=case.id, object=name)
    signed = body.signed(signer or reviewer.signer, case.id, name).to_bytes()
    row = Row(
        id=name,
        mailbox_id=mailbox.id,
        data=seal(header, signed, (mailbox.recipient,), random_bytes),
        day=date(2026, 11, 23),
    )
    desk.database.turn(lambda tx: tx.replies.add(row)).result()
    return name


def kinds(desk: Desk, case: Case) -> list[EventKind]:
    heard = desk.database.turn(lambda tx: tx.events.after(0, 50)).result()
    return [each.kind for each in heard if each.case_id == case.id]


@pytest.mark.parametrize("with_code", [True, False])
def test_a_reply_is_read_once_and_gone_from_chat_and_database(desk: Desk, *, with_code: bool) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        reply(desk, desk.queue()[0], code)
        reader = desk.phone(2) if with_code else phone
        if with_code:
            await reader.says(code)
        else:
            await reader.start()
            await reader.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
        assert desk.text("ST_question.say") in reader.text()
        assert WORDS not in reader.text()
        await reader.tap("RT1_status.read")
        shown = next(each.message for each in reader.screen.values() if WORDS in each.message.text)
        assert shown.spoiler == WORDS
        assert shown.protect
        assert desk.queue()[0].seen_by_person is None
        await reader.tap("RT2_read.have_read")
        assert WORDS not in reader.text(), "“this message is erased”"
        assert "replies" not in desk.rows()
        (case,) = desk.queue()
        assert case.seen_by_person is not None
        assert kinds(desk, case)[-1] is EventKind.REPLIED_READ
        assert "RT1_status.read" not in [button.name for _, button in reader.all_buttons()]

    run(talk())


def test_a_reply_about_either_person_is_found_from_either_case(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        await phone.says(code)
        await about_a_second_person(phone)
        for case in desk.queue():
            reply(desk, case, code, f"MADE UP: about {case.reference}")
        await phone.says(code)
        await phone.taps("RT1_cases.case_1", "RT1_status.read")
        assert all(f"MADE UP: about {case.reference}" in phone.text() for case in desk.queue())

    run(talk())


def test_what_was_not_surely_shown_can_be_read_again(desk: Desk) -> None:
    """The messenger failed after the reply was opened: nobody is asked to erase what they may not have seen."""

    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        reply(desk, desk.queue()[0], code)
        await phone.says(code)
        message, button = next(each for each in phone.all_buttons() if each[1].name == "RT1_status.read")
        turn = await desk.intake.handle(phone.incoming(Tap(data=button.data, message_id=message)))
        assert any(WORDS in message.text for message in turn.messages)
        again = await desk.intake.again(ChatId(1), late=False)
        assert [message.name for message in again.messages] == ["RT1_status"]

    run(talk())


def test_a_reply_that_no_member_signed_is_neither_shown_nor_erased(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        reply(desk, desk.queue()[0], code, "MADE UP: from a stranger", signer=Signer(bytes(32)))
        await phone.says(code)
        await phone.tap("RT1_status.read")
        assert "MADE UP" not in phone.text()
        assert phone.sees("RT4_unshown", "RT1_status")
        reply(desk, desk.queue()[0], code)
        await phone.taps("RT1_status.read", "RT2_read.have_read")
        assert desk.rows()["replies"] == 1, "what was read is gone, what was not shown is not"

    run(talk())


def test_staff_are_told_once_until_they_look_that_a_reply_cannot_be_shown(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        (case,) = desk.queue()
        call(desk.database, "cases.mark_read", case.id, desk.clock())
        call(desk.database, "cases.set_stage", case.id, Stage.INFO_REQUESTED, desk.clock())
        reply(desk, case, code, signer=Signer(bytes(32)))
        await phone.says(code)
        for _ in range(3):
            await phone.tap("RT1_status.read")
        assert desk.text("RT4_unshown.say") in phone.text()
        (told,) = desk.queue()
        assert (told.news, told.paused) == (True, False)
        assert kinds(desk, case).count(EventKind.ENRICHED) == 1
        call(desk.database, "cases.mark_read", case.id, desk.clock())
        # One that can be shown is shown; of the other staff hear again.
        reply(desk, case, code)
        await phone.tap("RT1_status.read")
        assert WORDS in phone.text()
        assert kinds(desk, case).count(EventKind.ENRICHED) == 2

    run(talk())


def test_of_several_people_under_one_code_the_news_is_of_the_one_who_was_answered(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        await phone.says(code)
        await about_a_second_person(phone)
        first, second = desk.queue()
        for case in (first, second):
            call(desk.database, "cases.mark_read", case.id, desk.clock())
        name = reply(desk, second, code, signer=Signer(bytes(32)))
        call(desk.database, "objects.put", sealed(second.id, id=name, kind="reply", state=ObjectState.SENT))
        await phone.says(code)
        await phone.taps("RT1_cases.case_1", "RT1_status.read")
        news = {case.id: case.news for case in desk.queue()}
        assert news == {first.id: False, second.id: True}

    run(talk())


def test_a_case_of_an_older_conversation_says_what_it_can(desk: Desk) -> None:
    async def talk() -> None:
        today = desk.conversation
        desk.conversation = replace(
            today, screens={name: each for name, each in today.screens.items() if name != UNSHOWN}
        )
        desk.restart()
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        desk.conversation = today
        desk.restart(phone)
        reply(desk, desk.queue()[0], code, signer=Signer(bytes(32)))
        await phone.says(code)
        await phone.tap("RT1_status.read")
        assert phone.sees("ERR_ours", "RT1_status")
        assert desk.queue()[0].news

    run(talk())


def test_without_a_keyring_a_reply_waits_for_the_next_one(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        reply(desk, desk.queue()[0], code)
        await phone.says(code)
        desk.keyring.keyring = None
        await phone.tap("RT1_status.read")
        assert phone.sees("RT4_unshown", "RT1_status")
        desk.keyring.keyring = desk.made.keyring
        await phone.tap("RT1_status.read")
        assert WORDS in phone.text()

    run(talk())


def test_a_reply_that_waited_unread_when_another_code_was_made_is_news_to_staff(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        old = await sent(phone)
        desk.opened(desk.queue()[0])
        await phone.tap("R1_code.new_code")
        assert not desk.queue()[0].news, "nothing waited"
        assert phone.code not in {None, old}
        reply(desk, desk.queue()[0], phone.code or "")
        await phone.tap("R1_code.new_code")
        assert desk.queue()[0].news, "it has to be sealed to the new mailbox"
        assert "replies" not in desk.rows()

    run(talk())
