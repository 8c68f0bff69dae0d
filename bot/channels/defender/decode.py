"""One update of raw JSON, read with aiogram's typed models; what cannot be read is set aside by id and kind.

Pure. Some updates that Telegram really sends do not fit the models: a forward whose author hides even the name is the
known one (aiogram issue 1840). Such a message is read again without the parts nobody needs here, so that its words
arrive; only when that fails too is the update set aside. Content never gets into what is set aside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aiogram.types import Update
from pydantic import ValidationError

from bot.channels.updates import UNKNOWN, Raw, kind_of, update_id_of

_WRITTEN = frozenset({"message", "edited_message"})
_PLAIN = (
    "message_id",
    "date",
    "edit_date",
    "chat",
    "from",
    "sender_chat",
    "business_connection_id",
    "guest_query_id",
    "media_group_id",
    "message_thread_id",
    "is_topic_message",
    "text",
    "caption",
    "reply_markup",
)
"""What of a message is worth a second reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An update that cannot be read: its id, where it has a usable one, and its kind, ``unknown`` for a new one."""

    update_id: int | None
    kind: str


def decode(raw: Raw) -> Update | DeadLetter:
    """Read one update."""
    update_id, kind = update_id_of(raw), kind_of(raw)
    if update_id is not None and kind != UNKNOWN:
        for attempt in _attempts(raw, kind):
            try:
                return Update.model_validate({"update_id": update_id, kind: attempt})
            except (ValidationError, RecursionError):
                continue
    return DeadLetter(update_id=update_id, kind=kind)


def _attempts(raw: Raw, kind: str) -> Iterator[object]:
    """Yield the body as it came, then with ever less around the words."""
    body = raw[kind]
    yield body
    if not isinstance(body, Mapping):
        return
    if kind in _WRITTEN:
        yield _plain(body, quoted=True)
        yield _plain(body, quoted=False)
    elif kind == "callback_query" and isinstance(body.get("message"), Mapping):
        yield {**body, "message": _plain(body["message"], quoted=True)}
        yield {**body, "message": _plain(body["message"], quoted=False)}


def _plain(message: Raw, *, quoted: bool) -> Raw:
    kept = {key: message[key] for key in _PLAIN if key in message}
    answered = message.get("reply_to_message")
    if quoted and isinstance(answered, Mapping):
        kept["reply_to_message"] = _plain(answered, quoted=False)
    return kept
