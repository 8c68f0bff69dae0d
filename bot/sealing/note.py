"""The body of a note of staff for staff (``docs/sealed-format.md`` section 15). Signed, and bound to its place.

The person never sees it. It is sealed to the facts key of its case.
"""

from dataclasses import dataclass, field

from bot.errors import EnvelopeError
from bot.sealing.canonical import WORDS_LIMIT, MalformedError, decode, encode, fields_of
from bot.sealing.signing import Signer, Verifier

BODY_LIMIT = 1_048_576

_LABEL = b"panoh note 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody of the staff wrote down. ``signature`` is base64."""

    author: str
    day: str
    words: str = field(repr=False)
    signature: str = field(default="", repr=False)

    def signed(self, signer: Signer, case: bytes, name: bytes) -> "Note":
        """Return it signed for one object of one case."""
        signature = signer.sign(self._message(case, name))
        return Note(author=self.author, day=self.day, words=self.words, signature=signature)

    def signed_by(self, verifier: Verifier, case: bytes, name: bytes) -> bool:
        """Whether this key signed it for this object of this case."""
        return verifier.accepts(self._message(case, name), self.signature)

    def to_bytes(self) -> bytes:
        """Return the body."""
        return encode(fields_of(self))

    @classmethod
    def from_bytes(cls, body: bytes) -> "Note":
        """Read the body.

        Raises:
            EnvelopeError: not such a body.
        """
        try:
            record = decode(body, BODY_LIMIT)
            note = cls(
                author=record.text("author", 64),
                day=record.text("day"),
                words=record.text("words", WORDS_LIMIT),
                signature=record.text("signature", 8_192),
            )
            record.close()
        except MalformedError as error:
            raise EnvelopeError(f"this is not a note of ours: {error}") from None
        return note

    def _message(self, case: bytes, name: bytes) -> bytes:
        signed = {key: value for key, value in fields_of(self).items() if key != "signature"}
        return _LABEL + case + name + encode(signed)
