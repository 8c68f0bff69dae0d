"""A complete installation for ``panoh doctor`` to look at, before messengers that are there."""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from os import urandom
from pathlib import Path

import pytest

from bot import settings
from bot.app.doctor import Machine, examine
from bot.app.findings import Finding, State
from bot.app.keyrings import NONE_YET
from bot.app.nature import now, random_bytes
from bot.casework.actor import Actor
from bot.casework.links import Chats, LinkCodes
from bot.casework.office import Office
from bot.demo.keys import ThrowAway, make
from bot.emulator.account import TOKEN
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.ids import ChatId
from bot.offline.keyfiles import Key
from bot.roster import DAYS
from bot.store.database import Database
from bot.store.staff_values import Person, PersonState, Role
from tests.databases import migrated_sqlite
from tests.made_up import call, some_id

ROOT = Path(__file__).resolve().parents[2]
HEAD = "Filename Type Size Used Priority\n"
GOOD = Machine(swaps=HEAD, core_limit=0, core_pattern="core")
STAFF_TOKEN = "7000000002:AAStaffStaffStaffStaffStaffStaffStaff"
STAFF_KEY = bytes(range(32))
SHIFT = '[[shift]]\ndays = ["mon"]\nfrom = "08:00"\nuntil = "20:00"\nidentity = {}\n'


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ThrowAway:
    return make(tmp_path_factory.mktemp("keys"), now=now, random_bytes=random_bytes)


class Installation:
    """A complete installation before a messenger that is there."""

    def __init__(self, folder: Path, keys: ThrowAway, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.secrets = folder / "secrets"
        self.secrets.mkdir(mode=0o700)
        self.secret("ping_key", "ab" * 32)
        self.routes = folder / "route"
        self.routes.mkdir(mode=0o700)
        self.roster = folder / "roster.toml"
        self.roster.write_text('zone = "UTC"\n' + SHIFT.format("true"))
        contacts = folder / "contacts.toml"
        shutil.copyfile(ROOT / "deploy" / "contacts.example.toml", contacts)
        data = folder / "data"
        data.mkdir()
        migrated_sqlite(data).close()
        self.database = data / "panoh.db"
        self.keyring = folder / "keyring.signed"
        shutil.copyfile(keys.keyring, self.keyring)
        self.set(
            PANOH_DEFENDER_TOKEN=TOKEN,
            PANOH_DATA_DIR=str(data),
            PANOH_SECRETS_DIR=str(self.secrets),
            PANOH_ROUTE_DIR=str(self.routes),
            PANOH_KEYRING=str(self.keyring),
            PANOH_ROOT_FINGERPRINT=keys.root_fingerprint,
            PANOH_OPERATOR="The Example Desk",
            PANOH_CHECK_ADDRESS="desk.example",
            PANOH_CONTACTS=str(contacts),
            PANOH_ROSTER=str(self.roster),
        )
        self.world = World(now)
        self.staff_world = World(now, token=STAFF_TOKEN)
        self.waited: list[float] = []
        self.while_waiting: Callable[[], object] = lambda: None

    def secret(self, name: str, value: str) -> None:
        (self.secrets / name).write_text(value)
        (self.secrets / name).chmod(0o600)

    def with_staff(self, *people: str) -> Database:
        """Set the staff's bot up, with these names on its one shift of the whole week; returns the open database."""
        self.secret("staff_token", STAFF_TOKEN)
        self.secret("staff_key", STAFF_KEY.hex())
        names = ", ".join(f'"{name}"' for name in people)
        week = ", ".join(f'"{day}"' for day in DAYS)
        self.roster.write_text(
            f'zone = "UTC"\n[[shift]]\ndays = [{week}]\nfrom = "00:00"\nuntil = "00:00"\n'
            f"identity = true\npeople = [{names}]\n"
        )
        return Database(f"sqlite:///{self.database}")

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self.patch.setenv(name, value)

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.while_waiting()

    def examined(self, machine: Machine = GOOD, *, days: int = 0) -> dict[str, Finding]:
        async def look() -> tuple[Finding, ...]:
            async with AsyncExitStack() as stack:
                server = await stack.enter_async_context(EmulatorServer(self.world))
                staff = await stack.enter_async_context(EmulatorServer(self.staff_world))
                self.set(PANOH_DEFENDER_API=server.base_url, PANOH_STAFF_API=staff.base_url)
                return await examine(settings.load(), machine, now() + timedelta(days=days), pause=self.pause)

        return {each.name: each for each in asyncio.run(look())}

    def failed(self, machine: Machine = GOOD, *, days: int = 0) -> dict[str, str]:
        found = self.examined(machine, days=days).values()
        return {each.name: each.line for each in found if each.state is State.FAILED}


@pytest.fixture
def installed(tmp_path: Path, keys: ThrowAway, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, keys, monkeypatch)


def enrol(database: Database, key: Key, *roles: Role) -> None:
    """Enrol the holder of a key."""
    person = Person(
        id=some_id(),
        name=key.name,
        roles=frozenset(roles),
        languages=("en",),
        state=PersonState.ENROLLED,
        verifier=key.signer.verifier.raw,
        since=now().date(),
    )
    call(database, "people.add", person)


def link(database: Database, name: str, *, staff_key: bytes = STAFF_KEY) -> None:
    """Link a chat to somebody, by a code as the desk issues it."""
    office = Office(database=database, now=now, random_bytes=urandom, keyring=lambda: NONE_YET)
    code = LinkCodes(office).issue(Actor(name=name)).code
    chats, chat = Chats(staff_key, urandom), ChatId(int.from_bytes(urandom(4), "big"))
    assert database.turn(lambda tx: chats.link(tx, chat, code, now())).result() is not None
