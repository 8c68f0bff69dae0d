"""A throw-away installation to measure: keys, an empty database, settings, and the processes that run on it.

What lives here: making one in a temporary folder, starting and ending the processes of both sides. What must not:
measuring.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app.intake import Parts, Place, assemble
from bot.app.nature import now, random_bytes
from bot.demo.keys import ThrowAway, make
from bot.settings import data
from bot.store.database import Database

CONTACTS = {"fld_phone": "+000 000", "help_phones": "help@example", "cpj": "cpj.example", "unhcr": "unhcr.example"}
PING_KEY = bytes(range(32))
SECRET = "benchmark-secret-of-the-webhook"
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where one installation keeps things."""

    folder: Path
    keyring: Path
    root_fingerprint: str
    database_url: str

    def place(self) -> Place:
        """Return it as the composition root wants it."""
        return Place(
            conversation=data("conversations") / "reprisal",
            locales=data("locales"),
            keyring=self.keyring,
            root_fingerprint=self.root_fingerprint,
            route_dir=self.folder / "route",
            ping_key=PING_KEY,
            operator="Made-up Desk",
            check_address="desk.example",
            contacts=CONTACTS,
            draft_hours=48,
            delete_hours=24,
        )

    def parts(self, database: Database) -> Parts:
        """Return the defender's side on its database, in this process."""
        return assemble(self.place(), database, now=now, random_bytes=random_bytes)

    def environment(self, *, token: str, api: str) -> dict[str, str]:
        """Return the settings with which ``panoh serve`` runs it."""
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        (secrets / "ping_key").write_text(PING_KEY.hex(), "ascii")
        contacts = self.folder / "contacts.toml"
        lines = [f'{name} = "{value}"' for name, value in CONTACTS.items()]
        contacts.write_text("\n".join([f"checked = {now().date()}", *lines, ""]), "utf-8")
        return {
            "PANOH_DEFENDER_TOKEN": token,
            "PANOH_DEFENDER_API": api,
            "PANOH_DATABASE_URL": self.database_url,
            "PANOH_DATA_DIR": str(self.folder),
            "PANOH_SECRETS_DIR": str(secrets),
            "PANOH_ROUTE_DIR": str(self.folder / "route"),
            "PANOH_KEYRING": str(self.keyring),
            "PANOH_ROOT_FINGERPRINT": self.root_fingerprint,
            "PANOH_OPERATOR": "Made-up Desk",
            "PANOH_CHECK_ADDRESS": "desk.example",
            "PANOH_CONTACTS": str(contacts),
            "PANOH_LOG_LEVEL": "WARNING",
        }


def install(folder: Path, keys: ThrowAway, database_url: str | None = None) -> Installation:
    """Make an installation with an empty database; SQLite in its folder unless another is given."""
    folder.mkdir()
    url = database_url or f"sqlite:///{folder / 'panoh.db'}"
    database = Database(url)
    database.upgrade()
    database.close()
    return Installation(folder=folder, keyring=keys.keyring, root_fingerprint=keys.root_fingerprint, database_url=url)


def make_keys(folder: Path) -> ThrowAway:
    """Make the keys every installation here uses: two members besides the root."""
    folder.mkdir()
    return make(folder, now=now, random_bytes=random_bytes)


@contextmanager
def running(module: str, task: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a module of ours with its task in a process of its own; yields the process's id."""
    command = [sys.executable, "-m", module, *([json.dumps(task)] if task else ["serve"])]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Return the memory a process holds now."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024
