"""The whole line of this channel over real HTTP: the emulator, a mouth, the ingress, the router, the sender."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiogram import Bot
from aiohttp import web

from bot.channels.defender.router import Router
from bot.channels.defender.sender import Sender, connect
from bot.channels.defender.webhook import Webhook, register
from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.pace import Pace
from bot.channels.polling import Polling
from bot.emulator import EmulatorServer, World
from tests.channels.made_up import StandIn

SECRET = "a-made-up-secret"
IMPATIENT = 15.0


@dataclass
class Pauses:
    """Waits for nothing and remembers how long it should have waited."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        if seconds > 0:
            self.seconds.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def emulated(*worlds: World) -> AsyncIterator[str]:
    """Run the Bot API server; gives its address."""
    async with EmulatorServer(*worlds, retry_delays=(0, 0.05)) as server:
        yield server.base_url


@asynccontextmanager
async def client(world: World, url: str) -> AsyncIterator[Bot]:
    telegram = connect(world.token, url)
    try:
        yield telegram
    finally:
        await telegram.session.close()


def sender(telegram: Bot, pauses: Pauses | None = None) -> Sender:
    """A sender that keeps no pace of its own, so that only what the server asks for is waited for."""
    pace = Pace(chat_rate=1e6, chat_burst=1000, rate=1e6, burst=1000)
    return Sender(telegram, pace=pace, pause=pauses or Pauses())


@dataclass
class Line:
    """What a test holds of a running line."""

    world: World
    intake: StandIn
    ingress: Ingress
    pauses: Pauses
    asked_again: list[int]
    stop: Callable[[], Coroutine[None, None, None]]


@asynccontextmanager
async def polled(world: World, url: str, intake: StandIn) -> AsyncIterator[Line]:
    """Serve by polling until the block ends; ends it cleanly."""
    pauses, asked = Pauses(), list[int]()

    async def again() -> None:
        asked.append(len(intake.came))

    async with client(world, url) as telegram:
        router = Router(account=telegram.id, intake=intake, sender=sender(telegram, pauses))
        outage = Outage(now=world.now, after=again)
        async with Ingress(router.on_update) as ingress, asyncio.TaskGroup() as group:
            polling = Polling(
                token=world.token, api=url, ingress=ingress, setting="PANOH_DEFENDER_TOKEN", outage=outage, pause=pauses
            )
            running = group.create_task(polling.run())

            async def stop() -> None:
                polling.stop()
                await running

            yield Line(world, intake, ingress, pauses, asked, stop)
            await stop()


@asynccontextmanager
async def hooked(world: World, url: str, intake: StandIn) -> AsyncIterator[Line]:
    """Serve by webhook until the block ends."""
    pauses, asked = Pauses(), list[int]()

    async def again() -> None:
        asked.append(len(intake.came))

    async with client(world, url) as telegram:
        router = Router(account=telegram.id, intake=intake, sender=sender(telegram, pauses))
        async with Ingress(router.on_update) as ingress:
            webhook = Webhook(secret=SECRET, ingress=ingress, outage=Outage(now=world.now, after=again))
            async with listening(webhook.application("/hook")) as address:
                await register(telegram, url=f"{address}/hook", secret=SECRET)

                async def stop() -> None:
                    world.webhook = None

                yield Line(world, intake, ingress, pauses, asked, stop)
                await stop()


@asynccontextmanager
async def listening(application: web.Application) -> AsyncIterator[str]:
    """Run a server application on loopback; gives its address."""
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def until(true: Callable[[], object]) -> None:
    """Wait until something is so; fail when it does not become so."""
    async with asyncio.timeout(IMPATIENT):
        # What is waited for lies in the server, in the stand-in or in both; no single event tells of it.
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
