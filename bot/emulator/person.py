"""A person with a phone: everything they can do to a chat, and what they see of it.

What lives here: the user's side, as plain calls for tests and for the phone page. What must not: methods of the Bot
API, any waiting.

Rules kept: what a real app does not let a person do raises ``PhoneError``; what only a modified app can send goes
through ``tap(data=…)`` and ``World.inject``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from bot.emulator import attachments
from bot.emulator.account import Account
from bot.emulator.formatting import utf16_length
from bot.emulator.records import Chat, ChatKind, Entry
from bot.emulator.sending import TEXT
from bot.errors import PanohError

Json: TypeAlias = dict[str, Any]  # Any: JSON of the Bot API


class PhoneError(PanohError):
    """A real messenger app would not let the person do this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a person sent: the message, and the update that carries it (``None`` when nobody asked for its kind)."""

    message_id: int
    update_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A button a person pressed: the update that carries it, and the id under which it is answered."""

    update_id: int | None
    query_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as it stands in the chat.

    ``rows`` are the labels of its buttons; ``gone_at`` is when it was deleted for everyone; ``spoilers`` are the
    parts that are hidden until touched; ``silent`` made no sound; ``preview`` says that links would be fetched.
    """

    message_id: int
    incoming: bool
    text: str = field(repr=False)
    rows: tuple[tuple[str, ...], ...]
    sent_at: datetime
    gone_at: datetime | None
    protected: bool
    silent: bool
    preview: bool
    spoilers: tuple[str, ...] = field(repr=False)
    reply_to: int | None
    body: Json = field(repr=False)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels of the keyboard, row by row."""
        return tuple(label for row in self.rows for label in row)


