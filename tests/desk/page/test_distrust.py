"""The page believes neither the server nor whoever wrote into its record: what is changed is refused or named."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.store.staff_values import Role
from tests.desk.made_page import PASSPHRASE, PageDesk, Worker, own_desk, paged, press, root_key, sign_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_server_that_answers_with_other_shapes_is_not_believed(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    hostile = '<img src=x onerror="window.ran = 1">'
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.route("**/api/people", lambda route: route.fulfill(json=[{"name": 5, "roles": "all"}]))
        page.evaluate("location.hash = '#/people'")
        expect(page.get_by_role("alert")).to_contain_text("another form than expected")
        row = {"name": hostile, "roles": ["reviewer"], "languages": [], "state": "invited"}
        page.route("**/api/people", lambda route: route.fulfill(json=[row]))
        page.evaluate("location.hash = '#/settings'")
        page.evaluate("location.hash = '#/people'")
        expect(page.get_by_role("heading", name=hostile)).to_be_visible()
        assert page.evaluate("window.ran") is None


def test_an_older_list_of_keys_than_the_one_used_before_is_refused(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    with paged(browser, desk.server) as page:
        before = desk.signed_text()
        desk.worker("Boris Example", Role.REVIEWER)
        sign_in(page, desk, lena)
        expect(page.get_by_text("was used here before")).to_have_count(0)
        page.wait_for_function("'panoh serial' in localStorage")
        press(page, "Lock")
        page.route("**/api/keyring", lambda route: route.fulfill(json={"file": before}))
        sign_in(page, desk, lena)
        expect(page.get_by_text("was used here before").first).to_be_visible()


def test_an_invitation_that_names_another_root_or_server_is_not_shown(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    token, until = "ab" * 32, "2026-11-23T08:00:00Z"
    links = [
        f"{desk.server}/#invite={token}&root={'cd' * 32}",
        f"https://desk.invalid/#invite={token}&root={root_key().public}",
        f"{desk.server}/#invite={token}",
    ]
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        page.route(
            "**/api/people",
            lambda route: (
                route.fulfill(json={"link": links.pop(), "until": until})
                if route.request.method == "POST"
                else route.continue_()
            ),
        )
        page.get_by_text("Invite somebody").click()
        while links:
            page.get_by_label("Name at the desk").fill("Vera Example")
            press(page, "Make the invitation link")
            expect(page.get_by_label("Name at the desk")).to_have_value("")
            expect(page.get_by_role("alert")).to_contain_text("another form than expected")
            assert page.locator(".link").count() == 0


def test_the_desk_on_an_own_computer_brings_key_and_root_along(
    desk: PageDesk, browser: Browser, lena: Worker, tmp_path: Path
) -> None:
    with own_desk(desk, lena, tmp_path / "memory") as local, paged(browser, local.origin) as page:
        page.goto(local.addresses[-1].address)
        expect(page.get_by_text(f"Key of {lena.name}")).to_be_visible()
        assert page.url == f"{local.origin}/", "no history keeps the start token"
        assert page.get_by_label("Fingerprint of the root").count() == 0
        assert page.get_by_role("button", name="passkey").count() == 0
        page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
        page.get_by_label("Code from your").fill(desk.code(lena.secret))
        press(page, "Sign in")
        expect(page.get_by_role("button", name="Lock")).to_be_visible()
        assert page.get_by_text("record of acts").count() == 0
        page.evaluate("location.hash = '#/sessions'")
        expect(page.get_by_text("Desk on an own computer")).to_be_visible()
        press(page, "Lock")
        expect(page.get_by_text("the desk on this computer prints anew")).to_be_visible()
        head = {
            "count": 1,
            "hash": "0" * 64,
            "agrees": False,
            "kept": {"count": 3, "hash": "1" * 64, "day": "2026-11-23"},
        }
        page.route("**/local/head", lambda route: route.fulfill(json=head))
        page.goto(local.addresses[-1].address)
        page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
        page.get_by_label("Code from your").fill(desk.code(lena.secret))
        press(page, "Sign in")
        expect(page.get_by_text("is not the one that this computer saw on 23 Nov 2026")).to_be_visible()


def test_an_audit_that_was_changed_is_shown_with_its_first_wrong_act(
    desk: PageDesk, browser: Browser, tmp_path: Path
) -> None:
    olga = desk.worker("Olga Example", Role.AUDITOR)
    for number in range(3):
        desk.invitation(f"Made up {number}", Role.REVIEWER)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, olga)
        expect(page.get_by_role("heading", name="Audit")).to_be_visible()
        assert page.get_by_role("link", name="Cases").count() == 0, "an auditor begins where there is something to see"
        expect(page.get_by_text("these acts follow one from the other")).to_be_visible()

        def changed(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            told["rows"][1]["actor"] = "console:somebody"
            route.fulfill(response=answer, json=told)

        page.route("**/api/audit?*", changed)
        page.evaluate("location.hash = '#/sessions'")
        page.evaluate("location.hash = '#/audit'")
        expect(page.get_by_role("alert")).to_contain_text("Act 2 does not follow")
