"""``panoh desk`` as it is typed: the addresses it takes, what it prints, what it says in one line."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from os import urandom
from pathlib import Path

import pytest

import bot
from bot.desk.page import page_hash
from bot.desk.upstream import origin_of
from bot.errors import SettingsError
from bot.offline.keyfiles import KeyRole, lock, new_key
from tests.cli.commands import panoh
from tests.desk.made_local import PIN, Hostile, free_port, hostile_server
from tests.made_up import NOW

PANOH = Path(sys.executable).with_name("panoh")
PASSPHRASE = "made up made up made up"


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_server() as server:
        yield server


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://desk.example", "https://desk.example"),
        ("https://desk.example/", "https://desk.example"),
        ("https://Desk.Example:8443", "https://desk.example:8443"),
        ("http://127.0.0.1:8082", "http://127.0.0.1:8082"),
        ("http://[::1]:8082", "http://[::1]:8082"),
    ],
)
def test_an_address_is_taken_as_browsers_show_it(given: str, origin: str) -> None:
    assert origin_of(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        "",
        "desk.example",
        "http://desk.example",
        "https://desk.example/path",
        "https://a@desk.example",
        "ftp://x",
        "https://desk.example?x",
        "https://",
        "https://desk.example:port",
        "https://[::1",
    ],
)
def test_another_address_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="--server"):
        origin_of(given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with key files, in which commands are typed."""
    for role, name in ((KeyRole.REVIEWER, "Anna"), (KeyRole.ROOT, "root")):
        (tmp_path / f"{name}.key").write_bytes(lock(new_key(role, name, NOW, urandom), PASSPHRASE, urandom))
    (tmp_path / "none.key").write_text("made up", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def desk(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([PANOH, "desk", *words], cwd=folder, stdout=subprocess.PIPE, text=True)


def test_the_command_prints_the_address_the_version_and_the_pages_hash_and_ctrl_c_ends_it(
    hostile: Hostile, folder: Path
) -> None:
    words = ("--server", f"{hostile.server}/", "--key", "Anna.key")
    with desk(folder, *words, "--root", PIN.upper()) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == f"Panoh {bot.__version__}, page {page_hash()}\n"
        assert running.stdout.readline() == f"Server: {hostile.server}\n"
        assert running.stdout.readline().startswith("Open: http://localhost:")
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    with desk(folder, *words, "--json") as running:
        assert running.stdout is not None
        told = json.loads(running.stdout.readline())
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    address, _, start = told.pop("address").partition("/#start=")
    assert told == {"server": hostile.server, "version": bot.__version__, "page": {"hash": page_hash()}}
    assert (address.rpartition(":")[0], len(start)) == ("http://localhost", 64)


def test_what_is_wrong_is_one_line(hostile: Hostile, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    other = hostile.server.replace("127.0.0.1", "localhost")
    key, root = ("--key", "Anna.key"), ("--root", PIN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, code, line in (
            (("--server", "desk.example", *key), 2, "--server is not an address of a desk: "),
            (("--server", hostile.server, *key), 1, "name the root once with --root: the fingerprint that "),
            (("--server", nobody, *key, *root), 1, f"{nobody} cannot be reached ("),
            (("--server", hostile.server, "--key", "absent.key", *root), 1, "absent.key cannot be read: No such file"),
            (("--server", hostile.server, "--key", "none.key", *root), 1, "this is not a key file of ours: "),
            (("--server", hostile.server, "--key", "root.key", *root), 1, "root.key is the root key: the desk takes "),
            (("--server", other, *key, *root), 1, f"the server calls itself {hostile.server}: name it so"),
            (("--server", hostile.server, *key, "--port", port), 1, f"port {port} of 127.0.0.1 cannot be used ("),
        ):
            done = panoh(capsys, "desk", *words)
            assert (done.code, done.out, done.err.count("\n")) == (code, "", 1), done
            assert done.err.startswith(f"panoh: {line}")
