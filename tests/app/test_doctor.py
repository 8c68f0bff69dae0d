"""``panoh doctor`` finds what was spoilt on purpose, names it in one line, and changes nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.doctor import Machine
from bot.app.doctor_staff import BUDGET
from bot.app.findings import State
from bot.app.nature import now
from bot.emulator.account import TOKEN
from tests.app.made_installation import HEAD, SHIFT, Installation, installed, keys
from tests.cli.commands import panoh
from tests.databases import migrated_sqlite
from tests.made_up import call, draft, with_conversation

__all__ = ["installed", "keys"]


@contextmanager
def kept(path: Path) -> Iterator[None]:
    before = path.read_bytes()
    yield
    assert path.read_bytes() == before


def test_a_good_installation_has_nothing_failed(installed: Installation) -> None:
    with kept(installed.keyring), kept(installed.roster):
        found = installed.examined()
    assert [each for each in found.values() if each.state is State.FAILED] == []
    assert {"database", "screens", "updates", "keyring", "roster", "swap", "core dumps"} <= set(found)
    assert installed.waited == []


def test_updates_that_nobody_confirms_for_a_minute_are_over_budget(installed: Installation) -> None:
    person = installed.world.user("Person")
    person.start()
    person.send("MADE UP")
    assert installed.failed() == {"updates": "2 unconfirmed, and some for over 60 seconds: is it served?"}
    assert sum(installed.waited) == BUDGET.seconds


def test_updates_that_are_confirmed_meanwhile_are_not(installed: Installation) -> None:
    installed.world.user("Person").start()
    installed.while_waiting = installed.world.updates.drop_all
    assert installed.failed() == {}
    assert len(installed.waited) == 1


def test_a_screen_that_is_owed_for_over_a_minute_is_over_budget(installed: Installation) -> None:
    database = with_conversation(migrated_sqlite(installed.database.parent))
    for seconds in (30, 61):
        call(database, "drafts.insert", draft(owed_since=now() - timedelta(seconds=seconds)))
    database.close()
    assert installed.failed() == {"screens": "1 owed to people for over 60 seconds"}


def test_whatever_was_spoilt_is_named(installed: Installation) -> None:
    (installed.secrets / "ping_key").chmod(0o644)
    installed.routes.chmod(0o755)
    installed.roster.write_text('zone = "UTC"\n' + SHIFT.format("true") + SHIFT.format("false"))
    installed.keyring.write_bytes(b"made up")
    failed = installed.failed(Machine(swaps=HEAD + "/dev/made-up partition 1 0 -2\n", core_limit=-1, core_pattern="c"))
    assert set(failed) == {"secrets", "route keys", "roster", "keyring", "swap", "core dumps"}
    assert "shift 2" in failed["roster"]
    assert "ping_key" in failed["secrets"]


def test_what_the_system_hides_is_not_called_good(installed: Installation) -> None:
    found = installed.examined(Machine(swaps="", core_limit=0, core_pattern=""))
    assert found["swap"].state is State.SKIPPED


def test_a_keyring_is_signed_in_time(installed: Installation) -> None:
    assert installed.examined(days=50)["keyring"].state is State.WARNING
    assert "grace" in installed.failed(days=62)["keyring"]


def test_the_command_exits_1_and_prints_json(installed: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    # Nobody listens there.
    installed.set(PANOH_DEFENDER_API="http://127.0.0.1:9")
    done = panoh(capsys, "doctor", "--json")
    assert (done.code, done.err) == (1, "")
    said = json.loads(done.out)
    lines = {each["name"]: each["line"] for each in said["findings"] if each["state"] == "failed"}
    assert said["good"] is False
    assert lines["updates"].startswith("the messenger does not answer (")
    assert TOKEN not in done.out
    plain = panoh(capsys, "doctor")
    assert plain.code == 1
    assert "failed   updates: the messenger does not answer" in plain.out
