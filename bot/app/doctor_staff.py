"""What ``panoh doctor`` looks at on the staff's side: the roster and its names, who can be told, what is told late.

Reads the database and changes nothing. The budget is the defenders' own: nobody waits for over sixty seconds to be
told of a case.

Before: ``bot.app.doctor``. After: ``bot.casework``, ``bot.roster``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot import roster
from bot.app.findings import Finding, failed, good, skipped, warning
from bot.app.nature import random_bytes
from bot.app.secret_files import read_key
from bot.casework.access import is_member
from bot.casework.links import Chats, Told, told
from bot.casework.notices import DIGEST, EVENTS, WITHOUT_ROSTER
from bot.engine.conversation import Compartment
from bot.errors import SettingsError
from bot.roster import Roster
from bot.sealing.keyring import Keyring
from bot.settings import Settings
from bot.store.database import Database
from bot.store.staff_values import CASE_WORKERS, Person, PersonState, Role
from bot.store.transaction import Transaction

BUDGET = timedelta(seconds=60)
DIGEST_BUDGET = timedelta(minutes=5)
LOOK_SECONDS = 5.0
AT_MOST = 1_000
_NONE = "none: nobody is told an hour, all staff are told of every case, and the digest comes at 08:00 and 20:00 UTC"


def staff_findings(settings: Settings, database: Database, keyring: Keyring | None, now: datetime) -> list[Finding]:
    """Look at the roster, at who can be told, and at the digest; without a keyring not at whose key opens what."""
    people = {person.name: person for person in database.turn(lambda tx: tx.people.all()).result()}
    enrolled = {name: person for name, person in people.items() if person.state is PersonState.ENROLLED}
    found, known = roster_finding(settings, enrolled, keyring)
    if settings.staff_token is None:
        return [found, *(skipped(name, "the staff's bot is not set up") for name in ("duty", "digest"))]
    by_name = _told(settings, database, enrolled, now)
    return [found, _duty(known, enrolled, keyring, by_name, now), _digest(known, database, now)]


def roster_finding(
    settings: Settings, enrolled: Mapping[str, Person] | None, keyring: Keyring | None
) -> tuple[Finding, Roster | None]:
    """Look at the roster's file, and at its names where it is known who is enrolled."""
    if settings.roster is None:
        return warning("roster", _NONE), None
    try:
        known = roster.load(settings.roster)
    except SettingsError as error:
        return failed("roster", str(error)), None
    wrong = []
    without = [str(number) for number, shift in enumerate(known.shifts, start=1) if not shift.identity]
    if without:
        wrong.append(f"no identity key on shift {', '.join(without)}: nobody there can reach the person")
    if enrolled is not None:
        wrong += _of_names(known, enrolled, keyring)
    if wrong:
        return failed("roster", "; ".join(wrong)), known
    return good("roster", f"an identity key on each of {len(known.shifts)} shifts"), known


def _of_names(known: Roster, enrolled: Mapping[str, Person], keyring: Keyring | None) -> list[str]:
    wrong = []
    strangers = [name for name in _names(known) if name not in enrolled]
    if strangers:
        wrong.append(f"nobody is enrolled as {', '.join(strangers)}")
    if keyring is not None:
        officers = {name for name, person in enrolled.items() if _opens_identity(person, keyring)}
        bare = [
            str(number)
            for number, shift in enumerate(known.shifts, start=1)
            if shift.identity and shift.people and officers.isdisjoint(shift.people)
        ]
        if bare:
            wrong.append(f"shift {', '.join(bare)} says identity = true, and nobody named there has that key")
    return wrong


def _opens_identity(person: Person, keyring: Keyring) -> bool:
    return Role.IDENTITY in person.roles and any(
        member.name == person.name and Compartment.IDENTITY in member.compartments and is_member(person, keyring)
        for member in keyring.members
    )


def _told(settings: Settings, database: Database, enrolled: Mapping[str, Person], now: datetime) -> Mapping[str, Told]:
    """Return who can be told; a chat that was linked under another ``staff_key`` cannot."""
    links = {link.person_id: link for link in database.turn(lambda tx: tx.links.all()).result()}
    try:
        chats = Chats(read_key(settings.secrets(), "staff_key"), random_bytes)
    except SettingsError:
        # What is not handed to this process it does not judge by.
        chats = None
    found = {}
    for name, person in enrolled.items():
        link = links.get(person.id)
        lost = link is not None and chats is not None and chats.chat(link) is None
        found[name] = told(None if lost else link, now)
    return found


