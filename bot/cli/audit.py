"""``panoh audit``: whether the chain of acts still holds, and its head for keeping elsewhere."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import PanohError

if TYPE_CHECKING:
    from bot.store.chain import Break
    from bot.store.database import Database
    from bot.store.staff_values import Head

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="What staff did: whether the record of it still holds.",
)

_HEAD = re.compile(r"(\d{1,15}):([0-9a-fA-F]{64})")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command("verify", epilog="Example: panoh audit verify --head 120:3f…")
def verify(
    head: Annotated[
        str | None, typer.Option(metavar="COUNT:HASH", help="A head that was kept elsewhere, such as in a digest.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk through every act, and name the first that was changed, removed or moved; exit 1 where there is one."""
    from bot.casework.trail import verify_audit

    kept = None if head is None else _head(head)
    with _database() as database:
        found = verify_audit(database, kept)
    if as_json:
        broken = found.broken
        typer.echo(
            json.dumps(
                {
                    "holds": broken is None,
                    "head": _text(found.head),
                    "wrong": broken and broken.wrong.value,
                    "number": broken and broken.number,
                    "found_at": broken and broken.found_at,
                },
                indent=1,
            )
        )
    elif found.broken is None:
        typer.echo(f"the audit holds: {_text(found.head)}")
    if found.broken is not None:
        raise PanohError(_line(found.broken))


@commands.command("head")
def head(as_json: AsJson = False) -> None:
    """Print how many acts there are and the hash of the last: keep it where this machine cannot reach."""
    from bot.casework.trail import head_of

    with _database() as database:
        found = head_of(database)
    typer.echo(json.dumps({"count": found.count, "hash": found.hash.hex()}, indent=1) if as_json else _text(found))


@contextmanager
def _database() -> Iterator["Database"]:
    from bot import settings
    from bot.store.database import Database

    database = Database(settings.load().database())
    try:
        database.check_schema()
        yield database
    finally:
        database.close()


def _head(text: str) -> "Head":
    from bot.store.staff_values import Head

    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise PanohError("a head is written COUNT:HASH, as `panoh audit head` prints it")
    return Head(count=int(found[1]), hash=bytes.fromhex(found[2]))


def _text(head: "Head") -> str:
    return f"{head.count}:{head.hash.hex()}"


def _line(broken: "Break") -> str:
    from bot.store.chain import Wrong

    match broken.wrong:
        case Wrong.CHANGED:
            return f"row {broken.number} was changed, or row {broken.number - 1} was written anew with its hash"
        case Wrong.REMOVED:
            return f"row {broken.number} was removed"
        case Wrong.MOVED:
            return f"row {broken.number} was moved: it stands at {broken.found_at} now"
        case Wrong.REWRITTEN:
            return f"everything fits but the head that was kept: row {broken.number} or one before it was rewritten"
