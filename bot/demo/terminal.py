"""``panoh chat``: the conversation in a terminal, on a database in a temporary folder with throw-away keys.

Nothing is kept when it ends. Recording writes the names of buttons and screens, and what was typed as it was typed:
a transcript is made to be committed, so type nothing real. Only return codes are never written.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.app.intake import Parts, assemble
from bot.app.nature import now, random_bytes
from bot.channels.terminal.player import Player
from bot.channels.terminal.replay import Stage, in_language, replay, seen
from bot.channels.terminal.transcript import Step, Transcript, difference, read, write
from bot.demo.keys import make
from bot.demo.place import place
from bot.errors import ConversationFileError, PanohError, SettingsError
from bot.ids import ChatId
from bot.sealing.code import parse_code
from bot.store.database import Database

CHAT = ChatId(1)
WIDTH = 72
HINT = "Answer with the number of a button, or type. /start, /menu and /stop work too. Ctrl-D ends; nothing is kept."


class Clock:
    """The time, which a transcript may move on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time as this conversation knows it."""
        return now() + self._ahead

    def advance(self, step: timedelta) -> None:
        """Let so much time pass."""
        self._ahead += step


def run(*, conversation: Path, locales: Path, locale: str | None, replayed: Path | None, record: Path | None) -> None:
    """Talk until the input ends or is interrupted, or play a transcript.

    Raises:
        PanohError: the transcript is not one, what it led to is not what was recorded, or a file cannot be used.
    """
    if replayed is not None and record is not None:
        raise SettingsError("--replay and --record: name one of them")
    transcript = read(replayed) if replayed is not None else None
    if record is not None:
        _claim(record)
    clock = Clock()
    # Ctrl-C ends a talk at any moment, and quietly; of a transcript that was not played to its end nothing is said.
    ending = contextlib.suppress(KeyboardInterrupt) if transcript is None else contextlib.nullcontext()
    with ending, _parts(conversation, locales, clock) as parts:
        if transcript is not None:
            count = asyncio.run(_play(parts, clock, transcript, locale))
            sys.stdout.write(f"{transcript.title}: {count} steps, every screen as recorded\n")
        else:
            talk = _Talk(parts, clock)
            try:
                talk.go(locale)
            finally:
                sys.stdout.write("\n")
                if record is not None:
                    record.write_text(write(Transcript(title=record.stem, steps=tuple(talk.steps))), "utf-8")
                    sys.stdout.write(f"Written: {record}\n")


def _claim(record: Path) -> None:
    """Make the file that is written at the end, so that nobody talks for nothing."""
    try:
        record.open("x").close()
    except FileExistsError:
        raise PanohError(f"{record} exists already: name a new file") from None
    except OSError as error:
        raise PanohError(f"{record} cannot be written: {error.strerror}") from None


@contextmanager
def _parts(conversation: Path, locales: Path, clock: Clock) -> Iterator[Parts]:
    with tempfile.TemporaryDirectory(prefix="panoh-chat-") as name:
        folder = Path(name)
        keys = make(folder, now=now, random_bytes=random_bytes)
        database = Database(f"sqlite:///{folder / 'panoh.db'}")
        try:
            database.upgrade()
            where = place(folder, keys, conversation, locales, random_bytes)
            yield assemble(where, database, now=clock, random_bytes=random_bytes)
        finally:
            database.close()


async def _play(parts: Parts, clock: Clock, transcript: Transcript, locale: str | None) -> int:
    """Play a transcript, compare every screen, and return how many steps it has.

    Raises:
        ConversationFileError: the first step that led elsewhere.
    """
    if locale is not None:
        transcript = in_language(transcript, parts.library.current.conversation, locale)
    stage = Stage(intake=parts.intake, sweeper=parts.sweeper, now=clock, advance=clock.advance)
    number = 0
    async for found in replay(transcript, stage):
        number += 1
        if line := difference(transcript.steps[number - 1], found, number):
            raise ConversationFileError(f"{transcript.title}: {line}")
    return number


class _Talk:
    """Somebody at the keyboard.

    The lines are read outside the event loop, so that Ctrl-C ends at once: nothing else has to run meanwhile.
    """

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._conversation = parts.library.current.conversation
        self._codes: list[str] = []
        self._player = Player(parts.intake, CHAT, now=clock, codes=self._codes)
        self._console = Console()
        self.steps: list[Step] = []

    def go(self, locale: str | None) -> None:
        if locale is not None and locale not in self._conversation.texts:
            offered = ", ".join(sorted(self._conversation.texts))
            raise PanohError(f"the language {locale} is not offered; there are {offered}")
        # What is typed or pasted may be in another encoding than the terminal says.
        sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # standard input is a text file
        with asyncio.Runner() as runner, contextlib.suppress(EOFError):
            self._console.print(HINT, style="italic")
            runner.run(self._do(Step(action="start")))
            if locale is not None:
                runner.run(self._do(self._language(locale)))
            while True:
                self._show()
                if line := input("> ").strip():
                    runner.run(self._do(self._step(line)))

    def _language(self, locale: str) -> Step:
        nodes = self._conversation.nodes.values()
        names = {f"{node.id}.{option.id}" for node in nodes for option in node.options if option.locale == locale}
        return Step(
            action="tap", value=next(button.name for _, button in self._player.buttons() if button.name in names)
        )

    def _step(self, line: str) -> Step:
        buttons = self._player.buttons()
        if line.isascii() and line.isdecimal() and 1 <= int(line) <= len(buttons):
            return Step(action="tap", value=buttons[int(line) - 1][1].name)
        if line.startswith("/"):
            return Step(action="command", value=line[1:])
        return Step(action="say", value=line)

    async def _do(self, step: Step) -> None:
        before = len(self._codes)
        match step.action:
            case "start":
                turn = await self._player.start()
            case "tap":
                turn = await self._player.tap(step.value)
            case "command":
                turn = await self._player.command(step.value)
            case _:
                turn = await self._player.say(step.value)
        self.steps.append(replace(self._without_code(step, before), see=seen(turn)))

    def _without_code(self, step: Step, before: int) -> Step:
        """Return the step as it may be written down: with the number of a code in its place."""
        typed = parse_code(step.value) if step.action == "say" else None
        if typed is None:
            return step
        known = [parse_code(code) for code in self._codes[:before]]
        return Step(action="code", value=str(known.index(typed) + 1 if typed in known else 0))

    def _show(self) -> None:
        numbers = {
            (message, button.data): number for number, (message, button) in enumerate(self._player.buttons(), start=1)
        }
        for shown in (self._player.screen[each] for each in sorted(self._player.screen)):
            body = Text(shown.message.text)
            for row in shown.message.rows:
                body.append("\n")
                for button in row:
                    body.append(f"[{numbers[shown.message_id, button.data]}] {button.label}  ", style="bold")
            self._console.print(Panel(body, width=min(WIDTH, self._console.width)))
        if self._player.toast:
            self._console.print(self._player.toast, style="italic")
