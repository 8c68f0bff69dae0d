"""Run the demo: one process, one folder, real code over real HTTP, no network and no real token.

Prints the address of the page and the exact line that opens a case; deletes the folder at the end unless it was named.
"""

import asyncio
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from bot.app.intake import Parts, assemble
from bot.app.nature import now, random_bytes
from bot.app.serving import Line, serve
from bot.channels.pace import Pace
from bot.demo.cases import play
from bot.demo.holdings import holdings
from bot.demo.keys import ThrowAway, make
from bot.demo.newest import Newest
from bot.demo.place import place
from bot.emulator.phone import secured, static_files
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.errors import PanohError
from bot.store.database import Database

STATIC = Path(__file__).parent / "static"
Say = Callable[[str], None]


async def run(
    *, port: int, cases: int, keep: Path | None, conversation: Path, locales: Path, say: Say, stop: asyncio.Event
) -> None:
    """Run until ``stop`` is set or the terminal interrupts.

    Raises:
        PanohError: the port is taken, or a file cannot be used.
    """
    folder = _new(keep) if keep is not None else Path(tempfile.mkdtemp(prefix="panoh-demo-"))
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
        say(f"Kept in {folder}" if keep is not None else "Everything of this demo was deleted.")
    finally:
        database.close()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _new(folder: Path) -> Path:
    """Make the folder that is kept, and return it such that a line with it works from anywhere."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PanohError(f"{folder} cannot be made ({error.strerror}): name a new folder for --keep") from None
    if any(folder.iterdir()):
        raise PanohError(f"{folder} is not empty: name a new folder for --keep")
    return folder.absolute()


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
    newest = Newest(database, folder / "newest", deployment=parts.keyring.deployment)
    open_line = _open_line(newest.out, keys)
    world = World(now)
    server = EmulatorServer(world, port=port, prepare=lambda app: _routes(app, database, newest, open_line))
    try:
        await server.start()
    except OSError as error:
        # The text of asyncio's error names the address too; the number's own text is enough.
        why = os.strerror(error.errno) if error.errno else "refused"
        raise PanohError(f"port {port} cannot be used ({why}); try --port 0") from None
    try:
        if cases:
            say(f"Sending {cases} made-up cases …")
            await play(parts.intake, parts.library.current.conversation, cases, now=now)
            await newest.export()
        say(f"The phone and what the server holds:  {server.base_url}/demo")
        say(f"The phone alone:                      {server.base_url}/phone")
        say("Open the newest case as staff, in another terminal:")
        say(f"  {open_line}")
        say("Press Ctrl-C to end.")
        line = Line(token=world.token, api=server.base_url, pace=Pace(chat_rate=50.0, rate=500.0))
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(newest.keep_up())
            await serve(parts, line, stop, now=now)
            keeping.cancel()
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


def _routes(app: web.Application, database: Database, newest: Newest, open_line: str) -> None:
    async def page(_request: web.Request) -> web.StreamResponse:
        return secured(web.FileResponse(STATIC / "demo.html"))

    async def held(request: web.Request) -> web.StreamResponse:
        if (request.url.host or "") not in {"127.0.0.1", "localhost"}:
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        await newest.export()
        answer = await asyncio.wrap_future(database.turn(lambda tx: holdings(tx, now(), open_line)))
        return secured(web.json_response(answer))

    async def home(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/demo")

    app.router.add_get("/", home)
    app.router.add_get("/demo", page)
    app.router.add_get("/demo/holdings", held)
    app.router.add_get("/demo/static/{name}", static_files(STATIC))
