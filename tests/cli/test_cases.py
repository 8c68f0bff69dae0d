"""``panoh cases`` and ``panoh db``: the queue in a terminal, and a case opened far from the server."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from bot.engine.conversation import Compartment, Level
from bot.ids import CaseId, ObjectId, reference_of
from bot.offline import keyfiles
from bot.offline.cards import card_of
from bot.offline.keyfiles import KeyRole
from bot.offline.root import next_keyring, sign_keyring
from bot.sealing.answer import Answer
from bot.sealing.case import new_case_keys, seal_case_keys
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.keyring import Keyring
from bot.sealing.manifest import Listed, Manifest, seal_manifest
from bot.store.database import Database
from bot.store.values import CASE_KEY, ObjectState
from tests.databases import migrated_sqlite
from tests.made_up import DIGEST, NOW, call, sealed, submitted, with_conversation

ROOT = Path(__file__).resolve().parents[2]
STORY = "Маро таҳдид карданд \x1b[2J\x9b31m\N{RIGHT-TO-LEFT OVERRIDE} дирӯз"
PASSPHRASE = "six made up words for this test"


def panoh(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An installation with one reviewer, in a folder."""

    folder: Path
    environment: dict[str, str]
    keyring: Keyring
    database: Database

    def panoh(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return panoh(*words, **self.environment)

    def cases(self, *words: str | Path) -> Any:
        done = self.panoh("cases", *words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def office(tmp_path: Path) -> Any:
    now = datetime.now(UTC)
    root, reviewer, spare = (
        keyfiles.new_key(role, role.value, now + timedelta(days=300), token_bytes)
        for role in (KeyRole.ROOT, KeyRole.REVIEWER, KeyRole.RECOVERY)
    )
    cards = [card_of(key, tuple(Compartment)) for key in (reviewer, spare)]
    keyring = next_keyring(None, cards, now=now, days=30, random_bytes=token_bytes)
    (tmp_path / "keyring").write_bytes(sign_keyring(keyring, root))
    (tmp_path / "reviewer.key").write_bytes(keyfiles.lock(reviewer, PASSPHRASE, token_bytes))
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    database = with_conversation(migrated_sqlite(tmp_path))
    yield Office(
        folder=tmp_path,
        environment={
            "PANOH_DATABASE_URL": f"sqlite:///{tmp_path / 'panoh.db'}",
            "PANOH_KEYRING": str(tmp_path / "keyring"),
            "PANOH_ROOT_FINGERPRINT": root.public,
        },
        keyring=keyring,
        database=database,
    )
    database.close()


def sealed_case(office: Office, words: str) -> str:
    """Put a sealed case with one answer into the queue, as the defender's side does; return its reference."""
    case_id, day = CaseId(token_bytes(16)), datetime.now(UTC).date()
    reference = reference_of(case_id)
    new = new_case_keys(token_bytes)
    deployment = office.keyring.deployment
    members = {each: office.keyring.recipients(each) for each in Compartment}
    keys = seal_case_keys(new, deployment=deployment, case=case_id, members=members, random_bytes=token_bytes)
    name = ObjectId(token_bytes(16))
    answer = Answer(
        node="F1",
        kind="words",
        part=0,
        words=words,
        question="What happened?",
        locale="tg",
        day=day.isoformat(),
        conversation="reprisal",
        version="1",
        digest=DIGEST,
    )
    header = Header(kind=ObjectKind.ANSWER, deployment=deployment, case=case_id, object=name)
    data = seal(header, answer.to_bytes(), (new.keys.facts,), token_bytes)
    listed = (Listed(object=name, sha256=hashlib.sha256(data).digest(), node="F1", part=0),)
    companion = None
    for compartment, objects in ((Compartment.IDENTITY, ()), (Compartment.FACTS, listed)):
        manifest = Manifest(
            reference=reference,
            deployment=deployment,
            case=case_id,
            compartment=compartment,
            number=1,
            companion=companion,
            day=day.isoformat(),
            ending="person",
            conversation="reprisal",
            version="1",
            digest=DIGEST,
            locale="tg",
            urgency="critical",
            reasons=("R1",),
            recipients=len(members[compartment]),
            nodes=("F1",),
            objects=objects,
        )
        sent = seal_manifest(
            manifest, tag_key=new.tag_key, recipient=new.keys.of(compartment), random_bytes=token_bytes
        )
        companion = sent.sha256
        row = sealed(case_id, id=sent.object, kind="manifest", compartment=compartment, number=1, data=sent.data)
        call(office.database, "objects.put", row)
    submitted(office.database, id=case_id, reference=reference, urgency=Level.CRITICAL)
    for compartment, (key_name, key_data) in keys.items():
        row = sealed(case_id, id=key_name, kind=CASE_KEY, compartment=compartment, number=1, data=key_data)
        call(office.database, "objects.put", row)
    call(office.database, "objects.put", sealed(case_id, id=name, data=data))
    call(office.database, "objects.send", case_id, None)
    assert len(call(office.database, "objects.of_case", case_id, [ObjectState.SENT])) == 5
    return reference


def test_a_case_goes_from_the_queue_to_the_reader_and_only_the_key_opens_it(office: Office) -> None:
    submitted(office.database)
    reference = sealed_case(office, STORY)
    first, second = office.cases("list")
    assert (first["reference"], first["urgency"], first["status"]) == (reference, "critical", "waiting")
    assert second["urgency"] == "routine"

    assert office.cases("claim", reference.lower(), "--as", "Азиза")["claimed_by"] == "Азиза"
    office.cases("export", reference, "--to", office.folder / "case")
    exported = b"".join(path.read_bytes() for path in (office.folder / "case").iterdir())
    assert "таҳдид".encode() not in exported

    key, passphrase = office.folder / "reviewer.key", office.folder / "passphrase"
    opening = ("cases", "open", office.folder / "case", "--key", key, "--passphrase-file", passphrase)
    opened = panoh(*opening, "--json")
    assert opened.returncode == 0, opened.stderr
    result = json.loads(opened.stdout)
    assert result["problems"] == []
    answer = result["answers"][0]
    assert (answer["node"], answer["question"], answer["value"]) == ("F1", "What happened?", STORY)
    shown = panoh(*opening)
    assert "What happened?" in shown.stdout
    assert "Маро таҳдид карданд" in shown.stdout
    for said in (opened.stdout, shown.stdout):
        assert not {"\x1b", "\x9b", "\N{RIGHT-TO-LEFT OVERRIDE}"} & set(said), "a stranger's words command no terminal"

    assert office.cases("release", reference, "--as", "Азиза")["status"] == "waiting"
    office.cases("claim", reference, "--as", "Boris")
    assert office.cases("close", reference, "--as", "Boris", "--reason", "referred")["status"] == "closed"
    assert [case["reference"] for case in office.cases("list")] == [second["reference"]]


def test_the_list_tells_the_minute_until_somebody_has_read_and_then_the_day(office: Office) -> None:
    mine = submitted(office.database)
    assert office.cases("list")[0]["arrived"] == "2026-11-23T14:37Z"
    call(office.database, "cases.mark_read", mine.id, NOW)
    assert office.cases("list")[0]["arrived"] == "2026-11-23"


def test_the_list_can_be_read_and_paged(office: Office) -> None:
    everything = [submitted(office.database, news=True).reference for _ in range(3)]
    lines = office.panoh("cases", "list").stdout.splitlines()
    assert sorted(line.split()[0] for line in lines) == sorted(everything)
    assert all("waiting" in line and "news" in line for line in lines)
    first = office.cases("list", "--limit", "2")
    rest = office.cases("list", "--after", first[-1]["reference"])
    assert sorted(case["reference"] for case in first + rest) == sorted(everything)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("claim", "PN-AAAA-AAAA"), "panoh: PN-AAAA-AAAA is not there, or not yours to act on\n"),
        (("claim", "the first"), "panoh: a reference is written PN-XXXX-XXXX, as `panoh cases list` shows it\n"),
        (("open", "nowhere", "--key", "no.key"), "panoh: no.key cannot be read: No such file or directory\n"),
    ],
)
def test_a_mistake_is_one_line(office: Office, words: tuple[str, ...], line: str) -> None:
    done = office.panoh("cases", *words)
    assert (done.returncode, done.stderr) == (1, line)


