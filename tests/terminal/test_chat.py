"""``panoh chat`` as somebody uses it: a process with a keyboard or a pipe, a file to record, a file to play."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.channels.terminal.transcript import Step, Transcript, read, write

ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = ROOT / "tests" / "transcripts"
COMMAND = (sys.executable, "-m", "bot", "chat")
AGAIN = 5.0
"""Seconds of silence after which a person presses a key again."""
LONGEST = 60.0
"""Seconds after which a process that should have answered has not."""


def chat(*words: str, keys: str = "", folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run it with these lines typed; the temporary folder it uses is ``folder``."""
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    if folder is not None:
        environment["TMPDIR"] = str(folder)
    return subprocess.run(
        [*COMMAND, *words],
        cwd=ROOT,
        env=environment,
        input=keys,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )


class Terminal:
    """It, in a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            # Tests that were started in the background hand on that Ctrl-C is not heard.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.chdir(ROOT)
            os.execv(sys.executable, [*COMMAND, *words])  # noqa: S606  our own command
        self.shown = ""

    def until(self, text: str) -> None:
        """Read until the text has been shown."""
        start = time.monotonic()
        while text not in self.shown:
            assert time.monotonic() - start < LONGEST, self.shown
            self.shown += os.read(self._fd, 4096).decode("utf-8", "replace")

    def press(self, keys: str) -> None:
        self.shown = ""
        os.write(self._fd, keys.encode())

    def ends(self, keys: str = "") -> int:
        """Read to the end and return the exit code; ``keys`` are pressed again after a silence, as a person would.

        Ctrl-C that comes after the prompt was written and before the line is read is not heard until something else is.
        """
        start = time.monotonic()
        try:
            while time.monotonic() - start < LONGEST:
                if not select.select([self._fd], [], [], AGAIN)[0]:
                    os.write(self._fd, keys.encode())
                elif data := os.read(self._fd, 4096):
                    self.shown += data.decode("utf-8", "replace")
                else:
                    break
        except OSError:  # Linux: the other end of a terminal is gone
            pass
        if time.monotonic() - start >= LONGEST:
            os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize("keys", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_it_ends_quietly_at_the_keyboard(keys: str) -> None:
    terminal = Terminal()
    terminal.until("> ")
    terminal.press("1\r")
    terminal.until("safe for you to write here")
    terminal.until("> ")
    terminal.press(keys)
    assert terminal.ends(keys) == 0
    assert re.sub(r"\^[CD]|\s|\x1b\[[0-9;?]*[a-z]", "", terminal.shown) == ""


def test_it_ends_quietly_at_a_signal_while_it_starts(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=LONGEST)
    assert (process.returncode, complaints) == (0, b"")


def test_every_button_has_one_number_and_the_number_presses_it(tmp_path: Path) -> None:
    done = chat("--locale", "en", keys="1\n1\n7\n", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    screens = done.stdout.split("> ")
    contacts_and_consent = screens[2]
    numbers = re.findall(r"\[(\d+)\]", contacts_and_consent)
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1))
    assert "[1] Yes. If I stop, send it" in contacts_and_consent
    assert "[7] Hide" in contacts_and_consent
    assert "Front Line Defenders" not in screens[3], "7 hid the contacts"
    assert "[1] Yes. If I stop, send it" in screens[3]


def test_an_empty_line_and_a_number_too_high_end_nothing(tmp_path: Path) -> None:
    done = chat("--locale", "ru", keys="\n\n99\n\x7f\n", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("> ") == 5


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    chat("--locale", "tg", keys="1\n4\n1\nСОХТА\n", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_is_a_transcript_that_plays_in_every_language(tmp_path: Path) -> None:
    record = tmp_path / "walk.yaml"
    done = chat("--record", str(record), keys="1\n1\n4\n1\nMADE-UP words\n/menu\n/nonsense\n")
    assert done.returncode == 0
    assert read(record).steps[4:] == (
        Step(action="tap", value="B1_consent_store.yes_send", see=("B2_about_whom",)),
        Step(action="say", value="MADE-UP words", see=("ERR_added+B2_about_whom",)),
        Step(action="command", value="menu", see=("question_menu",)),
        Step(action="command", value="nonsense", see=("HELP",)),
    )
    for words in ([], ["--locale", "tg"]):
        played = chat("--replay", str(record), *words)
        assert (played.returncode, played.stderr) == (0, "")
        assert played.stdout == "walk: 8 steps, every screen as recorded\n"


def test_a_recording_never_holds_a_code(tmp_path: Path) -> None:
    """Codes from elsewhere are written as the one that nobody was ever given."""
    record = tmp_path / "codes.yaml"
    real = "abandon ability able about above absent absorb abstract"
    chat("--locale", "en", "--record", str(record), keys="1\n5\n000 000 000 000 000 000 000 000 031\n" + real + "\n")
    text = record.read_text("utf-8")
    assert read(record).steps[4] == Step(action="code", value="0", see=("ERR_code+A3_danger",))
    assert "031" not in text


def test_a_recording_takes_no_existing_file_and_no_missing_folder(tmp_path: Path) -> None:
    kept = tmp_path / "kept.yaml"
    kept.write_text("mine", "utf-8")
    done = chat("--record", str(kept))
    assert (done.returncode, done.stderr) == (1, f"panoh: {kept} exists already: name a new file\n")
    assert kept.read_text("utf-8") == "mine"
    lost = tmp_path / "no" / "where.yaml"
    done = chat("--record", str(lost))
    assert (done.returncode, done.stderr) == (1, f"panoh: {lost} cannot be written: No such file or directory\n")


def test_a_difference_is_one_line_that_names_the_step(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    steps = (Step(action="start", see=("A1_language",)), Step(action="tap", value="A1_language.en", see=("A3_danger",)))
    path.write_text(write(Transcript(title="Another way", steps=steps)), "utf-8")
    done = chat("--replay", str(path))
    assert done.returncode == 1
    assert done.stderr == "panoh: Another way: step 2 (tap A1_language.en): expected A3_danger, saw A2_safe_here\n"


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["--replay", "nowhere.yaml"], 1, "nowhere.yaml: No such file or directory"),
        (["--replay", "README.md"], 1, "README.md: expected a transcript"),
        (["--replay", "a.yaml", "--record", "b.yaml"], 2, "--replay and --record: name one of them"),
        (
            ["--locale", "de", "--replay", str(TRANSCRIPTS / "danger_sent.yaml")],
            1,
            "the language de is not offered; there are en, ru, tg",
        ),
    ],
)
def test_a_mistake_is_one_line(words: list[str], code: int, expected: str) -> None:
    done = chat(*words)
    assert done.returncode == code
    assert done.stderr.startswith(f"panoh: {expected}")
    assert done.stderr.count("\n") == 1
