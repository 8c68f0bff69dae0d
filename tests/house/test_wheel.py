"""The wheel carries its conversations and catalogues, and works in an environment that never saw the checkout."""

import json
import os
import re
import shlex
import signal
import site
import subprocess
import sys
import urllib.request
import zipfile
from http import HTTPStatus
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def panoh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a new environment, which borrows the libraries, but not the project, of this one."""
    folder = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    inside = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True
    ).stdout.strip()
    # A plain path line: .pth files inside it, such as the editable install's, are not followed.
    (Path(inside) / "borrowed.pth").write_text(site.getsitepackages()[0] + "\n")
    return folder / "bin" / "panoh"


def run(panoh: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [panoh, *words],
        cwd=panoh.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(panoh.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_carries_sources_and_compiled_catalogues(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "bot/_data/conversations/reprisal/conversation.yaml" in names
    for path in (ROOT / "locales").glob("*/LC_MESSAGES/*.po"):
        inside = f"bot/_data/{path.relative_to(ROOT).as_posix()}"
        assert {inside, inside.removesuffix("po") + "mo"} <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_wheel_carries_the_desk_s_page_and_not_its_sources(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    built = {f"bot/desk/static/{path.name}" for path in (ROOT / "bot/desk/static").iterdir()}
    assert len(built) >= 3
    assert built <= names
    assert not [name for name in names if name.startswith("bot/desk/web")]


def test_a_catalogue_in_the_wheel_can_be_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as inside:
        compiled = [name for name in inside.namelist() if name.endswith(".mo")]
        assert len(compiled) >= 2
        for name in compiled:
            assert inside.read(name).startswith(b"\xde\x12\x04\x95")


def test_the_program_in_the_environment_is_the_wheel_s(panoh: Path) -> None:
    done = subprocess.run(
        [panoh.parent / "python", "-c", "import bot; print(bot.__file__)"],
        cwd=panoh.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(str(panoh.parent.parent))


def test_check_runs_from_the_wheel(panoh: Path) -> None:
    done = run(panoh, "check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_build_leaves_nothing_in_the_checkout(wheel: Path) -> None:
    assert wheel.exists()
    assert not (ROOT / "bot" / "_data").exists()


def test_the_demo_runs_from_the_wheel_and_leaves_nothing_behind(panoh: Path, tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [panoh, "demo", "--port", "0", "--cases", "1"],
        cwd=panoh.parent,
        env={"PATH": f"{panoh.parent}:{os.environ['PATH']}", "HOME": str(panoh.parent), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout is not None
    try:
        said = ""
        for line in demo.stdout:
            said += line
            if "panoh cases open" in line:
                break
        found = re.search(r"(http://127\.0\.0\.1:\d+)/demo", said)
        assert found is not None, said
        for page in ("/demo", "/phone"):
            with urllib.request.urlopen(found[1] + page, timeout=20) as answer:  # noqa: S310  our own address
                assert answer.status == HTTPStatus.OK
        opened = run(panoh, *shlex.split(line)[1:], "--json")
        assert opened.returncode == 0, opened.stderr
        assert json.loads(opened.stdout)["answers"]
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=60)
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []
