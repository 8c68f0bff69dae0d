"""The local desk: the page from this computer's own files, on loopback, with the server's API behind it.

What the page shows is decided here and not by the server: its files and words are this installation's. Rules: the key
file, still under its passphrase, is handed out once for each start token, which is in the printed address and nowhere
else, so that another user of this computer does not get it; no token of a session is kept; Host, Origin and Sec-Fetch
are checked as on the server (``bot.desk.guard``).
"""

import asyncio
import hmac
import json
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

import bot
from bot.desk.guard import Guard
from bot.desk.heads import MemoryFile
from bot.desk.page import INDEX, NEVER_KEPT, page_hash, static_file
from bot.desk.problems import answer
from bot.desk.serving import serve
from bot.desk.upstream import Answered, Asked, Behind, Upstream, UpstreamError, may_be_asked
from bot.errors import KeyringError, PanohError
from bot.ids import Now, RandomBytes
from bot.sealing.keyring import read_unlimited

TOKEN_BYTES = 32
OK, BAD_GATEWAY = 200, 502
_HASH = re.compile(r"[0-9a-f]{64}")
_MOST = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """The reader's key file as it is, and what it says of itself."""

    name: str
    file: str = field(repr=False)


class Starts:
    """The start token that is good now; one that was spent is followed by a new one, which is told."""

    def __init__(self, random_bytes: RandomBytes, tell: Callable[[str], None]) -> None:
        self._random_bytes = random_bytes
        self._tell = tell
        self._token = ""

    def renew(self) -> None:
        """Make the next token."""
        self._token = self._random_bytes(TOKEN_BYTES).hex()
        self._tell(self._token)

    def spend(self, token: str) -> bool:
        """Whether this is the token that is good now; it is not good a second time."""
        if not hmac.compare_digest(self._token.encode(), token.encode()):
            return False
        self.renew()
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDesk:
    """The application. ``warn`` says something where the server cannot prevent it: in the terminal."""

    upstream: Upstream
    key: OwnKey | None
    """``None`` where somebody enrols, or chooses the file by hand."""
    memory: MemoryFile
    starts: Starts
    words: Mapping[str, bytes] = field(repr=False)
    now: Now
    warn: Callable[[str], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if path.startswith("/api/"):
            return await self._passed_on(request)
        if request.method != "GET":
            return answer(405)
        match path:
            case "/":
                return _file(INDEX)
            case "/favicon.ico":
                return Response(status_code=204)  # browsers ask for it, and would complain of its absence
            case "/local/pin":
                return self._pin()
            case "/local/key":
                return self._own_key(request)
            case "/local/head":
                return await self._head(request)
            case _ if path.startswith("/static/"):
                return _file(path.removeprefix("/static/"))
            case _ if path.startswith("/words/") and path.endswith(".json"):
                found = self.words.get(path.removeprefix("/words/").removesuffix(".json"))
                return answer(404) if found is None else Response(found, media_type="application/json")
            case _:
                return answer(404)

    async def _passed_on(self, request: Request) -> Response:
        asked = Asked(
            method=request.method,
            path=request.scope.get("raw_path") or b"",
            query=request.scope["query_string"],
            body=await request.body(),
            authorization=request.headers.get("authorization", ""),
        )
        if not may_be_asked(asked):
            return answer(404)
        try:
            answered = await self.upstream.ask(asked)
            self._look_at_keyring(asked, answered)
        except UpstreamError as error:
            return _unreachable(error)
        return Response(answered.data, answered.status, media_type="application/json")

    def _look_at_keyring(self, asked: Asked, answered: Answered) -> None:
        """Let no keyring through that is older than one this computer saw: it may name somebody who left.

        What does not hold goes on to the page, which says why.

        Raises:
            UpstreamError: it is older.
        """
        if unquote_to_bytes(asked.path) != b"/api/keyring" or answered.status != OK:
            return
        try:
            text = json.loads(answered.data)["file"]
            keyring = read_unlimited(text.encode(), self.memory.memory.root)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, KeyringError):
            return
        if not self.memory.takes(keyring.serial):
            line = (
                f"the server's list of keys has number {keyring.serial}, but this computer saw number "
                f"{self.memory.memory.serial}"
            )
            self.warn(f"Warning: {line}. Stop, and compare with colleagues.")
            raise UpstreamError(line, Behind.OLDER_KEYRING)

    def _pin(self) -> Response:
        return JSONResponse(
            {
                "root_fingerprint": self.memory.memory.root,
                "server": self.upstream.server,
                "name": "" if self.key is None else self.key.name,
                "version": bot.__version__,
                "page": {"hash": page_hash()},
            }
        )

    def _own_key(self, request: Request) -> Response:
        if self.key is None or not self.starts.spend(request.headers.get("authorization", "").removeprefix("Bearer ")):
            return answer(404)
        return PlainTextResponse(self.key.file, headers={"Cache-Control": NEVER_KEPT})

    async def _head(self, request: Request) -> Response:
        """Compare the head of the server's audit with the one that this computer saw."""
        seen = self.memory.memory.seen
        try:
            found = await self.upstream.asked_for(
                "/api/audit/head",
                request.headers.get("authorization", ""),
                "" if seen is None else f"kept={seen.count}",
            )
        except UpstreamError as error:
            return _unreachable(error)
        count, head, at_seen = found.get("count"), found.get("hash"), found.get("kept")
        if type(count) is not int or not 0 <= count < _MOST or not isinstance(head, str) or not _HASH.fullmatch(head):
            return _unreachable(UpstreamError("the server does not answer as a desk does"))
        day = self.now().date().isoformat()
        agrees = self.memory.compare(count, head, at_seen if isinstance(at_seen, str) else None, day)
        if not agrees and seen is not None:
            self.warn(
                f"Warning: the server's record of acts does not contain the one that this computer saw on {seen.day} "
                f"(act {seen.count}, {seen.hash}). Stop, and compare with colleagues."
            )
        kept = None if seen is None else {"count": seen.count, "hash": seen.hash, "day": seen.day}
        return JSONResponse({"count": count, "hash": head, "agrees": agrees, "kept": kept})


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What the person who started the desk is told: with the first address, and again with each that follows."""

    address: str = field(repr=False)
    server: str
    version: str
    page: str
    first: bool


async def run_local(
    upstream: Upstream,
    key: OwnKey | None,
    memory: MemoryFile,
    *,
    port: int,
    words: Mapping[str, bytes],
    now: Now,
    random_bytes: RandomBytes,
    tell: Callable[[Started], None],
    warn: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    """Serve the local desk until ``stop`` is set. ``upstream`` was entered.

    Raises:
        PanohError: the server is not reachable or another one, or nothing can listen on this port.
    """
    about = await upstream.asked_for("/api/about")
    named = about.get("server")
    if named != upstream.server:
        shown = named if isinstance(named, str) and named.isascii() and named.isprintable() else "another"
        raise PanohError(f"the server calls itself {shown[:200]}: name it so with --server, or signing in cannot work")
    sockets = _listening(port)
    address = f"http://localhost:{sockets[0].getsockname()[1]}"
    told = 0

    def tell_address(token: str) -> None:
        nonlocal told
        told += 1
        where = f"{address}/" if key is None else f"{address}/#start={token}"
        tell(Started(address=where, server=upstream.server, version=bot.__version__, page=page_hash(), first=told == 1))

    starts = Starts(random_bytes, tell_address)
    desk = LocalDesk(upstream=upstream, key=key, memory=memory, starts=starts, words=words, now=now, warn=warn)
    guarded = Guard(desk, address)
    async with asyncio.TaskGroup() as tasks:
        for listener in sockets:
            tasks.create_task(serve(guarded, listener, stop))
        starts.renew()


def _listening(port: int) -> list[socket.socket]:
    """Return sockets on both loopback addresses: a browser that asks ``localhost`` must find nobody else on either.

    Raises:
        PanohError: somebody listens there.
    """
    for _ in range(1 if port else 20):
        first = _bound(socket.AF_INET, "127.0.0.1", port)
        taken = first.getsockname()[1]
        if not _has_ipv6():
            return [first]
        try:
            return [first, _bound(socket.AF_INET6, "::1", taken)]
        except PanohError:
            first.close()
            if port:
                raise
    raise PanohError("no port is free on both 127.0.0.1 and ::1")


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        # The text of the error names the address too; the number's own text is enough.
        why = os.strerror(error.errno) if error.errno else "refused"
        raise PanohError(f"port {port} of {host} cannot be used ({why}); try --port 0") from None


def _has_ipv6() -> bool:
    """Whether ``::1`` is an address of this computer."""
    if not socket.has_ipv6:
        return False
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def _file(name: str) -> Response:
    found = static_file(name)
    return answer(404) if found is None else Response(found[0], media_type=found[1])


def _unreachable(error: UpstreamError) -> Response:
    line = str(error)
    return JSONResponse({"error": error.why, "message": f"{line[:1].upper()}{line[1:]}."}, BAD_GATEWAY)
