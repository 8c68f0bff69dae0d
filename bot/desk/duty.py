"""The duty roster: seen by everybody, edited by leads; and the code that links a chat with the staff's bot."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from bot.casework.duty import Duty
from bot.desk.models import Answer, Asked
from bot.desk.problems import RESPONSES
from bot.desk.services import Desk, Lead, SignedIn

router = APIRouter(prefix="/api", responses=RESPONSES)

TEXT_LETTERS = 32_768
VERSION_LETTERS = 64


class Shift(Answer):
    """A shift of the week."""

    days: list[str]
    begins: str = Field(serialization_alias="from")
    until: str
    identity: bool
    people: list[str]


class DutySeen(Answer):
    """The roster, and its file to edit; ``untold`` are those on duty whom the staff's bot cannot tell now."""

    zone: str
    shifts: list[Shift]
    now: list[str]
    untold: list[str]
    lead: str | None
    file_text: str
    version: str


class NewRoster(Asked):
    """Another text for the file, in place of the one of this version."""

    text: Annotated[str, Field(max_length=TEXT_LETTERS)]
    version: Annotated[str, Field(max_length=VERSION_LETTERS)]


@router.get("/duty")
def duty(desk: Desk, _caller: SignedIn) -> DutySeen:
    """Show the roster."""
    return _seen(desk.duty.seen())


@router.put("/duty")
def replace_duty(asked: NewRoster, desk: Desk, caller: Lead) -> DutySeen:
    """Put another roster in its place; what cannot be read, or comes after another's change, changes nothing."""
    desk.duty.replace(caller.actor, asked.text, asked.version)
    return _seen(desk.duty.seen())


def _seen(found: Duty) -> DutySeen:
    shifts = [
        Shift(
            days=list(each.days),
            begins=each.begins,
            until=each.until,
            identity=each.identity,
            people=list(each.people),
        )
        for each in found.shifts
    ]
    return DutySeen(
        zone=found.zone,
        shifts=shifts,
        now=list(found.now),
        untold=list(found.untold),
        lead=found.lead,
        file_text=found.file_text,
        version=found.version,
    )
