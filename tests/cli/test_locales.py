"""``panoh locales``: from a sentence of an author's to a catalogue, and what is wrong on the way."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import panoh

QUESTION = "Is someone in danger now"


def changed(copy: Path) -> str:
    """Change one critical sentence of the conversation, and return its text key."""
    for path in (copy / "conversations").rglob("*.yaml"):
        text = path.read_text("utf-8")
        if QUESTION in text:
            path.write_text(text.replace(QUESTION, "Is anybody in danger now"), "utf-8")
            return "A3_danger.say"
    raise AssertionError("the question is gone from the conversation")


def test_status_says_of_each_language_whether_it_is_offered(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    assert copy.is_dir()
    rows = {row["locale"]: row for row in json.loads(panoh(capsys, "locales", "status", "--json").out)}
    assert set(rows) >= {"ru", "tg"}
    for row in rows.values():
        assert row["offered"] == (row["critical_missing"] == 0)
        assert 0 < row["translated"] <= row["total"]
    assert len(panoh(capsys, "locales", "status").out.splitlines()) == len(rows)


def test_a_changed_question_reaches_the_translator_as_uncertain(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    def critical_missing() -> int:
        rows = json.loads(panoh(capsys, "locales", "status", "--json").out)
        return next(int(row["critical_missing"]) for row in rows if row["locale"] == "tg")

    before = critical_missing()
    key = changed(copy)
    assert panoh(capsys, "locales", "check").code == 1
    assert panoh(capsys, "locales", "extract").code == 0
    assert panoh(capsys, "locales", "update", "tg").code == 0
    catalogue = (copy / "locales" / "tg" / "LC_MESSAGES" / "conversation.po").read_text("utf-8")
    block = next(block for block in catalogue.split("\n\n") if f'msgctxt "{key}"' in block)
    assert "fuzzy" in block
    assert "Is anybody in danger now" in block
    assert critical_missing() == before + 1
    found = panoh(capsys, "locales", "check")
    assert found.code == 1
    assert any(key in line and "conversation.po:" in line for line in found.out.splitlines())


def test_update_writes_the_same_file_twice(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    panoh(capsys, "locales", "extract")
    panoh(capsys, "locales", "update")
    catalogue = copy / "locales" / "ru" / "LC_MESSAGES" / "conversation.po"
    once = catalogue.read_bytes()
    panoh(capsys, "locales", "update")
    assert catalogue.read_bytes() == once


def test_a_language_without_a_plural_rule_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], copy: Path
) -> None:
    done = panoh(capsys, "locales", "update", "xx")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert not (copy / "locales" / "xx").exists()
