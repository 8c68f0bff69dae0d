"""What a turn and a page of the queue cost among few and among many drafts and cases, on both databases.

Straight into the intake, without a messenger, so that nothing hides the database's part.
"""

import asyncio
from pathlib import Path

from benchmarks.crowd import fill
from benchmarks.installation import Installation, install, make_keys
from benchmarks.people import CYCLE
from benchmarks.rounds import Figure, Pairs, alternate, progress
from benchmarks.walking import settled
from bot.app.intake import Parts
from bot.app.nature import now
from bot.casework.service import Casework
from bot.demo.keys import ThrowAway
from bot.store.database import Database
from tests.databases import MissingError, started

TARGET = 1.1
FEW = 1_000
WALKERS = 16
"""Enough that nobody writes more in a minute than a person types."""
PAGES = 5


def measure(folder: Path, *, rounds: int, many: int) -> list[Figure]:
    """Return the figures for SQLite, and for PostgreSQL where it can run."""
    keys = make_keys(folder / "keys")
    figures = _on("SQLite", folder, keys, (None, None), rounds=rounds, many=many)
    server = started()
    if isinstance(server, MissingError):
        progress(f"growth, PostgreSQL: left out, {server}")
        return figures
    urls = server.create("bench_few"), server.create("bench_many")
    return figures + _on("PostgreSQL", folder, keys, urls, rounds=rounds, many=many)


def _on(
    kind: str, folder: Path, keys: ThrowAway, urls: tuple[str | None, str | None], *, rounds: int, many: int
) -> list[Figure]:
    opened: list[tuple[Installation, Database, Parts]] = []
    for number, url in zip((many, FEW), urls, strict=True):
        progress(f"growth, {kind}: making {number:,} drafts and cases")
        installation = install(folder / f"{kind}-{number}", keys, url)
        database = Database(installation.database_url)
        parts = installation.parts(database)
        database.turn(parts.library.keep).result()
        fill(installation.database_url, number, parts.library.current.digest)
        opened.append((installation, database, parts))
    try:
        return asyncio.run(_compare(kind, opened, rounds=rounds, many=many))
    finally:
        for _, database, _ in opened:
            database.close()


async def _compare(
    kind: str, opened: list[tuple[Installation, Database, Parts]], *, rounds: int, many: int
) -> list[Figure]:
    (_, many_rows, many_parts), (_, few_rows, few_parts) = opened
    crowded = await settled(many_parts.intake, WALKERS)
    quiet = await settled(few_parts.intake, WALKERS)
    progress(f"growth, {kind}: turns")
    turns = Pairs()
    for _ in range(rounds):
        # By person, as in the turns over HTTP.
        for mine, theirs in zip(crowded, quiet, strict=True):
            turns.add(await mine.go_round(), await theirs.go_round())
    progress(f"growth, {kind}: pages of the queue")
    pages = alternate(rounds * 18, lambda: _pages(many_rows), lambda: _pages(few_rows))
    among = f"among {many:,} against {FEW:,}"
    per_turn = 1000 / len(CYCLE.acts)
    return [
        turns.figure("growth", f"a turn {among}, {kind}", "ms", scale=per_turn, target=TARGET),
        pages.figure("growth", f"a page of the queue {among}, {kind}", "ms", scale=1000 / PAGES, target=TARGET),
    ]


def _pages(database: Database) -> None:
    casework = Casework(database, now)
    for _ in range(PAGES):
        assert casework.list_cases()
