"""Puts the staff's bot together and serves it: its ingress, its rounds, a clean end on a signal.

Used by ``panoh serve`` and by the demo. It is given its own token and key, the database and the public keyring; no key
of the defender's side and none of the desk's.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import bot
from bot import log
from bot.app.ending import first_of
from bot.app.keyrings import DeskKeyring
from bot.app.secret_files import read_key
from bot.casework.links import Chats
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.staff_chat import StaffChat
from bot.channels.ingress import Ingress
from bot.channels.pace import Pace
from bot.channels.polling import Polling
from bot.channels.staff.rounds import EVERY_SECONDS, Rounds
from bot.channels.staff.router import Router
from bot.channels.staff.sender import Sender, StaffApplication, begin, build
from bot.channels.staff.words import Words
from bot.errors import PanohError
from bot.ids import Now, RandomBytes
from bot.log.events import Started, Stopped
from bot.roster import Roster, RosterFile
from bot.sealing import suite
from bot.settings import Settings
from bot.store.database import Database

LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPlace:
    """What the staff's bot needs of an installation."""

    token: str = field(repr=False)
    api: str
    staff_key: bytes = field(repr=False)
    keyring: Path
    root_fingerprint: str
    locales: Path
    roster: Path | None = None
    closed_days: int = 365
    pace: Pace = field(default_factory=Pace, repr=False)
    every: float = EVERY_SECONDS
    """Seconds between two looks at what is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffParts:
    """A staff's bot that can be served."""

    office: Office
    keyring: DeskKeyring
    notices: Notices
    chat: StaffChat
    words: Words


def assemble_staff(place: StaffPlace, database: Database, *, now: Now, random_bytes: RandomBytes) -> StaffParts:
    """Build the staff's bot on an open database.

    Raises:
        PanohError: a file, the keyring or the cryptographic suite cannot be used; says which in one line.
    """
    suite.require()
    keyring = DeskKeyring(place.keyring, root_fingerprint=place.root_fingerprint, database=database, now=now)
    file = RosterFile(place.roster) if place.roster else None

    def roster() -> Roster | None:
        return file.current() if file is not None else None

    office = Office(
        database=database,
        now=now,
        random_bytes=random_bytes,
        keyring=lambda: keyring.verified,
        on_duty=lambda: frozenset(file.current().on_duty(now())) if file is not None else frozenset(),
        closed_kept=timedelta(days=place.closed_days),
    )
    chats = Chats(place.staff_key, random_bytes)
    notices = Notices(office, chats, roster)
    return StaffParts(
        office=office,
        keyring=keyring,
        notices=notices,
        chat=StaffChat(office, chats, roster, notices, account=int(place.token.partition(":")[0])),
        words=Words(place.locales),
    )


async def serve_staff(
    parts: StaffParts, place: StaffPlace, stop: asyncio.Event, *, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until ``stop`` is set; ``ready`` is called when updates are fetched.

    Raises:
        PanohError: the messenger refuses the token.
    """
    try:
        await _serve(parts, place, stop, ready)
    except ExceptionGroup as group:
        expected, unexpected = group.split(PanohError)
        if expected is None or unexpected is not None:
            raise
        raise first_of(expected) from None


async def _serve(parts: StaffParts, place: StaffPlace, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    application = build(place.token, place.api)
    if not await begin(application, stop):
        return
    async with AsyncExitStack() as stack:
        stack.push_async_callback(application.shutdown)
        sender = Sender(application.bot, pace=place.pace)
        router = Router(application, chat=parts.chat, sender=sender, words=parts.words)
        rounds = Rounds(parts.notices, sender, parts.words, every=place.every)
        ingress = await stack.enter_async_context(Ingress(router.on_update, router.sorry))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(router.publish())
            looking = tasks.create_task(_look(parts.keyring))
            await _run(application, rounds, place, ingress, stop, ready)
            looking.cancel()
    log.write(Stopped(part="staff"))


async def _run(
    application: StaffApplication,
    rounds: Rounds,
    place: StaffPlace,
    ingress: Ingress,
    stop: asyncio.Event,
    ready: Callable[[], None],
) -> None:
    jobs = application.job_queue
    assert jobs is not None, "built with one"
    polling = Polling(token=place.token, api=place.api, ingress=ingress, setting="PANOH_STAFF_TOKEN")
    log.write(Started(part="staff", version=bot.__version__, ingress="polling"))
    await jobs.start()
    rounds.begin(jobs)
    try:
        async with asyncio.TaskGroup() as tasks:
            stopping = tasks.create_task(_stopping(stop, polling))
            ready()
            await polling.run()
            stopping.cancel()
    finally:
        # The round under way may end: what it sends is noted.
        rounds.end()
        await jobs.stop()


async def _stopping(stop: asyncio.Event, polling: Polling) -> None:
    await stop.wait()
    polling.stop()


async def _look(keyring: DeskKeyring) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await asyncio.to_thread(keyring.look_again)


def staff_place(settings: Settings) -> StaffPlace:
    """Return what the settings say of the staff's bot.

    Raises:
        SettingsError: something the staff's bot cannot do without is not set.
    """
    keyring, root_fingerprint = settings.trust()
    return StaffPlace(
        token=settings.token_of_staff().get_secret_value(),
        api=settings.staff_api,
        staff_key=read_key(settings.secrets(), "staff_key"),
        keyring=keyring,
        root_fingerprint=root_fingerprint.lower(),
        locales=settings.locales,
        roster=settings.roster,
        closed_days=settings.closed_days,
    )
