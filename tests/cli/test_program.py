"""The command ``panoh``: a mistake is one line and a number, and nothing is imported that is not needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from bot import errors
from bot.cli import program

ROOT = Path(__file__).resolve().parents[2]


def panoh(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this file, so that a failure of each kind can be had."""
    for name in ("wrong_setting", "broken_file", "burst"):
        monkeypatch.setitem(program.COMMANDS, name, program.Entry(__name__, name, "fails"))


def wrong_setting() -> None:
    raise errors.SettingsError("PANOH_X is not set. A good value: y")


def broken_file() -> None:
    raise errors.ConversationFileError("a.yaml:3: expected a node")


def burst() -> None:
    raise RuntimeError("words of a person")


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("wrong_setting", 2, "panoh: PANOH_X is not set. A good value: y\n"),
        ("broken_file", 1, "panoh: a.yaml:3: expected a node\n"),
    ],
)
def test_an_expected_failure_is_one_line_and_its_number(
    capsys: pytest.CaptureFixture[str], name: str, code: int, line: str
) -> None:
    sys.modules.setdefault(__name__, sys.modules[test_an_expected_failure_is_one_line_and_its_number.__module__])
    with pytest.raises(SystemExit) as ended:
        program.main([name])
    assert ended.value.code == code
    assert capsys.readouterr().err == line


@pytest.mark.usefixtures("failing")
def test_an_unexpected_failure_shows_no_words_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["burst"])
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert "RuntimeError" in shown
    assert "words of a person" not in shown
    with pytest.raises(RuntimeError):
        program.main(["--debug", "burst"])


def test_an_unknown_command_is_met_with_a_guess() -> None:
    done = panoh("chekc")
    assert done.returncode == 2
    assert done.stderr == "panoh: there is no such command; did you mean `panoh check`?\n"


def test_help_lists_every_command_and_loads_none() -> None:
    done = panoh("--help")
    assert done.returncode == 0
    for name, entry in program.COMMANDS.items():
        assert f"{name} " in done.stdout
        assert entry.line in done.stdout


def test_the_version_is_the_package_s() -> None:
    assert panoh("--version").stdout == f"panoh {bot.__version__}\n"
    assert f'version = "{bot.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("name", program.COMMANDS)
def test_every_listed_command_is_there_and_explains_itself(name: str) -> None:
    done = panoh(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"panoh {name}" in done.stdout


@pytest.mark.parametrize(
    "words", [["check"], ["graph"], ["locales", "status"], ["keys", "--help"]], ids=lambda words: words[0]
)
def test_what_needs_no_messenger_and_no_database_loads_none(words: list[str]) -> None:
    script = (
        "import sys\nfrom bot.cli import program\ncode = 0\n"
        f"try:\n    program.run({words[0]!r}, {words[1:]!r})\nexcept SystemExit as ended:\n    code = ended.code\n"
        "print(code, sorted({'aiogram', 'telegram', 'aiohttp', 'sqlalchemy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 []"
