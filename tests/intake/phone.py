"""A phone for tests: the terminal's player, and what fingers, apps and bad lines do besides."""

from collections.abc import Iterator

from bot.channels.terminal.player import ACCOUNT, Player
from bot.ids import ChatId, Now
from bot.intake.incoming import Act, Incoming, Said, Unread
from bot.intake.service import Intake
from bot.intake.turn import Button, Turn


class Phone(Player):
    """A person in one private chat, and what the messenger makes of it."""

    def __init__(self, intake: Intake, chat: int, *, now: Now) -> None:
        super().__init__(intake, ChatId(chat), now=now)
        self.history: list[Turn] = []
        self.acts: list[tuple[int, Act]] = []
        self.code: str | None = None

    # -- doing ----------------------------------------------------------------------------------------------------

    async def taps(self, *names: str) -> None:
        for name in names:
            await self.tap(name)

    async def says(self, text: str, *, message_id: int | None = None, edited: bool = False) -> Turn:
        """Write; a ``message_id`` taken before is that of a message which comes late."""
        number = self.number() if message_id is None else message_id
        if not edited:
            self.typed[number] = text
        return await self.act(Said(text=text, message_id=number, edited=edited))

    async def picture(self, kind: str, caption: str | None = None, *, message_id: int | None = None) -> Turn:
        number = self.number() if message_id is None else message_id
        return await self.act(Unread(kind=kind, message_id=number, caption=caption))

    async def act(self, act: Act, *, update_id: int | None = None) -> Turn:
        self.acts.append((self.update_number() if update_id is None else update_id, act))
        return await super().act(act, update_id=self.acts[-1][0])

    async def once_more(self) -> Turn:
        """The messenger delivers the last update again."""
        return await super().act(self.acts[-1][1], update_id=self.acts[-1][0])

    async def show(self, turn: Turn) -> None:
        self.history.append(turn)
        for message in turn.messages:
            if "R1_code" in message.name and message.spoiler:
                self.code = message.spoiler
        await super().show(turn)

    def moved_to(self, intake: Intake) -> None:
        """A phone does not notice that the service was restarted."""
        self._intake = intake

    # -- numbers --------------------------------------------------------------------------------------------------

    def number(self) -> int:
        """Take the number of a message that is on its way."""
        return self._number()

    def update_number(self) -> int:
        self._next_update += 1
        return self._next_update

    def incoming(self, act: Act) -> Incoming:
        """Return what a channel would hand over, for acting without this phone's order."""
        return Incoming(bot=ACCOUNT, update_id=self.update_number(), chat=self._chat, act=act, sent_at=self._now())

    # -- seeing ---------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """Return everything the intake shows now, oldest first."""
        return "\n---\n".join(self.screen[number].message.text for number in sorted(self.screen))

    def visible(self) -> list[str]:
        """Return the person's own messages that are still in the chat."""
        return list(self.typed.values())

    @property
    def last(self) -> Turn:
        return self.history[-1]

    def names(self) -> list[str]:
        """Return the names of everything on the screen, oldest first."""
        return [name for number in sorted(self.screen) for name in self.screen[number].message.name.split("+") if name]

    def sees(self, *names: str) -> bool:
        return set(names) <= set(self.names())

    def all_buttons(self) -> Iterator[tuple[int, Button]]:
        for number in sorted(self.screen):
            for button in self.screen[number].buttons:
                yield number, button
