"""Whose keys open a case: who sealed them anew and went, and whom the signed list names beside the server's word."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from os import urandom

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.engine.conversation import Compartment
from bot.offline import keyfiles
from bot.offline.cards import card_of
from bot.offline.keyfiles import KeyRole
from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PageDesk, Worker, paged, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ALL = (Role.REVIEWER, Role.IDENTITY, Role.LEAD)


def leaves(desk: PageDesk, worker: Worker) -> None:
    desk.retire(worker.name)


def gets_a_new_key(desk: PageDesk, worker: Worker) -> None:
    not_after = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
    key = keyfiles.new_key(KeyRole.REVIEWER, worker.name, not_after, urandom)
    desk.sign(card_of(key, tuple(Compartment)))


def open_case(page: Page, reference: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    page.locator(".topics").wait_for()


def seal_anew(page: Page) -> None:
    page.evaluate("location.hash = '#/rewrap'")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="case keys to list").click()
    expect(page.locator("tbody td:last-child")).to_have_text("sealed")


@pytest.mark.parametrize("goes", [leaves, gets_a_new_key])
def test_what_somebody_sealed_anew_before_they_went_is_named_and_stops_nothing(
    desk: PageDesk, browser: Browser, goes: Callable[[PageDesk, Worker], None]
) -> None:
    anna = desk.worker("Anna Example", *ALL)
    reference = Person(desk, 1).sends_from_danger("MADE-UP: a brother in Example Town")
    clara = desk.worker("Clara Example", *ALL)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        seal_anew(page)
    goes(desk, anna)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, clara)
        open_case(page, reference)
        named = page.get_by_text("Sealed anew by Anna Example, who is not in the signed list any more")
        expect(named).to_be_visible()
        expect(page.locator(".problems")).to_have_count(0)
        expect(page.locator(".consents .given").first).to_be_visible()
        seal_anew(page)
        open_case(page, reference)
        expect(page.locator(".topics")).to_be_visible()
        expect(named).to_have_count(0)
        expect(page.locator(".problems")).to_have_count(0)


def test_who_can_open_a_case_is_held_against_the_list_that_the_page_proved(desk: PageDesk, browser: Browser) -> None:
    anna = desk.worker("Anna Example", *ALL)
    reference = Person(desk, 1).sends_from_danger("MADE-UP: a brother in Example Town")

    def with_a_stranger(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["readers"].append({**told["readers"][0], "name": "Mallory Example"})
        route.fulfill(response=answer, json=told)

    with paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        page.route(f"**/api/cases/{reference}", with_a_stranger)
        open_case(page, reference)
        part = page.locator("section[aria-labelledby=readers]")
        expect(part.get_by_role("listitem").filter(has_text="Mallory Example")).to_contain_text(
            "not in the signed list"
        )
        expect(part.get_by_role("listitem").filter(has_text="Anna Example")).not_to_contain_text(
            "not in the signed list"
        )
        expect(part).to_contain_text("gives them nothing of this case: Keeper Example")
        expect(part).to_contain_text("The recovery key opens it too: Recovery")
