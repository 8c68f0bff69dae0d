"""The keys of a case, and the case-key files that carry them to staff.

Seals, and reads a body that others opened; opens nothing itself. Body: ``docs/sealed-format.md`` section 4.
Rule: the seeds are forgotten as soon as the case-key files exist; what a draft keeps is ``CaseKeys``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError, KeyFileError
from bot.ids import CaseId, ObjectId, RandomBytes
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.recipients import Identity, Recipient, new_identity

TAG_KEY_SIZE = 32

_FIRST_LINE = "# panoh case key 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKeys:
    """What a draft keeps of its case's keys: enough to seal and to tag, not to open."""

    facts: Recipient
    identity: Recipient
    tag_key: bytes = field(repr=False)

    def of(self, compartment: Compartment) -> Recipient:
        """Return the public key of a compartment."""
        match compartment:
            case Compartment.FACTS:
                return self.facts
            case Compartment.IDENTITY:
                return self.identity

    def to_bytes(self) -> bytes:
        """Return 2,464 bytes for the draft's state."""
        return self.facts.raw + self.identity.raw + self.tag_key

    @classmethod
    def from_bytes(cls, data: bytes) -> "CaseKeys":
        """Read what ``to_bytes`` wrote; the bytes are ours, so wrong ones are a wrong program."""
        size = (len(data) - TAG_KEY_SIZE) // 2
        return cls(
            facts=Recipient.from_raw(data[:size]),
            identity=Recipient.from_raw(data[size : 2 * size]),
            tag_key=data[2 * size :],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCaseKeys:
    """Freshly made keys, with their private halves: seal them with ``seal_case_key`` and let them go."""

    facts: Identity = field(repr=False)
    identity: Identity = field(repr=False)
    tag_key: bytes = field(repr=False)

    @property
    def keys(self) -> CaseKeys:
        """The part that is kept."""
        return CaseKeys(facts=self.facts.recipient, identity=self.identity.recipient, tag_key=self.tag_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKeyFile:
    """What a case-key file says once opened."""

    deployment: bytes
    case: bytes
    compartment: Compartment
    recipients: int
    tag_key: bytes = field(repr=False)
    identity: Identity = field(repr=False)

    def to_text(self) -> str:
        """Return the body: a text that the stock age tool reads as an identity file."""
        return (
            f"{_FIRST_LINE}\n# deployment: {self.deployment.hex()}\n# case: {self.case.hex()}\n"
            f"# compartment: {self.compartment.value}\n# recipients: {self.recipients}\n"
            f"# tag-key: {self.tag_key.hex()}\n{self.identity.text}\n"
        )

    @classmethod
    def from_text(cls, body: bytes) -> "CaseKeyFile":
        """Read the body.

        Raises:
            EnvelopeError: not the text that ``to_text`` writes.
        """
        try:
            lines = body.decode("ascii").split("\n")
            names = dict(line.removeprefix("# ").split(": ") for line in lines[1:-2])
            file = cls(
                deployment=bytes.fromhex(names["deployment"]),
                case=bytes.fromhex(names["case"]),
                compartment=Compartment(names["compartment"]),
                recipients=int(names["recipients"]),
                tag_key=bytes.fromhex(names["tag-key"]),
                identity=Identity.parse(lines[-2]),
            )
        except (ValueError, KeyError, IndexError, KeyFileError):
            raise EnvelopeError("this is not a case key of ours") from None
        if file.to_text().encode() != body:
            raise EnvelopeError("this is not a case key of ours")
        return file


def new_case_keys(random_bytes: RandomBytes) -> NewCaseKeys:
    """Make a key pair for each compartment and the tag key."""
    return NewCaseKeys(
        facts=new_identity(random_bytes), identity=new_identity(random_bytes), tag_key=random_bytes(TAG_KEY_SIZE)
    )


def seal_case_keys(
    new: NewCaseKeys,
    *,
    deployment: bytes,
    case: CaseId,
    members: Mapping[Compartment, Sequence[Recipient]],
    random_bytes: RandomBytes,
) -> Mapping[Compartment, tuple[ObjectId, bytes]]:
    """Return for each compartment the object id and the case-key file, sealed to that compartment's members."""
    sealed = {}
    for compartment, identity in ((Compartment.FACTS, new.facts), (Compartment.IDENTITY, new.identity)):
        recipients = members[compartment]
        file = CaseKeyFile(
            deployment=deployment,
            case=case,
            compartment=compartment,
            recipients=len(recipients),
            tag_key=new.tag_key,
            identity=identity,
        )
        name = ObjectId(random_bytes(16))
        header = Header(kind=ObjectKind.CASE_KEY, deployment=deployment, case=case, object=name, seq=1)
        sealed[compartment] = (name, seal(header, file.to_text().encode(), recipients, random_bytes))
    return sealed
