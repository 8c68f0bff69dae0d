"""The HTTP server: uvicorn, told to log nobody's address and to leave signals to whoever started it."""

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.errors import SettingsError

ON_THIS_MACHINE = ("127.0.0.1", "::1")
KEEP_ALIVE = 30
LAST_SECONDS = 3
"""How long requests that run may take to end."""
AT_ONCE = 500
"""Connections; more are told to come back."""


class _Server(uvicorn.Server):
    """A server that ends when it is told to, not on a signal."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        SettingsError: nothing can listen there.
    """
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "refused"
        raise SettingsError(f"PANOH_DESK_LISTEN cannot be listened on ({why}). A good value: 127.0.0.1:8082") from None


async def serve(
    app: ASGIApp, listener: socket.socket, stop: asyncio.Event, *, proxies: Sequence[str] = ON_THIS_MACHINE
) -> None:
    """Serve until ``stop`` is set. Only these addresses and networks may say for whom they ask."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="off",
        ws="none",
        proxy_headers=True,
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=LAST_SECONDS,
        limit_concurrency=AT_ONCE,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as tasks:
        waits = tasks.create_task(_end(server, stop))
        try:
            await server.serve([listener])
        finally:
            waits.cancel()


async def _end(server: uvicorn.Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True
