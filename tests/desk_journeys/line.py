"""A whole installation for the desk's journeys: both bots over the emulator, the desk, its people, a root offline.

Everything is real but the messenger; the clock is the real one and can be set ahead for all of them at once. It begins
with an empty database and no keyring: the defender's bot starts when the root has signed one.
"""

import asyncio
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import urandom
from pathlib import Path
from typing import Any, TypeVar

import httpx

from bot.app.intake import Parts, Place, assemble
from bot.app.serving import Line as Account
from bot.app.serving import serve, sweep_once
from bot.app.staff import StaffPlace, assemble_staff, serve_staff
from bot.casework.service import Casework
from bot.channels.defender.router import Router
from bot.channels.defender.sender import Sender, connect
from bot.channels.pace import Pace
from bot.emulator.person import Person
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.engine.conversation import Conversation
from bot.log import writer
from bot.offline import root
from bot.offline.cases import open_case
from bot.sealing.proofs import sign_in_message
from bot.sealing.recipients import Identity
from bot.settings import data
from bot.store.database import Database
from bot.store.values import Case
from tests.desk.made_page import PageDesk, Worker, root_key
from tests.journeys.line import CONTACTS
from tests.journeys.phone import Phone

T = TypeVar("T")

FIRST_CHAT = 7_403_918_265_043
STAFF_TOKEN = "7000000002:AAStaffStaffStaffStaffStaffStaffStaff"
PING_KEY, STAFF_KEY = bytes(range(32)), bytes(range(32, 64))
PATIENCE = 90.0
"""Seconds of real time after which nobody waits any more; a good answer takes a fraction of one."""
STARTS_WITHIN = 60.0
ROOT = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class _Running:
    """What lives in the thread of the bots."""

    loop: asyncio.AbstractEventLoop
    server: EmulatorServer
    parts: Parts
    stop: asyncio.Event = field(default_factory=asyncio.Event)


class Installation(PageDesk):
    """The desk of ``PageDesk`` with the defender's bot and the staff's beside it."""

    def __init__(self, database: Database, folder: Path) -> None:
        super().__init__(database, folder)
        self.world = World(self.now)
        self.staff_world = World(self.now, token=STAFF_TOKEN, name="Test desk", username="test_desk_bot")
        self.heard = io.StringIO()
        self._running: _Running | None = None
        self.exports = 0

    # -- what the phones of tests.journeys ask for ----------------------------------------------------------

    @property
    def _now_running(self) -> _Running:
        assert self._running is not None, "the bots are not served yet"
        return self._running

    @property
    def server_of_bots(self) -> EmulatorServer:
        return self._now_running.server

    @property
    def conversation(self) -> Conversation:
        return self._now_running.parts.library.current.conversation

    # -- serving --------------------------------------------------------------------------------------------

    @contextmanager
    def heard_all(self) -> Iterator[None]:
        """Take down everything that this process logs, at the level that says most."""
        writer.start("DEBUG", self.heard)
        try:
            yield
        finally:
            writer.stop()

    @contextmanager
    def bots(self) -> Iterator[None]:
        """Serve both bots, once there is a keyring."""
        ready: Future[_Running] = Future()
        thread = threading.Thread(target=asyncio.run, args=(self._serve(ready),))
        thread.start()
        try:
            self._running = ready.result(STARTS_WITHIN)
            yield
        finally:
            if self._running is not None:
                self._running.loop.call_soon_threadsafe(self._running.stop.set)
            thread.join(60)
            assert not thread.is_alive()

    async def _serve(self, ready: "Future[_Running]") -> None:
        try:
            await self._serve_both(ready)
        except BaseException as error:
            if not ready.done():
                ready.set_exception(error)
            raise

    async def _serve_both(self, ready: "Future[_Running]") -> None:
        roster = self.folder / "roster.toml"
        place = Place(
            conversation=data("conversations") / "reprisal",
            locales=data("locales"),
            keyring=self.keyring_file,
            root_fingerprint=root_key().public,
            route_dir=self.folder / "route",
            ping_key=PING_KEY,
            operator="Test Desk",
            check_address="desk.example",
            contacts=CONTACTS,
            draft_hours=48,
            delete_hours=24,
        )
        parts = assemble(place, self.database, now=self.now, random_bytes=urandom)
        async with EmulatorServer(self.world, self.staff_world) as server:
            staff_place = StaffPlace(
                token=STAFF_TOKEN,
                api=server.base_url,
                staff_key=STAFF_KEY,
                keyring=self.keyring_file,
                root_fingerprint=root_key().public,
                locales=data("locales"),
                roster=roster,
                pace=_FAST,
                every=0.2,
            )
            staff = assemble_staff(staff_place, self.database, now=self.now, random_bytes=urandom)
            running = _Running(loop=asyncio.get_running_loop(), server=server, parts=parts)
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(parts, self._account(server), running.stop, now=self.now))
                group.create_task(serve_staff(staff, staff_place, running.stop))
                await server.until(lambda: self.world.polling and self.staff_world.polling, seconds=STARTS_WITHIN)
                ready.set_result(running)

    def _account(self, server: EmulatorServer) -> Account:
        return Account(token=self.world.token, api=server.base_url, pace=_FAST)

    def let(self, work: Coroutine[Any, Any, T]) -> T:
        """Let something happen where the bots run, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._now_running.loop).result(PATIENCE * 3)

    def sweep(self) -> None:
        """Let what is due in the defenders' chats happen now."""

        async def work() -> None:
            running = self._now_running
            account = self._account(running.server)
            telegram = connect(account.token, account.api)
            try:
                sender = Sender(telegram, pace=account.pace)
                await sweep_once(
                    running.parts, Router(account=account.account, intake=running.parts.intake, sender=sender)
                )
            finally:
                await telegram.session.close()

        self.let(work())

    # -- people ---------------------------------------------------------------------------------------------

    def phone(self, locale: str) -> "Defender":
        return Defender(self, locale, self.world.user("Made-up", user_id=self._chat(), language_code=locale))

    def staff_phone(self) -> Person:
        return self.staff_world.user("Made-up colleague", user_id=self._chat())

    @property
    def chats(self) -> list[int]:
        """Every chat of everybody, by ids so long that no other number holds one by chance."""
        return [*self.world.chats, *self.staff_world.chats]

    def _chat(self) -> int:
        return FIRST_CHAT + len(self.chats)

    def until(self, holds: Callable[[], bool]) -> None:
        self.let(self.server_of_bots.until(holds, seconds=PATIENCE))

    def console(self, *words: str) -> Any:
        """Run a command of ours on the machine that has the database; the answer is what it prints."""
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PANOH_DATABASE_URL": f"sqlite:///{self.folder / 'panoh.db'}",
            "PANOH_KEYRING": str(self.keyring_file),
            "PANOH_ROOT_FINGERPRINT": root_key().public,
            "PANOH_DESK_URL": self.server,
        }
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words, "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def pass_time(self, **by: float) -> None:
        """Let time pass, for everybody at once."""
        self.ahead += timedelta(**by)

    def sign_in_of(self, worker: Worker) -> httpx.Response:
        """Let somebody sign in without a browser."""
        with httpx.Client(base_url=self.server, timeout=40) as client:
            challenge = client.post("/api/sign-in/challenge", json={"name": worker.name}).json()["challenge"]
            message = sign_in_message(challenge=challenge, name=worker.name, server=self.server)
            proof = {
                "name": worker.name,
                "challenge": challenge,
                "signature": worker.key.signer.sign(message),
                "totp": self.code(worker.secret),
            }
            return client.post("/api/sign-in", json=proof)

    def api(self, worker: Worker) -> httpx.Client:
        """The desk's API as somebody who has signed in asks it."""
        done = self.sign_in_of(worker)
        assert done.status_code == 200, done.text
        headers = {"Authorization": f"Bearer {done.json()['token']}"}
        return httpx.Client(base_url=self.server, timeout=40, headers=headers)

    # -- the root -------------------------------------------------------------------------------------------

    @property
    def keyring_file(self) -> Path:
        return self.folder / "keyring.signed"

    def sign_without(self, name: str) -> None:
        """Let the root sign a keyring in which somebody is no more."""
        assert self.keyring is not None
        # The root's computer and the reader's have the real time: what is signed begins to be good at once for both.
        now = datetime.now(UTC).replace(microsecond=0)
        self.keyring = root.without(self.keyring, name, now=now, days=365, random_bytes=urandom)
        self.keyring_file.write_bytes(root.sign_keyring(self.keyring, root_key()))
        self.parts.keyring.look_again()
        if self._running is not None:
            self._running.parts.keyring.look_again()

    # -- what is held ---------------------------------------------------------------------------------------

    def cases(self) -> tuple[Case, ...]:
        return Casework(self.database, self.now).list_cases()

    def opened(self, case: Case, name: str, *identities: Identity) -> dict[str, Any]:
        """Export a case as its holder and open it with private keys, apart from any server."""
        self.exports += 1
        out = self.folder / f"opened-{self.exports}"
        assert self.keyring is not None
        Casework(self.database, self.now).export(case.reference, out, name, deployment=self.keyring.deployment)
        return dict(open_case(out, list(identities), self.keyring))


