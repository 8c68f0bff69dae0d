"""From the start of the process to the first answer, and the memory it then holds: ``panoh serve`` against the echo.

An update waits in the messenger before the process begins, so that the first answer is the first thing it can do.
Our side has a database with many open drafts.
"""

import asyncio
import statistics
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from benchmarks.crowd import fill
from benchmarks.installation import Installation, install, make_keys, resident_mib, running
from benchmarks.rounds import Figure, progress
from benchmarks.turns import BARE, OURS
from bot.app.nature import now
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.store.database import Database

START_TARGET = 1.0
"""Seconds above the echo."""
MEMORY_TARGET = 1.25
PEOPLE = 40
"""Who write before the memory is looked at."""
LONGEST_WAIT = 60.0
SCREEN = {"text": "MADE UP", "reply_markup": {"inline_keyboard": [[{"text": "One", "callback_data": "s:0"}]]}}


def measure(folder: Path, *, rounds: int, many: int) -> list[Figure]:
    """Return both figures."""
    progress(f"start: making {many:,} drafts and cases")
    installation = install(folder / "start", make_keys(folder / "start-keys"))
    database = Database(installation.database_url)
    library = installation.parts(database).library
    database.turn(library.keep).result()
    database.close()
    fill(installation.database_url, many, library.current.digest)
    return asyncio.run(_compare(installation, rounds=rounds, many=many))


async def _compare(installation: Installation, *, rounds: int, many: int) -> list[Figure]:
    seconds: dict[str, list[float]] = {OURS: [], BARE: []}
    memory: dict[str, list[float]] = {OURS: [], BARE: []}
    for number in range(rounds + 1):
        progress(f"start: round {number} of {rounds}")
        for token in (OURS, BARE):
            taken, held = await _once(installation, token)
            if number:  # the first start compiles what was never imported before
                seconds[token].append(taken)
                memory[token].append(held)
    ours, bare = (statistics.median(seconds[token]) for token in (OURS, BARE))
    return [
        Figure(
            group="start",
            name=f"start to first answer with {many:,} open drafts",
            ours=ours,
            bare=bare,
            unit="s",
            target=START_TARGET,
            difference=True,
        ),
        Figure(
            group="start",
            name=f"resident memory after {PEOPLE} people, {many:,} open drafts",
            ours=statistics.median(memory[OURS]),
            bare=statistics.median(memory[BARE]),
            unit="MiB",
            target=MEMORY_TARGET,
        ),
    ]


async def _once(installation: Installation, token: str) -> tuple[float, float]:
    world = World(now, token=token)
    async with EmulatorServer(world) as server:
        first = world.user("Made-up")
        first.start()
        with ExitStack() as stack:
            began = perf_counter()
            if token == OURS:
                environment = installation.environment(token=token, api=server.base_url)
                pid = stack.enter_context(running("bot", {}, environment))
            else:
                task = {"token": token, "api": server.base_url, "screens": [SCREEN], "hook": None}
                pid = stack.enter_context(running("benchmarks.echo", task))
            await server.until(lambda: first.last() is not None, seconds=LONGEST_WAIT)
            taken = perf_counter() - began
            others = [world.user(f"Made-up {number}") for number in range(PEOPLE)]
            for person in others:
                person.start()
            await server.until(lambda: all(person.last() is not None for person in others), seconds=LONGEST_WAIT)
            return taken, resident_mib(pid)
