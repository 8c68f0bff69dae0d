"""One update as it came, raw JSON: its id, its kind, whose lane it belongs to, what a tap is answered under.

Pure, and nothing of it needs a library's models: an update that no library can read still has an id to confirm it by
and a kind to set it aside under. Shared by every channel that hears from Telegram.
"""

from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]  # Any: JSON as it came, before anything was checked
"""An update, or a part of one, as it came."""

LARGEST_ID = 2**63 - 1
"""Ids are kept in signed 64-bit columns."""

UNKNOWN = "unknown"

KINDS = frozenset(
    {
        "business_connection",
        "business_message",
        "callback_query",
        "channel_post",
        "chat_boost",
        "chat_join_request",
        "chat_member",
        "chosen_inline_result",
        "deleted_business_messages",
        "edited_business_message",
        "edited_channel_post",
        "edited_message",
        "guest_message",
        "inline_query",
        "managed_bot",
        "message",
        "message_reaction",
        "message_reaction_count",
        "my_chat_member",
        "poll",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "removed_chat_boost",
        "shipping_query",
        "stopped_message_generation",
        "subscription",
    }
)
"""Every kind of update that is known; a test compares them with the defender's client."""

_QUERY_LETTERS = 64


def update_id_of(raw: Raw) -> int | None:
    """Return the update's id, or ``None`` where it has none that can be kept."""
    found = raw.get("update_id")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= LARGEST_ID else None


def kind_of(raw: Raw) -> str:
    """Return the kind of update by name, ``unknown`` when there is no such kind."""
    return next((key for key in raw if key in KINDS), UNKNOWN)


def chat_of(raw: Raw) -> int | None:
    """Return the chat whose lane the update belongs to, without reading the rest; ``None`` when it has none.

    A tap whose message is gone belongs to the person's private chat, which has the same number as the person.
    """
    kind = kind_of(raw)
    body = raw.get(kind)
    query = body if kind == "callback_query" else {}
    for place in (body, query.get("message") if isinstance(query, dict) else None):
        if isinstance(place, dict) and isinstance(place.get("chat"), dict):
            return number_of(place["chat"].get("id"))
    sender = query.get("from") if isinstance(query, dict) else None
    return number_of(sender.get("id")) if isinstance(sender, dict) else None


def tap_of(raw: Raw) -> str | None:
    """Return the id under which a tap is answered, ``None`` when the update is no tap."""
    query = raw.get("callback_query")
    found = query.get("id") if isinstance(query, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= _QUERY_LETTERS else None


def number_of(found: object) -> int | None:
    """Return a number that can be kept, ``None`` for anything else."""
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) <= LARGEST_ID else None
