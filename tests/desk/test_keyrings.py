"""A signed list of keys is read and refused in the browser's library as in Python."""

from dataclasses import replace
from datetime import timedelta
from os import urandom

import pytest

from bot.engine.conversation import Compartment
from bot.errors import KeyringError
from bot.sealing.code import new_code
from bot.sealing.keyring import read_keyring
from bot.sealing.mailbox import derive
from bot.sealing.signing import Signer
from tests.desk.library import Job, in_node, text
from tests.desk.made_desk import PIN, RING, ROOT
from tests.sealing.made import NOW, keyring, signed


def refusal(data: bytes, pin: str = PIN, **moment: int) -> dict[str, str]:
    with pytest.raises(KeyringError) as caught:
        read_keyring(data, pin, NOW + timedelta(**moment))
    return {"error": "KeyringError", "message": str(caught.value)}


def reading(data: bytes, pin: str = PIN, **moment: int) -> Job:
    now = (NOW + timedelta(**moment)).isoformat()
    return {"op": "keyring", "keyring": text(data), "root": pin, "now": now}


def test_a_keyring_is_read_and_refused_as_in_python() -> None:
    good = signed(RING, ROOT)
    one, two = (each for each in RING.members if each.name in {"Reader", "Lead"})
    wrong = [
        signed(RING, Signer(bytes(32))),
        good.replace(b'"serial":3', b'"serial":4'),
        good[:-2],
        b"{}\n",
        b"x",
        signed(replace(RING, not_after=RING.not_before + timedelta(days=367)), ROOT),
        signed(replace(RING, not_after=RING.not_before), ROOT),
        signed(keyring(replace(one, not_after=NOW + timedelta(days=9))), ROOT),
        signed(keyring(replace(one, compartments=(Compartment.FACTS,))), ROOT),
        signed(replace(RING, members=(two, one)), ROOT),
        signed(replace(RING, members=RING.members[::-1]), ROOT),
        signed(keyring(replace(one, name="../Reader")), ROOT),
        signed(keyring(replace(one, name="")), ROOT),
        signed(keyring(one, replace(two, name="a", recipient=one.recipient)), ROOT),
    ]
    read, early, grace, expired, *answers = in_node(
        reading(good),
        reading(good, days=-1),
        reading(good, days=314),
        reading(good, days=315),
        *(reading(each) for each in wrong),
    )
    assert read == grace == {"serial": 3, "members": [[each.name, each.fingerprint] for each in RING.members]}
    assert (early, expired) == (refusal(good, days=-1), refusal(good, days=315))
    assert answers == [refusal(each) for each in wrong]
    assert in_node(reading(good, f" {PIN.upper()}\n"))[0] == read


def test_names_of_any_script_are_in_order_of_their_code_points() -> None:
    names = ["Z", "a", "é", "Ҷ", "字", "\U00020000"]  # by UTF-16 the last would come before the one before it
    people = [
        replace(RING.members[0], name=name, recipient=derive(new_code(urandom), bytes(32)).recipient) for name in names
    ]
    (read,) = in_node(reading(signed(keyring(*people), ROOT)))
    assert [name for name, _ in read["members"] if name != "recovery"] == names
