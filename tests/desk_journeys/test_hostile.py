"""Two hundred hostile strings wherever a stranger or a server may put words: none runs, none asks anybody."""

import itertools
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
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
from tests.desk_journeys.staff import Sent, at_desk, enter, open_case, press

pytestmark = [pytest.mark.slow, pytest.mark.browser]

A_MESSAGE = 50
"""Strings that one message of the messenger holds."""
ALIVE = 10
HERE = "http://here.example/"
FREE = {"name", "holder", "actor", "reason", "author", "file_text", "lead", "zone", "note", "text", "who", "place"}
CODED = {
    "reference",
    "stage",
    "status",
    "urgency",
    "locale",
    "kind",
    "state",
    "act",
    "day",
    "at",
    "until",
    "compartments",
    "created_at",
}
SHORT = [string for string in STRINGS if len(string) <= 32]
"""What may stand in every one of the free fields: longer strings are refused in some."""
ROUNDS = ((FREE, SHORT), (FREE, STRINGS), (CODED, STRINGS))
ROWS = 40
"""So long does every list of a hostile server become."""
VIEWS = {
    "cases?view=open": "*/api/cases?*",
    "case/{reference}": "*/api/cases/{reference}",
    "rewrap": "*/api/rewraps*",
    "duty": "*/api/duty",
    "people": "*/api/people",
    "audit": "*/api/audit?*",
    "sessions": "*/api/sessions",
}
"""The views, and what each asks first."""
NAMELESS = {"rewrap"}
"""Views whose answer has no free field."""
LONGEST_NAME = 64
PLAIN = "(text) => (text ?? '').replace(/\\s+/g, ' ')"
SEEN = f"""([strings, refused]) => {{
    const plain = {PLAIN};
    const fields = [...document.querySelectorAll("main :is(input, textarea)")].map((field) => field.value);
    const shown = plain([document.querySelector("main").textContent, ...fields].join(" "));
    const here = strings.some((string) => shown.includes(plain(string)));
    return here || (refused && document.querySelector("main .notice.danger") !== null);
}}"""
"""Whether one of the strings is shown as it is, or the page says that it refuses what came."""
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
            as_typed(page, batch, ".first-what", ".first .way", ".topics", ".identity-open")
            questions = "\n".join(page.locator(".question, .asked").all_text_contents())
            assert HOST in questions, "the questions are hostile too"
            quiet(page, sent, desk)


def test_words_of_colleagues_and_of_the_identity_are_words(desk: PageDesk, browser: Browser) -> None:
    """Notes, a reply, a translation; name, hours, agreed word and trusted person."""
    sent = Sent()
    with at_desk(browser, desk, sent) as page:
        enter(page, desk, "Lena Example", *Role)
        for number, batch in enumerate(batches(A_MESSAGE), start=1):
            person = Person(desk, number)
            reference = person.sends_from_danger("ВЫДУМАНО", locale="ru")
            person.taps("R2_after.add_more", "S0_menu.all", "section.reach")
            person.says(batch)
            person.says(batch)
            person.taps("N2_if_silent.contact_trusted_person")
            person.says(batch)
            person.taps("S0_menu.all", "section.about", "C2_age.25_59")
            person.says(batch)
            person.taps(*["nav.skip"] * 4)
            open_case(page, desk, reference)
            press(page, "I take it")
            page.locator(".first-what .add-translation").click()
            page.get_by_label("Translation into English").fill(batch)
            press(page, "Seal and keep it")
            press(page, "Write a note")
            page.get_by_label("Note for staff").fill(batch)
            press(page, "Seal and keep the note")
            expect(page.locator(".letter.note")).to_be_visible()
            press(page, "Reply")
            page.get_by_label("What you write to the person").fill(batch)
            press(page, "Look at it before sending")
            as_typed(page, batch, ".preview")
            press(page, f"Seal and send to the person of {reference}")
            expect(page.locator(".letter.reply")).to_be_visible()
            press(page, "Open contact: imminent danger")
            expect(page.locator(".identity-open .answer-words")).to_have_count(4)
            as_typed(page, batch, ".letter.note", ".letter.reply", ".first-what .translation", ".first .way")
            for place in range(4):
                as_typed(page, batch, f".identity-open div:nth-of-type({place + 1}) > .answer .answer-words")
            quiet(page, sent, desk)


