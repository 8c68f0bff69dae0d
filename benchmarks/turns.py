"""The cost of a turn over HTTP: the real service against a bare aiogram echo that makes the same calls.

One emulator serves both, each side runs in a process of its own, and both are up all the time; the rounds alternate.
"""

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.installation import SECRET, Installation, cpu_seconds, free_port, install, make_keys, running
from benchmarks.people import CYCLE, Act, Cycle, People, newest, settle
from benchmarks.rounds import Figure, Pairs, progress
from bot.app.nature import now
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World

TARGET = 2.0
OURS, BARE = "7000000001:AAours", "7000000002:AAbare"


@dataclass(slots=True)
class Side:
    """One bot, its people, and what its turns took."""

    people: People
    cycle: Cycle
    pid: int = 0
    kinds: dict[str, list[float]] = field(default_factory=dict)

    async def cycle_of(self, number: int) -> None:
        """Let one person go round once."""
        person = self.people.all[number]
        for kind, act in self.cycle.acts:
            began = perf_counter()
            await self.people.turn(person, act)
            self.kinds.setdefault(kind, []).append(perf_counter() - began)

    async def one(self, number: int) -> float:
        """Let one person go round, nobody else being there; return seconds for each turn."""
        began = perf_counter()
        await self.cycle_of(number)
        return (perf_counter() - began) / len(self.cycle.acts)

    async def at_once(self) -> float:
        """Let everybody go round at the same time; return seconds for each turn."""
        began = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for number in range(len(self.people.all)):
                tasks.create_task(self.cycle_of(number))
        return (perf_counter() - began) / (len(self.people.all) * len(self.cycle.acts))


def measure(folder: Path, *, rounds: int, people: int, at_once: int) -> list[Figure]:
    """Return the figures for both mouths."""
    keys = make_keys(folder / "keys")
    figures = []
    for mouth in ("webhook", "polling"):
        installation = install(folder / mouth, keys)
        figures += asyncio.run(_mouth(mouth, installation, rounds=rounds, people=people, at_once=at_once))
    return figures


async def _mouth(mouth: str, installation: Installation, *, rounds: int, people: int, at_once: int) -> list[Figure]:
    worlds = World(now, token=OURS), World(now, token=BARE)
    async with EmulatorServer(*worlds) as server:
        with ExitStack() as stack:
            ours = Side(People(worlds[0], at_once), CYCLE)
            ours.pid = stack.enter_context(running("benchmarks.product", _task(installation, server.base_url, mouth)))
            progress(f"turns, {mouth}: {at_once} people on their way to the first question")
            await settle(ours.people)
            echoed = await _echoed(ours)
            bare = Side(People(worlds[1], at_once), echoed)
            hook = _hook(mouth)
            task = {"token": BARE, "api": server.base_url, "screens": echoed.screens, "hook": hook}
            bare.pid = stack.enter_context(running("benchmarks.echo", task))
            for person in bare.people.all:
                await bare.people.turn(person, Act(words="MADE UP"))
            return await _rounds(mouth, ours, bare, rounds=rounds, people=people)


async def _rounds(mouth: str, ours: Side, bare: Side, *, rounds: int, people: int) -> list[Figure]:
    alone, together, cpu = Pairs(), Pairs(), Pairs()
    for number in range(rounds + 1):
        progress(f"turns, {mouth}: round {number} of {rounds}")
        before = [cpu_seconds(side.pid) for side in (ours, bare)]
        # By person, so that whatever else the machine does meanwhile hits both sides alike.
        one_by_one = [(await ours.one(each), await bare.one(each)) for each in range(people)]
        together_now = await ours.at_once(), await bare.at_once()
        turns = (people + len(ours.people.all)) * len(CYCLE.acts)
        used = [(cpu_seconds(side.pid) - was) / turns for side, was in zip((ours, bare), before, strict=True)]
        if number:
            for mine, theirs in one_by_one:
                alone.add(mine, theirs)
            together.add(*together_now)
            cpu.add(*used)
        else:
            ours.kinds.clear()
            bare.kinds.clear()
    return [
        alone.figure(mouth, "a turn, one person after the other", "ms", scale=1000, target=TARGET),
        together.figure(mouth, f"a turn, {len(ours.people.all)} people at once", "ms", scale=1000, target=TARGET),
        cpu.figure(mouth, "processor time of the bot's process for a turn", "ms", scale=1000),
    ]


async def _echoed(ours: Side) -> Cycle:
    """Let one person go round and return the cycle for the other side, with the screens as they were answered."""
    person = ours.people.all[0]
    screens: list[dict[str, Any]] = []
    acts: list[tuple[str, Act]] = []
    for _ in range(2):
        screens, acts = [], []
        for kind, act in CYCLE.acts:
            await ours.people.turn(person, act)
            await asyncio.sleep(0.05)
            body = newest(person)
            if act.words is not None and screens:
                # A message is answered with the first screen.
                screens[0] = {"text": body["text"], "reply_markup": body["reply_markup"]}
                acts.append((kind, act))
                continue
            screens.append({"text": body["text"], "reply_markup": body["reply_markup"]})
            acts.append((kind, replace(act, label=None, data=f"s:{len(screens) - 1}")))
    return Cycle(acts=tuple(acts), screens=screens)


def _hook(mouth: str) -> dict[str, object] | None:
    if mouth == "polling":
        return None
    port = free_port()
    return {"url": f"http://127.0.0.1:{port}/hook", "port": port, "secret": SECRET}


def _task(installation: Installation, api: str, mouth: str) -> dict[str, object]:
    return {
        "token": OURS,
        "api": api,
        "hook": _hook(mouth),
        "folder": str(installation.folder),
        "keyring": str(installation.keyring),
        "root_fingerprint": installation.root_fingerprint,
        "database_url": installation.database_url,
    }
