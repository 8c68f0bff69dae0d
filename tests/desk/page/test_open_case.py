"""An open case in a real browser: what is being written, what is folded, what paper shows, what the person changes."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from bot.ids import Reference
from bot.store.staff_values import Role
from bot.store.values import AuditEntry
from tests.databases import migrated_sqlite
from tests.desk.made_chat import Person
from tests.desk.made_page import PageDesk, paged, press, sign_in
from tests.made_up import call

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: men in a made-up car have stood outside since this morning"
HARD = "ВЫМЫШЛЕНО: выдуманного человека били в городе Примерск"
TRANSLATED = "MADE-UP: a made-up person was beaten in Example Town"
CONTACT = "MADE-UP: Signal +000 000, after 18:00"
BEGUN = "MADE-UP: we have read it and can talk tomorrow"
NOTE, REPLY = "Note for staff", "What you write to the person"
ACTS = (
    ("bot:Boris Example", "claim", None, "Boris Example (staff bot) took the case"),
    ("desk:Anna Example", "read", None, "Anna Example opened the case"),
    ("desk:Anna Example", "identity", "contact_person", "opened the identity: To contact the person"),
    ("desk:Anna Example", "stage", "referred", "changed the stage: Passed on with consent"),
    ("desk:Anna Example", "urgency", "high>critical", "changed the urgency: from High to Critical"),
    (
        "desk:Anna Example",
        "urgency",
        "critical>medium mistaken",
        "changed the urgency: from Critical to Medium, The rule was mistaken",
    ),
    ("desk:Anna Example", "note", None, "wrote a note"),
    ("desk:Anna Example", "reply", None, "wrote a reply"),
    ("desk:Anna Example", "reply", "info_requested", "wrote a reply: More information needed"),
    ("desk:Anna Example", "nudge", None, "sent the one neutral line to the chat"),
    ("desk:Anna Example", "tried", "trusted", "tried to reach the person: the person they trust"),
    ("desk:Anna Example", "writer", "doubted", "said who writes: somebody else may be writing"),
    ("desk:Anna Example", "language", "sgh", "said in which language it is written: Shughni"),
    ("desk:Anna Example", "call", "reader", "called: a reader of the language"),
    ("desk:Anna Example", "call", "lead", "called: the lead"),
    ("desk:Anna Example", "rewrap", "keys", "sealed the case key anew: fetched the key for it"),
    ("desk:Anna Example", "rewrap", "identity", "sealed the case key anew: Identity"),
    ("desk:Anna Example", "rewrap", "restore facts", "sealed the case key anew: put the key before back: Facts"),
    ("desk:Anna Example", "transfer", None, "handed the case over"),
    ("desk:Adam Example", "release", "offboard", "gave the case back: the access of its holder ended"),
    ("desk:Adam Example", "release", "roles", "gave the case back: the roles of its holder changed"),
    ("desk:Anna Example", "release", None, "gave the case back"),
    ("desk:Anna Example", "recuse", None, "stepped aside from the case"),
    ("console:op", "export", None, "op (console) exported the sealed case"),
    ("console:op", "close", "no_contact", "op (console) closed the case: The person could not be reached"),
)
"""Who, what, why, as the server writes it; and how it is read."""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("open_case")
    database = migrated_sqlite(folder)
    made = PageDesk(database, folder)
    made.worker("Anna Example", Role.REVIEWER, Role.IDENTITY, Role.LEAD)
    made.worker("Olga Example", Role.AUDITOR)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def signed_in(desk: PageDesk, browser: Browser) -> Iterator[Page]:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, desk.workers["Anna Example"])
        yield page


@pytest.fixture
def page(signed_in: Page) -> Page:
    signed_in.emulate_media(media="screen")
    return signed_in


@pytest.fixture
def writer(desk: PageDesk) -> Person:
    return Person(desk, next(_numbers))


def shown(page: Page, reference: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    expect(page.locator("h1")).to_contain_text(reference)
    page.locator(".topics").wait_for()


def listed(page: Page) -> None:
    page.evaluate("() => { location.hash = '#/cases?view=open'; }")
    expect(page.locator(".desk-case.desk-empty")).to_be_visible()


def taken(page: Page) -> None:
    press(page, "I take it")
    expect(page.locator(".first-clock")).to_contain_text("You have it")


def acts_on(desk: PageDesk, reference: str) -> list[str]:
    return [each.act for each in call(desk.database, "audit.of_case", reference)]


def test_a_reply_that_was_begun_is_there_until_it_is_sent_or_cancelled(
    desk: PageDesk, page: Page, writer: Person
) -> None:
    reference = writer.sends_from_danger(STORY)
    shown(page, reference)
    taken(page)
    press(page, "Reply")
    page.get_by_label(REPLY).fill(BEGUN)
    page.get_by_label("Stage of the case afterwards").select_option("info_requested")
    page.get_by_role("button", name="Look at it before sending").focus()
    page.keyboard.press("Escape")
    expect(page.locator("[aria-live=polite]")).to_contain_text("Not sent yet")
    expect(page.get_by_label(REPLY)).to_have_value(BEGUN)
    # Elsewhere on the page the key leads back to the list, and the words wait.
    page.locator(".composer").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(page.locator(".desk-case.desk-empty")).to_be_visible()
    shown(page, reference)
    assert page.get_by_label(REPLY).count() == 0, "nobody who only looks is put into the composer"
    press(page, "Write on: reply")
    expect(page.get_by_label(REPLY)).to_have_value(BEGUN)
    expect(page.get_by_label("Stage of the case afterwards")).to_have_value("info_requested")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".preview")).to_contain_text(BEGUN)
    page.keyboard.press("Escape")
    expect(page.get_by_label(REPLY)).to_have_value(BEGUN)
    press(page, "Cancel")
    press(page, "Reply")
    expect(page.get_by_label(REPLY)).to_have_value("")
    page.get_by_role("button", name="Cancel", exact=True).focus()
    page.keyboard.press("Escape")
    expect(page.locator(".composer")).to_have_count(0)
    assert "reply" not in acts_on(desk, reference)


def test_with_two_forms_open_the_keys_mean_the_one_that_is_written_in(
    desk: PageDesk, page: Page, writer: Person
) -> None:
    reference = writer.sends_from_danger(STORY)
    shown(page, reference)
    taken(page)
    press(page, "Reply")
    page.get_by_label(REPLY).fill(BEGUN)
    press(page, "Write a note")
    page.get_by_label(NOTE).fill("MADE-UP: half a")
    page.get_by_label(REPLY).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".preview")).to_contain_text(BEGUN)
    expect(page.get_by_label(NOTE)).to_have_value("MADE-UP: half a")
    page.get_by_label(NOTE).fill("MADE-UP: half a note")
    page.get_by_label(NOTE).focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".letter.note")).to_contain_text("MADE-UP: half a note")
    press(page, f"Seal and send to the person of {reference}")
    expect(page.locator(".letter.reply")).to_contain_text(BEGUN)
    assert [act for act in acts_on(desk, reference) if act in {"note", "reply"}] == ["note", "reply"]
    expect(page.get_by_role("button", name="Reply", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Write a note")).to_be_visible()


def test_a_description_of_violence_stays_folded_with_its_translation(page: Page, writer: Person) -> None:
    reference = _hard(writer)
    shown(page, reference)
    fold = page.locator(".topics .hard")
    expect(fold).to_have_count(1)
    assert page.get_by_text(HARD).filter(visible=True).count() == 0
    assert fold.get_by_role("button", name="Add a translation").is_hidden()
    fold.locator("summary").click()
    fold.get_by_role("button", name="Add a translation").click()
    page.get_by_label("Translation into English").fill(TRANSLATED)
    page.keyboard.press("Control+Enter")
    expect(fold.locator(".translation")).to_contain_text(TRANSLATED)
    fold.locator("summary").click()
    expect(page.get_by_text(TRANSLATED).filter(visible=True)).to_have_count(0)
    listed(page)
    shown(page, reference)
    # The key that unfolds everything leaves these to whoever means to read them.
    page.keyboard.press("e")
    expect(page.locator(".history li").first).to_be_visible()
    assert page.locator(".desk-case .hard").count() > 0
    assert page.locator(".desk-case .hard[open]").count() == 0
    assert page.get_by_text(TRANSLATED).filter(visible=True).count() == 0


def test_paper_shows_no_hard_words_and_the_identity_only_where_that_was_asked_for(page: Page, writer: Person) -> None:
    shown(page, _hard(writer, contact=CONTACT))
    page.locator(".topics .hard summary").click()
    press(page, "Open contact: imminent danger")
    expect(page.locator(".identity-open")).to_contain_text(CONTACT)
    expect(page.locator(".topics").get_by_text(HARD)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".topics")).to_contain_text("Own words, perhaps about violence")
    assert page.get_by_text(HARD).filter(visible=True).count() == 0
    assert page.get_by_text(CONTACT).filter(visible=True).count() == 0
    assert page.get_by_text(STORY).filter(visible=True).count() > 0
    page.emulate_media(media="screen")
    page.get_by_label("Print it too, with the case").check()
    page.emulate_media(media="print")
    assert page.get_by_text(CONTACT).filter(visible=True).count() > 1
    assert page.get_by_text(HARD).filter(visible=True).count() == 0


def _hard(writer: Person, contact: str | None = None) -> str:
    """A case in which violence was told, and then told of in own words."""
    reference = writer.sends_from_danger(STORY, locale="ru", contact=contact)
    writer.taps("R2_after.add_more", "S0_menu.all", "section.where_who", "F1_forms.life", "F1_forms.ready")
    writer.taps("F1_life.physical_attack", "F1_life.ready", "F1_freedom.ready", *["nav.skip"] * 4)
    writer.says(HARD)
    return reference


def test_every_act_is_read_in_words_the_newest_first(desk: PageDesk, page: Page, writer: Person) -> None:
    reference = writer.sends_from_danger(STORY)
    for actor, act, reason, _ in ACTS:
        entry = AuditEntry(at=desk.now(), actor=actor, act=act, reference=Reference(reference), reason=reason)
        call(desk.database, "audit.append", entry)
    shown(page, reference)
    page.get_by_role("heading", name="History").click()
    rows = page.locator(".history li")
    expect(rows).to_have_count(len(ACTS) + 1)
    words = [row.partition(" ")[2] for row in rows.all_inner_texts()]
    read, *made = words
    assert read.endswith("Anna Example opened the case")
    assert [row for row, (*_, said) in zip(made, reversed(ACTS), strict=True) if not row.endswith(said)] == []


def test_a_long_history_begins_with_the_newest_and_goes_back_to_the_first(
    desk: PageDesk, page: Page, writer: Person
) -> None:
    reference = writer.sends_from_danger(STORY)
    for number in range(60):
        act = "claim" if number == 0 else "note"
        entry = AuditEntry(at=desk.now(), actor=f"desk:Person {number}", act=act, reference=Reference(reference))
        call(desk.database, "audit.append", entry)
    shown(page, reference)
    page.get_by_role("heading", name="History").click()
    rows = page.locator(".history li")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("opened the case")
    expect(rows.nth(1)).to_contain_text("Person 59")
    press(page, "Earlier")
    expect(rows).to_have_count(61)
    expect(rows.last).to_contain_text("Person 0 took the case")
    taken(page)
    expect(rows.first).to_contain_text("Anna Example took the case")
    expect(rows).to_have_count(62)


def test_a_permission_that_is_taken_back_counts_no_more_in_an_open_page(
    desk: PageDesk, page: Page, writer: Person
) -> None:
    reference = writer.sends_from_danger(STORY)
    _adds(writer)
    shown(page, reference)
    expect(page.locator(".first-may")).to_contain_text("To a helping organisation")
    given = page.locator(".consents > li").filter(has_text="helping organisation")
    now = desk.now()
    today = f"{now.day} {now:%b %Y}"
    expect(given).to_contain_text(f"{today} · text J6-2026-11 · English")
    _takes_back(writer)
    # Before anything is opened anew nothing is allowed any more.
    expect(page.locator(".first-may")).to_contain_text("Read only. Nothing may leave this desk.")
    expect(page.locator(".first-may")).to_contain_text("A permission was withdrawn")
    press(page, "Open it anew")
    expect(given).to_contain_text("Withdrawn")
    expect(given).to_contain_text(f"withdrawn on {today}")
    expect(page.locator(".first-may")).not_to_contain_text("To a helping organisation")


def test_an_answer_that_comes_late_does_not_say_again_that_something_was_added(page: Page, writer: Person) -> None:
    reference = writer.sends_from_danger(STORY)
    shown(page, reference)
    held: list[Route] = []
    answers: list[APIResponse] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            # Before it is fetched: another request may come meanwhile, and only one is held.
            held.append(route)
            answers.append(route.fetch())

    _adds(writer)
    expect(page.get_by_role("button", name="Open it anew")).to_be_visible()
    asked = f"**/api/cases/{reference}"
    page.route(asked, hold)
    with page.expect_request(asked):
        _takes_back(writer)
    press(page, "Open it anew")
    expect(page.locator(".consents")).to_contain_text("Withdrawn")
    expect(page.get_by_role("button", name="Open it anew")).to_have_count(0)
    [late], [answer] = held, answers
    with page.expect_event("requestfinished", lambda request: request == late.request):
        late.fulfill(response=answer)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.get_by_role("button", name="Open it anew").count() == 0
    page.unroute(asked)


def _adds(writer: Person) -> None:
    writer.taps("R2_after.add_more", "section.permissions", "J6_referral.allow", "B2_about_whom.myself")
    writer.taps("J2_share_un.not_allow", "J7_numbers.yes", "J1_risk.dont_know", "S0_menu.enough")


def _takes_back(writer: Person) -> None:
    writer.says(writer.codes[-1])
    writer.taps("RT1_status.withdraw", "WD_choose.wd_J6_referral", "WD_confirm.withdraw_now")


def test_a_case_that_its_person_deletes_is_gone_from_an_open_page(desk: PageDesk, page: Page, writer: Person) -> None:
    reference = writer.sends_from_danger(STORY)
    shown(page, reference)
    taken(page)
    press(page, "Reply")
    page.get_by_label(REPLY).fill(BEGUN)
    writer.says(writer.codes[-1])
    writer.taps("RT1_status.delete_case", "DEL_case.delete")
    expect(page.get_by_text("Do not contact the person")).to_be_visible()
    assert page.get_by_text(STORY).count() == 0
    expect(page.locator(".composer")).to_have_count(0)
    expect(page.locator(f"[data-reference='{reference}']")).to_have_count(0)


def test_somebody_who_only_audits_sees_every_act_and_no_case(desk: PageDesk, browser: Browser, writer: Person) -> None:
    reference = writer.sends_from_danger(STORY)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, desk.workers["Olga Example"])
        expect(page.get_by_role("heading", name="Audit")).to_be_visible()
        expect(page.locator(".audit tbody tr").first).to_contain_text("Olga Example")
        assert page.get_by_role("link", name="Cases").count() == 0
        page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
        expect(page.locator(".desk-case .notice.danger")).to_be_visible()
        assert page.locator(".first").count() == 0
        page.evaluate("() => { location.hash = '#/cases?view=open'; }")
        expect(page.get_by_role("heading", name="Audit")).to_be_visible()
        page.get_by_label("Only this case").fill(reference)
        press(page, "Show")
        expect(page.get_by_text("Nothing yet.")).to_be_visible()
    assert "read" not in acts_on(desk, reference)
