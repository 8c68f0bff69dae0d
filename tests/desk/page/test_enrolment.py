"""Enrolment in a real browser where something goes wrong: a cut line, a lost answer, a wrong clock, another root."""

from base64 import b32decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.store.staff_values import PersonState, Role
from tests.desk.made_page import PHONE, PageDesk, Worker, own_desk, paged, press, root_key, sign_in, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OTHER_ROOT = "cd" * 32


def up_to_the_second_factor(page: Page, link: str, folder: Path) -> None:
    """Make a key, keep it and do the drill."""
    page.goto(link)
    press(page, "The line is the same: make my key")
    expect(page.locator(".passphrase li")).to_have_count(6)
    words = page.locator(".passphrase li").all_inner_texts()
    press(page, "I have written them down")
    page.get_by_label("Type the six words").fill(" ".join(words))
    with page.expect_download() as waiting:
        press(page, "Save the key file")
    key = folder / waiting.value.suggested_filename
    waiting.value.save_as(key)
    press(page, "Go on")
    page.get_by_label("The key file you saved").set_input_files(key)
    press(page, "Open the test case")
    expect(page.get_by_text("Your key opened the test case")).to_be_visible()


def test_a_cut_line_ends_no_enrolment(desk: PageDesk, browser: Browser, tmp_path: Path) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER)
    with paged(browser, desk.server, size=PHONE) as page:
        page.route("**/api/enrolment/look", lambda route: route.abort(), times=1)
        page.goto(link)
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
        press(page, "Try again")
        expect(page.get_by_text("Compare this line")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
        page.evaluate("(link) => { location.href = link; }", link)
        up_to_the_second_factor(page, link, tmp_path)
        page.route("**/api/enrolment", lambda route: route.abort(), times=1)
        press(page, "Go on")
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
        assert violations(page) == []
        press(page, "Try again")
        secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_text("You are enrolled")).to_be_visible()


def test_whoever_is_enrolled_although_the_answer_was_lost_reads_out_their_fingerprint(
    desk: PageDesk, browser: Browser, tmp_path: Path
) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    with paged(browser, desk.server) as page:
        up_to_the_second_factor(page, link, tmp_path)
        press(page, "Go on")
        secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
        page.route("**/api/enrolment/confirm", lose, times=1)
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_text("you may be enrolled already")).to_be_visible()
        (person,) = desk.parts.services.people.listed()
        assert person.state is PersonState.ENROLLED
        assert page.locator(".fingerprint").inner_text().replace(" ", "") == person.fingerprint
        press(page, "Go to signing in")
        expect(page.get_by_label("Your key file")).to_be_visible()


def test_an_invitation_that_is_gone_at_the_first_code_enrols_nobody(
    desk: PageDesk, browser: Browser, tmp_path: Path
) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER)
    with paged(browser, desk.server) as page:
        up_to_the_second_factor(page, link, tmp_path)
        press(page, "Go on")
        secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
        desk.ahead += timedelta(days=4)
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_role("alert")).to_contain_text("This is not there")
        assert page.get_by_text("enrolled already").count() == 0


def test_a_clock_that_is_days_off_is_named_before_a_key_is_made(desk: PageDesk, browser: Browser) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER)
    with paged(browser, desk.server, size=PHONE) as page:
        page.clock.set_system_time(datetime.now(UTC) + timedelta(days=2))
        page.goto(link)
        expect(page.get_by_role("alert")).to_contain_text("The clock of this computer says")
        expect(page.get_by_role("button", name="make my key")).to_have_count(0)
        assert violations(page) == []
        page.clock.set_system_time(datetime.now(UTC))
        press(page, "Try again")
        expect(page.get_by_role("button", name="make my key")).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_link_with_another_root_than_the_known_one_makes_no_key_and_changes_nothing(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER).replace(root_key().public, OTHER_ROOT)
    with paged(browser, desk.server, size=PHONE) as page:
        sign_in(page, desk, lena)
        press(page, "Lock")
        expect(page.get_by_label("Your key file")).to_be_visible()
        page.goto(link)
        expect(page.get_by_role("alert")).to_contain_text("another root than the one known here")
        assert page.get_by_role("button", name="make my key").count() == 0
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert page.evaluate("localStorage['panoh root']") == root_key().public
        page.goto(link.replace(OTHER_ROOT, root_key().public))
        expect(page.get_by_role("button", name="make my key")).to_be_visible()


def test_the_desk_on_an_own_computer_goes_by_the_root_that_it_was_started_with(
    desk: PageDesk, browser: Browser, lena: Worker, tmp_path: Path
) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER).replace(root_key().public, OTHER_ROOT)
    with own_desk(desk, lena, tmp_path / "memory") as local, paged(browser, local.origin) as page:
        page.goto(link.replace(desk.server, local.origin))
        expect(page.get_by_role("alert")).to_contain_text("another root than the one known here")
        assert page.get_by_role("button", name="make my key").count() == 0
