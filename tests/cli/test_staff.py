"""``panoh staff``: the first administrator comes from the console, before there is a keyring."""

import json
from base64 import b32decode
from datetime import timedelta
from os import urandom
from pathlib import Path

import pytest

from bot.app.keyrings import NONE_YET
from bot.app.nature import now
from bot.casework.enrolment import Enrolment, OfferedKey
from bot.casework.office import Office
from bot.offline.cards import read_card
from bot.sealing import totp
from bot.sealing.keyring import time_text
from bot.sealing.proofs import enrolment_message
from bot.sealing.recipients import new_identity
from bot.sealing.signing import Signer
from bot.store.database import Database
from bot.store.staff_values import Link
from tests.cli.commands import panoh
from tests.databases import migrated_sqlite
from tests.made_up import call

ROOT = "ab" * 32


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("PANOH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PANOH_KEYRING", str(tmp_path / "keyring.signed"))
    monkeypatch.setenv("PANOH_ROOT_FINGERPRINT", ROOT)
    monkeypatch.setenv("PANOH_DESK_URL", "https://desk.example")
    return migrated_sqlite(tmp_path)


def enrol(database: Database, link: str) -> None:
    """Do what the page does with an invitation."""
    identity = new_identity(urandom)
    signer = Signer(identity.seed)
    office = Office(database=database, now=now, random_bytes=urandom, keyring=lambda: NONE_YET)
    enrolment = Enrolment(office, server="https://desk.example", desk_key=bytes(32))
    token = link.partition("#invite=")[2].partition("&")[0]
    fields = {
        "recipient": identity.recipient.text,
        "verifier": signer.verifier.text,
        "not_after": time_text(now() + timedelta(days=300)),
    }
    proof = enrolment_message(name=enrolment.look(token).name, server="https://desk.example", **fields)
    given = enrolment.enrol(token, OfferedKey(signature=signer.sign(proof), **fields))
    secret = b32decode(given.secret)
    enrolment.confirm(token, totp.code_at(secret, now()))


def test_the_first_administrator_is_invited_enrols_and_their_card_is_written(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roles = ("--role", "administrator", "--role", "identity", "--language", "tg", "--language", "ru")
    done = panoh(capsys, "staff", "invite", "Adam One", *roles)
    link = done.out.splitlines()[0]
    assert (done.code, link.startswith("https://desk.example/#invite=")) == (0, True)
    assert link.endswith(f"&root={ROOT}")
    assert panoh(capsys, "staff", "card", "Adam One", "--to", str(tmp_path / "a.card")).code == 1
    enrol(database, link)
    (row,) = json.loads(panoh(capsys, "staff", "list", "--json").out)
    assert (row["state"], row["member"], row["languages"]) == ("enrolled", False, ["ru", "tg"])
    written = panoh(capsys, "staff", "card", "Adam One", "--to", str(tmp_path / "a.card"))
    assert written.code == 0
    member = read_card((tmp_path / "a.card").read_bytes(), now())
    assert written.out.splitlines()[1] == member.fingerprint == row["fingerprint"]
    assert [each.value for each in member.compartments] == ["facts", "identity"]


def test_the_list_says_who_cannot_be_told_of_cases(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    def told() -> tuple[str, str]:
        (row,) = json.loads(panoh(capsys, "staff", "list", "--json").out)
        return row["told"], panoh(capsys, "staff", "list").out.strip().rpartition("  ")[2]

    enrol(database, panoh(capsys, "staff", "invite", "Adam", "--role", "administrator").out.splitlines()[0])
    assert told() == ("cannot", "cannot be told of cases")
    adam = call(database, "people.by_name", "Adam").id
    call(database, "links.put", Link(person_id=adam, lane=b"l" * 32, chat=b"made up"))
    assert told() == ("yes", "is told of cases")
    call(database, "links.mute", adam, now() + timedelta(hours=1))
    assert told() == ("quiet", "asked to hear nothing for now")


def test_who_was_invited_twice_or_leaves_is_said_in_one_line(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert panoh(capsys, "staff", "invite", "Boris", "--role", "reviewer").code == 0
    assert panoh(capsys, "staff", "invite", "Boris", "--role", "reviewer").err == (
        "panoh: somebody has this name already\n"
    )
    first = panoh(capsys, "staff", "invite", "Boris", "--again").out
    assert "#invite=" in first
    assert panoh(capsys, "staff", "invite", "Clara").code == 1
    assert (
        panoh(capsys, "staff", "roles", "Boris", "--role", "lead", "--role", "auditor").out == "Boris: lead, auditor\n"
    )
    assert panoh(capsys, "staff", "unlink", "Boris").err == "panoh: no chat of this name is linked\n"
    assert panoh(capsys, "staff", "offboard", "Boris").out == "Boris has left; cases given back: 0.\n"
    assert panoh(capsys, "staff", "offboard", "Boris").code == 1
    assert panoh(capsys, "staff", "offboard", "Nobody").err == "panoh: nobody has this name\n"
    acts = [(row.actor.partition(":")[0], row.act, row.reason) for row in call(database, "audit.page", 0, 10)]
    assert acts == [
        ("console", "invite", "Boris"),
        ("console", "invite", "Boris"),
        ("console", "roles", "Boris"),
        ("console", "offboard", "Boris"),
    ]


def test_the_last_administrator_cannot_be_let_go(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(database, panoh(capsys, "staff", "invite", "Adam", "--role", "administrator").out.splitlines()[0])
    assert "nobody else could administer" in panoh(capsys, "staff", "offboard", "Adam").err
    enrol(database, panoh(capsys, "staff", "invite", "Eva", "--role", "administrator").out.splitlines()[0])
    assert panoh(capsys, "staff", "offboard", "Adam").code == 0
