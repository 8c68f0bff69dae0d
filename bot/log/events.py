"""The events that may be logged: one frozen class each, its fields the allow-list.

A field is a number, or a short name that we made ourselves: never words of a person, a chat id, a token, an address,
a message of an exception. A new event is a new class here and in ``Event``; mypy then checks every caller.
``level`` says who has to act: INFO nobody, WARNING the operator soon, ERROR the operator now.
"""

import logging
from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A process serves: ``part`` of the program, its version, ``ingress`` is ``polling`` or ``webhook``."""

    level: ClassVar[int] = logging.INFO
    part: str
    version: str
    ingress: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A process ends, everything committed."""

    level: ClassVar[int] = logging.INFO
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLeftOut:
    """A part is not started: its token or key is not set."""

    level: ClassVar[int] = logging.WARNING
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnded:
    """A part ended by itself with this exit status, and is started again after ``seconds``."""

    level: ClassVar[int] = logging.ERROR
    part: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLoaded:
    """The conversation and the locales it is offered in; ``digest`` is its first 12 hex digits by fours."""

    level: ClassVar[int] = logging.INFO
    digest: str
    locales: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleLeftOut:
    """A language is not offered: its critical strings are not complete (``panoh locales status`` counts them)."""

    level: ClassVar[int] = logging.WARNING
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringLoaded:
    """The keyring was checked and is used."""

    level: ClassVar[int] = logging.INFO
    serial: int
    members: int
    days_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringExpiring:
    """The keyring, or one member's key, ends in ``days_left`` days; negative within the days of grace."""

    level: ClassVar[int] = logging.WARNING
    serial: int
    days_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeClosed:
    """``expired``: no new draft begins, people get contacts. ``refused``: a new file is not used, the old one is."""

    level: ClassVar[int] = logging.ERROR
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsOld:
    """The file of emergency contacts was checked ``days`` days ago."""

    level: ClassVar[int] = logging.WARNING
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRefused:
    """A changed duty roster cannot be read and is not used, the one before is."""

    level: ClassVar[int] = logging.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteKeysOnDisk:
    """The route keys do not lie in memory: a seized disk may still hold deleted ones."""

    level: ClassVar[int] = logging.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteKeysTurned:
    """``removed`` route keys were too old and were deleted: nothing leads to the drafts of those days any more."""

    level: ClassVar[int] = logging.INFO
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSetAside:
    """An update could not be decoded and was confirmed unread; ``kind`` is its type, as the Bot API names it."""

    level: ClassVar[int] = logging.WARNING
    update: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFailed:
    """A turn failed and its update stays unconfirmed: ``error`` is a class, ``place`` a module and line."""

    level: ClassVar[int] = logging.ERROR
    update: int
    error: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFailed:
    """The messenger could not be asked for updates; the next try comes after ``seconds``."""

    level: ClassVar[int] = logging.WARNING
    error: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecovered:
    """Updates arrive again."""

    level: ClassVar[int] = logging.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRefused:
    """A request to the webhook was refused; ``status`` is what it got."""

    level: ClassVar[int] = logging.WARNING
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused:
    """Somebody tried to sign in at the desk and something did not hold; ``tries`` counts them since the start."""

    level: ClassVar[int] = logging.WARNING
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDelayed:
    """The messenger asked to wait, or failed: ``method`` is tried again after ``seconds``."""

    level: ClassVar[int] = logging.INFO
    method: str
    status: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendGivenUp:
    """A screen was not shown and is owed; ``method`` and ``error`` say how it ended."""

    level: ClassVar[int] = logging.WARNING
    method: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """One round of the sweeper: drafts sent or deleted by silence, cases deleted, screens asked again."""

    level: ClassVar[int] = logging.INFO
    sent: int
    deleted: int
    cases: int
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncaught:
    """An error nobody expected: ``error`` is its class, ``place`` a module and line."""

    level: ClassVar[int] = logging.ERROR
    error: str
    place: str


Event: TypeAlias = (
    Started
    | Stopped
    | PartLeftOut
    | PartEnded
    | ConversationLoaded
    | LocaleLeftOut
    | KeyringLoaded
    | KeyringExpiring
    | IntakeClosed
    | ContactsOld
    | RosterRefused
    | RouteKeysOnDisk
    | RouteKeysTurned
    | UpdateSetAside
    | UpdateFailed
    | PollFailed
    | PollRecovered
    | WebhookRefused
    | SignInRefused
    | SendDelayed
    | SendGivenUp
    | Swept
    | Uncaught
)
