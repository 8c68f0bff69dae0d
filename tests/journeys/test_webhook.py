"""The other mouth and the other database: a webhook and PostgreSQL, with the same person and the same case."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app.serving import Hook, Line
from bot.channels.pace import Pace
from bot.emulator.clock import VirtualClock
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.engine.conversation import Level
from bot.store.database import Database
from tests.databases import PostgreSQL, postgresql
from tests.journeys.line import Service, Shared
from tests.journeys.phone import Phone

__all__ = ["postgresql"]

SECRET = "a-secret-of-the-webhook-tests"


class Hooked(Service):
    """The service behind a webhook."""

    def __init__(self, shared: Shared, folder: Path, world: World, server: EmulatorServer, clock: VirtualClock) -> None:
        super().__init__(shared, folder, world, server, clock)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def _line(self) -> Line:
        return Line(
            token=self.world.token,
            api=self.server.base_url,
            hook=Hook(url=self.address, secret=SECRET, host="127.0.0.1", port=self.port),
            pace=Pace(chat_rate=1000.0, rate=10_000.0),
        )

    def move_to(self, database: Database) -> None:
        """Keep everything in another database from now on."""
        self.database.close()
        self.database = database
        self.parts = self._assemble()


@asynccontextmanager
async def behind_a_webhook(shared: Shared, folder: Path, database: Database | None = None) -> AsyncIterator[Hooked]:
    clock = VirtualClock()
    world = World(clock)
    async with EmulatorServer(world, retry_delays=(0.05,)) as server:
        service = Hooked(shared, folder, world, server, clock)
        if database is not None:
            await asyncio.to_thread(service.move_to, database)
        service.start()
        try:
            yield service
        finally:
            await service.stop()
            if database is None:
                await asyncio.to_thread(service.database.close)


async def danger(service: Service, phone: Phone) -> None:
    await phone.start()
    await phone.tap("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
    await phone.tap("E2_what_now.missing")
    await phone.say("MADE-UP CASE: nobody has seen the made-up person since Sunday")
    await phone.tap("E4_contact.code_only", "Z1_send.send", "R1_code.kept")


def test_a_case_comes_in_by_webhook_as_it_does_by_polling(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with behind_a_webhook(shared, tmp_path) as service:
            phone = Phone(service)
            await danger(service, phone)
            (case,) = await asyncio.to_thread(service.queue)
            opened = await asyncio.to_thread(service.opened, case)
            answers = {answer["node"]: answer["value"] for answer in opened["answers"]}
            assert answers["E3_who_where"] == "MADE-UP CASE: nobody has seen the made-up person since Sunday"
            assert case.urgency is Level.CRITICAL

    asyncio.run(journey())


def test_a_stranger_without_the_secret_reaches_nobody(shared: Shared, tmp_path: Path) -> None:
    message = {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "made up"}
    update = {"update_id": 1, "message": message}

    async def journey() -> None:
        async with behind_a_webhook(shared, tmp_path) as service, aiohttp.ClientSession() as stranger:
            await service.server.until(lambda: service.world.webhook is not None)
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}):
                async with stranger.post(service.address, json=update, headers=headers) as answer:
                    assert answer.status == 403
            assert service.rows() == {}

    asyncio.run(journey())


@pytest.mark.postgres
def test_the_same_line_keeps_its_cases_on_postgresql(shared: Shared, tmp_path: Path, postgresql: PostgreSQL) -> None:
    base = Database(postgresql.create("webhook"))
    base.upgrade()

    async def journey() -> None:
        async with behind_a_webhook(shared, tmp_path, base) as service:
            phone = Phone(service)
            await danger(service, phone)
            (case,) = await asyncio.to_thread(service.queue)
            opened = await asyncio.to_thread(service.opened, case)
            assert [answer["node"] for answer in opened["answers"]].count("E3_who_where") == 1

    try:
        asyncio.run(journey())
    finally:
        base.close()
