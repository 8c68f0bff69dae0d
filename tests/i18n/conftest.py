"""Catalogues to try things on, and the agreed words: the copy kept here, and the design where it lies beside."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.i18n.made_up import REPOSITORY, RUSSIAN, TAJIK, Desk

COPY = REPOSITORY / "tests" / "conversations" / "core_paths.json"
DESIGN = REPOSITORY.parent / "shared" / "design" / "words" / "core-paths.json"
CORE_PATHS = [COPY, *([DESIGN] if DESIGN.exists() else [])]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a folder with complete Russian and Tajik catalogues of the made-up conversation and the real word list."""
    (tmp_path / "glossary.csv").write_bytes((REPOSITORY / "locales" / "glossary.csv").read_bytes())
    desk = Desk(tmp_path)
    desk.begin(ru=RUSSIAN, tg=TAJIK)
    return desk


@pytest.fixture(scope="session", params=CORE_PATHS, ids=lambda path: path.parent.name)
def core_paths(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the agreed words: their messages were measured by hand, so our measures must agree."""
    path: Path = request.param
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
