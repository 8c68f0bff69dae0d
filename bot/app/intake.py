"""Puts the defender's side together, the same for Telegram, the terminal and the demo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.app.keyrings import KeyringFile
from bot.engine.conversation import Conversation
from bot.i18n.catalogs import with_locales
from bot.ids import Now, RandomBytes
from bot.intake.library import Library
from bot.intake.nudging import Nudger
from bot.intake.routes import RouteKeys, days_kept
from bot.intake.service import Intake, Keys
from bot.intake.sweep import Sweeper
from bot.intake.wording import Wording
from bot.loader import load
from bot.roster import Roster, RosterFile
from bot.sealing import suite
from bot.sealing.suite import derive
from bot.store.database import Database

_LOCK = b"panoh lock key 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an installation keeps things, and what it fills into the texts."""

    conversation: Path
    locales: Path
    keyring: Path
    root_fingerprint: str
    route_dir: Path
    ping_key: bytes = field(repr=False)
    operator: str
    check_address: str
    contacts: Mapping[str, str] = field(repr=False)
    draft_hours: int
    delete_hours: int
    roster: Roster | RosterFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A running defender's side."""

    intake: Intake
    sweeper: Sweeper
    nudger: Nudger
    keyring: KeyringFile
    library: Library
    routes: RouteKeys


def read_conversation(conversation: Path, locales: Path) -> Conversation:
    """Read the conversation with the texts of every language that may be offered."""
    return with_locales(load(conversation), locales)


def assemble(place: Place, database: Database, *, now: Now, random_bytes: RandomBytes) -> Parts:
    """Build the defender's side on an open database.

    Raises:
        PanohError: a file, the keyring or the cryptographic suite cannot be used; says which in one line.
    """
    suite.require()
    library = Library(read_conversation(place.conversation, place.locales))
    keyring = KeyringFile(place.keyring, root_fingerprint=place.root_fingerprint, database=database, now=now)
    routes = RouteKeys(place.route_dir, now=now, random_bytes=random_bytes, days=days_kept(place.draft_hours))
    salt = database.turn(lambda tx: tx.salt.of(random_bytes)).result()
    roster = place.roster
    wording = Wording(
        operator=place.operator,
        check_address=place.check_address,
        contacts=place.contacts,
        until_duty=lambda: roster.until_duty(now()) if roster else None,
    )
    intake = Intake(
        database=database,
        library=library,
        routes=routes,
        keyring=keyring.current,
        keys=Keys(ping=place.ping_key, lock=derive(place.ping_key, _LOCK), salt=salt),
        wording=wording,
        now=now,
        random_bytes=random_bytes,
        deployment=keyring.deployment,
        delete_after=timedelta(hours=place.delete_hours),
    )
    sweeper = Sweeper(database=database, intake=intake, routes=routes, now=now)
    nudger = Nudger(database, library, place.ping_key)
    return Parts(intake=intake, sweeper=sweeper, nudger=nudger, keyring=keyring, library=library, routes=routes)
