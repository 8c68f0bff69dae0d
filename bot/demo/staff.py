"""The staff's side of the demo: the desk as the server has it, the desk as a reviewer starts it, the staff's bot.

Everything runs in the demo's own process, over real HTTP on loopback. What a visitor needs for signing in is shown on
the demo's page, passphrase and codes included: these people exist for an afternoon.
"""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.app.desk import DeskParts, DeskPlace, assemble_desk, serve_desk
from bot.app.jobs import serve_jobs
from bot.app.nature import now, random_bytes
from bot.app.secret_files import KEY_BYTES
from bot.app.staff import StaffPlace, assemble_staff, serve_staff
from bot.casework.actor import Actor
from bot.casework.upkeep import Upkeep
from bot.channels.pace import Pace
from bot.demo.keys import PASSPHRASE, REVIEWER, ThrowAway
from bot.demo.people import ROSTER, enrol
from bot.desk.heads import MemoryFile
from bot.desk.local import OwnKey, Started, run_local
from bot.desk.upstream import Upstream
from bot.emulator.world import World
from bot.sealing import totp
from bot.settings import Address
from bot.store.database import Database

TOKEN = "7000000002:AAEmulatorEmulatorEmulatorEmulator"  # noqa: S105  made up; no server but the emulator knows it
LOOKS_EVERY = 2.0
"""Seconds; visitors do not wait."""
BASE = "/2"
"""Below which the emulator serves the second account's phone."""


@dataclass(kw_only=True)
class StaffSide:
    """What runs, and what a visitor is shown of it."""

    desk: DeskParts
    staff: StaffPlace
    keys: ThrowAway
    secrets: Mapping[str, bytes] = field(repr=False)
    listen: Address
    database: Database
    address: str = field(default="", repr=False)
    """Where the local desk is opened now; good once."""
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def secret(self) -> str:
        """The reviewer's secret of the second factor, as it is typed into an app."""
        return totp.secret_text(self.secrets[REVIEWER])

    def shown(self, at: datetime) -> dict[str, Any]:  # Any: JSON
        """Return what the page shows for signing in."""
        return {
            "name": REVIEWER,
            "address": self.address,
            "hosted": f"{self.desk.services.server}/",
            "key_file": str(self.keys.key_file),
            "passphrase": PASSPHRASE,
            "passphrase_file": str(self.keys.passphrase_file),
            "root": self.keys.root_fingerprint,
            "code": totp.code_at(self.secrets[REVIEWER], at),
            "seconds_left": totp.STEP_SECONDS - int(at.timestamp()) % totp.STEP_SECONDS,
            "phone": f"{BASE}/phone",
        }

    async def serve(self, base_url: str, stop: asyncio.Event) -> None:
        """Serve until ``stop`` is set; ``opened`` is set when the desk can be opened."""
        ready = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(serve_desk(self.desk, self.listen, stop, ready=lambda _port: ready.set()))
            group.create_task(serve_jobs(Upkeep(self.database, now), stop))
            await ready.wait()
            group.create_task(self._local(stop))
            await self._link(base_url)
            place = replace(self.staff, api=base_url)
            parts = assemble_staff(place, self.database, now=now, random_bytes=random_bytes)
            group.create_task(serve_staff(parts, place, stop))

    async def _local(self, stop: asyncio.Event) -> None:
        """Serve the desk as ``panoh desk`` does it."""
        services, keys = self.desk.services, self.keys

        def tell(started: Started) -> None:
            self.address = started.address
            self.opened.set()

        async with Upstream(services.server) as upstream:
            await run_local(
                upstream,
                OwnKey(name=REVIEWER, file=keys.key_file.read_text("utf-8")),
                MemoryFile(keys.key_file.with_name(f"{keys.key_file.name}.desk"), keys.root_fingerprint),
                port=0,
                words=services.words,
                now=now,
                random_bytes=random_bytes,
                tell=tell,
                warn=lambda _line: None,
                stop=stop,
            )

    async def _link(self, base_url: str) -> None:
        """Link the second phone, as a reviewer does it: with a code from the desk."""
        issued = await asyncio.to_thread(self.desk.services.link_codes.issue, Actor(name=REVIEWER))
        said = {"do": "send", "text": f"/start {issued.code}", "lang": "en"}
        async with ClientSession() as client, client.post(f"{base_url}{BASE}/phone/api/me/act", json=said):
            return


def staff_world() -> World:
    """Return the account of the staff's bot."""
    return World(now, token=TOKEN, name="Demo desk", username="demo_desk_emulator_bot")


def staff_side(keys: ThrowAway, locales: Path, database: Database, roster: Path) -> StaffSide:
    """Put the staff's side together and enrol its people; blocks."""
    listen = Address("127.0.0.1", _free_port())
    place = DeskPlace(
        server=f"http://{listen.host}:{listen.port}",
        listen=listen,
        desk_key=random_bytes(KEY_BYTES),
        keyring=keys.keyring,
        root_fingerprint=keys.root_fingerprint,
        locales=locales,
        roster=roster,
    )
    desk = assemble_desk(place, database, now=now, random_bytes=random_bytes)
    staff = StaffPlace(
        token=TOKEN,
        api="",
        staff_key=random_bytes(KEY_BYTES),
        keyring=keys.keyring,
        root_fingerprint=keys.root_fingerprint,
        locales=locales,
        roster=roster,
        pace=Pace(chat_rate=50.0, rate=500.0),
        every=LOOKS_EVERY,
    )
    secrets = enrol(desk, keys, now=now)
    return StaffSide(desk=desk, staff=staff, keys=keys, secrets=secrets, listen=listen, database=database)


def write_roster(folder: Path) -> Path:
    """Write who is on duty, and return the file."""
    path = folder / "roster.toml"
    path.write_text(ROSTER, "utf-8")
    return path


def _free_port() -> int:
    """Return a port that nobody listens on: another one each time, so that a browser takes no demo for an older one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
