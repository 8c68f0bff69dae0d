"""The HTTP face of the emulator: ``/bot<token>/<method>``, ``/file/bot<token>/<path>``, and a server to run it.

What lives here: reading requests, long polling, carrying out planned faults, answers and their envelopes. What must
not: what a method does (``dispatch``), deliveries to a webhook (``webhook``), the phone (``phone``).

Rules kept: loopback only; a call that is carried out is carried out whole before anything is answered; of two
readers of one queue the earlier is turned away with 409, as Telegram does.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Self

from aiogram import methods
from aiohttp import web

from bot.emulator.bell import Bell
from bot.emulator.calls import AnyCall, parse_call
from bot.emulator.dispatch import perform
from bot.emulator.faults import Cut, Fault, Refuse, ServerError, Slow, TooMany
from bot.emulator.files import Upload
from bot.emulator.phone import phone_routes
from bot.emulator.reading import begin_poll, take_updates
from bot.emulator.records import Asked
from bot.emulator.refusals import RefusalError, conflict, not_found, too_many_requests, unauthorized
from bot.emulator.webhook import RETRY_DELAYS, WebhookPump
from bot.emulator.world import World

_PATH = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[A-Za-z]+)")
_REQUEST_LIMIT = 64 * 1024 * 1024


class _Face:
    """One account behind HTTP."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bell = Bell()
        self._poller: object | None = None

    async def answer(self, request: web.Request, name: str) -> web.StreamResponse:
        """Read one request, meet its fault if one is planned, do it, answer it."""
        try:
            call = await _read(request, name)
            fault = self.world.faults.next_for(call.name)
            return await self._with_fault(request, call, fault)
        except RefusalError as refusal:
            return _refused(refusal)

    async def _with_fault(self, request: web.Request, call: AnyCall, fault: Fault | None) -> web.StreamResponse:
        match fault:
            case None:
                return _done(await self._perform(call))
            case TooMany(retry_after=seconds):
                raise self._recorded(call, too_many_requests(seconds))
            case Refuse(code=code, description=description):
                raise self._recorded(call, RefusalError(code, description))
            case Slow(seconds=seconds):
                result = await self._perform(call)
                await asyncio.sleep(seconds)
                return _done(result)
            case ServerError(status=status, done=done):
                if done:
                    await self._perform(call)
                raise RefusalError(status, "Bad Gateway" if status == 502 else "Internal Server Error")  # noqa: PLR2004
            case Cut(done=done):
                if done:
                    await self._perform(call)
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=502)

    async def _perform(self, call: AnyCall) -> object:
        if isinstance(call.method, methods.GetUpdates):
            return await self._poll(call.method)
        return perform(self.world, call)

    async def _poll(self, method: methods.GetUpdates) -> list[dict[str, object]]:
        ends = asyncio.get_running_loop().time() + begin_poll(self.world, method)
        mine = self._poller = object()
        self.world.polling = True
        self.world.changed()
        try:
            while True:
                updates = take_updates(self.world, method)
                left = ends - asyncio.get_running_loop().time()
                if updates or left <= 0 or self.bell.closed:
                    return updates
                await self.bell.heard(left)
                if self._poller is not mine:
                    raise conflict(
                        "terminated by other getUpdates request; make sure that only one bot instance is running"
                    )
                begin_poll(self.world, method)
        finally:
            if self._poller is mine:
                self._poller = None
                self.world.polling = False

    def _recorded(self, call: AnyCall, refusal: RefusalError) -> RefusalError:
        self.world.outbox.append(
            Asked(at=self.world.now(), method=call.name, parameters=call.parameters, refusal=refusal)
        )
        return refusal


