"""What can be done with a case, carried out in a real browser to its end, by the keys that stand on the sheet."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.casework.office import CLOSED_KEPT
from bot.store.staff_values import Role
from bot.store.values import Case, Stage, Status
from tests.databases import migrated_sqlite
from tests.desk.made_chat import Person
from tests.desk.made_page import PHONE, PageDesk, paged, sign_in
from tests.made_up import call

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: a brother in Example Town since Monday morning"
CONTACT = "MADE-UP: Signal +000 000, after 18:00"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("keys")
    database = migrated_sqlite(folder)
    made = PageDesk(database, folder)
    made.worker("Anna Example", Role.REVIEWER, Role.LEAD, Role.IDENTITY)
    made.worker("Boris Example", Role.REVIEWER, languages=("tg",))
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def page(desk: PageDesk, browser: Browser) -> Iterator[Page]:
    with paged(browser, desk.server, permissions=["clipboard-read", "clipboard-write"]) as made:
        sign_in(made, desk, desk.workers["Anna Example"])
        yield made


def opened(desk: PageDesk, page: Page, *, contact: str | None = None) -> str:
    """Show a new critical case that nobody has."""
    reference = Person(desk, next(_numbers)).sends_from_danger(STORY, contact=contact)
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}?view=open")
    expect(page.locator("h1")).to_contain_text(reference)
    page.locator(".topics").wait_for()
    return reference


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def taken(page: Page) -> None:
    keys(page, "KeyC")
    expect(page.locator(".first-clock")).to_contain_text("You have it")


def kept(desk: PageDesk, reference: str) -> Case:
    found = call(desk.database, "cases.get", reference)
    assert isinstance(found, Case)
    return found


def acts(desk: PageDesk, reference: str) -> list[str]:
    return [each.act for each in call(desk.database, "audit.of_case", reference)]


def test_j_and_k_move_enter_opens_and_escape_leads_back(desk: PageDesk, page: Page) -> None:
    references = {opened(desk, page), opened(desk, page)}
    keys(page, "Escape")
    expect(page.locator(".desk-empty")).to_be_visible()
    expect(page.locator(".desk-row").nth(1)).to_be_visible()
    order = page.locator(".desk-row").evaluate_all("all => all.map(each => each.dataset.reference)")
    assert references <= set(order)
    keys(page, "KeyJ")
    expect(page.locator(f"[data-reference='{order[0]}']")).to_be_focused()
    keys(page, "KeyJ")
    expect(page.locator(f"[data-reference='{order[1]}']")).to_be_focused()
    keys(page, "KeyK")
    expect(page.locator(f"[data-reference='{order[0]}']")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator("h1")).to_contain_text(order[0])
    page.locator(".topics").wait_for()


def test_c_takes_n_notes_r_replies_w_calls_and_a_dot_copies(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    taken(page)
    keys(page, "Period")
    expect(page.locator("[aria-live=polite]")).to_have_text(f"Copied: {reference}")
    assert page.evaluate("navigator.clipboard.readText()") == reference
    keys(page, "KeyW")
    expect(page.locator(".first-next [role=status]")).to_contain_text("Nobody could be told")
    keys(page, "KeyN")
    expect(page.get_by_label("Note for staff")).to_be_focused()
    page.keyboard.type("MADE-UP: next, rung up at six.")
    keys(page, "Control+Enter")
    expect(page.locator(".letter.note")).to_contain_text("next, rung up at six")
    keys(page, "KeyR")
    expect(page.get_by_label("What you write to the person")).to_be_focused()
    page.keyboard.type("MADE-UP: we have read it.")
    keys(page, "Control+Enter")
    expect(page.get_by_role("button", name="Seal and send")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".letter.reply")).to_contain_text("we have read it")
    assert [each for each in acts(desk, reference) if each != "read"] == ["claim", "note", "reply"]


def test_i_opens_the_written_contact_in_a_critical_case(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page, contact=CONTACT)
    keys(page, "KeyI")
    expect(page.locator(".first .way")).to_contain_text("after 18:00")
    assert "identity" in acts(desk, reference)


def test_s_sets_the_stage(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    taken(page)
    keys(page, "KeyS")
    stage = page.get_by_label("Stage", exact=True)
    expect(stage).to_be_focused()
    page.keyboard.type("More")
    expect(page.get_by_text("The person sees: we have a question")).to_be_visible()
    keys(page, "Tab", "Enter")
    expect(page.get_by_role("button", name="Stage: More information needed")).to_be_visible()
    expect(page.locator(".first-clock")).to_contain_text("Paused")
    assert kept(desk, reference).stage is Stage.INFO_REQUESTED


def test_a_hands_the_case_over_to_a_colleague(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    taken(page)
    keys(page, "KeyA")
    expect(page.get_by_label("To whom")).to_be_focused()
    page.keyboard.type("Boris")
    keys(page, "Tab", "Enter")
    expect(page.get_by_role("button", name=f"Hand {reference} to Boris Example")).to_be_focused()
    assert kept(desk, reference).claimed_by == "Anna Example", "the first press does nothing"
    keys(page, "Enter")
    expect(page.locator(".first-clock")).to_contain_text("Boris Example has it")
    assert kept(desk, reference).claimed_by == "Boris Example"


def test_shift_c_gives_a_critical_case_back_only_knowing_that_nobody_has_it_then(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    taken(page)
    keys(page, "Shift+KeyC")
    expect(page.get_by_label("To whom")).to_be_focused()
    page.get_by_role("button", name="Give it back although nobody has it then").press("Enter")
    expect(page.get_by_role("button", name=f"Nobody will have {reference}")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".first-clock")).to_contain_text("Nobody has it")
    assert kept(desk, reference).status is Status.WAITING


def test_the_second_press_stays_under_the_finger_on_a_phone(desk: PageDesk, page: Page) -> None:
    opened(desk, page)
    taken(page)
    before = page.viewport_size
    assert before is not None
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.get_by_role("button", name="Give back").click()
    first = page.get_by_role("button", name="Give it back although nobody has it then")
    # At the lower edge, where a browser would put what gets the focus into the middle.
    first.evaluate("each => each.scrollIntoView({block: 'end'})")
    was = page.evaluate("scrollY")
    first.click()
    second = page.get_by_role("button", name="Nobody will have")
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport(ratio=0.9)
    assert abs(page.evaluate("scrollY") - was) < 100
    page.set_viewport_size(before)


def test_shift_x_steps_aside_for_good(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    keys(page, "Shift+KeyX")
    expect(page.get_by_role("button", name="Step aside", exact=True).last).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_role("button", name=f"Never show me {reference} again")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".desk-empty")).to_be_visible()
    expect(page.locator(".desk-rows")).to_have_attribute("aria-busy", "false")
    expect(page.locator(f"[data-reference='{reference}']")).to_have_count(0)
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    expect(page.locator(".desk-case .notice.danger")).to_contain_text("not there, or not for you")


def test_a_case_that_was_closed_says_when_it_is_erased(desk: PageDesk, page: Page) -> None:
    reference = opened(desk, page)
    taken(page)
    page.get_by_role("button", name="Close the case").press("Enter")
    reason = page.get_by_label("Why is it closed?")
    expect(reason).to_be_focused()
    keys(page, "ArrowDown", "Tab", "Enter")
    expect(page.get_by_role("button", name=f"Close {reference}")).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".first-clock")).to_contain_text("Closed")
    closed = kept(desk, reference)
    assert closed.status is Status.CLOSED
    assert closed.closed_at is not None
    until = closed.closed_at + CLOSED_KEPT
    erased = f"Erased on {until.day} {until:%b %Y}"
    expect(page.locator(".case-part", has_text=erased)).to_be_visible()
    page.evaluate("location.hash = '#/cases?view=closed'")
    expect(page.locator(f"[data-reference='{reference}']")).to_contain_text(erased)
