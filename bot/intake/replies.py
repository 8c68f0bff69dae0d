"""What staff wrote to a person: opened with the mailbox behind the code, shown once from memory.

Rules: a reply that does not open, or whose signature no member of the keyring made, is neither shown nor erased: it
waits for a keyring by which it holds, and staff are told by news of the case. No database here.

Before: ``bot.intake.answering``. After: ``bot.sealing.mailbox``.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.errors import EnvelopeError
from bot.ids import CaseId, ObjectId
from bot.intake.draft import Box
from bot.intake.turn import Message
from bot.sealing.header import Header, ObjectKind
from bot.sealing.keyring import Keyring
from bot.sealing.mailbox import Mailbox, open_reply
from bot.store.values import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReply:
    """A reply that may be shown."""

    id: ObjectId
    case: CaseId
    words: str = field(repr=False)


def opened_replies(
    waiting: Iterable[Reply], box: Box, cases: Sequence[bytes], *, deployment: bytes, keyring: Keyring
) -> Iterator[OpenedReply]:
    """Yield the replies that open for one of the cases under the code and that a member of the keyring signed."""
    mailbox = Mailbox.from_secret(box.secret)
    for reply in waiting:
        for case in cases:
            expected = Header(kind=ObjectKind.REPLY, deployment=deployment, case=case, object=reply.id)
            with suppress(EnvelopeError):
                words = open_reply(mailbox, reply.data, expected, keyring).words
                yield OpenedReply(id=reply.id, case=CaseId(case), words=words)


def shown_once(reply: OpenedReply) -> Message:
    """Return the message that shows a reply, covered until it is tapped."""
    return Message(name="reply", text=reply.words, spoiler=reply.words, protect=True)
