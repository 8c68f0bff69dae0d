"""What staff write and sign in the browser is what the Python program reads and checks."""

import json
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from os import urandom
from pathlib import Path
from typing import Any

import pytest

from bot.engine.conversation import Compartment
from bot.errors import OpeningError
from bot.offline.keyfiles import KeyRole, lock, new_key, unlock
from bot.sealing.code import new_code
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.keyring import read_keyring
from bot.sealing.layout import stanza_count
from bot.sealing.mailbox import derive, open_reply
from bot.sealing.note import Note
from bot.sealing.opening import open_sealed
from bot.sealing.proofs import enrolment_message, sign_in_message
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import new_identity
from bot.sealing.signing import Signer, Verifier
from bot.sealing.words import word_list
from tests.desk.library import Job, data, in_browser, in_node, text
from tests.desk.made_desk import LEAD, READER, RING, ROOT, case_job, made_case, offline
from tests.offline.made_case import MadeCase
from tests.sealing.made import CASE, DEPLOYMENT, NOW, YEAR, keyring, member, signed

FACTS, IDENTITY = Compartment.FACTS, Compartment.IDENTITY
WORDS = "visibly made up,\nпаноҳ \U0001f54a"
AUTHOR = {"name": "Reader", "seed": text(READER.seed)}
MAILBOX = derive(new_code(urandom), bytes(32))
ROOM = Path(__file__).parents[2]


def sent(folder: Path) -> MadeCase:
    """Return a case that the reader opens."""
    case = made_case(folder, READER)
    case.send()
    return case


def letter(op: str, case: MadeCase, **fields: object) -> Job:
    mailbox = {"id": MAILBOX.id.hex(), "recipient": MAILBOX.recipient.text}
    job = case_job(case, case.facts, case.identity)
    return {**job, "op": op, "author": AUTHOR, "words": WORDS, "day": "2026-11-26", "mailbox": mailbox, **fields}


def place(kind: ObjectKind, name: str, seq: int = 0) -> Header:
    return Header(kind=kind, deployment=DEPLOYMENT, case=CASE, object=bytes.fromhex(name), seq=seq)


def test_a_note_opens_with_the_case_and_is_signed_by_its_author(tmp_path: Path) -> None:
    case = sent(tmp_path)
    (made,) = in_node(letter("note", case))
    sealed = b64decode(made["data"])
    note = Note.from_bytes(open_sealed(sealed, [case.keys.facts], place(ObjectKind.NOTE, made["object"])))
    assert (note.author, note.day, note.words) == ("Reader", "2026-11-26", WORDS)
    assert note.signed_by(Signer(READER.seed).verifier, CASE, bytes.fromhex(made["object"]))
    assert not note.signed_by(Signer(LEAD.seed).verifier, CASE, bytes.fromhex(made["object"]))
    assert not note.signed_by(Signer(READER.seed).verifier, bytes(16), bytes.fromhex(made["object"]))
    case.add(bytes.fromhex(made["object"]), "note", FACTS, sealed)
    opened = offline(case, case.facts)
    assert opened["notes"] == [{"author": "Reader", "received_day": "2026-11-26", "value": WORDS, "signed": True}]
    assert in_node(case_job(case, case.facts))[0]["view"]["notes"] == opened["notes"]


def check_reply(case: MadeCase, made: dict[str, Any]) -> None:
    name = made["object"]
    expected = place(ObjectKind.REPLY, name)
    reply = open_reply(MAILBOX, b64decode(made["data"]), expected, RING)
    receipt = fingerprint(case.keys.tag_key, case.previous[FACTS]).digits()
    assert (reply.author, reply.words, reply.fingerprint) == ("Reader", WORDS, receipt)
    assert made["mailbox"] == MAILBOX.id.hex()
    copy = open_sealed(b64decode(made["copy"]), [case.keys.facts], expected)
    assert copy == reply.to_bytes()
    case.add(bytes.fromhex(name), "reply", FACTS, b64decode(made["copy"]))
    opened = offline(case, case.facts)
    assert opened["problems"] == []
    assert [(each["value"], each["signed"]) for each in opened["messages"]] == [(WORDS, True)]
    with pytest.raises(OpeningError):
        open_reply(MAILBOX, b64decode(made["data"]), expected, keyring(member("Lead", LEAD)))


def test_a_reply_opens_in_the_mailbox_and_its_copy_in_the_case(tmp_path: Path) -> None:
    case = sent(tmp_path)
    (made,) = in_node(letter("reply", case))
    check_reply(case, made)