def as_typed(page: Page, batch: str, *places: str) -> None:
    for place in places:
        shown = _plain("\n".join(page.locator(place).all_text_contents()))
        missing = [each for each in batch.split("\n") if _plain(each) not in shown]
        assert missing == [], f"not shown as typed in {place}"


def test_a_name_in_an_invitation_and_in_a_key_file_is_a_name(desk: PageDesk, browser: Browser, tmp_path: Path) -> None:
    sent, server = Sent(), Hostile()
    key = desk.worker("Lena Example", Role.REVIEWER).file.read_text("utf-8")
    names = [string for string in STRINGS if len(string) <= LONGEST_NAME][:: len(STRINGS) // 20]
    with at_desk(browser, desk, sent) as page:
        page.route("**/api/enrolment/look", server.answer)
        for name in names:
            server.begin({"name"}, [name])
            page.goto("about:blank")
            page.goto(desk.invitation(f"Adam {names.index(name)}", Role.REVIEWER))
            expect(page.get_by_text("Compare this line")).to_be_visible()
            assert page.evaluate(SEEN, [[name], False]), name
            quiet(page, sent, desk)
        page.goto("about:blank")
        page.goto(desk.server)
        for number, name in enumerate(names):
            file = tmp_path / f"{number}.key"
            file.write_text(key.replace('"Lena Example"', json.dumps(name)), "utf-8")
            page.get_by_label("Your key file").set_input_files(file)
            page.wait_for_function(SEEN, arg=[[name], True])
            quiet(page, sent, desk)


def test_words_of_a_hostile_server_are_words_or_are_refused(desk: PageDesk, browser: Browser) -> None:
    sent, server = Sent(), Hostile()
    with at_desk(browser, desk, sent) as page:
        desk.worker("Lena Example", *Role)
        reference = Person(desk, 1).sends_from_danger("MADE UP")
        # The keyring changes afterwards, so that there is a case key to seal anew.
        desk.worker("Clara Example", Role.REVIEWER)
        enter(page, desk, "Lena Example")
        open_case(page, desk, reference)
        press(page, "I take it")
        expect(page.locator(".first-clock")).to_contain_text("You have it")
        page.route("**/api/{cases,people,duty,audit,sessions,rewraps}**", server.answer)
        page.route("**/api/{cases,people}/**", server.answer)
        for fields, strings in ROUNDS:
            for view, asks in VIEWS.items():
                page.evaluate("() => { location.hash = '#/settings'; }")
                page.locator(".view-settings").wait_for()
                server.begin(fields, strings)
                nameless = fields is FREE and view in NAMELESS
                asked = asks.format(reference=reference)
                # An answer from before may still be on its way: it brought none of these strings.
                with page.expect_response(lambda came: fnmatch(came.url, asked) and (nameless or bool(server.served))):  # noqa: B023
                    page.evaluate("(hash) => { location.hash = hash; }", f"#/{view.format(reference=reference)}")
                expect(page.locator("main h1").first).to_be_attached()
                if not nameless:
                    page.wait_for_function(SEEN, arg=[sorted(server.served), strings is not SHORT])
                page.evaluate(SHOWN)
                quiet(page, sent, desk)
        page.unroute_all(behavior="ignoreErrors")
    assert len(server.used) == len(STRINGS), "each string was answered somewhere"


class Hostile:
    """Answers what the server would, with other words in these fields, and with lists that are longer."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.served: set[str] = set()
        self._all = itertools.cycle(STRINGS)
        self.begin((), STRINGS)

    def begin(self, fields: Collection[str], strings: Sequence[str]) -> None:
        """Answer from now on with these strings in these fields; where all are meant, each has its turn."""
        self.fields = fields
        self.served = set()
        self._strings = self._all if strings is STRINGS else itertools.cycle(strings)

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
                string = next(self._strings)
                self.used.add(string)
                self.served.add(string)
                return string
            case _:
                return value


def _plain(text: str) -> str:
    return " ".join(text.split())
