"""The duty roster as staff see it, and its edit by a lead; the file itself is ``bot.roster``'s."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.casework.actor import Actor
from bot.casework.colleagues import untold
from bot.casework.office import Office
from bot.casework.words import Role
from bot.errors import ChangedError, PersonUnavailableError, SettingsError
from bot.roster import DAYS, Roster, RosterFile, parse
from bot.store.staff_values import PersonState
from bot.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSeen:
    """A shift as it stands in the file."""

    days: tuple[str, ...]
    begins: str
    until: str
    identity: bool
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """The roster as it stands.

    ``untold`` are those on duty now whom the staff's bot cannot tell of a case. ``version`` names the text.
    """

    zone: str
    shifts: tuple[ShiftSeen, ...]
    now: tuple[str, ...]
    untold: tuple[str, ...]
    lead: str | None
    file_text: str
    version: str


class DutyRoster:
    """Shows and edits the roster; without a file nobody is on duty."""

    def __init__(self, office: Office, file: RosterFile | None) -> None:
        self._office = office
        self._file = file

    def seen(self) -> Duty:
        """Return the roster."""
        if self._file is None:
            return Duty(zone="", shifts=(), now=(), untold=(), lead=None, file_text="", version="")
        roster = self._file.current()
        shifts = tuple(
            ShiftSeen(
                days=tuple(DAYS[day] for day in sorted(shift.days)),
                begins=shift.begins.isoformat("minutes"),
                until=shift.until.isoformat("minutes"),
                identity=shift.identity,
                people=shift.people,
            )
            for shift in roster.shifts
        )
        now, text = self._office.now(), self._file.text()
        here = roster.on_duty(now)
        return Duty(
            zone=roster.zone.key,
            shifts=shifts,
            now=here,
            untold=self._office.turn(lambda tx: untold(tx, self._office.keyring(), here, now)),
            lead=roster.lead,
            file_text=text,
            version=_version(text),
        )

    def until(self, name: str) -> datetime | None:
        """Return when the shift of somebody who is on duty ends; ``None`` where they are not."""
        if self._file is None:
            return None
        roster, now = self._file.current(), self._office.now()
        return roster.duty_ends(now) if name in roster.on_duty(now) else None

    def replace(self, actor: Actor, text: str, version: str) -> None:
        """Put another text in the place of the one that ``version`` names.

        Raises:
            PersonUnavailableError: the actor is no lead.
            ChangedError: another text stands there by now.
            SettingsError: there is no file, the text is no roster, or names nobody of the staff; says which shift.
        """
        if Role.LEAD not in actor.roles:
            raise PersonUnavailableError("there is nothing here for you")
        if self._file is None:
            raise SettingsError("PANOH_ROSTER is not set: the operator names the file")
        file = self._file
        roster = parse(text, file.path.name)

        def work(tx: Transaction) -> None:
            # First the line: what cannot be noted is not done, and a text that is refused takes its line back.
            self._office.note(tx, actor, "duty")
            if _version(file.text()) != version:
                raise ChangedError("the roster has changed since it was read")
            _check_names(tx, roster, file.path.name)
            file.replace(text)

        self._office.turn(work)


def _version(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _check_names(tx: Transaction, roster: Roster, name: str) -> None:
    """Refuse a roster with a name that is nobody's: whoever is meant would never be told."""
    known = {person.name for person in tx.people.all() if person.state is not PersonState.LEFT}
    where = [
        f"shift {number}" for number, shift in enumerate(roster.shifts, start=1) if not known.issuperset(shift.people)
    ]
    if roster.lead is not None and roster.lead not in known:
        where.insert(0, "lead")
    if where:
        raise SettingsError(
            f"PANOH_ROSTER: {name}: {', '.join(where)}: nobody of the staff has a name that stands there"
        )
