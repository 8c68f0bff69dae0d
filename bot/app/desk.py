"""Puts the desk together: the staff's service, the API over it, the server.

Used by ``panoh serve`` and by the demo. The desk is given no token and no key of the defender's side; its own key
opens the secrets of people's second factors and nothing else.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import bot
from bot import log
from bot.app.keyrings import DeskKeyring
from bot.app.secret_files import read_key
from bot.casework.acts import Acts
from bot.casework.calls import Calls
from bot.casework.duty import DutyRoster
from bot.casework.enrolment import Enrolment
from bot.casework.limits import ASKING, SIGN_IN, Limit
from bot.casework.links import LinkCodes
from bot.casework.office import Office
from bot.casework.passkeys import Passkeys
from bot.casework.people import People
from bot.casework.queue import Queue
from bot.casework.reading import Reading
from bot.casework.rewrapping import Rewrapping
from bot.casework.sessions import Sessions
from bot.casework.sign_in import SignIn
from bot.casework.trail import Trail
from bot.casework.writing import Writing
from bot.desk.api import application
from bot.desk.page import page_hash
from bot.desk.services import Services
from bot.desk.serving import ON_THIS_MACHINE, listening, serve
from bot.desk.watch import Watch
from bot.desk.words import words_of
from bot.ids import Now, RandomBytes
from bot.log.events import Started, Stopped
from bot.roster import RosterFile
from bot.sealing import suite
from bot.settings import Address, Settings
from bot.store.database import Database

LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPlace:
    """Where an installation keeps what the desk needs. ``server`` is the address that browsers show."""

    server: str
    listen: Address
    desk_key: bytes = field(repr=False)
    keyring: Path
    root_fingerprint: str
    locales: Path
    roster: Path | None = None
    closed_days: int = 365
    proxies: tuple[str, ...] = ON_THIS_MACHINE
    """Addresses and networks of proxies that are believed when they say for whom they ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """A desk that can be served."""

    services: Services
    keyring: DeskKeyring
    office: Office
    proxies: tuple[str, ...] = ON_THIS_MACHINE


def make_office(
    database: Database,
    keyring: DeskKeyring,
    roster: RosterFile | None,
    *,
    closed_days: int,
    now: Now,
    random_bytes: RandomBytes,
) -> Office:
    """Return what every part of the staff's service works with."""
    return Office(
        database=database,
        now=now,
        random_bytes=random_bytes,
        keyring=lambda: keyring.verified,
        on_duty=lambda: frozenset(roster.current().on_duty(now())) if roster else frozenset(),
        closed_kept=timedelta(days=closed_days),
    )


def assemble_desk(place: DeskPlace, database: Database, *, now: Now, random_bytes: RandomBytes) -> DeskParts:
    """Build the desk on an open database.

    Raises:
        PanohError: a file, the keyring or the cryptographic suite cannot be used; says which in one line.
    """
    suite.require()
    keyring = DeskKeyring(place.keyring, root_fingerprint=place.root_fingerprint, database=database, now=now)
    roster = RosterFile(place.roster) if place.roster else None
    office = make_office(database, keyring, roster, closed_days=place.closed_days, now=now, random_bytes=random_bytes)
    services = Services(
        server=place.server,
        version=bot.__version__,
        page_hash=page_hash(),
        root_fingerprint=place.root_fingerprint,
        deployment=lambda: keyring.verified.deployment,
        keyring_text=lambda: keyring.text,
        words=words_of(place.locales),
        watch=Watch(lambda: office.turn(lambda tx: tx.events.last())),
        trying=Limit(SIGN_IN, now=now, random_bytes=random_bytes),
        asking=Limit(ASKING, now=now, random_bytes=random_bytes),
        people=People(office),
        enrolment=Enrolment(office, server=place.server, desk_key=place.desk_key),
        sign_in=SignIn(office, server=place.server, desk_key=place.desk_key),
        sessions=Sessions(office),
        passkeys=Passkeys(office),
        queue=Queue(office),
        reading=Reading(office),
        acts=Acts(office),
        writing=Writing(office),
        rewrapping=Rewrapping(office),
        trail=Trail(office),
        duty=DutyRoster(office, roster),
        link_codes=LinkCodes(office),
        calls=Calls(office, lambda: roster.current() if roster else None),
    )
    return DeskParts(services=services, keyring=keyring, office=office, proxies=place.proxies)


async def serve_desk(
    parts: DeskParts, listen: Address, stop: asyncio.Event, *, ready: Callable[[int], None] = lambda _port: None
) -> None:
    """Serve until ``stop`` is set; ``ready`` is told the port.

    Raises:
        SettingsError: nothing can listen there.
    """
    listener = listening(*listen)
    ready(listener.getsockname()[1])
    log.write(Started(part="desk", version=bot.__version__, ingress="http"))
    watch = parts.services.watch
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watch.run())
        looking = tasks.create_task(_look(parts.keyring))
        serving = asyncio.Event()
        tasks.create_task(_ending(stop, watch, serving))
        try:
            await serve(application(parts.services), listener, serving, proxies=parts.proxies)
        finally:
            stop.set()
            looking.cancel()
    log.write(Stopped(part="desk"))


async def _ending(stop: asyncio.Event, watch: Watch, serving: asyncio.Event) -> None:
    """Let pages that wait go first, then the server."""
    await stop.wait()
    await watch.end()
    serving.set()


async def _look(keyring: DeskKeyring) -> None:
    while True:
        await asyncio.to_thread(keyring.look_again)
        await asyncio.sleep(LOOK_SECONDS)


def desk_place(settings: Settings) -> DeskPlace:
    """Return what the settings say of the desk.

    Raises:
        SettingsError: something the desk cannot do without is not set.
    """
    keyring, root_fingerprint = settings.trust()
    return DeskPlace(
        server=desk_server(settings),
        listen=settings.desk_listen,
        desk_key=read_key(settings.secrets(), "desk_key"),
        keyring=keyring,
        root_fingerprint=root_fingerprint.lower(),
        locales=settings.locales,
        roster=settings.roster,
        closed_days=settings.closed_days,
        proxies=ON_THIS_MACHINE if settings.desk_proxy is None else (settings.desk_proxy,),
    )


def desk_server(settings: Settings) -> str:
    """Return the address that staff's browsers show."""
    host, port = settings.desk_listen
    return settings.desk_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
