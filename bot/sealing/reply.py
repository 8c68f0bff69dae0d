"""The body of a reply to the person (``docs/sealed-format.md`` section 8). Signed by a reviewer, bound to its place."""

from dataclasses import dataclass, field

from bot.errors import EnvelopeError
from bot.sealing.canonical import WORDS_LIMIT, MalformedError, decode, encode, fields_of
from bot.sealing.signing import Signer, Verifier

BODY_LIMIT = 1_048_576

_LABEL = b"panoh reply 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reviewer wrote. ``fingerprint`` are the receipt digits of what they answer; ``signature`` is base64."""

    author: str
    day: str
    words: str = field(repr=False)
    fingerprint: str
    signature: str = field(default="", repr=False)

    def signed(self, signer: Signer, case: bytes, name: bytes) -> "Reply":
        """Return it signed for one object of one case."""
        return Reply(
            author=self.author,
            day=self.day,
            words=self.words,
            fingerprint=self.fingerprint,
            signature=signer.sign(self._message(case, name)),
        )

    def signed_by(self, verifier: Verifier, case: bytes, name: bytes) -> bool:
        """Whether this key signed it for this object of this case."""
        return verifier.accepts(self._message(case, name), self.signature)

    def to_bytes(self) -> bytes:
        """Return the body."""
        return encode(fields_of(self))

    @classmethod
    def from_bytes(cls, body: bytes) -> "Reply":
        """Read the body.

        Raises:
            EnvelopeError: not such a body.
        """
        try:
            record = decode(body, BODY_LIMIT)
            reply = cls(
                author=record.text("author", 64),
                day=record.text("day"),
                words=record.text("words", WORDS_LIMIT),
                fingerprint=record.text("fingerprint"),
                signature=record.text("signature", 8_192),
            )
            record.close()
        except MalformedError as error:
            raise EnvelopeError(f"this is not a reply of ours: {error}") from None
        return reply

    def _message(self, case: bytes, name: bytes) -> bytes:
        signed = {key: value for key, value in fields_of(self).items() if key != "signature"}
        return _LABEL + case + name + encode(signed)
