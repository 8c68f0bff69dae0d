"""``panoh doctor``: looks at an installation and says what is not as it must be; changes nothing.

The budget of ``DESIGN.md``: no update unconfirmed and no screen owed for over sixty seconds. What is said names files
and numbers, never a token, a chat or a word of anybody.
"""

import asyncio
import resource
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import contacts, roster
from bot.errors import PanohError
from bot.sealing import suite
from bot.sealing.keyring import read_keyring
from bot.settings import Serving, Settings
from bot.store.database import Database
from bot.store.transaction import Transaction

BUDGET = timedelta(seconds=60)
LOOK_SECONDS = 5.0
KEYRING_LIMIT = 512 * 1024
SIGN_SOON_DAYS = 14
"""The root is in a safe somewhere: it takes days to have a keyring signed."""
AT_MOST = 1_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PATIENCE = ClientTimeout(total=20)


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the system says of memory that may reach a disk."""

    swaps: str
    core_limit: int
    core_pattern: str


def this_machine() -> Machine:
    """Ask the system."""
    return Machine(
        swaps=_system("/proc/swaps"),
        core_limit=resource.getrlimit(resource.RLIMIT_CORE)[0],
        core_pattern=_system("/proc/sys/kernel/core_pattern").strip(),
    )


async def examine(
    settings: Settings,
    machine: Machine,
    now: datetime,
    *,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> tuple[Finding, ...]:
    """Look at everything; ``pause`` waits between two looks at what the messenger holds.

    Raises:
        SettingsError: a setting without which nothing can be looked at.
    """
    needed = settings.serving()
    database = Database(needed.database_url)
    try:
        found = await asyncio.to_thread(_inside, settings, needed, database, now)
    finally:
        database.close()
    return (*found, await _updates(settings, needed, pause), _swap(machine), _core_dumps(machine))


def _inside(settings: Settings, needed: Serving, database: Database, now: datetime) -> tuple[Finding, ...]:
    schema = _tried("database", database.check_schema, "has this program's schema")
    screens = _screens(database, now) if schema.state is State.OK else _failed("screens", "not known")
    return (
        _tried("cryptography", suite.require, "every algorithm is there"),
        schema,
        screens,
        _keyring(needed, database, now, readable=schema.state is State.OK),
        _secrets(needed),
        _route_keys(needed),
        _contacts(needed, now),
        _roster(settings),
    )


def _tried(name: str, work: Callable[[], object], good: str) -> Finding:
    try:
        work()
    except PanohError as error:
        return _failed(name, str(error))
    return Finding(name=name, state=State.OK, line=good)


def _screens(database: Database, now: datetime) -> Finding:
    owed = len(database.turn(lambda tx: tx.drafts.owing(now - BUDGET, AT_MOST)).result())
    if owed:
        return _failed("screens", f"{owed} owed to people for over {BUDGET.seconds} seconds")
    return Finding(name="screens", state=State.OK, line=f"none owed for over {BUDGET.seconds} seconds")


def _keyring(needed: Serving, database: Database, now: datetime, *, readable: bool) -> Finding:
    def highest(tx: Transaction) -> int:
        return tx.keyring.highest_serial()

    try:
        with needed.keyring.open("rb") as file:
            data = file.read(KEYRING_LIMIT)
        lowest = database.turn(highest).result() if readable else 0
        keyring = read_keyring(data, needed.root_fingerprint.lower(), now, lowest_serial=lowest)
    except OSError as error:
        return _failed("keyring", f"{needed.keyring.name} cannot be read: {error.strerror}")
    except PanohError as error:
        return _failed("keyring", str(error))
    left = keyring.days_left(now)
    line = f"serial {keyring.serial}, {len(keyring.members)} members, {left} days left"
    if left < 0:
        return _failed("keyring", f"{line}: in its days of grace, have a new one signed now")
    soon = left <= SIGN_SOON_DAYS
    return Finding(name="keyring", state=State.WARNING if soon else State.OK, line=line + (": sign soon" * soon))


def _secrets(needed: Serving) -> Finding:
    open_ones = [path.name for path in _files(needed.secrets_dir) if path.stat().st_mode & _OTHERS]
    if open_ones:
        return _failed("secrets", f"readable by others than their owner: {', '.join(open_ones)}; chmod 600")
    return Finding(name="secrets", state=State.OK, line="readable by their owner only")


def _route_keys(needed: Serving) -> Finding:
    folder = needed.route_dir
    if folder.exists() and folder.stat().st_mode & _OTHERS:
        return _failed("route keys", f"{folder} is open to others: chmod 700")
    if folder.is_relative_to(needed.data_dir):
        line = f"{folder} is on the disk of the data: a memory-backed folder forgets them with the power"
        return Finding(name="route keys", state=State.WARNING, line=line)
    return Finding(name="route keys", state=State.OK, line="apart from the data")


def _contacts(needed: Serving, now: datetime) -> Finding:
    try:
        known = contacts.load(needed.contacts, now.date())
    except PanohError as error:
        return _failed("contacts", str(error))
    line = f"looked at {known.age_days(now.date())} days ago"
    if known.is_old(now.date()):
        return Finding(name="contacts", state=State.WARNING, line=f"{line}: call every number and write the new date")
    return Finding(name="contacts", state=State.OK, line=line)


def _roster(settings: Settings) -> Finding:
    if settings.roster is None:
        line = "none: nobody is told an hour, and all staff are told of every case"
        return Finding(name="roster", state=State.WARNING, line=line)
    try:
        shifts = roster.load(settings.roster).shifts
    except PanohError as error:
        return _failed("roster", str(error))
    without = [str(number) for number, shift in enumerate(shifts, start=1) if not shift.identity]
    if without:
        return _failed("roster", f"no identity key on shift {', '.join(without)}: nobody there can reach the person")
    return Finding(name="roster", state=State.OK, line=f"an identity key on each of {len(shifts)} shifts")


async def _updates(settings: Settings, needed: Serving, pause: Callable[[float], Awaitable[object]]) -> Finding:
    """Ask the messenger how many updates wait; some always may, but not all the time for as long as the budget."""
    token = needed.defender_token.get_secret_value()
    url = f"{settings.defender_api.rstrip('/')}/bot{token}/getWebhookInfo"
    looks = int(BUDGET.seconds // LOOK_SECONDS) + 1
    waiting = 0
    for look in range(looks):
        if look:
            await pause(LOOK_SECONDS)
        try:
            waiting = await _waiting(url)
        except (ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            return _failed("updates", f"the messenger does not answer ({type(error).__name__})")
        if waiting == 0:
            return Finding(name="updates", state=State.OK, line=f"none unconfirmed for over {BUDGET.seconds} seconds")
    return _failed("updates", f"{waiting} unconfirmed, and some for over {BUDGET.seconds} seconds: is it served?")


async def _waiting(url: str) -> int:
    async with ClientSession(timeout=_PATIENCE) as client, client.get(url, allow_redirects=False) as answer:
        return int((await answer.json())["result"]["pending_update_count"])


def _swap(machine: Machine) -> Finding:
    if len(machine.swaps.strip().splitlines()) > 1:
        return _failed("swap", "is on, and writes what is being typed to a disk: swapoff -a, and out of /etc/fstab")
    return Finding(name="swap", state=State.OK, line="is off")


def _core_dumps(machine: Machine) -> Finding:
    if machine.core_limit != 0 and machine.core_pattern:
        return _failed("core dumps", "may be written: ulimit -c 0, or LimitCORE=0 in the unit")
    return Finding(name="core dumps", state=State.OK, line="are not written")


def _failed(name: str, line: str) -> Finding:
    return Finding(name=name, state=State.FAILED, line=line)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _system(path: str) -> str:
    """Return what a file of the system says; nothing on a system without it."""
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
