"""Reaching the person in a real browser: who writes and in which language, tries, silence, the hours with both clocks.

Everybody in here is made up and says so. One reviewer is signed in for all tests; each test has a case of its own.
"""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from os import urandom
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.casework.actor import Actor
from bot.offline.cards import card_of
from bot.offline.keyfiles import KeyRole, new_key
from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_chat import Person
from tests.desk.made_page import BOTH, LAPTOP, PageDesk, browsing, paged, sign_in, violations
from tests.made_up import call

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = "MADE-UP: a brother in Example Town since Monday morning, taken by people in uniform, not heard from since"
CONTACT = "MADE-UP Signal +000 000, after 18:00"
REACH = ("S0_menu.all", "section.reach")
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("reaching")
    database = migrated_sqlite(folder)
    made = PageDesk(database, folder)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def signed_in(desk: PageDesk, chromium: Path) -> Iterator[Page]:
    anna = desk.worker("Anna Example", Role.REVIEWER, Role.IDENTITY, Role.LEAD)
    desk.worker("Boris Example", Role.REVIEWER, languages=("uz",))
    with browsing(chromium) as browser, paged(browser, desk.server) as page:
        sign_in(page, desk, anna)
        yield page


@pytest.fixture
def page(signed_in: Page) -> Page:
    signed_in.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    signed_in.emulate_media(color_scheme="light")
    return signed_in


@pytest.fixture
def person(desk: PageDesk) -> Person:
    return Person(desk, next(_numbers))


def shown(page: Page, reference: str) -> None:
    # Another case in between, so that what stands is not what stood before.
    page.evaluate("location.hash = '#/cases?view=mine'")
    page.locator(".desk-empty").wait_for()
    page.evaluate("(hash) => { location.hash = hash; }", f"#/case/{reference}")
    expect(page.locator("h1")).to_contain_text(reference)
    page.locator(".topics").wait_for()


def press(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=True).press("Enter")


def acts_on(desk: PageDesk, reference: str) -> list[tuple[str, str | None]]:
    return [(each.act, each.reason) for each in call(desk.database, "audit.of_case", reference)]


def way(page: Page) -> str:
    return page.locator(".first", has=page.get_by_role("heading", name="May I write, and how")).inner_text()


def sends_what_if_silent(writer: Person, silent: str, trusted: str | None = None) -> str:
    """A case with a written way, hours, and what to do in silence; ``trusted`` is who may be asked."""
    reference = writer.sends_from_danger(STORY, contact=CONTACT)
    writer.taps("R2_after.add_more", *REACH, "N3_hours.any_hour", "N4_check_word.no_word", f"N2_if_silent.{silent}")
    if trusted is not None:
        writer.says(trusted)
    writer.taps("S0_menu.enough")
    return reference


def test_what_it_is_written_in_is_set_with_one_press_and_readers_are_looked_for(
    desk: PageDesk, page: Page, person: Person
) -> None:
    reference = person.sends_from_danger(STORY)
    shown(page, reference)
    press(page, "Written in: English")
    page.get_by_label("Written in").select_option("uz")
    press(page, f"{reference} is written in: Uzbek")
    expect(page.get_by_role("button", name="Call a reader: Uzbek")).to_be_visible()
    expect(page.locator(f"[data-reference='{reference}']")).to_contain_text("Uzbek")
    assert acts_on(desk, reference)[-1] == ("language", "uz")
    words = page.locator(".first-what .answer-words")
    assert words.get_attribute("lang") == "uz"
    expect(page.locator(".first-what .add-translation")).to_be_visible()
    page.evaluate("location.hash = '#/cases?view=open&language=uz'")
    expect(page.locator(".desk-row")).to_have_count(1)
    assert violations(page) == []


