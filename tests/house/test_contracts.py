"""The import contracts hold, and each of them can be broken."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BREACHES = {
    "Floors: nothing imports upwards": ("bot/sealing/suite.py", "import bot.store"),
    "Floors: rooms on one floor": ("bot/emulator/clock.py", "import bot.channels.defender"),
    "The channels do not know each other": ("bot/channels/terminal/__init__.py", "import bot.channels.defender"),
    "The engine is pure": ("bot/engine/step.py", "import time"),
    "aiogram lives": ("bot/intake/turn.py", "import aiogram"),
    "python-telegram-bot lives": ("bot/intake/turn.py", "import telegram"),
    "sqlalchemy and alembic live": ("bot/app/__init__.py", "import sqlalchemy"),
    "cryptography lives": ("bot/intake/draft.py", "import cryptography"),
    "FastAPI, starlette, uvicorn and webauthn live": ("bot/casework/people.py", "import fastapi"),
    "The desk goes through": ("bot/desk/page.py", "import bot.store.values"),
    "Typer lives": ("bot/authoring/catalogs.py", "import typer"),
    "What opens sealed files": ("bot/intake/perform.py", "import bot.sealing.opening"),
    "Private keys of staff": ("bot/app/__init__.py", "import bot.offline"),
    "Channels go through the services": ("bot/channels/defender/render.py", "import bot.store"),
    "What is checked is checked without": ("bot/cli/check.py", "import bot.channels.defender.render"),
    "No import cycles": ("bot/errors.py", "import bot.ids"),
}


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout


def test_the_page_on_architecture_has_the_same_floors() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (floors,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.partition("## The floors")[2].partition("\n## ")[0]
    rows = [set(re.findall(r"`(\w+)", row.split("|")[2])) for row in table.splitlines() if row.startswith("| ")]
    assert [row for row in rows if row] == [set(floor.split(" | ")) for floor in floors if floor != "__main__"]


@pytest.mark.slow
@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_of_each_contract_is_found(tmp_path: Path, name: str) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, line = BREACHES[name]
    with (tmp_path / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    if name.startswith("No import cycles"):
        (tmp_path / "bot/ids.py").write_text("import bot.errors\n")
    done = contracts(tmp_path)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if text.endswith("BROKEN")]
    wanted = name.split(":", maxsplit=1)[0] if name.startswith("Floors") else name
    assert any(text.startswith(wanted) for text in broken), done.stdout
