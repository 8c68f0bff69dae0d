"""``panoh doctor`` finds what was spoilt on purpose, names it in one line, and changes nothing."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings
from bot.app.doctor import BUDGET, Finding, Machine, State, examine
from bot.app.nature import now, random_bytes
from bot.demo.keys import ThrowAway, make
from bot.emulator.account import TOKEN
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from tests.cli.commands import panoh
from tests.databases import migrated_sqlite
from tests.made_up import call, draft, with_conversation

ROOT = Path(__file__).resolve().parents[2]
HEAD = "Filename Type Size Used Priority\n"
GOOD = Machine(swaps=HEAD, core_limit=0, core_pattern="core")
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
        (self.secrets / "ping_key").write_text("ab" * 32)
        (self.secrets / "ping_key").chmod(0o600)
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
        self.waited: list[float] = []
        self.while_waiting: Callable[[], object] = lambda: None

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self.patch.setenv(name, value)

    async def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.while_waiting()

    def examined(self, machine: Machine = GOOD, *, days: int = 0) -> dict[str, Finding]:
        async def look() -> tuple[Finding, ...]:
            async with EmulatorServer(self.world) as server:
                self.set(PANOH_DEFENDER_API=server.base_url)
                return await examine(settings.load(), machine, now() + timedelta(days=days), pause=self.pause)

        return {each.name: each for each in asyncio.run(look())}

    def failed(self, machine: Machine = GOOD, *, days: int = 0) -> dict[str, str]:
        found = self.examined(machine, days=days).values()
        return {each.name: each.line for each in found if each.state is State.FAILED}


@pytest.fixture
def installed(tmp_path: Path, keys: ThrowAway, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, keys, monkeypatch)


@contextmanager
def kept(path: Path) -> Iterator[None]:
    before = path.read_bytes()
    yield
    assert path.read_bytes() == before


def test_a_good_installation_has_nothing_failed(installed: Installation) -> None:
    with kept(installed.keyring), kept(installed.roster):
        found = installed.examined()
    assert [each for each in found.values() if each.state is State.FAILED] == []
    assert {"database", "screens", "updates", "keyring", "roster", "swap", "core dumps"} <= set(found)
    assert installed.waited == []


def test_updates_that_nobody_confirms_for_a_minute_are_over_budget(installed: Installation) -> None:
    person = installed.world.user("Person")
    person.start()
    person.send("MADE UP")
    assert installed.failed() == {"updates": "2 unconfirmed, and some for over 60 seconds: is it served?"}
    assert sum(installed.waited) == BUDGET.seconds


def test_updates_that_are_confirmed_meanwhile_are_not(installed: Installation) -> None:
    installed.world.user("Person").start()
    installed.while_waiting = installed.world.updates.drop_all
    assert installed.failed() == {}
    assert len(installed.waited) == 1


def test_a_screen_that_is_owed_for_over_a_minute_is_over_budget(installed: Installation) -> None:
    database = with_conversation(migrated_sqlite(installed.database.parent))
    for seconds in (30, 61):
        call(database, "drafts.insert", draft(owed_since=now() - timedelta(seconds=seconds)))
    database.close()
    assert installed.failed() == {"screens": "1 owed to people for over 60 seconds"}


def test_whatever_was_spoilt_is_named(installed: Installation) -> None:
    (installed.secrets / "ping_key").chmod(0o644)
    installed.routes.chmod(0o755)
    installed.roster.write_text('zone = "UTC"\n' + SHIFT.format("true") + SHIFT.format("false"))
    installed.keyring.write_bytes(b"made up")
    failed = installed.failed(Machine(swaps=HEAD + "/dev/made-up partition 1 0 -2\n", core_limit=-1, core_pattern="c"))
    assert set(failed) == {"secrets", "route keys", "roster", "keyring", "swap", "core dumps"}
    assert "shift 2" in failed["roster"]
    assert "ping_key" in failed["secrets"]


def test_a_keyring_is_signed_in_time(installed: Installation) -> None:
    assert installed.examined(days=50)["keyring"].state is State.WARNING
    assert "grace" in installed.failed(days=62)["keyring"]


def test_the_command_exits_1_and_prints_json(installed: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    # Nobody listens there.
    installed.set(PANOH_DEFENDER_API="http://127.0.0.1:9")
    done = panoh(capsys, "doctor", "--json")
    assert (done.code, done.err) == (1, "")
    said = json.loads(done.out)
    lines = {each["name"]: each["line"] for each in said["findings"] if each["state"] == "failed"}
    assert said["good"] is False
    assert lines["updates"].startswith("the messenger does not answer (")
    assert TOKEN not in done.out
    plain = panoh(capsys, "doctor")
    assert plain.code == 1
    assert "failed   updates: the messenger does not answer" in plain.out
