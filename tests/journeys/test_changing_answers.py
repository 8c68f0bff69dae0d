"""Going back, changing one's mind, another language, edits, ticks, and words where buttons were asked."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.line import Shared, running
from tests.journeys.phone import Phone

LONG = "ВЫДУМАННОЕ: " + "и ещё раз приходили. " * 250


async def _asked_what_happens(phone: Phone) -> None:
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send")
    await phone.until_sees("E2_what_now.say")


async def _finish(phone: Phone) -> None:
    await phone.tap("E4_contact.code_only", "Z1_send.send")
    await phone.code()
    phone.same(phone.service.queue()[0])


def test_another_language_in_the_middle_keeps_every_answer_as_it_was_given(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await _asked_what_happens(phone)
            await phone.tap("E2_what_now.threat_death", "nav.menu", "menu.language")
            await phone.tap("LANG.tg")
            phone.locale = "tg"
            await phone.until_sees("E3_who_where.say")
            await phone.say("ҲОЛАТИ СОХТА: ду нафар омаданд", to="E3_who_where")
            await phone.tap("nav.menu", "menu.language", "LANG.ru")
            phone.locale = "ru"
            await phone.until_sees("E4_contact.say")
            await _finish(phone)

    asyncio.run(journey())


def test_back_erases_nothing_and_the_answer_may_be_kept_replaced_or_deleted(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await _asked_what_happens(phone)
            await phone.tap("E2_what_now.threat_death")
            await phone.say("MADE UP: the first wording", to="E3_who_where")
            await phone.until_sees("E4_contact.say")
            await phone.tap("nav.back")
            await phone.until_sees("ANSWER_keep.say")
            assert not phone.person.sees("the first wording"), "what was typed is never shown again"
            await phone.tap("ANSWER_keep.keep_answer")
            await phone.until_sees("E4_contact.say")
            await phone.tap("nav.back", "nav.back")
            await phone.until_sees("E2_what_now.say")
            await phone.tap("E2_what_now.followed_or_at_door")
            await phone.until_sees("E4_contact.say")
            await phone.tap("nav.back")
            await phone.until_sees("E3_who_where.say")
            await phone.say("MADE UP: the second wording", to="E3_who_where")
            await phone.tap("nav.back", "ANSWER_keep.forget")
            await phone.until_gone("ANSWER_keep.say")
            phone.notebook.forget("E3_who_where")
            await phone.tap("nav.skip")
            await _finish(phone)

    asyncio.run(journey())


def test_an_answer_can_be_chosen_from_the_list_and_given_again(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await _asked_what_happens(phone)
            await phone.tap("E2_what_now.threat_death")
            await phone.say("MADE UP: before", to="E3_who_where")
            await phone.tap("E4_contact.code_only", "Z1_send.answer_again")
            await phone.until_sees("ANSWERED.say")
            assert not phone.person.sees("MADE UP")
            question = phone.text("E3_who_where.say").split("\n", 1)[0]
            await phone.do(lambda: phone.person.tap(question))
            await phone.until_sees("ANSWER_keep.say")
            await phone.say("MADE UP: after", to="E3_who_where")
            await phone.until_sees("Z1_send.say")
            await phone.tap("Z1_send.send")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_31_an_edited_message_replaces_what_it_said(shared: Shared, tmp_path: Path) -> None:
    """While the person keeps the chat, so that there is something to edit; before sending and after it."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await _asked_what_happens(phone)
            await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_never", "E2_what_now.other")
            await phone.say("MADE UP: befor", to="E3_who_where")
            typed = phone.person.history()[-2].message_id
            await phone.do(lambda: phone.person.edit(typed, "MADE UP: before"))
            await phone.until_sees("EDITED.say")
            phone.notebook.wrote("E3_who_where", "MADE UP: before", "en")
            await _finish(phone)
            await phone.tap("R2_after.add_more")
            await phone.until_sees("section.own_words")
            await phone.do(lambda: phone.person.edit(typed, "MADE UP: after sending"))
            phone.notebook.wrote("E3_who_where", "MADE UP: after sending", "en")
            assert service.queue()[0].news
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_32_an_edit_of_what_was_deleted_or_never_kept_is_ignored(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.start()
            await phone.say("MADE UP: before anything was kept")
            await phone.tap("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
            await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_never", "E2_what_now.other")
            await phone.say("MADE UP: kept, then deleted")
            typed = phone.person.history()[-2].message_id
            await phone.tap("nav.back", "ANSWER_keep.forget")
            phone.person.edit(typed, "MADE UP: edited too late")
            await phone.tap("nav.skip")
            await _finish(phone)

    asyncio.run(journey())


def test_ticks_pages_and_typed_numbers_make_one_answer(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends()
            await phone.tap("R2_after.add_more", "S0_menu.all", "section.threats", "H3_deadline.no_date")
            await phone.tap("H1_channel.phone_call")
            await phone.until(lambda: "✓ " + phone.text("H1_channel.phone_call") in phone.labels())
            await phone.tap("H1_channel.group.others")
            await phone.tap("H1_channel.social_media", "H1_channel.ready")
            phone.notebook.choices["H1_channel"] = (["phone_call", "social_media"], "en")
            await phone.until_sees("H2_words.say")
            await phone.tap("nav.skip")
            await phone.until_sees("S1_added.say")
            phone.same(service.queue()[0])
            await phone.tap("S0_menu.all", "section.where_who")
            await phone.until_sees("F1_forms.say")
            await phone.say("1, 3")
            await phone.until(lambda: sum(label.startswith("✓ ") for label in phone.labels()) == 2)
            await phone.say("Ready")
            phone.notebook.choices["F1_forms"] = (["life", "case"], "en")
            await phone.until_gone("F1_forms.say")
            await phone.say("exit")
            await phone.until(lambda: phone.last().text == phone.text("EXIT_line.say"))
            phone.same(service.queue()[0], ending="silence")

    asyncio.run(journey())


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [("2", "missing"), ("суд", "hearing_or_verdict_soon"), ("other", "other")],
    ids=["number", "first word", "label in another language"],
)
def test_case_29_a_choice_can_be_typed(shared: Shared, tmp_path: Path, typed: str, chosen: str) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "tg")
            await _asked_what_happens(phone)
            await phone.say(typed)
            await phone.until_sees("E3_who_where.say")
            phone.notebook.choices["E2_what_now"] = (chosen, "tg")
            await phone.say("ҲОЛАТИ СОХТА", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())


def test_hole_10_words_where_a_button_was_asked_join_the_story_and_the_question_stays(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await _asked_what_happens(phone)
            await phone.say("ВЫДУМАННОЕ: их было трое", to="O1_more_words")
            await phone.until_sees("ERR_added.say", "E2_what_now.say")
            await phone.tap("E2_what_now.other")
            await phone.say("ВЫДУМАННОЕ: Образцовск", to="E3_who_where")
            await phone.say("и ещё они забрали бумаги")
            await phone.until_sees("ERR_contact_or_story.say")
            await phone.tap("ERR_contact_or_story.contact")
            phone.notebook.wrote("E4_contact", "и ещё они забрали бумаги", "ru")
            await phone.tap("Z1_send.send")
            await phone.code()
            assert phone.same(service.queue()[0])["urgency"] == "critical"

    asyncio.run(journey())


@pytest.mark.parametrize("word", ["назад", "меню", "кумак", "стоп"])
def test_case_46_words_that_lead_out_work_at_any_question(shared: Shared, tmp_path: Path, word: str) -> None:
    shows = {"назад": "E2_what_now", "меню": "menu", "кумак": "URG", "стоп": "EXIT_line"}[word]

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await _asked_what_happens(phone)
            await phone.tap("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            await phone.say(word)
            await phone.until_sees(f"{shows}.say")
            if word == "кумак":
                phone.notebook.wrote("E3_who_where", word, "ru")  # a cry for help is kept like any other words
            await service.later(minutes=30)
            phone.same(service.queue()[0], ending="silence")

    asyncio.run(journey())


def test_case_12_a_long_paste_cut_by_the_app_is_one_answer(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await _asked_what_happens(phone)
            await phone.tap("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            assert len(phone.person.paste(LONG)) == 2
            await phone.until(phone.typed_is_gone)
            phone.notebook.wrote("E3_who_where", f"{LONG[:4096].strip()}\n{LONG[4096:].strip()}", "ru")
            await phone.until_sees("E4_contact.say")
            await _finish(phone)

    asyncio.run(journey())