_FAST = Pace(chat_rate=1000.0, rate=10_000.0)


class Defender(Phone):
    """A defender's phone, driven from the test's own thread."""

    def __init__(self, installation: Installation, locale: str, person: Person) -> None:
        seen: Any = _Seen(installation)
        super().__init__(seen, locale, person, patience=PATIENCE)
        self.installation = installation

    def let(self, work: Coroutine[Any, Any, T]) -> T:
        return self.installation.let(work)

    def taps(self, *keys: str) -> None:
        self.let(self.tap(*keys))

    def says(self, words: str, to: str | None = None) -> None:
        self.let(self.say(words, to=to))

    def sees_soon(self, *keys: str) -> None:
        self.let(self.until_sees(*keys))

    def sends_urgently(self, story: str, contact: str = "this_chat_neutral") -> str:
        """The danger path up to the code; ``contact`` is a button, or words."""
        self.let(self.start())
        self.taps(f"A1_language.{self.locale}", "A2_safe_here.yes", "A3_danger.yes_now")
        self.taps("E1_consent_urgent.yes_send", "E2_what_now.threat_death")
        self.says(story, to="E3_who_where")
        self.sees_soon("E4_contact.say")
        if contact in {"this_chat_neutral", "code_only"}:
            self.taps(f"E4_contact.{contact}")
        else:
            self.says(contact, to="E4_contact")
        self.taps("Z1_send.send")
        return self.let(self.code())

    def comes_back(self, code: str) -> "Defender":
        """Come back with the code from another phone."""
        other = self.installation.phone(self.locale)
        other.let(other.start())
        other.taps(f"A1_language.{other.locale}", "A2_safe_here.yes", "A3_danger.have_code")
        other.sees_soon("RT0_code.say")
        other.says(code)
        other.sees_soon("RT1_status.exit")
        return other


@dataclass
class _Seen:
    """The installation as a phone of ``tests.journeys`` looks at it."""

    installation: Installation

    @property
    def world(self) -> World:
        return self.installation.world

    @property
    def server(self) -> EmulatorServer:
        return self.installation.server_of_bots

    @property
    def conversation(self) -> Conversation:
        return self.installation.conversation
