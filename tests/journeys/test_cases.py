"""Numbered cases of real chats and holes of the core paths that the conversation answers and no other journey shows."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_case_37_an_answer_to_an_older_question_is_not_lost(shared: Shared, tmp_path: Path) -> None:
    """Written as a reply to the messenger's copy of a question that is gone: it counts where the person stands."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _asked_to_write(service)
            asked = phone.last().message_id
            await phone.do(lambda: phone.person.send("MADE UP: as a reply", reply_to=asked))
            phone.notebook.wrote("E3_who_where", "MADE UP: as a reply", "en")
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
