"""Numbered cases of real chats and holes of the core paths that the conversation answers and no other journey shows."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.emulator.faults import Refuse
from bot.emulator.person import Person
from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone


async def _asked_to_write(service: Service, locale: str = "en") -> Phone:
    phone = Phone(service, locale)
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
    await phone.until_sees("E3_who_where.say")
    return phone


async def _finish(phone: Phone) -> None:
    await phone.tap("E4_contact.code_only", "Z1_send.send")
    await phone.code()
    phone.same(phone.service.queue()[0])


@pytest.mark.parametrize(
    ("send", "told"),
    [
        (lambda person: person.sticker(), "ERR_kind"),
        (lambda person: person.voice(), "ERR_voice"),
        (lambda person: person.video_note(), "ERR_voice"),
        (lambda person: person.photo(), "ERR_file"),
        (lambda person: person.document(), "ERR_file"),
        (lambda person: person.location(), "ERR_location"),
        (lambda person: person.contact(), "ERR_card"),
    ],
    ids=["sticker", "voice", "video note", "photo", "document", "location", "card"],
)
def test_case_01_what_cannot_be_taken_is_said_kindly_and_the_question_stays(
    shared: Shared, tmp_path: Path, send: Callable[[Person], object], told: str
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            await phone.do(lambda: send(phone.person))
            await phone.until_sees(f"{told}.say", "E3_who_where.say")
            await phone.until(phone.typed_is_gone)
            await phone.say("MADE UP: in words then", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())


def test_hole_08_who_cannot_write_reaches_a_person_with_buttons_alone(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            await phone.do(phone.person.voice)
            await phone.tap("ERR_voice.cannot_write")
            phone.notebook.choices["E3_who_where"] = ("cannot_write", "en")
            await phone.tap("E4b_contact_no_text.this_chat_neutral", "Z1_send.send")
            await phone.code()
            assert "wants_to_talk" in phone.same(service.queue()[0])["flags"]

    asyncio.run(journey())


def test_case_04_words_under_a_picture_are_kept_and_the_picture_is_not(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            await phone.do(lambda: phone.person.photo(caption="MADE UP: the car that waited"))
            phone.notebook.wrote("E3_who_where", "MADE UP: the car that waited", "en")
            await phone.until_sees("ERR_file.say", "E4_contact.say")
            await _finish(phone)

    asyncio.run(journey())


def test_case_02_a_voice_message_is_refused_kindly_because_a_voice_is_recognised(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service, "tg")
            await phone.do(phone.person.voice)
            await phone.until_sees("ERR_voice.say", "E3_who_where.say")
            assert "drafts" in service.rows()
            assert not service.world.asked("getFile"), "it is not even fetched"

    asyncio.run(journey())


def test_case_14_numbers_stay_in_the_words_they_came_in(shared: Shared, tmp_path: Path) -> None:
    _answers_when(shared, tmp_path, "two or three days ago, I do not know")


def test_case_15_a_date_of_any_calendar_stays_in_the_words_it_came_in(shared: Shared, tmp_path: Path) -> None:
    _answers_when(shared, tmp_path, "13 сафар 1448, дня за два до праздника")


def _answers_when(shared: Shared, tmp_path: Path, words: str) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_consent()
            await phone.tap("B1_consent_store.yes_send", "B2_about_whom.myself", "N1_contact.code_only")
            await phone.tap("F1_main.pressure")
            await phone.until_sees("F2_story.say")
            await phone.tap("nav.skip")
            await phone.until_sees("F3_when.say")
            await phone.say(words, to="F3_when")
            await phone.tap("F4_ongoing.ongoing", "D1_un_link.no", "Z1_send.send")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


@pytest.mark.parametrize("text_first", [False, True])
def test_case_24_a_tap_and_a_text_at_the_same_moment_are_both_kept(
    shared: Shared, tmp_path: Path, *, text_first: bool
) -> None:
    """Words written before the next question could be seen belong to the story, never to that question."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_urgent_consent()
            await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            await phone.say("MADE UP: my brother", to="E3_who_where")
            await phone.until_sees("E4_contact.say")
            if text_first:
                phone.person.send("MADE UP: and his friend")
            phone.press("E4_contact.code_only")
            if not text_first:
                phone.person.send("MADE UP: and his friend")
            await phone.until(phone.typed_is_gone)
            if text_first:
                await phone.tap("ERR_contact_or_story.story", "E4_contact.code_only")
            await phone.until_sees("Z1_send.say")
            phone.notebook.choices["E4_contact"] = ("code_only", "en")
            if text_first:
                phone.notebook.wrote("O1_more_words", "MADE UP: and his friend", "en")
            else:
                phone.notebook.wrote("E3_who_where", "MADE UP: my brother\nMADE UP: and his friend", "en")
            await phone.tap("Z1_send.send")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_37_a_number_that_answers_an_older_question_presses_no_button_of_the_newest(
    shared: Shared, tmp_path: Path
) -> None:
    """The older question still stands there because the messenger did not remove it; the words are not lost."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_urgent_consent()
            await phone.tap("E1_consent_urgent.yes_send")
            await phone.until_sees("E2_what_now.say")
            older = phone.last().message_id
            stuck = Refuse(code=400, description="Bad Request: message can't be deleted")
            service.world.fail("deleteMessages", stuck, times=100)
            await phone.tap("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            await phone.tap("nav.skip")
            await phone.until_sees("E4_contact.say")
            await phone.do(lambda: phone.person.send("after 7, please", reply_to=older))
            await phone.tap("ERR_contact_or_story.story")
            await phone.tap("E4_contact.code_only")
            await phone.until_sees("Z1_send.say")
            await phone.do(lambda: phone.person.send("1", reply_to=older))
            await phone.until_sees("ERR_added.say")
            assert service.queue() == (), "1 would send where it answered the newest question"
            phone.notebook.wrote("O1_more_words", "after 7, please\n1", "en")
            await phone.tap("Z1_send.send")
            await phone.until_sees("R1_code.kept")
            phone.same(service.queue()[0])

    asyncio.run(journey())


@pytest.mark.parametrize("typed", ["/strat", "/nothing_like_it"])
def test_case_47_an_unknown_command_gets_short_help_and_the_question_waits(
    shared: Shared, tmp_path: Path, typed: str
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service, "tg")
            await phone.say(typed)
            await phone.until_sees("HELP.say")
            await phone.until(phone.typed_is_gone)
            await phone.tap("HELP.to_question")
            await phone.until_sees("E3_who_where.say")
            await phone.say("МАЪЛУМОТИ СОХТА", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())


def test_case_40_twenty_forwarded_messages_are_all_kept_in_order(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_consent()
            await phone.tap("B1_consent_store.yes_send", "B2_about_whom.myself", "N1_contact.code_only")
            await phone.tap("F1_main.pressure")
            await phone.until_sees("F2_story.say")
            texts = [f"MADE UP: forwarded {number}" for number in range(20)]
            for text in texts:
                phone.person.forward(text, sender="Sample")
            await phone.until(phone.typed_is_gone)
            phone.notebook.wrote("F2_story", "\n".join(texts), "en")
            await phone.tap("F2_more.ready", "F3_when.today", "F4_ongoing.ended", "D1_un_link.no", "Z1_send.send")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_51_a_cry_for_help_comes_first_everywhere(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service, "ru")
            await phone.say("они у двери", to="E3_who_where")
            await phone.until_sees("URG.say")
            await phone.tap("URG.send_now")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_56_whoever_takes_the_phone_later_sees_nothing_of_the_case(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends()
            await service.later(hours=2)
            await phone.until(lambda: phone.person.screen() == ())
            await phone.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes")
            await phone.until_sees("A3_danger.say")
            assert not phone.sees("S4_resume.say")

    asyncio.run(journey())


def test_hole_09_late_text_after_the_story_is_added_to_it(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            phone.person.send("MADE UP: the beginning")
            phone.person.send("MADE UP: and the rest, typed before the next question came")
            await phone.until_sees("E4_contact.say")
            await phone.until(phone.typed_is_gone)
            await service.later(minutes=30)
            opened = service.opened(service.queue()[0])
            words = "\n".join(row["value"] for row in opened["answers"] if not row["labels"])
            assert "the beginning" in words
            assert "and the rest" in words

    asyncio.run(journey())


def test_hole_15_who_floods_gets_one_calm_line_and_contacts_and_exit_stay_open(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            for number in range(45):
                phone.person.send(f"MADE UP: {number}")
            await phone.until(phone.typed_is_gone)
            await phone.until_sees("ERR_abuse.say")
            assert phone.everything().count(phone.text("ERR_abuse.say")) == 1
            await phone.tap("ERR_abuse.contacts")
            await phone.until_sees("C1_contacts.say")
            await phone.tap("ERR_abuse.exit")
            await phone.until(lambda: phone.last().text == phone.text("EXIT_line.say"))

    asyncio.run(journey())


def test_hole_21_in_the_live_window_the_same_chat_needs_no_code(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends()
            await service.later(hours=1, minutes=59)
            await phone.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
            await phone.until_sees("S0_menu.enough")

    asyncio.run(journey())


def test_hole_24_without_a_roster_nobody_is_promised_an_hour(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends()
            assert phone.text("when_1d.say") in phone.everything()
            assert phone.text("when_1h.say") not in phone.everything()

    asyncio.run(journey())


def test_hole_26_no_link_to_the_un_is_as_welcome_as_any_other_answer(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            seen = []
            for link in ("no", "yes_took_part"):
                phone = Phone(service, "en")
                await phone.to_consent()
                await phone.tap("B1_consent_store.yes_send", "B2_about_whom.myself", "N1_contact.code_only")
                await phone.tap("F1_main.pressure")
                await phone.until_sees("F2_story.say")
                await phone.tap("nav.skip", "F3_when.today", "F4_ongoing.ended", f"D1_un_link.{link}", "Z1_send.send")
                await phone.code()
                seen.append(phone.last().text)
            assert seen[0] == seen[1]
            assert len({case.urgency for case in service.queue()}) == 1

    asyncio.run(journey())


def test_hole_30_the_first_typed_answer_says_that_it_will_disappear(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            assert "your message disappears here" in phone.last().text
            await phone.say("MADE UP", to="E3_who_where")
            await phone.until(phone.typed_is_gone)
            assert phone.last().text.startswith("Kept.")

    asyncio.run(journey())


def test_hole_32_before_sending_answers_can_be_given_again_but_never_looked_at(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            await phone.say("MADE UP: tyrkviz", to="E3_who_where")
            await phone.tap("E4_contact.code_only", "Z1_send.answer_again")
            await phone.until_sees("ANSWERED.say")
            assert "tyrkviz" not in phone.everything()
            await phone.do(lambda: phone.person.tap(phone.text("menu.to_question")))
            await phone.until_sees("Z1_send.say")

    asyncio.run(journey())


def test_hole_41_the_kind_of_contact_stands_in_the_facts_and_the_way_itself_in_identity(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            kinds = []
            for way in (None, "Signal, +00 000, after dark"):
                phone = await _asked_to_write(service)
                await phone.say("MADE UP", to="E3_who_where")
                await phone.until_sees("E4_contact.say")
                if way is None:
                    await phone.tap("E4_contact.this_chat_neutral")
                else:
                    await phone.say(way, to="E4_contact")
                before = {case.reference for case in service.queue()}
                await phone.tap("Z1_send.send")
                await phone.code()
                (case,) = [case for case in service.queue() if case.reference not in before]
                rows = [row for row in phone.same(case)["answers"] if row["node"] == "E4_contact"]
                kinds.append([(row["value"], row["compartment"]) for row in rows])
            assert kinds == [
                [("this_chat_neutral", "facts")],
                [("Signal, +00 000, after dark", "identity")],
            ]

    asyncio.run(journey())
