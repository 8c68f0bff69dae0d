"""The duty roster as staff see it, and its edit by a lead; the file itself is ``bot.roster``'s."""

from dataclasses import dataclass
from datetime import datetime

from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.casework.words import Role
from bot.errors import PersonUnavailableError, SettingsError
from bot.roster import DAYS, RosterFile
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
    """The roster as it stands."""

    zone: str
    shifts: tuple[ShiftSeen, ...]
    now: tuple[str, ...]
    lead: str | None
    file_text: str


class DutyRoster:
    """Shows and edits the roster; without a file nobody is on duty."""

    def __init__(self, office: Office, file: RosterFile | None) -> None:
        self._office = office
        self._file = file

    def seen(self) -> Duty:
        """Return the roster."""
        if self._file is None:
            return Duty(zone="", shifts=(), now=(), lead=None, file_text="")
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
        now = roster.on_duty(self._office.now())
        return Duty(zone=roster.zone.key, shifts=shifts, now=now, lead=roster.lead, file_text=self._file.text())

    def until(self, name: str) -> datetime | None:
        """Return when the shift of somebody who is on duty ends; ``None`` where they are not."""
        if self._file is None:
            return None
        roster, now = self._file.current(), self._office.now()
        return roster.duty_ends(now) if name in roster.on_duty(now) else None

    def replace(self, actor: Actor, text: str) -> None:
        """Put another text in the place of the file.

        Raises:
            PersonUnavailableError: the actor is no lead.
            SettingsError: there is no file, or the text is no roster; names the shift and the mend.
        """
        if Role.LEAD not in actor.roles:
            raise PersonUnavailableError("there is nothing here for you")
        if self._file is None:
            raise SettingsError("PANOH_ROSTER is not set: the operator names the file")
        file = self._file

        def work(tx: Transaction) -> None:
            # First the line: what cannot be noted is not done, and a text that is refused takes its line back.
            self._office.note(tx, actor, "duty")
            file.replace(text)

        self._office.turn(work)
