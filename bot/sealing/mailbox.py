"""The mailbox behind a return code: its id, its key pair, its capsule, and the replies waiting in it.

The one room below ``offline`` that opens anything: with keys that exist only while the code is in use.
Rules: ``derive`` takes about a fifth of a second and 64 MiB on purpose, so it runs outside transactions and behind a
limit; nothing made from a code appears in a ``repr``.
"""

from dataclasses import dataclass, field

from bot.errors import EnvelopeError, OpeningError
from bot.ids import RandomBytes
from bot.sealing.code import Code
from bot.sealing.header import Header
from bot.sealing.keyring import Keyring
from bot.sealing.opening import open_sealed
from bot.sealing.recipients import Identity, Recipient
from bot.sealing.reply import Reply
from bot.sealing.rest import open_box, seal_box
from bot.sealing.suite import expand, stretch

SALT_SIZE = 32
ID_SIZE = 16

_ID = b"panoh mailbox id 1"
_KEY = b"panoh mailbox key 1"
_CAPSULE = b"panoh capsule 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What a code opens. ``secret`` is the root, 32 bytes: a live draft keeps it, and it gives all the rest."""

    id: bytes
    secret: bytes = field(repr=False)
    capsule_key: bytes = field(repr=False)
    identity: Identity = field(repr=False)

    @classmethod
    def from_secret(cls, secret: bytes) -> "Mailbox":
        """Make it again from what a live draft kept; quick."""
        return cls(
            id=expand(secret, _ID, size=ID_SIZE),
            secret=secret,
            capsule_key=expand(secret, _CAPSULE),
            identity=Identity(expand(secret, _KEY)),
        )

    @property
    def recipient(self) -> Recipient:
        """The public key that replies are sealed to; it stands in the manifests."""
        return self.identity.recipient


def derive(code: Code, salt: bytes) -> Mailbox:
    """Return the mailbox of a code under the deployment's 32-byte salt. Slow; the language of the code is no matter."""
    if len(salt) != SALT_SIZE:
        raise AssertionError("the salt of a deployment has 32 bytes")
    return Mailbox.from_secret(stretch(code.secret, salt))


def seal_capsule(mailbox_id: bytes, capsule_key: bytes, state: bytes, random_bytes: RandomBytes) -> bytes:
    """Return the draft's state in a box that only the code, or the live draft, opens."""
    return seal_box(capsule_key, _CAPSULE + b"\n" + mailbox_id, state, random_bytes)


def open_capsule(mailbox_id: bytes, capsule_key: bytes, capsule: bytes) -> bytes:
    """Return the state.

    Raises:
        OpeningError: another mailbox, or changed bytes.
    """
    return open_box(capsule_key, _CAPSULE + b"\n" + mailbox_id, capsule)


def open_reply(mailbox: Mailbox, data: bytes, expected: Header, keyring: Keyring) -> Reply:
    """Return a reply, signed by a member of the keyring.

    Raises:
        EnvelopeError: the bytes are not a sealed file of ours.
        OpeningError: it does not open here, or nobody of the keyring signed it.
    """
    body = open_sealed(data, (mailbox.identity,), expected)
    try:
        reply = Reply.from_bytes(body)
    except EnvelopeError:
        raise OpeningError("this could not be opened here") from None
    if not any(
        member.name == reply.author and reply.signed_by(member.verifier, expected.case, expected.object)
        for member in keyring.members
    ):
        raise OpeningError("this could not be opened here")
    return reply
