"""Another site, open in the same browser, against both desks: it frames none, reads none, and acts in none.

The other site is real: it is served on loopback under names that the browser is told to find there.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_page import FLAGS, PageDesk, Worker, own_desk, paged

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NAMES = "MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1"
FETCHED = """async ([origin, asked]) => Promise.all(asked.map(async ([path, options]) => {
    try { const answer = await fetch(origin + path, options); return [path, answer.type, answer.status]; }
    catch (error) { return [path, error.name]; }
}))"""
AS_SCRIPT = """(address) => new Promise((done) => {
    const script = document.createElement("script");
    script.onload = () => done("ran");
    script.onerror = () => done("blocked");
    script.src = address;
    document.body.append(script);
})"""
OPENED = """async (address) => {
    const opened = window.open(address);
    for (;;) {
        if (opened === null || opened.closed) return "let go";
        await new Promise((done) => setTimeout(done, 50));
    }
}"""
IN_PAGE = """async () => {
    // What a debugger evaluates may make code of text; what the page itself does later may not.
    await new Promise((done) => setTimeout(done));
    const found = {};
    const tried = async (name, act) => {
        try { await act(); found[name] = "done"; } catch (error) { found[name] = error.name; }
    };
    await tried("markup", () => { document.createElement("p").innerHTML = "<b>x</b>"; });
    await tried("function", () => new Function("1")());
    await tried("eval", () => (0, eval)("1"));
    await tried("policy", () => trustedTypes.createPolicy("x", {}));
    await tried("elsewhere", () => fetch("http://evil.example/"));
    await tried("script", () => { document.createElement("script").text = "window.ran = 1"; });
    await tried("worker", () => new Worker("/static/app.js"));
    return found;
}"""


class OtherSite:
    """A site of somebody else, which shows the page it is given."""

    def __init__(self) -> None:
        self.page = b"<!doctype html><title>other</title><body>x"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(site.page)))
                self.end_headers()
                self.wfile.write(site.page)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name in the base class
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://evil.example:{self.server.server_address[1]}/"


@contextmanager
def other_site() -> Iterator[OtherSite]:
    site = OtherSite()
    thread = threading.Thread(target=site.server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


@pytest.fixture(scope="module")
def misled(chromium: Path) -> Iterator[Browser]:
    """A browser that finds the other site's names on this computer, as rebinding makes it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, f"--host-resolver-rules={NAMES}"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def site() -> Iterator[OtherSite]:
    with other_site() as served:
        yield served


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageDesk]:
    folder = tmp_path_factory.mktemp("attacked")
    database = migrated_sqlite(folder)
    made = PageDesk(database, folder)
    with made.serving():
        yield made
    database.close()


@pytest.fixture(scope="module")
def anna(attacked: PageDesk) -> Worker:
    return attacked.worker("Anna Example", Role.ADMINISTRATOR, Role.REVIEWER)


@pytest.fixture(params=["hosted", "own"])
def origin(request: pytest.FixtureRequest, attacked: PageDesk, anna: Worker, tmp_path: Path) -> Iterator[str]:
    """The address of the desk of a server, and of the one on an own computer."""
    if request.param == "hosted":
        yield attacked.server
        return
    with own_desk(attacked, anna, tmp_path / "memory") as local:
        yield local.origin


@pytest.fixture
def page(misled: Browser) -> Iterator[Page]:
    context = misled.new_context()
    yield context.new_page()
    context.close()


def test_the_desk_answers_nothing_under_a_name_that_is_not_its_own(page: Page, origin: str) -> None:
    answer = page.goto(f"http://rebound.example:{origin.rpartition(':')[2]}/")
    assert answer is not None
    assert answer.status >= 400
    paths = ("/local/pin", "/local/key", "/local/head", "/api/about", "/api/me", "/static/app.js")
    answers = page.evaluate(FETCHED, ["", [[path, {}] for path in paths]])
    assert [path for path, _kind, status in answers if status < 400] == []


def test_no_other_site_frames_the_desk(page: Page, origin: str, site: OtherSite) -> None:
    site.page = (
        f'<iframe src="{origin}/"></iframe><iframe sandbox="allow-scripts allow-same-origin" src="{origin}/"></iframe>'
        f'<object data="{origin}/"></object><embed src="{origin}/">'
    ).encode()
    page.goto(site.address, wait_until="load")
    assert len(page.frames) > 1
    assert [frame.url for frame in page.frames[1:] if frame.url.startswith(origin)] == []
    assert [frame.url for frame in page.frames[1:] if frame.locator("main, #desk").count()] == []


def test_another_site_reads_nothing_and_runs_nothing_of_the_desk(page: Page, origin: str, site: OtherSite) -> None:
    site.page = b"<!doctype html><body>x"
    page.goto(site.address)
    asked = [
        ["/api/about", {}],
        ["/api/about", {"mode": "no-cors"}],
        ["/api/me", {"headers": {"Authorization": "Bearer x"}}],
        ["/api/session", {"method": "POST", "mode": "no-cors", "body": "{}"}],
        ["/local/pin", {"mode": "no-cors"}],
        ["/local/key", {}],
    ]
    answers = page.evaluate(FETCHED, [origin, asked])
    # What is opaque has status 0: the site learns nothing of it, not even whether it was refused.
    assert [answer for answer in answers if answer[1] != "TypeError" and answer[1:] != ["opaque", 0]] == []
    assert page.evaluate(AS_SCRIPT, f"{origin}/static/app.js") == "blocked"


def test_a_form_of_another_site_is_refused(page: Page, origin: str, site: OtherSite) -> None:
    site.page = (
        f'<form method="post" action="{origin}/api/sign-in" enctype="text/plain">'
        """<input name='{"name":"Anna Example","challenge":"' value='"}'></form>"""
    ).encode()
    page.goto(site.address)
    with page.expect_navigation() as waiting:
        page.evaluate("document.forms[0].submit()")
    assert waiting.value.status in {400, 403, 415, 421}


def test_a_site_that_opens_the_desk_has_no_hold_of_its_window(page: Page, origin: str, site: OtherSite) -> None:
    site.page = b"<!doctype html><body>x"
    page.goto(site.address)
    with page.context.expect_page() as opened:
        assert page.evaluate(OPENED, f"{origin}/") == "let go"
    assert opened.value.evaluate("window.opener") is None


def test_what_runs_in_the_page_makes_no_code_of_text_and_asks_nobody_else(attacked: PageDesk, page: Page) -> None:
    page.goto(attacked.server)
    expect(page.locator("main")).to_be_visible()
    found = page.evaluate(IN_PAGE)
    assert [name for name, what in found.items() if what == "done"] == []
    assert page.evaluate("window.ran ?? null") is None


def test_the_same_requests_reach_the_desk_from_its_own_page(attacked: PageDesk, misled: Browser) -> None:
    """What is refused above is refused for where it comes from."""
    with paged(misled, attacked.server) as page:
        page.goto(attacked.server)
        expect(page.locator("main")).to_be_visible()
        assert page.evaluate(FETCHED, ["", [["/api/about", {}]]]) == [["/api/about", "basic", 200]]