def _duty(
    known: Roster | None,
    enrolled: Mapping[str, Person],
    keyring: Keyring | None,
    by_name: Mapping[str, Told],
    now: datetime,
) -> Finding:
    workers = [name for name, person in enrolled.items() if _works(person, keyring)]
    named = [name for name in _names(known) if name in enrolled] if known is not None else []
    here = [name for name in known.on_duty(now) if name in enrolled] if known is not None else []
    leads = [name for name in workers if Role.LEAD in enrolled[name].roles]
    wrong = []
    if not any(by_name[name] is not Told.CANNOT for name in workers):
        wrong.append("nobody at all can be told of a case: no chat is linked")
    elif not any(by_name[name] is not Told.CANNOT for name in leads):
        wrong.append("no lead can be told: no chat of theirs is linked")
    if keyless := ", ".join(name for name in here if name not in workers):
        wrong.append(f"on duty now, and told of nothing without a role for cases and a key in the keyring: {keyless}")
    if unlinked := _who(here, by_name, Told.CANNOT):
        wrong.append(f"on duty now, and no chat is linked: {unlinked}")
    if wrong:
        return failed("duty", "; ".join(wrong))
    doubtful = []
    if silent := _who(here, by_name, Told.QUIET):
        doubtful.append(f"on duty now, and asked to hear nothing: {silent}")
    if unlinked := _who(named or workers, by_name, Told.CANNOT):
        doubtful.append(f"no chat is linked: {unlinked}")
    return warning("duty", "; ".join(doubtful)) if doubtful else good("duty", "whoever is to be told can be")


def _works(person: Person, keyring: Keyring | None) -> bool:
    return bool(person.roles & CASE_WORKERS) and (keyring is None or is_member(person, keyring))


def _who(names: Iterable[str], by_name: Mapping[str, Told], state: Told) -> str:
    return ", ".join(name for name in names if by_name[name] is state)


def _names(known: Roster) -> Sequence[str]:
    lead = () if known.lead is None else (known.lead,)
    return tuple(dict.fromkeys((*(name for shift in known.shifts for name in shift.people), *lead)))


def _digest(known: Roster | None, database: Database, now: datetime) -> Finding:
    moment = (known or WITHOUT_ROSTER).last_digest(now)
    if moment is None:
        return skipped("digest", "the roster names no hour for it")
    sent = database.turn(lambda tx: tx.notices.mark(DIGEST)).result()
    if sent is None:
        return warning("digest", "none was ever sent: is the staff's bot served?")
    if sent < int(moment.timestamp()) and now - moment > DIGEST_BUDGET:
        return failed("digest", f"that of {moment:%H:%M} {moment.tzinfo} was not sent: is the staff's bot served?")
    return good("digest", f"that of {moment:%H:%M} {moment.tzinfo} was sent, or just goes out")


async def late_notices(database: Database, now: datetime, pause: Callable[[float], Awaitable[object]]) -> Finding:
    """Look at what nobody was told of in time; twice, since at one moment something may just be going out."""
    late = await asyncio.to_thread(_late, database, now)
    if late:
        await pause(LOOK_SECONDS)
        late &= await asyncio.to_thread(_late, database, now)
    if late:
        cases = len({case for case, _ in late})
        line = f"{cases} not told for over {BUDGET.seconds} seconds: is the staff's bot served?"
        return failed("notices", line)
    return good("notices", f"none waits for over {BUDGET.seconds} seconds")


def _late(database: Database, now: datetime) -> set[tuple[bytes, int]]:
    """Return notices that are overdue, and what happened to cases that no notice was made of."""

    def work(tx: Transaction) -> set[tuple[bytes, int]]:
        before = now - BUDGET
        events = tx.events.after(tx.notices.mark(EVENTS) or 0, AT_MOST)
        due = tx.notices.due(before, AT_MOST)
        return {(each.case_id, each.stage) for each in due} | {
            (each.case_id, -each.number) for each in events if each.at < before
        }

    return database.turn(work).result()
