from itertools import combinations, permutations
from os import urandom

import pytest

from bot.errors import KeyFileError
from bot.offline.cards import card_of
from bot.offline.keyfiles import KeyRole, new_key
from bot.offline.recovery import combine, split
from tests.sealing.made import BOTH, NOW

KEY = new_key(KeyRole.RECOVERY, "recovery", NOW, urandom)
CARD = card_of(KEY, BOTH)
SHARES = split(KEY)


def test_any_two_of_three_shares_give_the_key_back() -> None:
    assert len(SHARES) == 3
    assert all(len(share.split()) == 33 for share in SHARES)
    for pair in permutations(SHARES, 2):
        assert combine(pair, CARD) == KEY


def test_spelling_with_capitals_and_line_ends_does_no_harm() -> None:
    assert combine([SHARES[0].upper(), SHARES[2].replace(" ", "\n ")], CARD) == KEY


def test_one_share_or_the_same_twice_or_all_three_give_nothing() -> None:
    for shares in ([SHARES[0]], [SHARES[0], SHARES[0]], [], SHARES):
        with pytest.raises(KeyFileError, match="make no key"):
            combine(shares, CARD)


def test_a_mistyped_share_is_refused_and_not_repeated() -> None:
    words = SHARES[0].split()
    words[5] = "academic" if words[5] != "academic" else "acid"
    for wrong in (" ".join(words), " ".join(words[:-1]), "", "ҷ", "\ud800"):
        with pytest.raises(KeyFileError) as refusal:
            combine([wrong, SHARES[1]], CARD)
        assert words[6] not in str(refusal.value)


def test_shares_of_another_key_are_refused() -> None:
    other = card_of(new_key(KeyRole.RECOVERY, "recovery", NOW, urandom), BOTH)
    for pair in combinations(SHARES, 2):
        with pytest.raises(KeyFileError, match="another key"):
            combine(pair, other)


def test_a_personal_key_is_never_split() -> None:
    with pytest.raises(KeyFileError, match="replaced by a new one"):
        split(new_key(KeyRole.REVIEWER, "Reader", NOW, urandom))
