"""The rules that hold for all tests are kept by the tests' own set-up."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SKIPS = """
import pytest

def test_with_a_reason():
    pytest.skip("the browser is missing")

@pytest.mark.skipif(True, reason="the server is missing")
def test_marked():
    pass
"""


def tried(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "test_skips.py").write_text(SKIPS)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_ci_a_skipped_test_is_a_failure_that_names_what_is_missing(tmp_path: Path) -> None:
    done = tried(tmp_path, CI="true")
    assert done.returncode == 1
    assert "1 failed, 1 error" in done.stdout
    assert "nothing is skipped in CI: Skipped: the browser is missing" in done.stdout
    assert "nothing is skipped in CI: Skipped: the server is missing" in done.stdout


def test_a_module_skipped_as_a_whole_fails_in_ci_too(tmp_path: Path) -> None:
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_module_here')\n")
    done = tried(tmp_path, CI="true")
    assert done.returncode != 0
    assert "no_such_module_here" in done.stdout
    assert "nothing is skipped in CI" in done.stdout


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    done = tried(tmp_path)
    assert done.returncode == 0
    assert "2 skipped" in done.stdout


@pytest.mark.parametrize("host", ["somewhere.invalid", "::2"])
def test_no_test_reaches_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(AssertionError, match="only this machine"):
        line.connect((host, 9))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as line:
        line.connect(server.getsockname())


def test_no_setting_of_the_developer_reaches_a_test() -> None:
    assert not [name for name in os.environ if name.startswith("PANOH_")]
