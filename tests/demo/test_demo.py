"""``panoh demo`` as a visitor runs it: a process that prints an address and a line, and leaves nothing behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PANOH = Path(sys.executable).with_name("panoh")
READY = "Press Ctrl-C to end.\n"
LONGEST = 120.0
"""Seconds; a good start takes a tenth of it on a busy machine."""


class Demo:
    """A running demo; what it printed until it was ready."""

    def __init__(self, temporary: Path, *words: str) -> None:
        self.temporary = temporary
        self._process = subprocess.Popen(
            [PANOH, "demo", "--port", "0", *words],
            cwd=temporary,
            env=environment(temporary),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.printed: list[str] = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed.append(line)
            if line == READY:
                return
        self._process.wait()
        assert self._process.stderr is not None
        pytest.fail(self._process.stderr.read())

    @property
    def page(self) -> str:
        """The address that is printed for the browser."""
        return next(word for line in self.printed for word in line.split() if word.endswith("/demo"))

    @property
    def open_line(self) -> str:
        """The line that is printed to be pasted."""
        return self.printed[-2].strip()

    def held(self) -> Any:
        assert self.page.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{self.page}/holdings", timeout=LONGEST) as answer:  # noqa: S310  seen above
            return json.load(answer)

    def interrupt(self) -> tuple[int, str, str]:
        """Press Ctrl-C; return the exit code and what it still printed."""
        self._process.send_signal(signal.SIGINT)
        out, err = self._process.communicate(timeout=LONGEST)
        return self._process.returncode, out, err

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def environment(temporary: Path) -> dict[str, str]:
    """A terminal that does not know ``panoh``, as after ``make demo``."""
    kept = {name: os.environ[name] for name in ("HOME",) if name in os.environ}
    return {**kept, "PATH": "/usr/bin:/bin", "TMPDIR": str(temporary), "PYTHONUTF8": "1"}


@contextmanager
def demo(temporary: Path, *words: str) -> Iterator[Demo]:
    running = Demo(temporary, *words)
    try:
        yield running
    finally:
        running.kill()


def pasted(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Paste a line into another terminal, opened somewhere else."""
    return subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )


def test_a_visitor_opens_the_newest_case_with_the_printed_line_and_nothing_is_left(tmp_path: Path) -> None:
    temporary, elsewhere = tmp_path / "temporary", tmp_path / "elsewhere"
    temporary.mkdir()
    elsewhere.mkdir()
    with demo(temporary, "--cases", "2") as running:
        assert "panoh-demo-" in running.open_line
        done = pasted(f"{running.open_line} --json", elsewhere)
        assert (done.returncode, done.stderr) == (0, "")
        opened = json.loads(done.stdout)
        held = running.held()
        assert len(held["cases"]) == 2
        assert opened["reference"] in {case["reference"] for case in held["cases"]}
        assert held["open_line"] == running.open_line
        code, out, err = running.interrupt()
    assert (code, err) == (0, "")
    assert out == "Everything of this demo was deleted.\n"
    assert list(temporary.iterdir()) == []
    named = {"reference", "conversation", "version", "locale", "urgency", "reasons", "consents", "answers"}
    assert named | {"attachments", "messages"} <= set(opened)
    answers = {answer["node"]: answer for answer in opened["answers"]}
    told = answers["E3_who_where"]
    made_up = {"en": "MADE-UP CASE", "ru": "ВЫДУМАННЫЙ СЛУЧАЙ"}
    assert told["value"].startswith(made_up[told["locale"]])
    assert (told["kind"], opened["urgency"]) == ("words", "critical")
    assert {"node", "compartment", "kind", "value", "question", "locale", "received_day"} <= set(told)
    assert [(given["node"], given["value"]) for given in opened["consents"]] == [("E1_consent_urgent", "yes_send")]


def test_what_is_kept_is_kept_for_its_owner_alone_and_opens_after_the_end(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with demo(tmp_path, "--cases", "1", "--keep", "kept") as running:
        code, out, err = running.interrupt()
    kept = tmp_path / "kept"
    assert (code, out, err) == (0, f"Kept in {kept}\n", "")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept / "reviewer.key").stat().st_mode) == 0o600
    done = pasted(f"{running.open_line} --json", elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert "MADE-UP CASE" in done.stdout
    again = subprocess.run(
        [PANOH, "demo", "--keep", "kept"], cwd=tmp_path, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "panoh: kept is not empty: name a new folder for --keep\n"


def test_a_taken_port_is_one_line_and_nothing_is_left(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [PANOH, "demo", "--port", port],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"panoh: port {port} cannot be used (Address already in use); try --port 0\n"
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_that_knows_panoh_is_shown_the_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.demo.running import _program

    monkeypatch.setenv("PATH", f"{PANOH.parent}:/usr/bin:/bin")
    assert _program() == ["panoh"]
    other = tmp_path / "panoh"
    other.write_text("#!/bin/sh\n", "utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{PANOH.parent}")
    assert _program() == [str(PANOH)], "another panoh comes first there"
