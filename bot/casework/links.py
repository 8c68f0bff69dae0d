"""Links between a person of the staff and a chat with the staff's bot.

A link is made by a one-time code that the person fetched at the desk, where they are signed in; nothing else proves who
writes. The chat's id rests only in a box under the key of the staff's bot, and is found by an HMAC under that key: the
database alone says to nobody which account belongs to whom.

Before: ``bot.desk`` (issuing) and ``bot.channels.staff`` (the rest). After: ``bot.store.people``.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.errors import OpeningError, PersonUnavailableError
from bot.ids import ChatId, RandomBytes
from bot.sealing.rest import open_box, seal_box
from bot.sealing.suite import derive, mac
from bot.store.staff_values import Link, LinkCode, Person, PersonState
from bot.store.transaction import Transaction

GOOD_FOR = timedelta(minutes=10)
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Thirty letters and digits that are not taken for one another."""
LENGTH = 12
"""58 bits; a guess is counted by the chat it comes from."""
_GROUP = 4
_LANE = b"panoh staff lane 1"
_CHAT = b"panoh staff chat 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A code as it is shown once."""

    code: str = field(repr=False)
    until: datetime


class Told(StrEnum):
    """Whether the staff's bot can tell somebody of cases."""

    YES = "yes"
    QUIET = "quiet"
    """They asked to hear nothing for some hours."""
    CANNOT = "cannot"
    """No chat is linked, or the bot was blocked there."""


def told(link: Link | None, now: datetime) -> Told:
    """Return whether somebody with this link can be told of cases now."""
    if link is None:
        return Told.CANNOT
    return Told.QUIET if link.muted_until is not None and link.muted_until > now else Told.YES


class LinkCodes:
    """Issues codes, for the desk."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def issue(self, actor: Actor) -> Issued:
        """Return a new code; the ones before it are void.

        Raises:
            PersonUnavailableError: nobody of this name is enrolled.
        """
        code = _code(self._office.random_bytes)
        until = self._office.now() + GOOD_FOR

        def work(tx: Transaction) -> None:
            person = tx.people.by_name(actor.name)
            if person is None or person.state is not PersonState.ENROLLED:
                raise PersonUnavailableError("nobody of this name is enrolled")
            tx.link_codes.put(LinkCode(hash=_hash(code), person_id=person.id, until=until))

        self._office.turn(work)
        return Issued(code=code, until=until)


class Chats:
    """Knows whose chat is whose, within a transaction of the staff's bot."""

    def __init__(self, staff_key: bytes, random_bytes: RandomBytes) -> None:
        self._lane_key = derive(staff_key, _LANE)
        self._chat_key = derive(staff_key, _CHAT)
        self._random_bytes = random_bytes

    def lane(self, chat: ChatId) -> bytes:
        """Return the bytes a chat's link is found by."""
        return mac(self._lane_key, _bytes(chat))

    def person(self, tx: Transaction, chat: ChatId) -> Person | None:
        """Return whose chat this is; ``None`` for nobody's, and for that of somebody who is not with the staff now."""
        link = tx.links.by_lane([self.lane(chat)])
        person = None if link is None else tx.people.by_id(link.person_id)
        return person if person is not None and person.state is PersonState.ENROLLED else None

    def link(self, tx: Transaction, chat: ChatId, typed: str, now: datetime) -> Person | None:
        """Link this chat to whom the code was given, in place of any link of either; ``None``: no such code."""
        person_id = tx.link_codes.take(_hash(typed), now)
        person = None if person_id is None else tx.people.by_id(person_id)
        if person is None or person.state is not PersonState.ENROLLED:
            return None
        box = seal_box(self._chat_key, _CHAT + b"\n" + person.id, _bytes(chat), self._random_bytes)
        tx.links.put(Link(person_id=person.id, lane=self.lane(chat), chat=box))
        return person

    def chat(self, link: Link) -> ChatId | None:
        """Return the chat of a link; ``None`` where it was boxed under another key."""
        try:
            found = open_box(self._chat_key, _CHAT + b"\n" + link.person_id, link.chat)
        except OpeningError:
            return None
        return ChatId(int.from_bytes(found, "big", signed=True))


def looks_like_code(text: str) -> bool:
    """Tell whether this could be a code, however it was typed."""
    plain = _plain(text)
    return len(plain) == LENGTH and set(plain) <= set(LETTERS)


def _code(random_bytes: RandomBytes) -> str:
    """Return letters in groups of four, each drawn without bias."""
    fair = 256 - 256 % len(LETTERS)
    letters = ""
    while len(letters) < LENGTH:
        letters += "".join(LETTERS[byte % len(LETTERS)] for byte in random_bytes(LENGTH) if byte < fair)
    letters = letters[:LENGTH]
    return "-".join(letters[place : place + _GROUP] for place in range(0, LENGTH, _GROUP))


def _hash(typed: str) -> bytes:
    return sha256(b"panoh link code 1\n" + _plain(typed).encode()).digest()


def _plain(text: str) -> str:
    return "".join(text.upper().replace("-", " ").split())


def _bytes(chat: ChatId) -> bytes:
    return chat.to_bytes(8, "big", signed=True)
