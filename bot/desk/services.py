"""What the API works with, and who asks: the one way from a request to a caller and to the services.

A caller is known by a bearer token in a header. A token in a cookie or an address is never looked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.casework.acts import Acts
from bot.casework.calls import Calls
from bot.casework.duty import DutyRoster
from bot.casework.enrolment import Enrolment
from bot.casework.limits import Limit
from bot.casework.links import LinkCodes
from bot.casework.passkeys import Passkeys
from bot.casework.people import People
from bot.casework.queue import Queue
from bot.casework.reading import Reading
from bot.casework.rewrapping import Rewrapping
from bot.casework.sessions import Caller, Sessions
from bot.casework.sign_in import SignIn
from bot.casework.trail import Trail
from bot.casework.words import Role
from bot.casework.writing import Writing
from bot.desk.watch import Watch
from bot.errors import PersonUnavailableError, SignedOutError


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that an endpoint may ask for. ``server`` is the address that browsers show."""

    server: str
    version: str
    page_hash: str
    root_fingerprint: str
    deployment: Callable[[], bytes]
    keyring_text: Callable[[], str]
    words: Mapping[str, bytes] = field(repr=False)
    watch: Watch
    trying: Limit
    asking: Limit
    people: People
    enrolment: Enrolment
    sign_in: SignIn
    sessions: Sessions
    passkeys: Passkeys
    queue: Queue
    reading: Reading
    acts: Acts
    writing: Writing
    rewrapping: Rewrapping
    trail: Trail
    duty: DutyRoster
    link_codes: LinkCodes
    calls: Calls


def services(request: Request) -> Services:
    """Return the services of the app that serves a request."""
    found: Services = request.app.state.services
    return found


Desk = Annotated[Services, Depends(services)]
_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", description="64 hex letters from signing in")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _signed_in(desk: Desk, bearer: Bearer) -> Caller:
    return desk.sessions.caller(_token(bearer))


def _signed_in_by_itself(desk: Desk, bearer: Bearer) -> Caller:
    return desk.sessions.caller(_token(bearer), by_hand=False)


def _token(bearer: HTTPAuthorizationCredentials | None) -> str:
    if bearer is None:
        raise SignedOutError("you are signed out")
    return bearer.credentials


def _still(desk: Desk, bearer: Bearer) -> Callable[[], Caller]:
    return lambda: desk.sessions.caller(_token(bearer), by_hand=False)


SignedIn = Annotated[Caller, Depends(_signed_in)]
"""Whoever is signed in."""
Waiting = Annotated[Caller, Depends(_signed_in_by_itself)]
"""The same, where a page asks by itself."""
Still = Annotated[Callable[[], Caller], Depends(_still)]
"""Asks once more who is signed in: after a wait, in which a session may have ended."""


def _only(*roles: Role) -> Callable[[Caller], Caller]:
    def check(caller: SignedIn) -> Caller:
        if not caller.has(*roles):
            raise PersonUnavailableError("there is nothing here for you")
        return caller

    return check


def _leads(caller: SignedIn) -> Caller:
    if not leads(caller):
        raise PersonUnavailableError("there is nothing here for you")
    return caller


def leads(caller: Caller) -> bool:
    """Whether they are a lead whom the keyring has: a role that an administrator gives themselves is not enough."""
    return caller.has(Role.LEAD) and caller.member


Administrator = Annotated[Caller, Depends(_only(Role.ADMINISTRATOR))]
Lead = Annotated[Caller, Depends(_leads)]


def place_of(request: Request) -> str:
    """Return what tries are counted by: an address, of version 6 the network that one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> 64)
    return str(address)


Place = Annotated[str, Depends(place_of)]
