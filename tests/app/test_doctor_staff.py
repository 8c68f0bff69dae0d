"""``panoh doctor`` on the staff's side: who cannot be told, whose name is nobody's, what nobody was told of in time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app.doctor_staff import BUDGET
from bot.app.findings import State
from bot.app.nature import now
from bot.casework.notices import DIGEST, EVENTS
from bot.demo.keys import ThrowAway
from bot.engine.conversation import Level
from bot.store.database import Database
from bot.store.staff_values import EventKind, Notice, Role
from tests.app.made_installation import Installation, enrol, installed, keys, link
from tests.cli.commands import panoh
from tests.made_up import call, some_id, submitted, with_conversation

__all__ = ["installed", "keys"]
OFFICER, COLLEAGUE = "Demo reviewer", "Demo colleague"


@pytest.fixture
def staff(installed: Installation, keys: ThrowAway) -> Iterator[Database]:
    """An officer, who leads, and a colleague; both are on duty, and told of cases."""
    database = with_conversation(installed.with_staff(OFFICER, COLLEAGUE))
    enrol(database, keys.reviewer, Role.REVIEWER, Role.IDENTITY, Role.LEAD)
    enrol(database, keys.colleague, Role.REVIEWER)
    for name in (OFFICER, COLLEAGUE):
        link(database, name)
    call(database, "notices.set_mark", DIGEST, int(now().timestamp()))
    yield database
    database.close()


def person_id(database: Database, name: str) -> bytes:
    found: bytes = call(database, "people.by_name", name).id
    return found


def notice(database: Database, *, seconds: float) -> None:
    """A notice that has been due for so long."""
    case = submitted(database)
    call(database, "notices.set_mark", EVENTS, call(database, "events.last"))
    since = now() - timedelta(seconds=seconds)
    kept = Notice(case_id=case.id, level=Level.CRITICAL, kind="new", language="tg", stage=0, since=since, due=since)
    call(database, "notices.put", kept)


def test_a_staff_that_can_be_told_has_nothing_to_mend(installed: Installation, staff: Database) -> None:
    found = installed.examined()
    looked_at = {"roster", "duty", "digest", "notices", "staff updates"}
    assert {name for name in looked_at if found[name].state is not State.OK} == set()
    assert installed.waited == []


def test_who_is_on_duty_and_has_no_chat_is_named(installed: Installation, staff: Database) -> None:
    call(staff, "links.remove", person_id(staff, COLLEAGUE))
    assert installed.failed() == {"duty": f"on duty now, and no chat is linked: {COLLEAGUE}"}
    call(staff, "links.remove", person_id(staff, OFFICER))
    assert installed.failed()["duty"].startswith("nobody at all can be told of a case: no chat is linked")


def test_who_is_on_duty_and_has_no_key_in_the_keyring_is_named(
    installed: Installation, staff: Database, keys: ThrowAway
) -> None:
    stranger = replace(keys.colleague, name="Made-up stranger")
    enrol(staff, stranger, Role.REVIEWER)
    link(staff, stranger.name)
    installed.with_staff(OFFICER, stranger.name).close()
    line = f"on duty now, and told of nothing without a role for cases and a key in the keyring: {stranger.name}"
    assert installed.failed() == {"duty": line}


def test_a_chat_that_was_linked_under_another_key_is_none(installed: Installation, staff: Database) -> None:
    link(staff, COLLEAGUE, staff_key=b"k" * 32)
    assert installed.failed() == {"duty": f"on duty now, and no chat is linked: {COLLEAGUE}"}


def test_who_asked_to_hear_nothing_and_is_on_duty_is_named(installed: Installation, staff: Database) -> None:
    call(staff, "links.mute", person_id(staff, COLLEAGUE), now() + timedelta(hours=3))
    found = installed.examined()["duty"]
    assert (found.state, found.line) == (State.WARNING, f"on duty now, and asked to hear nothing: {COLLEAGUE}")


def test_a_lead_without_a_chat_is_told_nothing_at_all(installed: Installation, staff: Database) -> None:
    installed.with_staff(COLLEAGUE).close()
    call(staff, "links.remove", person_id(staff, OFFICER))
    assert installed.failed()["duty"] == "no lead can be told: no chat of theirs is linked"


def test_a_name_on_the_roster_that_is_nobody_s_is_said(installed: Installation, staff: Database) -> None:
    installed.with_staff(OFFICER, "Demo coleague").close()
    assert installed.failed() == {"roster": "nobody is enrolled as Demo coleague"}


def test_a_shift_that_promises_an_identity_key_which_nobody_there_has(installed: Installation, staff: Database) -> None:
    installed.with_staff(COLLEAGUE).close()
    line = "shift 1 says identity = true, and nobody named there has that key"
    assert installed.failed() == {"roster": line}


def test_what_nobody_was_told_of_for_a_minute_is_over_budget(installed: Installation, staff: Database) -> None:
    notice(staff, seconds=30)
    assert installed.failed() == {}
    notice(staff, seconds=90)
    assert installed.failed() == {"notices": "1 not told for over 60 seconds: is the staff's bot served?"}


def test_what_is_told_while_the_doctor_looks_is_not(installed: Installation, staff: Database) -> None:
    notice(staff, seconds=90)
    case_id = call(staff, "notices.due", now(), 1)[0].case_id
    installed.while_waiting = lambda: call(staff, "notices.settle", case_id)
    assert installed.failed() == {}
    assert len(installed.waited) == 1


def test_what_happened_and_the_staff_s_bot_never_took_up_is_over_budget(
    installed: Installation, staff: Database
) -> None:
    at = now() - BUDGET - timedelta(seconds=30)
    call(staff, "events.append", some_id(), EventKind.NEW, Level.HIGH, at)
    assert set(installed.failed()) == {"notices"}
    call(staff, "notices.set_mark", EVENTS, call(staff, "events.last"))
    assert installed.failed() == {}


def test_a_digest_that_did_not_come_is_missed(installed: Installation, staff: Database) -> None:
    call(staff, "notices.set_mark", DIGEST, int((now() - timedelta(days=2)).timestamp()))
    assert installed.failed(days=1)["digest"].endswith("was not sent: is the staff's bot served?")


def test_without_a_roster_the_digest_has_hours_too(installed: Installation, staff: Database) -> None:
    installed.patch.delenv("PANOH_ROSTER")
    found = installed.examined()
    assert (found["roster"].state, found["digest"].state) == (State.WARNING, State.OK)
    assert found["roster"].line.endswith("the digest comes at 08:00 and 20:00 UTC")
    call(staff, "notices.set_mark", DIGEST, int((now() - timedelta(days=2)).timestamp()))
    assert "UTC was not sent" in installed.failed(days=1)["digest"]


def test_updates_of_the_staff_s_bot_are_looked_at_too(installed: Installation, staff: Database) -> None:
    installed.staff_world.user("Colleague").start()
    assert set(installed.failed()) == {"staff updates"}


def test_without_the_defenders_token_the_rest_is_looked_at(
    installed: Installation, staff: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    installed.patch.delenv("PANOH_DEFENDER_TOKEN")
    found = installed.examined()
    skipped = {name for name, each in found.items() if each.state is State.SKIPPED}
    assert skipped == {"screens", "route keys", "contacts", "updates"}
    # Nobody listens there.
    installed.set(PANOH_STAFF_API="http://127.0.0.1:9")
    said = json.loads(panoh(capsys, "doctor", "--json").out)
    assert [each["name"] for each in said["findings"] if each["state"] == "skipped"] == [
        "screens",
        "route keys",
        "contacts",
        "updates",
    ]


def test_without_the_staff_s_token_their_bot_is_not_looked_at(installed: Installation) -> None:
    found = installed.examined()
    skipped = {name for name, each in found.items() if each.state is State.SKIPPED}
    assert skipped == {"duty", "digest", "notices", "staff updates"}


def test_systemd_s_own_copies_of_the_secrets_are_no_finding(installed: Installation, staff: Database) -> None:
    """They carry an access list, which a mode shows as a right of the group."""
    (installed.secrets / "staff_key").chmod(0o440)
    assert set(installed.failed()) == {"secrets"}
    installed.patch.delenv("PANOH_SECRETS_DIR")
    installed.set(CREDENTIALS_DIRECTORY=str(installed.secrets))
    assert installed.failed() == {}
