"""What is committed of the desk is what its sources build, small, and free of what its policy forbids."""

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.desk.library import WEB, script

STATIC = WEB.parent / "static"
SOURCES = sorted(path for path in (WEB / "src").rglob("*") if path.suffix in {".ts", ".tsx", ".css"})
NAMES = {"app.js", "app.css", "index.html", "licences.txt"}
SHOWN = [path for path in STATIC.iterdir() if path.name != "licences.txt"]
# Of the script, measured, 76 kB are what opens, signs and stretches passphrases: 16 the two word lists, most of the
# rest age-encryption and what stands in for keys that a browser lacks. What people see is meant to need 60 kB.
SCRIPT_BUDGET = 140_000
STYLE_BUDGET = 20_000
LONGEST = 300


@pytest.mark.slow
def test_the_committed_page_is_what_the_sources_build(tmp_path: Path) -> None:
    for name in ("one", "two"):
        script("build", DESK_TO=str(tmp_path / name))
    committed, one, two = (contents(folder) for folder in (STATIC, tmp_path / "one", tmp_path / "two"))
    assert one == two, "two builds differ"
    assert set(committed) == NAMES
    assert {name for name in NAMES if committed[name] != one[name]} == set(), "run make desk and commit what it builds"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
def test_the_sources_have_the_types_they_say() -> None:
    script("types")


def test_the_page_stays_small() -> None:
    sizes = {path.suffix: len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in STATIC.iterdir()}
    assert sizes[".js"] <= SCRIPT_BUDGET
    assert sizes[".css"] <= STYLE_BUDGET


def test_the_page_names_its_own_files_only_and_holds_no_code() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == ["/static/app.js", "/static/app.css"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|javascript:|style=", page)


def test_nothing_of_the_page_leads_to_another_host() -> None:
    # Names of namespaces are written like addresses and lead nowhere.
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/1999/xhtml"}
    named = {address for path in SHOWN for address in re.findall(r"[a-z]+://[\w./%-]+", path.read_text("utf-8"))}
    assert named - namespaces == set()
    assert [path.name for path in SHOWN if re.search(r"url\(\s*['\"]?(?!data:)\w", path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        (
            r"\beval\b|new Function|\binnerHTML\b|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write",
            set(),
        ),
        (r"\bIntl\b|toLocale\w*String|localeCompare", {"zones.ts"}),
        (r"://", set()),
        (r"\blocalStorage\b|sessionStorage|indexedDB|document\.cookie|\bcaches\b", {"kept.ts"}),
        (r"\bimport\(|new Worker|WebAssembly|serviceWorker", set()),
        (r"@ts-(?:ignore|nocheck)|\bas any\b|: any\b", set()),
    ],
    ids=[
        "code made from text",
        "the browser's own languages",
        "addresses",
        "storage",
        "code from elsewhere",
        "no types",
    ],
)
def test_no_source_uses(what: str, allowed: set[str]) -> None:
    found = {path.name for path in SOURCES if re.search(what, path.read_text("utf-8"))}
    assert found <= allowed


def test_the_sealing_library_knows_no_page_and_no_network() -> None:
    reaching = re.compile(r"\b(?:document|window|location|fetch|XMLHttpRequest|WebSocket|navigator)\b[.(]|console\.")
    inside = [path for path in SOURCES if "sealing" in path.parts]
    assert len(inside) > 20
    assert [path.name for path in inside if reaching.search(path.read_text("utf-8"))] == []
    for path in inside:
        imported = re.findall(r'from "(\.[^"]*)"', path.read_text("utf-8"))
        assert [
            name
            for name in imported
            if not re.fullmatch(r"\./[a-z]+\.ts|(?:\.\./){4}sealing/words/\w\w\.txt\?raw", name)
        ] == []


def test_each_source_says_what_lives_in_it_and_stays_small() -> None:
    silent = [path.name for path in SOURCES if not path.read_text("utf-8").startswith(("// ", "/* "))]
    long = [path.name for path in SOURCES if path.suffix != ".css" and path.read_bytes().count(b"\n") > LONGEST]
    assert (silent, long) == ([], [])


def test_every_version_is_pinned_and_every_package_has_a_hash() -> None:
    wanted = json.loads((WEB / "package.json").read_text("utf-8"))
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    asked = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert [version for version in asked.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    for name, version in asked.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert [name for name, entry in lock["packages"].items() if name and not entry.get("integrity")] == []


def test_what_goes_into_the_page_is_free_to_be_carried() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    carried = [name for name, entry in lock.items() if name and not entry.get("dev")]
    assert {lock[name]["license"] for name in carried} <= {"MIT", "BSD-3-Clause"}
    named = (STATIC / "licences.txt").read_text("utf-8")
    assert [
        name for name in carried if f"\n{name.removeprefix('node_modules/')} {lock[name]['version']} (" not in named
    ] == []
