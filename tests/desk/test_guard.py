"""Attacks from elsewhere: another name, another page, another frame, too much, and what comes back of what was sent."""

import json
import re
import socket
from pathlib import Path

import pytest

from bot.desk.guard import LARGE, SMALL
from bot.desk.page import HEADERS
from tests.desk.made_api import SERVER, Browser

OURS = {"origin": SERVER, "sec-fetch-site": "same-origin"}
CANARY = "Zebra-4711-quoted"


def raw(shared: Browser, request: str) -> str:
    """Send bytes as no browser would, and return the status line."""
    with socket.create_connection(("127.0.0.1", shared.port), timeout=20) as line:
        line.sendall(request.encode())
        return line.recv(4096).partition(b"\r\n")[0].decode()


def test_the_picture_that_browsers_ask_for_is_no_failure(shared: Browser) -> None:
    assert shared.ask("GET", "/favicon.ico").status_code == 204


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/words/en.json", "/api/about", "/api/cases", "/nothing"])
def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(shared: Browser, path: str) -> None:
    headers = shared.ask("GET", path).headers
    for name, value in HEADERS.items():
        assert headers.get_list(name) == [value]
    assert headers["cache-control"] == ("no-store" if path.startswith("/api") else "no-cache")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "localhost:8082", "desk.test", "desk.test:80", "desk.test:8082.evil.example", ""],
)
def test_a_name_that_is_not_ours_is_refused_as_dns_rebinding_needs_one(shared: Browser, host: str) -> None:
    for path in ("/", "/api/about"):
        refused = shared.ask("GET", path, Host=host)
        assert refused.status_code == 403
        assert refused.json()["error"] == "refused"
        assert refused.headers["x-frame-options"] == "DENY"


def test_a_request_with_two_names_is_refused(shared: Browser) -> None:
    twice = "GET /api/about HTTP/1.1\r\nHost: desk.test:8082\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert raw(shared, twice).split()[1] in {"400", "403"}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://desk.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "anything"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
)
def test_a_request_of_another_page_is_refused_even_with_a_token(shared: Browser, headers: dict[str, str]) -> None:
    token = shared.sign_in("Anna")
    assert shared.ask("GET", "/api/me", token=token, **OURS).status_code == 200
    assert shared.ask("GET", "/api/me", token=token, **headers).status_code == 403
    assert shared.ask("DELETE", "/api/session", token=token, **headers).status_code == 403
    assert shared.ask("GET", "/api/me", token=token).status_code == 200


def test_a_link_in_a_mail_may_be_followed_to_the_page_and_nowhere_else(shared: Browser) -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    framed = followed | {"sec-fetch-dest": "iframe"}
    assert shared.ask("GET", "/", **followed).status_code == 200
    assert shared.ask("GET", "/static/app.js", **followed).status_code == 403
    assert shared.ask("GET", "/", **framed).status_code == 403
    assert shared.ask("POST", "/", **followed).status_code == 403


def test_there_are_no_cookies_so_a_forged_request_carries_no_right(shared: Browser) -> None:
    token = shared.sign_in("Anna")
    answers = [
        shared.ask("GET", "/"),
        shared.ask("GET", "/api/me", token=token),
        shared.ask("POST", "/api/sign-in", shared.proof("Ivo")),
        shared.ask("DELETE", "/api/session", token=token),
    ]
    assert all("set-cookie" not in answer.headers for answer in answers)
    token = shared.sign_in("Anna")
    assert shared.ask("GET", "/api/me", Cookie=f"token={token}; Authorization=Bearer {token}").status_code == 401
    assert shared.ask("GET", f"/api/me?token={token}&access_token={token}").status_code == 401
    sources = Path(__file__).parents[2] / "bot" / "desk"
    assert not [path for path in sources.glob("*.py") if re.search(r"set_cookie|\.cookies|Cookie\(", path.read_text())]


