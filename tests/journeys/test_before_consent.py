"""Before anybody agreed: nothing is written, whatever is tapped or typed; the story that came first is not lost."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.line import Shared, running
from tests.journeys.phone import Phone

STORY = "ВЫДУМАННОЕ ДЕЛО: вчера двое ждали у подъезда в Образцовске, потом звонили"


@pytest.mark.parametrize("path", ["no", "yes_now"])
def test_refusing_consent_leaves_every_table_empty(shared: Shared, tmp_path: Path, path: str) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "tg")
            await phone.start()
            await phone.tap("A1_language.tg", "A2_safe_here.yes", f"A3_danger.{path}")
            consent = "B1_consent_store" if path == "no" else "E1_consent_urgent"
            await phone.tap(f"{consent}.no")
            await phone.until_sees("L0_no.say")
            await phone.say("МАЪЛУМОТИ СОХТА")
            await phone.tap("A1_language.tg", "A2_safe_here.yes")
            assert service.rows() == {}, "not even the ids of updates"

    asyncio.run(journey())


def test_hole_02_only_a_tap_is_consent_and_other_words_get_the_question_again(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.start()
            for typed, then in [("русский", "A2_safe_here"), ("ҳа", "A3_danger"), ("нет", "B1_consent_store")]:
                await phone.say(typed)
                await phone.until_sees(f"{then}.say")
            for typed in ["да", "Да. Если замолчу – отправить", "1"]:
                await phone.say(typed)
                await phone.until_sees("B1_consent_store.say")
                await phone.until(phone.typed_is_gone)
            await phone.do(lambda: phone.person.send("полиция у двери"))
            await phone.until_sees("URG_before.say")
            await phone.tap("URG_before.to_question")
            await phone.do(lambda: phone.person.send(STORY))
            await phone.until_sees("P0_text_before_consent.say", "B1_consent_store.say")
            assert service.rows() == {}
            await phone.tap("B1_consent_store.exit")
            await phone.until(lambda: [shown.text for shown in phone.person.screen()] == [phone.text("EXIT_line.say")])
            assert service.rows() == {}

    asyncio.run(journey())


def test_hole_01_a_story_that_came_first_is_taken_when_yes_is_tapped(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.do(lambda: phone.person.send(STORY))
            await phone.until_sees("P0_text_before_consent.say", "B1_consent_store.say")
            assert phone.last().reply_to == next(shown.message_id for shown in phone.person.history())
            assert service.rows() == {}, "the story stands in the chat and nowhere else"
            await phone.tap("B1_consent_store.yes_send")
            await phone.until(phone.typed_is_gone)
            await phone.until_gone("P0_text_before_consent.say")
            phone.notebook.wrote("O1_more_words", STORY, "ru")
            phone.notebook.choices["A1_language"] = ("ru", "ru")
            await phone.tap("A2_safe_here.yes", "A3_danger.no")
            await _to_the_end(phone)
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_stopping_after_a_story_was_kept_closes_and_leaves_it_to_the_silence_choice(
    shared: Shared, tmp_path: Path
) -> None:
    """Consent was given to the story; then the person says that it is not safe here."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.do(lambda: phone.person.send(STORY))
            await phone.tap("B1_consent_store.yes_send", "A2_safe_here.no")
            await phone.until(lambda: phone.visible().count("\n") == 0)
            assert phone.last().text == phone.text("EXIT_line.say")
            assert service.queue() == ()
            await service.later(hours=24)
            phone.notebook.forget("A2_safe_here")
            phone.notebook.choices["A1_language"] = ("ru", "ru")
            phone.notebook.wrote("O1_more_words", STORY, "ru")
            phone.same(service.queue()[0], ending="silence")

    asyncio.run(journey())


async def _to_the_end(phone: Phone) -> None:
    await phone.tap("B2_about_whom.myself", "N1_contact.code_only", "F1_main.pressure")
    await phone.until_sees("F2_story.say")
    await phone.tap("nav.skip", "F3_when.today", "F4_ongoing.ongoing", "D1_un_link.no", "Z1_send.send")
    await phone.code()


def test_hole_14_only_trying_it_stores_nothing_and_counts_nothing(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes", "nav.menu", "menu.help", "HELP.trial")
            await phone.until_sees("TRIAL.say")
            await phone.tap("A3_danger.yes_now", "E1_consent_urgent.yes_send", "E2_what_now.other")
            await phone.say("MADE UP: only trying")
            await phone.tap("E4_contact.code_only", "Z1_send.send")
            await phone.until_sees("EXIT_line.say")
            for shown in phone.person.history()[6:]:
                trying = shown.incoming or "MADE UP" in shown.text or phone.text("TRIAL.say") in shown.text
                assert trying or shown.text in {phone.text("HELP.say"), phone.text("menu.say")}, shown.text
            assert service.rows() == {}
            assert not phone.person.sees("MADE UP")
            code = await phone.sends(story="MADE UP: in earnest now")
            assert len(code.split()) == 8, "after a trial the real thing works"
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_hole_16_start_looks_the_same_for_everybody_until_a_code_is_typed(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            stranger, owner = Phone(service, "ru"), Phone(service, "ru")
            await owner.sends()
            for phone in (stranger, owner):
                await phone.start()
                await phone.until_sees("A1_language.ru")
            await owner.until(lambda: len(owner.person.screen()) == 1)
            await stranger.until(lambda: len(stranger.person.screen()) == 1)
            assert owner.last().text == stranger.last().text
            assert owner.last().rows == stranger.last().rows

    asyncio.run(journey())


def test_hole_16_what_the_code_shows_leaves_the_screen_after_ten_quiet_minutes(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone, later = Phone(service, "ru"), Phone(service, "ru")
            code = await phone.sends()
            await later.start()
            await later.say(code)
            await later.until_sees("ST_received.say")
            await later.until(later.typed_is_gone)
            await service.later(minutes=9)
            assert later.sees("ST_received.say")
            await service.later(minutes=1)
            await later.until(lambda: later.person.screen() == ())

    asyncio.run(journey())


def test_case_80_who_reads_this_is_answered_honestly_and_nothing_moves(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_urgent_consent()
            await phone.say("who reads this?")
            await phone.until_sees("WHO.say")
            assert phone.person.sees("Test Desk")
            assert phone.person.sees("desk.example")
            await phone.tap("WHO.to_question")
            await phone.until_sees("E1_consent_urgent.say")
            assert service.rows() == {}

    asyncio.run(journey())


def test_hole_35_contacts_stay_until_they_are_hidden_or_a_quiet_hour_has_passed(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            hiding, quiet = Phone(service, "en"), Phone(service, "en")
            for phone in (hiding, quiet):
                await phone.to_consent()
                await phone.tap("B1_consent_store.yes_send", "nav.menu", "menu.contacts")
                await phone.until_sees("C1_contacts.say")
            hiding.press("C1_contacts.hide")
            await hiding.until_gone("C1_contacts.say")
            await service.later(minutes=59)
            await quiet.tap("menu.to_question")
            await service.later(minutes=59)
            assert quiet.sees("C1_contacts.say"), "an hour after the last word, not after the first"
            await service.later(minutes=1)
            await quiet.until_gone("C1_contacts.say")
            assert quiet.sees("B2_about_whom.say")

    asyncio.run(journey())
