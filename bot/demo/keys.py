"""Throw-away keys: a root, two people of the staff and a recovery key, made in a folder and gone with it."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.engine.conversation import Compartment
from bot.ids import Now, RandomBytes
from bot.offline.cards import card_of
from bot.offline.keyfiles import Key, KeyRole, lock, new_key, write_new
from bot.offline.root import next_keyring, sign_keyring

LIVES = timedelta(days=60)
BEGAN = timedelta(days=30)
"""How long ago the keyring began to be valid: the demo's cases are of different ages."""
REVIEWER = "Demo reviewer"
COLLEAGUE = "Demo colleague"
PASSPHRASE = "demo demo demo demo demo demo"  # noqa: S105  a key that exists for an afternoon and guards made-up cases


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowAway:
    """What was made: the signed keyring, the reviewer's key file with its passphrase file, and the keys themselves."""

    keyring: Path
    root_fingerprint: str
    key_file: Path
    passphrase_file: Path
    reviewer: Key = field(repr=False)
    colleague: Key = field(repr=False)


def make(folder: Path, *, now: Now, random_bytes: RandomBytes) -> ThrowAway:
    """Make the keys in ``folder``; the demo's reviewer holds both compartments, the colleague the facts."""
    until = now() + LIVES
    root = new_key(KeyRole.ROOT, "Demo root", until, random_bytes)
    reviewer = new_key(KeyRole.REVIEWER, REVIEWER, until, random_bytes)
    colleague = new_key(KeyRole.REVIEWER, COLLEAGUE, until, random_bytes)
    recovery = new_key(KeyRole.RECOVERY, "Demo recovery", until, random_bytes)
    both = (Compartment.FACTS, Compartment.IDENTITY)
    cards = [card_of(reviewer, both), card_of(colleague, (Compartment.FACTS,)), card_of(recovery, both)]
    days = (BEGAN + LIVES).days
    keyring = next_keyring(None, cards, now=now() - BEGAN, days=days, random_bytes=random_bytes)
    files = {
        "keyring.signed": (sign_keyring(keyring, root), False),
        "reviewer.key": (lock(reviewer, PASSPHRASE, random_bytes), True),
        "passphrase": (PASSPHRASE.encode() + b"\n", True),
    }
    for name, (data, secret) in files.items():
        write_new(folder / name, data, secret=secret)
    return ThrowAway(
        keyring=folder / "keyring.signed",
        root_fingerprint=root.public,
        key_file=folder / "reviewer.key",
        passphrase_file=folder / "passphrase",
        reviewer=reviewer,
        colleague=colleague,
    )
