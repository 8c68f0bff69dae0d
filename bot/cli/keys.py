"""``panoh keys``: the offline root, key files, the signed keyring, the recovery key on paper.

Meant for a computer without a network. The commands read the passphrase and the files, and leave the work to
``bot.offline``. Passphrases come from a prompt or a file, never
from the command line; what is secret goes to standard output only where that is the command's purpose.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.app import nature
from bot.app.nature import random_bytes
from bot.engine.conversation import Compartment
from bot.errors import KeyFileError, KeyringError
from bot.offline import cards, keyfiles, recovery, root
from bot.offline.keyfiles import Key, KeyRole
from bot.sealing import suite
from bot.sealing.keyring import Keyring, Member, Role, card_file, read_unlimited, time_text

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Root, key files and the signed keyring. Use it on a computer without a network.",
)

_ROOT_YEARS = 10
_LONGEST_DAYS = 365

PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="First line is the passphrase; asked for otherwise.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Days = Annotated[int, typer.Option(min=1, max=_LONGEST_DAYS, help="Days of validity.")]
RootFile = Annotated[Path, typer.Option("--root", help="The root's key file.")]
KeyringFile = Annotated[Path, typer.Option("--keyring", help="The signed keyring.")]


@commands.command(
    "root", short_help="Make the root that signs keyrings.", epilog="Example: panoh keys root --out root.key"
)
def make_root(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("root.key"),
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make the root that signs keyrings; prints the fingerprint to pin (PANOH_ROOT_FINGERPRINT)."""
    suite.require()
    key = keyfiles.new_key(KeyRole.ROOT, "root", _now() + timedelta(days=366 * _ROOT_YEARS), random_bytes)
    keyfiles.write_new(out, keyfiles.lock(key, _chosen(passphrase_file), random_bytes), secret=True)
    _print({"file": str(out), "fingerprint": key.public}, as_json)


