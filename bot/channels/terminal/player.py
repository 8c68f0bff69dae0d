"""One chat as a messenger would show it: what is on the screen, its buttons, and what the person does next.

Numbers messages, removes what the intake asks to remove, reports what was shown. Used by ``panoh chat``, by the
demo's made-up cases and by tests; no text of a message goes anywhere but to its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.ids import ChatId, Now
from bot.intake.incoming import Act, Command, Incoming, Said, Tap, Unread
from bot.intake.service import Intake
from bot.intake.turn import Button, Delivery, Message, Turn

ACCOUNT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen:
    """One message of the intake that is in the chat now."""

    message_id: int
    message: Message
    reply_to_text: str | None = field(default=None, repr=False)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Its buttons, row by row."""
        return tuple(button for row in self.message.rows for button in row)


class Player:
    """A person in one private chat."""

    def __init__(self, intake: Intake, chat: ChatId, *, now: Now) -> None:
        self._intake = intake
        self._chat = chat
        self._now = now
        self._next_message = 1
        self._next_update = chat * 1_000_000
        self.screen: dict[int, OnScreen] = {}
        self.typed: dict[int, str] = {}
        self.toast: str | None = None

    async def start(self) -> Turn:
        """Press Start."""
        return await self.act(Command(name="start", message_id=self._number()))

    async def command(self, name: str) -> Turn:
        """Send a command such as ``menu`` or ``stop``."""
        return await self.act(Command(name=name, message_id=self._number()))

    async def say(self, text: str, **how: object) -> Turn:
        """Type a message."""
        number = self._number()
        self.typed[number] = text
        return await self.act(Said(text=text, message_id=number, **how))  # type: ignore[arg-type]  # fields of Said

    async def send(self, kind: str) -> Turn:
        """Send something that is not words: ``voice``, ``file``, ``location``, ``card``, ``other``."""
        return await self.act(Unread(kind=kind, message_id=self._number()))

    async def tap(self, label: str) -> Turn:
        """Press the newest button that reads ``label``.

        Raises:
            LookupError: there is no such button on the screen.
        """
        message_id, button = self.find(label)
        return await self.press(message_id, button.data)

    async def press(self, message_id: int | None, data: str) -> Turn:
        """Press a button by what it carries, whether it is still on the screen or not."""
        shown = self.screen.get(message_id) if message_id is not None else None
        quoted_id = shown.message.reply_to if shown else None
        quoted = self.typed.get(quoted_id) if quoted_id is not None else None
        return await self.act(Tap(data=data, message_id=message_id, quoted=quoted, quoted_id=quoted_id))

    def find(self, label: str) -> tuple[int, Button]:
        """Return the newest button with this label and the message it stands under.

        Raises:
            LookupError: there is no such button on the screen; names those there are.
        """
        for number in sorted(self.screen, reverse=True):
            for button in self.screen[number].buttons:
                if button.label == label:
                    return number, button
        raise LookupError(f"no button {label!r}; there are {self.labels()}")

    def labels(self) -> list[str]:
        """Return the labels of all buttons on the screen."""
        return [button.label for shown in self.screen.values() for button in shown.buttons]

    def text(self) -> str:
        """Return everything the intake shows now, oldest first."""
        return "\n---\n".join(self.screen[number].message.text for number in sorted(self.screen))

    async def act(self, act: Act, *, update_id: int | None = None) -> Turn:
        """Do something, show the answer, and report it."""
        if update_id is None:
            self._next_update += 1
            update_id = self._next_update
        sent_at: datetime | None = None if isinstance(act, Tap) else self._now()
        turn = await self._intake.handle(
            Incoming(bot=ACCOUNT, update_id=update_id, chat=self._chat, act=act, sent_at=sent_at)
        )
        await self.show(turn)
        return turn

    async def show(self, turn: Turn) -> None:
        """Put a turn on the screen and tell the intake what became of it."""
        self.toast = turn.toast
        sent: dict[int, int | None] = {}
        stays: set[int] = set()
        for message in turn.messages:
            number = self._number()
            self.screen[number] = OnScreen(message_id=number, message=message)
            if message.stays:
                stays.add(number)
            if message.owed is not None:
                sent[message.owed] = number
        for number in turn.remove:
            self.screen.pop(number, None)
            self.typed.pop(number, None)
        if turn.ticket is not None:
            delivery = Delivery(sent=sent, stays=frozenset(stays), removed=frozenset(turn.remove))
            await self._intake.shown(turn.ticket, delivery)

    def visible(self) -> Mapping[int, str]:
        """Return the person's own messages that are still in the chat."""
        return dict(self.typed)

    def _number(self) -> int:
        self._next_message += 1
        return self._next_message
