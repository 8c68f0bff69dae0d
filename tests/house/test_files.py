"""The house rules that a look at the files can check."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "base", "manager", "managers", "misc", "core", "types"}
# Written in two parts, so that this file passes its own test.
REGISTRIES = ["pypi." + "org", "pythonhosted." + "org", "registry.npmjs." + "org", "deb.debian." + "org"]
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:work|" + r"root|farm)/\w")
TEXT = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".sh", ".js", ".mjs", ".html", ".css", ".service", ""}


def committed() -> list[Path]:
    """Every file of the repository, those not yet committed too."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    return [path for path in committed() if path.suffix == ".py" and "vendor" not in path.parts]


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path.relative_to(ROOT): path.read_bytes().count(b"\n") for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in python_files()
        if path.is_relative_to(ROOT / "bot")
        and "versions" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [path.relative_to(ROOT) for path in python_files() if path.stem in FORBIDDEN_NAMES]
    assert vague == []


def test_nothing_in_the_package_is_left_for_later() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|raise NotImplemented" + r"Error)\b")
    found = [path.relative_to(ROOT) for path in python_files() if marks.search(path.read_text("utf-8"))]
    assert found == []


def test_lock_files_name_no_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), *(path for path in committed() if path.name == "package-lock.json")]
    assert {lock.name for lock in locks} >= {"run.txt", "test.txt", "package-lock.json"}
    assert [lock for lock in locks if "://" in lock.read_text("utf-8")] == []


def test_every_locked_package_has_a_hash() -> None:
    for lock in ROOT.glob("requirements/*.txt"):
        packages = re.findall(r"^([\w.\[\]-]+)==.*?(?=^\S|\Z)", lock.read_text("utf-8"), re.MULTILINE | re.DOTALL)
        blocks = re.split(r"^(?=\w)", lock.read_text("utf-8"), flags=re.MULTILINE)[1:]
        assert len(blocks) == len(packages) > 20
        assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_build_tools_are_the_locked_ones() -> None:
    required = re.search(r"requires = \[(.*)\]", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert required is not None
    locked = (ROOT / "requirements/run.txt").read_text("utf-8").lower()
    for requirement in re.findall(r'"([^"]+)"', required[1]):
        assert f"\n{requirement.lower()} " in locked or locked.startswith(requirement.lower())


@pytest.mark.parametrize("what", ["registry", "path"])
def test_no_file_names_a_registry_or_a_path_of_one_machine(what: str) -> None:
    found = []
    for path in committed():
        if path.suffix not in TEXT or path == Path(__file__):
            continue
        text = path.read_text("utf-8", errors="replace")
        named = any(host in text for host in REGISTRIES) if what == "registry" else MACHINE_PATHS.search(text)
        if named:
            found.append(path.relative_to(ROOT))
    assert found == []


@pytest.mark.parametrize("folder", [".", "bot/desk/web"])
def test_npm_writes_no_address_into_its_lock(folder: str) -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / folder / ".npmrc").read_text("utf-8").split()
