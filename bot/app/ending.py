"""How a service ends: asked by a signal, or with the one failure that stands for a group of them."""

import asyncio
import signal

from bot.errors import PanohError


def until_asked() -> asyncio.Event:
    """Return what is set when the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


def first_of(group: ExceptionGroup[PanohError]) -> PanohError:
    """Return the first failure of a group, which may hold further groups."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, ExceptionGroup) else first
