"""The duty roster: when somebody reads and who, so that a person in danger is told the truth about it.

``deploy/roster.example.toml`` is the form: shifts, their hours in one time zone, whether the shift holds the identity
key, and the names of those on it, the first one first to be told of a case. A roster without names is good too: then
only the hours are known. Without a roster nobody is promised an hour.

The file is the operator's and the lead's, who edits it at the desk: ``replace`` takes a text only when it can be read.
Whoever needs it asks a ``RosterFile``, which looks at the file again when it changes.
"""

import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import log
from bot.errors import SettingsError
from bot.log.events import RosterRefused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFTS_AT_MOST = 50
PEOPLE_AT_MOST = 20
NAME_LETTERS = 64
SIZE_LIMIT = 64 * 1024
DIGEST = (time(8), time(20))
"""When the digest is sent where the roster does not say."""
_WEEK = 7
_KNOWN = frozenset({"zone", "shift", "lead", "digest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours on certain days of the week (0 is Monday); ``until`` before ``begins`` means the next morning."""

    days: frozenset[int]
    begins: time
    until: time
    identity: bool
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A shift on one day."""

    begins: datetime
    until: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Every shift of the week."""

    zone: ZoneInfo
    shifts: tuple[Shift, ...]
    lead: str | None = None
    digest: tuple[time, ...] = DIGEST

    def until_duty(self, now: datetime) -> timedelta:
        """Return how long it is until somebody is on duty: zero when somebody is."""
        return min(max(turn.begins - now, timedelta(0)) for turn in self._turns(now))

    def on_duty(self, now: datetime) -> tuple[str, ...]:
        """Return who is on duty, in the order in which they are told of a case."""
        return _names(turn for turn in self._turns(now) if turn.begins <= now)

    def duty_ends(self, now: datetime) -> datetime | None:
        """Return when the first of the shifts that run now ends."""
        return min((turn.until for turn in self._turns(now) if turn.begins <= now), default=None)

    def next_turn(self, now: datetime) -> Turn | None:
        """Return who comes next and when: everybody whose shift begins first from now on."""
        later = [turn for turn in self._turns(now) if turn.begins > now]
        begins = min((turn.begins for turn in later), default=None)
        if begins is None:
            return None
        first = [turn for turn in later if turn.begins == begins]
        return Turn(begins=begins, until=max(turn.until for turn in first), people=_names(first))

    def last_digest(self, now: datetime) -> datetime | None:
        """Return the last moment at which a digest was due; ``None`` where none is ever sent."""
        local = now.astimezone(self.zone)
        moments = [
            datetime.combine(local.date() - timedelta(days=back), hour, self.zone)
            for back in (0, 1)
            for hour in self.digest
        ]
        return max((moment for moment in moments if moment <= local), default=None)

    def _turns(self, now: datetime) -> list[Turn]:
        """Return the shifts of the coming week that are not over."""
        local = now.astimezone(self.zone)
        found = []
        for ahead in range(-1, _WEEK + 1):
            day = local.date() + timedelta(days=ahead)
            for shift in self.shifts:
                begins = datetime.combine(day, shift.begins, self.zone)
                ends = datetime.combine(day, shift.until, self.zone)
                ends = ends if ends > begins else ends + timedelta(days=1)
                if day.weekday() in shift.days and ends > local:
                    found.append(Turn(begins=begins, until=ends, people=shift.people))
        return found


class RosterFile:
    """The roster as a process uses it: read at the start, and again when the file changes.

    A changed file that cannot be read is not used; the log says so once, and the one before stays in use.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            SettingsError: it cannot be read or a shift is not one; names the shift.
        """
        self.path = path
        self._changed_at = _changed_at(path)
        self._roster = load(path)

    def current(self) -> Roster:
        """Return the roster in use."""
        changed_at = _changed_at(self.path)
        if changed_at != self._changed_at:
            self._changed_at = changed_at
            try:
                self._roster = load(self.path)
            except SettingsError:
                log.write(RosterRefused())
        return self._roster

    def until_duty(self, now: datetime) -> timedelta:
        """Return how long it is until somebody is on duty: zero when somebody is."""
        return self.current().until_duty(now)

    def text(self) -> str:
        """Return the file as it stands.

        Raises:
            SettingsError: it cannot be read.
        """
        return _read(self.path)

    def replace(self, text: str) -> Roster:
        """Put a new text in place of the file, whole or not at all.

        Raises:
            SettingsError: the text is no roster, and names the shift; or the folder cannot be written.
        """
        roster = parse(text, self.path.name)
        folder = self.path.parent
        try:
            handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=folder)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(self.path.stat().st_mode & 0o777)
            Path(name).replace(self.path)
        except OSError as error:
            with suppress(OSError):
                Path(name).unlink()
            raise _unwritable(self.path, error) from None
        self._changed_at, self._roster = _changed_at(self.path), roster
        return roster


def load(path: Path) -> Roster:
    """Read a roster.

    Raises:
        SettingsError: the file cannot be read or a shift is not one; names the shift.
    """
    return parse(_read(path), path.name)


def parse(text: str, name: str) -> Roster:
    """Read a roster from the text of a file of this name.

    Raises:
        SettingsError: something in it is not as it must be; names the shift and shows what is expected.
    """
    if len(text.encode("utf-8", "surrogatepass")) > SIZE_LIMIT:
        raise SettingsError(f"PANOH_ROSTER: {name} is larger than {SIZE_LIMIT // 1024} KiB")
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"PANOH_ROSTER: {name}: {error}") from None
    if set(values) - _KNOWN:
        raise SettingsError(f"PANOH_ROSTER: {name}: expected zone, lead, digest and tables [[shift]], nothing else")
    try:
        zone = ZoneInfo(str(values.get("zone", "")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f'PANOH_ROSTER: {name}: zone is not known. A good value: "Asia/Dushanbe"') from None
    rows = values.get("shift")
    if not isinstance(rows, list) or not 0 < len(rows) <= SHIFTS_AT_MOST:
        raise SettingsError(f"PANOH_ROSTER: {name}: expected 1 to {SHIFTS_AT_MOST} tables [[shift]]")
    lead = values.get("lead")
    if lead is not None and not _is_name(lead):
        raise SettingsError(f'PANOH_ROSTER: {name}: lead: expected a name of the staff, lead = "…"')
    return Roster(
        zone=zone,
        shifts=tuple(_shift(name, number, row) for number, row in enumerate(rows, start=1)),
        lead=lead,
        digest=_digest(name, values.get("digest")),
    )


def _shift(name: str, number: int, row: Mapping[str, Any]) -> Shift:  # Any: TOML
    try:
        people = row.get("people", [])
        shift = Shift(
            days=frozenset(DAYS.index(day) for day in row["days"]),
            begins=_hour(row["from"]),
            until=_hour(row["until"]),
            identity=row.get("identity", False) is True,
            people=tuple(people),
        )
        good = isinstance(people, list) and len(people) <= PEOPLE_AT_MOST and all(map(_is_name, people))
    except (KeyError, ValueError, TypeError, AttributeError):
        shift, good = None, False
    if shift is None or not good or not shift.days or not set(row) <= {"days", "from", "until", "identity", "people"}:
        raise SettingsError(
            f'PANOH_ROSTER: {name}: shift {number}: expected days = ["mon", …], from = "08:00", until = "20:00", '
            'identity = true or false, people = ["a name of the staff", …]'
        )
    return shift


def _digest(name: str, found: object) -> tuple[time, ...]:
    if found is None:
        return DIGEST
    try:
        if not isinstance(found, list):
            raise TypeError
        return tuple(sorted({_hour(hour) for hour in found}))
    except (ValueError, TypeError):
        raise SettingsError(f'PANOH_ROSTER: {name}: digest: expected hours, digest = ["08:00", "20:00"]') from None


def _hour(text: object) -> time:
    if not isinstance(text, str):
        raise TypeError
    hour = time.fromisoformat(text)
    if hour.tzinfo is not None:
        raise ValueError
    return hour


def _is_name(found: object) -> bool:
    return isinstance(found, str) and 0 < len(found) <= NAME_LETTERS and found == found.strip() and "," not in found


def _names(turns: Iterator[Turn] | list[Turn]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for turn in turns for name in turn.people))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"PANOH_ROSTER: {path.name} cannot be read") from None


def _changed_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _unwritable(path: Path, error: OSError) -> SettingsError:
    why = error.strerror or "refused"
    return SettingsError(f"PANOH_ROSTER: {path.name} cannot be written ({why}): its folder must be the desk's to write")
