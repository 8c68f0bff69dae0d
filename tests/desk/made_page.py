"""A desk as people meet it: a real root and real key files, the API behind it, and a browser in front of it.

The clock of the server is the real one and can be set ahead. What the page complains about, and what it asks of any
other host, fails the test.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from os import urandom
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from bot.app.desk import DeskParts, DeskPlace, assemble_desk, serve_desk
from bot.casework.actor import Actor
from bot.casework.people import compartments_of
from bot.desk.heads import MemoryFile
from bot.desk.local import OwnKey, Started, run_local
from bot.desk.upstream import Upstream
from bot.desk.words import words_of
from bot.engine.conversation import Compartment
from bot.offline import keyfiles, root
from bot.offline.cards import card_of, read_card
from bot.offline.keyfiles import Key, KeyRole
from bot.sealing import totp
from bot.sealing.keyring import Keyring, Member
from bot.settings import Address
from bot.store.database import Database
from bot.store.staff_values import Person, PersonState, Role
from tests.desk.library import packages
from tests.desk.made_local import Local, in_a_thread
from tests.made_up import call

PASSPHRASE = "made up words for this test"
LOCALES = Path(__file__).parents[2] / "locales"
BOTH = (Compartment.FACTS, Compartment.IDENTITY)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
PATIENCE = 60_000
PHONE, LAPTOP = (360, 640), (1280, 800)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROSTER = (
    'zone = "Asia/Dushanbe"\nlead = "Lena Example"\n\n[[shift]]\n'
    'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nuntil = "23:59"\n'
    'people = ["Anna Example", "Lena Example"]\n'
)


@dataclass
class Worker:
    """Somebody of the staff: the key file as it lies on their computer, and the secret of their codes."""

    name: str
    key: Key
    file: Path
    secret: bytes = field(repr=False)


@cache
def root_key() -> Key:
    return keyfiles.new_key(KeyRole.ROOT, "root", _soon(days=900), urandom)


def _soon(**by: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(**by)


class PageDesk:
    """A desk that serves its page on loopback."""

    def __init__(self, database: Database, folder: Path, *, host: str = "localhost") -> None:
        self.database, self.folder = database, folder
        self.ahead = timedelta()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server = f"http://{host}:{self.port}"
        self.workers: dict[str, Worker] = {}
        self.desk_key = urandom(32)
        # Every keyring has somebody for each compartment, and the recovery.
        self.first = tuple(
            card_of(keyfiles.new_key(role, name, _soon(days=400), urandom), BOTH)
            for role, name in ((KeyRole.RECOVERY, "Recovery"), (KeyRole.REVIEWER, "Keeper Example"))
        )
        self.keyring: Keyring | None = None
        self._file = folder / "keyring.signed"
        roster = folder / "roster.toml"
        roster.write_text(ROSTER, "utf-8")
        place = DeskPlace(
            server=self.server,
            listen=Address("127.0.0.1", self.port),
            desk_key=self.desk_key,
            keyring=self._file,
            root_fingerprint=root_key().public,
            locales=LOCALES,
            roster=roster,
        )
        self.parts: DeskParts = assemble_desk(place, database, now=self.now, random_bytes=urandom)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sign(self, *cards: Member) -> None:
        """Let the root sign the next keyring, as happens offline, and put it where the server looks."""
        first = () if self.keyring else self.first
        self.keyring = root.next_keyring(self.keyring, (*first, *cards), now=_soon(), days=365, random_bytes=urandom)
        self._file.write_bytes(root.sign_keyring(self.keyring, root_key()))
        self.parts.keyring.look_again()

    def retire(self, name: str) -> None:
        """Let the root sign the next keyring without somebody."""
        assert self.keyring is not None, "nothing was signed before"
        self.keyring = root.without(self.keyring, name, now=_soon(), days=365, random_bytes=urandom)
        self._file.write_bytes(root.sign_keyring(self.keyring, root_key()))
        self.parts.keyring.look_again()

    def signed_text(self) -> str:
        """The signed keyring as it lies on the server."""
        return self._file.read_text("ascii")

    def sign_card(self, card: bytes) -> None:
        self.sign(read_card(card, self.now()))

    def worker(self, name: str, *roles: Role, languages: tuple[str, ...] = ("en", "ru")) -> Worker:
        """Somebody who enrolled before."""
        key = keyfiles.new_key(KeyRole.REVIEWER, name, _soon(days=300), urandom)
        file = self.folder / f"{name}.key"
        file.write_bytes(keyfiles.lock(key, PASSPHRASE, urandom))
        worker = Worker(name=name, key=key, file=file, secret=urandom(totp.SECRET_SIZE))
        some_id = urandom(16)
        person = Person(
            id=some_id,
            name=name,
            roles=frozenset(roles),
            languages=languages,
            state=PersonState.ENROLLED,
            verifier=key.signer.verifier.raw,
            recipient=key.identity.recipient.text,
            key_not_after=key.not_after,
            totp=totp.seal_secret(self.desk_key, some_id, worker.secret, urandom),
            since=self.now().date(),
        )
        call(self.database, "people.add", person)
        self.workers[name] = worker
        if compartments := compartments_of(frozenset(roles)):
            self.sign(card_of(key, compartments))
        return worker

    def code(self, secret: bytes) -> str:
        """The next code; the clock goes on, since each is good once."""
        self.ahead += timedelta(seconds=totp.STEP_SECONDS)
        return totp.code_at(secret, self.now())

    def invitation(self, name: str, *roles: Role) -> str:
        """The link that an administrator at the console hands over."""
        actor = Actor(name="operator", roles=frozenset(), place="console")
        invited = self.parts.services.people.invite(actor, name, sorted(roles), ["en"])
        return f"{self.server}/#invite={invited.token}&root={root_key().public}"

    @contextmanager
    def serving(self) -> Iterator[None]:
        ready, stop = threading.Event(), asyncio.Event()
        loops: list[asyncio.AbstractEventLoop] = []

        async def go() -> None:
            loops.append(asyncio.get_running_loop())
            await serve_desk(self.parts, Address("127.0.0.1", self.port), stop, ready=lambda _port: ready.set())

        thread = threading.Thread(target=asyncio.run, args=(go(),))
        thread.start()
        try:
            assert ready.wait(20), "the desk did not start"
            yield
        finally:
            loops[0].call_soon_threadsafe(stop.set)
            thread.join(30)
            assert not thread.is_alive()


@contextmanager
def browsing(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        expect.set_options(timeout=PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


class Complaints:
    """What a page said that it should not, and whom it asked."""

    def __init__(self, page: Page, server: str) -> None:
        self.said: list[str] = []
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", self._note)
        page.on("request", lambda request: self._asked(request.url, server))

    def _note(self, line: ConsoleMessage) -> None:
        # A refusal that a test asks for is told by the browser too.
        if line.type in {"error", "warning"} and "Failed to load resource" not in line.text:
            self.said.append(line.text)

    def _asked(self, url: str, server: str) -> None:
        if not url.startswith((server, "blob:")):
            self.said.append(f"asked {url}")


@contextmanager
def paged(browser: Browser, origin: str, *, size: tuple[int, int] = LAPTOP, **options: Any) -> Iterator[Page]:
    """A fresh browser profile with one page."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints = Complaints(page, origin)
    try:
        yield page
        assert complaints.said == []
    finally:
        context.close()


