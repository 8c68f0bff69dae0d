"""The code: coming back, deleting, what a closed chat is not shown, several cases, a line with two readings."""

import pytest

from bot.app.nature import random_bytes
from bot.intake.drafts import LIVE_WINDOW
from bot.sealing.code import new_code
from tests.intake.desk import Desk, run
from tests.intake.phone import Phone
from tests.intake.ways import DELETES, sent, to_the_story

# -- the code ---------------------------------------------------------------------------------------------------------


def test_after_its_deletion_a_case_answers_like_an_unknown_code(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.add_more")
        await phone.command("menu")
        await phone.taps("menu.delete_all", "DEL_case.delete")
        assert phone.sees("DEL_case_done")
        assert desk.queue() == (), "served to nobody at once"
        desk.clock.advance(hours=25)
        await desk.sweep()
        await other.says(code)
        deleted = other.text()
        stranger = desk.phone(3)
        await stranger.says(new_code(random_bytes).digits())
        assert deleted == stranger.text()

    run(talk())
    assert "objects" not in desk.rows()
    assert "mailboxes" not in desk.rows()


def test_the_code_calls_a_deletion_back(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        await phone.command("menu")
        await phone.taps("menu.delete_all", "DEL_case.delete")
        await other.says(code)
        await other.tap("DEL_case_done.call_back")

    run(talk())
    assert len(desk.queue()) == 1


def test_coming_back_elsewhere_cuts_off_the_first_phone_and_sends_what_was_written_there(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
        await phone.says("MADE UP: more of it")
        await other.says(code)
        assert other.sees("RT1_status")
        await phone.command("menu")
        assert phone.sees("A1_language"), "a stranger's screen"

    run(talk())
    (case,) = desk.queue()
    assert case.news
    assert "MADE UP: more of it" in desk.written(case).values()


def test_what_silence_deletes_does_not_come_back_with_the_code(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await sent(phone, *DELETES)
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
        await phone.says("MADE UP: more of it")
        desk.clock.advance(hours=3)
        await desk.sweep()
        await phone.says(code)
        await phone.taps("RT1_status.add_more")
        await phone.says("MADE UP: at the menu")

    run(talk())
    assert desk.written(desk.queue()[0]) == {
        "E3_who_where": "MADE UP: two men came",
        "O1_more_words": "MADE UP: at the menu",
    }


def test_whoever_writes_to_a_closed_chat_is_not_shown_the_code_of_a_case_sent_by_silence(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        await phone.command("stop")
        desk.clock.advance(minutes=31)
        await desk.sweep()
        for words in ("hello there you", "who are these people", "what is it"):
            await phone.says(words)
            assert phone.code is None
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
        assert phone.code is not None

    run(talk())


def test_in_the_live_window_the_same_chat_needs_no_code_and_after_it_is_a_stranger(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await sent(phone)
        await phone.tap("R1_code.kept")
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
        assert phone.sees("menu")
        desk.clock.advance(seconds=LIVE_WINDOW.total_seconds() + 60)
        await desk.sweep()
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes")
        assert phone.sees("A3_danger")

    run(talk())


# -- several cases under one code -------------------------------------------------------------------------------------


async def two_cases(desk: Desk, phone: Phone) -> str:
    """Write about oneself, then about another person, under one code; return the code."""
    code = await sent(phone)
    await phone.taps("R1_code.kept", "R2_after.exit")
    desk.clock.advance(days=1)
    await phone.says(code)
    await phone.taps("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
    await phone.taps("E2_what_now.other")
    await phone.says("MADE UP: about a second person")
    await phone.taps("E4_contact.code_only", "Z1_send.send")
    assert phone.sees("R1_same")
    assert phone.code == code, "no other code was made"
    return code


def stories(desk: Desk) -> list[dict[str, str]]:
    """Return what was written, the oldest case first."""
    return [desk.written(case) for case in sorted(desk.queue(), key=lambda case: case.arrived_at)]


def test_another_person_is_another_case_under_the_same_code(desk: Desk) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await two_cases(desk, phone)
        desk.clock.advance(days=1)
        await later.says(code)
        assert later.sees("RT1_cases")
        labels = [button.label for _, button in later.all_buttons()]
        assert labels[:2] == ["1 · 23 Nov 2026", "2 · 24 Nov 2026"], "numbers and days, never names"
        await later.taps("RT1_cases.case_1", "RT1_status.add_more")
        await later.says("MADE UP: more about me")
        await later.says(code)
        await later.taps("RT1_cases.case_2", "RT1_status.add_more")
        await later.says("MADE UP: more about the second person")

    run(talk())
    assert stories(desk) == [
        {"E3_who_where": "MADE UP: two men came", "O1_more_words": "MADE UP: more about me"},
        {"E3_who_where": "MADE UP: about a second person", "O1_more_words": "MADE UP: more about the second person"},
    ]
    (link,) = [flag for case in desk.queue() for flag in desk.opened(case)["flags"] if flag.startswith("linked:")]
    assert link.removeprefix("linked:") in {case.reference for case in desk.queue()}


def test_turning_to_the_other_case_and_back_loses_nothing_that_was_begun(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await two_cases(desk, phone)
        await phone.says(code)
        await phone.taps("RT1_cases.case_1", "RT1_status.add_more", "section.own_words")
        await phone.says("MADE UP: begun about me")
        await phone.says(code)
        await phone.taps("RT1_cases.case_2", "RT1_status.cases", "RT1_cases.case_1", "RT1_status.cases")
        desk.restart(phone)
        await phone.taps("RT1_cases.case_2", "RT1_status.add_more")
        await phone.says("MADE UP: the end")

    run(talk())
    mine, theirs = stories(desk)
    assert "MADE UP: begun about me" in mine.values()
    assert theirs["O1_more_words"] == "MADE UP: the end"


@pytest.mark.parametrize("deleted", [1, 2])
def test_deleting_one_case_leaves_the_other_under_the_code(desk: Desk, deleted: int) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await two_cases(desk, phone)
        await phone.says(code)
        await phone.taps(f"RT1_cases.case_{deleted}", "RT1_status.delete_case", "DEL_case.delete")
        assert len(desk.queue()) == 1
        desk.clock.advance(hours=25)
        await desk.sweep()
        await later.says(code)
        assert later.sees("RT1_status"), "one case is left, so there is nothing to choose"
        await later.tap("RT1_status.add_more")
        await later.says("MADE UP: still here")

    run(talk())
    (left,) = stories(desk)
    assert left["O1_more_words"] == "MADE UP: still here"
    assert left["E3_who_where"] == ("MADE UP: about a second person" if deleted == 1 else "MADE UP: two men came")


def test_a_case_that_is_not_there_cannot_be_turned_to(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await two_cases(desk, phone)
        await phone.says(code)
        data = next(button.data for _, button in phone.all_buttons() if button.name == "RT1_cases.case_1")
        for forged in ("case_3", "case_", "case_x", "case_99999"):
            await phone.press(None, data.replace("case_1", forged))
        await phone.says(code)
        assert phone.sees("RT1_cases")

    run(talk())
    assert len(desk.queue()) == 2


def test_a_phone_that_was_taken_while_writing_about_another_person_is_cut_off_from_the_code_too(desk: Desk) -> None:
    async def talk() -> None:
        taken, other, third = desk.phone(1), desk.phone(2), desk.phone(3)
        code = await sent(taken)
        await taken.taps("R1_code.kept", "R2_after.exit")
        await taken.says(code)
        await taken.taps("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
        await taken.taps("E2_what_now.other")
        await other.says(code)
        await other.taps("RT1_status.add_more")
        await other.says("MADE UP: more about me")
        await taken.says("MADE UP: about a second person")
        await taken.taps("E4_contact.code_only", "Z1_send.send")
        assert taken.sees("R1_code")
        assert taken.code != code, "a case of its own, under a code of its own"
        await taken.taps("R1_code.kept")
        await taken.says(taken.code or "")
        assert not [name for name in taken.names() if name == "RT1_cases"]
        await third.says(code)
        assert third.sees("RT1_status"), "what was written on the other phone is the latest there is"
        await third.taps("RT1_status.add_more")
        await third.says("MADE UP: and more")

    run(talk())
    assert sorted(stories(desk), key=len) == [
        {"E3_who_where": "MADE UP: about a second person"},
        {"E3_who_where": "MADE UP: two men came", "O1_more_words": "MADE UP: more about me\nMADE UP: and more"},
    ]


# -- a line with two readings -----------------------------------------------------------------------------------------


def test_a_story_told_at_the_contact_question_survives_whatever_is_written_afterwards(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        await phone.says("MADE UP: they had no papers")
        await phone.tap("ERR_contact_or_story.story")
        await phone.tap("E4_contact.code_only")
        await phone.says("MADE UP: one more thing")
        await phone.says("MADE UP: and another")
        await phone.tap("Z1_send.send")

    run(talk())
    assert desk.written(desk.queue()[0]) == {
        "E3_who_where": "MADE UP: two men came",
        "O1_more_words": "MADE UP: they had no papers\nMADE UP: one more thing\nMADE UP: and another",
    }


@pytest.mark.parametrize(
    ("which", "where"), [("contact", "E4_contact"), ("story", "O1_more_words"), (None, "E4_contact")]
)
def test_an_edited_line_is_edited_in_both_readings(desk: Desk, which: str | None, where: str) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        number = phone.number()
        await phone.says("MADE UP: ask my sister", message_id=number)
        await phone.says("MADE UP: ask my brother", message_id=number, edited=True)
        if which is not None:
            screen = "ERR_contact_or_story"
            data = next(
                button.data
                for turn in phone.history
                for message in turn.messages
                for row in message.rows
                for button in row
                if button.name == f"{screen}.{which}"
            )
            await phone.press(None, data)
        await phone.command("menu")
        await phone.tap("menu.send_now")

    run(talk())
    assert desk.written(desk.queue()[0])[where] == "MADE UP: ask my brother"


def test_pausing_right_after_silence_has_sent_the_case_shows_no_code(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        await phone.command("menu")
        desk.clock.advance(minutes=31)
        await desk.sweeper.round()
        await phone.tap("menu.later")
        assert phone.sees("S3_later")
        assert phone.code is None

    run(talk())