def test_who_is_not_the_person_is_marked_with_two_presses_and_back_again(
    desk: PageDesk, page: Page, person: Person
) -> None:
    reference = person.sends_from_danger(STORY)
    shown(page, reference)
    press(page, "Not the person writing", f"Nothing more is written to that chat. Mark {reference}")
    expect(page.locator(".first .must")).to_have_text("Somebody else may be writing.")
    expect(page.locator(f"[data-reference='{reference}']")).to_contain_text("Others may use the chat")
    assert violations(page) == []
    press(page, "It is the person again", f"The chat may be written to again. Mark {reference}")
    expect(page.locator(".first .must")).to_have_count(0)
    assert acts_on(desk, reference)[-2:] == [("writer", "doubted"), ("writer", "trusted")]
    page.locator("#history").click()
    expect(page.locator(".history")).to_contain_text("said who writes: somebody else may be writing")


def test_a_try_is_written_down_beside_the_way_they_chose_and_told_on_the_first_screen(
    desk: PageDesk, page: Page, person: Person
) -> None:
    reference = sends_what_if_silent(person, "contact_trusted_person", "MADE-UP: my sister, Signal +000 111")
    shown(page, reference)
    assert page.get_by_role("button", name="Note that we tried this way").count() == 0
    press(page, "Open contact: imminent danger", "Note that we tried this way")
    second = f"Write down: tried to reach {reference} today, in the way they chose. They read it when they return."
    press(page, second)
    expect(page.locator(".way-state")).to_contain_text("by Anna Example")
    assert way(page).count("tried on") == 1
    press(page, "Contact the trusted person")
    assert violations(page) == []
    press(page, f"Write down that you contact the person they trust, now: {reference}")
    expect(page.locator(".way-state")).to_contain_text("the person they trust was contacted")
    expect(page.locator(".way-state")).to_contain_text("tries so far: 2")
    assert acts_on(desk, reference)[-2:] == [("tried", "agreed"), ("tried", "trusted")]
    page.locator("#history").click()
    expect(page.locator(".history")).to_contain_text("tried to reach the person: in the way they chose")
    back = person.says(person.codes[-1])
    assert "We tried to reach you" in back.messages[0].text


def test_nobody_else_is_offered_where_they_did_not_ask_for_it(page: Page, person: Person) -> None:
    shown(page, sends_what_if_silent(person, "wait"))
    press(page, "Open contact: imminent danger")
    expect(page.locator(".identity-open")).to_contain_text("They did not ask us to contact anybody else.")
    assert page.get_by_role("button", name="Contact the trusted person").count() == 0
    assert page.get_by_role("button", name="Note that we tried this way").count() == 1, "beside the way, not the hours"


def test_a_reply_that_waits_says_for_how_long_and_what_may_be_done(desk: PageDesk, page: Page, person: Person) -> None:
    reference = person.sends_from_danger(STORY, button="this_chat_neutral")
    shown(page, reference)
    assert page.locator(".silence").count() == 0
    press(page, "I take it")
    expect(page.locator(".first-clock")).to_contain_text("You have it")
    press(page, "Reply")
    page.get_by_label("What you write to the person").fill("MADE-UP: we have read it.")
    page.keyboard.press("Control+Enter")
    press(page, f"Seal and send to the person of {reference}")
    expect(page.locator(".silence")).to_have_text("Our reply is unread: since today.")
    aged(desk, days=4)
    shown(page, reference)
    expect(page.locator(".silence")).to_have_text("Our reply is unread: 4 d. One neutral line is possible.")
    assert violations(page) == []
    aged(desk, days=90)
    shown(page, reference)
    expect(page.locator(".silence")).to_have_text("Our reply is unread: 90 d. It may be closed: could not be reached.")
    press(page, "Close the case")
    page.get_by_label("Why is it closed?").select_option("no_contact")
    page.locator(".act-box").get_by_role("button", name="Close the case").press("Enter")
    press(page, f"Close {reference}: The person could not be reached")
    expect(page.locator(".silence")).to_have_text("Our reply is unread: 90 d.")
    assert acts_on(desk, reference)[-1] == ("close", "no_contact")


