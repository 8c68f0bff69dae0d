"""A small, strict Bot API server for the demo, the tests and the benchmarks, with a phone in the browser.

The way in: ``World`` (one bot account and its people, in memory), ``EmulatorServer`` (HTTP on loopback) and
``emulator_app`` (the same as an aiohttp application); ``faults`` for what goes wrong on demand.

What it does not play: it reads HTML as the only ``parse_mode``, keeps no rates, has no channels and no inline mode,
and answers 404 to every method that nothing in this project calls.
"""

from bot.emulator.account import TOKEN
from bot.emulator.clock import VirtualClock
from bot.emulator.person import Person, PhoneError, Posted, Shown, Tapped
from bot.emulator.server import EmulatorServer, emulator_app
from bot.emulator.world import World

__all__ = [
    "TOKEN",
    "EmulatorServer",
    "Person",
    "PhoneError",
    "Posted",
    "Shown",
    "Tapped",
    "VirtualClock",
    "World",
    "emulator_app",
]