def test_a_lone_surrogate_that_somebody_typed_does_not_spoil_the_signature(tmp_path: Path) -> None:
    case = sent(tmp_path)
    (made,) = in_node(letter("note", case, words="x\ud800y"))
    note = Note.from_bytes(
        open_sealed(b64decode(made["data"]), [case.keys.facts], place(ObjectKind.NOTE, made["object"]))
    )
    assert note.words == "x\ufffdy"
    assert note.signed_by(Signer(READER.seed).verifier, CASE, bytes.fromhex(made["object"]))


def check_rewraps(case: MadeCase, made: list[dict[str, Any]]) -> None:
    said = []
    for compartment, each in zip(Compartment, made, strict=True):
        sealed = b64decode(each["data"])
        assert (each["compartment"], each["version"], each["serial"]) == (compartment.value, 2, RING.serial)
        assert each["problems"] == []
        assert stanza_count(sealed) == len(RING.recipients(compartment))
        case.add(bytes.fromhex(each["object"]), "case_key", compartment, sealed, number=2)
        said.append({**{name: each[name] for name in ("object", "version", "serial", "signature")}, "author": "Reader"})
    # It was sealed to the reader alone; whoever is in the keyring opens it now.
    opened = offline(case, LEAD, rewraps=said)
    assert (opened["problems"], opened["sealed"]) == ([], [])
    view = in_node(case_job(case, LEAD, rewraps=said))[0]["view"]
    assert view == opened
    for change in ({"author": "Lead"}, {"serial": 4}, {"signature": said[1]["signature"]}):
        changed = offline(case, LEAD, rewraps=[{**said[0], **change}, said[1]])
        assert [each["problem"] for each in changed["problems"]] == ["keys"]


def test_a_case_key_sealed_anew_opens_for_the_keyring_and_is_signed(tmp_path: Path) -> None:
    case = sent(tmp_path)
    check_rewraps(case, in_node(*(letter("rewrap", case, compartment=each.value) for each in Compartment)))


@pytest.mark.parametrize("renewed", [False, True], ids=["the author left", "the author has a new key"])
def test_what_somebody_sealed_anew_is_sealed_anew_after_they_left(tmp_path: Path, renewed: bool) -> None:
    case = sent(tmp_path)
    first = in_node(*(letter("rewrap", case, compartment=each.value) for each in Compartment))
    said = [put_in_place_of_the_one_before(case, each, "Reader") for each in first]
    members = [member("Lead", LEAD), *([member("Reader", new_identity(urandom))] if renewed else [])]
    ring = replace(keyring(*members), serial=RING.serial + 1)
    list_now = {"keyring": text(signed(ring, ROOT))}
    named = offline(case, LEAD, ring=ring, rewraps=said)
    assert [each["problem"] for each in named["problems"]] == ["author_gone", "author_gone"]
    assert "Reader" in named["problems"][0]["note"]
    assert [each["node"] for each in named["consents"]] == ["L0", "L2"]
    job = {**case_job(case, LEAD, rewraps=said), **list_now}
    assert in_node(job)[0]["view"] == named
    lead = {"author": {"name": "Lead", "seed": text(LEAD.seed)}, "seeds": [text(LEAD.seed)]}
    second = in_node(*({**job, **lead, "op": "rewrap", "compartment": each.value} for each in Compartment))
    assert [[each["problem"] for each in made["problems"]] for made in second] == [["author_gone"], ["author_gone"]]
    assert [(made["version"], made["serial"]) for made in second] == [(3, ring.serial)] * 2
    said += [put_in_place_of_the_one_before(case, each, "Lead") for each in second]
    after = offline(case, LEAD, ring=ring, rewraps=said)
    assert (after["problems"], after["consents"]) == ([], named["consents"])
    job = {**case_job(case, LEAD, rewraps=said), **list_now}
    assert in_node(job)[0]["view"] == after


def put_in_place_of_the_one_before(case: MadeCase, made: dict[str, Any], author: str) -> dict[str, Any]:
    """Put a case-key file into a case as the server does: the one before is served no more. Returns who did it."""
    compartment = Compartment(made["compartment"])
    old = next(e for e in case.index if e["kind"] == "case_key" and e["compartment"] == compartment)
    case.index.remove(old)
    case.file(bytes.fromhex(old["object"])).unlink()
    case.add(bytes.fromhex(made["object"]), "case_key", compartment, b64decode(made["data"]), number=made["version"])
    return {**{name: made[name] for name in ("object", "version", "serial", "signature")}, "author": author}


def test_nothing_is_sealed_anew_to_the_keyring_of_another_deployment(tmp_path: Path) -> None:
    case = sent(tmp_path)
    other = text(signed(replace(RING, deployment=bytes(16)), ROOT))
    (refused,) = in_node(letter("rewrap", case, compartment="facts", keyring=other))
    assert refused["error"] == "KeyringError"


