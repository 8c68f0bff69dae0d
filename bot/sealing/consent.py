"""Consent changes: a consent withdrawn or given outside a sending (``docs/sealed-format.md`` section 7).

Bodies only. Rule: a change without the right tag counts for nothing.
"""

from dataclasses import dataclass
from hmac import compare_digest

from bot.errors import EnvelopeError
from bot.sealing.canonical import MalformedError, decode, encode, fields_of
from bot.sealing.suite import mac

BODY_LIMIT = 16_384

_CONSENT_TAG = b"panoh consent 1\n"
_QUESTION_LIMIT = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange:
    """A consent withdrawn (``granted`` false) or given outside a sending; bound to its case by the tag."""

    node: str
    option: str
    granted: bool
    version: str
    locale: str
    day: str
    question: str

    def to_bytes(self, tag_key: bytes, case: bytes) -> bytes:
        """Return the tagged body."""
        fields = fields_of(self)
        return encode({**fields, "tag": mac(tag_key, _CONSENT_TAG + case + encode(fields)).hex()})

    @classmethod
    def from_bytes(cls, body: bytes, tag_key: bytes, case: bytes) -> "ConsentChange":
        """Read a body and check its tag.

        Raises:
            EnvelopeError: not such a body, or not proven to be from the same person.
        """
        try:
            record = decode(body, BODY_LIMIT)
            tag = record.hex("tag", 32)
            change = cls(
                node=record.text("node"),
                option=record.text("option"),
                granted=record.flag("granted"),
                version=record.text("version"),
                locale=record.text("locale"),
                day=record.text("day"),
                question=record.text("question", _QUESTION_LIMIT),
            )
            record.close()
        except MalformedError as error:
            raise EnvelopeError(f"this is not a consent change of ours: {error}") from None
        if not compare_digest(tag, mac(tag_key, _CONSENT_TAG + case + encode(fields_of(change)))):
            raise EnvelopeError("this consent change is not proven to be from the same person")
        return change
