"""``panoh serve``: one part in this process, or every part that is set up, each in a process of its own.

A process imports the libraries of its own part and no other's: the staff's bot runs without the defender's client.
"""

import asyncio
import importlib
from datetime import timedelta

from bot.app.ending import until_asked
from bot.app.nature import now, random_bytes
from bot.errors import PanohError, SettingsError
from bot.settings import Settings
from bot.store.database import Database

MODULES = {
    "defender": "bot.app.serving_from_settings",
    "staff": "bot.app.staff",
    "desk": "bot.app.desk",
    "jobs": "bot.app.jobs",
}
"""What each part is made of."""


def prepare(only: str | None) -> None:
    """Import what will be served.

    Raises:
        SettingsError: there is no such part.
    """
    if only is None:
        importlib.import_module("bot.app.supervising")
    elif only in MODULES:
        importlib.import_module(MODULES[only])
    else:
        raise SettingsError(f"--only takes: {', '.join(MODULES)}")


async def serve_one(settings: Settings, part: str, leash: int | None = None) -> None:
    """Serve one part until the process is asked to end, or until whoever holds the other end of ``leash`` is gone.

    Raises:
        PanohError: a setting, file, key or the database's schema is not as it must be.
    """
    stop = until_asked()
    if leash is not None:
        asyncio.get_running_loop().add_reader(leash, stop.set)
    match part:
        case "defender":
            await _defender(settings, stop)
        case "staff":
            await _staff(settings, stop)
        case "desk":
            await _desk(settings, stop)
        case _:
            await _jobs(settings, stop)


async def serve_all(settings: Settings) -> None:
    """Serve every part that is set up, each in a process of its own.

    Raises:
        PanohError: nothing is set up, or a part cannot start because of a setting.
    """
    from bot.app.supervising import Supervisor, wanted  # noqa: PLC0415  the other parts do without

    stop = until_asked()
    await Supervisor(wanted(settings), settings).run(stop)


async def _defender(settings: Settings, stop: asyncio.Event) -> None:
    from bot.app.serving_from_settings import serve_defender  # noqa: PLC0415  the other parts do without

    await serve_defender(settings, stop)


async def _staff(settings: Settings, stop: asyncio.Event) -> None:
    from bot.app.staff import assemble_staff, serve_staff, staff_place  # noqa: PLC0415  the other parts do without

    place = staff_place(settings)
    settings.present("locales")
    database = _opened(settings)
    try:
        parts = assemble_staff(place, database, now=now, random_bytes=random_bytes)
        await serve_staff(parts, place, stop)
    finally:
        database.close()


async def _desk(settings: Settings, stop: asyncio.Event) -> None:
    from bot.app.desk import assemble_desk, desk_place, serve_desk  # noqa: PLC0415  the other parts do without

    place = desk_place(settings)
    settings.present("locales")
    database = _opened(settings)
    try:
        parts = assemble_desk(place, database, now=now, random_bytes=random_bytes)
        await serve_desk(parts, place.listen, stop)
    finally:
        database.close()


async def _jobs(settings: Settings, stop: asyncio.Event) -> None:
    from bot.app.jobs import serve_jobs  # noqa: PLC0415  the other parts do without
    from bot.casework.upkeep import Upkeep  # noqa: PLC0415  the other parts do without

    database = _opened(settings)
    try:
        await serve_jobs(Upkeep(database, now, closed_kept=timedelta(days=settings.closed_days)), stop)
    finally:
        database.close()


def _opened(settings: Settings) -> Database:
    database = Database(settings.database())
    try:
        database.check_schema()
    except PanohError:
        database.close()
        raise
    return database
