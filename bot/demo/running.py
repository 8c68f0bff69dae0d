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
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.app.ending import first_of
from bot.app.intake import Parts, Place, assemble
from bot.app.nature import now, random_bytes
from bot.app.serving import Line, serve
from bot.channels.pace import Pace
from bot.demo.cases import Earlier, play, work_on_some
from bot.demo.holdings import holdings
from bot.demo.keys import ThrowAway, make
from bot.demo.newest import Newest
from bot.demo.place import place
from bot.demo.staff import StaffSide, staff_side, staff_world, write_roster
from bot.emulator.phone import secured, static_files
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.errors import PanohError
from bot.roster import RosterFile
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
        roster = write_roster(folder)
        where = place(folder, keys, conversation, locales, random_bytes, RosterFile(roster))
        parts = assemble(where, database, now=now, random_bytes=random_bytes)
        side = await asyncio.to_thread(staff_side, keys, locales, database, roster)
        demo = _Demo(where=where, parts=parts, side=side, database=database, keys=keys, folder=folder, say=say)
        await _serve(demo, port=port, cases=cases, stop=stop)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demo:
    """What runs in one process."""

    where: Place
    parts: Parts
    side: StaffSide
    database: Database
    keys: ThrowAway
    folder: Path
    say: Say


async def _serve(demo: _Demo, *, port: int, cases: int, stop: asyncio.Event) -> None:
    newest = Newest(demo.database, demo.folder / "newest", deployment=demo.parts.keyring.deployment)
    open_line = _open_line(newest.out, demo.keys)
    world = World(now)
    prepare = partial(_routes, demo=demo, newest=newest, open_line=open_line)
    server = EmulatorServer(world, staff_world(), port=port, prepare=prepare)
    try:
        await server.start()
    except OSError as error:
        # The text of asyncio's error names the address too; the number's own text is enough.
        why = os.strerror(error.errno) if error.errno else "refused"
        raise PanohError(f"port {port} cannot be used ({why}); try --port 0") from None
    try:
        if cases:
            demo.say(f"Sending {cases} made-up cases …")
            await _made_up(demo, cases)
            await newest.export()
        line = Line(token=world.token, api=server.base_url, pace=Pace(chat_rate=50.0, rate=500.0))
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(newest.keep_up())
            group.create_task(demo.side.serve(server.base_url, stop))
            await demo.side.opened.wait()
            _tell(demo, server.base_url, open_line)
            await serve(demo.parts, line, stop, now=now)
            keeping.cancel()
    except ExceptionGroup as group_of_errors:
        expected, unexpected = group_of_errors.split(PanohError)
        if expected is None or unexpected is not None:
            raise
        raise first_of(expected) from None
    finally:
        await server.stop()


async def _made_up(demo: _Demo, count: int) -> None:
    """Send the made-up cases, each at its own time; the keys of their chats are thrown away at once."""
    clock = Earlier(now)
    routes = demo.folder / "earlier"
    earlier = assemble(replace(demo.where, route_dir=routes), demo.database, now=clock, random_bytes=random_bytes)
    await play(earlier.intake, earlier.library.current.conversation, count, clock=clock)
    shutil.rmtree(routes)
    office = replace(demo.side.desk.office, now=clock)
    await asyncio.to_thread(work_on_some, office, clock, count)


def _tell(demo: _Demo, base_url: str, open_line: str) -> None:
    side, keys = demo.side, demo.keys
    for line in (
        f"The phone and what the server holds:  {base_url}/demo",
        f"The phone alone:                      {base_url}/phone",
        f"The staff's phone and the way in:     {base_url}/demo/staff",
        f"The desk, as on a reviewer's machine: {side.address}",
        f"The desk, as the server has it:       {side.desk.services.server}/",
        f"  key file:        {keys.key_file}",
        f"  passphrase file: {keys.passphrase_file}",
        f"  six digits:      on the page above; for an app of yours: {side.secret}",
        "Open the newest case as staff, in another terminal:",
        f"  {open_line}",
        "Press Ctrl-C to end.",
    ):
        demo.say(line)


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


def _routes(app: web.Application, *, demo: _Demo, newest: Newest, open_line: str) -> None:
    def page(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def shown(_request: web.Request) -> web.StreamResponse:
            return secured(web.FileResponse(STATIC / name))

        return shown

    async def held(request: web.Request) -> web.StreamResponse:
        if (request.url.host or "") not in {"127.0.0.1", "localhost"}:
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        await newest.export()
        desk = demo.side.shown(now())
        answer = await asyncio.wrap_future(demo.database.turn(lambda tx: holdings(tx, now(), open_line, desk)))
        return secured(web.json_response(answer))

    async def home(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/demo")

    app.router.add_get("/", home)
    app.router.add_get("/demo", page("demo.html"))
    app.router.add_get("/demo/staff", page("staff.html"))
    app.router.add_get("/demo/holdings", held)
    app.router.add_get("/demo/static/{name}", static_files(STATIC))
