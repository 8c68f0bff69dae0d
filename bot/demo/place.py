"""Where a demo keeps things, and what it fills into the texts: visibly made up, nobody's number.

Imports no messenger: ``panoh chat`` starts with this and without the emulator.
"""

from pathlib import Path

from bot.app.intake import Place
from bot.app.secret_files import KEY_BYTES
from bot.demo.keys import ThrowAway
from bot.ids import RandomBytes
from bot.roster import RosterFile

CONTACTS = {
    "fld_phone": "+000 0000 0000 (demo)",
    "help_phones": "help@demo.example",
    "cpj": "cpj.example",
    "unhcr": "unhcr.example",
}


def place(
    folder: Path,
    keys: ThrowAway,
    conversation: Path,
    locales: Path,
    random_bytes: RandomBytes,
    roster: RosterFile | None = None,
) -> Place:
    """Return the place of an installation in ``folder``."""
    return Place(
        conversation=conversation,
        locales=locales,
        keyring=keys.keyring,
        root_fingerprint=keys.root_fingerprint,
        route_dir=folder / "route",
        ping_key=random_bytes(KEY_BYTES),
        operator="the Demo Desk",
        check_address="demo.example",
        contacts=CONTACTS,
        draft_hours=48,
        delete_hours=24,
        roster=roster,
    )
