"""Each view as people see it, light and dark, on a phone and on a laptop: axe finds nothing, nothing needs scrolling
sideways. The same run makes the pictures in docs/pictures (``--update-pictures``).

The views of the frame (people, duty, audit, sessions, settings, the sheet of keys) are looked at by
``tests/desk/page/test_office.py``; here are the way in and everything about cases.
"""

import re
from base64 import b32decode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, product
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.demo.cases import END, ORDINARY, START, STORY
from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import LAPTOP, PHONE, PageDesk, root_key, violations
from tests.desk_journeys.pictures import small
from tests.desk_journeys.staff import at_desk, enter, open_case, press, saved

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST = 120_000
"""Bytes of a picture."""
SIZES = {"laptop": LAPTOP, "phone": PHONE}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
LENA = (Role.REVIEWER, Role.IDENTITY, Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
CASES = (
    ("en", "F1_main.travel", "MADE UP: a made-up passport was taken at Example Airport.", timedelta(hours=7)),
    ("ru", "F1_main.case", "ВЫДУМАНО: выдуманный штраф выдуманной организации.", timedelta(hours=3)),
    ("tg", "", "СОХТА: дар шаҳри Намуна касе назди дар истодааст.", timedelta(minutes=76)),
    ("ru", "", "ВЫДУМАНО: в городе Примерск выдуманного человека увезли из дома.", timedelta(minutes=22)),
    ("en", "", "MADE UP: men in a made-up car have stood outside since this morning.", timedelta(minutes=4)),
)
"""Language, what an ordinary case is about, its words, how long it lies there before the next one comes."""

FORMS = 8
"""Acts on a case that unfold a form."""
IDLE, WARNED = 5 * 60_000, 20_000
PLACES = {"cases?view=open": ".desk-row", "case": ".topics", "audit": ".audit tbody tr"}
"""What is waited for in a view before it is judged."""


@dataclass
class Look:
    """Looks at what is shown now: in both themes, at both sizes; or once."""

    found: dict[str, list[str]]
    pictures: bool
    turns: Iterator[tuple[str, Theme]] = field(default_factory=lambda: cycle(product(SIZES, THEMES)))

    def once(self, page: Page, view: str, *pictured: str, place: str = "h1") -> None:
        """Look in one theme at one size, the next of them each time: enough for a form in a page that was judged."""
        size, theme = next(self.turns)
        self._look(page, view, size, theme)
        for size, theme in product(SIZES, THEMES):
            self._picture(page, view, size, theme, pictured, place)

    def at(self, page: Page, view: str, *pictured: str, place: str = "h1") -> None:
        """``pictured`` names the combinations that are kept as pictures, with ``place`` in sight."""
        for size in SIZES:
            for theme in THEMES:
                self._look(page, view, size, theme)
                self._picture(page, view, size, theme, pictured, place)

    def _set(self, page: Page, size: str, theme: Theme) -> None:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)

    def _look(self, page: Page, view: str, size: str, theme: Theme) -> None:
        self._set(page, size, theme)
        # What is scrolled half under the bar counts as too small for a finger.
        page.evaluate("scrollTo(0, 0)")
        what = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > SIZES[size][0]:
            what.append("needs scrolling sideways")
        self.found[f"{view} {theme} {size}"] = what

    def _picture(self, page: Page, view: str, size: str, theme: Theme, pictured: Collection[str], place: str) -> None:
        if self.pictures and f"{theme} {size}" in pictured:
            self._set(page, size, theme)
            page.locator(place).first.evaluate("(here) => here.scrollIntoView({block: 'center'})")
            picture = small(page.screenshot(animations="disabled"))
            (PICTURES / f"desk-{view}-{theme}-{size}.png").write_bytes(picture)


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Iterator[Look]:
    made = Look({}, bool(request.config.getoption("--update-pictures")))
    yield made
    assert {where: what for where, what in made.found.items() if what} == {}


