from dataclasses import replace
from datetime import timedelta
from os import urandom

import pytest

from bot.engine.conversation import Compartment
from bot.errors import KeyFileError, KeyringError
from bot.offline.cards import card_of, read_card
from bot.offline.keyfiles import Key, KeyRole, new_key
from bot.offline.root import next_keyring, sign_keyring, without
from bot.sealing.keyring import Keyring, Member, card_file, read_keyring
from tests.sealing.made import BOTH, NOW

YEAR = timedelta(days=366)
ROOT = new_key(KeyRole.ROOT, "root", NOW + 10 * YEAR, urandom)


def card(name: str, role: KeyRole = KeyRole.REVIEWER, compartments: tuple[Compartment, ...] = BOTH) -> Member:
    return card_of(new_key(role, name, NOW + YEAR, urandom), compartments)


ONE, TWO, SPARE = card("Reader One"), card("Reader Two", compartments=BOTH[:1]), card("spare", KeyRole.RECOVERY)


def made(previous: Keyring | None, *cards: Member, days: int = 365) -> Keyring:
    return next_keyring(previous, cards, now=NOW, days=days, random_bytes=urandom)


def test_a_card_survives_its_file() -> None:
    assert read_card(card_file(TWO), NOW) == TWO


def test_a_card_that_ran_out_or_was_changed_is_refused() -> None:
    with pytest.raises(KeyFileError, match="run out"):
        read_card(card_file(ONE), NOW + YEAR)
    with pytest.raises(KeyFileError, match="not a card"):
        read_card(b"{}", NOW)
    with pytest.raises(KeyFileError):
        read_card(card_file(ONE).replace(b"age1pq1", b"age1pq1q"), NOW)


def test_the_root_has_no_card() -> None:
    with pytest.raises(KeyFileError, match="no keyring"):
        card_of(ROOT, BOTH)


def test_what_the_root_signs_is_read_under_its_fingerprint() -> None:
    ring = made(None, ONE, TWO, SPARE)
    assert read_keyring(sign_keyring(ring, ROOT), ROOT.public, NOW) == ring
    assert [member.name for member in ring.members] == ["Reader One", "Reader Two", "spare"]


def test_the_serial_grows_and_the_deployment_stays() -> None:
    first = made(None, ONE, SPARE)
    second = made(first, TWO)
    third = without(second, "Reader Two", now=NOW, days=30, random_bytes=urandom)
    assert [ring.serial for ring in (first, second, third)] == [1, 2, 3]
    assert first.deployment == second.deployment == third.deployment
    assert [member.name for member in third.members] == ["Reader One", "spare"]


def test_a_renewed_card_takes_the_place_of_the_old() -> None:
    renewed = card("Reader One")
    ring = made(made(None, ONE, SPARE), renewed)
    assert renewed in ring.members
    assert ONE not in ring.members


def test_a_keyring_ends_with_the_first_key_and_leaves_out_what_ran_out() -> None:
    short = replace(TWO, not_after=NOW + timedelta(days=40))
    ring = made(None, ONE, short, SPARE)
    assert ring.not_after == NOW + timedelta(days=40)
    later = NOW + timedelta(days=50)
    assert short not in next_keyring(ring, (), now=later, days=30, random_bytes=urandom).members


def test_nobody_left_to_read_is_refused() -> None:
    ring = made(None, ONE, TWO, SPARE)
    with pytest.raises(KeyringError, match="compartment identity"):
        without(ring, "Reader One", now=NOW, days=30, random_bytes=urandom)
    with pytest.raises(KeyringError, match="recovery"):
        without(ring, "spare", now=NOW, days=30, random_bytes=urandom)
    with pytest.raises(KeyringError, match="not in the keyring"):
        without(ring, "Nobody", now=NOW, days=30, random_bytes=urandom)


def test_only_a_root_signs() -> None:
    reviewer = Key(role=KeyRole.REVIEWER, name="x", not_after=NOW, seed=bytes(32))
    with pytest.raises(KeyringError, match="only the root"):
        sign_keyring(made(None, ONE, SPARE), reviewer)
