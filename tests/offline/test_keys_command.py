"""``panoh keys``, as it is typed."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.offline.keyfiles import unlock
from bot.sealing.keyring import read_unlimited
from bot.sealing.recipients import Identity

ROOM = Path(__file__).parents[2]


@dataclass
class Desk:
    """A computer without a network, with a passphrase in a file."""

    folder: Path

    def keys(self, *words: str, code: int = 0, typed: str | None = None) -> str:
        secret = ["--passphrase-file", "passphrase"] if typed is None and words[0] != "list" else []
        done = subprocess.run(
            [sys.executable, "-m", "bot", "keys", *words, *secret],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin"},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with a root, two readers, a recovery key and a signed keyring."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "passphrase").write_text("made up passphrase\n", encoding="utf-8")
    made = Desk(folder)
    made.keys("root")
    made.keys("new", "Reader One")
    made.keys("new", "Reader Two", "--compartment", "facts")
    made.keys("new", "recovery", "--recovery")
    made.keys("sign", "Reader One.card", "Reader Two.card", "recovery.card", "--root", "root.key", "--keyring", "ring")
    return made


def pin(desk: Desk) -> str:
    root = unlock((desk.folder / "root.key").read_bytes(), "made up passphrase")
    return root.public


def test_a_signed_keyring_is_listed_under_the_pinned_root(desk: Desk) -> None:
    listed = json.loads(desk.keys("list", "--keyring", "ring", "--root-fingerprint", pin(desk), "--json"))
    assert [(each["name"], each["compartments"]) for each in listed["members"]] == [
        ("Reader One", ["facts", "identity"]),
        ("Reader Two", ["facts"]),
        ("recovery", ["facts", "identity"]),
    ]
    assert listed["standing"] == "valid"
    assert "Reader Two: facts, until" in desk.keys("list", "--keyring", "ring", "--root-fingerprint", pin(desk))


def test_another_root_is_refused_in_one_line(desk: Desk) -> None:
    said = desk.keys("list", "--keyring", "ring", "--root-fingerprint", "0" * 64, code=1)
    assert said == "panoh: the keyring is signed by another root than the pinned one\n"


def test_retiring_signs_the_next_keyring_and_keeps_the_old_beside_it(desk: Desk) -> None:
    before = read_unlimited((desk.folder / "ring").read_bytes(), pin(desk))
    desk.keys("retire", "Reader Two", "--root", "root.key", "--keyring", "ring")
    after = read_unlimited((desk.folder / "ring").read_bytes(), pin(desk))
    assert after.serial == before.serial + 1
    assert "Reader Two" not in [member.name for member in after.members]
    assert read_unlimited((desk.folder / "ring.old").read_bytes(), pin(desk)) == before
    desk.keys("sign", "Reader Two.card", "--root", "root.key", "--keyring", "ring")


def test_the_recovery_key_comes_back_from_paper(desk: Desk) -> None:
    shares = json.loads(desk.keys("split", "recovery.key", "--json"))["shares"]
    for number in (0, 2):
        (desk.folder / f"share{number}").write_text(shares[number], encoding="utf-8")
    desk.keys(
        *("combine", "--card", "recovery.card", "--out", "again.key"),
        *("--share-file", "share0", "--share-file", "share2"),
    )
    one, again = (Identity.parse(desk.keys("identity", name).strip()) for name in ("recovery.key", "again.key"))
    assert one.seed == again.seed
    assert "Share 3 of 3" in desk.keys("split", "recovery.key")


def test_an_existing_key_is_never_replaced(desk: Desk) -> None:
    before = (desk.folder / "Reader One.key").read_bytes()
    assert "exists and is not replaced" in desk.keys("new", "Reader One", code=1)
    assert (desk.folder / "Reader One.key").read_bytes() == before


def test_a_wrong_passphrase_says_so_and_no_more(desk: Desk) -> None:
    (desk.folder / "wrong").write_text("another passphrase\n", encoding="utf-8")
    said = desk.keys("identity", "Reader One.key", "--passphrase-file", "wrong", code=1, typed="")
    assert said == "panoh: the key file does not open: check the passphrase, or fetch the file again\n"


def test_enter_makes_a_passphrase_of_six_words_and_shows_it_once(desk: Desk) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "keys", "new", "Reader Three", "--json"],
        cwd=desk.folder,
        env={"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin"},
        input="\n\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    made = done.stderr.rpartition("write it down: ")[2].strip()
    assert len(made.split()) == 6
    assert made not in done.stdout
    assert unlock((desk.folder / "Reader Three.key").read_bytes(), made).name == "Reader Three"


def test_the_recovery_key_is_for_both_compartments(desk: Desk) -> None:
    assert "both compartments" in desk.keys("new", "x", "--recovery", "--compartment", "facts", code=1)


@pytest.mark.parametrize("command", ["root", "new", "sign", "retire", "list", "split", "combine", "identity"])
def test_help_shows_an_example(desk: Desk, command: str) -> None:
    assert f"Example: panoh keys {command}" in desk.keys(command, "--help", typed="")