def test_the_way_in(desk: PageDesk, browser: Browser, look: Look, tmp_path: Path) -> None:
    with at_desk(browser, desk) as page:
        page.goto(desk.invitation("Lena Example", Role.REVIEWER))
        expect(page.locator(".fingerprint")).to_be_visible()
        look.at(page, "invitation", "light laptop")
        press(page, "The line is the same: make my key")
        expect(page.locator(".passphrase li")).to_have_count(6)
        look.at(page, "passphrase", "light phone")
        words = " ".join(page.locator(".passphrase li").all_inner_texts())
        press(page, "I have written them down")
        page.get_by_label("Type the six words").fill(words)
        key = saved(page, "Save the key file", tmp_path)
        look.at(page, "key file")
        press(page, "Go on")
        page.get_by_label("The key file you saved").set_input_files(key)
        press(page, "Open the test case")
        expect(page.get_by_text("Your key opened the test case")).to_be_visible()
        look.at(page, "drill")
        press(page, "Go on")
        secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
        look.at(page, "second factor")
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_text("You are enrolled")).to_be_visible()
        look.at(page, "read out")
        press(page, "Go to signing in")
        page.get_by_label("Your key file").set_input_files(key)
        expect(page.get_by_text("Key of Lena Example")).to_be_visible()
        look.at(page, "signin", "dark laptop")


def test_cases(desk: PageDesk, browser: Browser, look: Look) -> None:
    with at_desk(browser, desk) as page:
        references = _cases(desk)
        page.clock.install(time=desk.now())
        enter(page, desk, "Lena Example")
        page.goto(f"{desk.server}/#/cases?view=open")
        expect(page.locator(".desk-row")).to_have_count(len(CASES))
        look.at(page, "queue", "light laptop", "dark laptop", "light phone")
        open_case(page, desk, references[-1])
        look.at(page, "case", "light laptop", "dark laptop", "light phone", "dark phone")
        press(page, "I take it")
        expect(page.locator(".first-clock")).to_contain_text("You have it")
        press(page, "Write a note")
        page.get_by_label("Note for staff").fill("MADE UP: asked a colleague to call.")
        look.once(page, "note")
        press(page, "Seal and keep the note")
        expect(page.locator(".letter.note")).to_be_visible()
        press(page, "Open contact: imminent danger")
        expect(page.locator(".identity-open")).to_be_visible()
        look.once(page, "identity", "light laptop", place=".identity-open")
        _reply(page, look, references[-1])
        _acts(page, look)
        page.goto(f"{desk.server}/#/rewrap")
        expect(page.get_by_text("All case keys are sealed")).to_be_visible()
        look.once(page, "rewrap")


def _cases(desk: PageDesk) -> list[str]:
    desk.worker("Anna Example", Role.REVIEWER)
    desk.worker("Lena Example", *LENA, languages=("en", "ru", "tg"))
    references: list[str] = []
    for number, (locale, about, words, age) in enumerate(CASES, start=1):
        person = Person(desk, number)
        if about:
            person.starts()
            for key in (*START, *ORDINARY, *END):
                act: Callable[[str], object] = person.says if key is STORY else person.taps
                act(words if key is STORY else key.format(locale=locale, what=about))
            references.append("")
        else:
            references.append(person.sends_from_danger(words, locale=locale, contact="MADE UP: Signal, after 18:00"))
        desk.ahead += age
    return references


def _reply(page: Page, look: Look, reference: str) -> None:
    press(page, "Reply")
    page.get_by_label("What you write to the person").fill("We have read it. Are you alone now? Anna Example asks.")
    look.once(page, "composer")
    press(page, "Look at it before sending")
    expect(page.locator(".preview")).to_be_visible()
    look.at(page, "reply", "light laptop", "dark phone", place=".preview")
    press(page, f"Seal and send to the person of {reference}")
    expect(page.locator(".letter.reply")).to_be_visible()
    look.once(page, "answered")


def _acts(page: Page, look: Look) -> None:
    page.get_by_role("heading", name="History").click()
    expect(page.locator(".history li").first).to_be_visible()
    look.once(page, "history", "light laptop", place=".history")
    acts = page.locator(".acts > .row > button")
    expect(acts).to_have_count(FORMS)
    for number in range(FORMS):
        acts.nth(number).click()
        expect(page.locator(".act-box > *").first).to_be_visible()
        look.once(page, f"act {number}")


