"""What staff do to reach the person, as the person meets it: tries they are told of, and a chat that staff doubt."""

from datetime import date

import pytest

from bot.i18n.formats import day as day_text
from bot.ids import ChatId
from bot.intake.incoming import Said
from bot.store.values import Case, Stage
from tests.intake.desk import Desk, run
from tests.intake.phone import Phone
from tests.intake.test_replies import WORDS, reply
from tests.intake.ways import about_a_second_person, sent
from tests.made_up import call


def tried(desk: Desk, case: Case, *, days: float = 0) -> str:
    """Staff try to reach the person, so many days from now; returns the day as it is said."""
    desk.clock.advance(days=days)
    call(desk.database, "cases.tried", case.id, desk.clock())
    found: date | None = call(desk.database, "cases.by_id", case.id).tried_on
    assert found is not None
    return day_text(found, "en")


def doubt(desk: Desk, case: Case, *, doubted: bool = True) -> None:
    desk.database.turn(lambda tx: tx.cases.set_compromised(case.id, desk.clock(), doubted=doubted)).result()


def buttons(phone: Phone) -> list[str]:
    return [button.name for _, button in phone.all_buttons()]


async def back_in_the_same_chat(phone: Phone) -> None:
    await phone.start()
    await phone.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")


def test_whoever_comes_back_with_the_code_is_told_once_that_staff_tried_to_reach_them(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        day = tried(desk, desk.queue()[0], days=2)
        await phone.says(code)
        assert phone.sees("RT3_tried", "RT1_status")
        assert desk.text("RT3_tried.say").replace("{day}", day) in phone.text()
        assert phone.text().index(day) < phone.text().index(desk.text("ST_received.say"))
        assert desk.queue()[0].tried_on is None
        await phone.tap("RT1_status.exit")
        await phone.says(code)
        assert phone.sees("RT1_status")
        assert not phone.sees("RT3_tried")

    run(talk())


def test_what_is_owed_of_a_try_is_said_with_its_day_after_an_outage(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        day = tried(desk, desk.queue()[0], days=2)
        await desk.intake.handle(phone.incoming(Said(text=code, message_id=phone.number())))
        again = await desk.intake.again(ChatId(1), late=False)
        assert [message.name for message in again.messages] == ["RT3_tried+RT1_status"]
        assert day in again.messages[0].text

    run(talk())


def test_a_chat_without_the_code_is_not_told_of_a_try(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        reply(desk, desk.queue()[0], code)
        tried(desk, desk.queue()[0])
        await back_in_the_same_chat(phone)
        assert phone.sees("RT1_status")
        assert not phone.sees("RT3_tried")
        assert desk.queue()[0].tried_on is not None

    run(talk())


def test_nor_is_it_when_it_turns_from_one_person_to_another(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        first = desk.queue()[0]
        reply(desk, first, code)
        await back_in_the_same_chat(phone)
        await about_a_second_person(phone)
        tried(desk, first)
        await back_in_the_same_chat(phone)
        await phone.taps("RT1_status.cases", "RT1_cases.case_1")
        assert phone.sees("RT1_status")
        assert not phone.sees("RT3_tried")

    run(talk())


def test_of_several_people_under_one_code_each_tells_of_its_own_tries(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        await phone.says(code)
        first = desk.queue()[0]
        await about_a_second_person(phone)
        second = next(case for case in desk.queue() if case.id != first.id)
        tried(desk, second)
        await phone.says(code)
        await phone.tap("RT1_cases.case_1")
        assert not phone.sees("RT3_tried")
        await phone.taps("RT1_status.cases", "RT1_cases.case_2")
        assert phone.sees("RT3_tried", "RT1_status")
        assert call(desk.database, "cases.by_id", second.id).tried_on is None

    run(talk())


def test_a_doubted_chat_is_shown_no_reply_without_the_code(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        case = desk.queue()[0]
        call(desk.database, "cases.set_stage", case.id, Stage.INFO_REQUESTED, desk.clock())
        reply(desk, case, code)
        doubt(desk, case)
        await back_in_the_same_chat(phone)
        assert not phone.sees("RT1_status"), "nothing is told unasked"
        assert desk.text("ST_question.say") not in phone.text()
        assert desk.rows()["replies"] == 1
        # The right code still opens what it is for.
        await phone.says(code)
        assert desk.text("ST_question.say") in phone.text()
        await phone.tap("RT1_status.read")
        assert WORDS in phone.text()
        await phone.tap("RT2_read.have_read")
        assert "replies" not in desk.rows()

    run(talk())


@pytest.mark.parametrize("at", ["read", "have_read"])
def test_a_doubt_counts_from_the_next_tap_on(desk: Desk, at: str) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        case = desk.queue()[0]
        call(desk.database, "cases.set_stage", case.id, Stage.INFO_REQUESTED, desk.clock())
        reply(desk, case, code)
        await back_in_the_same_chat(phone)
        if at == "have_read":
            await phone.tap("RT1_status.read")
        doubt(desk, case)
        await phone.tap("RT1_status.read" if at == "read" else "RT2_read.have_read")
        assert desk.text("ST_working.say") in phone.text(), "that there is a question is not for whoever reads here"
        assert WORDS not in phone.text()
        assert "RT1_status.read" not in buttons(phone)
        assert desk.rows()["replies"] == 1, "nothing is erased that the person may not have read"
        doubt(desk, case, doubted=False)
        await back_in_the_same_chat(phone)
        assert "RT1_status.read" in buttons(phone)

    run(talk())


def test_a_code_that_was_typed_before_the_chat_was_closed_counts_no_more(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.exit")
        case = desk.queue()[0]
        reply(desk, case, code)
        doubt(desk, case)
        await phone.says(code)
        assert "RT1_status.read" in buttons(phone)
        await back_in_the_same_chat(phone)
        assert "RT1_status.read" not in buttons(phone)

    run(talk())


@pytest.mark.parametrize("doubted", [True, False])
def test_a_doubted_chat_gets_no_new_code(desk: Desk, *, doubted: bool) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        old = await sent(phone)
        doubt(desk, desk.queue()[0], doubted=doubted)
        await phone.tap("R1_code.new_code")
        assert (phone.code == old) is doubted

    run(talk())
