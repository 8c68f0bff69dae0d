"""The server's memory of one bot account: chats, messages, waiting updates, and what was asked of it.

What lives here: the state and the few primitives that change it. What must not: methods of the Bot API (``sending``,
``changing``, ``profile``), what a person does (``person``, ``world``), any network, waiting or clock.

Rules kept: everything that becomes visible to a client is JSON of the Bot API, validated with aiogram's models the
moment it is made; time is the ``now`` passed in; listeners are told after each change and may not change anything.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from bot.emulator.faults import Fault, FaultPlan
from bot.emulator.files import Files
from bot.emulator.profile import Profile
from bot.emulator.records import Asked, Chat, Entry, Query, Webhook
from bot.emulator.refusals import bad_request, forbidden
from bot.emulator.updates import MESSAGE_LIFE, TAP_LIFE, Updates, Waiting
from bot.ids import Now

TOKEN = "7000000001:AAEmulatorEmulatorEmulatorEmulator"  # noqa: S105  made up; no server but this one knows it
"""The account's token unless another is given."""
ANSWER_WITHIN = timedelta(seconds=15)
"""A tap can be answered this long after it was delivered or made; reported by users, not in the Bot API."""


class Account:
    """Everything the server knows of one bot account.

    Args:
        now: The clock, real or a ``VirtualClock``.
        token: The account's token; the part before the colon is its id.
        name: The account's display name.
        username: Its handle, without the ``@``.
        first_update_id: Where the update ids begin.
        answer_within: How long a tap can be answered.
    """

    def __init__(
        self,
        now: Now,
        *,
        token: str = TOKEN,
        name: str = "Assistant",
        username: str = "assistant_emulator_bot",
        first_update_id: int = 100_000,
        answer_within: timedelta = ANSWER_WITHIN,
    ) -> None:
        self.now = now
        self.token = token
        self.account_id = int(token.partition(":")[0])
        self.profile = Profile(name=name, username=username, account_id=self.account_id)
        self.updates = Updates(now, first_id=first_update_id)
        self.files = Files()
        self.faults = FaultPlan()
        self.answer_within = answer_within
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.outbox: list[Asked] = []
        self.webhook: Webhook | None = None
        self.listeners: list[Callable[[], None]] = []
        self.revision = 0
        self.polling = False
        """Whether somebody waits in ``getUpdates`` now."""
        self._next_message_id = 1
        self._next_query_id = 1

    def chat(self, chat_id: object) -> Chat:
        """The chat a method names, when the account may write in it.

        Raises:
            RefusalError: ``chat not found`` before /start; 403 when the person blocked the account or is gone.
        """
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None or (not chat.open and chat.refusal is None):
            raise bad_request("chat not found")
        if chat.refusal is not None:
            raise forbidden(chat.refusal)
        return chat

    # ---------------------------------------------------------------------------------------------- messages

    def entry(self, chat_id: int, message_id: int) -> Entry | None:
        """A message that still exists for the account."""
        chat = self.chats.get(chat_id)
        entry = chat.entries.get(message_id) if chat is not None else None
        return None if entry is None or entry.gone_at is not None else entry

    def post(
        self,
        chat: Chat,
        content: Mapping[str, Any],  # Any: JSON of the Bot API
        *,
        sender: Mapping[str, Any] | None,  # Any: JSON of the Bot API
        given: Mapping[str, Any] | None = None,  # Any: JSON of the Bot API
        validate: bool = True,
    ) -> Entry:
        """Add a message to a chat; ``sender`` is ``None`` for the account itself."""
        message_id = self._next_message_id
        self._next_message_id += 1
        at = self.now()
        body = {
            "message_id": message_id,
            "from": dict(sender) if sender is not None else self.profile.user(),
            "chat": chat.body,
            "date": int(at.timestamp()),
            **content,
        }
        if validate:
            # What it answers was validated when it was made, or was made malformed on purpose.
            Message.model_validate({key: value for key, value in body.items() if key != "reply_to_message"})
        entry = Entry(
            chat_id=chat.chat_id,
            message_id=message_id,
            incoming=sender is not None,
            sent_at=at,
            body=body,
            given=given or {},
        )
        chat.entries[message_id] = entry
        return entry

    def revise(self, entry: Entry, changes: Mapping[str, Any]) -> None:  # Any: JSON of the Bot API
        """Replace fields of a message; a field that becomes ``None`` is removed."""
        body = {key: value for key, value in {**entry.body, **changes}.items() if value is not None}
        body["edit_date"] = int(self.now().timestamp())
        Message.model_validate(body)
        entry.bodies.append(entry.body)
        entry.body = body

    def remove(self, entry: Entry) -> None:
        """Delete a message for everyone."""
        entry.gone_at = self.now()

    # ----------------------------------------------------------------------------------------------- updates

    def tell(self, kind: str, entry: Entry) -> int | None:
        """Put a message or its edit in the chat's queue."""
        return self._add(kind, entry.body, queue=f"chat:{entry.chat_id}", life=MESSAGE_LIFE)

    def tap(
        self, person: Mapping[str, Any], *, message_id: int | None, chat: Chat, data: str
    ) -> tuple[int | None, str]:
        """Put a tap in the person's queue; returns the update id and the query id.

        A message that is gone arrives as ``InaccessibleMessage``; without a ``message_id`` there is none at all.
        """
        query_id = str(4_000_000_000_000_000 + self._next_query_id)
        self._next_query_id += 1
        body: dict[str, Any] = {  # Any: JSON of the Bot API
            "id": query_id,
            "from": dict(person),
            "chat_instance": str(-900_000_000 - chat.chat_id),
            "data": data,
        }
        if message_id is not None:
            entry = self.entry(chat.chat_id, message_id)
            gone = {"chat": chat.body, "message_id": message_id, "date": 0}
            body["message"] = gone if entry is None else entry.body
        CallbackQuery.model_validate(body)
        self.queries[query_id] = Query(
            query_id=query_id, user_id=person["id"], message_id=message_id, made_at=self.now()
        )
        return self._add("callback_query", body, queue=f"taps:{person['id']}", life=TAP_LIFE), query_id

    def membership(self, chat_id: int, person: Mapping[str, Any], *, before: str, after: str) -> int | None:
        """Tell the account that its own place in a chat changed: ``member``, ``kicked``, ``left``."""
        body = {
            "chat": self.chats[chat_id].body,
            "from": dict(person),
            "date": int(self.now().timestamp()),
            "old_chat_member": self._member(before),
            "new_chat_member": self._member(after),
        }
        ChatMemberUpdated.model_validate(body)
        return self._add("my_chat_member", body, queue=f"member:{chat_id}", life=MESSAGE_LIFE)

    def inject(self, raw: dict[str, Any], *, queue: str = "raw") -> int:  # Any: JSON that need not be the Bot API's
        """Put any JSON object in a queue as an update, unchecked; without ``update_id`` it gets the next one."""
        if "update_id" not in raw:
            self.updates.skip(1)
            raw = {"update_id": self.updates.next_id - 1} | raw
        update_id = int(raw["update_id"])
        self.updates.put(Waiting(update_id=update_id, queue=queue, expires_at=self.now() + MESSAGE_LIFE, body=raw))
        self.changed()
        return update_id

    def redeliver(self, update_id: int) -> None:
        """Deliver an update again with the same id."""
        self.updates.repeat(update_id)
        self.changed()

    def fail(self, method: str, fault: Fault, *, times: int = 1, after: int = 0) -> None:
        """Let the next ``times`` calls of ``method`` (``"*"`` for any) fail, leaving out the first ``after``."""
        self.faults.add(method, fault, times=times, after=after)

    def changed(self) -> None:
        """Tell the listeners that something is new."""
        self.revision += 1
        for listener in self.listeners:
            listener()

    def _add(self, kind: str, body: dict[str, Any], *, queue: str, life: timedelta) -> int | None:
        update_id = self.updates.add(kind, body, queue=queue, life=life)
        self.changed()
        return update_id

    def _member(self, status: str) -> dict[str, Any]:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.profile.user(), "status": status} | until
