"""A local desk that serves on this machine, and servers behind it: a real one, and ones that answer what they like."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import urandom
from pathlib import Path
from typing import Any

import httpx

from bot.desk.heads import MemoryFile
from bot.desk.local import OwnKey, Started, run_local
from bot.desk.upstream import Upstream
from tests.made_up import NOW

PIN = "ab" * 32
OWN_KEY = OwnKey(name="Anna", file="MADE-UP key file\n")
WORDS = {"en": b'{"locale": "en", "messages": {}}'}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def in_a_thread(run: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> Iterator[asyncio.AbstractEventLoop]:
    """Run something that ends when its event is set, in a loop of its own."""
    at: dict[str, Any] = {}
    begun = threading.Event()

    async def go() -> None:
        at["loop"], at["stop"] = asyncio.get_running_loop(), asyncio.Event()
        begun.set()
        await run(at["stop"])

    thread = threading.Thread(target=asyncio.run, args=(go(),))
    thread.start()
    try:
        assert begun.wait(20)
        yield at["loop"]
    finally:
        if thread.is_alive():
            at["loop"].call_soon_threadsafe(at["stop"].set)
        thread.join(20)
        assert not thread.is_alive()


@dataclass
class Local:
    """A local desk as its page, and others on this computer, reach it."""

    memory: Path
    addresses: list[Started] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.addresses[0].address.partition("/#")[0].removesuffix("/")

    @property
    def start(self) -> str:
        """The start token that is good now."""
        return self.addresses[-1].address.partition("#start=")[2]

    def ask(self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> httpx.Response:
        """Ask as the page does, unless headers say otherwise."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Host", self.origin.removeprefix("http://"))
        if token:
            named["Authorization"] = f"Bearer {token}"
        port = self.origin.rpartition(":")[2]
        with httpx.Client(timeout=40) as client:
            raw = {name.encode(): value.encode("latin-1") for name, value in named.items()}
            return client.request(method, f"http://127.0.0.1:{port}{path}", json=body, headers=raw)

    def raw(self, line: str) -> bytes:
        """Send a request line that no client would build, and return the answer as it arrives."""
        host = self.origin.removeprefix("http://")
        with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2]))) as connection:
            connection.sendall(f"{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while piece := connection.recv(65_536):
                data += piece
        return data


@contextmanager
def local_desk(server: str, memory: Path, *, root: str | None = PIN, key: OwnKey | None = OWN_KEY) -> Iterator[Local]:
    """A local desk in front of ``server``."""
    local = Local(memory)
    ready = threading.Event()

    def tell(started: Started) -> None:
        local.addresses.append(started)
        ready.set()

    async def run(stop: asyncio.Event) -> None:
        async with Upstream(server) as upstream:
            await run_local(
                upstream,
                key,
                MemoryFile(memory, root),
                port=0,
                words=WORDS,
                now=lambda: NOW,
                random_bytes=urandom,
                tell=tell,
                warn=local.warnings.append,
                stop=stop,
            )

    with in_a_thread(run):
        assert ready.wait(20), "the local desk did not start"
        yield local


@dataclass
class Hostile:
    """A server that says what a test tells it to say, and keeps what it was asked."""

    server: str
    says: bytes = b""
    asked: list[bytes] = field(default_factory=list)

    def answers(self, body: bytes, *, kind: str = "application/json", status: str = "200 OK", more: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.says = head.encode() + body


@contextmanager
def hostile_server() -> Iterator[Hostile]:
    """A server that is well-behaved when it is asked what it is, and hostile to everything else."""
    port = free_port()
    hostile = Hostile(f"http://127.0.0.1:{port}")
    about = f'{{"server": "{hostile.server}"}}'.encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        if asked.startswith(b"GET /api/about "):
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(about)}\r\n\r\n"
            writer.write(head.encode() + about)
        else:
            hostile.asked.append(asked)
            writer.write(hostile.says)
        writer.close()

    async def run(stop: asyncio.Event) -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", port):
            ready.set()
            await stop.wait()

    ready = threading.Event()
    with in_a_thread(run):
        assert ready.wait(20)
        yield hostile
