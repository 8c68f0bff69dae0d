"""What staff wait for at the desk among few and among many cases, on both databases: a page of the queue with its
counts in each view, and taking a case and giving it back.

Straight into the staff's service, without HTTP and without a browser, so that nothing hides the database's part.
"""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.crowd import fill
from benchmarks.installation import Installation, install, make_keys
from benchmarks.rounds import Figure, alternate, progress
from bot.app.nature import now, random_bytes
from bot.casework.actor import Actor
from bot.casework.acts import Acts
from bot.casework.office import Office
from bot.casework.queue import Queue
from bot.demo.keys import ThrowAway
from bot.ids import Reference
from bot.sealing.keyring import read_unlimited
from bot.store.database import Database
from bot.store.queue import View
from bot.store.staff_values import Person, PersonState, Role
from tests.databases import MissingError, started

TARGET = 1.1
FEW = 1_000
ACTS = 3
"""Cases that are taken and given back in a round."""


class Staff:
    """A lead at work over one database; the queue is looked at from its first pages, as people do."""

    def __init__(self, installation: Installation, keys: ThrowAway) -> None:
        self.database = Database(installation.database_url)
        keyring = read_unlimited(keys.keyring.read_bytes(), keys.root_fingerprint)
        name = keys.reviewer.name
        person = Person(
            id=random_bytes(16),
            name=name,
            roles=frozenset({Role.LEAD}),
            languages=("en", "ru", "tg"),
            state=PersonState.ENROLLED,
            verifier=keys.reviewer.signer.verifier.raw,
            since=now().date(),
        )
        self.database.turn(lambda tx: tx.people.add(person)).result()
        office = Office(
            database=self.database,
            now=now,
            random_bytes=random_bytes,
            keyring=lambda: keyring,
            on_duty=lambda: frozenset({name}),
            closed_kept=timedelta(days=365),
        )
        self.actor = Actor(name=name, roles=frozenset({Role.LEAD}))
        self._queue, self._acts = Queue(office), Acts(office)
        self._cases = self._references()

    def _references(self) -> Iterator[Reference]:
        page = self._queue.page(self.actor, View.UNASSIGNED)
        return itertools.cycle([Reference(row.reference) for row in page.rows])

    def looks(self, view: View) -> None:
        """Look at the first page of a view."""
        self._queue.page(self.actor, view)

    def acts(self) -> None:
        """Take some cases and give them back."""
        for reference in itertools.islice(self._cases, ACTS):
            self._acts.claim(self.actor, reference)
            self._acts.release(self.actor, reference, acknowledged=True)


def measure(folder: Path, *, rounds: int, many: int) -> list[Figure]:
    """Return the figures for SQLite, and for PostgreSQL where it can run."""
    keys = make_keys(folder / "keys")
    figures = _on("SQLite", folder, keys, (None, None), rounds=rounds, many=many)
    server = started()
    if isinstance(server, MissingError):
        progress(f"desk, PostgreSQL: left out, {server}")
        return figures
    urls = server.create("bench_desk_few"), server.create("bench_desk_many")
    return figures + _on("PostgreSQL", folder, keys, urls, rounds=rounds, many=many)


def _on(
    kind: str, folder: Path, keys: ThrowAway, urls: tuple[str | None, str | None], *, rounds: int, many: int
) -> list[Figure]:
    staff: list[Staff] = []
    for number, url in zip((many, FEW), urls, strict=True):
        progress(f"desk, {kind}: making {number:,} cases")
        installation = install(folder / f"{kind}-{number}", keys, url)
        database = Database(installation.database_url)
        parts = installation.parts(database)
        database.turn(parts.library.keep).result()
        fill(installation.database_url, number, parts.library.current.digest)
        database.close()
        staff.append(Staff(installation, keys))
    busy, quiet = staff
    among = f"among {many:,} against {FEW:,}"
    try:
        progress(f"desk, {kind}: pages and claims")
        figures = []
        for view in (View.UNASSIGNED, View.OVERDUE):
            pages = alternate(rounds * 6, partial(busy.looks, view), partial(quiet.looks, view))
            name = f"a page of {view.value} {among}, {kind}"
            figures.append(pages.figure("desk", name, "ms", scale=1000, target=TARGET))
        acts = alternate(rounds * 6, busy.acts, quiet.acts)
        name = f"a claim and a release {among}, {kind}"
        return [*figures, acts.figure("desk", name, "ms", scale=1000 / ACTS, target=TARGET)]
    finally:
        for each in staff:
            each.database.close()
