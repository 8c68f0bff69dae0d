"""Words under a question that is no longer asked: in no case, seen by no staff, and back when the question is."""

import pytest

from tests.intake.desk import Desk, run
from tests.intake.phone import Phone
from tests.intake.ways import DELETES, URGENT, to_the_story

CONTACT = "MADE UP, ring +000 000 at noon"
STORY = "MADE UP: two men came"


async def _words_without_a_question(phone: Phone, *first: str) -> None:
    """Write a contact where no text can be written, then take back that none can: the other question is asked."""
    await phone.start()
    await phone.taps(*first, "E2_what_now.other", "E3_who_where.cannot_write")
    assert phone.sees("E4b_contact_no_text")
    await phone.says(CONTACT)
    await phone.taps("Z1_send.answer_again", "answered.E3_who_where")
    await phone.says(STORY)
    assert phone.sees("E4_contact")


def _written(desk: Desk) -> dict[str, str]:
    (case,) = desk.queue()
    return desk.written(case)


@pytest.mark.parametrize("first", [URGENT, DELETES])
def test_sending_leaves_out_what_is_no_longer_asked(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await _words_without_a_question(phone, *first)
        await phone.taps("E4_contact.code_only", "Z1_send.send")

    run(talk())
    assert _written(desk) == {"E3_who_where": STORY}


def test_silence_leaves_out_what_is_no_longer_asked(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await _words_without_a_question(phone, *URGENT)
        desk.clock.advance(minutes=31)
        await desk.sweep()

    run(talk())
    assert _written(desk) == {"E3_who_where": STORY}


@pytest.mark.parametrize("first", [URGENT, DELETES])
def test_what_was_left_out_is_back_when_the_question_is(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await _words_without_a_question(phone, *first)
        desk.restart(phone)
        await phone.taps("E4_contact.code_only", "Z1_send.answer_again", "answered.E3_who_where")
        await phone.taps("E3_who_where.cannot_write", "Z1_send.send")

    run(talk())
    assert _written(desk) == {"E4b_contact_no_text": CONTACT}


def test_what_was_left_out_is_erased_with_everything_where_silence_deletes(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await _words_without_a_question(phone, *DELETES)
        desk.clock.advance(minutes=31)
        await desk.sweep()

    run(talk())
    assert desk.queue() == ()
    assert "objects" not in desk.rows()


def test_a_line_nobody_decided_about_dies_with_its_draft_and_spoils_no_later_one(desk: Desk) -> None:
    later = "MADE UP, and then they came again"

    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says(STORY)
        await phone.says("MADE UP, and then they left")
        assert phone.sees("ERR_contact_or_story")
        await phone.command("menu")
        await phone.taps("menu.to_question", "Z1_send.send", "R1_code.kept")
        await phone.command("stop")
        assert phone.code is not None
        desk.clock.advance(hours=1)
        await phone.says(phone.code)
        await phone.taps("RT1_status.add_more", "S0_menu.all", "section.reach", "nav.back")
        await phone.says(later)
        await phone.tap("ERR_contact_or_story.story")
        await phone.command("menu")
        await phone.tap("menu.send_now")

    run(talk())
    assert _written(desk) == {"E3_who_where": STORY, "O1_more_words": later}
