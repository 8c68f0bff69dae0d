"""Exit, pause, silence and deletion: what was written follows the person's choice, and the chat forgets."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

WORDS = "MADE UP: two men came on Sunday"
FORGOTTEN = {"conversations", "updates"}
"""Tables that may hold rows when nothing of anybody is kept: the compiled conversation, and numbers of updates."""


async def _begun(service: Service, silence: str, *, path: str = "danger") -> Phone:
    """Somebody in the middle of a path, with one choice and some words kept."""
    phone = Phone(service, "en")
    if path == "danger":
        await phone.to_urgent_consent()
        await phone.tap(f"E1_consent_urgent.{silence}", "E2_what_now.other")
        await phone.say(WORDS, to="E3_who_where")
        await phone.until_sees("E4_contact.say")
    else:
        await phone.to_consent()
        await phone.tap(f"B1_consent_store.{silence}", "B2_about_whom.myself", "N1_contact.code_only", "F1_main.life")
        await phone.say(WORDS, to="F2_story")
        await phone.until_sees("F2_more.say")
    return phone


async def _closed(phone: Phone) -> None:
    await phone.until(lambda: [shown.text for shown in phone.person.screen()] == [phone.text("EXIT_line.say")])


@pytest.mark.parametrize(("path", "minutes"), [("danger", 30), ("ordinary", 24 * 60)])
def test_hole_05_silence_sends_when_that_was_chosen_at_the_time_the_text_named(
    shared: Shared, tmp_path: Path, path: str, minutes: int
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send", path=path)
            await service.later(minutes=minutes - 1)
            assert service.queue() == ()
            await service.later(minutes=1)
            (case,) = service.queue()
            assert case.left_early
            phone.same(case, ending="silence")
            assert phone.typed_is_gone()
            await phone.until(lambda: phone.person.screen() == ())

    asyncio.run(journey())


@pytest.mark.parametrize(("path", "minutes"), [("danger", 30), ("ordinary", 24 * 60)])
def test_silence_deletes_when_that_was_chosen(shared: Shared, tmp_path: Path, path: str, minutes: int) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_delete", path=path)
            assert {"drafts", "objects"} <= set(service.rows())
            await service.later(minutes=minutes)
            assert service.queue() == ()
            assert set(service.rows()) <= FORGOTTEN
            await phone.until(lambda: phone.person.screen() == ())

    asyncio.run(journey())


def test_case_52_who_returns_after_silence_sent_the_case_gets_a_code_in_the_same_chat(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send")
            await service.later(minutes=30)
            phone.same(service.queue()[0], ending="silence")
            phone.person.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
            code = await phone.code()
            assert len(code.split()) == 8
            phone.notebook.choices.pop("Z1_send", None)
            opened = phone.same(service.queue()[0])
            assert opened["problems"] == []
            other = Phone(service, "en")
            await other.start()
            await other.say(code)
            await other.until_sees("ST_working.say")

    asyncio.run(journey())


def test_hole_03_exit_cleans_the_chat_at_once_and_the_draft_follows_the_choice(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            sending, deleting = await _begun(service, "yes_send"), await _begun(service, "yes_delete")
            for phone in (sending, deleting):
                await phone.tap("nav.exit")
                await _closed(phone)
            await service.later(minutes=30)
            (case,) = service.queue()
            sending.same(case, ending="silence")
            assert service.rows()["cases"] == 1

    asyncio.run(journey())


def test_exit_after_sending_forgets_the_chat_at_once(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends()
            await phone.tap("R2_after.exit")
            await _closed(phone)
            assert "drafts" not in service.rows()
            phone.same(service.queue()[0])
            await phone.say("MADE UP: who am I")
            await phone.until_sees("B1_consent_store.say")
            assert not phone.sees("RT1_status.add_more"), "a stranger to whoever holds the phone"

    asyncio.run(journey())


@pytest.mark.parametrize("silence", ["yes_send", "yes_delete"])
def test_hole_22_answers_of_an_unfinished_topic_follow_the_silence_choice(
    shared: Shared, tmp_path: Path, silence: str
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.sends(silence=silence)
            await phone.tap("R2_after.add_more", "S0_menu.all", "section.threats")
            before = dict(phone.notebook.choices)
            await phone.tap("H3_deadline.within_week")
            await phone.until_sees("H1_channel.say")
            await service.later(hours=1, minutes=59)
            assert "drafts" in service.rows()
            await service.later(minutes=1)
            assert "drafts" not in service.rows(), "two hours after the last message the chat is forgotten"
            (case,) = service.queue()
            if silence == "yes_send":
                assert case.news
                assert phone.same(case, ending="silence")["unfinished"] == ["threats"]
            else:
                phone.notebook.choices = before
                phone.same(case)

    asyncio.run(journey())


@pytest.mark.parametrize("by_word", [False, True])
def test_deleting_everything_is_asked_twice_and_leaves_nothing(
    shared: Shared, tmp_path: Path, *, by_word: bool
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send")
            if by_word:
                await phone.say("delete everything")
            else:
                await phone.tap("nav.menu", "menu.delete_all")
            await phone.until_sees("DEL_confirm.say")
            await phone.tap("DEL_confirm.keep")
            await phone.until_sees("E4_contact.say")
            await phone.tap("nav.menu", "menu.delete_all", "DEL_confirm.delete")
            await _closed(phone)
            assert service.queue() == ()
            assert set(service.rows()) <= FORGOTTEN
            await service.later(minutes=30)
            assert service.queue() == ()

    asyncio.run(journey())


def test_case_43_start_in_the_middle_wipes_nothing_and_going_on_stands_behind_language_and_safety(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send")
            await phone.tap("nav.menu", "menu.later")
            await phone.until_sees("S3_later.say")
            await service.stop()
            await service.restart()
            await phone.start()
            await phone.until(lambda: len(phone.person.screen()) == 1)
            await phone.tap("A1_language.ru")
            phone.locale = "ru"
            await phone.tap("A2_safe_here.yes", "S4_resume.go_on")
            await phone.until_sees("E4_contact.say")
            await phone.tap("E4_contact.code_only", "Z1_send.send")
            await phone.code()
            phone.notebook.choices["A1_language"] = ("en", "en")
            phone.notebook.choices["A2_safe_here"] = ("yes", "en")
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_case_45_start_pressed_twice_shows_one_first_screen(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send")
            for _ in range(2):
                await phone.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
            await phone.until_sees("E4_contact.say")
            await phone.until(lambda: len(phone.person.screen()) == 2)

    asyncio.run(journey())


def test_drafts_whose_route_key_is_gone_lead_nowhere_and_silence_still_runs(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            sending, deleting = await _begun(service, "yes_send"), await _begun(service, "yes_delete")
            await service.stop()
            shutil.rmtree(tmp_path / "route")
            await service.restart()
            await sending.start()
            await sending.tap("A1_language.en", "A2_safe_here.yes")
            await sending.until_sees("A3_danger.say")
            assert not sending.sees("S4_resume.say"), "nobody leads this chat back to its draft"
            assert service.rows()["drafts"] == 2
            await service.later(minutes=30)
            (case,) = service.queue()
            sending.same(case, ending="silence")
            assert deleting.notebook.words
            assert service.rows()["cases"] == 1

    asyncio.run(journey())


def test_case_53_before_exit_says_that_messages_of_two_days_ago_cannot_be_removed(
    shared: Shared, tmp_path: Path
) -> None:
    """The service was away while they could still be removed."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send", path="ordinary")
            await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_end")
            await phone.say("MADE UP: this stays until Exit")
            for _ in range(2):
                await service.later(hours=17)
                await phone.say("MADE UP: and another day")
            await service.later(hours=15)
            await phone.say("/stop")
            await phone.until_sees("ERR_48h.say")

    asyncio.run(journey())


def test_what_stays_until_the_end_leaves_after_46_hours_while_it_still_can(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send", path="ordinary")
            await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_end")
            for hours in (17, 17, 11):
                await phone.say("MADE UP: this stays until Exit")
                await service.later(hours=hours)
            assert len([shown for shown in phone.person.screen() if shown.incoming]) == 3
            await service.later(hours=1)
            await phone.until(lambda: phone.person.screen() == ())
            assert not any(asked.refusal for asked in service.world.asked("deleteMessages"))

    asyncio.run(journey())


def test_whoever_keeps_the_chat_finds_it_kept(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service, "yes_send", path="ordinary")
            await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_never")
            for _ in range(3):
                await phone.say("MADE UP: this stays")
                await service.later(hours=16)
            assert len([shown for shown in phone.person.screen() if "this stays" in shown.text]) == 3

    asyncio.run(journey())
