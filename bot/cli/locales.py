"""``panoh locales``: the translators' tools."""

import json
from pathlib import Path
from typing import Annotated

import typer

import bot
from bot import settings
from bot.authoring import catalogs, desk_catalog
from bot.authoring.catalog_check import Severity, findings
from bot.i18n.catalogs import SOURCE, translated_locales
from bot.loader import load_authored

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Translators' tools: the templates from conversation and desk, the catalogues from them, what is wrong.",
)

DESK_SOURCES = Path(bot.__file__).parent / "desk" / "web" / "src"
"""Where the strings of the desk's page stand; an installed package has the page alone, and so nothing to extract."""


@commands.command()
def extract() -> None:
    """Write the templates: that of the conversation, and that of the desk's page."""
    found = settings.load()
    authored = load_authored(found.conversation)
    typer.echo(catalogs.extract(authored, found.locales))
    if DESK_SOURCES.is_dir():
        typer.echo(desk_catalog.extract(DESK_SOURCES, found.locales))


@commands.command()
def update(
    locales: Annotated[list[str] | None, typer.Argument(metavar="[LOCALE]...", help="Default: all there are.")] = None,
) -> None:
    """Bring catalogues up to the templates, or begin one; changed strings become fuzzy."""
    folder = settings.load().locales
    for locale in locales or [each for each in translated_locales(folder) if each != SOURCE]:
        typer.echo(catalogs.update(folder, locale))
        if desk_catalog.template_path(folder).exists():
            typer.echo(desk_catalog.update(folder, locale))


@commands.command()
def check() -> None:
    """Name everything wrong in texts and catalogues; exit 1 on errors."""
    found = settings.load()
    authored = load_authored(found.conversation)
    wrong = findings(authored, found.locales)
    if DESK_SOURCES.is_dir():
        wrong += desk_catalog.findings(DESK_SOURCES, found.locales)
    for finding in wrong:
        typer.echo(finding)
    if any(finding.severity is Severity.ERROR for finding in wrong):
        raise typer.Exit(1)


@commands.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show how far each language is, and whether it is offered to defenders."""
    found = settings.load()
    rows = catalogs.status(load_authored(found.conversation).conversation, found.locales)
    if as_json:
        shown = [
            {
                "locale": row.locale,
                "total": row.total,
                "translated": row.translated,
                "uncertain": row.uncertain,
                "critical_missing": row.critical_missing,
                "offered": row.offered,
            }
            for row in rows
        ]
        typer.echo(json.dumps(shown, indent=2))
        return
    for row in rows:
        offered = "offered" if row.offered else f"NOT offered: {row.critical_missing} critical strings are missing"
        typer.echo(f"{row.locale}  {row.translated}/{row.total} translated, {row.uncertain} uncertain; {offered}")
