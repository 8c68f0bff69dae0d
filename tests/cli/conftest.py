"""A copy of the conversation and the catalogues, to be broken."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with ``conversations`` and ``locales``, which the commands use."""
    for name in ("conversations", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.mo"))
    monkeypatch.setenv("PANOH_CONVERSATION", str(tmp_path / "conversations" / "reprisal"))
    monkeypatch.setenv("PANOH_LOCALES", str(tmp_path / "locales"))
    return tmp_path
