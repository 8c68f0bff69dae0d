"""The local desk: the page from this computer, the server behind it; what others try against it is refused."""

import json
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import bot
from bot.app.desk import serve_desk
from bot.desk.heads import MemoryFile
from bot.desk.page import INDEX, page_hash, static_file
from bot.desk.upstream import ANSWER_LIMIT, Asked, may_be_asked
from bot.errors import PanohError
from bot.sealing.signing import Signer
from bot.settings import Address
from bot.store.database import Database
from tests.casework.office import made_keyring
from tests.databases import migrated_sqlite
from tests.desk.made_api import ROOT, Browser, MadeDesk
from tests.desk.made_local import OWN_KEY, PIN, Hostile, Local, free_port, hostile_server, in_a_thread, local_desk
from tests.made_up import NOW, with_conversation
from tests.sealing.made import signed

PANOH = Path(sys.executable).with_name("panoh")
TOKEN = "0" * 64
PASSPHRASE = "made up made up made up"


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def local(hostile: Hostile, tmp_path: Path) -> Iterator[Local]:
    hostile.answers(b'{"answer": "of the server"}')
    with local_desk(hostile.server, tmp_path / "Anna.key.desk") as desk:
        yield desk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = with_conversation(migrated_sqlite(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def made(database: Database, tmp_path: Path) -> Iterator[MadeDesk]:
    """A real desk that serves at the address that it calls its own."""
    port = free_port()
    desk = MadeDesk(database, tmp_path, server=f"http://127.0.0.1:{port}")
    with in_a_thread(lambda stop: serve_desk(desk.parts, Address("127.0.0.1", port), stop)):
        yield desk


def signed_in(made: MadeDesk, local: Local, name: str) -> str:
    """Sign in through the local desk, as its page does."""
    with Browser(made, int(made.server.rpartition(":")[2])) as browser:
        challenge = local.ask("POST", "/api/sign-in/challenge", {"name": name}).json()["challenge"]
        made.office.later(seconds=30)
        done = local.ask("POST", "/api/sign-in", browser.proof(name, challenge=challenge))
    assert done.status_code == 200, done.text
    return str(done.json()["token"])


def test_the_page_comes_from_this_computer_and_not_from_the_server(hostile: Hostile, local: Local) -> None:
    index = static_file(INDEX)
    assert index is not None
    assert local.ask("GET", "/").content == index[0]
    assert local.ask("GET", "/words/en.json").json() == {"locale": "en", "messages": {}}
    assert "default-src 'none'" in local.ask("GET", "/").headers["content-security-policy"]
    pin = local.ask("GET", "/local/pin").json()
    assert pin == {
        "root_fingerprint": PIN,
        "server": hostile.server,
        "name": "Anna",
        "version": bot.__version__,
        "page": {"hash": page_hash()},
    }
    assert hostile.asked == []


def test_the_key_file_is_handed_out_once_for_each_start_token(local: Local) -> None:
    first = local.start
    answer = local.ask("GET", "/local/key", token=first, Sec_Fetch_Site="same-origin")
    assert (answer.status_code, answer.text) == (200, OWN_KEY.file)
    assert "no-store" in answer.headers["cache-control"]
    assert local.ask("GET", "/local/key", token=first).status_code == 404
    assert local.start != first, "a fresh address was told"
    assert local.ask("GET", "/local/key", token=local.start).text == OWN_KEY.file


@pytest.mark.parametrize("token", ["", TOKEN, "ünîcode", "a" * 10_000])
def test_another_user_of_this_computer_does_not_get_the_key_file(local: Local, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")} if token else {}
    assert local.ask("GET", "/local/key", **headers).status_code == 404
    assert len(local.addresses) == 1, "a guess spends nothing"


def test_without_a_key_file_somebody_may_enrol_and_nothing_is_handed_out(hostile: Hostile, tmp_path: Path) -> None:
    with local_desk(hostile.server, tmp_path / "memory", key=None) as local:
        assert local.addresses[0].address == f"{local.origin}/"
        assert local.ask("GET", "/local/pin").json()["name"] == ""
        assert local.ask("GET", "/local/key").status_code == 404
        assert local.ask("GET", "/local/key", token=TOKEN).status_code == 404


ELSEWHERE = (
    {"Host": "evil.example"},
    {"Host": "evil.example:{port}"},
    {"Host": "localhost"},
    {"Host": "localhost:{port}.evil.example"},
    {"Host": "127.0.0.1:{port}"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
)
"""What a rebound name, another page, a frame sends along."""


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_rebound_name_and_another_page_are_refused(hostile: Hostile, local: Local, headers: dict[str, str]) -> None:
    named = {name: value.replace("{port}", local.origin.rpartition(":")[2]) for name, value in headers.items()}
    for path in ("/", "/local/pin", "/local/key", "/local/head", "/api/me", "/static/app.js"):
        answer = local.ask("GET", path, token=local.start, **named)
        assert (answer.status_code, answer.json()["error"]) == (403, "refused")
    assert (len(local.addresses), hostile.asked) == (1, [])


def test_a_link_to_the_desk_may_be_followed(local: Local) -> None:
    followed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert local.ask("GET", "/", **followed).status_code == 200


TRICKS = (
    "/api",
    "/api/",
    "/api//me",
    "/api/../local/key",
    "/api/%2e%2e/local/key",
    "/api/cases/..%2fme",
    "/api/cases/..%5cme",
    "/api/%252e%252e/me",
    "/api/me%00",
    "/api/me%0d%0aX-Made-Up:%201",
    "/api/me;a=b",
    "/api/@evil.example/",
    "/apix/me",
    "/%61pi/me",
    "//evil.example/api/me",
    "http://evil.example/api/me",
    "/api/me?a=<b>",
    "/api/me?a=b#c",
    "/static/../local.py",
    "/static/%2e%2e/local.py",
    "/words/../../x.json",
    "/local",
    "/local/memory",
    "/openapi.json",
)


def test_tricks_with_paths_reach_nothing(hostile: Hostile, local: Local) -> None:
    for path in TRICKS:
        answer = local.raw(f"GET {path}")
        assert answer.split(b" ", 2)[1] in {b"404", b"400"}, (path, answer)
    assert hostile.asked == []


def test_the_apis_own_paths_may_be_asked_and_only_with_its_methods() -> None:
    for path in (b"/api/me", b"/api/people/Reader%20One/card", b"/api/people/%D0%90/card", b"/api/cases/PN-1234-ABCD"):
        assert may_be_asked(Asked(method="GET", path=path))
    assert may_be_asked(Asked(method="GET", path=b"/api/cases", query=b"view=mine&after=a%3D%3D&limit=50"))
    for method in ("CONNECT", "TRACE", "OPTIONS", "HEAD", "get"):
        assert not may_be_asked(Asked(method=method, path=b"/api/me"))


def test_only_the_token_and_the_body_are_passed_on(hostile: Hostile, local: Local) -> None:
    asking = {"Cookie": "a=b", "Origin": local.origin, "Sec_Fetch_Site": "same-origin", "X_Forwarded_For": "192.0.2.1"}
    answer = local.ask("POST", "/api/cases/x/notes", {"made": "up"}, token=TOKEN, **asking)
    assert (answer.status_code, answer.json()) == (200, {"answer": "of the server"})
    (asked,) = hostile.asked
    line, *headers = asked.decode().lower().strip().split("\r\n")
    names = {header.partition(":")[0] for header in headers}
    assert line == "post /api/cases/x/notes http/1.1"
    assert f"host: {hostile.server.removeprefix('http://')}" in headers
    assert f"authorization: bearer {TOKEN}" in headers
    assert names <= {
        "host",
        "authorization",
        "user-agent",
        "accept",
        "accept-encoding",
        "content-type",
        "content-length",
    }


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"\x00\xff garbage",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<script>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: /api/x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 299 Odd\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{" % (ANSWER_LIMIT + 1),
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b" " * (ANSWER_LIMIT + 1),
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "garbage", "html", "no type", "redirect", "odd", "cut", "gzip", "says huge", "is huge", "header"],
)
def test_an_answer_that_no_desk_gives_does_not_come_through(hostile: Hostile, local: Local, says: bytes) -> None:
    hostile.says = says
    answer = local.ask("GET", "/api/me", token=TOKEN)
    assert answer.status_code == 502
    assert answer.json()["error"] in {"unreachable", "no_desk"}
    assert set(answer.json()) == {"error", "message"}
    # A connection that closed without a word is tried once more; nothing else is.
    assert len(hostile.asked) == 1 or (says == b"" and len(hostile.asked) == 2)


def test_no_header_of_the_server_comes_through(hostile: Hostile, local: Local) -> None:
    hostile.answers(b"{}", more="Set-Cookie: a=b\r\nContent-Security-Policy: default-src *\r\nX-Made-Up: 1\r\n")
    answer = local.ask("GET", "/api/me")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "x-made-up" not in answer.headers
    assert answer.headers.get_list("content-security-policy") == local.ask("GET", "/").headers.get_list(
        "content-security-policy"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"[" * 100_000,
        b'{"count": true, "hash": "' + b"0" * 64 + b'"}',
        b'{"count": -1, "hash": "' + b"0" * 64 + b'"}',
        b'{"count": 1, "hash": "<b>"}',
        b'{"count": 1e999, "hash": "' + b"0" * 64 + b'"}',
    ],
)
def test_a_head_that_is_none_is_not_remembered(hostile: Hostile, local: Local, body: bytes) -> None:
    hostile.answers(body)
    assert local.ask("GET", "/local/head", token=TOKEN).status_code == 502
    assert json.loads(local.memory.read_text("utf-8")) == {"root": PIN}


def test_a_person_signs_in_through_their_own_desk(made: MadeDesk, tmp_path: Path) -> None:
    with local_desk(made.server, tmp_path / "memory") as local:
        token = signed_in(made, local, "Anna")
        assert local.ask("GET", "/api/me", token=token).json()["name"] == "Anna"
        sessions = local.ask("GET", "/api/sessions", token=token).json()
        assert [session["place"] for session in sessions] == ["local"]
        assert local.ask("GET", "/api/me").json()["error"] == "signed_out"


def test_the_last_record_of_acts_is_remembered_and_a_shorter_or_other_one_is_warned_of(
    made: MadeDesk, tmp_path: Path
) -> None:
    memory = tmp_path / "memory"
    with local_desk(made.server, memory) as local:
        token = signed_in(made, local, "Anna")
        first = local.ask("GET", "/local/head", token=token).json()
        assert (first["agrees"], first["kept"]) == (True, None)
        signed_in(made, local, "Boris")
    with local_desk(made.server, memory, root=None) as local:
        second = local.ask("GET", "/local/head", token=token).json()
        assert second["agrees"]
        assert second["kept"] == {"count": first["count"], "hash": first["hash"], "day": NOW.date().isoformat()}
        assert second["count"] > first["count"]
        assert local.warnings == []
        before = memory.read_text("utf-8")
        rewrite(tmp_path)
        for warned in (1, 2):
            found = local.ask("GET", "/local/head", token=token).json()
            assert (found["agrees"], found["kept"]["hash"]) == (False, second["hash"])
            assert len(local.warnings) == warned
            signed_in(made, local, "Boris")
        assert memory.read_text("utf-8") == before, "the warning stays until people looked"
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600


def test_a_list_of_keys_older_than_one_that_this_computer_saw_does_not_come_through(
    hostile: Hostile, tmp_path: Path
) -> None:
    memory, root = tmp_path / "memory", ROOT.verifier.fingerprint
    old, new = (signed(replace(made_keyring(), serial=serial), ROOT).decode() for serial in (4, 5))
    with local_desk(hostile.server, memory, root=root) as local:
        hostile.answers(json.dumps({"file": new}).encode())
        assert local.ask("GET", "/api/keyring", token=TOKEN).json() == {"file": new}
    # Whoever holds the server brings a list back that names somebody who left.
    with local_desk(hostile.server, memory, root=None) as local:
        hostile.answers(json.dumps({"file": old}).encode())
        for path in ("/api/keyring", "/api/%6beyring"):
            refused = local.ask("GET", path, token=TOKEN)
            assert (refused.status_code, refused.json()["error"]) == (502, "older_keyring")
            assert "has number 4, but this computer saw number 5" in refused.json()["message"]
        assert len(local.warnings) == 2
        # What does not hold is for the page to name, and nothing of it is remembered.
        forged = signed(replace(made_keyring(), serial=9), Signer(bytes(32))).decode()
        for text in (forged, "", 5):
            hostile.answers(json.dumps({"file": text}).encode())
            assert local.ask("GET", "/api/keyring", token=TOKEN).json() == {"file": text}
        hostile.answers(json.dumps({"file": new}).encode())
        assert local.ask("GET", "/api/keyring", token=TOKEN).status_code == 200


def rewrite(folder: Path) -> None:
    """Change the chain as whoever holds the server can: every hash anew."""
    with sqlite3.connect(folder / "panoh.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE audit SET hash = randomblob(32)")
    connection.close()


def test_a_memory_that_is_none_or_of_another_root_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "memory"
    with pytest.raises(PanohError, match="name the root once"):
        MemoryFile(path, None)
    with pytest.raises(PanohError, match="64 letters"):
        MemoryFile(path, "made up")
    MemoryFile(path, PIN)
    with pytest.raises(PanohError, match="another root"):
        MemoryFile(path, "cd" * 32)
    for broken in (b"", b"[]", b"{}", b'{"root": 1}', b'{"root": "' + b"0" * 64 + b'", "more": "x"}', b"[" * 5_000):
        path.write_bytes(broken)
        with pytest.raises(PanohError, match="not what a desk remembers"):
            MemoryFile(path, PIN)
