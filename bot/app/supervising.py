"""``panoh serve`` without ``--only``: each part a process of its own, handed only its own secrets.

Rules. A part whose token or key is not set is not started, and the log says so. A part that dies is started again,
after pauses that grow; one that cannot start because of a setting ends everything, in one line that names it. When this
process ends, however it ends, the parts do: they hold one end of a pipe whose other end dies with it. Parts that run as
one user of the machine can read each other's files all the same; ``deploy/systemd`` gives each a service of its own.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot import log, settings
from bot.app.ending import first_of
from bot.errors import PanohError, SettingsError
from bot.log.events import PartEnded, PartLeftOut

WRONG_SETTING = 2
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
STEADY_SECONDS = 60.0
"""A part that lived so long begins with the first pause again."""
PATIENCE_SECONDS = 20.0
"""How long parts may take to end before they are killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process: the settings that hold secrets of its own, its files of the secrets directory, its own places."""

    name: str
    secrets: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


PARTS = (
    Part(
        name="defender",
        secrets=("defender_token", "webhook_secret"),
        files=("ping_key",),
        places=("route_dir",),
    ),
    Part(name="staff", secrets=("staff_token",), files=("staff_key",)),
    Part(name="desk", files=("desk_key",)),
    Part(name="jobs"),
)
SHARED = ("database_url",)
"""Secret files that every part needs."""


def wanted(known: settings.Settings) -> tuple[Part, ...]:
    """Return the parts that are set up; says of each other one that it is left out.

    Raises:
        SettingsError: nobody is served at all.
    """
    folder = known.secrets_folder()
    here = {
        "defender": known.defender_token is not None,
        "staff": known.staff_token is not None,
        "desk": folder is not None and (folder / "desk_key").exists(),
        "jobs": True,
    }
    if not any(here[part.name] for part in PARTS if part.name != "jobs"):
        # The one setting that nothing goes without.
        known.serving()
    for part in PARTS:
        if not here[part.name]:
            log.write(PartLeftOut(part=part.name))
    return tuple(part for part in PARTS if here[part.name])


def environment_of(part: Part, environment: Mapping[str, str], secrets: Path) -> dict[str, str]:
    """Return what a part is started with: everything but what belongs to another part."""
    others = {name for other in PARTS if other.name != part.name for name in (*other.secrets, *other.places)}
    hidden = {settings.PREFIX + name.upper() for name in others} | {settings.CREDENTIALS}
    kept = {name: value for name, value in environment.items() if name not in hidden}
    return kept | {settings.PREFIX + "SECRETS_DIR": str(secrets)}


def lay_out(part: Part, folder: Path | None, place: Path) -> Path:
    """Make a folder in which a part finds its own secrets."""
    own = place / part.name
    own.mkdir(mode=0o700)
    for name in (*part.secrets, *part.files, *SHARED):
        if folder is not None and (folder / name).exists():
            # A copy: the settings follow no link out of their folder.
            kept = own / name
            kept.touch(mode=0o600)
            kept.write_bytes((folder / name).read_bytes())
    return own


class Supervisor:
    """Keeps the parts running until told to stop."""

    def __init__(self, parts: Sequence[Part], known: settings.Settings, *, first_pause: float = FIRST_PAUSE) -> None:
        self._parts = parts
        self._folder = known.secrets_folder()
        self._first_pause = first_pause
        self._running: dict[str, asyncio.subprocess.Process] = {}

    @property
    def running(self) -> Mapping[str, int]:
        """The process number of each part that runs."""
        return {name: process.pid for name, process in self._running.items()}

    async def run(self, stop: asyncio.Event) -> None:
        """Run the parts until ``stop`` is set, then end them.

        Raises:
            PanohError: a part cannot start because of a setting.
        """
        place = Path(tempfile.mkdtemp(prefix="panoh-parts-", dir=settings.in_memory()))
        leash, held = os.pipe()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._keep(part, place, leash, stop)) for part in self._parts]
                group.create_task(self._end(stop, tasks))
        except ExceptionGroup as failures:
            expected, unexpected = failures.split(PanohError)
            if expected is None or unexpected is not None:
                raise
            raise first_of(expected) from None
        finally:
            os.close(held)
            os.close(leash)
            shutil.rmtree(place, ignore_errors=True)

    async def _keep(self, part: Part, place: Path, leash: int, stop: asyncio.Event) -> None:
        own = lay_out(part, self._folder, place)
        environment = environment_of(part, settings.environment(), own)
        pause = self._first_pause
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            began = loop.time()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "serve", "--only", part.name, "--leash", str(leash)),
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(leash,),
            )
            self._running[part.name] = process
            try:
                code = await process.wait()
            finally:
                await self._kill(part.name)
            if stop.is_set():
                return
            if code == WRONG_SETTING:
                stop.set()
                raise SettingsError(f"the part {part.name} cannot start: the line above names the setting")
            log.write(PartEnded(part=part.name, status=code, seconds=pause))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = self._first_pause if loop.time() - began >= STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)

    async def _end(self, stop: asyncio.Event, tasks: Sequence["asyncio.Task[None]"]) -> None:
        await stop.wait()
        for process in tuple(self._running.values()):
            _signal(process, signal.SIGTERM)
        _, slow = await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        if slow:
            for process in tuple(self._running.values()):
                _signal(process, signal.SIGKILL)

    async def _kill(self, name: str) -> None:
        """Let go of a part that ended, or that is left behind because this task was cut off."""
        process = self._running.pop(name)
        if process.returncode is None:
            _signal(process, signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
            _signal(process, signal.SIGKILL)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.send_signal(number)
