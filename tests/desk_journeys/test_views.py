"""Each view as people see it, light and dark, on a phone and on a laptop: axe finds nothing, nothing needs scrolling
sideways. The same run makes the pictures in docs/pictures (``--update-pictures``).

The views of the frame (people, duty, audit, sessions, settings, the sheet of keys) are looked at by
``tests/desk/page/test_office.py``; here are the way in and everything about cases.
"""

from base64 import b32decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.demo.cases import END, ORDINARY, START, STORY
from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import LAPTOP, PHONE, PageDesk, violations
from tests.desk_journeys.pictures import small
from tests.desk_journeys.staff import at_desk, enter, open_case, press, saved

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LARGEST = 120_000
"""Bytes of a picture."""
SIZES = {"laptop": LAPTOP, "phone": PHONE}
LENA = (Role.REVIEWER, Role.IDENTITY, Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
CASES = (
    ("en", "F1_main.travel", "MADE UP: a made-up passport was taken at Example Airport.", timedelta(hours=7)),
    ("ru", "F1_main.case", "ВЫДУМАНО: выдуманный штраф выдуманной организации.", timedelta(hours=3)),
    ("tg", "", "СОХТА: дар шаҳри Намуна касе назди дар истодааст.", timedelta(minutes=76)),
    ("ru", "", "ВЫДУМАНО: в городе Примерск выдуманного человека увезли из дома.", timedelta(minutes=22)),
    ("en", "", "MADE UP: men in a made-up car have stood outside since this morning.", timedelta(minutes=4)),
)
"""Language, what an ordinary case is about, its words, how long it lies there before the next one comes."""


@dataclass
class Look:
    """Looks at what is shown now: in both themes, at both sizes."""

    found: dict[str, list[str]]
    pictures: bool

    def at(self, page: Page, view: str, *pictured: str, place: str = "h1") -> None:
        """``pictured`` names the combinations that are kept as pictures, with ``place`` in sight."""
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                # What is scrolled half under the bar counts as too small for a finger.
                page.evaluate("scrollTo(0, 0)")
                what = violations(page)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    what.append("needs scrolling sideways")
                self.found[f"{view} {theme} {size}"] = what
                if self.pictures and f"{theme} {size}" in pictured:
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
        look.at(page, "note")
        press(page, "Seal and keep the note")
        expect(page.locator(".letter.note")).to_be_visible()
        press(page, "Open contact: imminent danger")
        expect(page.locator(".identity-open")).to_be_visible()
        look.at(page, "identity")
        _reply(page, look, references[-1])
        _acts(page, look)
        page.goto(f"{desk.server}/#/rewrap")
        expect(page.get_by_text("All case keys are sealed")).to_be_visible()
        look.at(page, "rewrap")


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
    look.at(page, "composer")
    press(page, "Look at it before sending")
    expect(page.locator(".preview")).to_be_visible()
    look.at(page, "reply", "light laptop", "dark phone", place=".preview")
    press(page, f"Seal and send to the person of {reference}")
    expect(page.locator(".letter.reply")).to_be_visible()
    look.at(page, "answered")


def _acts(page: Page, look: Look) -> None:
    page.get_by_role("heading", name="History").click()
    expect(page.locator(".history li").first).to_be_visible()
    for act in ("Stage: Received", "Urgency: Critical", "Hand over", "Give back", "Close the case", "Step aside"):
        button = page.locator(".acts > .row").get_by_role("button", name=act.partition(":")[0])
        button.first.click()
        expect(page.locator(".act-box > *").first).to_be_visible()
    look.at(page, "acts")


def test_pictures_are_small() -> None:
    pictures = sorted(PICTURES.glob("desk-*.png"))
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > LARGEST] == []
