"""``panoh cases``: the queue in a terminal, and a case opened from its exported files.

``list``, ``claim``, ``release``, ``close`` and ``export`` work on the database of the settings and see sealed bytes
only. ``open`` works on a directory, with a private key and no server: it imports neither the store nor the settings.
What it prints was typed by strangers, so no control character of it reaches the terminal.
"""

import json
import os
import pwd
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.casework.reasons import CloseReason
from bot.errors import PanohError
from bot.ids import Reference

if TYPE_CHECKING:
    from bot.casework.service import Casework
    from bot.settings import Settings
    from bot.store.values import Case

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The queue, in a terminal.",
)

_FLAGS = ("news", "left_early", "has_code", "compromised", "withdrawn")
_SHAPE = re.compile(r"PN-[0-9A-Z]{4}-[0-9A-Z]{4}")
_LOOK_ALIKES = str.maketrans("OIL", "011")
"""Crockford's base 32 reads these letters as digits."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and newline, further line breaks, marks that turn a line's direction, lone surrogates."""

ReferenceText = Annotated[str, typer.Argument(metavar="REFERENCE", help="As the list shows it: PN-XXXX-XXXX.")]
AsName = Annotated[str | None, typer.Option("--as", help="Who acts, for colleagues and the audit; else your account.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command("list")
def list_cases(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this reference.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the cases that are not closed: imminent danger first, then by urgency and arrival."""
    with _casework() as (casework, _):
        found = casework.list_cases(None if after is None else _reference(after), limit)
    if as_json:
        typer.echo(json.dumps([_fields(case) for case in found], indent=1, ensure_ascii=False))
        return
    for case in found:
        fields = _fields(case)
        notes = [name.replace("_", " ") for name in _FLAGS if fields[name]]
        holder = f"claimed by {case.claimed_by}" if case.claimed_by else case.status.value
        line = f"{case.reference}  {case.urgency.value:8}  {fields['arrived']:17}  {case.locale:3}  {holder}"
        typer.echo("  ".join([line, *notes]))


@commands.command("claim", epilog="Example: panoh cases claim PN-7K2M-Q9XD --as Aziza")
def claim(reference: ReferenceText, name: AsName = None, as_json: AsJson = False) -> None:
    """Take a waiting case; of several people who try at once, one gets it."""
    with _casework() as (casework, _):
        _print_case(casework.claim(_reference(reference), name or _account()), as_json)


@commands.command("release")
def release(reference: ReferenceText, name: AsName = None, as_json: AsJson = False) -> None:
    """Give a case you claimed back to the queue."""
    with _casework() as (casework, _):
        _print_case(casework.release(_reference(reference), name or _account()), as_json)


@commands.command("close")
def close(
    reference: ReferenceText,
    name: AsName = None,
    reason: Annotated[CloseReason, typer.Option(help="Why; a code for the audit.")] = CloseReason.HANDLED,
    as_json: AsJson = False,
) -> None:
    """Close a case you claimed. Should the person add something, it waits again."""
    with _casework() as (casework, _):
        _print_case(casework.close(_reference(reference), name or _account(), reason), as_json)


@commands.command("export", epilog="Example: panoh cases export PN-7K2M-Q9XD --to /media/stick/case")
def export(
    reference: ReferenceText,
    to: Annotated[Path, typer.Option(help="A new or empty directory.")],
    name: AsName = None,
    as_json: AsJson = False,
) -> None:
    """Write the sealed files of a case into a directory; `panoh cases open` opens them on any computer."""
    with _casework() as (casework, settings):
        deployment = _deployment(settings)
        case = casework.export(_reference(reference), to, name or _account(), deployment=deployment)
    if as_json:
        typer.echo(json.dumps({"reference": case.reference, "directory": str(to)}, indent=1, ensure_ascii=False))
    else:
        typer.echo(f"{case.reference} is in {to}; open it with: panoh cases open {to} --key FILE")


_SIGNED = {True: "", False: "  (not signed by the key of that name)", None: "  (signature not checked)"}


@commands.command("open", epilog="Example: panoh cases open case/ --key Aziza.key")
def open_exported(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="What `panoh cases export` wrote.")],
    key: Annotated[list[Path], typer.Option(help="Your key file; may be given again.")],
    passphrase_file: Annotated[
        Path | None, typer.Option("--passphrase-file", help="First line is the passphrase; asked for otherwise.")
    ] = None,
    keyring: Annotated[
        Path | None, typer.Option(help="The signed keyring, to see whose replies, notes and re-wrapped keys these are.")
    ] = None,
    root: Annotated[str, typer.Option(help="The fingerprint of the root that signed it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Open an exported case with private keys. Needs no server, no settings and no network."""
    from bot.cli.keys import unlocked_key
    from bot.offline.cases import open_case
    from bot.offline.keyfiles import read_small
    from bot.sealing import suite
    from bot.sealing.keyring import read_unlimited

    suite.require()
    if (keyring is None) != (root == ""):
        raise PanohError("a keyring is read with the fingerprint of its root: give both --keyring and --root")
    trusted = None if keyring is None else read_unlimited(read_small(keyring), root)
    opened = open_case(directory, [unlocked_key(path, passphrase_file).identity for path in key], trusted)
    if as_json:
        typer.echo(_escaped(json.dumps(opened, indent=1, ensure_ascii=False)))
    else:
        typer.echo("\n".join(_UNSEEN.sub("\N{REPLACEMENT CHARACTER}", line) for line in _story(opened)))


@contextmanager
def _casework() -> Iterator[tuple["Casework", "Settings"]]:
    """Open the staff's service over the database of the settings."""
    from bot import settings
    from bot.app.nature import now
    from bot.casework.service import Casework
    from bot.store.database import Database

    found = settings.load()
    database = Database(found.database())
    try:
        database.check_schema()
        yield Casework(database, now), found
    finally:
        database.close()


def _deployment(settings: "Settings") -> bytes:
    """Return the deployment that every sealed file is bound to; a keyring that has expired still names it."""
    from bot.offline.keyfiles import read_small
    from bot.sealing.keyring import read_unlimited

    keyring, fingerprint = settings.trust()
    return read_unlimited(read_small(keyring), fingerprint).deployment


def _reference(typed: str) -> Reference:
    written = typed.strip().upper()
    written = written[:3] + written[3:].translate(_LOOK_ALIKES)
    if not _SHAPE.fullmatch(written):
        raise PanohError("a reference is written PN-XXXX-XXXX, as `panoh cases list` shows it")
    return Reference(written)


def _account() -> str:
    """Return the name of the account that runs this command."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise PanohError("this account has no name: say who acts with --as NAME") from None


def _fields(case: "Case") -> dict[str, object]:
    """Return what the queue knows of a case; the arrival is a day once somebody has read it."""
    return {
        "reference": case.reference,
        "urgency": case.urgency.value,
        "status": case.status.value,
        "arrived": f"{case.arrived_at:%Y-%m-%d}" if case.read else f"{case.arrived_at:%Y-%m-%dT%H:%MZ}",
        "locale": case.locale,
        "claimed_by": case.claimed_by,
        "claimed_at": f"{case.claimed_at:%Y-%m-%dT%H:%MZ}" if case.claimed_at else None,
        "read": case.read,
        **{name: getattr(case, name) for name in _FLAGS},
    }


def _print_case(case: "Case", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_fields(case), indent=1, ensure_ascii=False))
    else:
        holder = f" by {case.claimed_by}" if case.claimed_by else ""
        typer.echo(f"{case.reference}: {case.status.value}{holder}")


def _story(opened: Mapping[str, Any]) -> Iterator[str]:
    """Yield an opened case as lines to read: the head, then each question with its answer.

    What strangers typed never begins a line, so that nothing they type passes for a heading of ours.
    """
    yield _below("  ".join(opened[name] for name in ("reference", "urgency", "conversation", "version", "locale")))
    if opened["reasons"]:
        yield f"Urgent because of: {', '.join(opened['reasons'])}"
    if opened["flags"]:
        yield f"Mind: {', '.join(opened['flags'])}"
    for compartment in opened["sealed"]:
        yield f"Not opened with these keys: {compartment}"
    for answer in opened["answers"]:
        yield "\n" + _below(f"{answer['question']}  ({answer['node']}, {answer['compartment']})")
        yield "  " + _below(", ".join(answer["labels"]) or str(answer["value"]))
    if opened["consents"]:
        yield "\nConsents"
        yield from (f"  {json.dumps(consent, ensure_ascii=False)}" for consent in opened["consents"])
    for title, letters in (("Replies", opened["messages"]), ("Notes", opened["notes"])):
        if letters:
            yield f"\n{title}"
        for letter in letters:
            yield "  " + _below(f"{letter['received_day']}  {letter['author']}{_SIGNED[letter['signed']]}")
            yield "    " + _below(_below(letter["value"]))
    for answer in opened["unproven"]:
        yield "\nNot proven to be from the same person:"
        yield "  " + _below(f"{answer['question']}  ({answer['node']})\n{answer['value']}")
    if opened["problems"]:
        yield "\nProblems"
        yield from (f"  {json.dumps(problem, ensure_ascii=False)}" for problem in opened["problems"])


def _below(text: str) -> str:
    """Indent every line but the first."""
    return text.replace("\n", "\n  ")


def _escaped(text: str) -> str:
    """Write as JSON escapes what JSON lets through and a terminal would obey."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
