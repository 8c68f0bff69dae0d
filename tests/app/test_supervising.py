"""``panoh serve`` as real processes: each part with its own secrets, started again when it dies, ended together."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.app.nature import now, random_bytes
from bot.app.supervising import PARTS, environment_of, lay_out, wanted
from bot.demo.keys import ThrowAway, make
from bot.emulator.server import EmulatorServer
from bot.emulator.world import World
from bot.errors import SettingsError
from tests.databases import migrated_sqlite

ROOT = Path(__file__).resolve().parents[2]
STAFF_TOKEN = "7000000002:AAStaffStaffStaffStaffStaffStaffStaff"
KEYS = {"ping_key": "ab" * 32, "staff_key": "cd" * 32, "desk_key": "ef" * 32}
PATIENCE = 240.0


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ThrowAway:
    return make(tmp_path_factory.mktemp("keys"), now=now, random_bytes=random_bytes)


class Serving:
    """``panoh serve`` in a process, everything of it in one folder."""

    def __init__(self, folder: Path, keys: ThrowAway, worlds: tuple[World, World], url: str) -> None:
        secrets = folder / "secrets"
        secrets.mkdir(mode=0o700)
        for name, text in KEYS.items():
            (secrets / name).write_text(text)
        (secrets / "staff_token").write_text(STAFF_TOKEN)
        migrated_sqlite(folder).close()
        self.log = folder / "stderr"
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "XDG_RUNTIME_DIR": str(folder),
            "PANOH_DEFENDER_TOKEN": worlds[0].token,
            "PANOH_DEFENDER_API": url,
            "PANOH_STAFF_API": url,
            "PANOH_DATA_DIR": str(folder),
            "PANOH_SECRETS_DIR": str(secrets),
            "PANOH_ROUTE_DIR": str(folder / "route"),
            "PANOH_KEYRING": str(keys.keyring),
            "PANOH_ROOT_FINGERPRINT": keys.root_fingerprint,
            "PANOH_OPERATOR": "Test Desk",
            "PANOH_CHECK_ADDRESS": "desk.example",
            "PANOH_CONTACTS": str(ROOT / "deploy" / "contacts.example.toml"),
            "PANOH_DESK_LISTEN": "127.0.0.1:0",
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *("-m", "bot", "serve"), cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]

    def started(self, part: str) -> int:
        return sum(line["part"] == part for line in self.events("Started"))

    def own_folders(self) -> list[Path]:
        return list(self.log.parent.glob("panoh-parts-*"))

    def children(self) -> Mapping[str, int]:
        """The parts that run, by name, as the machine lists them."""
        assert self.process is not None
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if b"--only" in words and int(parent) == self.process.pid:
                found[words[words.index(b"--only") + 1].decode()] = int(entry.name)
        return found

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.to_thread(self._breathe)

    @staticmethod
    def _breathe() -> None:
        signal.sigtimedwait([], 0.1)


@asynccontextmanager
async def serving(folder: Path, keys: ThrowAway) -> AsyncIterator[Serving]:
    worlds = (World(now), World(now, token=STAFF_TOKEN))
    async with EmulatorServer(*worlds) as server:
        running = Serving(folder, keys, worlds, server.base_url)
        await running.start()
        try:
            yield running
        finally:
            assert running.process is not None
            if running.process.returncode is None:
                running.process.kill()
            await running.process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc, which this machine does not have")
def test_each_part_is_a_process_with_its_own_secrets_and_they_end_together(tmp_path: Path, keys: ThrowAway) -> None:
    async def test() -> None:
        async with serving(tmp_path, keys) as running:
            await running.until(lambda: all(running.started(part.name) for part in PARTS))
            children = running.children()
            assert set(children) == {"defender", "staff", "desk", "jobs"}
            seen = {name: _handed(pid) for name, pid in children.items()}
            assert seen == {
                "defender": {"PANOH_DEFENDER_TOKEN", "PANOH_ROUTE_DIR", "ping_key"},
                "staff": {"staff_token", "staff_key"},
                "desk": {"desk_key"},
                "jobs": set(),
            }
            os.kill(children["staff"], signal.SIGKILL)
            await running.until(lambda: running.started("staff") == 2)
            (ended,) = running.events("PartEnded")
            assert (ended["part"], ended["status"], ended["seconds"]) == ("staff", -signal.SIGKILL, 1.0)
            children = running.children()
            assert running.process is not None
            running.process.terminate()
            assert await running.process.wait() == 0
            assert not [pid for pid in children.values() if _lives(pid)]
            assert {line["part"] for line in running.events("Stopped")} == set(children)
            assert running.own_folders() == []
            assert STAFF_TOKEN not in running.log.read_text()

    asyncio.run(test())


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc, which this machine does not have")
def test_no_part_outlives_the_process_that_started_it(tmp_path: Path, keys: ThrowAway) -> None:
    async def test() -> None:
        async with serving(tmp_path, keys) as running:
            await running.until(lambda: bool(running.started("jobs") and running.started("staff")))
            children = running.children()
            assert running.process is not None
            running.process.kill()
            await running.process.wait()
            await running.until(lambda: not [pid for pid in children.values() if _lives(pid)])

    asyncio.run(test())


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _handed(pid: int) -> set[str]:
    """What of the secrets a process was handed: settings of its environment, files in its folder."""
    found = Path(f"/proc/{pid}/environ").read_text().split("\0")
    environment = dict(line.split("=", 1) for line in found if "=" in line)
    own = Path(environment["PANOH_SECRETS_DIR"])
    secret = {"PANOH_DEFENDER_TOKEN", "PANOH_STAFF_TOKEN", "PANOH_WEBHOOK_SECRET", "PANOH_ROUTE_DIR"}
    return (environment.keys() & secret) | {entry.name for entry in own.iterdir()}


def test_a_part_finds_its_own_secrets_and_no_other_s(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in (*KEYS, "defender_token", "staff_token", "webhook_secret", "database_url"):
        (secrets / name).write_text(name)
    given = {"PANOH_STAFF_TOKEN": "s", "PANOH_DEFENDER_TOKEN": "d", "CREDENTIALS_DIRECTORY": "/x", "PATH": "/bin"}
    found = {}
    for part in PARTS:
        own = lay_out(part, secrets, tmp_path)
        assert own.stat().st_mode & 0o777 == 0o700
        files = {entry.name for entry in own.iterdir()}
        assert all((own / name).read_text() == name for name in files)
        found[part.name] = files | environment_of(part, given, own).keys()
    assert found == {
        "defender": {
            "defender_token",
            "webhook_secret",
            "ping_key",
            "database_url",
            "PANOH_DEFENDER_TOKEN",
            "PANOH_SECRETS_DIR",
            "PATH",
        },
        "staff": {"staff_token", "staff_key", "database_url", "PANOH_STAFF_TOKEN", "PANOH_SECRETS_DIR", "PATH"},
        "desk": {"desk_key", "database_url", "PANOH_SECRETS_DIR", "PATH"},
        "jobs": {"database_url", "PANOH_SECRETS_DIR", "PATH"},
    }


def test_a_part_without_its_token_or_key_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PANOH_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PANOH_STAFF_TOKEN", STAFF_TOKEN)
    assert [part.name for part in wanted(settings.load())] == ["staff", "jobs"]
    (tmp_path / "desk_key").write_text("ef" * 32)
    assert [part.name for part in wanted(settings.load())] == ["staff", "desk", "jobs"]


def test_where_nobody_would_be_served_the_missing_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PANOH_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PANOH_DATA_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match="PANOH_DEFENDER_TOKEN is not set"):
        wanted(settings.load())


@pytest.mark.slow
def test_a_part_that_cannot_start_ends_everything_in_a_line_that_names_it(tmp_path: Path, keys: ThrowAway) -> None:
    async def test() -> None:
        async with serving(tmp_path, keys) as running:
            assert running.process is not None
            running.process.kill()
            await running.process.wait()
            (tmp_path / "secrets" / "staff_key").unlink()
            await running.start()
            assert await asyncio.wait_for(running.process.wait(), PATIENCE) == 2
            last = running.log.read_text().splitlines()
            assert "panoh: the part staff cannot start: the line above names the setting" in last
            assert any("staff_key is missing" in line for line in last)

    asyncio.run(test())
