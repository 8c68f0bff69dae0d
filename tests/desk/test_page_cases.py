"""Cases in a real browser, from the real bot: the first screen, taking, answering, the identity, what comes later.

Everybody in here is made up and says so. One reviewer is signed in for all tests; each test has a case of its own.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_chat import Person
from tests.desk.made_page import LAPTOP, PHONE, PageDesk, browsing, paged, sign_in, violations
from tests.made_up import call

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: a brother in Example Town since Monday morning, taken by people in uniform, not heard from since"
HOSTILE = (
    "MADE-UP <img src=x onerror=alert(1)><script>alert(2)</script>",
    "MADE-UP \"><svg onload=alert(3)> javascript:alert(4) {{7*7}} ${7*7} '; DROP TABLE cases;--",
    "MADE-UP \u202egnp.exe\u2066 \u200b\u00ad zero\u0301 width",
    "MADE-UP <style>*{display:none}</style><iframe src=//elsewhere.example></iframe>",
)
FIRST = [
    "May I write, and how",
    "What is happening",
    "What we may do",
    "Who writes",
    "Why: Critical",
    "Dates in the next days",
]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("cases")
    database = migrated_sqlite(folder)
    made = PageDesk(database, folder)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def signed_in(desk: PageDesk, chromium: Path) -> Iterator[Page]:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.IDENTITY, Role.LEAD)
    desk.worker("Boris Example", Role.REVIEWER, languages=("tg",))
    with browsing(chromium) as browser, paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        yield page


@pytest.fixture
def page(signed_in: Page) -> Page:
    signed_in.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    signed_in.emulate_media(color_scheme="light")
    return signed_in


def person(desk: PageDesk) -> Person:
    return Person(desk, next(_numbers))


def shown(page: Page, reference: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    expect(page.locator("h1")).to_contain_text(reference)
    page.locator(".topics").wait_for()


def taken(page: Page) -> None:
    page.get_by_role("button", name="I take it").press("Enter")
    expect(page.locator(".first-clock")).to_contain_text("You have it")


def writes(page: Page, button: str, field: str) -> None:
    page.get_by_role("button", name=button, exact=True).press("Enter")
    expect(page.get_by_label(field)).to_be_focused()


def acts_on(desk: PageDesk, reference: str) -> list[tuple[str, str | None]]:
    return [(each.act, each.reason) for each in call(desk.database, "audit.of_case", reference)]


def test_the_first_screen_of_a_critical_case_needs_no_scrolling(desk: PageDesk, page: Page) -> None:
    reference = person(desk).sends_from_danger(STORY)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    shown(page, reference)
    page.evaluate("scrollTo(0, 0)")
    assert page.locator(".firsts h2").all_inner_texts() == FIRST
    assert [each["y"] + each["height"] < PHONE[1] for each in _boxes(page, ".firsts > section")] == [True] * 8
    assert page.locator("button.main").all_inner_texts() == ["I take it"], "the only blue button"
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def _boxes(page: Page, of: str) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.eval_on_selector_all(
        of, "all => all.map(each => each.getBoundingClientRect())"
    )
    return found


def test_a_case_is_taken_answered_and_noted_by_keyboard_and_no_word_leaves_the_page_open(
    desk: PageDesk, page: Page
) -> None:
    writer = person(desk)
    reference = writer.sends_from_danger(STORY)
    bodies: list[str] = []

    def keep(request: Request) -> None:
        bodies.append(request.post_data or "")

    page.on("request", keep)
    shown(page, reference)
    taken(page)
    writes(page, "Reply", "What you write to the person")
    page.keyboard.type("MADE-UP: we have read it and can talk tomorrow at six.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".preview")).to_contain_text("tomorrow at six")
    page.get_by_role("button", name=f"Seal and send to the person of {reference}").press("Enter")
    expect(page.locator(".letter.reply")).to_contain_text("signature proven")
    writes(page, "Write a note", "Note for staff")
    page.keyboard.type("MADE-UP: called the made-up lawyer.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".letter.note")).to_contain_text("signature proven")
    assert violations(page) == []
    page.remove_listener("request", keep)

    assert [act for act, _ in acts_on(desk, reference)] == ["read", "claim", "reply", "read", "note", "read"]
    sent = "\n".join(bodies)
    assert '"mailbox"' in sent
    assert not re.search(r"brother|Monday|tomorrow|lawyer", sent)
    # The person comes back with the code and reads the very words.
    writer.says(writer.codes[-1])
    assert "can talk tomorrow at six" in writer.taps("RT1_status.read")


def test_a_reply_marks_what_should_not_be_in_it_and_never_quotes_the_story(desk: PageDesk, page: Page) -> None:
    shown(page, person(desk).sends_from_danger(STORY))
    taken(page)
    writes(page, "Reply", "What you write to the person")
    page.keyboard.type("The police of Boris. Taken by people in uniform, you say?")
    page.keyboard.press("Control+Enter")
    assert page.locator(".preview mark").all_inner_texts() == ["police", "Boris"]
    expect(page.locator(".composer .danger.notice")).to_contain_text("taken by people in uniform")
    expect(page.locator(".composer button.danger")).to_be_disabled()
    assert violations(page) == []


def test_the_identity_is_closed_until_it_is_opened_for_a_reason(desk: PageDesk, page: Page) -> None:
    reference = person(desk).sends_from_danger(STORY, contact="MADE-UP: Signal +000 000, after 18:00")
    shown(page, reference)
    assert page.get_by_text("after 18:00").count() == 0
    page.get_by_role("button", name="Open contact: imminent danger").click()
    expect(page.locator(".first .way")).to_contain_text("after 18:00")
    assert ("identity", "imminent_danger") in acts_on(desk, reference)
    assert violations(page) == []
    page.get_by_role("button", name="Close it again").click()
    expect(page.get_by_text("after 18:00")).to_have_count(0)


@pytest.mark.parametrize("words", HOSTILE, ids=["scripts", "quotes", "directions", "frames"])
def test_hostile_words_are_shown_as_words(desk: PageDesk, page: Page, words: str) -> None:
    shown(page, person(desk).sends_from_danger(words))
    assert page.locator(".first-what .answer-words").text_content() == words
    assert page.locator(".desk-case :is(img, svg, script, style, iframe)").count() == 0


def test_a_new_case_is_announced_and_what_is_added_is_offered(desk: PageDesk, page: Page) -> None:
    page.evaluate("location.hash = '#/cases?view=open'")
    page.locator(".desk-rows").wait_for()
    writer = person(desk)
    reference = writer.sends_from_danger(STORY)
    expect(page.locator(f"[data-reference='{reference}']")).to_be_visible()
    expect(page.locator("[aria-live=polite]")).to_contain_text("New case")
    shown(page, reference)
    writer.taps("R2_after.add_more", "section.permissions", "J6_referral.allow", "B2_about_whom.myself")
    writer.taps("J2_share_un.not_allow", "J7_numbers.yes", "J1_risk.dont_know", "S0_menu.enough")
    page.get_by_role("button", name="Open it anew").click()
    expect(page.locator(".first-may")).to_contain_text("To a helping organisation")
    expect(page.locator(".divider")).to_contain_text("New: added later")
    assert page.locator(".problems").count() == 0
    assert violations(page) == []


def test_a_translation_stands_under_the_original_for_everybody(desk: PageDesk, page: Page) -> None:
    shown(page, person(desk).sends_from_danger("ВЫМЫШЛЕНО: брат, в Примерном городе", locale="ru"))
    page.locator(".first-what .add-translation").click()
    page.get_by_label("Translation into English").fill("MADE-UP: a brother, in Example Town")
    page.get_by_role("button", name="Seal and keep it").click()
    expect(page.locator(".first-what .translation")).to_contain_text("a brother, in Example Town")
    assert page.locator(".first-what .answer-words").first.get_attribute("lang") == "ru"
    assert page.locator(".letter.note").count() == 0


def test_what_the_server_makes_up_is_refused_as_a_whole(desk: PageDesk, page: Page) -> None:
    reference = person(desk).sends_from_danger(STORY)
    page.evaluate("location.hash = '#/cases?view=mine'")

    def other(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["case"]["holder"] = {"toString": "made up"}
        route.fulfill(response=answer, body=json.dumps(body))

    page.route(f"**/api/cases/{reference}", other)
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    expect(page.locator(".desk-case .notice.danger")).to_contain_text("another form than expected")
    assert page.locator(".topics").count() == 0
    page.unroute(f"**/api/cases/{reference}")
    assert acts_on(desk, reference) == []


def test_case_keys_are_sealed_to_a_new_list_on_this_page(desk: PageDesk, signed_in: Page) -> None:
    reference = person(desk).sends_from_danger(STORY)
    desk.worker("Clara Example", Role.REVIEWER)
    browser = signed_in.context.browser
    assert browser is not None
    with paged(browser, desk.server) as page:
        sign_in(page, desk, desk.workers["Anna Example"])
        page.evaluate("location.hash = '#/rewrap'")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name=re.compile("^Seal .* case keys to list")).click()
        page.get_by_text("Done. All of them are sealed").wait_for()
        assert violations(page) == []
        assert set(page.locator("tbody td:last-child").all_inner_texts()) == {"sealed"}
        shown(page, reference)
        assert page.locator(".problems").count() == 0
    assert ("rewrap", "facts") in acts_on(desk, reference)
