"""Cards: the public half of a staff key, as it travels to the holder of the root.

Format: ``docs/sealed-format.md`` section 12. A card proves nothing by itself: its
fingerprint is compared by voice before it is signed.
"""

from datetime import datetime

from bot.engine.conversation import Compartment
from bot.errors import KeyFileError
from bot.offline.keyfiles import Key, KeyRole
from bot.sealing.canonical import MalformedError, decode
from bot.sealing.keyring import CARD_FORMAT, Member, Role, read_member

FILE_LIMIT = 16_384


def card_of(key: Key, compartments: tuple[Compartment, ...]) -> Member:
    """Return the public half of a reviewer's or the recovery key.

    Raises:
        KeyFileError: the root's key goes into no keyring.
    """
    if key.role is KeyRole.ROOT:
        raise KeyFileError("the root's key goes into no keyring")
    return Member(
        name=key.name,
        role=Role(key.role.value),
        compartments=compartments,
        recipient=key.identity.recipient,
        verifier=key.signer.verifier,
        not_after=key.not_after,
    )


def read_card(data: bytes, now: datetime) -> Member:
    """Read a card that has not run out.

    Raises:
        KeyFileError: not a card, or past its day.
    """
    try:
        record = decode(data.removesuffix(b"\n"), FILE_LIMIT)
        record.one_of("format", (CARD_FORMAT,))
        member = read_member(record)
        record.close()
    except MalformedError as error:
        raise KeyFileError(f"this is not a card of ours: {error}") from None
    if member.not_after <= now:
        raise KeyFileError(f"the card of {member.name} has run out: make a new key")
    return member
