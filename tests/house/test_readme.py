"""The straight line that the README shows exists, name by name."""

import importlib
import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bot.cli.program import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
STEP = re.compile(r"^\d+\. `(bot(?:\.\w+)+):(\w+(?:\.\w+)*)`", re.MULTILINE)
PAGE_STEP = re.compile(r"^\d+\. `(bot/[\w/]+\.ts):(\w+)`", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def line() -> str:
    _, heading, rest = (ROOT / "README.md").read_text("utf-8").partition("## The straight line")
    assert heading
    return rest.partition("\n## ")[0]


def steps() -> list[tuple[str, str]]:
    return STEP.findall(line())


def test_the_line_has_its_stations() -> None:
    rooms = [module.split(".")[1] for module, _ in steps()]
    for room in ("channels", "intake", "engine", "sealing", "store", "casework", "offline"):
        assert room in rooms


def test_every_station_is_code_and_the_one_of_the_page_is_there_too() -> None:
    pages: list[tuple[str, str]] = PAGE_STEP.findall(line())
    assert len(steps()) + len(pages) == len(re.findall(r"^\d+\. ", line(), re.MULTILINE))
    assert pages
    for file, name in pages:
        assert re.search(rf"^export (?:async )?function {name}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE), name


@pytest.mark.parametrize(("module", "name"), steps(), ids=str)
def test_every_name_on_the_straight_line_exists(module: str, name: str) -> None:
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


def test_every_page_that_the_documents_link_to_exists() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("locales/*.md")]
    links = {(page, target) for page in pages for target in LINK.findall(page.read_text("utf-8"))}
    assert len(links) > 10
    assert [link for link in links if "://" not in link[1] and not (link[0].parent / link[1]).exists()] == []


def command_lines() -> list[str]:
    """What the documents and the unit tell somebody to type after ``panoh``; no comments, no labels of the format."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("deploy/**/*")]
    text = "\n".join(page.read_text("utf-8") for page in pages if page.is_file())
    told = re.findall(rf"\bpanoh ((?:{'|'.join(COMMANDS)})(?![\w:])(?! \w+ \d\b)[^`#:;\\\n]*)", text)
    return sorted({line.strip() for line in told})


@pytest.mark.parametrize("line", command_lines())
def test_every_command_that_the_documents_name_exists_with_its_options(line: str) -> None:
    noun, *words = line.split()
    found = getattr(importlib.import_module(COMMANDS[noun].module), COMMANDS[noun].name)
    if isinstance(found, typer.Typer):
        group = get_command(found)
        assert isinstance(group, typer.core.TyperGroup)
        commands = [group.commands[words[0]]] if words else list(group.commands.values())
    else:
        single = typer.Typer()
        single.command()(found)
        commands = [get_command(single)]
    known = {option for command in commands for parameter in command.params for option in parameter.opts}
    assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= known


def test_every_line_of_the_seizure_table_names_a_test_that_exists_or_says_that_none_does() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    table = page.partition("## What a seizure yields")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 12
    for row in rows:
        shown = row.split("|")[5]
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", shown)
        assert named or "not yet shown" in shown, row
        for file, name in named:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), row


def test_every_test_that_the_threat_model_names_exists() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    named = set(re.findall(r"`([\w/]+\.py)::(\w+)`", page))
    assert len(named) > 50
    files = {file: (ROOT / "tests" / file).read_text("utf-8") for file, _ in named}
    assert [(file, name) for file, name in named if f"def {name}(" not in files[file]] == []
