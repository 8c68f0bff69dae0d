"""Made-up updates as JSON, and a stand-in for the intake with the same two coroutines."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.ids import ChatId
from bot.intake.incoming import Incoming
from bot.intake.turn import Button, Delivery, Message, Ticket, Turn

ACCOUNT = 7_000_000_001
PERSON = 5_000_001
SENT = 1_795_424_400  # 2026-11-23 09:00 UTC

Raw = dict[str, Any]

PRIVATE: Raw = {"id": PERSON, "type": "private", "first_name": "Sample"}
SENDER: Raw = {"id": PERSON, "is_bot": False, "first_name": "Sample", "language_code": "ru"}
OURSELVES: Raw = {"id": ACCOUNT, "is_bot": True, "first_name": "Assistant"}


def body(**fields: Any) -> Raw:
    """A message of the made-up person in the private chat."""
    return {"message_id": 11, "date": SENT, "chat": PRIVATE, "from": SENDER, **fields}


def message(update_id: int = 100, /, **fields: Any) -> Raw:
    return {"update_id": update_id, "message": body(**fields)}


def edited(update_id: int = 100, /, **fields: Any) -> Raw:
    return {"update_id": update_id, "edited_message": body(edit_date=SENT + 60, **fields)}


def keyboard(*data: str) -> Raw:
    return {"inline_keyboard": [[{"text": "label", "callback_data": one} for one in data]]}


def ours(**fields: Any) -> Raw:
    """A message of the bot in the same chat."""
    return body(**{"from": OURSELVES, "message_id": 9, "text": "A question?", **fields})


def tap(update_id: int = 100, data: str = "1.abc.1.p0", **fields: Any) -> Raw:
    query = {"id": "4001", "from": SENDER, "chat_instance": "1", "data": data, "message": ours(), **fields}
    return {"update_id": update_id, "callback_query": {k: v for k, v in query.items() if v is not None}}


def member(status: str, chat: Raw | None = None, update_id: int = 100) -> Raw:
    old: Raw = {"status": "member", "user": OURSELVES}
    new: Raw = {"status": status, "user": OURSELVES} | ({"until_date": 0} if status == "kicked" else {})
    change = {"chat": chat or PRIVATE, "from": SENDER, "date": SENT, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": update_id, "my_chat_member": change}


FILE: Raw = {"file_id": "f", "file_unique_id": "u", "file_size": 3}
PHOTO: Raw = {"photo": [FILE | {"width": 1, "height": 1}]}
MEDIA: dict[str, Raw] = {
    "voice": {"voice": FILE | {"duration": 1}},
    "video_note": {"video_note": FILE | {"duration": 1, "length": 1}},
    "audio": {"audio": FILE | {"duration": 1}},
    "video": {"video": FILE | {"width": 1, "height": 1, "duration": 1}},
    "photo": PHOTO,
    "document": {"document": FILE},
    "animation": {
        "animation": FILE | {"width": 1, "height": 1, "duration": 1},
        "document": FILE,
    },
    "sticker": {
        "sticker": FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    },
    "location": {"location": {"latitude": 38.5, "longitude": 68.7}},
    "contact": {"contact": {"phone_number": "+10000000000", "first_name": "Sample"}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "poll": {
        "poll": {
            "id": "1",
            "question": "?",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "game": {"game": {"title": "t", "description": "d", "photo": []}},
}


def asks(text: str = "A question?", *, owed: int | None = 1, **fields: Any) -> Message:
    rows = ((Button(label="Yes", data="1.abc.1.p0"), Button(label="No", data="1.abc.1.p1")),)
    return Message(**({"name": "A3_danger", "text": text, "rows": rows, "owed": owed} | fields))


@dataclass
class StandIn:
    """Answers every update with the same turn and remembers what came and what was shown."""

    turn: Turn = field(
        default_factory=lambda: Turn(messages=(asks(),), ticket=Ticket(chat=ChatId(PERSON), draft=b"draft", revision=1))
    )
    before: Callable[[Incoming], Awaitable[None]] | None = None
    came: list[Incoming] = field(default_factory=list)
    committed: list[int] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    async def handle(self, incoming: Incoming) -> Turn:
        self.came.append(incoming)
        if self.before is not None:
            await self.before(incoming)
        self.committed.append(incoming.update_id)
        return self.turn

    async def sorry(self, chat: ChatId) -> Turn:
        return Turn(messages=(Message(name="ERR_ours", text="Made up: sorry."),))

    async def shown(self, ticket: Ticket, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
