"""``panoh doctor``: looks at an installation and says what is not as it must be; changes nothing.

The budget of ``DESIGN.md``: no update unconfirmed and no screen owed for over sixty seconds. A part that is not set up
here is not looked at, and a line says so.

Before: ``bot.cli.doctor``. After: ``bot.app.doctor_staff``, and the files of an installation.
"""

import asyncio
import resource
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout
from pydantic import SecretStr

from bot import contacts
from bot.app.doctor_staff import AT_MOST, BUDGET, LOOK_SECONDS, late_notices, roster_finding, staff_findings
from bot.app.findings import Finding, State, failed, good, skipped, warning
from bot.errors import PanohError
from bot.sealing import suite
from bot.sealing.keyring import Keyring, read_keyring
from bot.settings import Serving, Settings
from bot.store.database import Database

KEYRING_LIMIT = 512 * 1024
SIGN_SOON_DAYS = 14
"""The root is in a safe somewhere: it takes days to have a keyring signed."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_PATIENCE = ClientTimeout(total=20)
_UNREADABLE = "the database cannot be read"


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
    """Look at everything that is set up; ``pause`` waits between two looks at what may be over in a moment.

    Raises:
        SettingsError: a setting without which nothing can be looked at.
    """
    defenders = _defenders(settings)
    database = Database(settings.database())
    try:
        readable, found = await asyncio.to_thread(_inside, settings, defenders, database, now)
        # Each may take a minute.
        told, *updates = await asyncio.gather(
            _told(settings, database, now, pause, readable=readable),
            _updates("updates", settings.defender_token, settings.defender_api, pause),
            _updates("staff updates", settings.staff_token, settings.staff_api, pause),
        )
    finally:
        database.close()
    return (*found, told, *updates, _swap(machine), _core_dumps(machine))


def _defenders(settings: Settings) -> Serving | None:
    """Return what the defenders' bot is served with; ``None`` where only other parts are set up."""
    folder = settings.secrets_folder()
    desk = folder is not None and (folder / "desk_key").exists()
    others = desk or settings.staff_token is not None
    return None if settings.defender_token is None and others else settings.serving()


def _inside(
    settings: Settings, defenders: Serving | None, database: Database, now: datetime
) -> tuple[bool, list[Finding]]:
    """Look at the database and the files; first, whether the database can be read."""
    schema = _tried("database", database.check_schema, "has this program's schema")
    readable = schema.state is State.OK
    finding, keyring = _keyring(settings, database if readable else None, now)
    found = [_tried("cryptography", suite.require, "every algorithm is there"), schema, finding, _secrets(settings)]
    if defenders is None:
        line = "the defenders' bot is not set up here"
        found += [skipped(name, line) for name in ("screens", "route keys", "contacts")]
    else:
        screens = _screens(database, now) if readable else skipped("screens", _UNREADABLE)
        found += [screens, _route_keys(defenders), _contacts(defenders, now)]
    if readable:
        return True, [*found, *staff_findings(settings, database, keyring, now)]
    return False, [*found, roster_finding(settings, None, keyring)[0]]


async def _told(
    settings: Settings,
    database: Database,
    now: datetime,
    pause: Callable[[float], Awaitable[object]],
    *,
    readable: bool,
) -> Finding:
    if settings.staff_token is None:
        return skipped("notices", "the staff's bot is not set up here")
    return await late_notices(database, now, pause) if readable else skipped("notices", _UNREADABLE)


def _tried(name: str, work: Callable[[], object], line: str) -> Finding:
    try:
        work()
    except PanohError as error:
        return failed(name, str(error))
    return good(name, line)


def _screens(database: Database, now: datetime) -> Finding:
    owed = len(database.turn(lambda tx: tx.drafts.owing(now - BUDGET, AT_MOST)).result())
    if owed:
        return failed("screens", f"{owed} owed to people for over {BUDGET.seconds} seconds")
    return good("screens", f"none owed for over {BUDGET.seconds} seconds")


