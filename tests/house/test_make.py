"""The Makefile tells a newcomer what is missing, in one line, and asks for nothing twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make(folder: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path or os.environ["PATH"], "HOME": str(folder)}
    program = shutil.which("make")
    if program is None:
        pytest.skip("make is not installed")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements").mkdir(exist_ok=True)
    for name in ("requirements/run.txt", "requirements/test.txt", "pyproject.toml"):
        if not (folder / name).exists():
            (folder / name).touch()
    return subprocess.run(
        [program, "-C", str(folder), *arguments], env=environment, capture_output=True, text=True, check=False
    )


def fake_python(folder: Path, script: str) -> Path:
    path = folder / "fake-python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_without_python_it_names_the_package(tmp_path: Path) -> None:
    done = make(tmp_path, "install", "PYTHON=no-such-python")
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_old_python_is_named(tmp_path: Path) -> None:
    old = fake_python(tmp_path, 'case "$1" in -V) echo Python 3.9.2;; *) exit 1;; esac')
    done = make(tmp_path, "install", f"PYTHON={old}")
    assert done.returncode == 2
    assert "this is Python 3.9.2" in done.stderr


def test_a_python_without_venv_names_the_debian_package(tmp_path: Path) -> None:
    bare = fake_python(tmp_path, 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    done = make(tmp_path, "install", f"PYTHON={bare}")
    assert done.returncode == 2
    assert "apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_second_run_installs_nothing(tmp_path: Path) -> None:
    bin_dir = tmp_path / ".venv" / "bin"
    bin_dir.mkdir(parents=True)
    (bin_dir / "python").symlink_to(sys.executable)
    make(tmp_path, "help")
    (tmp_path / ".venv" / "run.stamp").touch()
    done = make(tmp_path, "-n", "install")
    assert done.returncode == 0
    assert "pip" not in done.stdout
    os.utime(tmp_path / ".venv" / "run.stamp", (1, 1))
    assert "pip" in make(tmp_path, "-n", "install").stdout


def test_the_targets_are_listed_by_help(tmp_path: Path) -> None:
    listed = make(tmp_path, "help").stdout
    for target in ("demo", "test", "install", "lint", "types", "desk", "bench"):
        assert f"make {target} " in listed


def test_without_npm_the_page_is_not_built_and_the_package_is_named(tmp_path: Path) -> None:
    web = tmp_path / "bot" / "desk" / "web"
    web.mkdir(parents=True)
    (web / "package-lock.json").touch()
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    done = make(tmp_path, "desk", path=str(programs))
    assert done.returncode == 2
    assert "apt-get install npm" in done.stderr


@pytest.mark.parametrize("script", [".ci/run"])
def test_ci_runs_what_a_developer_runs(script: str) -> None:
    text = (ROOT / script).read_text("utf-8")
    assert "exec make test" in text
    assert "set -eu" in text
    assert (ROOT / script).stat().st_mode & 0o111