@pytest.mark.parametrize("leaves", [True, False])
def test_a_reply_that_the_person_cannot_be_shown_is_named_and_is_no_silence(
    desk: PageDesk, signed_in: Page, *, leaves: bool
) -> None:
    browser = signed_in.context.browser
    assert browser is not None
    name, lead = ("Carla Example", "Lola Example") if leaves else ("Dora Example", "Luna Example")
    author, reader = desk.worker(name, Role.REVIEWER), desk.worker(lead, Role.LEAD)
    person = Person(desk, next(_numbers))
    reference = person.sends_from_danger(STORY, button="this_chat_neutral")
    with paged(browser, desk.server) as page:
        sign_in(page, desk, author)
        shown(page, reference)
        press(page, "I take it")
        expect(page.locator(".first-clock")).to_contain_text("You have it")
        press(page, "Reply")
        page.get_by_label("What you write to the person").fill("MADE-UP: we have read it.")
        page.keyboard.press("Control+Enter")
        press(page, f"Seal and send to the person of {reference}")
        expect(page.locator(".silence")).to_have_text("Our reply is unread: since today.")
    if leaves:
        desk.parts.services.people.offboard(Actor(name="Adam", place="console"), name)
        desk.retire(name)
        trouble = f"{name} is not in the list of keys now: the person cannot read this reply. Write it again."
    else:
        desk.sign(card_of(new_key(KeyRole.REVIEWER, name, desk.now() + timedelta(days=200), urandom), BOTH[:1]))
        trouble = f"The key that {name} has now did not sign this: the person cannot read this reply. Write it again."
    aged(desk, days=90)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, reader)
        shown(page, reference)
        expect(page.locator(".silence")).to_have_text(trouble)
        expect(page.locator(".letter.reply .must").last).to_have_text(trouble)
        assert page.get_by_text("The person has not said yet").count() == 0
        assert violations(page) == []
    back = Person(desk, next(_numbers))
    back.says(person.codes[-1])
    assert back.taps("RT1_status.read").startswith("There is an answer, but we cannot show it yet.")


def aged(desk: PageDesk, *, days: int) -> None:
    """Let all replies that wait have waited so long."""
    day = desk.now().date() - timedelta(days=days)
    with closing(sqlite3.connect(desk.folder / "panoh.db")) as connection, connection:
        assert connection.execute("UPDATE replies SET day = ?", (day.isoformat(),)).rowcount > 0


@pytest.mark.parametrize(
    ("about", "begin", "says"),
    [
        ("myself", -2, "inside the hours now."),
        ("myself", 2, "outside the hours now."),
        ("family_member", -2, "in their own time."),
    ],
    ids=["inside", "outside", "somebody else's country"],
)
def test_the_hours_stand_under_their_words_with_both_clocks(
    page: Page, person: Person, about: str, begin: int, says: str
) -> None:
    there = datetime.now(UTC) + timedelta(hours=5)
    written = "-".join(f"{there + timedelta(hours=hours):%H:%M}" for hours in (begin, begin + 4))
    reference = person.sends_from_danger(STORY, contact="MADE-UP Signal +000 000")
    person.taps("R2_after.add_more", "section.permissions", "J6_referral.allow", f"B2_about_whom.{about}")
    person.taps("nav.menu", "menu.send_now", *REACH)
    person.says(f"{written}, Tajikistan")
    person.taps("N4_check_word.no_word", "N2_if_silent.wait", "S0_menu.all", "section.about", "C2_age.25_59")
    person.taps("C1_name.no_name", "C3_gender.woman", "C4_country_now.tj", "nav.menu", "menu.send_now")
    shown(page, reference)
    assert "As read" not in way(page), "before the identity is open"
    assert re.search(r"Tajikistan: \d\d:\d\d there, \d\d:\d\d here", way(page))
    press(page, "Open contact: imminent danger")
    page.locator(".first .hours").wait_for()
    assert f"{written}, Tajikistan" in way(page), "never hides the person's own words"
    read = page.locator(".first .hours").inner_text()
    assert read.startswith(f"As read: {written.replace('-', '–')}, ")
    assert read.endswith(says)
    assert violations(page) == []


def test_hours_that_can_be_read_in_two_ways_are_not_read(page: Page, person: Person) -> None:
    reference = person.sends_from_danger(STORY, contact="MADE-UP Signal +000 000, after 6")
    shown(page, reference)
    press(page, "Open contact: imminent danger")
    expect(page.locator(".first .way")).to_contain_text("after 6")
    assert page.locator(".first .hours").count() == 0
