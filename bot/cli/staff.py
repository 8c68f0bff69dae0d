"""``panoh staff``: people of the staff from a terminal: the first administrator, cards, and leaving.

For the machine that has the database. Whoever is invited gains access to no case by it: the offline root signs that.
"""

import json
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.casework.actor import Actor
from bot.casework.links import Told
from bot.casework.words import Role
from bot.errors import PanohError

if TYPE_CHECKING:
    from bot.casework.people import People
    from bot.settings import Settings

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="People of the staff: invite them to the desk, carry their cards to the root, let them leave.",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="As colleagues know them, and as the keyring will name them.")]


@commands.command("invite", epilog="Example: panoh staff invite Aziza --role administrator --role lead --language ru")
def invite(
    name: Name,
    role: Annotated[list[Role] | None, typer.Option(help="What they may do; may be given again.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="What they read: en, ru or tg; again for more.")] = None,
    again: Annotated[bool, typer.Option("--again", help="A new link for somebody; shuts them out until then.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link that is good for three days and once; hand it over on a way you trust."""
    from bot.app.desk import desk_server

    with _people() as (people, settings):
        if again and (role or language):
            raise PanohError("--again keeps roles and languages as they are")
        invited = people.invite_again(_me(), name) if again else people.invite(_me(), name, role or [], language or [])
        link = invited.link(desk_server(settings), settings.trust()[1])
    until = f"{invited.until:%Y-%m-%dT%H:%M:%SZ}"
    typer.echo(
        json.dumps({"link": link, "until": until}, indent=1) if as_json else f"{link}\nGood until {until}, once."
    )


@commands.command("roles", epilog="Example: panoh staff roles Aziza --role reviewer --role lead --language tg")
def roles(
    name: Name,
    role: Annotated[list[Role], typer.Option(help="What they may do from now on; may be given again.")],
    language: Annotated[list[str] | None, typer.Option(help="What they read: en, ru or tg; again for more.")] = None,
) -> None:
    """Give somebody other roles and languages. An identity officer's card has to be signed anew."""
    with _people() as (people, _):
        people.change(_me(), name, role, language or [])
    typer.echo(f"{name}: {', '.join(role)}")


@commands.command("list")
def list_people(as_json: AsJson = False) -> None:
    """List everybody: roles, languages, state, whether the keyring has their key and the staff's bot can tell them."""
    with _people() as (people, _):
        found = people.listed()
    if as_json:
        rows = [
            {
                "name": each.name,
                "roles": list(each.roles),
                "languages": list(each.languages),
                "state": each.state,
                "member": each.member,
                "key_not_after": f"{each.key_not_after:%Y-%m-%d}" if each.key_not_after else None,
                "fingerprint": each.fingerprint,
                "told": each.told,
            }
            for each in found
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for each in found:
        keyring = "in the keyring" if each.member else "not in the keyring"
        line = [each.name, ",".join(each.roles), ",".join(each.languages), each.state, keyring, _TOLD[each.told]]
        typer.echo("  ".join(line))


@commands.command("card", epilog="Example: panoh staff card Aziza --to /media/stick/Aziza.card")
def card(
    name: Name, to: Annotated[Path, typer.Option(help="The file to write; must not exist.")], as_json: AsJson = False
) -> None:
    """Write somebody's card for the holder of the root, who compares its fingerprint by voice before signing."""
    from bot.offline.keyfiles import write_new

    with _people() as (people, _):
        file, fingerprint = people.card(name)
    write_new(to, file, secret=False)
    shown = {"card": str(to), "fingerprint": fingerprint}
    typer.echo(json.dumps(shown, indent=1, ensure_ascii=False) if as_json else f"{to}\n{fingerprint}")


@commands.command("offboard")
def offboard(name: Name, as_json: AsJson = False) -> None:
    """Let somebody leave: their sessions end and their cases go back to the queue."""
    with _people() as (people, _):
        left = people.offboard(_me(), name)
    if as_json:
        typer.echo(json.dumps({"released": left.released, "in_keyring": left.in_keyring}, indent=1))
        return
    typer.echo(f"{name} has left; cases given back: {left.released}.")
    if left.in_keyring:
        typer.echo("New cases are still sealed to their key: sign a keyring without them, then re-wrap on the desk.")


@commands.command("unlink", epilog="Example: panoh staff unlink Aziza")
def unlink(name: Name) -> None:
    """Take a lost phone off the staff's bot: nothing is told in that chat any more, and it can do nothing."""
    with _people() as (people, _):
        people.unlink(_me(), name)
    typer.echo(f"{name} cannot be told of cases until they link a chat again: Settings, Staff bot, on the desk.")


_TOLD = {
    Told.YES: "is told of cases",
    Told.QUIET: "asked to hear nothing for now",
    Told.CANNOT: "cannot be told of cases",
}


@contextmanager
def _people() -> Iterator[tuple["People", "Settings"]]:
    """Open the staff's administration over the database of the settings."""
    from bot import settings
    from bot.app.keyrings import NONE_YET
    from bot.app.nature import now, random_bytes
    from bot.casework.office import Office
    from bot.casework.people import People
    from bot.offline.keyfiles import read_small
    from bot.sealing.keyring import read_unlimited
    from bot.store.database import Database

    found = settings.load()
    path, fingerprint = found.trust()
    keyring = read_unlimited(read_small(path), fingerprint) if path.exists() else NONE_YET
    database = Database(found.database())
    try:
        database.check_schema()
        office = Office(database=database, now=now, random_bytes=random_bytes, keyring=lambda: keyring)
        yield People(office), found
    finally:
        database.close()


def _me() -> Actor:
    """Return the account that runs this command, as the audit names it."""
    try:
        return Actor(name=pwd.getpwuid(os.geteuid()).pw_name, place="console")
    except KeyError:
        raise PanohError("this account has no name") from None
