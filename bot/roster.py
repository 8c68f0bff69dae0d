"""The duty roster: when somebody reads, so that a person in danger is told the truth about it.

``deploy/roster.example.toml`` is the form. No names: shifts, their hours in one time zone, and whether the shift holds
the identity key. Without a roster nobody is promised an hour.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFTS_AT_MOST = 50
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours on certain days of the week (0 is Monday); ``until`` before ``begins`` means the next morning."""

    days: frozenset[int]
    begins: time
    until: time
    identity: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Every shift of the week."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...]

    def until_duty(self, now: datetime) -> timedelta:
        """Return how long it is until somebody is on duty: zero when somebody is."""
        local = now.astimezone(self.zone)
        waits = [
            max(begin - local, timedelta(0))
            for ahead in range(-1, _WEEK + 1)
            for shift in self.shifts
            if (local.date() + timedelta(days=ahead)).weekday() in shift.days
            for begin, end in [self._hours(local + timedelta(days=ahead), shift)]
            if end > local
        ]
        return min(waits)

    def _hours(self, day: datetime, shift: Shift) -> tuple[datetime, datetime]:
        begin = datetime.combine(day.date(), shift.begins, self.zone)
        end = datetime.combine(day.date(), shift.until, self.zone)
        return begin, end if end > begin else end + timedelta(days=1)


def load(path: Path) -> Roster:
    """Read a roster.

    Raises:
        SettingsError: the file cannot be read or a shift is not one; names the shift.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        zone = ZoneInfo(str(values.get("zone", "")))
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"PANOH_ROSTER: {path.name} cannot be read") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"PANOH_ROSTER: {path.name}: {error}") from None
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsError(f'PANOH_ROSTER: {path.name}: zone is not known. A good value: "Asia/Dushanbe"') from None
    rows = values.get("shift")
    if not isinstance(rows, list) or not 0 < len(rows) <= SHIFTS_AT_MOST:
        raise SettingsError(f"PANOH_ROSTER: {path.name}: expected 1 to {SHIFTS_AT_MOST} tables [[shift]]")
    return Roster(zone=zone, shifts=tuple(_shift(path, number, row) for number, row in enumerate(rows, start=1)))


def _shift(path: Path, number: int, row: Mapping[str, Any]) -> Shift:  # Any: TOML
    try:
        shift = Shift(
            days=frozenset(DAYS.index(day) for day in row["days"]),
            begins=time.fromisoformat(row["from"]),
            until=time.fromisoformat(row["until"]),
            identity=row.get("identity", False) is True,
        )
    except (KeyError, ValueError, TypeError):
        shift = None
    if shift is None or not shift.days or not set(row) <= {"days", "from", "until", "identity"}:
        raise SettingsError(
            f'PANOH_ROSTER: {path.name}: shift {number}: expected days = ["mon", …], from = "08:00", until = "20:00"'
        )
    return shift