def _keyring(settings: Settings, database: Database | None, now: datetime) -> tuple[Finding, Keyring | None]:
    path, root_fingerprint = settings.trust()
    try:
        with path.open("rb") as file:
            data = file.read(KEYRING_LIMIT)
        lowest = 0 if database is None else database.turn(lambda tx: tx.keyring.highest_serial()).result()
        keyring = read_keyring(data, root_fingerprint.lower(), now, lowest_serial=lowest)
    except OSError as error:
        return failed("keyring", f"{path.name} cannot be read: {error.strerror}"), None
    except PanohError as error:
        return failed("keyring", str(error)), None
    left = keyring.days_left(now)
    line = f"serial {keyring.serial}, {len(keyring.members)} members, {left} days left"
    if left < 0:
        return failed("keyring", f"{line}: in its days of grace, have a new one signed now"), keyring
    if left <= SIGN_SOON_DAYS:
        return warning("keyring", f"{line}: sign soon"), keyring
    return good("keyring", line), keyring


def _secrets(settings: Settings) -> Finding:
    folder = settings.secrets_folder()
    if folder is None:
        return skipped("secrets", "no folder of them is set")
    if settings.secrets_dir is None:
        # The copies there carry an access list, which looks like a right of the group.
        return good("secrets", "handed over by systemd, to this service alone")
    open_ones = [path.name for path in _files(folder) if path.stat().st_mode & _OTHERS]
    if open_ones:
        return failed("secrets", f"readable by others than their owner: {', '.join(open_ones)}; chmod 600")
    return good("secrets", "readable by their owner only")


def _route_keys(needed: Serving) -> Finding:
    folder = needed.route_dir
    if folder.exists() and folder.stat().st_mode & _OTHERS:
        return failed("route keys", f"{folder} is open to others: chmod 700")
    if folder.is_relative_to(needed.data_dir):
        line = f"{folder} is on the disk of the data: a memory-backed folder forgets them with the power"
        return warning("route keys", line)
    return good("route keys", "apart from the data")


def _contacts(needed: Serving, now: datetime) -> Finding:
    try:
        known = contacts.load(needed.contacts, now.date())
    except PanohError as error:
        return failed("contacts", str(error))
    line = f"looked at {known.age_days(now.date())} days ago"
    if known.is_old(now.date()):
        return warning("contacts", f"{line}: call every number and write the new date")
    return good("contacts", line)


async def _updates(
    name: str, token: SecretStr | None, api: str, pause: Callable[[float], Awaitable[object]]
) -> Finding:
    """Ask the messenger how many updates wait; some always may, but not all the time for as long as the budget."""
    if token is None:
        return skipped(name, "that bot is not set up here")
    url = f"{api.rstrip('/')}/bot{token.get_secret_value()}/getWebhookInfo"
    looks = int(BUDGET.seconds // LOOK_SECONDS) + 1
    waiting = 0
    for look in range(looks):
        if look:
            await pause(LOOK_SECONDS)
        try:
            waiting = await _waiting(url)
        except (ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            return failed(name, f"the messenger does not answer ({type(error).__name__})")
        if waiting == 0:
            return good(name, f"none unconfirmed for over {BUDGET.seconds} seconds")
    return failed(name, f"{waiting} unconfirmed, and some for over {BUDGET.seconds} seconds: is it served?")


async def _waiting(url: str) -> int:
    async with ClientSession(timeout=_PATIENCE) as client, client.get(url, allow_redirects=False) as answer:
        return int((await answer.json())["result"]["pending_update_count"])


def _swap(machine: Machine) -> Finding:
    if not machine.swaps:
        return skipped("swap", "cannot be seen from here: /proc/swaps")
    if len(machine.swaps.strip().splitlines()) > 1:
        return failed("swap", "is on, and writes what is being typed to a disk: swapoff -a, and out of /etc/fstab")
    return good("swap", "is off")


def _core_dumps(machine: Machine) -> Finding:
    if machine.core_limit != 0 and machine.core_pattern:
        return failed("core dumps", "may be written: ulimit -c 0, or LimitCORE=0 in the unit")
    return good("core dumps", "are not written")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _system(path: str) -> str:
    """Return what a file of the system says; nothing on a system without it."""
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""
