"""The desk in each of its languages on a phone: what must be seen at once has room there, whatever was told."""

from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect

from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PASSPHRASE, PHONE, PageDesk, paged, root_key, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = (
    "ВЫДУМАНО: в городе Примерск выдуманного человека увезли из дома вчера вечером четыре человека на белой машине, "
    "куда – неизвестно, телефон выключен"
)
BOXES = "all => all.map(each => each.getBoundingClientRect().toJSON())"
CONTACT = "ВЫДУМАНО: Signal +000 000, после 18:00"


@pytest.mark.parametrize(
    ("locale", "file", "passphrase", "code", "root", "enter"),
    [
        (
            "en",
            "Your key file",
            "Passphrase of the key file",
            "Code from your",
            "Fingerprint of the root",
            "Sign in",
        ),
        (
            "ru",
            "Ваш файл ключа",
            "Парольная фраза файла ключа",
            "Код из приложения",
            "Отпечаток корневого ключа",
            "Войти",
        ),
        (
            "tg",
            "Файли калиди шумо",
            "Ибораи махфии файли калид",
            "Рамз аз барномаи",
            "Изи калиди асосӣ",
            "Даромадан",
        ),
    ],
    ids=["en", "ru", "tg"],
)
def test_the_first_screen_of_a_critical_case_needs_no_scrolling(
    desk: PageDesk, browser: Browser, *, locale: str, file: str, passphrase: str, code: str, root: str, enter: str
) -> None:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.LEAD, Role.IDENTITY)
    with paged(browser, desk.server, size=PHONE, locale=locale) as page:
        page.goto(desk.server)
        page.get_by_label(file).set_input_files(anna.file)
        page.get_by_label(passphrase).fill(PASSPHRASE)
        page.get_by_label(code).fill(desk.code(anna.secret))
        page.get_by_label(root).fill(root_key().public)
        page.get_by_role("button", name=enter, exact=True).click()
        page.locator("header.bar").wait_for()
        # A case that arrives ahead of the browser's clock would show its day, which takes a line more.
        desk.ahead = timedelta()
        reference = Person(desk, 1).sends_from_danger(STORY, locale="ru", contact=CONTACT)
        expect(page.locator(".desk-rows li")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
        page.locator(".topics").wait_for()
        page.evaluate("scrollTo(0, 0)")
        expect(page.locator(".first button.small")).to_be_visible()
        expect(page.locator(".cut-more")).to_be_visible()
        expect(page.locator(".add-translation:visible")).to_have_count(0 if locale == "ru" else 2)
        boxes = page.eval_on_selector_all(".firsts > section", BOXES)
        assert len(boxes) == 8
        # The last part stays at the lower edge of the screen, so it would cover what has no room.
        assert all(before["bottom"] <= after["top"] for before, after in pairwise(boxes)), boxes
        assert boxes[-1]["bottom"] <= PHONE[1], boxes
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert violations(page) == []
