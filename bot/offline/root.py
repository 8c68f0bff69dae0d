"""The root's work: signing the next keyring, taking somebody out of it.

Rules: the serial grows with each signature; a keyring is checked before it is signed; it never outlives a key in it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.errors import KeyringError
from bot.ids import RandomBytes
from bot.offline.keyfiles import Key, KeyRole
from bot.sealing.canonical import encode
from bot.sealing.header import ID_SIZE
from bot.sealing.keyring import Keyring, Member, check


def next_keyring(
    previous: Keyring | None, cards: Sequence[Member], *, now: datetime, days: int, random_bytes: RandomBytes
) -> Keyring:
    """Return the keyring that follows: members of the previous one, with these cards added or put in their place.

    Members whose key has run out are left out. Validity ends after ``days``, or earlier with the first key.

    Raises:
        KeyringError: a rule of keyrings would be broken.
    """
    members = {member.name: member for member in previous.members} if previous else {}
    members.update((card.name, card) for card in cards)
    return _checked(previous, members.values(), now=now, days=days, random_bytes=random_bytes)


def without(previous: Keyring, name: str, *, now: datetime, days: int, random_bytes: RandomBytes) -> Keyring:
    """Return the keyring that follows, without one member.

    Raises:
        KeyringError: there is no such member, or nobody would be left for something.
    """
    left = [member for member in previous.members if member.name != name]
    if len(left) == len(previous.members):
        raise KeyringError(f"{name} is not in the keyring")
    return _checked(previous, left, now=now, days=days, random_bytes=random_bytes)


def sign_keyring(keyring: Keyring, root: Key) -> bytes:
    """Return the keyring file.

    Raises:
        KeyringError: the key is not a root.
    """
    if root.role is not KeyRole.ROOT:
        raise KeyringError("only the root signs keyrings: this is the key of somebody else")
    signer = root.signer
    return (
        encode(
            {
                "keyring": keyring.fields(),
                "root": signer.verifier.text,
                "signature": signer.sign(keyring.message()),
            }
        )
        + b"\n"
    )


def _checked(
    previous: Keyring | None, members: Iterable[Member], *, now: datetime, days: int, random_bytes: RandomBytes
) -> Keyring:
    now = now.replace(microsecond=0)
    current = tuple(sorted((member for member in members if member.not_after > now), key=lambda member: member.name))
    ends = [member.not_after for member in current]
    keyring = Keyring(
        serial=previous.serial + 1 if previous else 1,
        deployment=previous.deployment if previous else random_bytes(ID_SIZE),
        not_before=now.replace(hour=0, minute=0, second=0),  # the server's clock may be a little behind
        not_after=min([now + timedelta(days=days), *ends]),
        members=current,
    )
    check(keyring)
    return keyring
