"""A desk that serves on this machine: its people, their keys, and requests as a browser or a local desk makes them."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from os import urandom
from pathlib import Path
from typing import Any, Self

import httpx

from bot.app.desk import DeskPlace, assemble_desk, serve_desk
from bot.desk.services import Services
from bot.sealing import totp
from bot.sealing.proofs import sign_in_message
from bot.sealing.signing import Signer
from bot.settings import Address
from bot.store.database import Database
from tests.casework.office import STAFF, YEAR, MadeOffice, identity_of, made_keyring
from tests.made_up import NOW, call
from tests.sealing.made import signed

SERVER = "http://desk.test:8082"
DESK_KEY = bytes(range(32))
LOCALES = Path(__file__).parents[2] / "locales"
ROOT = Signer(bytes(range(32)))
SECOND = {name: urandom(totp.SECRET_SIZE) for name in STAFF}
ABSENT = "PN-0000-0000"


class MadeDesk:
    """The desk over one database, with everybody of the made-up office enrolled; not yet serving."""

    def __init__(self, database: Database, folder: Path, *, server: str = SERVER, roster: str | None = None) -> None:
        self.office = MadeOffice(database)
        self.database = database
        for name in STAFF:
            person = call(database, "people.by_name", name)
            box = totp.seal_secret(DESK_KEY, person.id, SECOND[name], urandom)
            changes = {"totp": box, "key_not_after": NOW + YEAR, "recipient": identity_of(name).recipient.text}
            call(database, "people.save", replace(person, **changes))
        self.keyring = keyring = folder / "keyring.signed"
        keyring.write_bytes(signed(made_keyring(), ROOT))
        shifts = folder / "roster.toml"
        if roster is not None:
            shifts.write_text(roster, "utf-8")
        place = DeskPlace(
            server=server,
            listen=Address("127.0.0.1", 0),
            desk_key=DESK_KEY,
            keyring=keyring,
            root_fingerprint=ROOT.verifier.fingerprint,
            locales=LOCALES,
            roster=None if roster is None else shifts,
        )
        self.server = server
        self.parts = assemble_desk(place, database, now=lambda: self.office.at, random_bytes=urandom)

    @property
    def services(self) -> Services:
        return self.parts.services

    @contextmanager
    def serving(self) -> Iterator["Browser"]:
        """Serve on a free port, in a thread."""
        ready, stop = threading.Event(), asyncio.Event()
        at: dict[str, Any] = {}

        def took(port: int) -> None:
            at["port"] = port
            ready.set()

        async def go() -> None:
            at["loop"] = asyncio.get_running_loop()
            await serve_desk(self.parts, Address("127.0.0.1", 0), stop, ready=took)

        thread = threading.Thread(target=asyncio.run, args=(go(),))
        thread.start()
        try:
            assert ready.wait(20), "the desk did not start"
            with Browser(self, at["port"], lambda: at["loop"].call_soon_threadsafe(stop.set)) as browser:
                yield browser
        finally:
            # The test may have stopped it already.
            with suppress(RuntimeError):
                at["loop"].call_soon_threadsafe(stop.set)
            thread.join(20)
            assert not thread.is_alive()


class Browser:
    """Requests to a desk that serves, as its own page makes them."""

    def __init__(
        self, desk: MadeDesk, port: int, stop: Callable[[], object] = lambda: None, *, address: str | None = None
    ) -> None:
        self.desk = desk
        self.stop = stop
        self.port = port
        headers = {"Host": desk.server.partition("://")[2]}
        way = httpx.HTTPTransport(local_address=address)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=40, transport=way)

    def by(self, address: str) -> "Browser":
        """Return requests to the same desk that come from another address."""
        return Browser(self.desk, self.port, address=address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """Ask the API; ``headers`` by name with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["Authorization"] = f"Bearer {token}"
        return self.http.request(method, path, json=body, headers=named)

    def proof(self, name: str, *, server: str | None = None, challenge: str | None = None) -> dict[str, Any]:
        """What somebody sends to sign in."""
        if challenge is None:
            challenge = self.ask("POST", "/api/sign-in/challenge", {"name": name}).json()["challenge"]
        message = sign_in_message(challenge=challenge, name=name, server=server or self.desk.server)
        return {
            "name": name,
            "challenge": challenge,
            "signature": Signer(identity_of(name).seed).sign(message),
            "totp": totp.code_at(SECOND[name], self.desk.office.at),
        }

    def sign_in(self, name: str) -> str:
        """Sign in and return the token; the clock moves on, since a code is good once."""
        self.desk.office.later(seconds=totp.STEP_SECONDS)
        done = self.ask("POST", "/api/sign-in", self.proof(name))
        assert done.status_code == 200, done.text
        return str(done.json()["token"])


@cache
def roster_text() -> str:
    return (
        'zone = "Asia/Dushanbe"\nlead = "Lena"\n\n[[shift]]\n'
        'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\nfrom = "00:00"\nuntil = "23:59"\n'
        'people = ["Anna", "Ivo"]\n'
    )