@contextmanager
def own_desk(desk: PageDesk, worker: Worker, memory: Path) -> Iterator[Local]:
    """The desk on somebody's own computer, in front of this server."""
    local = Local(memory)
    ready = threading.Event()

    def tell(started: Started) -> None:
        local.addresses.append(started)
        ready.set()

    async def run(stop: asyncio.Event) -> None:
        async with Upstream(desk.server) as upstream:
            await run_local(
                upstream,
                OwnKey(name=worker.name, file=worker.file.read_text("ascii")),
                MemoryFile(memory, root_key().public),
                port=0,
                words=words_of(LOCALES),
                now=desk.now,
                random_bytes=urandom,
                tell=tell,
                warn=local.warnings.append,
                stop=stop,
            )

    with in_a_thread(run):
        assert ready.wait(20), "the local desk did not start"
        yield local


def sign_in(page: Page, desk: PageDesk, worker: Worker) -> None:
    """Sign in as people do."""
    page.goto(f"{desk.server}/")
    fill_sign_in(page, desk, worker)
    page.locator("header.bar").wait_for()


def fill_sign_in(page: Page, desk: PageDesk, worker: Worker) -> None:
    page.get_by_label("Your key file").set_input_files(worker.file)
    page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
    page.get_by_label("Code from your authenticator app").fill(desk.code(worker.secret))
    # A browser that has no root yet asks for it, once it knows which server this is.
    root = page.get_by_label("Fingerprint of the root")
    root.or_(page.locator("button.main:enabled")).first.wait_for()
    if root.count():
        root.fill(root_key().public)
    page.get_by_role("button", name="Sign in", exact=True).click()


@cache
def _axe() -> str:
    with packages() as folder:
        return (folder / "axe-core" / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with what is shown; a page still starting has no heading yet and would be blamed for it."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.evaluate(_axe())
    found = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def press(page: Page, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).click()
