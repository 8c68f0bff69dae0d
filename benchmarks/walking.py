"""The people of the benchmark without a messenger: the same turns, handed straight to the intake."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from benchmarks.people import BEGINNING, CONSENTS, CYCLE, WORDS, Act
from bot.ids import ChatId
from bot.intake.incoming import Act as Said_or_Tap
from bot.intake.incoming import Command, Incoming, Said, Tap
from bot.intake.service import Intake
from bot.intake.turn import Delivery, Message

ACCOUNT = 7_000_000_001
FIRST_CHAT = 5_000_001
_updates = count(1)


@dataclass(slots=True)
class Walker:
    """One person: knows what stands in the chat, and does turns."""

    intake: Intake
    chat: ChatId
    last: Message | None = None
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    async def do(self, acts: Iterable[Act]) -> None:
        """Do these turns one after the other."""
        for act in acts:
            await self._turn(self._of(act))

    async def go_round(self) -> float:
        """Go round once; return the seconds it took."""
        began = perf_counter()
        await self.do(act for _, act in CYCLE.acts)
        return perf_counter() - began

    async def settle(self, consent: str) -> None:
        """Walk to the question after the story."""
        await self._turn(Command(name="start", message_id=next(self._ids)))
        await self.do(Act(label=label) for label in (*BEGINNING, consent, "Other"))
        await self.do([Act(words=WORDS)])

    def _of(self, act: Act) -> Said_or_Tap:
        if act.words is not None:
            return Said(text=act.words, message_id=next(self._ids))
        assert self.last is not None, "a button before anything was shown"
        data = next(button.data for row in self.last.rows for button in row if button.label == act.label)
        return Tap(data=data, message_id=None)

    async def _turn(self, act: Said_or_Tap) -> None:
        turn = await self.intake.handle(Incoming(bot=ACCOUNT, update_id=next(_updates), chat=self.chat, act=act))
        sent: dict[int, int | None] = {}
        for message in turn.messages:
            number = next(self._ids)
            if message.owed is not None:
                sent[message.owed] = number
        self.last = next((message for message in reversed(turn.messages) if message.rows), self.last)
        if turn.ticket is not None:
            await self.intake.shown(turn.ticket, Delivery(sent=sent, removed=frozenset(turn.remove)))


async def settled(intake: Intake, number: int) -> list[Walker]:
    """Return so many people who have consented and told their story; every second one chose to send on silence."""
    walkers = [Walker(intake, ChatId(FIRST_CHAT + place)) for place in range(number)]
    for place, walker in enumerate(walkers):
        await walker.settle(CONSENTS[place % 2])
    return walkers