def test_a_missing_keyring_names_the_setting_and_reads_no_case(office: Office) -> None:
    mine = submitted(office.database)
    del office.environment["PANOH_KEYRING"]
    done = office.panoh("cases", "export", mine.reference, "--to", office.folder / "case")
    assert done.returncode == 2
    assert done.stderr.startswith("panoh: PANOH_KEYRING is not set")
    assert not call(office.database, "cases.by_id", mine.id).read


def test_opening_imports_no_database_and_no_settings() -> None:
    code = "import sys; sys.argv[1:] = ['cases', 'open', 'nowhere', '--key', 'no.key']\n"
    code += "from bot.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    code += "print([name for name in ('sqlalchemy', 'bot.store', 'bot.settings', 'aiogram') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_db_makes_the_database_once_and_checks_it(tmp_path: Path) -> None:
    place = tmp_path / "data" / "panoh.db"
    url = f"sqlite:///{place}"
    missing = panoh("db", "check", PANOH_DATABASE_URL=url)
    assert (missing.returncode, missing.stderr) == (1, f"panoh: {place} does not exist: run `panoh db upgrade`\n")
    assert not place.exists()
    for command in ("upgrade", "upgrade", "check"):
        done = panoh("db", command, PANOH_DATABASE_URL=url)
        assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_a_wrong_address_of_a_database_names_the_setting() -> None:
    done = panoh("db", "check", PANOH_DATABASE_URL="postgresql://panoh:hunter2@127.0.0.1:1/panoh")
    assert done.returncode == 2
    assert done.stderr.startswith("panoh: PANOH_DATABASE_URL")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
