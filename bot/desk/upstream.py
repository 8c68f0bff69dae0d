"""The server behind the local desk: what may be asked of it, and what is believed of its answers.

A server that was taken over may answer anything: only a status we know, JSON and a bounded number of bytes come
through, and none of its headers. Asked are the API's own paths and nothing beside them; the bearer token passes through
and is kept nowhere.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType, TracebackType
from typing import Any, Self
from urllib.parse import unquote_to_bytes, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from bot.errors import PanohError, SettingsError

ANSWER_LIMIT = 32 * 1024 * 1024
"""Bytes of the longest answer; the sealed files of a case are a few megabytes."""
GOOD_SERVER = "https://desk.example"
METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
PATIENCE = ClientTimeout(total=300, sock_connect=15, sock_read=45)
"""A page waits 25 seconds for changes; slow lines are slow."""
STATUSES = frozenset({200, 400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})
_SEGMENT = re.compile(rb"(?:[A-Za-z0-9_.~:-]|%[0-9A-Fa-f]{2})+")
_QUERY = re.compile(rb"(?:[A-Za-z0-9_.~:+&=-]|%[0-9A-Fa-f]{2})*")
_BEARER = re.compile(r"Bearer [0-9a-f]{64}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_LOWEST, _CONTROLS_END = 0x20, 0x7F


class Behind(StrEnum):
    """What the local desk says of the server by codes of its own: the page has words for each."""

    UNREACHABLE = "unreachable"
    NO_DESK = "no_desk"
    OLDER_KEYRING = "older_keyring"


class UpstreamError(PanohError):
    """The server cannot be reached, or answers as no desk does; ``why`` says which."""

    def __init__(self, message: str, why: Behind = Behind.NO_DESK) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as the page made it, as far as it is passed on."""

    method: str
    path: bytes
    query: bytes = b""
    body: bytes = field(default=b"", repr=False)
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What of the server's answer is passed on."""

    status: int
    data: bytes = field(repr=False)


def origin_of(server: str) -> str:
    """Return the address of a server as browsers show it.

    Raises:
        SettingsError: not such an address, or one whose line can be listened to.
    """
    try:
        parts = urlsplit(server.strip().rstrip("/"))
        port = parts.port
    except ValueError:
        raise _no_address() from None
    host = (parts.hostname or "").lower()
    if (
        parts.scheme not in {"https", "http"}
        or not host
        or parts.path
        or parts.query
        or parts.fragment
        or "@" in server
    ):
        raise _no_address()
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise SettingsError(f"--server must begin with https, or whoever is on the line reads along: {GOOD_SERVER}")
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port is None else f":{port}")


def may_be_asked(asked: Asked) -> bool:
    """Whether a request is one of the API's: below ``/api``, and read by everybody in the same way."""
    first, *segments = asked.path.split(b"/")[1:] or [b""]
    return (
        asked.method in METHODS
        and asked.path.startswith(b"/")
        and first == b"api"
        and bool(segments)
        and all(_SEGMENT.fullmatch(segment) and _plain(unquote_to_bytes(segment)) for segment in segments)
        and _QUERY.fullmatch(asked.query) is not None
    )


class Upstream:
    """The server, asked over one pool of connections."""

    def __init__(self, server: str) -> None:
        """``server`` is an address from ``origin_of``."""
        self.server = server
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(
            timeout=PATIENCE,
            cookie_jar=DummyCookieJar(),
            headers={"User-Agent": "panoh", "Accept": "application/json", "Accept-Encoding": "identity"},
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, asked: Asked) -> Answered:
        """Pass a request on.

        Raises:
            UpstreamError: not the API's, not reachable, or an answer that no desk gives.
        """
        assert self._session is not None, "entered first"
        if not may_be_asked(asked):
            raise UpstreamError("this is no part of the desk")
        headers = {"Authorization": asked.authorization} if _BEARER.fullmatch(asked.authorization) else {}
        if asked.body:
            headers["Content-Type"] = "application/json"
        query = b"?" + asked.query if asked.query else b""
        # Taken as it stands: what was checked is what is sent.
        url = URL(self.server + (asked.path + query).decode("ascii"), encoded=True)
        try:
            async with self._session.request(
                asked.method, url, data=asked.body or None, headers=headers, allow_redirects=False
            ) as answer:
                return Answered(status=_status(answer), data=await _data(answer))
        except (ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError) as error:
            line = f"{self.server} cannot be reached ({type(error).__name__})"
            raise UpstreamError(line, Behind.UNREACHABLE) from None

    async def asked_for(self, path: str, authorization: str = "", query: str = "") -> Mapping[str, Any]:  # Any: JSON
        """Ask for a JSON object on one's own account.

        Raises:
            UpstreamError: as ``ask``, or it answers with a refusal or no object.
        """
        asked = Asked(method="GET", path=path.encode(), query=query.encode(), authorization=authorization)
        answered = await self.ask(asked)
        try:
            value = json.loads(answered.data)
        except (ValueError, RecursionError):
            value = None
        if answered.status != 200 or not isinstance(value, dict):  # noqa: PLR2004  HTTP's own number
            raise UpstreamError(f"{self.server} does not answer as a desk does")
        return MappingProxyType(value)


def _status(answer: ClientResponse) -> int:
    kind, encoding = answer.content_type, answer.headers.get("Content-Encoding", "identity")
    if answer.status not in STATUSES or kind != "application/json" or encoding != "identity":
        raise UpstreamError("the server does not answer as a desk does")
    return answer.status


async def _data(answer: ClientResponse) -> bytes:
    if (answer.content_length or 0) > ANSWER_LIMIT:
        raise UpstreamError("the server's answer is too long for a desk's")
    data = bytearray()
    async for piece in answer.content.iter_any():
        data += piece
        if len(data) > ANSWER_LIMIT:
            raise UpstreamError("the server's answer is too long for a desk's")
    return bytes(data)


def _plain(segment: bytes) -> bool:
    """Whether a part of a path stays where it is, whoever reads it."""
    return (
        segment not in {b".", b".."}
        and not any(each in segment for each in (b"/", b"\\", b"%"))
        and all(_LOWEST <= byte != _CONTROLS_END for byte in segment)
    )


def _no_address() -> SettingsError:
    return SettingsError(f"--server is not an address of a desk: scheme and host, nothing after them: {GOOD_SERVER}")
