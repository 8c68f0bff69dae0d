"""``panoh serve`` refuses to start in one line that names what to correct, and changes nothing."""

import asyncio
import re
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot import settings
from bot.app.nature import now, random_bytes
from bot.app.serving_from_settings import serve_defender
from bot.cli import main
from bot.demo.keys import ThrowAway, make
from bot.emulator.clock import VirtualClock
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.errors import PanohError
from tests.databases import migrated_sqlite

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ThrowAway:
    return make(tmp_path_factory.mktemp("keys"), now=now, random_bytes=random_bytes)


class Installation:
    """A complete installation in a folder, every file of which may be spoilt."""

    def __init__(self, folder: Path, keys: ThrowAway, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.keys = keys
        self.patch = patch
        self.secrets = folder / "secrets"
        self.secrets.mkdir()
        (self.secrets / "ping_key").write_text("ab" * 32)
        self.keyring = folder / "keyring.signed"
        shutil.copyfile(keys.keyring, self.keyring)
        self.contacts = folder / "contacts.toml"
        shutil.copyfile(ROOT / "deploy" / "contacts.example.toml", self.contacts)
        self.database = folder / "panoh.db"
        migrated_sqlite(folder).close()
        self.set(
            PANOH_DEFENDER_TOKEN="1234:abcdef",
            # Nobody listens there: a start that gets so far ends at once.
            PANOH_DEFENDER_API="http://127.0.0.1:9",
            PANOH_DATA_DIR=str(folder),
            PANOH_SECRETS_DIR=str(self.secrets),
            PANOH_ROUTE_DIR=str(folder / "route"),
            PANOH_KEYRING=str(self.keyring),
            PANOH_ROOT_FINGERPRINT=keys.root_fingerprint,
            PANOH_OPERATOR="The Example Desk",
            PANOH_CHECK_ADDRESS="desk.example",
            PANOH_CONTACTS=str(self.contacts),
        )

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self.patch.setenv(name, value)

    def refusal(self) -> str:
        with pytest.raises(PanohError) as refused:
            asyncio.run(serve_defender(settings.load()))
        return str(refused.value)


@pytest.fixture
def installation(tmp_path: Path, keys: ThrowAway, monkeypatch: pytest.MonkeyPatch) -> Installation:
    return Installation(tmp_path, keys, monkeypatch)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def tampered(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"serial":1', b'"serial":2'))


WRONG: dict[str, tuple[Callable[[Installation], object], str]] = {
    "the ping key is missing": (lambda of: (of.secrets / "ping_key").unlink(), "PANOH_SECRETS_DIR.*openssl rand"),
    "the ping key is no key": (lambda of: (of.secrets / "ping_key").write_text("ab"), "PANOH_SECRETS_DIR.*64 hex"),
    "the contacts are missing": (lambda of: of.contacts.unlink(), "PANOH_CONTACTS"),
    "the contacts are no TOML": (lambda of: of.contacts.write_text("fld_phone"), "PANOH_CONTACTS|contacts.toml"),
    "the keyring is missing": (
        lambda of: of.keyring.unlink(),
        "^PANOH_KEYRING names nothing that exists. A good value",
    ),
    "the keyring is nonsense": (lambda of: of.keyring.write_bytes(b"{}"), "not a keyring of ours"),
    "the keyring is cut": (lambda of: truncated(of.keyring), "not a keyring of ours"),
    "the keyring was changed": (lambda of: tampered(of.keyring), "signature does not hold"),
    "the keyring is huge": (lambda of: of.keyring.write_bytes(b" " * 600_000), "larger than 512 KiB"),
    "another root is pinned": (lambda of: of.set(PANOH_ROOT_FINGERPRINT="00" * 32), "another root than the pinned"),
    "the roster is missing": (lambda of: of.set(PANOH_ROSTER=str(of.folder / "none.toml")), "PANOH_ROSTER"),
    "the route folder is a file": (
        lambda of: of.set(PANOH_ROUTE_DIR=str(of.contacts)),
        "PANOH_ROUTE_DIR.* /run/panoh/routes",
    ),
    "there is no database": (lambda of: of.database.unlink(), "run `panoh db upgrade`"),
    "there is no conversation": (lambda of: of.set(PANOH_CONVERSATION=str(of.folder)), "conversation.yaml"),
    "the conversation is nowhere": (
        lambda of: of.set(PANOH_CONVERSATION=str(of.folder / "none")),
        "^PANOH_CONVERSATION names nothing that exists. A good value",
    ),
    "the catalogues are nowhere": (
        lambda of: of.set(PANOH_LOCALES=str(of.folder / "none")),
        "^PANOH_LOCALES names nothing that exists. A good value",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named_in_one_line_and_nothing_is_changed(installation: Installation, what: str) -> None:
    spoil, named = WRONG[what]
    spoil(installation)
    there = {path: path.stat().st_mtime_ns for path in installation.folder.rglob("*") if path.suffix != ".db-shm"}
    line = installation.refusal()
    assert re.search(named, line), line
    assert "\n" not in line
    assert "abcdef" not in line, "no token in a message"
    after = set(installation.folder.rglob("*"))
    assert not {path for path in after - set(there) if path.suffix == ".key"}, "no route key is made for nothing"


def test_a_refused_token_names_its_setting(installation: Installation) -> None:
    async def served() -> None:
        world = World(VirtualClock())
        async with EmulatorServer(world) as server:
            installation.set(PANOH_DEFENDER_API=server.base_url)
            with pytest.raises(PanohError, match=r"refuses the token.*: check PANOH_DEFENDER_TOKEN"):
                await serve_defender(settings.load())

    asyncio.run(served())


def test_a_port_that_is_taken_names_its_setting(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        installation.set(
            PANOH_WEBHOOK_URL="https://intake.example/hook",
            PANOH_WEBHOOK_SECRET="made-up-secret-of-the-hook",
            PANOH_LISTEN=f"127.0.0.1:{taken.getsockname()[1]}",
        )
        line = installation.refusal()
    assert line == "PANOH_LISTEN cannot be listened on (Address already in use). A good value: 127.0.0.1:8081"


def test_an_old_schema_is_refused_in_one_line(installation: Installation) -> None:
    engine = create_engine(f"sqlite:///{installation.database}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    line = installation.refusal()
    assert "panoh db upgrade" in line
    assert "\n" not in line


def test_an_older_keyring_than_one_used_before_is_refused(installation: Installation) -> None:
    database = migrated_sqlite(installation.folder)
    database.turn(lambda tx: tx.keyring.record(7)).result()
    database.close()
    assert re.search("serial 1, but 7 was used before", installation.refusal())


def test_an_expired_keyring_is_refused(installation: Installation, tmp_path: Path) -> None:
    past = VirtualClock(datetime.now(UTC) - timedelta(days=400))
    (tmp_path / "old").mkdir()
    old = make(tmp_path / "old", now=past, random_bytes=random_bytes)
    shutil.copyfile(old.keyring, installation.keyring)
    installation.set(PANOH_ROOT_FINGERPRINT=old.root_fingerprint)
    assert re.search("expired on .*: have a new one signed", installation.refusal())


def test_the_command_says_it_on_one_line_and_exits_with_two(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    (installation.secrets / "ping_key").unlink()
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--only", "defender"])
    assert ended.value.code == 2
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("{")]
    assert len(said) == 1
    assert said[0].startswith("panoh: PANOH_SECRETS_DIR")


def test_a_complete_installation_answers(installation: Installation) -> None:
    """What the refusals above are worth: with nothing spoilt it starts and speaks."""

    async def served() -> None:
        world = World(VirtualClock())
        async with EmulatorServer(world) as server:
            installation.set(PANOH_DEFENDER_TOKEN=world.token, PANOH_DEFENDER_API=server.base_url)
            serving = asyncio.create_task(serve_defender(settings.load()))
            person = world.user("Made-up")
            person.start()
            await server.until(lambda: bool(person.screen()) and not person.screen()[-1].incoming, seconds=30)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(served())
    assert [path.suffix for path in (installation.folder / "route").iterdir()] == [".key"]
