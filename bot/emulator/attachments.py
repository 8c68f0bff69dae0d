"""What a person's message can hold besides words, as fields of the Bot API's Message.

What lives here: pure makers of made-up contents, and the tiny sample files behind them. What must not: chats.

Rules kept: samples are visibly samples; nothing here names anybody.
"""

import base64
from datetime import datetime
from typing import Any, TypeAlias

from bot.emulator.files import Files
from bot.emulator.formatting import Formatted, commands, trimmed

Json: TypeAlias = dict[str, Any]  # Any: JSON of the Bot API

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGNkYPjPwMDAAMEMDAwAFgQCAWOqwyIAAAAASUVORK5CYII="
)
"""A picture of two by two points."""
VOICE = b"OggS sample voice message, no sound in it"
"""Stands for a voice message."""
PAPER = b"%PDF-1.4 sample paper, nothing on it"
"""Stands for a document."""


def text(words: str) -> Json:
    """A text as an app sends it: trimmed, commands marked."""
    kept = trimmed(Formatted(text=words)).text
    entities = commands(kept)
    return {"text": kept} | ({"entities": entities} if entities else {})


def voice(files: Files, data: bytes, *, seconds: int) -> Json:
    """A voice message."""
    stored = files.add("voice", "voice.ogg", data, mime="audio/ogg")
    return {"voice": stored.reference() | {"duration": seconds, "mime_type": "audio/ogg"}}


def photo(files: Files, data: bytes, *, caption: str | None, group: str | None) -> Json:
    """A compressed photo in two sizes."""
    small = files.add("photo", "photo.jpg", data, mime="image/jpeg").reference() | {"width": 90, "height": 90}
    large = files.add("photo", "photo.jpg", data, mime="image/jpeg").reference() | {"width": 1280, "height": 1280}
    given = {"caption": caption, "media_group_id": group}
    return {"photo": [small, large]} | {key: value for key, value in given.items() if value is not None}


def document(files: Files, data: bytes, *, name: str, mime: str | None, size: int | None, caption: str | None) -> Json:
    """A file sent as a file."""
    stored = files.add("document", name, data, mime=mime, size=size)
    fields = stored.reference() | {"file_name": name} | ({} if mime is None else {"mime_type": mime})
    return {"document": fields} | ({} if caption is None else {"caption": caption})


def sticker(files: Files, emoji: str) -> Json:
    """A sticker that stands for an emoji."""
    looks = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": emoji}
    return {"sticker": files.add("sticker", "sticker.webp", PICTURE, mime="image/webp").reference() | looks}


def video_note(files: Files) -> Json:
    """A round video."""
    stored = files.add("video_note", "note.mp4", b"sample round video", mime="video/mp4")
    return {"video_note": stored.reference() | {"length": 240, "duration": 4}}


def location(latitude: float, longitude: float, *, live: int | None) -> Json:
    """A place, or a live place."""
    place: Json = {"latitude": latitude, "longitude": longitude}
    return {"location": place if live is None else place | {"live_period": live}}


def contact(phone: str, first_name: str) -> Json:
    """A contact card."""
    return {"contact": {"phone_number": phone, "first_name": first_name}}


def origin(at: datetime, *, sender: str | None, hidden: bool) -> Json:
    """Where a forwarded message comes from."""
    date = int(at.timestamp()) - 86_400
    if hidden:
        named = {} if sender is None else {"sender_user_name": sender}
        return {"type": "hidden_user", "date": date} | named
    return {
        "type": "user",
        "date": date,
        "sender_user": {"id": 6_000_001, "is_bot": False, "first_name": sender or "Sample"},
    }
