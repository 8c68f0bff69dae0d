"""``panoh check`` and ``panoh graph``: what authors run after every edit; neither loads messenger or database."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import settings
from bot.authoring import catalog_check
from bot.authoring.catalog_check import Severity
from bot.authoring.graph import mermaid
from bot.engine import check as conversation_check
from bot.loader import Authored, load_authored


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding, as it is printed: where, how bad, what."""

    place: str
    severity: str
    message: str


def check(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Name everything wrong in the conversation and the catalogues, with file and line; exit 1 on errors."""
    found = settings.load()
    authored = load_authored(found.conversation)
    lines = [*_conversation(authored), *_catalogues(authored, found.locales)]
    errors = sum(line.severity == Severity.ERROR for line in lines)
    if as_json:
        rows = [{"place": line.place, "severity": line.severity, "message": line.message} for line in lines]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for line in lines:
            typer.echo(f"{line.place}: {line.severity}: {line.message}")
        nodes = len(authored.conversation.nodes)
        typer.echo(f"{nodes} questions checked: {errors} errors, {len(lines) - errors} warnings")
    if errors:
        raise typer.Exit(1)


def graph(out: Annotated[Path | None, typer.Option(help="Write to this file.", show_default=False)] = None) -> None:
    """Draw the conversation from its table, as a Mermaid diagram in Markdown."""
    text = mermaid(load_authored(settings.load().conversation).conversation)
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


def _conversation(authored: Authored) -> list[Line]:
    return [
        Line(
            place=authored.places.get(finding.place, finding.place),
            severity=Severity.ERROR,
            message=f"{finding.place}: {finding.message} ({finding.code})",
        )
        for finding in conversation_check.findings(authored.conversation)
    ]


def _catalogues(authored: Authored, locales: Path) -> list[Line]:
    return [
        Line(
            place=finding.place,
            severity=finding.severity,
            message=f"{finding.locale} {finding.key}: {finding.message}",
        )
        for finding in catalog_check.findings(authored, locales)
    ]
