"""A person who writes to the bot while the desk serves: the real intake over the desk's own database and keyring."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from os import urandom
from typing import TypeVar

from bot.app.intake import Place, assemble
from bot.channels.terminal.player import Player
from bot.ids import ChatId
from bot.intake.turn import Turn
from bot.settings import data
from bot.store.values import Status
from tests.chatting import CONTACTS
from tests.desk.made_page import PageDesk, root_key
from tests.made_up import call

_Value = TypeVar("_Value")


class Person:
    """A chat of its own."""

    def __init__(self, desk: PageDesk, number: int) -> None:
        self.desk = desk
        place = Place(
            conversation=data("conversations") / "reprisal",
            locales=data("locales"),
            keyring=desk.folder / "keyring.signed",
            root_fingerprint=root_key().public,
            route_dir=desk.folder / "route",
            ping_key=bytes(range(32)),
            operator="Made-up desk",
            check_address="desk.example",
            contacts=CONTACTS,
            draft_hours=48,
            delete_hours=24,
        )
        parts = assemble(place, desk.database, now=desk.now, random_bytes=urandom)
        self.codes: list[str] = []
        self.player = Player(parts.intake, ChatId(number), now=desk.now, codes=self.codes)

    def starts(self) -> None:
        _done(self.player.start())

    def taps(self, *buttons: str) -> str:
        """Press buttons by their names, such as ``A3_danger.yes_now``; return what the last one was answered with."""
        turns = [_done(self.player.tap(button)) for button in buttons]
        return "\n".join(message.text for message in turns[-1].messages)

    def says(self, words: str) -> Turn:
        return _done(self.player.say(words))

    def sends_from_danger(
        self, words: str, *, locale: str = "en", contact: str | None = None, button: str = "code_only"
    ) -> str:
        """Go the short way to a critical case, and return its reference. ``contact`` is written, else the button."""
        known = self._waiting()
        self.starts()
        self.taps(f"A1_language.{locale}", "A2_safe_here.yes", "A3_danger.yes_now")
        self.taps("E1_consent_urgent.yes_send", "E2_what_now.taken_or_held")
        self.says(words)
        if contact is None:
            self.taps(f"E4_contact.{button}")
        else:
            self.says(contact)
        self.taps("Z1_send.send", "R1_code.kept")
        (new,) = self._waiting() - known
        return new

    def _waiting(self) -> set[str]:
        return {str(case.reference) for case in call(self.desk.database, "cases.page", Status.WAITING, None, 200)}


def _done(work: Coroutine[object, object, _Value]) -> _Value:
    """Wait for it in a thread: the browser's own loop runs in the one of the test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
