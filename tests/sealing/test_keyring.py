from dataclasses import replace
from datetime import timedelta
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Compartment
from bot.errors import KeyringError
from bot.sealing.keyring import Keyring, Role, Standing, read_keyring
from bot.sealing.recipients import new_identity
from bot.sealing.signing import Signer
from tests.sealing.made import NOW, keyring, member, signed

ROOT = Signer(bytes(range(32)))
PIN = ROOT.verifier.fingerprint
ONE, TWO = member("Reader One", new_identity(urandom)), member("Reader Two", new_identity(urandom))
RING = keyring(ONE, replace(TWO, compartments=(Compartment.FACTS,)))
FILE = signed(RING, ROOT)


def test_a_signed_keyring_is_read_as_it_was_written() -> None:
    assert read_keyring(FILE, PIN, NOW, lowest_serial=3) == RING


def test_each_compartment_has_its_own_recipients() -> None:
    facts, identity = (RING.recipients(each) for each in Compartment)
    assert len(facts) == 3
    assert len(identity) == 2
    assert TWO.recipient in facts
    assert TWO.recipient not in identity


def test_another_root_than_the_pinned_one_is_refused() -> None:
    with pytest.raises(KeyringError, match="another root"):
        read_keyring(signed(RING, Signer(bytes(32))), PIN, NOW)


def test_a_changed_keyring_is_refused() -> None:
    with pytest.raises(KeyringError, match="signature"):
        read_keyring(FILE.replace(b'"serial":3', b'"serial":4'), PIN, NOW)
    for place in range(0, len(FILE), 61):
        changed = bytearray(FILE)
        changed[place] ^= 1
        with pytest.raises(KeyringError):
            read_keyring(bytes(changed), PIN, NOW)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    with pytest.raises(KeyringError):
        read_keyring(data, PIN, NOW)


def test_an_older_keyring_than_before_is_refused() -> None:
    with pytest.raises(KeyringError, match="serial 3, but 4"):
        read_keyring(FILE, PIN, NOW, lowest_serial=4)


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (-1, Standing.EARLY),
        (0, Standing.VALID),
        (300, Standing.VALID),
        (301, Standing.GRACE),
        (314, Standing.GRACE),
        (315, Standing.EXPIRED),
        (5_000, Standing.EXPIRED),
    ],
)
def test_a_keyring_is_refused_before_its_time_and_two_weeks_after(days: int, standing: Standing) -> None:
    now = NOW + timedelta(days=days)
    assert RING.standing(now) is standing
    if standing in {Standing.VALID, Standing.GRACE}:
        assert read_keyring(FILE, PIN, now) == RING
    else:
        with pytest.raises(KeyringError, match=r"valid before|expired"):
            read_keyring(FILE, PIN, now)


def test_days_left_count_down_and_go_below_zero() -> None:
    assert RING.days_left(NOW) == 300
    assert RING.days_left(NOW + timedelta(days=301)) < 0


@pytest.mark.parametrize(
    ("ring", "rule"),
    [
        (replace(RING, not_after=RING.not_before + timedelta(days=367)), "366 days"),
        (replace(RING, not_after=RING.not_before), "366 days"),
        (keyring(replace(ONE, not_after=NOW + timedelta(days=9))), "outlives"),
        (keyring(replace(ONE, compartments=(Compartment.FACTS,))), "compartment identity"),
        (replace(RING, members=(ONE, TWO)), "recovery key"),
        (keyring(ONE, replace(TWO, role=Role.RECOVERY, name="a", recipient=ONE.recipient)), "same key"),
        (replace(RING, members=RING.members[::-1]), "names"),
        (keyring(replace(ONE, name="../Reader")), "names"),
        (keyring(replace(ONE, name="")), "names"),
    ],
    ids=["too long", "no time", "outlives", "nobody", "no recovery", "same key", "order", "path", "no name"],
)
def test_a_signed_keyring_that_breaks_a_rule_is_refused(ring: Keyring, rule: str) -> None:
    with pytest.raises(KeyringError, match=rule):
        read_keyring(signed(ring, ROOT), PIN, NOW)


def test_a_card_fingerprint_stands_for_every_field() -> None:
    prints = {ONE.fingerprint, TWO.fingerprint}
    prints |= {replace(ONE, **change).fingerprint for change in ({"name": "x"}, {"recipient": TWO.recipient})}
    prints |= {replace(ONE, **change).fingerprint for change in ({"verifier": TWO.verifier}, {"role": Role.RECOVERY})}
    assert len(prints) == 6
