"""``panoh check`` and ``panoh graph``: what authors run after every edit; neither loads messenger or database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot import settings
from bot.authoring.catalog_check import Severity
from bot.authoring.check import findings
from bot.authoring.graph import mermaid
from bot.errors import ConversationFileError
from bot.loader import load, load_authored


def check(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Name everything wrong in the conversation and the catalogues, with file and line; exit 1 on errors."""
    found = settings.load()
    authored = load_authored(found.conversation)
    wrong = findings(authored, found.locales)
    errors = sum(finding.severity is Severity.ERROR for finding in wrong)
    if as_json:
        rows = [{"place": each.place, "severity": each.severity, "message": each.message} for each in wrong]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for finding in wrong:
            typer.echo(finding)
        nodes = len(authored.conversation.nodes)
        typer.echo(f"{nodes} questions checked: {errors} errors, {len(wrong) - errors} warnings")
    if errors:
        raise typer.Exit(1)


def graph(out: Annotated[Path | None, typer.Option(help="Write to this file.", show_default=False)] = None) -> None:
    """Draw the conversation from its table: Markdown with Mermaid diagrams."""
    text = mermaid(load(settings.load().conversation))
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise ConversationFileError(f"{out} cannot be written: {error.strerror}") from None
