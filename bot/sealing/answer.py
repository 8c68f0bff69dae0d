"""The body of an answer file: one message or part of the person's own words (``docs/sealed-format.md`` section 5).

Choices are not here: they stand in the manifests.
"""

from dataclasses import dataclass, field

from bot.errors import EnvelopeError
from bot.sealing.canonical import WORDS_LIMIT, MalformedError, decode, encode, fields_of

BODY_LIMIT = 4 * 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the person wrote to one question, and what they were asked.

    ``kind`` is the author's kind. ``part`` 0 replaces, n > 0 adds. ``day`` is the day received, ``YYYY-MM-DD``.
    ``version`` and ``digest`` name the conversation exactly. ``flags`` are words such as ``edited``.
    """

    node: str
    kind: str
    part: int
    words: str = field(repr=False)
    question: str
    locale: str
    day: str
    conversation: str
    version: str
    digest: str
    flags: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the body."""
        return encode(fields_of(self))

    @classmethod
    def from_bytes(cls, body: bytes) -> "Answer":
        """Read the body.

        Raises:
            EnvelopeError: not such a body; names the field, never what is in it.
        """
        try:
            record = decode(body, BODY_LIMIT)
            answer = cls(
                node=record.text("node"),
                kind=record.text("kind"),
                part=record.number("part"),
                words=record.text("words", WORDS_LIMIT),
                question=record.text("question", 4_096),
                locale=record.text("locale"),
                day=record.text("day"),
                conversation=record.text("conversation"),
                version=record.text("version"),
                digest=record.text("digest"),
                flags=record.texts("flags"),
            )
            record.close()
        except MalformedError as error:
            raise EnvelopeError(f"this is not an answer of ours: {error}") from None
        return answer
