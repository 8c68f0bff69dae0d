"""Bech32 (BIP 173) without its length limit, as age writes keys: text in, bytes out, strictly.

Not Bech32m, and no correction of typing mistakes.
"""

from collections.abc import Iterable

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_SIZE = 6


def encode(prefix: str, data: bytes) -> str:
    """Return the lower-case text of ``data`` under a lower-case prefix."""
    words = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *words, *([0] * _CHECK_SIZE)]) ^ 1
    words += [check >> 5 * (_CHECK_SIZE - 1 - place) & 31 for place in range(_CHECK_SIZE)]
    return f"{prefix}1{''.join(_ALPHABET[word] for word in words)}"


def decode(prefix: str, text: str) -> bytes:
    """Return the bytes of a lower-case text.

    Raises:
        ValueError: another prefix, a letter outside the alphabet, a wrong check, or bits left over.
    """
    if not text.startswith(f"{prefix}1"):
        raise ValueError("another prefix")
    try:
        words = [_VALUES[letter] for letter in text[len(prefix) + 1 :]]
    except KeyError:
        raise ValueError("a letter outside the alphabet") from None
    if len(words) < _CHECK_SIZE or _polymod([*_spread(prefix), *words]) != 1:
        raise ValueError("a wrong check")
    return bytes(_regroup(words[:-_CHECK_SIZE], 5, 8, pad=False))


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for position, generator in enumerate(_GENERATOR):
            if top >> position & 1:
                check ^= generator
    return check


def _spread(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _regroup(values: Iterable[int], width: int, wanted: int, *, pad: bool) -> list[int]:
    pending = bits = 0
    groups = []
    for value in values:
        pending = pending << width | value
        bits += width
        while bits >= wanted:
            bits -= wanted
            groups.append(pending >> bits)
            pending &= (1 << bits) - 1
    if pad and bits:
        groups.append(pending << wanted - bits)
    elif not pad and (bits >= width or pending):
        raise ValueError("bits left over")
    return groups
