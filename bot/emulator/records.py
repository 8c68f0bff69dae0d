"""The things an account's world is made of: chats, messages, taps, calls.

What lives here: plain records that ``account`` changes. What must not: behaviour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from bot.emulator.refusals import RefusalError


class ChatKind(Enum):
    """The two kinds of chat the emulator plays."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(slots=True, kw_only=True)
class Entry:
    """One message that exists or existed.

    ``gone_at`` is when it was deleted for everyone. ``bodies`` are its earlier forms, oldest first: a tap on a stale
    button still finds the keyboard it was drawn with. ``given`` are the parameters the account sent it with.
    """

    chat_id: int
    message_id: int
    incoming: bool
    sent_at: datetime
    body: dict[str, Any] = field(repr=False)  # Any: JSON of the Bot API
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)  # Any: JSON of the Bot API
    bodies: list[dict[str, Any]] = field(default_factory=list, repr=False)  # Any: JSON of the Bot API
    gone_at: datetime | None = None
    hidden: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """One chat.

    ``open`` says that the account may write in it; ``refusal`` why it may not, once it could; ``keyboard`` is the
    reply keyboard (or its removal) that was sent last.
    """

    chat_id: int
    kind: ChatKind
    body: dict[str, Any]  # Any: JSON of the Bot API
    open: bool = False
    keyboard: dict[str, Any] | None = None  # Any: JSON of the Bot API
    refusal: str | None = None
    entries: dict[int, Entry] = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class Query:
    """One tap and what became of it."""

    query_id: str
    user_id: int
    message_id: int | None
    made_at: datetime
    answered: bool = False
    toast: str | None = field(default=None, repr=False)
    alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call the account made: the transcript a test reads. ``refusal`` is ``None`` when it was done."""

    at: datetime
    method: str
    parameters: Mapping[str, Any] = field(repr=False)  # Any: JSON of the Bot API
    refusal: RefusalError | None = None


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates are posted, when they are."""

    url: str
    secret: str | None = field(default=None, repr=False)
    max_connections: int = 40
    last_error_at: datetime | None = None
    last_error: str | None = None
