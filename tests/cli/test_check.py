"""``panoh check`` and ``panoh graph``: what an author sees."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.commands import panoh


def test_the_project_s_own_conversation_has_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    done = panoh(capsys, "check")
    assert done.code == 0, done.out
    assert re.search(r"\d\d+ questions checked: 0 errors", done.out)


def test_a_broken_file_is_named_with_its_line(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    file = copy / "conversations" / "reprisal" / "travel.yaml"
    lines = file.read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if line.strip().startswith("kind:"))
    lines[number] = lines[number].split("kind:")[0] + "kind: riddle"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    done = panoh(capsys, "check")
    assert done.code == 1
    assert re.match(rf"panoh: \S*reprisal/travel\.yaml:{number + 1}: ", done.err)
    assert "riddle" in done.err or "expected" in done.err


def test_a_fault_in_a_catalogue_is_named_with_its_line(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    catalogue = copy / "locales" / "ru" / "LC_MESSAGES" / "conversation.po"
    head, key, rest = catalogue.read_text("utf-8").partition('msgctxt "C1_contacts.say"')
    english, msgstr, rest = rest.partition("msgstr")
    broken = rest.replace("{fld_phone}", "{fld_fone}", 1)
    assert broken != rest
    catalogue.write_text(head + key + english + msgstr + broken, "utf-8")
    done = panoh(capsys, "check")
    assert done.code == 1
    assert re.search(r"ru/LC_MESSAGES/conversation\.po:\d+: error: ru C1_contacts\.say: .*fld_", done.out)


def test_findings_come_as_json_too(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    assert copy.is_dir()
    rows = json.loads(panoh(capsys, "check", "--json").out)
    assert all(set(row) == {"place", "severity", "message"} for row in rows)


def test_a_folder_without_a_conversation_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANOH_CONVERSATION", str(tmp_path))
    done = panoh(capsys, "check")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "conversation.yaml" in done.err


def test_the_diagram_shows_every_question_of_the_opening(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shown = panoh(capsys, "graph")
    assert shown.code == 0
    assert "A3_danger" in shown.out
    out = tmp_path / "graph.md"
    assert panoh(capsys, "graph", "--out", str(out)).code == 0
    assert out.read_text("utf-8") == shown.out
