"""The people of the benchmark: they act on the emulator and notice when the bot has done all its calls.

The same code drives both sides. A turn begins with the act and ends when the last call of its answer has arrived: the
question before is removed after the next one was sent.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.emulator.person import Person
from bot.emulator.world import World

WORDS = "MADE UP: two men in plain clothes came to the office in the morning and asked for the list of members"
AT_LENGTH = f"{WORDS}, {'then they came once more and wrote down the names; ' * 4}nobody was taken"
LONGEST_WAIT = 30.0


class People:
    """Everybody who writes to one account."""

    def __init__(self, world: World, count: int) -> None:
        self.world = world
        self.all = [world.user(f"Made-up {number}") for number in range(count)]
        self.calls = 0
        self._read = 0
        self._waiting: dict[int, asyncio.Future[None]] = {}
        world.listeners.append(self._heard)

    def _heard(self) -> None:
        outbox = self.world.outbox
        while self._read < len(outbox):
            asked = outbox[self._read]
            self._read += 1
            self.calls += not asked.method.startswith("get")
            if asked.refusal is not None:
                raise AssertionError(f"{asked.method} was refused: {asked.refusal}")
            if asked.method == "deleteMessages":
                ended = self._waiting.pop(int(asked.parameters["chat_id"]), None)
                if ended is not None and not ended.done():
                    ended.set_result(None)

    async def turn(self, person: Person, act: "Act") -> None:
        """Let a person do something, and wait for the end of the answer."""
        ended = asyncio.get_running_loop().create_future()
        self._waiting[person.user_id] = ended
        act.on(person)
        async with asyncio.timeout(LONGEST_WAIT):
            await ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something to do at the newest message: type ``words``, or press the button with this label.

    On the other side, which knows no labels, a tap carries ``data`` instead.
    """

    words: str | None = None
    label: str | None = None
    data: str | None = None

    def on(self, person: Person) -> None:
        """Do it."""
        if self.words is not None:
            person.send(self.words)
            return
        body = newest(person)
        person.tap(data=self.data or data_of(body, self.label), message_id=body["message_id"])


def newest(person: Person) -> dict[str, Any]:  # Any: JSON of the Bot API
    """Return the last message of the bot; the last of all, since what was typed is answered before anybody acts."""
    return next(reversed(person.chat.entries.values())).body


def data_of(body: dict[str, Any], label: str | None) -> str:  # Any: JSON of the Bot API
    """Return the data of the button with this label."""
    for row in body["reply_markup"]["inline_keyboard"]:
        for button in row:
            if button["text"] == label:
                data: str = button["callback_data"]
                return data
    raise AssertionError(f"no button {label!r} at {body['text']!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Turns that lead back to where they began, so that they can be done for as long as one likes.

    On the danger path: back to the story, a further piece of it, back twice, another choice. Every kind of turn that
    an interview is made of, each with the state saved, one in five with words sealed.
    """

    acts: tuple[tuple[str, Act], ...] = (
        ("going back", Act(label="Back")),
        ("a typed answer", Act(words=AT_LENGTH)),
        ("going back", Act(label="Back")),
        ("going back", Act(label="Back")),
        ("a choice", Act(label="Missing")),
        ("going back", Act(label="Back")),
        ("a typed answer", Act(words=WORDS)),
        ("going back", Act(label="Back")),
        ("going back", Act(label="Back")),
        ("a choice", Act(label="Other")),
    )
    screens: list[dict[str, Any]] = field(default_factory=list)  # Any: JSON of the Bot API


CYCLE = Cycle()

BEGINNING = ("English", "Yes", "Yes, right now")
AFTER_CONSENT = ("Other",)
CONSENTS = ("Yes. If I stop, send it", "Yes. If I stop, delete it")


async def settle(people: People, seconds: float = LONGEST_WAIT) -> None:
    """Lead everybody over the first screens and the consent to the question after the story."""
    for number, person in enumerate(people.all):
        person.start()
        for label in (*BEGINNING, CONSENTS[number % 2], *AFTER_CONSENT):
            await _press(person, label, seconds)
        before = person.chat.entries.keys()
        last = max(before)
        person.send(WORDS)
        await _until(lambda person=person, last=last: _asked_after(person, last + 1), seconds)


async def _press(person: Person, label: str, seconds: float) -> None:
    def there() -> bool:
        return any(not shown.incoming and label in shown.labels for shown in person.screen())

    await _until(there, seconds)
    person.tap(label)


def _asked_after(person: Person, message_id: int) -> bool:
    last = person.last()
    return last is not None and last.message_id > message_id and "Back" in last.labels


async def _until(holds: Any, seconds: float) -> None:  # Any: a condition
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  as below
            await asyncio.sleep(0.002)  # a screen is looked at; nothing rings when it changes
