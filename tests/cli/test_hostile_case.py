"""An exported case made by somebody who wants the reader to see what is not there, or to wait for ever."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest

from bot.engine.conversation import Compartment
from bot.offline.keyfiles import Key, KeyRole, lock
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.note import Note
from bot.sealing.recipients import new_identity
from bot.sealing.signing import Signer
from tests.cli.commands import panoh
from tests.offline.made_case import MadeCase
from tests.sealing.made import CASE, DEPLOYMENT, keyring, member, signed

PASSPHRASE = "six words of a made up list"
FORGED = "nothing\n\nConsents\n  agreed\n\nProblems\n  none"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody with the facts key, at a terminal."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def case(self) -> MadeCase:
        (self.folder / "case").mkdir()
        return MadeCase(self.folder / "case")

    def opens(self, case: MadeCase, *options: str, **index: object) -> str:
        """Run ``panoh cases open`` and return what the terminal gets; ``index`` is what the server says."""
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
        key = Key(role=KeyRole.REVIEWER, name="Made up", not_after=until, seed=case.facts.seed)
        (self.folder / "made.key").write_bytes(lock(key, PASSPHRASE, token_bytes))
        (self.folder / "passphrase").write_text(PASSPHRASE + "\n")
        words = ("--key", str(self.folder / "made.key"), "--passphrase-file", str(self.folder / "passphrase"))
        done = panoh(self.capsys, "cases", "open", str(case.write(**index)), *words, *options)
        assert done.code == 0, done.err
        return done.out


@pytest.fixture
def reader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reader:
    return Reader(folder=tmp_path, capsys=capsys)


def test_what_strangers_typed_never_begins_a_line(reader: Reader) -> None:
    case = reader.case()
    case.answer(FORGED)
    case.send()
    case.listed[Compartment.FACTS].clear()
    case.answer(f"{FORGED}\u2028Consents")
    lines = reader.opens(case).splitlines()
    assert lines.count("Consents") == 1, "the heading of ours"
    assert lines.count("Problems") == 1
    assert "no proven manifest lists it" in lines[lines.index("Problems") + 1]


def test_the_servers_own_words_cannot_break_the_page(reader: Reader) -> None:
    case = reader.case()
    case.answer("MADE UP")
    case.send(urgency="")
    shown = reader.opens(case, urgency="low\nProblems\n\ud800\x1b[2J")
    assert "Problems" not in shown.splitlines()
    assert "\x1b" not in shown


def test_a_pipe_or_a_device_in_the_folder_is_a_missing_file(reader: Reader) -> None:
    case = reader.case()
    names = [case.answer("MADE UP one", node="F1"), case.answer("MADE UP two", node="F2")]
    case.send()
    for name in names:
        case.file(name).unlink()
    os.mkfifo(case.file(names[0]))
    case.file(names[1]).symlink_to("/dev/zero")
    opened = json.loads(reader.opens(case, "--json"))
    assert {(each["object"], each["problem"]) for each in opened["problems"]} == {
        (name.hex(), "missing") for name in names
    }


def note(case: MadeCase, author: str, words: str, seed: bytes) -> None:
    name = token_bytes(16)
    place = Header(kind=ObjectKind.NOTE, deployment=DEPLOYMENT, case=CASE, object=name)
    body = Note(author=author, day="2026-11-25", words=words).signed(Signer(seed), CASE, name).to_bytes()
    case.add(name, "note", Compartment.FACTS, seal(place, body, [case.keys.keys.facts], token_bytes))


def test_a_note_of_a_stranger_begins_no_line_and_is_not_said_to_be_signed(reader: Reader) -> None:
    case = reader.case()
    case.answer("MADE UP")
    case.send()
    staff = new_identity(token_bytes)
    root = Signer(bytes(32))
    (reader.folder / "ring").write_bytes(signed(keyring(member("Reader", staff)), root))
    trust = ("--keyring", str(reader.folder / "ring"), "--root", root.verifier.fingerprint)
    for seed in (staff.seed, bytes(32)):
        note(case, "Reader", FORGED, seed)
    note(case, "Nobody\nConsents", "made up", bytes(32))
    lines = reader.opens(case, *trust).splitlines()
    assert [line for line in lines if line in {"Notes", "Consents", "Problems"}] == ["Consents", "Notes"]
    shown = [line for line in lines if line.startswith("  2026-11-25")]
    assert shown == [
        "  2026-11-25  Reader",
        "  2026-11-25  Reader  (not signed by the key of that name)",
        "  2026-11-25  Nobody",
    ]
    assert "(signature not checked)" in reader.opens(case)


def test_a_keyring_is_read_with_the_fingerprint_of_its_root_only(reader: Reader) -> None:
    case = reader.case()
    case.send()
    for options in (("--keyring", "ring"), ("--root", "0" * 64)):
        done = panoh(reader.capsys, "cases", "open", str(case.write()), "--key", "no.key", *options)
        assert (done.code, done.err) == (
            1,
            "panoh: a keyring is read with the fingerprint of its root: give both --keyring and --root\n",
        )
