"""Serve defenders on Telegram: polling or webhook, the sweeper beside it, a clean end on a signal.

Used by ``panoh serve`` and by the demo. Everything taken in is committed before it is confirmed, so that ending this
process at any moment loses nothing.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

import bot
from bot import log
from bot.app.ending import first_of
from bot.app.intake import Parts
from bot.channels.defender.profile import publish
from bot.channels.defender.router import Router
from bot.channels.defender.sender import Sender, connect
from bot.channels.defender.webhook import Webhook, register
from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.pace import Pace
from bot.channels.polling import Polling
from bot.errors import PanohError, SettingsError
from bot.ids import ChatId, Now
from bot.intake.turn import Turn
from bot.log.events import Started, Stopped, Swept, Uncaught
from bot.log.writer import place_of

SWEEP_SECONDS = 15.0
AT_ONCE = 8
"""Chats written to at the same time, unasked."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where the messenger calls us: the public address, the secret it repeats, and where we listen."""

    url: str
    secret: str = field(repr=False)
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The bot's account on the messenger. Without a ``hook`` it polls."""

    token: str = field(repr=False)
    api: str
    hook: Hook | None = None
    pace: Pace = field(default_factory=Pace)
    """How fast may be sent; the messenger's limits by default."""

    @property
    def account(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.split(":", 1)[0])


async def serve(parts: Parts, line: Line, stop: asyncio.Event, *, now: Now) -> None:
    """Serve until ``stop`` is set.

    Raises:
        PanohError: the messenger refuses the token or the webhook's address, or nothing can listen where it should.
    """
    try:
        await _serve(parts, line, stop, now=now)
    except ExceptionGroup as group:
        expected, unexpected = group.split(PanohError)
        if expected is None or unexpected is not None:
            raise
        raise first_of(expected) from None


async def _serve(parts: Parts, line: Line, stop: asyncio.Event, *, now: Now) -> None:
    async with AsyncExitStack() as stack:
        telegram = connect(line.token, line.api)
        stack.push_async_callback(telegram.session.close)
        sender = Sender(telegram, pace=line.pace)
        router = Router(account=line.account, intake=parts.intake, sender=sender)
        outage = Outage(now=now, after=lambda: _ask_again(parts, router))
        ingress = await stack.enter_async_context(Ingress(router.on_update, router.sorry))
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            # Names and commands are brought up to date beside the first updates, never before them.
            tasks.create_task(publish(telegram, parts.library.current.conversation))
            tasks.create_task(_sweep(parts, router, ended))
            log.write(Started(part="defender", version=bot.__version__, ingress="webhook" if line.hook else "polling"))
            try:
                if line.hook is None:
                    polling = Polling(
                        token=line.token, api=line.api, ingress=ingress, setting="PANOH_DEFENDER_TOKEN", outage=outage
                    )
                    tasks.create_task(_stopping(stop, ended, polling))
                    await polling.run()
                else:
                    webhook = Webhook(secret=line.hook.secret, ingress=ingress, outage=outage)
                    hook = line.hook
                    await _listen(hook, webhook, stop, lambda: register(telegram, url=hook.url, secret=hook.secret))
            finally:
                ended.set()
    log.write(Stopped(part="defender"))


async def _stopping(stop: asyncio.Event, ended: asyncio.Event, polling: Polling) -> None:
    async with asyncio.TaskGroup() as either:
        waits = [either.create_task(stop.wait()), either.create_task(ended.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    polling.stop()


async def _listen(hook: Hook, webhook: Webhook, stop: asyncio.Event, tell: Callable[[], Awaitable[None]]) -> None:
    """Listen first, then tell the messenger: nothing is called that does not answer."""
    path = "/" + hook.url.split("://", 1)[-1].partition("/")[2]
    runner = web.AppRunner(webhook.application(path), access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, hook.host, hook.port).start()
        except OSError as error:
            # The text of asyncio's error names the address too; the number's own text is enough.
            why = os.strerror(error.errno) if error.errno else "refused"
            raise SettingsError(f"PANOH_LISTEN cannot be listened on ({why}). A good value: 127.0.0.1:8081") from None
        await tell()
        await stop.wait()
    finally:
        await runner.cleanup()


async def _ask_again(parts: Parts, router: Router) -> None:
    chats = await parts.sweeper.open_chats()
    await _each(chats, lambda chat: _show_again(parts, router, chat, late=True))


async def _show_again(parts: Parts, router: Router, chat: ChatId, *, late: bool) -> None:
    await router.deliver(chat, await parts.intake.again(chat, late=late))


async def _each(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do the same for many chats, a few at a time: one that the messenger holds up does not hold up the others."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        async with room:
            await work(item)

    async with asyncio.TaskGroup() as tasks:
        for item in items:
            tasks.create_task(one(item))


async def _sweep(parts: Parts, router: Router, ended: asyncio.Event) -> None:
    while not ended.is_set():
        try:
            await sweep_once(parts, router)
        except PanohError as error:
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
        try:
            await asyncio.wait_for(ended.wait(), SWEEP_SECONDS)
        except TimeoutError:
            continue


async def sweep_once(parts: Parts, router: Router) -> None:
    """Do one round of what is due, and tell the chats."""
    parts.keyring.look_again()
    done = await parts.sweeper.round()
    await _each(done.remove, lambda due: router.deliver(due[0], Turn(remove=due[1])))
    await _each(done.again, lambda chat: _show_again(parts, router, chat, late=False))
    await _each(await parts.nudger.round(), lambda due: router.deliver(due[0], due[1]))
    if done.sent or done.deleted or done.cases or done.again:
        log.write(Swept(sent=done.sent, deleted=done.deleted, cases=done.cases, again=len(done.again)))
