"""Two reviewers in two browsers press *I take it* at the same moment."""

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PageDesk
from tests.desk_journeys.staff import at_desk, enter, open_case, press

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NAMES = ("Anna Example", "Boris Example")


def test_one_has_the_case_and_the_other_is_told_kindly(desk: PageDesk, browser: Browser) -> None:
    for name in NAMES:
        desk.worker(name, Role.REVIEWER)
    reference = Person(desk, 1).sends_from_danger("MADE UP: a case that two want")
    with at_desk(browser, desk) as first, at_desk(browser, desk) as second:
        pages, held = [first, second], list[Route]()
        for page, name in zip(pages, NAMES, strict=True):
            enter(page, desk, name)
            open_case(page, desk, reference)
            page.route("**/claim", lambda route: held.append(route))  # noqa: PLW0108  it must take attributes
        for page in pages:
            with page.expect_request("**/claim"):
                press(page, "I take it")
        assert len(held) == len(NAMES), "both pressed before either was answered"
        for route in held:
            route.continue_()
        holder = first.locator(".first-clock strong")
        expect(holder).not_to_have_text("Nobody has it")
        winner, loser = (first, second) if holder.inner_text() == "You have it" else (second, first)
        name = NAMES[pages.index(winner)]
        expect(winner.locator(".first-clock")).to_contain_text("You have it")
        expect(loser.locator(".first-clock")).to_contain_text(f"{name} has it")
        expect(loser.get_by_role("alert").filter(has_text="Somebody was quicker")).to_be_visible()
        expect(loser.get_by_role("button", name="I take it")).to_have_count(0)