@commands.command(
    "new",
    short_help="Make a key pair: NAME.key and NAME.card.",
    epilog="Example: panoh keys new Aziza --compartment facts --out keys/",
)
def make_key(
    name: Annotated[str, typer.Argument(help="Whose key it is, as colleagues know them.")],
    compartment: Annotated[
        list[Compartment] | None, typer.Option(help="facts or identity; give it twice for both, which is the default.")
    ] = None,
    recovery_key: Annotated[bool, typer.Option("--recovery", help="The organisation's recovery key.")] = False,
    days: Days = _LONGEST_DAYS,
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path(),
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a key pair: NAME.key, which never leaves its owner, and NAME.card for the holder of the root."""
    suite.require()
    wanted = tuple(each for each in Compartment if not compartment or each in compartment)
    if recovery_key and wanted != tuple(Compartment):
        raise KeyFileError("the recovery key is for both compartments: leave --compartment out")
    role = KeyRole.RECOVERY if recovery_key else KeyRole.REVIEWER
    key = keyfiles.new_key(role, name, _now() + timedelta(days=days + 1), random_bytes)
    card = cards.card_of(key, wanted)
    files = {"file": out / f"{name}.key", "card": out / f"{name}.card"}
    for path in files.values():
        if path.exists():
            raise KeyFileError(f"{path} exists and is not replaced: choose another name")
    locked = keyfiles.lock(key, _chosen(passphrase_file), random_bytes)
    keyfiles.write_new(files["file"], locked, secret=True)
    keyfiles.write_new(files["card"], card_file(card), secret=False)
    _print({**{each: str(path) for each, path in files.items()}, **_shown(card)}, as_json)


@commands.command(
    "sign",
    short_help="Sign the next keyring with more cards.",
    epilog="Example: panoh keys sign Aziza.card recovery.card --root root.key --keyring keyring",
)
def sign(
    card_files: Annotated[list[Path], typer.Argument(metavar="CARD...", help="Cards to add or to renew.")],
    root_file: RootFile,
    keyring_file: KeyringFile,
    days: Days = _LONGEST_DAYS,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Sign the next keyring with these cards in it. Compare each card's fingerprint with its owner by voice first."""
    suite.require()
    now = _now()
    added = [cards.read_card(keyfiles.read_small(path), now) for path in card_files]
    signer = unlocked_key(root_file, passphrase_file)
    previous = read_unlimited(keyfiles.read_small(keyring_file), signer.public) if keyring_file.exists() else None
    keyring = root.next_keyring(previous, added, now=now, days=days, random_bytes=random_bytes)
    _replace(keyring_file, root.sign_keyring(keyring, signer))
    _print_keyring(keyring, now, as_json)


@commands.command(
    "retire",
    short_help="Sign the next keyring without somebody.",
    epilog="Example: panoh keys retire Aziza --root root.key --keyring keyring",
)
def retire(
    name: Annotated[str, typer.Argument(help="Who leaves the keyring.")],
    root_file: RootFile,
    keyring_file: KeyringFile,
    days: Days = _LONGEST_DAYS,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Sign the next keyring without somebody. New cases are no longer sealed to them; old ones need re-wrapping."""
    suite.require()
    now = _now()
    signer = unlocked_key(root_file, passphrase_file)
    previous = read_unlimited(keyfiles.read_small(keyring_file), signer.public)
    keyring = root.without(previous, name, now=now, days=days, random_bytes=random_bytes)
    _replace(keyring_file, root.sign_keyring(keyring, signer))
    _print_keyring(keyring, now, as_json)


@commands.command(
    "list",
    short_help="Check and list a keyring.",
    epilog="Example: panoh keys list --keyring keyring --root-fingerprint 3f9a…",
)
def list_members(
    keyring_file: KeyringFile,
    root_fingerprint: Annotated[str, typer.Option(help="What `panoh keys root` printed.")],
    as_json: AsJson = False,
) -> None:
    """List a keyring, after checking its signature: serial, validity, members, fingerprints."""
    suite.require()
    keyring = read_unlimited(keyfiles.read_small(keyring_file), root_fingerprint)
    _print_keyring(keyring, _now(), as_json)


@commands.command(
    "split", short_help="Show the recovery key as three shares.", epilog="Example: panoh keys split recovery.key"
)
def split(
    key_file: Annotated[Path, typer.Argument(metavar="KEY", help="The recovery key's file.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show three shares of the recovery key, to be written on paper; any two give it back. Then delete the file."""
    suite.require()
    shares = recovery.split(unlocked_key(key_file, passphrase_file))
    if as_json:
        typer.echo(json.dumps({"shares": shares}, indent=2))
        return
    for number, share in enumerate(shares, 1):
        typer.echo(f"Share {number} of {len(shares)}; {recovery.NEEDED} are needed\n\n{_numbered(share.split())}\n")


@commands.command(
    "combine",
    short_help="Make the recovery key from two shares.",
    epilog="Example: panoh keys combine --card recovery.card --out recovery.key",
)
def combine(
    card_file: Annotated[Path, typer.Option("--card", help="The recovery key's card.")],
    out: Annotated[Path, typer.Option(help="The key file to write.")] = Path("recovery.key"),
    share_file: Annotated[
        list[Path] | None, typer.Option(help="A file that holds one share; give it twice. Asked for otherwise.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Put the recovery key together from two shares and write it under a new passphrase."""
    suite.require()
    card = cards.read_card(keyfiles.read_small(card_file), datetime.min.replace(tzinfo=UTC))
    if share_file:
        shares = [_text(keyfiles.read_small(path), path) for path in share_file]
    else:
        shares = [
            typer.prompt(f"Share {number} of {recovery.NEEDED}", hide_input=True, err=True)
            for number in range(1, recovery.NEEDED + 1)
        ]
    key = recovery.combine(shares, card)
    keyfiles.write_new(out, keyfiles.lock(key, _chosen(passphrase_file), random_bytes), secret=True)
    _print({"file": str(out), **_shown(card)}, as_json)


@commands.command(
    "identity",
    short_help="Print a key for the stock age tool.",
    epilog="Example: panoh keys identity Aziza.key > identity.txt, to be deleted after use",
)
def identity(
    key_file: Annotated[Path, typer.Argument(metavar="KEY", help="A reviewer's or the recovery key's file.")],
    passphrase_file: PassphraseFile = None,
) -> None:
    """Print the key for the stock `age` tool, unprotected (docs/sealed-format.md says how to open a case with it)."""
    suite.require()
    typer.echo(unlocked_key(key_file, passphrase_file).identity.text)


def unlocked_key(path: Path, passphrase_file: Path | None) -> Key:
    """Open a key file with the passphrase from a file or a prompt; ``panoh cases open`` does the same.

    Raises:
        KeyFileError: the file or the passphrase cannot be used.
    """
    data = keyfiles.read_small(path)
    passphrase = (
        _first_line(passphrase_file)
        if passphrase_file
        else typer.prompt(f"Passphrase of {path.name}", hide_input=True, err=True)
    )
    return keyfiles.unlock(data, passphrase)


def _chosen(passphrase_file: Path | None) -> str:
    """Return a new passphrase: from the file, typed twice, or made here and shown once."""
    if passphrase_file:
        return _first_line(passphrase_file)
    typed: str = typer.prompt(
        "New passphrase (Enter: six words are made for you)",
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    if typed:
        return typed
    made = keyfiles.new_passphrase(random_bytes)
    typer.echo(f"Passphrase, shown once; write it down: {made}", err=True)
    return made


def _first_line(path: Path) -> str:
    return next(iter(_text(keyfiles.read_small(path), path).splitlines()), "")


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise KeyFileError(f"{path} is not a text in UTF-8") from None


def _replace(path: Path, data: bytes) -> None:
    """Put a new keyring in the place of the old one, in one step; the old one stays beside it as NAME.old."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        keyfiles.write_new(new, data, secret=False)
        if path.exists():
            shutil.copyfile(path, path.with_name(f"{path.name}.old"))
        new.replace(path)
    except OSError as error:
        raise KeyringError(f"{path} cannot be written: {error.strerror}") from None


def _now() -> datetime:
    return nature.now().replace(microsecond=0)  # validity is written in whole seconds


def _shown(member: Member) -> dict[str, object]:
    return {
        "name": member.name,
        "role": member.role.value,
        "compartments": [each.value for each in member.compartments],
        "fingerprint": member.fingerprint,
        "recipient": member.recipient.text,
        "not_after": time_text(member.not_after),
    }


def _print_keyring(keyring: Keyring, now: datetime, as_json: bool) -> None:
    fields: dict[str, object] = {
        "serial": keyring.serial,
        "deployment": keyring.deployment.hex(),
        "not_before": time_text(keyring.not_before),
        "not_after": time_text(keyring.not_after),
        "standing": keyring.standing(now).value,
        "days_left": keyring.days_left(now),
    }
    members = [_shown(member) for member in keyring.members]
    if as_json:
        typer.echo(json.dumps({**fields, "members": members}, indent=2, ensure_ascii=False))
        return
    _print(fields, as_json)
    for member in keyring.members:
        kind = " (recovery)" if member.role is Role.RECOVERY else ""
        rights = "+".join(each.value for each in member.compartments)
        typer.echo(f"  {member.name}{kind}: {rights}, until {member.not_after:%Y-%m-%d}")
        typer.echo(f"    {member.fingerprint}")


def _print(fields: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(fields, indent=2, ensure_ascii=False))
        return
    for name, value in fields.items():
        if name == "recipient":
            continue  # two thousand letters, for programs only
        shown = ", ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name.replace('_', ' ')}: {shown}")


def _numbered(words: Sequence[str]) -> str:
    cells = [f"{number:2} {word:<10}" for number, word in enumerate(words, 1)]
    return "\n".join("".join(cells[start : start + 4]).rstrip() for start in range(0, len(cells), 4))