def test_what_is_too_large_is_not_read(shared: Browser) -> None:
    token = shared.sign_in("Anna")
    small = shared.http.post("/api/sign-in/challenge", content=b"x" * (SMALL + 1))
    assert (small.status_code, small.json()["error"]) == (413, "too_large")
    large = {"Authorization": f"Bearer {token}", "Content-Length": str(LARGE + 1)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in large.items())
    started = f"POST /api/cases/PN-0000-0000/notes HTTP/1.1\r\nHost: desk.test:8082\r\n{lines}\r\nx"
    assert raw(shared, started).split()[1] == "413"
    chunks = (b"x" * SMALL for _ in range(4))
    assert shared.http.post("/api/sign-in/challenge", content=chunks).status_code == 413


def test_whoever_is_not_signed_in_is_told_so_before_their_files_are_read(shared: Browser) -> None:
    for bearer in ("", "Authorization: Bearer " + "0" * 64 + "\r\n"):
        lines = f"Host: desk.test:8082\r\n{bearer}Content-Length: {LARGE}\r\n\r\nx"
        for path in ("notes", "replies", "rewraps"):
            assert raw(shared, f"POST /api/cases/PN-0000-0000/{path} HTTP/1.1\r\n{lines}").split()[1] == "401"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/sign-in/challenge", {"name": CANARY * 10}),
        ("POST", "/api/sign-in/challenge", {"name": "Anna", CANARY: CANARY}),
        ("POST", "/api/sign-in", {"name": CANARY, "challenge": CANARY, "signature": CANARY, "totp": CANARY}),
        ("POST", "/api/enrolment", {"token": CANARY}),
        ("POST", f"/api/cases/{CANARY}/claim", None),
        ("GET", f"/api/cases?view={CANARY}", None),
        ("GET", f"/api/cases?after={CANARY}", None),
        ("GET", f"/api/rewraps?after={CANARY}", None),
        ("POST", "/api/people", {"name": CANARY + "/", "roles": ["reviewer"], "languages": ["en"]}),
        ("GET", f"/api/people/{CANARY}/card", None),
        ("GET", f"/static/{CANARY}", None),
        ("GET", f"/words/{CANARY}.json", None),
        ("PUT", "/api/duty", {"text": f'zone = "{CANARY}"', "version": ""}),
        ("PUT", "/api/duty", {"text": f"{CANARY} = [", "version": CANARY}),
        ("PUT", f"/api/{CANARY}", None),
    ],
)
def test_nothing_that_was_sent_comes_back_in_an_error(
    shared: Browser, capsys: pytest.CaptureFixture[str], method: str, path: str, body: object
) -> None:
    for name in ("Adam", "Lena", "Ivo"):
        answered = shared.ask(method, path, body, token=shared.sign_in(name), **{"x-mark": CANARY})
        assert answered.status_code in range(400, 500)
        assert CANARY not in answered.text + json.dumps(dict(answered.headers))
        assert answered.json().keys() == {"error", "message"}
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err


def test_broken_json_is_a_bad_request_and_not_repeated(shared: Browser) -> None:
    answered = shared.http.post(
        "/api/sign-in/challenge", content=b'{"name": "' + CANARY.encode(), headers={"Content-Type": "application/json"}
    )
    assert (answered.status_code, answered.json()["error"]) == (400, "bad_request")
    assert CANARY not in answered.text


def test_a_failure_nobody_expected_is_one_line_without_what_was_sent(
    shared: Browser, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    token = shared.sign_in("Anna")

    def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("bot.casework.sessions.Sessions.me", broken)
    answered = shared.ask("GET", "/api/me", token=token)
    assert answered.status_code == 500
    assert answered.json() == {"error": "failed", "message": "The server failed; try again."}
    assert answered.headers["x-frame-options"] == "DENY"
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err


@pytest.mark.parametrize(
    "name", ["../guard.py", "..%2fguard.py", "%2e%2e/guard.py", "web/package.json", ".", "app.js%00", "//etc/passwd"]
)
def test_no_address_leads_out_of_the_page_s_folder(shared: Browser, name: str) -> None:
    status = raw(shared, f"GET /static/{name} HTTP/1.1\r\nHost: desk.test:8082\r\nConnection: close\r\n\r\n")
    assert status.split()[1] == "404"


def test_the_description_of_the_api_is_not_served(shared: Browser) -> None:
    for path in ("/openapi.json", "/docs", "/redoc", "/api/openapi.json"):
        assert shared.ask("GET", path).status_code == 404