def test_what_is_seldom_seen(desk: PageDesk, browser: Browser, look: Look) -> None:
    """Refusals, warnings and what is wrong; then the desk in its other languages."""
    desk.worker("Lena Example", *LENA, languages=("en", "ru", "tg"))
    person = Person(desk, 1)
    reference = person.sends_from_danger("ВЫДУМАНО: в городе Примерск", locale="ru", contact="ВЫДУМАНО: Signal")
    with at_desk(browser, desk) as page:
        page.clock.install(time=desk.now())
        _refused(page, desk)
        look.once(page, "signin refused")
        enter(page, desk, "Lena Example")
        open_case(page, desk, reference)
        _first_forms(page, look)
        _withdrawn(page, person)
        look.once(page, "withdrawn", "light phone")
        page.goto(f"{desk.server}/#/audit?reference={reference}")
        expect(page.locator(".audit tbody tr").first).to_be_visible()
        look.once(page, "audit", "light laptop")
        page.route(re.compile(f"/api/cases/{reference}(/facts)?$"), Withholding().answer)
        open_case(page, desk, reference)
        expect(page.locator(".problems")).to_be_visible()
        expect(page.get_by_text("counts for nothing")).to_be_visible()
        look.once(page, "problems")
        page.unroute_all(behavior="wait")
        desk.worker("Clara Example", Role.REVIEWER)
        page.goto(f"{desk.server}/#/rewrap")
        expect(page.locator("tbody tr")).to_have_count(1)
        look.once(page, "rewrap with a list")
        for locale in ("ru", "tg"):
            _in(page, desk, locale)
            for view in ("cases?view=open", f"case/{reference}", "people", "duty", "audit", "settings"):
                page.goto(f"{desk.server}/#/{view}")
                page.locator(PLACES.get(view.partition("/")[0], "h1")).first.wait_for()
                look.once(page, f"{locale} {view.partition('/')[0]}")
        page.keyboard.press("Shift")
        page.clock.run_for(IDLE - WARNED)
        expect(page.locator(".locking")).to_be_visible()
        look.once(page, "about to lock")
        with page.expect_navigation():
            page.clock.run_for(IDLE)
        page.locator("button.main").wait_for()
        look.once(page, "locked")


def _refused(page: Page, desk: PageDesk) -> None:
    worker = desk.workers["Lena Example"]
    page.goto(desk.server)
    page.get_by_label("Your key file").set_input_files(worker.file)
    page.get_by_label("Passphrase of the key file").fill("not the words")
    page.get_by_label("Code from your").fill(desk.code(worker.secret))
    page.get_by_label("Fingerprint of the root").fill(root_key().public)
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()


def _first_forms(page: Page, look: Look) -> None:
    """What unfolds on the first screen, and the reason that opens the identity."""
    page.locator(".first-what .add-translation").click()
    look.once(page, "translation")
    page.get_by_role("button", name="Call a reader").click()
    expect(page.locator(".first-next [role=status]")).not_to_be_empty()
    look.once(page, "called")
    page.get_by_label("Translation into English").fill("MADE UP: in Example Town")
    press(page, "Seal and keep it")
    expect(page.locator(".first-what .translation")).to_be_visible()


def _withdrawn(page: Page, person: Person) -> None:
    person.taps("R2_after.add_more", "section.permissions", "J6_referral.allow", "B2_about_whom.myself")
    person.taps("J2_share_un.not_allow", "J7_numbers.yes", "J1_risk.dont_know", "S0_menu.enough")
    person.says(person.codes[-1])
    person.taps("RT1_status.withdraw", "WD_choose.wd_J6_referral", "WD_confirm.withdraw_now")
    expect(page.locator(".first-may")).to_contain_text("A permission was withdrawn")
    press(page, "Open it anew")
    expect(page.locator(".consents")).to_contain_text("Withdrawn")


@dataclass
class Withholding:
    """Answers what a server would that keeps the list of a sending back: then nothing of it is proven."""

    kept: set[str] = field(default_factory=set)

    def answer(self, route: Route) -> None:
        answered = route.fetch()
        body = answered.json()
        for each in body.get("index", []):
            if (each["kind"], each["compartment"]) == ("manifest", "facts"):
                self.kept.add(each["object"])
        for name in {"index", "objects"} & set(body):
            body[name] = [each for each in body[name] if each["object"] not in self.kept]
        route.fulfill(response=answered, json=body)


def _in(page: Page, desk: PageDesk, locale: str) -> None:
    page.goto(f"{desk.server}/#/settings")
    page.locator(".choices select").first.select_option(locale)
    expect(page.locator("html")).to_have_attribute("lang", locale)


def test_pictures_are_small() -> None:
    pictures = sorted(PICTURES.glob("desk-*.png"))
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > LARGEST] == []
