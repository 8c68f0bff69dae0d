"""One chat as a messenger would show it: what is on the screen, its buttons, and what the person does next.

Numbers messages, removes what the intake asks to remove, reports what was shown. Used by ``panoh chat``, by the
demo's made-up cases and by tests; no text of a message goes anywhere but to its caller.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.ids import ChatId, Now
from bot.intake.incoming import Act, Command, Incoming, Said, Tap, Unread
from bot.intake.screens import CODE_SCREENS
from bot.intake.service import Intake
from bot.intake.turn import Button, Delivery, Message, Turn

ACCOUNT = 1
COMMANDS = frozenset({"start", "menu", "stop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OnScreen:
    """One message of the intake that is in the chat now."""

    message_id: int
    message: Message

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Its buttons, row by row."""
        return tuple(button for row in self.message.rows for button in row)


class Player:
    """A person in one private chat.

    ``screen`` is what the intake shows in it now, ``typed`` the person's own messages that are still there.
    """

    def __init__(self, intake: Intake, chat: ChatId, *, now: Now, codes: list[str] | None = None) -> None:
        """``codes`` is the paper on which every return code is written down as it is shown."""
        self._intake = intake
        self._chat = chat
        self._now = now
        self._next_message = 1
        self._next_update = chat * 1_000_000
        self._codes = [] if codes is None else codes
        self._pressed: tuple[int | None, str] | None = None
        self.screen: dict[int, OnScreen] = {}
        self.typed: dict[int, str] = {}
        self.toast: str | None = None

    async def start(self) -> Turn:
        """Press Start."""
        return await self.command("start")

    async def command(self, name: str) -> Turn:
        """Send a command such as ``menu`` or ``stop``."""
        return await self.act(Command(name=name if name in COMMANDS else "unknown", message_id=self._number()))

    async def say(self, text: str) -> Turn:
        """Type a message."""
        number = self._number()
        self.typed[number] = text
        return await self.act(Said(text=text, message_id=number))

    async def edit(self, text: str) -> Turn:
        """Change the newest of the own messages that are still in the chat.

        Raises:
            LookupError: there is none.
        """
        if not self.typed:
            raise LookupError("there is no message to change: all were removed")
        number = max(self.typed)
        self.typed[number] = text
        return await self.act(Said(text=text, message_id=number, edited=True))

    async def send(self, kind: str) -> Turn:
        """Send something that is not words: ``voice``, ``file``, ``location``, ``card``, ``other``."""
        return await self.act(Unread(kind=kind, message_id=self._number()))

    async def tap(self, name: str) -> Turn:
        """Press the button of that name.

        Raises:
            LookupError: there is no such button on the screen; names those there are.
        """
        buttons = self.buttons()
        for message_id, button in buttons:
            if button.name == name:
                return await self.press(message_id, button.data)
        raise LookupError(f"there is no button {name}; there are {', '.join(button.name for _, button in buttons)}")

    async def again(self) -> Turn:
        """Press the last pressed button once more, as an app or a finger does when the answer is late.

        Raises:
            LookupError: none was pressed.
        """
        if self._pressed is None:
            raise LookupError("no button was pressed before")
        return await self.press(*self._pressed)

    async def press(self, message_id: int | None, data: str) -> Turn:
        """Press a button by what it carries, whether it is still on the screen or not."""
        self._pressed = (message_id, data)
        shown = self.screen.get(message_id) if message_id is not None else None
        quoted_id = shown.message.reply_to if shown else None
        quoted = self.typed.get(quoted_id) if quoted_id is not None else None
        return await self.act(Tap(data=data, message_id=message_id, quoted=quoted, quoted_id=quoted_id))

    def buttons(self) -> list[tuple[int, Button]]:
        """Return every button on the screen with its message: first those of the question, newest messages first."""
        shown = sorted(self.screen.values(), key=lambda each: (each.message.stays, -each.message_id))
        return [(each.message_id, button) for each in shown for button in each.buttons]

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
            if message.spoiler is not None and CODE_SCREENS & set(message.name.split("+")):
                self._codes.append(message.spoiler)
            if message.stays:
                stays.add(number)
            if message.owed is not None:
                sent[message.owed] = number
        self.remove(turn.remove)
        if turn.ticket is not None:
            delivery = Delivery(sent=sent, stays=frozenset(stays), removed=frozenset(turn.remove))
            await self._intake.shown(turn.ticket, delivery)

    def remove(self, messages: Iterable[int]) -> None:
        """Take messages out of the chat, whoever wrote them."""
        for number in messages:
            self.screen.pop(number, None)
            self.typed.pop(number, None)

    def _number(self) -> int:
        self._next_message += 1
        return self._next_message
