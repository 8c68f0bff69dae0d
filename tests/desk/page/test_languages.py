"""The desk in Russian and Tajik on a phone: what must be seen at once has room there too, and nothing is cut."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PASSPHRASE, PHONE, PageDesk, paged, root_key, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: a brother in Example Town since Monday morning, taken by people in uniform, not heard from since"


@pytest.mark.parametrize(
    ("locale", "file", "passphrase", "code", "root", "enter"),
    [
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
    ids=["ru", "tg"],
)
def test_the_first_screen_of_a_critical_case_needs_no_scrolling(
    desk: PageDesk, browser: Browser, *, locale: str, file: str, passphrase: str, code: str, root: str, enter: str
) -> None:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.LEAD, languages=("tg",))
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
        reference = Person(desk, 1).sends_from_danger(STORY, locale=locale)
        expect(page.locator(".desk-rows li")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
        page.locator(".topics").wait_for()
        page.evaluate("scrollTo(0, 0)")
        ends = page.eval_on_selector_all(
            ".firsts > section", "all => all.map(each => each.getBoundingClientRect().bottom)"
        )
        assert len(ends) == 8
        assert max(ends) <= PHONE[1], ends
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert violations(page) == []
