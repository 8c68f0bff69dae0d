"""The world a test or a demo begins with: one bot account and the people who write to it.

What lives here: ``World``, the account with its people. What must not: HTTP (``server``).

Rules kept: nothing here waits; time is the ``now`` passed in.
"""

from typing import Any

from bot.emulator.account import Account
from bot.emulator.person import Person, PhoneError
from bot.emulator.records import Asked, Chat, ChatKind


class World(Account):
    """One bot account and its people; see ``Account`` for the arguments."""

    def user(
        self,
        first_name: str = "Person",
        *,
        user_id: int | None = None,
        language_code: str | None = "en",
        last_name: str | None = None,
        username: str | None = None,
    ) -> Person:
        """Add a person with a private chat that is not started yet.

        Raises:
            PhoneError: when the id is taken.
        """
        chosen = user_id if user_id is not None else 5_000_001 + len(self.chats)
        if chosen in self.chats:
            raise PhoneError("there is a person with this id")
        given = {"first_name": first_name, "last_name": last_name, "username": username}
        names = {key: value for key, value in given.items() if value is not None}
        body: dict[str, Any] = {"id": chosen, "is_bot": False} | names  # Any: JSON of the Bot API
        if language_code is not None:
            body["language_code"] = language_code
        chat = {"id": chosen, "type": ChatKind.PRIVATE.value} | names
        self.chats[chosen] = Chat(chat_id=chosen, kind=ChatKind.PRIVATE, body=chat)
        return Person(self, body)

    def group(self, title: str, people: tuple[Person, ...]) -> Chat:
        """Make a group of ``people``, the first of whom adds the account to it; the account is told."""
        chat_id = -4_000_001 - len(self.chats)
        self.chats[chat_id] = Chat(
            chat_id=chat_id,
            kind=ChatKind.GROUP,
            body={"id": chat_id, "type": ChatKind.GROUP.value, "title": title, "all_members_are_administrators": False},
            open=True,
        )
        self.membership(chat_id, people[0].body, before="left", after="member")
        return self.chats[chat_id]

    def asked(self, method: str) -> tuple[Asked, ...]:
        """The calls of one method that were made, refused ones too, oldest first."""
        return tuple(asked for asked in self.outbox if asked.method.lower() == method.lower())
