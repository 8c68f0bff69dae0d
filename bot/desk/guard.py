"""What every request passes before the API sees it, and every answer after: the outermost part of the desk.

Refused: a Host that is not ours (DNS rebinding), an Origin or a Sec-Fetch-Site of somebody else's page, a body over its
limit; files of whoever is not signed in, before they are read. Added: the security headers. A failure nobody expected
is logged by its class and place, and answered in one line; what was sent is in neither. There are no cookies, so that
no request carries a right by itself.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import log
from bot.desk.page import ASKED_AGAIN, HEADERS, NEVER_KEPT
from bot.desk.problems import answer
from bot.log.events import Uncaught
from bot.log.writer import place_of

SMALL = 64 * 1024
"""Bytes of most bodies."""
LARGE = 4 * 1024 * 1024
"""Bytes of a body that carries sealed files."""
_CARRY_FILES = ("/notes", "/replies", "/rewraps")
_OWN_PAGE = {"same-origin", "none"}


class Guard:
    """Wraps the API."""

    def __init__(self, app: ASGIApp, server: str, *, known: Callable[[str], bool] | None = None) -> None:
        """``server`` is the address that browsers show, without a slash at its end.

        ``known`` says whether a bearer token is that of somebody signed in; ``None`` on one's own computer, where
        nobody else asks.
        """
        self._app = app
        self._known = known
        self._server = server
        self._host = urlsplit(server).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        outside = _Outside(send, kept=not scope["path"].startswith("/api"))
        headers = _headers(scope["headers"])
        if not self._ours(scope, headers):
            await answer(403)(scope, receive, outside.send)
            return
        try:
            body = await self._read(scope["path"], headers, receive)
            if isinstance(body, Response):
                await body(scope, receive, outside.send)
                return
            await self._app(scope, _replayed(body, receive), outside.send)
        except Exception as error:  # noqa: BLE001  the last place before a traceback, which may hold what was sent
            log.write(Uncaught(error=type(error).__name__, place=place_of(error)))
            if not outside.begun:
                await answer(500)(scope, receive, outside.send)

    async def _read(self, path: str, headers: Mapping[str, str], receive: Receive) -> bytes | Response:
        if not path.endswith(_CARRY_FILES):
            return await _body(headers, receive, SMALL)
        token = headers.get("authorization", "").partition(" ")[2]
        if self._known is not None and not await asyncio.to_thread(self._known, token):
            return answer(401)
        return await _body(headers, receive, LARGE)

    def _ours(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        if headers.get("host", "").lower() != self._host:
            return False
        if headers.get("sec-fetch-site", "same-origin") not in _OWN_PAGE:
            # A link to the desk in a mail may be followed; nothing else may come from elsewhere.
            followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
            return followed and scope["method"] == "GET" and scope["path"] == "/"
        return headers.get("origin", self._server).lower() == self._server


class _Outside:
    """Adds the headers to what goes out."""

    def __init__(self, send: Send, *, kept: bool) -> None:
        self._send = send
        self._headers = [*HEADERS.items(), ("Cache-Control", ASKED_AGAIN if kept else NEVER_KEPT)]
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            raw = [(name.lower().encode(), value.encode()) for name, value in self._headers]
            message["headers"] = [*message.get("headers", ()), *raw]
        await self._send(message)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Return headers by name; of one that is repeated, all, so that it equals nothing we accept."""
    found: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1")
        found[key] = f"{found[key]},{value.decode('latin-1')}" if key in found else value.decode("latin-1")
    return found


async def _body(headers: Mapping[str, str], receive: Receive, limit: int) -> bytes | Response:
    """Read a body whole; what is too long is not read to its end."""
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        return answer(400)
    if int(length) > limit:
        return answer(413)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return answer(400)
        body += message.get("body", b"")
        if len(body) > limit:
            return answer(413)
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return what gives the body once, and then what the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
