"""Manifests: what a case consists of now, chained and tagged (``docs/sealed-format.md`` section 6).

Rules: the latest manifest rules; one without the right tag counts for nothing.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError
from bot.ids import ObjectId, RandomBytes
from bot.sealing.canonical import MalformedError, Record, decode, encode, fields_of
from bot.sealing.envelope import seal
from bot.sealing.header import NO_HASH, Header, ObjectKind
from bot.sealing.recipients import Recipient
from bot.sealing.suite import mac

BODY_LIMIT = 4 * 1_048_576
ENDINGS = ("person", "silence", "leave")
PING_SIZE = 36
"""Bytes of a ping token (``bot.sealing.rest``)."""

_TAG = b"panoh manifest 1\n"
_QUESTION_LIMIT = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """An option that was chosen, with its label as it was shown."""

    option: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The options chosen at one question; ``kind`` is the author's kind, ``day`` the day received."""

    node: str
    kind: str
    question: str
    locale: str
    day: str
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The answer to one consent question: which text, in which version and language, on which day."""

    node: str
    option: str
    label: str
    question: str
    version: str
    locale: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An answer file that counts, and the SHA-256 of its sealed bytes."""

    object: bytes
    sha256: bytes
    node: str
    part: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxKey:
    """Where replies go: the mailbox's id and the public key they are sealed to."""

    id: bytes
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one compartment of a case consists of at one sending; the fields are those of the format, in its order."""

    reference: str
    deployment: bytes
    case: bytes
    compartment: Compartment
    number: int
    previous: bytes = NO_HASH
    companion: bytes | None = None
    day: str
    ending: str
    conversation: str
    version: str
    digest: str
    locale: str
    urgency: str = ""
    reasons: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    recipients: int
    mailbox: MailboxKey | None = None
    ping: bytes | None = field(default=None, repr=False)
    nodes: tuple[str, ...] = ()
    """Questions that are answered, in the order of the conversation."""
    choices: tuple[Choice, ...] = ()
    consents: tuple[Consent, ...] = ()
    objects: tuple[Listed, ...] = ()

    def to_bytes(self, tag_key: bytes) -> bytes:
        """Return the tagged body."""
        fields = fields_of(self)
        return encode({**fields, "tag": mac(tag_key, _TAG + encode(fields)).hex()})

    @classmethod
    def from_bytes(cls, body: bytes, tag_key: bytes) -> "Manifest":
        """Read a body and check its tag.

        Raises:
            EnvelopeError: not such a body, or not proven to be from the same person.
        """
        try:
            record = decode(body, BODY_LIMIT)
            tag = record.hex("tag", 32)
            manifest = _manifest(record)
            record.close()
        except MalformedError as error:
            raise EnvelopeError(f"this is not a manifest of ours: {error}") from None
        if not compare_digest(tag, mac(tag_key, _TAG + encode(fields_of(manifest)))):
            raise EnvelopeError("this manifest is not proven to be from the same person")
        return manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedManifest:
    """A manifest as it is stored: object id, sealed bytes, and the hash that the next one names."""

    object: ObjectId
    data: bytes = field(repr=False)
    sha256: bytes


def seal_manifest(
    manifest: Manifest, *, tag_key: bytes, recipient: Recipient, random_bytes: RandomBytes
) -> SealedManifest:
    """Tag a manifest and seal it to the case key of its compartment."""
    name = ObjectId(random_bytes(16))
    header = Header(
        kind=ObjectKind.MANIFEST,
        deployment=manifest.deployment,
        case=manifest.case,
        object=name,
        seq=manifest.number,
        prev=manifest.previous,
    )
    data = seal(header, manifest.to_bytes(tag_key), (recipient,), random_bytes)
    return SealedManifest(object=name, data=data, sha256=sha256(data).digest())


def _manifest(record: Record) -> Manifest:
    return Manifest(
        reference=record.text("reference"),
        deployment=record.hex("deployment", 16),
        case=record.hex("case", 16),
        compartment=Compartment(record.one_of("compartment", tuple(Compartment))),
        number=record.number("number"),
        previous=record.hex("previous", 32),
        companion=record.optional_hex("companion", 32),
        day=record.text("day"),
        ending=record.one_of("ending", ENDINGS),
        conversation=record.text("conversation"),
        version=record.text("version"),
        digest=record.text("digest"),
        locale=record.text("locale"),
        urgency=record.text("urgency"),
        reasons=record.texts("reasons"),
        flags=record.texts("flags"),
        unfinished=record.texts("unfinished"),
        recipients=record.number("recipients"),
        mailbox=record.optional("mailbox", _mailbox),
        ping=record.optional_hex("ping", PING_SIZE),
        nodes=record.texts("nodes", 1_024),
        choices=record.each("choices", _choice),
        consents=record.each("consents", _consent),
        objects=record.each("objects", _listed),
    )


def _choice(record: Record) -> Choice:
    return Choice(
        node=record.text("node"),
        kind=record.text("kind"),
        question=record.text("question", _QUESTION_LIMIT),
        locale=record.text("locale"),
        day=record.text("day"),
        picks=record.each("picks", lambda pick: Pick(option=pick.text("option"), label=pick.text("label"))),
    )


def _consent(record: Record) -> Consent:
    return Consent(
        node=record.text("node"),
        option=record.text("option"),
        label=record.text("label"),
        question=record.text("question", _QUESTION_LIMIT),
        version=record.text("version"),
        locale=record.text("locale"),
        day=record.text("day"),
    )


def _listed(record: Record) -> Listed:
    return Listed(
        object=record.hex("object", 16),
        sha256=record.hex("sha256", 32),
        node=record.text("node"),
        part=record.number("part"),
    )


def _mailbox(record: Record) -> MailboxKey:
    return MailboxKey(id=record.hex("id", 16), recipient=record.text("recipient", 2_048))
