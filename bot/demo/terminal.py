"""``panoh chat``: the conversation in a terminal, on a database in a temporary folder with throw-away keys.

Nothing is kept when it ends. Recording writes the names of buttons and screens, and what was typed as it was typed:
a transcript is made to be committed, so type nothing real.
"""

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.app.intake import Parts, assemble
from bot.app.nature import now, random_bytes
from bot.channels.terminal.player import Player
from bot.channels.terminal.transcript import Step, Transcript, difference, do, read, seen, write
from bot.demo.keys import make
from bot.demo.running import place
from bot.engine.conversation import Conversation
from bot.errors import ConversationFileError, PanohError
from bot.ids import ChatId
from bot.intake.turn import Turn
from bot.store.database import Database

CHAT = ChatId(1)


class Clock:
    """The time, which a transcript may move on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time as this conversation knows it."""
        return now() + self.ahead


async def run(
    *, conversation: Path, locales: Path, locale: str | None, replay: Path | None, record: Path | None
) -> None:
    """Talk, or play a transcript.

    Raises:
        PanohError: the transcript is not one, or what it led to is not what was recorded.
    """
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="panoh-chat-") as name:
        folder = Path(name)
        keys = make(folder, now=now, random_bytes=random_bytes)
        database = Database(f"sqlite:///{folder / 'panoh.db'}")
        try:
            database.upgrade()
            parts = assemble(
                place(folder, keys, conversation, locales, random_bytes), database, now=clock, random_bytes=random_bytes
            )
            if replay is not None:
                await play(parts, clock, read(replay))
            else:
                await _talk(parts, clock, locale, record)
        finally:
            database.close()


async def play(parts: Parts, clock: Clock, transcript: Transcript) -> None:
    """Play a transcript and compare every screen.

    Raises:
        ConversationFileError: the first step that led elsewhere.
    """
    conversation = parts.library.current.conversation
    if transcript.locale not in conversation.texts:
        raise ConversationFileError(f"{transcript.title}: the language {transcript.locale} is not offered")
    player = Player(parts.intake, CHAT, now=clock)
    for number, step in enumerate(transcript.steps, start=1):
        if step.action == "silence":
            clock.ahead += timedelta(minutes=float(step.value))
            await parts.sweeper.round()
            continue
        try:
            turn = await do(player, conversation, transcript.locale, step)
        except LookupError as error:
            raise ConversationFileError(f"{transcript.title}: step {number}: {error}") from None
        if found := difference(step, number, turn):
            raise ConversationFileError(f"{transcript.title}: {found}")


async def _talk(parts: Parts, clock: Clock, locale: str | None, record: Path | None) -> None:
    conversation = parts.library.current.conversation
    if locale is not None and locale not in conversation.texts:
        raise PanohError(f"the language {locale} is not offered; there are {', '.join(sorted(conversation.texts))}")
    console = Console()
    player = Player(parts.intake, CHAT, now=clock)
    steps: list[Step] = []

    def note(action: str, value: str, turn: Turn) -> None:
        steps.append(Step(action=action, value=value, see=seen(turn)))

    note("start", "", await player.start())
    if locale is not None:
        key = f"A1_language.{locale}"
        note("tap", key, await player.tap(conversation.texts[locale][key]))
    while True:
        _show(console, player)
        line = (await asyncio.to_thread(_ask)).strip()
        if not line:
            break
        labels = player.labels()
        if line.isdecimal() and 1 <= int(line) <= len(labels):
            line = labels[int(line) - 1]
        if line in labels:
            note("tap", _key(conversation, line), await player.tap(line))
        elif line.startswith("/"):
            note("command", line[1:], await player.command(line[1:]))
        else:
            note("say", line, await player.say(line))
    if record is not None:
        found = Transcript(title=record.stem, locale=locale or _spoken(steps), steps=tuple(steps))
        await asyncio.to_thread(record.write_text, write(found), "utf-8")
        console.print(f"Written: {record}")


def _ask() -> str:
    sys.stdout.write("> ")
    sys.stdout.flush()
    return sys.stdin.readline()


def _show(console: Console, player: Player) -> None:
    number = 0
    for shown in (player.screen[each] for each in sorted(player.screen)):
        body = Text(shown.message.text)
        for row in shown.message.rows:
            body.append("\n")
            for button in row:
                number += 1
                body.append(f"[{number} {button.label}] ", style="bold")
        console.print(Panel(body, width=min(72, console.width)))
    if player.toast:
        console.print(player.toast, style="italic")


def _key(conversation: Conversation, label: str) -> str:
    """Return the text key of a label, so that a transcript survives another wording; the label itself if none fits."""
    for texts in conversation.texts.values():
        for key, text in texts.items():
            if text == label and not key.endswith(".say"):
                return key
    return label


def _spoken(steps: list[Step]) -> str:
    taps = [step.value for step in steps if step.value.startswith("A1_language.")]
    return taps[0].rsplit(".", 1)[1] if taps else "en"
