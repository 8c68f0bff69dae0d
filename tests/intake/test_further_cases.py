"""A further case that silence sent, or deleted: what the code leads to afterwards."""

from datetime import timedelta

import pytest

from bot.casework.reasons import CloseReason
from bot.casework.service import Casework
from bot.casework.upkeep import Upkeep
from bot.intake.coming_back import read_capsule
from bot.sealing.code import parse_code
from bot.sealing.mailbox import derive, open_capsule
from tests.intake.desk import SALT, Desk, run
from tests.intake.phone import Phone
from tests.intake.test_replies import WORDS, reply
from tests.intake.ways import sent

ABOUT_ME, ABOUT_ANOTHER = "MADE UP: two men came", "MADE UP: about a second person"


async def _begins_another(phone: Phone, silence: str = "yes_send") -> str:
    """Send a case, begin one about another person and fall silent; return the code."""
    code = await sent(phone)
    await phone.taps("R1_code.kept", "R2_after.exit")
    await phone.says(code)
    await phone.taps("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", f"E1_consent_urgent.{silence}")
    await phone.tap("E2_what_now.other")
    await phone.says(ABOUT_ANOTHER)
    return code


async def _time_passes(desk: Desk) -> None:
    """Let silence act, and the two hours be over in which the same chat needs no code."""
    for minutes in (31, 121):
        desk.clock.advance(minutes=minutes)
        await desk.sweep()
    assert "drafts" not in desk.rows()


def _under(desk: Desk, code: str) -> int:
    """Return how many cases stand in what the code opens, sent or not."""
    parsed = parse_code(code)
    assert parsed is not None
    mailbox = derive(parsed, SALT)
    row = desk.database.turn(lambda tx: tx.mailboxes.get(mailbox.id)).result()
    assert row is not None
    return 1 + len(read_capsule(open_capsule(mailbox.id, mailbox.capsule_key, row.capsule)).others)


def _stories(desk: Desk) -> list[str]:
    return sorted(desk.written(case)["E3_who_where"] for case in desk.queue())


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_further_case_that_silence_sent_is_under_the_code(desk: Desk, *, elsewhere: bool) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await _begins_another(phone)
        await _time_passes(desk)
        (another,) = [case for case in desk.queue() if ABOUT_ANOTHER in desk.written(case).values()]
        reply(desk, another, code)
        later = desk.phone(2) if elsewhere else phone
        await later.says(code)
        assert later.sees("RT1_cases")
        await later.tap("RT1_cases.case_2")
        assert desk.text("ST_question.say") in later.text()
        await later.tap("RT1_status.read")
        assert WORDS in later.text()
        await later.taps("RT2_read.have_read", "RT1_status.add_more")
        await later.says("MADE UP: more about the second person")
        await later.says(code)
        await later.taps("RT1_cases.case_1", "RT1_status.add_more")
        await later.says("MADE UP: more about me")

    run(talk())
    added = {desk.written(case)["E3_who_where"]: desk.written(case)["O1_more_words"] for case in desk.queue()}
    assert added == {
        ABOUT_ME: "MADE UP: more about me",
        ABOUT_ANOTHER: "MADE UP: more about the second person",
    }
    assert all(case.has_code for case in desk.queue())


@pytest.mark.parametrize("deleted_by", ["silence", "the person", "a change of mind"])
def test_a_further_case_that_was_deleted_is_not_there(desk: Desk, deleted_by: str) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await _begins_another(phone, "yes_delete" if deleted_by == "silence" else "yes_send")
        if deleted_by == "the person":
            await phone.command("menu")
            await phone.taps("menu.delete_all", "DEL_confirm.delete")
        elif deleted_by == "a change of mind":
            while not phone.sees("E1_consent_urgent"):
                await phone.says("back")
            await phone.tap("E1_consent_urgent.yes_delete")
        assert _under(desk, code) == 1
        await _time_passes(desk)
        await later.says(code)
        assert later.sees("RT1_status"), "there is nothing to choose"

    run(talk())
    assert _stories(desk) == [ABOUT_ME]


def test_the_code_typed_over_a_further_case_sends_it_and_keeps_it_under_the_code(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _begins_another(phone)
        await phone.says(code)
        assert phone.sees("RT1_cases")
        await phone.taps("RT1_cases.case_2", "RT1_status.add_more")
        await phone.says("MADE UP: and more")

    run(talk())
    assert _stories(desk) == [ABOUT_ANOTHER, ABOUT_ME]


def _closed(desk: Desk, story: str) -> None:
    (case,) = [case for case in desk.queue() if story in desk.written(case).values()]
    staff = Casework(desk.database, desk.clock)
    staff.claim(case.reference, "Test reviewer")
    staff.close(case.reference, "Test reviewer", CloseReason.HANDLED)


def _a_month_passes(desk: Desk) -> None:
    desk.clock.advance(days=31)
    assert Upkeep(desk.database, desk.clock, closed_kept=timedelta(days=30)).round().closed == 1


@pytest.mark.parametrize("closed", [ABOUT_ME, ABOUT_ANOTHER])
def test_the_code_outlives_a_case_under_it_that_staff_closed(desk: Desk, closed: str) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _begins_another(phone)
        await phone.taps("E4_contact.code_only", "Z1_send.send", "R1_same.exit")
        _closed(desk, closed)
        if closed is ABOUT_ANOTHER:
            # The mailbox stands with the case that was written last: whoever looks how it is finds it closed.
            await phone.says(code)
            await phone.taps("RT1_cases.case_2", "RT1_status.exit")
        _a_month_passes(desk)
        await phone.says(code)
        assert phone.sees("RT1_status"), "the other case is there"

    run(talk())
    assert _stories(desk) == [ABOUT_ANOTHER if closed is ABOUT_ME else ABOUT_ME]
