"""Coming back with the code: status, further topics, permissions, another person, deletion; the old chat is cut off."""

import asyncio
from pathlib import Path

import pytest

from bot.app.nature import random_bytes
from bot.casework.reasons import CloseReason
from bot.sealing.code import new_code, parse_code
from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

READER = "Test reviewer"


async def _back(service: Service, first: Phone, code: str) -> Phone:
    """Return with the code from another account; the notebook goes on."""
    second = Phone(service, first.locale)
    second.notebook = first.notebook
    await second.start()
    await second.tap(f"A1_language.{second.locale}", "A2_safe_here.yes", "A3_danger.have_code")
    await second.until_sees("RT0_code.say")
    await second.say(code)
    await second.until_sees("RT1_status.exit")
    await second.until_gone("RT0_code.say")
    return second


def test_the_status_is_one_line_of_four(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends()
            (case,) = service.queue()
            staff = service.casework()
            for act, status in (
                (lambda: None, "ST_received"),
                (lambda: staff.claim(case.reference, READER), "ST_working"),
                (lambda: staff.close(case.reference, READER, next(iter(CloseReason))), "ST_finished"),
            ):
                act()
                phone = await _back(service, first, code)
                assert phone.sees(f"{status}.say")
                for other in {"ST_received", "ST_working", "ST_question", "ST_finished"} - {status}:
                    assert not phone.sees(f"{other}.say")
                await phone.until(phone.typed_is_gone)

    asyncio.run(journey())


def test_hole_23_a_topic_added_another_day_joins_the_case_and_what_is_done_is_ticked(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends()
            await first.tap("R2_after.add_more", "S0_menu.all", "section.threats", "H3_deadline.within_week")
            await first.tap("H1_channel.in_person", "H1_channel.ready")
            await first.say("MADE UP: or else", to="H2_words")
            await first.until_sees("S1_added.say")
            await service.later(days=3)
            phone = await _back(service, first, code)
            await phone.tap("RT1_status.add_more", "S0_menu.all")
            await phone.until(lambda: "✓ " + phone.text("section.threats") in phone.labels())
            await phone.tap("section.own_words")
            await phone.say("MADE UP: a further day", to="F2_story")
            await phone.tap("F2_more.ready")
            await phone.until_sees("O1_more_words.say")
            await phone.tap("nav.skip")
            await phone.until_sees("S1_added.say")
            (case,) = service.queue()
            assert case.news
            opened = phone.same(case)
            days = {row["node"]: row["received_day"] for row in opened["answers"]}
            assert (days["H2_words"], days["F2_story"]) == ("2026-11-23", "2026-11-26")

    asyncio.run(journey())


def test_a_permission_given_and_taken_back_counts_at_once(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends()
            phone = await _back(service, first, code)
            await phone.tap("RT1_status.permissions", "J6_referral.allow", "B2_about_whom.myself", "J2_share_un.allow")
            await phone.tap("J3_letter.allow", "J4_public_letter.not_allow", "J5_sg_report.no", "J7_numbers.yes")
            await phone.tap("J1_risk.pressure")
            await phone.until_sees("S1_added.say")
            assert not service.queue()[0].withdrawn
            phone.same(service.queue()[0])
            again = await _back(service, phone, code)
            await again.tap("RT1_status.withdraw", "WD_choose.wd_J2_share_un", "WD_confirm.withdraw_now")
            await again.until_sees("WD_done.say")
            (case,) = service.queue()
            assert case.withdrawn
            opened = service.opened(case)
            day = opened["consents"][0]["received_day"]
            consents = {row["node"]: (row["value"], row["withdrawn_day"]) for row in opened["consents"]}
            assert consents["J6_referral"] == ("allow", None)
            assert consents["J7_numbers"] == ("yes", None)
            assert consents["J2_share_un"] == ("allow", day)
            assert consents["J3_letter"] == ("allow", day), "what hung on it counts no more"

    asyncio.run(journey())


def test_hole_11_another_person_is_a_case_of_its_own_linked_under_the_same_code(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends(story="MADE UP: about me")
            mine = service.queue()[0].reference
            phone = await _back(service, first, code)
            phone.notebook = type(first.notebook)()
            await phone.tap("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
            phone.notebook.choices |= {"A1_language": ("en", "en"), "A2_safe_here": ("yes", "en")}
            await phone.tap("E2_what_now.missing")
            await phone.say("MADE UP: about my mother", to="E3_who_where")
            await phone.tap("E4_contact.code_only", "Z1_send.send")
            await phone.until(lambda: len(service.queue()) == 2)
            hers = next(case for case in service.queue() if case.reference != mine)
            phone.same(hers)

    asyncio.run(journey())


@pytest.mark.parametrize("called_back", [False, True])
def test_a_deleted_case_is_served_to_nobody_and_gone_after_a_day(
    shared: Shared, tmp_path: Path, *, called_back: bool
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends()
            phone = await _back(service, first, code)
            await phone.tap("RT1_status.delete_case", "DEL_case.delete")
            await phone.until_sees("DEL_case_done.say")
            assert service.queue() == ()
            await service.later(hours=23)
            if called_back:
                again = Phone(service, "en")
                await again.start()
                await again.say(code)
                await again.tap("DEL_case_done.call_back")
                await again.until_sees("DEL_case_back.say")
                await service.later(hours=2)
                phone.same(service.queue()[0])
            else:
                await service.later(hours=1)
                assert set(service.rows()) <= {"conversations", "updates"}
                await service.later(days=2)
                assert set(service.rows()) <= {"conversations"}
                await phone.start()
                await phone.say(code)
                await phone.until_sees("ERR_code.say")

    asyncio.run(journey())


def test_a_code_that_fits_nothing_says_the_same_each_time_and_five_tries_are_an_hour(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first, guesser = Phone(service, "en"), Phone(service, "en")
            code = await first.sends()
            await guesser.start()
            await guesser.tap("A1_language.en", "A2_safe_here.yes", "A3_danger.have_code")
            words = code.split()
            await guesser.say(" ".join(reversed(words)))
            await guesser.until_sees("ERR_code.say")
            for _ in range(5):
                await guesser.say(new_code(random_bytes).digits())
                await guesser.until_sees("ERR_code.say")
            await guesser.say(code)
            await guesser.until_sees("ERR_code_wait.say")
            assert not guesser.sees("RT1_status.add_more")
            await service.later(minutes=61)
            await guesser.say(code)
            await guesser.until_sees("ST_received.say")

    asyncio.run(journey())


def _short(code: str) -> str:
    return " ".join(word[:4] for word in code.split())


def _digits(code: str) -> str:
    parsed = parse_code(code)
    assert parsed is not None
    return parsed.digits().replace(" ", "-")


def _russian(code: str) -> str:
    parsed = parse_code(code)
    assert parsed is not None
    return parsed.words("ru").title()


@pytest.mark.parametrize(
    "written", [_short, _digits, _russian, str.upper], ids=["prefixes", "digits", "ru", "capitals"]
)
def test_the_code_may_be_written_in_any_way(shared: Shared, tmp_path: Path, written: object) -> None:
    assert callable(written)

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            code = await Phone(service, "en").sends()
            other = Phone(service, "en")
            await other.start()
            await other.say(written(code))
            await other.until_sees("ST_received.say")
            await other.until(other.typed_is_gone)

    asyncio.run(journey())


def test_hole_17_a_seized_phone_is_cut_off_when_the_code_is_used_elsewhere(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            code = await first.sends()
            await first.tap("R2_after.add_more")
            phone = await _back(service, first, code)
            objects = service.rows()["objects"]
            first.press("section.permissions")
            await first.say("MADE UP: who holds this phone?")
            await first.until_sees("A1_language.say")
            assert service.rows()["objects"] == objects
            await service.sweep()
            assert service.rows()["drafts"] == 1
            await phone.tap("RT1_status.exit")
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_hole_20_a_new_code_replaces_the_old_one_which_opens_nothing(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            first = Phone(service, "en")
            await first.to_urgent_consent()
            await first.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
            await first.say("MADE UP", to="E3_who_where")
            await first.tap("E4_contact.code_only", "Z1_send.send")
            await first.until_sees("R1_code.new_code")
            old = next(shown.spoilers[0] for shown in first.person.screen() if shown.spoilers)
            await first.tap("R1_code.new_code")
            await first.until(lambda: not first.person.sees(old))
            new = await first.code()
            assert new != old
            assert service.rows()["mailboxes"] == 1
            other = Phone(service, "en")
            await other.start()
            await other.say(old)
            await other.until_sees("ERR_code.say")
            await other.say(new)
            await other.until_sees("ST_received.say")
            first.same(service.queue()[0])

    asyncio.run(journey())
