"""Two hundred hostile strings wherever a stranger or a server may put words: none runs, none asks anybody."""

import itertools
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

import bot.app.intake
from bot.engine.conversation import Conversation
from bot.store.staff_values import Role
from tests.desk.made_chat import Person
from tests.desk.made_page import PageDesk
from tests.desk_journeys.hostile import HOST, STRINGS, batches
from tests.desk_journeys.staff import Sent, at_desk, enter, open_case

pytestmark = [pytest.mark.slow, pytest.mark.browser]

A_MESSAGE = 50
"""Strings that one message of the messenger holds."""
ALIVE = 10
HERE = "http://here.example/"
FREE = {"name", "holder", "actor", "reason", "author", "file_text", "lead", "zone", "note", "text", "now"}
CODED = {"reference", "stage", "status", "urgency", "locale", "kind", "place", "state", "act", "day", "at", "until"}
ROWS = 40
"""So long does every list of a hostile server become."""
VIEWS = {
    "cases?view=overdue": "**/api/cases?**",
    "case/{reference}": "**/api/cases/{reference}",
    "rewrap": "**/api/rewraps**",
    "duty": "**/api/duty",
    "people": "**/api/people",
    "audit": "**/api/audit?**",
    "sessions": "**/api/sessions",
}
"""The views, and what each asks first."""
SHOWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOREIGN = "script, img, svg, iframe, object, embed, link, style, meta, base, video, math"


def quiet(page: Page, sent: Sent, desk: PageDesk) -> None:
    """Nothing ran, and nobody but the desk was asked."""
    assert page.evaluate("window.ran") is None
    assert page.locator(f":is(main, header) :is({FOREIGN})").count() == 0
    hosts = {urlsplit(url).netloc for _, url in sent.asked if not url.startswith("blob:")}
    assert hosts == {urlsplit(desk.server).netloc}


def hostile_texts(conversation: Conversation) -> Conversation:
    """The conversation with a hostile string in every text: questions, labels, titles, in every language."""
    strings = itertools.cycle(STRINGS)
    texts = {
        locale: {key: f"{text}\n{next(strings)}" for key, text in known.items()}
        for locale, known in conversation.texts.items()
    }
    return replace(conversation, texts=texts)


def test_the_strings_are_alive_where_they_are_taken_for_markup(browser: Browser) -> None:
    """Else the other tests would show nothing. Links and forms wait for a press, so not every string acts at once."""
    alive = 0
    for string in STRINGS[:: len(STRINGS) // 20]:
        page, sent = browser.new_page(), Sent()
        page.route("**/*", lambda route: route.fulfill(body="") if HERE in route.request.url else route.abort())
        page.goto(HERE)
        page.on("request", sent.note)
        page.set_content(f"<body>{string}")
        try:
            page.evaluate(SHOWN)
            ran = page.evaluate("window.ran") == 1
        except Error:
            # One of them led the page away.
            ran = True
        alive += ran or any(HOST in url for _, url in sent.asked)
        page.close()
    assert alive >= ALIVE


def test_words_of_a_stranger_and_of_the_conversation_are_words(
    desk: PageDesk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bot.app.intake.read_conversation
    monkeypatch.setattr(bot.app.intake, "read_conversation", lambda *folders: hostile_texts(real(*folders)))
    sent = Sent()
    with at_desk(browser, desk, sent) as page:
        enter(page, desk, "Lena Example", *Role)
        for number, batch in enumerate(batches(A_MESSAGE), start=1):
            person = Person(desk, number)
            reference = person.sends_from_danger(batch, contact=batch)
            person.taps("R2_after.add_more", "S0_menu.all", "section.own_words")
            person.says(batch)
            person.taps("F2_more.ready", "nav.skip")
            open_case(page, desk, reference)
            page.get_by_role("button", name="Open contact: imminent danger").click()
            expect(page.locator(".identity-open")).to_be_visible()
            for place in (".first-what", ".first .way", ".topics", ".identity-open"):
                shown = _plain("\n".join(page.locator(place).all_text_contents()))
                missing = [each for each in batch.split("\n") if _plain(each) not in shown]
                assert missing == [], f"not shown as typed in {place}"
            questions = "\n".join(page.locator(".question, .asked").all_text_contents())
            assert HOST in questions, "the questions are hostile too"
            quiet(page, sent, desk)


def test_words_of_a_hostile_server_are_words_or_are_refused(desk: PageDesk, browser: Browser) -> None:
    sent, server = Sent(), Hostile()
    with at_desk(browser, desk, sent) as page:
        enter(page, desk, "Lena Example", *Role)
        reference = Person(desk, 1).sends_from_danger("MADE UP")
        page.route("**/api/{cases,people,duty,audit,sessions,rewraps}**", server.answer)
        page.route("**/api/{cases,people}/**", server.answer)
        for server.fields in (FREE, CODED):
            for view, asks in VIEWS.items():
                with page.expect_response(asks.format(reference=reference)):
                    page.evaluate("(hash) => { location.hash = hash; }", f"#/{view.format(reference=reference)}")
                expect(page.locator("main h1").first).to_be_attached()
                page.evaluate(SHOWN)
                quiet(page, sent, desk)
        page.unroute_all(behavior="ignoreErrors")
    assert len(server.used) == len(STRINGS), "each string was answered somewhere"


class Hostile:
    """Answers what the server would, with other words in these fields, and with lists that are longer."""

    def __init__(self) -> None:
        self.fields: set[str] = set()
        self.used: set[str] = set()
        self._strings = itertools.cycle(STRINGS)

    def answer(self, route: Route) -> None:
        answered = route.fetch()
        try:
            body = json.dumps(self._worse(answered.json()))
        except ValueError:
            body = answered.text()
        route.fulfill(response=answered, body=body)

    def _worse(self, value: Any, field: str = "") -> Any:  # Any: JSON
        match value:
            case dict():
                return {name: self._worse(each, name) for name, each in value.items()}
            case [dict(), *_]:
                return [self._worse(each, field) for each in itertools.islice(itertools.cycle(value), ROWS)]
            case list():
                return [self._worse(each, field) for each in value]
            case str() if field in self.fields:
                self.used.add(string := next(self._strings))
                return string
            case _:
                return value


def _plain(text: str) -> str:
    return " ".join(text.split())
