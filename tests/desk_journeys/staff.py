"""What staff do in a browser, and what their browsers sent: enrolling, signing in, opening, writing."""

from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, expect

from bot.store.staff_values import Role
from tests.desk.made_page import LAPTOP, PASSPHRASE, PATIENCE, Complaints, PageDesk, root_key

expect.set_options(timeout=PATIENCE)


@dataclass(kw_only=True)
class Enrolled:
    """Somebody after their enrolment: what they keep on their own computer and on paper."""

    name: str
    words: str = field(repr=False)
    file: Path
    secret: bytes = field(repr=False)
    card: bytes | None = None


@dataclass
class Sent:
    """Every request of a browser, headers and body included; of cookies there are none, as ``at_desk`` sees to it."""

    bodies: list[bytes] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def note(self, request: Request) -> None:
        self.asked.append((request.method, request.url))
        head = f"{request.method} {request.url} {request.headers}\n".encode()
        self.bodies.append(head + (request.post_data_buffer or b""))


@contextmanager
def at_desk(
    browser: Browser, desk: PageDesk, sent: Sent | None = None, *, size: tuple[int, int] = LAPTOP, **options: Any
) -> Iterator[Page]:
    """Somebody's own browser; what it complains about, whom else it asks, and a cookie fail the test."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints = Complaints(page, desk.server)
    if sent is not None:
        page.on("request", sent.note)
    try:
        yield page
        assert complaints.said == []
        assert context.cookies() == [], "nothing that a browser would send by itself"
    finally:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def saved(page: Page, name: str, to: Path) -> Path:
    with page.expect_download() as waiting:
        press(page, name)
    waiting.value.save_as(to / waiting.value.suggested_filename)
    return to / waiting.value.suggested_filename


def enrol(page: Page, desk: PageDesk, link: str, folder: Path) -> Enrolled:
    """Follow an invitation to its end: key, passphrase, drill, second factor, card."""
    page.goto(link)
    expect(page.locator(".fingerprint")).to_have_text(" ".join(_fours(root_key().public)))
    press(page, "The line is the same: make my key")
    expect(page.locator(".passphrase li")).to_have_count(6)
    words = " ".join(page.locator(".passphrase li").all_inner_texts())
    press(page, "I have written them down")
    page.get_by_label("Type the six words").fill(words)
    key = saved(page, "Save the key file", folder)
    press(page, "Go on")
    page.get_by_label("The key file you saved").set_input_files(key)
    press(page, "Open the test case")
    expect(page.get_by_text("Your key opened the test case")).to_be_visible()
    press(page, "Go on")
    secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
    page.get_by_label("Code from your").fill(desk.code(secret))
    press(page, "Finish enrolment")
    expect(page.get_by_text("You are enrolled")).to_be_visible()
    reads_cases = page.get_by_role("button", name="Save the card as a file").count() > 0
    card = saved(page, "Save the card as a file", folder).read_bytes() if reads_cases else None
    press(page, "Go to signing in")
    expect(page.get_by_label("Your key file")).to_be_visible()
    return Enrolled(name=key.stem, words=words, file=key, secret=secret, card=card)


def sign_in(page: Page, desk: PageDesk, person: Enrolled) -> str:
    """Sign in on the page that is shown, and return the code that was used up."""
    page.get_by_label("Your key file").set_input_files(person.file)
    page.get_by_label("Passphrase of the key file").fill(person.words)
    code = desk.code(person.secret)
    page.get_by_label("Code from your authenticator app").fill(code)
    # A browser that has no root yet asks for it, once it knows which server this is.
    root = page.get_by_label("Fingerprint of the root")
    root.or_(page.locator("button.main:enabled")).first.wait_for()
    if root.count():
        root.fill(root_key().public)
    press(page, "Sign in")
    page.locator("header.bar").wait_for()
    return code


def enter(page: Page, desk: PageDesk, name: str, *roles: Role) -> None:
    """Sign in as somebody who enrolled before; they are made now unless they are known."""
    worker = desk.workers.get(name) or desk.worker(name, *roles, languages=("en", "ru", "tg"))
    page.goto(desk.server)
    sign_in(page, desk, Enrolled(name=name, words=PASSPHRASE, file=worker.file, secret=worker.secret))


def open_case(page: Page, desk: PageDesk, reference: str) -> None:
    page.goto(f"{desk.server}/#/case/{reference}")
    expect(page.locator(".first-what")).to_be_visible()


def _fours(letters: str) -> list[str]:
    return [letters[at : at + 4] for at in range(0, len(letters), 4)]
