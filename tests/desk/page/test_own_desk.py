"""The desk on an own computer: whole cases, as many as the benchmark opens; another version than the server's."""

from os import urandom
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.store.staff_values import Role
from tests.desk.made_desk import ANSWERS, full_case, put_into
from tests.desk.made_page import PASSPHRASE, PHONE, PageDesk, Worker, own_desk, paged, press, violations
from tests.made_up import with_conversation

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CASES = 8


def test_the_desk_on_an_own_computer_opens_full_cases_one_after_the_other(
    desk: PageDesk, browser: Browser, tmp_path: Path
) -> None:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.IDENTITY)
    assert desk.keyring is not None
    with_conversation(desk.database)
    references = []
    for number in range(CASES):
        place = {"reference": f"PN-0000-{number:04d}", "case": urandom(16), "deployment": desk.keyring.deployment}
        made = full_case(tmp_path / str(number), anna.key.identity, **place)
        assert len(made.index) == 16
        put_into(desk.database, made)
        references.append(made.reference)
    with own_desk(desk, anna, tmp_path / "memory") as local, paged(browser, local.origin) as page:
        page.goto(local.addresses[-1].address)
        page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
        page.get_by_label("Code from your").fill(desk.code(anna.secret))
        press(page, "Sign in")
        expect(page.get_by_role("button", name="Lock")).to_be_visible()
        for reference in references:
            page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
            expect(page.locator("h1")).to_contain_text(reference)
            for number in range(ANSWERS):
                expect(page.get_by_text(f"visibly made up, {number}", exact=True).first).to_be_attached()
            expect(page.get_by_role("alert")).to_have_count(0)


def test_a_desk_of_another_version_than_the_server_says_so_at_the_gate(
    desk: PageDesk, browser: Browser, lena: Worker, tmp_path: Path
) -> None:
    newer = {"version": "9.9.9", "deployment": "00" * 16, "server": desk.server, "page": {"hash": "ab" * 32}}
    with own_desk(desk, lena, tmp_path / "memory") as local, paged(browser, local.origin, size=PHONE) as page:
        page.goto(local.addresses[-1].address)
        expect(page.get_by_text("Key of Lena")).to_be_visible()
        assert page.get_by_text("of different versions").count() == 0
        page.route("**/api/about", lambda route: route.fulfill(json=newer))
        page.reload()
        expect(page.get_by_text("of different versions")).to_be_visible()
        expect(page.get_by_text("9.9.9")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
