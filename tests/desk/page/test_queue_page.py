"""The queue in a real browser: what the address holds, what time and a lost connection do, what stays on refreshing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.engine.conversation import Level
from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_chat import Person
from tests.desk.made_page import PHONE, PageDesk, paged, sign_in, violations
from tests.made_up import submitted, with_conversation

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: a brother in Example Town since Monday morning"
MINUTE = 60_000
ROW = ".desk-row"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("queue")
    database = with_conversation(migrated_sqlite(folder))
    made = PageDesk(database, folder)
    made.worker("Anna Example", Role.REVIEWER, Role.LEAD)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def page(desk: PageDesk, browser: Browser) -> Iterator[Page]:
    """Anna's page; its clock can be moved on, and runs by itself meanwhile."""
    with paged(browser, desk.server) as made:
        made.clock.install()
        sign_in(made, desk, desk.workers["Anna Example"])
        yield made


def arrived(desk: PageDesk, locale: str, **changes: Any) -> str:
    """Put a case of this language into the queue; each test looks at a language of its own."""
    return str(submitted(desk.database, locale=locale, language=locale, **changes).reference)


def to(page: Page, query: str) -> None:
    # Somebody is there: else the desk would lock, with a clock that is moved on.
    page.keyboard.press("Shift")
    page.evaluate("(hash) => { location.hash = hash; }", f"#/cases?{query}")
    expect(page.locator(".desk-rows")).to_have_attribute("aria-busy", "false")


def shown(page: Page) -> list[str]:
    return [str(each) for each in page.locator(ROW).evaluate_all("all => all.map(each => each.dataset.reference)")]


def test_level_language_and_order_stand_in_the_address(desk: PageDesk, page: Page) -> None:
    now = desk.now()
    high = arrived(desk, "uz", urgency=Level.HIGH, arrived_at=now - timedelta(hours=2))
    old = arrived(desk, "uz", urgency=Level.ROUTINE, arrived_at=now - timedelta(hours=9))
    new = arrived(desk, "uz", urgency=Level.HIGH, arrived_at=now - timedelta(hours=1))
    to(page, "view=open&language=uz")
    expect(page.locator(ROW)).to_have_count(3)
    assert shown(page) == [high, new, old]
    page.get_by_label("Order").select_option("arrived")
    expect(page.locator(ROW).first).to_have_attribute("data-reference", old)
    assert shown(page) == [old, high, new]
    page.get_by_label("Urgency").select_option("high")
    expect(page.locator(ROW)).to_have_count(2)
    assert shown(page) == [high, new]
    address = page.evaluate("location.hash")
    assert sorted(address.removeprefix("#/cases?").split("&")) == [
        "language=uz",
        "sort=arrived",
        "urgency=high",
        "view=open",
    ]
    to(page, "view=mine")
    expect(page.locator(ROW)).to_have_count(0)
    # The address is a link: whoever gets it sees the same.
    page.evaluate("(hash) => { location.hash = hash; }", address)
    expect(page.locator(ROW)).to_have_count(2)
    assert shown(page) == [high, new]
    assert [page.get_by_label(name).input_value() for name in ("Urgency", "Language", "Order")] == [
        "high",
        "uz",
        "arrived",
    ]


def test_back_of_the_browser_leads_from_a_case_to_the_same_list(desk: PageDesk, page: Page) -> None:
    reference = Person(desk, 1).sends_from_danger(STORY)
    to(page, "view=mine")
    to(page, "view=open&urgency=critical")
    page.locator(f"[data-reference='{reference}']").click()
    page.locator(".topics").wait_for()
    page.go_back()
    expect(page.locator(".desk-case.desk-empty")).to_be_visible()
    expect(page.get_by_label("Urgency")).to_have_value("critical")
    expect(page.locator(f"[data-reference='{reference}']")).to_be_visible()
    page.go_back()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Mine")


def test_who_went_on_to_further_pages_keeps_them_when_something_arrives(desk: PageDesk, page: Page) -> None:
    for _ in range(230):
        arrived(desk, "kk", arrived_at=desk.now() - timedelta(hours=1))
    to(page, "view=open&language=kk&sort=arrived")
    more = page.get_by_role("button", name="Show more")
    for count in (50, 100, 150, 200):
        expect(page.locator(ROW)).to_have_count(count)
        more.click()
    expect(page.locator(ROW)).to_have_count(230)
    expect(more).to_have_count(0)
    assert len(set(shown(page))) == 230
    first = arrived(desk, "kk", arrived_at=desk.now() - timedelta(hours=2))
    expect(page.locator(ROW).first).to_have_attribute("data-reference", first)
    expect(page.locator(ROW)).to_have_count(230)
    expect(more).to_be_visible()


def test_a_case_becomes_overdue_by_time_alone_and_by_the_clock_of_the_server(desk: PageDesk, page: Page) -> None:
    reference = arrived(desk, "ky", urgency=Level.CRITICAL, arrived_at=desk.now() - timedelta(minutes=55))
    to(page, "view=overdue&language=ky")
    expect(page.locator(".desk-none")).to_have_text("No case here.")
    to(page, "view=open&language=ky")
    expect(page.locator(".desk-row-due")).to_contain_text("min left")
    to(page, "view=overdue&language=ky")
    expect(page.locator(".desk-none")).to_have_text("No case here.")
    # The server's clock goes ten minutes on, this computer's only one: it is late by the former.
    desk.ahead += timedelta(minutes=10)
    page.clock.run_for(MINUTE)
    expect(page.locator(f"[data-reference='{reference}'] .desk-late")).to_contain_text("min overdue")
    expect(page.locator(".desk-late")).not_to_have_text("0 min overdue")


def test_a_lost_connection_is_said_and_what_was_missed_is_fetched(desk: PageDesk, page: Page) -> None:
    to(page, "view=open&language=tg")
    status = page.get_by_role("status").filter(has_text="No connection since")
    assert status.count() == 0
    page.context.set_offline(True)
    page.clock.run_for(MINUTE)
    page.clock.run_for(MINUTE)
    expect(status).to_be_visible()
    expect(status).to_contain_text("what is shown may be old")
    assert violations(page) == []
    reference = arrived(desk, "tg", arrived_at=desk.now())
    page.context.set_offline(False)
    page.clock.run_for(MINUTE // 10)
    expect(status).to_have_count(0)
    expect(page.locator(f"[data-reference='{reference}']")).to_be_visible()


def test_on_a_phone_the_list_begins_high_and_the_folded_filters_say_what_they_do(desk: PageDesk, page: Page) -> None:
    arrived(desk, "fa", urgency=Level.HIGH, arrived_at=desk.now())
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    to(page, "view=open&language=fa")
    box = page.locator(ROW).first.bounding_box()
    assert box is not None
    assert box["y"] < PHONE[1] / 3
    expect(page.get_by_label("Urgency")).to_be_hidden()
    page.get_by_role("button", name="Filter and order").click()
    page.get_by_label("Urgency").select_option("high")
    expect(page.get_by_role("button", name="Filter and order: High")).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.get_by_role("button", name="Filter and order").click()
    page.keyboard.press("/")
    expect(page.get_by_label("Reference")).to_be_focused()