def test_whoever_does_not_open_a_case_key_seals_none_anew(tmp_path: Path) -> None:
    case = sent(tmp_path)
    (refused,) = in_node(letter("rewrap", case, compartment="facts", author={"name": "Lead", "seed": text(LEAD.seed)}))
    assert refused["error"] == "OpeningError"


def test_a_reply_is_sealed_to_no_key_of_another_kind(tmp_path: Path) -> None:
    case = sent(tmp_path)
    classical = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
    (refused,) = in_node(letter("reply", case, mailbox={"id": "00" * 16, "recipient": classical}))
    assert refused["error"] == "KeyFileError"


@pytest.mark.parametrize("native", [True, False], ids=["kept by the platform", "in JavaScript"])
def test_signing_in_enrolling_and_plain_signatures_are_accepted_by_python(native: bool) -> None:
    claim = {"challenge": "ab" * 32, "name": "Чтец Ҷ.", "server": "https://desk.example"}
    key = {"name": claim["name"], "seed": text(READER.seed), "native": native}
    sign_in, enrol, plain = in_node(
        {"op": "sign_in", **key, "claim": claim},
        {"op": "enrol", **key, "server": claim["server"]},
        {"op": "sign", "seed": text(READER.seed), "native": native, "message": text(b"made up")},
    )
    verifier = Signer(READER.seed).verifier
    assert (plain["verifier"], plain["native"]) == (verifier.text, native)
    assert verifier.accepts(b"made up", plain["signature"])
    assert verifier.accepts(sign_in_message(**claim), sign_in)
    assert not verifier.accepts(sign_in_message(**{**claim, "server": "https://other.example"}), sign_in)
    said = {"name": claim["name"], "not_after": "2027-11-23T08:00:00Z", "server": claim["server"]}
    message = enrolment_message(**said, recipient=enrol["recipient"], verifier=enrol["verifier"])
    assert enrol["recipient"] == READER.recipient.text
    assert Verifier.parse(enrol["verifier"]).accepts(message, enrol["proof"])


def test_both_halves_of_a_signature_must_hold() -> None:
    signer = Signer(READER.seed)
    right = b64decode(signer.sign(b"made up"))
    changes = [
        right,
        right[:-1],
        right[:5] + bytes([right[5] ^ 1]) + right[6:],
        right[:99] + bytes([right[99] ^ 1]) + right[100:],
    ]
    jobs = [
        {"op": "accepts", "verifier": signer.verifier.text, "message": text(b"made up"), "signature": text(each)}
        for each in changes
    ]
    other = {**jobs[0], "message": text(b"made down")}
    stranger = {**jobs[0], "verifier": Signer(LEAD.seed).verifier.text}
    assert in_node(*jobs, other, stranger) == [True, False, False, False, False, False]


@pytest.mark.parametrize(
    ("lacks", "native"),
    [
        ([], [True, True]),
        (["ML-KEM-768"], [False, True]),
        (["X25519"], [False, True]),
        (["Ed25519"], [True, False]),
        (["ML-DSA-65"], [True, False]),
        (["ML-KEM-768", "X25519", "Ed25519", "ML-DSA-65"], [False, False]),
    ],
    ids=lambda value: " ".join(map(str, value)) or "nothing",
)
def test_a_browser_that_lacks_some_algorithms_does_the_same(lacks: list[str], native: list[bool]) -> None:
    header = place(ObjectKind.ANSWER, "ab" * 16)
    signer = Signer(READER.seed)
    where = {"kind": "answer", "deployment": DEPLOYMENT.hex(), "case": CASE.hex(), "object": "ab" * 16}
    sealed = text(seal(header, b"made up", [READER.recipient], urandom))
    signature = signer.sign(b"made up")
    (done,) = in_node(
        {"op": "lacking", **AUTHOR, "algorithms": lacks, "data": sealed, "place": where, "signature": signature}
    )
    assert (data(done["body"]), done["native"], done["accepted"]) == (b"made up", native, [True, True])
    assert signer.verifier.accepts(b"made up", done["signature"])


def test_private_keys_cannot_be_exported() -> None:
    (tried,) = in_node({"op": "exports", **AUTHOR})
    check_exports(tried)


