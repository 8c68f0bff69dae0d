"""What a draft's encrypted state holds: the position, and the sealed way to its case.

Public keys, a tag key, the hashes that chain the manifests, and which sealed object belongs to which node: never a
typed word, and no key that opens an answer. Serialised as JSON inside the AEAD of ``bot.sealing.rest``.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from bot.engine.conversation import Compartment
from bot.engine.state import State

_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

PARTS_AT_MOST = 200
BYTES_AT_MOST = 256 * 1024
"""Limits of one draft (``DESIGN.md`` 3, Ingress)."""
CAN_BE_REMOVED = timedelta(hours=48)
"""Bot API ``deleteMessage``: a message sent less than 48 hours ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sealed answer file: what it answers, where it is, and which chat message it came from."""

    __pydantic_config__: ClassVar[ConfigDict] = _BYTES

    object: bytes
    sha256: bytes
    node: str
    part: int
    compartment: Compartment
    message_id: int | None = None
    held: bool = False
    """Sealed for the other reading of a line (contact or story) and in no manifest yet."""
    aside: bool = False
    """What it answers is no longer asked: it goes with no sending, until it is asked again."""
    sent: bool = False
    """Listed in a manifest that was sent: from then on it is only left out of the next one, never erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The last manifest of one compartment: its number and the hash the next one must name."""

    __pydantic_config__: ClassVar[ConfigDict] = _BYTES

    number: int = 0
    previous: bytes = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """In which language, and on which day, a node was answered."""

    locale: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The sealed way to one case."""

    __pydantic_config__: ClassVar[ConfigDict] = _BYTES

    case: bytes
    keys: bytes = field(repr=False)
    """The public halves of the case keys and the tag key, as ``CaseKeys`` writes them."""
    writer: bytes = field(repr=False)
    day: str
    recipients: tuple[int, int]
    """How many staff keys the case-key files of facts and identity were sealed to."""
    parts: tuple[Part, ...] = ()
    facts_chain: Chain = Chain()
    identity_chain: Chain = Chain()
    ready: tuple[Chain, Chain] | None = None
    """The chains as they stand when silence sends the manifests made ready."""
    answered: dict[str, When] = field(default_factory=dict)
    granted: tuple[str, ...] = ()
    """The permissions that staff are told of: those of the last manifest that was sent or made ready for silence."""
    number: int = 1
    """Which of the cases under one code this is, in the order in which they were begun."""
    link: bytes | None = None
    """The first case of the same person, when this is another one."""

    def without(self, objects: set[bytes]) -> "Hold":
        """Return the hold without these parts."""
        return replace(self, parts=tuple(part for part in self.parts if part.object not in objects))

    def after_sending(self) -> tuple[Part, ...]:
        """Return the parts as they stand once the manifests that list them were sent."""
        return tuple(part if part.held or part.aside else replace(part, sent=True) for part in self.parts)

    def of_node(self, node: str) -> tuple[Part, ...]:
        """Return the parts kept for a node."""
        return tuple(part for part in self.parts if part.node == node)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The mailbox behind the return code, while the code is in use; ``secret`` is the root made from the code."""

    __pydantic_config__: ClassVar[ConfigDict] = _BYTES

    id: bytes = field(repr=False)
    public: bytes = field(repr=False)
    capsule_key: bytes = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The return code while it stands in the chat unconfirmed; forgotten five minutes after sending at the latest."""

    digits: str = field(repr=False)
    until: int
    words: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sent case as staff were last told of it, remembered while something new is not sent yet."""

    state: State
    hold: Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Everything the encrypted state of a draft holds."""

    state: State
    hold: Hold
    box: Box | None = None
    shown: Shown | None = None
    others: tuple[tuple[Hold, State], ...] = ()
    """Further cases under the same code."""
    told: Told | None = None
    """What a new code, or deleting what is not sent, goes back to; ``None`` while nothing is unsent."""
    closed: bool = False
    """Exit was pressed: the chat shows nothing of the conversation until it is resumed."""
    hygiene: str = "go"
    """When messages are removed: ``go`` (as I go), ``end`` or ``never``."""
    last_at: int = 0
    last_length: int = 0
    bytes_kept: int = 0
    parts_kept: int = 0
    withdrawing: str | None = None
    """The permission that is about to be taken back, until it is confirmed."""
    by_code: bool = False
    """The code was typed in this chat, and nothing has closed it since."""


CASES_AT_MOST = 10
"""Cases under one code; each takes about 4 KB of the encrypted state."""


def numbers(secrets: Secrets) -> tuple[tuple[int, str], ...]:
    """Return number and day of every case under the code, in the order in which they were begun."""
    holds = (secrets.hold, *(hold for hold, _ in secrets.others))
    return tuple(sorted((hold.number, hold.day) for hold in holds))


_SECRETS = TypeAdapter(Secrets)


def to_bytes(secrets: Secrets) -> bytes:
    """Write the secrets as JSON."""
    return _SECRETS.dump_json(secrets)


def from_bytes(data: bytes) -> Secrets:
    """Read what ``to_bytes`` wrote."""
    return _SECRETS.validate_json(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What must be known of the chat itself, encrypted under the day's route key: whom to write to, what to remove."""

    chat: int = field(repr=False)
    account: int = 0
    question: tuple[int, ...] = ()
    """Messages that the next question replaces."""
    stays: tuple[int, ...] = ()
    typed: tuple[int, ...] = ()
    """The person's own messages that could not be removed yet, or are kept by their choice."""
    shown: tuple[str, str] = ("", "")
    """The last screen and page that took the place of another: a typed number means a button of that one."""
    oldest: int = 0
    """When the oldest of these was sent, in seconds: nothing older than 48 hours can be removed."""
    question_until: int = 0
    """When the question leaves the chat by itself, in seconds; 0 when it stays."""
    stays_until: int = 0
    code_until: int = 0
    """When the return code leaves the encrypted state by itself, in seconds; 0 when none stands in it."""
    owed: tuple[tuple[str, str], ...] = ()
    """Screens owed, as name and page: a recipe, never a text."""


_CHAT = TypeAdapter(Chat)


def chat_to_bytes(chat: Chat) -> bytes:
    """Write the chat record as JSON."""
    return _CHAT.dump_json(chat)


def chat_from_bytes(data: bytes) -> Chat:
    """Read what ``chat_to_bytes`` wrote."""
    return _CHAT.validate_json(data)
