"""Receipt words: what the person can show to prove which manifest was sent, and staff repeat in each reply.

Pure; ``docs/sealed-format.md`` section 6, at its end.
"""

from dataclasses import dataclass

from bot.sealing.suite import mac
from bot.sealing.words import word_list

_FINGERPRINT = b"panoh fingerprint 1\n"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The receipt words: 40 bits that prove, to whoever holds the tag key, which manifest was sent."""

    numbers: tuple[int, int, int, int]

    def words(self, locale: str) -> str:
        """Return four words in English or Russian, four groups of digits in any other language."""
        if locale not in {"en", "ru"}:
            return self.digits()
        listed = word_list(locale)
        return " ".join(listed[2 * number] for number in self.numbers)

    def digits(self) -> str:
        """Return four groups of four digits."""
        return " ".join(f"{number:04}" for number in self.numbers)


def fingerprint(tag_key: bytes, manifest_sha256: bytes) -> Fingerprint:
    """Return the receipt words of a sealed facts manifest."""
    bits = int.from_bytes(mac(tag_key, _FINGERPRINT + manifest_sha256)[:5], "big")
    return Fingerprint((bits >> 30, bits >> 20 & 0x3FF, bits >> 10 & 0x3FF, bits & 0x3FF))
