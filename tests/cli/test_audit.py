"""``panoh audit``: the head for keeping elsewhere, and the row that is wrong, by its number."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.cli.commands import panoh
from tests.databases import migrated_sqlite
from tests.made_up import call
from tests.store.test_chain import WITHOUT_TRIGGERS, act
from tests.store.test_migrating import carry_out


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with three acts, named by the settings."""
    database = migrated_sqlite(tmp_path)
    for number in range(3):
        call(database, "audit.append", act(number))
    monkeypatch.setenv("PANOH_DATABASE_URL", f"sqlite:///{tmp_path / 'panoh.db'}")
    yield database
    database.close()


def test_an_audit_that_holds_says_so_against_the_head_that_was_kept(
    audited: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    head = panoh(capsys, "audit", "head").out.strip()
    assert head.startswith("3:")
    done = panoh(capsys, "audit", "verify", "--head", head)
    assert (done.code, done.out) == (0, f"the audit holds: {head}\n")
    call(audited, "audit.append", act(4))
    assert panoh(capsys, "audit", "verify", "--head", head).code == 0
    assert json.loads(panoh(capsys, "audit", "head", "--json").out)["count"] == 4


@pytest.mark.parametrize(
    ("statement", "line", "wrong"),
    [
        (
            "UPDATE audit SET act = 'claim' WHERE number = 2",
            "row 2 was changed, or row 1 was written anew with its hash",
            "changed",
        ),
        ("DELETE FROM audit WHERE number = 2", "row 2 was removed", "removed"),
        ("DELETE FROM audit WHERE number = 3", "row 3 was removed", "removed"),
    ],
)
def test_the_first_row_that_is_wrong_is_named(
    audited: Database, capsys: pytest.CaptureFixture[str], statement: str, line: str, wrong: str
) -> None:
    head = panoh(capsys, "audit", "head").out.strip()
    for each in (*WITHOUT_TRIGGERS["sqlite"], statement):
        carry_out(audited, each)
    done = panoh(capsys, "audit", "verify", "--head", head)
    assert (done.code, done.out, done.err) == (1, "", f"panoh: {line}\n")
    said = json.loads(panoh(capsys, "audit", "verify", "--head", head, "--json").out)
    assert (said["holds"], said["wrong"]) == (False, wrong)


def test_what_is_no_head_is_refused(audited: Database, capsys: pytest.CaptureFixture[str]) -> None:
    done = panoh(capsys, "audit", "verify", "--head", "3")
    assert (done.code, done.err) == (1, "panoh: a head is written COUNT:HASH, as `panoh audit head` prints it\n")
