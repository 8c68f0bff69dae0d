"""The table of commands, and the one place where an error becomes a line and an exit code."""

import difflib
import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

import typer

import bot
from bot.errors import PanohError, SettingsError
from bot.log.writer import place_of

EXIT_FAILED = 1
EXIT_WRONG_USE = 2

USAGE = "Usage: panoh [--debug] COMMAND …       panoh COMMAND --help       panoh --version"


class Entry(NamedTuple):
    """One command: where it lives, and the line that the help shows without importing it."""

    module: str
    name: str
    line: str


COMMANDS = {
    "demo": Entry("bot.cli.run", "demo", "try everything in a browser, with throw-away keys"),
    "serve": Entry("bot.cli.run", "serve", "run the real thing, from the settings"),
    "desk": Entry("bot.cli.desk", "desk", "the staff's desk, on your own computer"),
    "chat": Entry("bot.cli.run", "chat", "have the same conversation in this terminal"),
    "check": Entry("bot.cli.check", "check", "check conversations and catalogues"),
    "graph": Entry("bot.cli.check", "graph", "draw the conversation as a diagram"),
    "keys": Entry("bot.cli.keys", "commands", "root, key files and the signed keyring"),
    "cases": Entry("bot.cli.cases", "commands", "the queue, from a terminal"),
    "audit": Entry("bot.cli.audit", "commands", "whether the record of what staff did still holds"),
    "staff": Entry("bot.cli.staff", "commands", "invite people to the desk, carry their cards, let them leave"),
    "locales": Entry("bot.cli.locales", "commands", "translators' tools"),
    "doctor": Entry("bot.cli.doctor", "doctor", "whether this installation is as it must be"),
    "db": Entry("bot.cli.db", "commands", "the database's schema"),
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command that the arguments name and end the process: 0 done, 1 failed, 2 wrong setting or use."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = words[:1] == ["--debug"]
    if debug:
        del words[0]
    if not words or words[0] in {"--help", "-h", "help"}:
        typer.echo(help_text())
        sys.exit(0 if words else EXIT_WRONG_USE)
    if words[0] == "--version":
        typer.echo(f"panoh {bot.__version__}")
        sys.exit(0)
    try:
        run(words[0], words[1:])
    except SettingsError as error:
        fail(str(error), EXIT_WRONG_USE, error if debug else None)
    except PanohError as error:
        fail(str(error), EXIT_FAILED, error if debug else None)
    except Exception as error:  # noqa: BLE001  the last place before a traceback, which may hold a person's words
        line = f"an error nobody expected: {type(error).__name__} at {place_of(error)}; `panoh --debug …` shows more"
        fail(line, EXIT_FAILED, error if debug else None)
    sys.exit(0)


def run(noun: str, words: list[str]) -> None:
    """Import the command and hand it its words; it ends the process itself where it uses an exit code.

    Raises:
        PanohError: whatever the command could not do.
    """
    entry = COMMANDS.get(noun)
    if entry is None:
        near = difflib.get_close_matches(noun, COMMANDS, n=1)
        meant = f"; did you mean `panoh {near[0]}`?" if near else "; `panoh --help` lists the commands"
        fail(f"there is no such command{meant}", EXIT_WRONG_USE)
    found = getattr(importlib.import_module(entry.module), entry.name)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name=noun)(found)
        found = single
    typer.main.get_command(found)(words, prog_name=f"panoh {noun}")


def fail(line: str, code: int, error: BaseException | None = None) -> NoReturn:
    """Write one line to standard error and end with ``code``; with ``error``, its traceback comes first."""
    if error is not None:
        raise error
    typer.echo(f"panoh: {line}", err=True)
    sys.exit(code)


def help_text() -> str:
    """Return the list of commands."""
    lines = "\n".join(f"  {name:8} {entry.line}" for name, entry in COMMANDS.items())
    return f"{USAGE}\n\n{lines}"
