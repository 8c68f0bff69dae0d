"""The organisation's recovery key on paper: split 2-of-3 by SLIP-39, and put together again.

Any SLIP-39 program reads the shares; the secret is the 32-byte seed. The library draws its own randomness.
Rules: a share appears in no message; what is put together is compared with the card of the key it should be.
"""

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from bot.errors import KeyFileError
from bot.offline.keyfiles import Key, KeyRole
from bot.sealing.keyring import Member, Role

NEEDED = 2
SHARES = 3


def split(key: Key) -> tuple[str, ...]:
    """Return three shares of 33 words, of which any two give the key back.

    Raises:
        KeyFileError: another key than the recovery key: personal keys are replaced, never escrowed.
    """
    if key.role is not KeyRole.RECOVERY:
        raise KeyFileError("only the recovery key is split: a lost personal key is replaced by a new one")
    return tuple(generate_mnemonics(1, [(NEEDED, SHARES)], key.seed)[0])


def combine(shares: Sequence[str], card: Member) -> Key:
    """Return the recovery key made from two shares.

    Raises:
        KeyFileError: a share is mistyped or missing, or they make another key than the card's.
    """
    if card.role is not Role.RECOVERY:
        raise KeyFileError("this card is not that of a recovery key")
    try:
        seed = combine_mnemonics([" ".join(share.casefold().split()) for share in shares])
    except (MnemonicError, ValueError):
        raise KeyFileError(f"these shares make no key: {NEEDED} different shares of one key are needed") from None
    key = Key(role=KeyRole.RECOVERY, name=card.name, not_after=card.not_after, seed=seed)
    if key.identity.recipient != card.recipient:
        raise KeyFileError("these shares make another key than the card's")
    return key