def emulator_app(*worlds: World, retry_delays: tuple[float, ...] = RETRY_DELAYS) -> web.Application:
    """The emulator as an application; routes of one's own may be added before it runs.

    Args:
        worlds: One for each bot account; ``/phone`` is the first one's phone, ``/2/phone`` the second one's.
        retry_delays: Seconds of real time between the attempts of a webhook; the last one repeats.
    """
    faces = {world.token: _Face(world) for world in worlds}
    app = web.Application(client_max_size=_REQUEST_LIMIT)

    async def api(request: web.Request) -> web.StreamResponse:
        found = _PATH.fullmatch(request.path)
        if found is None:
            return _refused(not_found())
        face = faces.get(found["token"])
        return _refused(unauthorized()) if face is None else await face.answer(request, found["method"])

    async def download(request: web.Request) -> web.StreamResponse:
        face = faces.get(request.match_info["token"])
        stored = face.world.files.at(request.match_info["path"]) if face is not None else None
        if stored is None:
            return _refused(not_found())
        return web.Response(body=stored.data, content_type="application/octet-stream")

    async def run(_app: web.Application) -> AsyncIterator[None]:
        pumps = [WebhookPump(face.world, face.bell, retry_delays) for face in faces.values()]
        for face in faces.values():
            face.world.listeners.append(face.bell.ring)
        for pump in pumps:
            pump.start()
        yield
        for pump in pumps:
            await pump.stop()
        for face in faces.values():
            face.world.listeners.remove(face.bell.ring)

    async def close(_app: web.Application) -> None:
        for face in faces.values():
            face.bell.close()

    app.cleanup_ctx.append(run)
    app.on_shutdown.append(close)
    app.router.add_route("*", "/file/bot{token}/{path:.+}", download)
    app.router.add_route("*", "/bot{token}/{method}", api)
    for number, face in enumerate(faces.values(), start=1):
        phone_routes(app, face.world, face.bell, "" if number == 1 else f"/{number}")
    return app


class EmulatorServer:
    """A running emulator on 127.0.0.1.

    Args:
        worlds: One for each bot account.
        port: 0 takes a free one.
        retry_delays: As for ``emulator_app``.
        prepare: Adds routes of one's own before the application runs.
    """

    def __init__(
        self,
        *worlds: World,
        port: int = 0,
        retry_delays: tuple[float, ...] = RETRY_DELAYS,
        prepare: Callable[[web.Application], None] | None = None,
    ) -> None:
        self.worlds = worlds
        self.world = worlds[0]
        self._port = port
        self._retry_delays = retry_delays
        self._prepare = prepare
        self._runner: web.AppRunner | None = None
        self._bell = Bell()

    @property
    def base_url(self) -> str:
        """Address of the server, without a slash at the end.

        ``TelegramAPIServer.from_base(base_url)`` for aiogram; ``base_url + "/bot"`` and ``base_url + "/file/bot"``
        for python-telegram-bot.
        """
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen."""
        app = emulator_app(*self.worlds, retry_delays=self._retry_delays)
        if self._prepare is not None:
            self._prepare(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = site.port
        for world in self.worlds:
            world.listeners.append(self._bell.ring)

    async def stop(self) -> None:
        """Answer whoever still waits, and close."""
        for world in self.worlds:
            world.listeners.remove(self._bell.ring)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, holds: Callable[[], bool], *, seconds: float = 10) -> None:
        """Wait until ``holds()`` is true, looking again after every change.

        Raises:
            TimeoutError: when it is not after ``seconds`` of real time.
        """
        async with asyncio.timeout(seconds):
            while not holds():
                await self._bell.heard(seconds)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


async def _read(request: web.Request, name: str) -> AnyCall:
    fields: dict[str, object] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            fields |= await _json_object(request)
        else:
            for key, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    with value.file as part:
                        uploads[key] = Upload(name=value.filename, mime=value.content_type, data=part.read())
                else:
                    fields[key] = value.decode() if isinstance(value, (bytes, bytearray)) else value
    return parse_call(name, fields, uploads)


async def _json_object(request: web.Request) -> Mapping[str, object]:
    try:
        given = await request.json()
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise RefusalError(400, "Bad Request: object expected as request body")
    return given


def _done(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result}, dumps=_dumps)


def _refused(refusal: RefusalError) -> web.Response:
    answer: dict[str, object] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after is not None:
        answer["parameters"] = {"retry_after": refusal.retry_after}
    return web.json_response(answer, status=refusal.code, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