def check_exports(tried: list[list[Any]]) -> None:
    assert {name for name, *_ in tried} == {"ML-KEM-768", "X25519", "Ed25519", "ML-DSA-65"}
    assert not [row for row in tried if row[1] or row[3] == "exported"]


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_enrols_writes_and_seals_anew_in_the_browser(chromium: Path, tmp_path: Path) -> None:
    case = sent(tmp_path / "case")
    jobs = [letter("note", case), letter("reply", case)]
    jobs += [letter("rewrap", case, compartment=each.value) for each in Compartment]
    python_made = lock(new_key(KeyRole.REVIEWER, "Old", NOW + YEAR, urandom), "made up passphrase", urandom)
    made, note, reply, *anew, exports, unlocked, wrong = in_browser(
        chromium,
        {
            "op": "new_key",
            "name": "Reader One",
            "not_after": "2037-11-23T08:00:00Z",
            "compartments": ["facts", "identity"],
        },
        *jobs,
        {"op": "exports", **AUTHOR},
        {"op": "unlock", "file": text(python_made), "passphrase": "made up passphrase"},
        {"op": "unlock", "file": text(python_made), "passphrase": "made up passphrasf"},
    )
    check_exports(exports)
    old = unlock(python_made, "made up passphrase")
    assert (unlocked["name"], unlocked["verifier"]) == ("Old", old.signer.verifier.text)
    assert wrong["message"] == "the key file does not open: check the passphrase, or fetch the file again"
    assert (made["native"], made["progress"]) == (True, 1)
    check_reply(case, reply)
    check_rewraps(case, anew)
    assert note["object"] != reply["object"]
    open_with_the_commands(tmp_path, case, made)


def open_with_the_commands(folder: Path, case: MadeCase, made: dict[str, Any]) -> None:
    """Let the root sign the browser's card, and the browser's key file open a case, by the commands of Python."""
    (folder / "Reader One.key").write_bytes(data(made["file"]))
    (folder / "Reader One.card").write_bytes(data(made["card"]))
    (folder / "passphrase").write_text(made["passphrase"] + "\n", encoding="utf-8")
    run(folder, "keys", "root", "--passphrase-file", "passphrase")
    run(folder, "keys", "new", "recovery", "--recovery", "--passphrase-file", "passphrase")
    cards = ["Reader One.card", "recovery.card"]
    listed = run(
        folder, "keys", "sign", *cards, "--root", "root.key", "--keyring", "ring", "--passphrase-file", "passphrase"
    )
    assert "Reader One: facts+identity" in listed
    root = unlock((folder / "root.key").read_bytes(), made["passphrase"])
    ring = read_keyring((folder / "ring").read_bytes(), root.public, root.not_after - timedelta(days=3_600))
    (card,) = (each for each in ring.members if each.name == "Reader One")
    assert (card.recipient.text, card.fingerprint) == (made["recipient"], made["fingerprint"])
    mine = MadeCase(folder / "mine", facts=unlock(data(made["file"]), made["passphrase"]).identity)
    mine.answer(WORDS)
    mine.send()
    words = ["cases", "open", str(mine.write()), "--key", "Reader One.key", "--passphrase-file", "passphrase", "--json"]
    opened = json.loads(run(folder, *words, "--keyring", "ring", "--root", root.public))
    assert (opened["problems"], opened["sealed"]) == ([], ["identity"])
    assert WORDS in [row["value"] for row in opened["answers"]]


def run(folder: Path, *words: str) -> str:
    (folder / "mine").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_key_file_gets_another_passphrase_and_is_refused_when_changed() -> None:
    file = lock(new_key(KeyRole.REVIEWER, "Чтец", NOW + YEAR, urandom), "паноҳ и слова", urandom)
    (again,) = in_node(
        {"op": "change_passphrase", "file": text(file), "old": "паноҳ и слова", "chosen": "new made up words"}
    )
    assert unlock(data(again), "new made up words").seed == unlock(file, "паноҳ и слова").seed
    root = lock(new_key(KeyRole.ROOT, "root", NOW + YEAR, urandom), "made up passphrase", urandom)
    changed = [file.replace(b'"name":"', b'"name":"x'), file[:-9] + b"AAAAAA" + file[-3:], file[:40], b"", b"[]", root]
    answers = in_node(*({"op": "unlock", "file": text(each), "passphrase": "паноҳ и слова"} for each in changed))
    assert {answer["error"] for answer in answers} == {"KeyFileError"}
    assert "signs and opens nothing" in answers[-1]["message"]


def test_passphrases_are_six_words_of_the_list_and_never_the_same() -> None:
    (made,) = in_node({"op": "passphrases", "count": 300})
    assert len(set(made)) == 300
    words = [word for passphrase in made for word in passphrase.split()]
    assert len(words) == 1_800
    assert set(words) <= set(word_list("en"))
    assert len(set(words)) > 900
