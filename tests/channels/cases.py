"""Where the rows of the numbered cases are registered, and what they are written with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.channels.defender.translate import to_incoming
from bot.emulator import Person, VirtualClock, World
from bot.intake.incoming import Act, Incoming, Said, Unread
from tests.channels.line import Line, emulated, polled, until
from tests.channels.made_up import (
    ACCOUNT,
    MEDIA,
    Raw,
    StandIn,
    message,
)

Row = Callable[[], None]
ROWS: dict[int, tuple[str, Row]] = {}
"""Of the 80 cases that real chats produce."""
HOLES: dict[int, tuple[str, Row]] = {}
"""Of the 41 holes of the core paths."""


def case(number: int, title: str) -> Callable[[Row], Row]:
    """Register a row under the number of its case."""
    return _register(ROWS, number, title)


def hole(number: int, title: str) -> Callable[[Row], Row]:
    """Register a row under the number of its hole."""
    return _register(HOLES, number, title)


def _register(rows: dict[int, tuple[str, Row]], number: int, title: str) -> Callable[[Row], Row]:
    def register(row: Row) -> Row:
        assert number not in rows
        rows[number] = (title, row)
        return row

    return register


Talk = Callable[[Line, World, Person], Awaitable[None]]


def talk(number: int, title: str) -> Callable[[Talk], Talk]:
    """Register a row that runs over real HTTP: a line that polls, a world, a person in it."""

    def register(row: Talk) -> Talk:
        async def run() -> None:
            world = World(VirtualClock())
            person = world.user()
            async with emulated(world) as url, polled(world, url, StandIn()) as line:
                await row(line, world, person)

        case(number, title)(lambda: asyncio.run(run()))
        return row

    return register


def act(raw: Raw) -> Act | None:
    incoming = to_incoming(ACCOUNT, raw)
    assert incoming is None or isinstance(incoming, Incoming)
    return incoming.act if incoming else None


def kinds(*media: str) -> set[str]:
    acts = [act(message(**MEDIA[name])) for name in media]
    assert all(isinstance(one, Unread) for one in acts)
    return {one.kind for one in acts if isinstance(one, Unread)}


def said(text: str, **fields: Any) -> Said:
    found = act(message(text=text, **fields))
    assert isinstance(found, Said)
    return found


def answers(world: World) -> int:
    return len(world.asked("sendMessage"))


async def came(line: Line, count: int) -> list[Act]:
    await until(lambda: len(line.intake.came) >= count)
    await until(lambda: not line.world.updates.pending())
    assert len(line.intake.came) == count
    return [incoming.act for incoming in line.intake.came]


def texts(found: Iterable[Act]) -> list[str]:
    return [one.text for one in found if isinstance(one, Said)]
