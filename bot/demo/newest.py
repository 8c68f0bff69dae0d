"""Keeps the sealed files of the newest case where the printed command looks for them.

Unlike staff's export this does not count as reading. The database knows arrivals to the minute only, so which of two
cases of one minute is the newer is remembered here.
"""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.casework.export import write_case
from bot.store.database import Database
from bot.store.transaction import Transaction
from bot.store.values import Case, ObjectState, SealedObject, Status

LOOKED_AT = 500
"""Waiting cases among which the newest is looked for."""
EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    case: Case
    objects: tuple[SealedObject, ...]
    conversation: str


class Newest:
    """The newest waiting case, exported to ``out``."""

    def __init__(self, database: Database, out: Path, *, deployment: bytes) -> None:
        self.out = out
        self._database = database
        self._deployment = deployment
        self._places: dict[str, int] = {}
        """In which order the cases were first seen, by reference."""
        self._writing = asyncio.Lock()

    async def keep_up(self) -> None:
        """Export whenever there is something new, until cancelled."""
        while True:
            await self.export()
            await asyncio.sleep(EVERY_SECONDS)

    async def export(self) -> None:
        """Export the newest case as it stands now."""
        async with self._writing:
            found = await asyncio.wrap_future(self._database.turn(self._find))
            if found is not None:
                await asyncio.to_thread(self._write, found)

    def _find(self, tx: Transaction) -> _Found | None:
        waiting = sorted(tx.cases.page(Status.WAITING, None, LOOKED_AT), key=lambda case: case.arrived_at)
        for case in waiting:
            self._places.setdefault(case.reference, len(self._places))
        newest = max(waiting, key=lambda case: self._places[case.reference], default=None)
        compiled = tx.conversations.get(newest.conversation) if newest else None
        if newest is None or compiled is None:
            return None
        objects = tx.objects.of_case(newest.id, (ObjectState.SENT,))
        return _Found(case=newest, objects=objects, conversation=compiled)

    def _write(self, found: _Found) -> None:
        names = {f"{each.id.hex()}.age" for each in found.objects}
        if self.out.exists() and names == {path.name for path in self.out.glob("*.age")}:
            return
        fresh = self.out.with_name("writing")
        shutil.rmtree(fresh, ignore_errors=True)
        write_case(fresh, found.case, found.objects, conversation=found.conversation, deployment=self._deployment)
        shutil.rmtree(self.out, ignore_errors=True)
        fresh.rename(self.out)
