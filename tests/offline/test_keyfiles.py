import stat
import unicodedata
from os import urandom
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyFileError
from bot.offline.keyfiles import Key, KeyRole, lock, new_key, new_passphrase, read_small, unlock, write_new
from bot.sealing.words import word_list
from tests.sealing.made import NOW

PASSPHRASE = "сохта: шиори озмоишӣ"
KEY = new_key(KeyRole.REVIEWER, "Reader One", NOW, urandom)
FILE = lock(KEY, PASSPHRASE, urandom)


def test_a_key_file_opens_with_its_passphrase_however_it_is_composed() -> None:
    assert unlock(FILE, PASSPHRASE) == KEY
    assert unlock(FILE, unicodedata.normalize("NFD", PASSPHRASE)) == KEY


@pytest.mark.parametrize("passphrase", ["", "wrong", PASSPHRASE.upper(), PASSPHRASE + " "])
def test_another_passphrase_is_refused_in_one_line(passphrase: str) -> None:
    with pytest.raises(KeyFileError, match="check the passphrase"):
        unlock(FILE, passphrase)


def test_any_changed_field_is_refused() -> None:
    for old, new in (
        (b"reviewer", b"recovery"),
        (b"Reader One", b"Reader Two"),
        (b"2026-11-23", b"2036-11-23"),
        (b'"public":"age1pq1', b'"public":"age1pq2'),
        (b"panoh key 1", b"panoh key 2"),
    ):
        assert old in FILE
        with pytest.raises(KeyFileError):
            unlock(FILE.replace(old, new), PASSPHRASE)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    with pytest.raises(KeyFileError, match="not a key file"):
        unlock(data, PASSPHRASE)


def test_a_key_shows_its_seed_nowhere() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert repr(KEY.seed) not in repr(KEY)
    assert KEY.seed not in FILE


def test_the_root_signs_and_opens_nothing() -> None:
    root = new_key(KeyRole.ROOT, "root", NOW, urandom)
    assert root.public == root.signer.verifier.fingerprint
    with pytest.raises(KeyFileError, match="opens nothing"):
        _ = root.identity


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(KeyFileError, match="at least 12"):
        lock(KEY, "elevenchars", urandom)


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "x" * 65, "new\nline", "a\x00b"], ids=range(7))
def test_a_name_that_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(KeyFileError, match="name"):
        new_key(KeyRole.REVIEWER, name, NOW, urandom)


def test_a_generated_passphrase_has_six_words_and_66_bits() -> None:
    words = new_passphrase(urandom).split()
    assert len(words) == 6
    assert set(words) <= set(word_list("en"))
    assert new_passphrase(lambda size: b"\xff" * size).split() == ["zoo"] * 6


def test_a_secret_file_is_for_its_owner_only_and_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.key"
    write_new(path, FILE, secret=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(KeyFileError, match="exists"):
        write_new(path, b"", secret=True)
    assert read_small(path) == FILE


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"absent\.key cannot be read"):
        read_small(tmp_path / "absent.key")
    with pytest.raises(KeyFileError, match="cannot be written"):
        write_new(tmp_path / "absent" / "x.key", b"", secret=True)


def test_a_file_with_another_key_than_it_names_is_refused() -> None:
    class Other(Key):
        """Names the public half of another key."""

        @property
        def public(self) -> str:
            return KEY.public

    other = Other(role=KeyRole.REVIEWER, name="Reader One", not_after=NOW, seed=bytes(32))
    with pytest.raises(KeyFileError, match="does not hold"):
        unlock(lock(other, PASSPHRASE, urandom), PASSPHRASE)
