"""The jobs: what is over is erased, every minute, without any token or key."""

import asyncio

import bot
from bot import log
from bot.casework.upkeep import Upkeep
from bot.errors import PanohError
from bot.log.events import Started, Stopped, Swept, Uncaught
from bot.log.writer import place_of

EVERY_SECONDS = 60.0


async def serve_jobs(upkeep: Upkeep, stop: asyncio.Event, *, every: float = EVERY_SECONDS) -> None:
    """Do a round now and then, until ``stop`` is set."""
    log.write(Started(part="jobs", version=bot.__version__, ingress="none"))
    while not stop.is_set():
        try:
            done = await asyncio.to_thread(upkeep.round)
        except PanohError as error:
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
        else:
            if done.closed or done.deleted or done.case_keys:
                log.write(Swept(sent=0, deleted=0, cases=done.closed + done.deleted, again=0))
        try:
            await asyncio.wait_for(stop.wait(), every)
        except TimeoutError:
            continue
    log.write(Stopped(part="jobs"))
