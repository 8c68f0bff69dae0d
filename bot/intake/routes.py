"""Route keys: the only way from a chat to its draft, kept outside the database and thrown away day by day.

One file of 32 random bytes per day, ``2026-11-23.key``, mode 0600, in a directory that is never backed up and lies in
memory where the machine offers that (``objects.md`` 10). Deleting a file makes the drafts of that day unroutable for
good. Several workers of one host share the directory: a key is created exclusively and read back.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from bot.errors import SettingsError
from bot.ids import Now, RandomBytes

KEY_BYTES = 32
LEFT_SECONDS = 3600
"""After how long an unfinished file is a leftover: making a key takes a moment."""


def days_kept(draft_hours: int) -> int:
    """Return how many days after its own a key is kept: as long as a draft lives, and a day (``objects.md``)."""
    return -(-draft_hours // 24) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteKey:
    """The key of one day."""

    day: date
    key: bytes = field(repr=False)


class RouteKeys:
    """The live route keys of this deployment."""

    def __init__(self, directory: Path, *, now: Now, random_bytes: RandomBytes, days: int) -> None:
        """Use the keys in ``directory``; a key lives ``days`` days after its own (draft lifetime and one more)."""
        self._directory = directory
        self._now = now
        self._random_bytes = random_bytes
        self._days = days
        self._known: dict[date, RouteKey] = {}
        self._live: tuple[RouteKey, ...] = ()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"PANOH_ROUTE_DIR: {directory} cannot be made ({error.strerror}); "
                "name a writable directory such as /run/panoh/routes"
            ) from error

    def today(self) -> RouteKey:
        """Return today's key, making it where this is the day's first turn."""
        day = self._now().date()
        return self._known.get(day) or self._load(day, make=True)

    def live(self) -> tuple[RouteKey, ...]:
        """Return today's key first, and the others that may still have drafts.

        The older ones are looked for once a day: the key of a day that is over is made by nobody any more.
        """
        today = self.today()
        if not self._live or self._live[0] is not today:
            others = (self._known.get(day) or self._find(day) for day in self._other_days())
            self._live = (today, *(key for key in others if key))
        return self._live

    def of_day(self, day: date) -> RouteKey | None:
        """Return the key of a day that is still live, or ``None`` when it is gone."""
        return self._known.get(day) or self._find(day)

    def forget_old(self) -> int:
        """Delete the keys whose drafts have all expired, from memory too; return how many files went."""
        oldest = self._now().date() - timedelta(days=self._days)
        gone = 0
        # Another worker may have deleted the file; and one killed while making a key leaves a second name of it.
        for day in [day for day in self._known if day < oldest]:
            del self._known[day]
            self._live = ()
        for left in self._directory.glob(".*.new"):
            with suppress(OSError):
                if left.stat().st_mtime < self._now().timestamp() - LEFT_SECONDS:
                    left.unlink()
        for path in self._directory.glob("*.key"):
            try:
                day = date.fromisoformat(path.stem)
            except ValueError:
                continue
            if day < oldest:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _other_days(self) -> Iterator[date]:
        """Yield the days before, and tomorrow: a clock that is set back over midnight must not lose drafts."""
        today = self._now().date()
        return (today - timedelta(days=back) for back in (-1, *range(1, self._days + 1)))

    def _find(self, day: date) -> RouteKey | None:
        return self._load(day, make=False) if (self._directory / f"{day}.key").exists() else None

    def _load(self, day: date, *, make: bool) -> RouteKey:
        path = self._directory / f"{day}.key"
        if make:
            self._make(path)
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise SettingsError(f"PANOH_ROUTE_DIR: {path.name} is not a route key of {KEY_BYTES} bytes; remove it")
        self._known[day] = RouteKey(day=day, key=key)
        return self._known[day]

    def _make(self, path: Path) -> None:
        fresh = path.with_name(f".{self._random_bytes(8).hex()}.new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._random_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # A link appears whole or not at all, so another worker never reads half a key.
            os.link(fresh, path)
        except FileExistsError:
            pass
        except OSError as error:
            raise SettingsError(f"PANOH_ROUTE_DIR: {path} cannot be written ({error.strerror})") from error
        finally:
            fresh.unlink(missing_ok=True)
