"""Catalogues to try things on, and the measured words of the design where they lie beside the repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.i18n.made_up import REPOSITORY, RUSSIAN, TAJIK, Desk

CORE_PATHS = REPOSITORY.parent / "shared" / "design" / "words" / "core-paths.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a folder with complete Russian and Tajik catalogues of the made-up conversation and the real word list."""
    (tmp_path / "glossary.csv").write_bytes((REPOSITORY / "locales" / "glossary.csv").read_bytes())
    desk = Desk(tmp_path)
    desk.begin(ru=RUSSIAN, tg=TAJIK)
    return desk


@pytest.fixture(scope="session")
def core_paths() -> dict[str, Any]:
    """Return the words of the design: its messages were measured by hand, so our measures must agree."""
    if not CORE_PATHS.exists():
        pytest.skip("shared/design/words/core-paths.json is not beside the repository")
    loaded: dict[str, Any] = json.loads(CORE_PATHS.read_text(encoding="utf-8"))
    return loaded