class Person:
    """One person. Made by ``World.user``."""

    def __init__(self, account: Account, body: Json) -> None:
        self._account = account
        self.body = body
        self.user_id: int = body["id"]

    # ---------------------------------------------------------------------------------------------- sending

    @property
    def chat(self) -> Chat:
        """The private chat with the account."""
        return self._account.chats[self.user_id]

    def start(self, payload: str | None = None) -> Posted:
        """Press "Start", with the payload of a deep link if there is one."""
        return self.send("/start" if payload is None else f"/start {payload}")

    def send(self, text: str, *, reply_to: int | None = None, chat: Chat | None = None) -> Posted:
        """Send a text or a command.

        Raises:
            PhoneError: when it is empty or too long for one message, or the account is blocked.
        """
        if not text.strip() or utf16_length(text) > TEXT:
            raise PhoneError("a message has 1 to 4096 characters; use paste for more")
        return self.content(attachments.text(text), reply_to=reply_to, chat=chat)

    def paste(self, text: str, *, reply_to: int | None = None) -> tuple[Posted, ...]:
        """Send a text of any length as the app does: in pieces of 4096 characters, the first one as the reply."""
        size = TEXT if all(utf16_length(character) == 1 for character in text) else TEXT // 2
        pieces = [piece for at in range(0, len(text), size) if (piece := text[at : at + size]).strip()]
        replies = [reply_to, *[None] * len(pieces)]
        return tuple(self.send(piece, reply_to=reply) for piece, reply in zip(pieces, replies, strict=False))

    def content(
        self,
        fields: Mapping[str, Any],  # Any: JSON of the Bot API
        *,
        reply_to: int | None = None,
        chat: Chat | None = None,
        validate: bool = True,
    ) -> Posted:
        """Send a message with these fields; ``validate=False`` lets malformed ones through."""
        where = chat or self.chat
        if where.kind is ChatKind.PRIVATE:
            if where.refusal is not None:
                raise PhoneError("the account is blocked: unblock it first")
            where.open = True
        replied = self._account.entry(where.chat_id, reply_to) if reply_to is not None else None
        if reply_to is not None and replied is None:
            raise PhoneError("the message to reply to is not there")
        extra = {"reply_to_message": replied.body} if replied is not None else {}
        entry = self._account.post(where, {**fields, **extra}, sender=self.body, validate=validate)
        return Posted(message_id=entry.message_id, update_id=self._account.tell("message", entry))

    def edit(self, message_id: int, text: str) -> Posted:
        """Edit an own text.

        Raises:
            PhoneError: when it is not an own text, or is gone.
        """
        entry = self._account.entry(self.user_id, message_id)
        if entry is None or not entry.incoming or "text" not in entry.body:
            raise PhoneError("only an own text that is still there can be edited")
        self._account.revise(entry, {"entities": None} | attachments.text(text))
        return Posted(message_id=message_id, update_id=self._account.tell("edited_message", entry))

    def voice(self, data: bytes = attachments.VOICE, *, seconds: int = 3) -> Posted:
        """Send a voice message."""
        return self.content(attachments.voice(self._account.files, data, seconds=seconds))

    def photo(
        self, data: bytes = attachments.PICTURE, *, caption: str | None = None, group: str | None = None
    ) -> Posted:
        """Send a photo; ``group`` makes it part of an album."""
        return self.content(attachments.photo(self._account.files, data, caption=caption, group=group))

    def album(self, count: int, *, caption: str | None = None) -> tuple[Posted, ...]:
        """Send ``count`` photos as one album, the caption on the first."""
        group = f"8{self._account.revision:012d}"
        return tuple(self.photo(caption=caption if number == 0 else None, group=group) for number in range(count))

    def document(
        self,
        data: bytes = attachments.PAPER,
        *,
        name: str = "paper.pdf",
        mime: str | None = "application/pdf",
        size: int | None = None,
        caption: str | None = None,
    ) -> Posted:
        """Send a file; ``size`` pretends another length."""
        files = self._account.files
        return self.content(attachments.document(files, data, name=name, mime=mime, size=size, caption=caption))

    def sticker(self, emoji: str = "👍") -> Posted:
        """Send a sticker."""
        return self.content(attachments.sticker(self._account.files, emoji))

    def video_note(self) -> Posted:
        """Send a round video."""
        return self.content(attachments.video_note(self._account.files))

    def location(self, latitude: float = 38.5598, longitude: float = 68.787, *, live: int | None = None) -> Posted:
        """Send a place; ``live`` is for how many seconds it goes on."""
        return self.content(attachments.location(latitude, longitude, live=live))

    def contact(self, phone: str = "+10000000000", first_name: str = "Sample") -> Posted:
        """Send a contact card."""
        return self.content(attachments.contact(phone, first_name))

    def forward(self, text: str, *, sender: str | None = "Sample", hidden: bool = True) -> Posted:
        """Forward a text of somebody else.

        ``hidden`` is a sender who hides their account; with ``sender=None`` as well it is the malformed origin without
        a name that Telegram was seen to send and that no library decodes.
        """
        origin = attachments.origin(self._account.now(), sender=sender, hidden=hidden)
        return self.content(attachments.text(text) | {"forward_origin": origin}, validate=sender is not None)

    # ----------------------------------------------------------------------------------------------- tapping

    def tap(self, label: str | None = None, *, data: str | None = None, message_id: int | None = None) -> Tapped:
        """Press a button.

        With a ``label`` the newest visible message that has it is meant; with ``message_id`` too, any keyboard that
        message ever had, even when it is gone by now: a stale button. With ``data`` nothing is looked up, as a
        modified app would do; without ``message_id`` it belongs to the newest visible message.

        Raises:
            PhoneError: when no such button is on the screen.
        """
        if data is not None:
            newest = max((shown.message_id for shown in self.screen() if not shown.incoming), default=None)
            return self._tap(message_id if message_id is not None else newest, data)
        candidates = (
            [entry for entry in self._visible() if not entry.incoming][::-1]
            if message_id is None
            else [self.chat.entries[message_id]]
        )
        for entry in candidates:
            bodies = [entry.body, *reversed(entry.bodies)] if message_id is not None else [entry.body]
            for body in bodies:
                for row in body.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in row:
                        if button["text"] == label and "callback_data" in button:
                            return self._tap(entry.message_id, button["callback_data"])
        raise PhoneError("there is no such button on the screen")

    def _tap(self, message_id: int | None, data: str) -> Tapped:
        if self.chat.refusal is not None:
            raise PhoneError("the account is blocked: unblock it first")
        update_id, query_id = self._account.tap(self.body, message_id=message_id, chat=self.chat, data=data)
        return Tapped(update_id=update_id, query_id=query_id)

    @property
    def toasts(self) -> tuple[str, ...]:
        """The texts with which taps were answered, oldest first."""
        queries = self._account.queries.values()
        return tuple(query.toast for query in queries if query.user_id == self.user_id and query.toast)

    # ---------------------------------------------------------------------------------------- coming, going

    def block(self) -> int | None:
        """Block the account; returns the id of the update that says so."""
        self.chat.refusal = "bot was blocked by the user"
        return self._account.membership(self.user_id, self.body, before="member", after="kicked")

    def unblock(self) -> int | None:
        """Unblock the account."""
        self.chat.refusal = None
        return self._account.membership(self.user_id, self.body, before="kicked", after="member")

    def deactivate(self) -> None:
        """Delete the whole account of the person; nobody is told."""
        self.chat.refusal = "user is deactivated"
        self._account.changed()

    def delete_chat(self, *, for_both: bool = True) -> None:
        """Delete the chat on this phone, and for the account too; the account is not told."""
        for entry in self._visible():
            entry.hidden = True
            if for_both:
                self._account.remove(entry)
        self._account.changed()

    def delete_message(self, message_id: int, *, for_both: bool = True) -> None:
        """Delete one message; the account is not told.

        Raises:
            PhoneError: when it is not there.
        """
        entry = self._account.entry(self.user_id, message_id)
        if entry is None:
            raise PhoneError("there is no such message")
        entry.hidden = True
        if for_both:
            self._account.remove(entry)
        self._account.changed()

    # ------------------------------------------------------------------------------------------------ seeing

    def screen(self) -> tuple[Shown, ...]:
        """What stands in the chat now, oldest first."""
        return tuple(_shown(entry) for entry in self._visible())

    def history(self) -> tuple[Shown, ...]:
        """Everything that ever stood in the chat, with what is gone."""
        return tuple(_shown(entry) for entry in self.chat.entries.values())

    def last(self) -> Shown | None:
        """The newest message of the account on the screen."""
        return next((shown for shown in reversed(self.screen()) if not shown.incoming), None)

    def sees(self, words: str) -> bool:
        """Whether these words stand anywhere in the chat: in a text, on a button, in a quotation."""
        return any(
            words in place
            for shown in self.screen()
            for place in (shown.text, *shown.labels, shown.body.get("reply_to_message", {}).get("text", ""))
        )

    def _visible(self) -> list[Entry]:
        return [entry for entry in self.chat.entries.values() if entry.gone_at is None and not entry.hidden]


def _shown(entry: Entry) -> Shown:
    body = entry.body
    text: str = body.get("text", body.get("caption", ""))
    wide = text.encode("utf-16-le", "surrogatepass")
    spoilers = tuple(
        wide[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "replace")
        for entity in body.get("entities", body.get("caption_entities", []))
        if entity["type"] == "spoiler"
    )
    return Shown(
        message_id=entry.message_id,
        incoming=entry.incoming,
        text=text,
        rows=tuple(
            tuple(button["text"] for button in row) for row in body.get("reply_markup", {}).get("inline_keyboard", [])
        ),
        sent_at=entry.sent_at,
        gone_at=entry.gone_at,
        protected=bool(body.get("has_protected_content")),
        silent=entry.given.get("disable_notification") in (True, "true", "True", "1"),
        preview=not body.get("link_preview_options", {}).get("is_disabled", False),
        spoilers=spoilers,
        reply_to=body.get("reply_to_message", {}).get("message_id"),
        body=body,
    )
