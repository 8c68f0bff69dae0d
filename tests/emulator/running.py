"""A running emulator and a plain HTTP client, for tests that look at the wire."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.emulator import EmulatorServer, World

LONGEST = 60.0
"""Seconds a test may take before it is a failure."""


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine to its end."""

    async def limited() -> None:
        async with asyncio.timeout(LONGEST):
            await test

    asyncio.run(limited())


class Wire:
    """Calls the running server as any client would, and gives status and envelope."""

    def __init__(self, server: EmulatorServer, client: aiohttp.ClientSession) -> None:
        self.server = server
        self.client = client

    def url(self, method: str, token: str | None = None) -> str:
        return f"{self.server.base_url}/bot{token or self.server.world.token}/{method}"

    async def call(self, method: str, **fields: object) -> tuple[int, dict[str, Any]]:
        async with self.client.post(self.url(method), json=fields) as response:
            return response.status, await response.json()

    async def done(self, method: str, **fields: object) -> Any:
        status, envelope = await self.call(method, **fields)
        assert (status, envelope["ok"]) == (200, True), envelope
        return envelope["result"]


@asynccontextmanager
async def wired(*worlds: World) -> AsyncIterator[Wire]:
    async with EmulatorServer(*worlds, retry_delays=(0, 0.02)) as server, aiohttp.ClientSession() as client:
        yield Wire(server, client)
