"""Run the demo: one process, one folder, real code over real HTTP, no network and no real token.

Prints the address of the page and the exact line that opens a case; deletes the folder at the end unless it was named.
"""

import asyncio
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.app.intake import Parts, assemble
from bot.app.nature import now, random_bytes
from bot.app.serving import Line, serve
from bot.casework.export import write_case
from bot.channels.defender.pace import Pace
from bot.demo.cases import play
from bot.demo.holdings import holdings
from bot.demo.keys import ThrowAway, make
from bot.demo.place import place
from bot.emulator.phone import secured, static_files
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.errors import PanohError
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import Case, ObjectState, SealedObject, Status

STATIC = Path(__file__).parent / "static"
LOOKED_AT = 500
"""Waiting cases among which the newest is looked for."""

Say = Callable[[str], None]


async def run(
    *, port: int, cases: int, keep: Path | None, conversation: Path, locales: Path, say: Say, stop: asyncio.Event
) -> None:
    """Run until ``stop`` is set or the terminal interrupts.

    Raises:
        PanohError: the port is taken, or a file cannot be used.
    """
    folder = keep.absolute() if keep is not None else Path(tempfile.mkdtemp(prefix="panoh-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if keep is not None and any(folder.iterdir()):
        raise PanohError(f"{folder} is not empty: name a new folder for --keep")
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        # Not every loop can listen to signals; a test's own end is the event.
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(name, stop.set)
    database = Database(f"sqlite:///{folder / 'panoh.db'}")
    try:
        database.upgrade()
        keys = make(folder, now=now, random_bytes=random_bytes)
        parts = assemble(
            place(folder, keys, conversation, locales, random_bytes), database, now=now, random_bytes=random_bytes
        )
        await _serve(parts, database, keys, folder, port=port, cases=cases, say=say, stop=stop)
    finally:
        database.close()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
            say("Everything of this demo was deleted.")


async def _serve(
    parts: Parts,
    database: Database,
    keys: ThrowAway,
    folder: Path,
    *,
    port: int,
    cases: int,
    say: Say,
    stop: asyncio.Event,
) -> None:
    out = folder / "newest"
    open_line = _open_line(out, keys)
    world = World(now)
    server = EmulatorServer(world, port=port, prepare=lambda app: _routes(app, parts, database, out, open_line))
    try:
        await server.start()
    except OSError as error:
        raise PanohError(f"port {port} cannot be used ({error.strerror}); try --port 0") from None
    try:
        if cases:
            say(f"Sending {cases} made-up cases …")
            await play(parts.intake, parts.library.current.conversation, cases, now=now)
            await _export(database, parts, out)
        say(f"The phone and what the server holds:  {server.base_url}/demo")
        say(f"The phone alone:                      {server.base_url}/phone")
        say("Open the newest case as staff, in another terminal:")
        say(f"  {open_line}")
        say("Press Ctrl-C to end.")
        line = Line(token=world.token, api=server.base_url, pace=Pace(chat_rate=50.0, rate=500.0))
        await serve(parts, line, stop, now=now)
    finally:
        await server.stop()


def _open_line(out: Path, keys: ThrowAway) -> str:
    words = ["cases", "open", out, "--key", keys.key_file, "--passphrase-file", keys.passphrase_file]
    return shlex.join([*_program(), *map(str, words)])


def _program() -> list[str]:
    """Return how another terminal calls this very program: by name where that finds it, else by its whole path."""
    beside = Path(sys.executable).with_name("panoh")
    if not beside.exists():
        return [sys.executable, "-m", "bot"]
    named = shutil.which("panoh")
    return ["panoh"] if named is not None and Path(named).samefile(beside) else [str(beside)]


def _routes(app: web.Application, parts: Parts, database: Database, out: Path, open_line: str) -> None:
    async def page(_request: web.Request) -> web.StreamResponse:
        return secured(web.FileResponse(STATIC / "demo.html"))

    async def held(request: web.Request) -> web.StreamResponse:
        if (request.url.host or "") not in {"127.0.0.1", "localhost"}:
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        await _export(database, parts, out)
        answer = await asyncio.wrap_future(database.turn(lambda tx: holdings(tx, now(), open_line)))
        return secured(web.json_response(answer))

    async def home(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/demo")

    app.router.add_get("/", home)
    app.router.add_get("/demo", page)
    app.router.add_get("/demo/holdings", held)
    app.router.add_get("/demo/static/{name}", static_files(STATIC))


async def _export(database: Database, parts: Parts, out: Path) -> None:
    """Keep the sealed files of the newest case where the printed command looks for them."""
    found = await asyncio.wrap_future(database.turn(_newest))
    if found is not None:
        await asyncio.to_thread(_write, found, parts.keyring.deployment, out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newest:
    case: Case
    objects: tuple[SealedObject, ...]
    conversation: str


def _newest(tx: Transaction) -> _Newest | None:
    """Return the newest waiting case with its files; unlike staff's export this does not count as reading."""
    case = max(tx.cases.page(Status.WAITING, None, LOOKED_AT), key=lambda each: each.arrived_at, default=None)
    compiled = tx.conversations.get(case.conversation) if case else None
    if case is None or compiled is None:
        return None
    objects = tx.objects.of_case(case.id, (ObjectState.SENT,))
    return _Newest(case=case, objects=objects, conversation=compiled)


def _write(newest: _Newest, deployment: bytes, out: Path) -> None:
    names = {f"{found.id.hex()}.age" for found in newest.objects}
    if out.exists() and names == {path.name for path in out.glob("*.age")}:
        return
    fresh = out.with_name("writing")
    shutil.rmtree(fresh, ignore_errors=True)
    write_case(fresh, newest.case, newest.objects, conversation=newest.conversation, deployment=deployment)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
