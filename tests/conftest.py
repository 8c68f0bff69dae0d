"""What holds for every test: no network but this machine, no setting of the developer's, nothing skipped in CI."""

import os
import shutil
import signal
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

IN_CI = os.environ.get("CI") == "true"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whatever starts the tests in the background ignores Ctrl-C, and the programs under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What several folders of tests share; told before anybody imports it, or its assertions would not explain themselves.
pytest.register_assert_rewrite("tests.journeys.line", "tests.journeys.phone")

settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        help="write the screens that the transcripts lead to now into tests/transcripts",
    )
    parser.addoption(
        "--update-openapi", action="store_true", help="write the description of the desk's API into docs/openapi.json"
    )
    parser.addoption("--update-pictures", action="store_true", help="write the pictures of the desk into docs/pictures")


def _failed(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that names what was missing."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"nothing is skipped in CI: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        _failed(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if IN_CI and report.outcome == "skipped":
        _failed(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def _only_this_machine() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            host = str(address[0])
            if host not in {"localhost", "::1"} and not host.startswith("127."):
                raise AssertionError(f"a test reached for {host}: only this machine may be talked to")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("PANOH_") or name == "CREDENTIALS_DIRECTORY":
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser for tests marked ``browser``."""
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
