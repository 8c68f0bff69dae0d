"""Reaching people outside the desk: the code that links a chat with the staff's bot, and calling somebody to a case."""

from typing import Literal

from fastapi import APIRouter

from bot.desk.case_models import ReferencePath
from bot.desk.models import Answer, Asked, Moment
from bot.desk.problems import RESPONSES
from bot.desk.services import Desk, SignedIn
from bot.ids import Reference

router = APIRouter(prefix="/api", responses=RESPONSES)


class LinkCode(Answer):
    """What is typed to the staff's bot; shown once."""

    code: str
    until: Moment


class Call(Asked):
    """Who is called: whoever is on duty and reads the language, or the lead."""

    whom: Literal["reader", "lead"]


class Called(Answer):
    """How many people have a chat in which they are told."""

    told: int


@router.post("/link-code")
def link_code(desk: Desk, caller: SignedIn) -> LinkCode:
    """Give a one-time code that links the caller's chat; the ones before it are void."""
    issued = desk.link_codes.issue(caller.actor)
    return LinkCode(code=issued.code, until=issued.until)


@router.post("/cases/{reference}/call")
def call(reference: ReferencePath, asked: Call, desk: Desk, caller: SignedIn) -> Called:
    """Call somebody to a case, by a notice without content."""
    return Called(told=desk.calls.call(caller.actor, Reference(reference), asked.whom))
