"""People in a real browser: other roles and languages for somebody, the last administrator, the line of a drill."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.casework.people import Listed
from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PASSPHRASE, PHONE, PageDesk, Worker, paged, press, sign_in, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def listed(desk: PageDesk, name: str) -> Listed:
    return next(each for each in desk.parts.services.people.listed() if each.name == name)


def card_of(page: Page, name: str) -> Locator:
    return page.locator(".people > li").filter(has=page.get_by_role("heading", name=name, exact=True))


def test_roles_and_languages_are_changed_by_keyboard_on_a_phone(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    boris = desk.worker("Boris Example", Role.REVIEWER, languages=("en",))
    with paged(browser, desk.server, size=PHONE) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        card = card_of(page, boris.name)
        card.get_by_text("Change roles and languages").focus()
        page.keyboard.press("Enter")
        save = card.get_by_role("button", name="Save roles and languages")
        expect(save).to_be_disabled()
        card.get_by_label("Identity officer").focus()
        page.keyboard.press("Space")
        card.get_by_label("Tajik").focus()
        page.keyboard.press("Space")
        expect(card.get_by_text("signed their new card")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        save.focus()
        page.keyboard.press("Enter")
        expect(card.get_by_text("Reviewer, Identity officer")).to_be_visible()
        assert listed(desk, boris.name).roles == (Role.REVIEWER, Role.IDENTITY)
        assert listed(desk, boris.name).languages == ("en", "tg")
        page.goto(f"{desk.server}/#/audit")
        expect(page.get_by_role("cell", name="changed a person's roles")).to_be_visible()


def test_a_role_is_taken_away_with_two_presses(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    boris = desk.worker("Boris Example", Role.REVIEWER, Role.IDENTITY)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        card = card_of(page, boris.name)
        card.get_by_text("Change roles and languages").click()
        for role in ("Identity officer", "Reviewer"):
            card.get_by_label(role).uncheck()
        expect(card.get_by_text("Everybody has at least one role.")).to_be_visible()
        expect(card.get_by_role("button", name="Save roles and languages")).to_be_disabled()
        card.get_by_label("Auditor").check()
        expect(card.get_by_text("Cases that they hold go back to the queue.")).to_be_visible()
        card.get_by_label("Reviewer").check()
        expect(card.get_by_text("Cases that they hold go back to the queue.")).to_be_hidden()
        card.get_by_role("button", name="Save roles and languages").click()
        assert listed(desk, boris.name).roles == (Role.REVIEWER, Role.IDENTITY), "the first press changes nothing"
        expect(card.get_by_role("button", name="Take away from Boris Example: Identity officer")).to_be_focused()
        page.keyboard.press("Enter")
        expect(card.get_by_text("Reviewer, Auditor")).to_be_visible()
        assert listed(desk, boris.name).roles == (Role.REVIEWER, Role.AUDITOR)


def test_the_last_administrator_stays_one_and_is_told_why(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        card = card_of(page, lena.name)
        card.get_by_text("Change roles and languages").click()
        card.get_by_label("Administrator").uncheck()
        card.get_by_role("button", name="Save roles and languages").click()
        card.get_by_role("button", name="Take away from Lena Example: Administrator").click()
        expect(card.get_by_role("alert")).to_contain_text("Nobody else could administer then.")
        assert Role.ADMINISTRATOR in listed(desk, lena.name).roles


def test_the_invitation_of_a_name_that_is_taken_says_so(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        page.get_by_text("Invite somebody").click()
        page.get_by_label("Name at the desk").fill(lena.name)
        press(page, "Make the invitation link")
        expect(page.get_by_role("alert")).to_have_text("Somebody has this name already. Choose another.")


def test_a_drill_that_succeeded_stands_in_the_audit_and_a_failed_one_does_not(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        told: list[str] = []
        page.on("request", lambda request: told.append(request.post_data or "") if "drill" in request.url else None)
        page.goto(f"{desk.server}/#/drill")
        page.get_by_label("The key file you saved").set_input_files(lena.file)
        page.get_by_label("Passphrase of the key file").fill("not the words")
        press(page, "Open the test case")
        expect(page.get_by_role("alert")).to_contain_text("check the passphrase")
        assert told == []
        page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
        with page.expect_response("**/api/me/drill"):
            press(page, "Open the test case")
        expect(page.get_by_text("Your key opened the test case")).to_be_visible()
        assert told == [""], "that it succeeded, and nothing of it"
        page.goto(f"{desk.server}/#/audit")
        expect(page.get_by_role("cell", name="did the key drill")).to_have_count(1)


def test_what_the_sealing_library_refuses_is_said_in_the_readers_language(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    with paged(browser, desk.server, locale="ru-RU") as page:
        page.goto(desk.server)
        page.get_by_label("Ваш файл ключа").set_input_files(lena.file)
        page.get_by_label("Парольная фраза файла ключа").fill("не те слова")
        page.get_by_label("Отпечаток корневого ключа").fill("0" * 64)
        page.get_by_label("Код из приложения").fill("000000")
        press(page, "Войти")
        expect(page.get_by_role("alert")).to_contain_text("Файл ключа не открывается")


def test_coming_back_to_the_queue_asks_for_it_once(desk: PageDesk, browser: Browser) -> None:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.LEAD)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        expect(page.get_by_text("No case here.")).to_be_visible()
        Person(desk, 1).sends_from_danger("MADE UP: a change that the page hears of")
        expect(page.locator(".desk-rows li")).to_have_count(1)
        page.evaluate("location.hash = '#/settings'")
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/api/cases?" in request.url else None)
        with page.expect_response("**/api/cases?*"):
            page.evaluate("location.hash = '#/cases'")
        expect(page.locator(".desk-rows")).to_have_attribute("aria-busy", "false")
        assert len(asked) == 1


def test_a_lead_sees_colleagues_and_no_act_that_is_refused_to_them(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.LEAD)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        page.goto(f"{desk.server}/#/people")
        card = card_of(page, lena.name)
        expect(card.get_by_text("Lead, Administrator, Auditor")).to_be_visible()
        assert page.locator("main button").count() == 0
        assert page.get_by_text("In the signed list of keys").count() == 0, "a lead is not told, so nothing is claimed"
        page.goto(f"{desk.server}/#/settings")
        expect(page.get_by_text("Hash of the page")).to_be_visible()
