"""``panoh doctor``: one line for each thing that was looked at; exit 1 where one is not as it must be."""

from typing import Annotated

import typer


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Look at this installation: keys, database, duty, what is owed to people, what the machine may write to a disk.

    Run it as the user of the service. Where updates wait it looks for a minute. Parts that are not set up are skipped.

    Example: panoh doctor --json
    """
    import asyncio
    import json

    from bot import log, settings
    from bot.app.doctor import examine, this_machine
    from bot.app.findings import State
    from bot.app.nature import now

    log.start("ERROR")
    found = asyncio.run(examine(settings.load(), this_machine(), now()))
    failed = any(each.state is State.FAILED for each in found)
    if as_json:
        findings = [{"name": each.name, "state": each.state.value, "line": each.line} for each in found]
        typer.echo(json.dumps({"good": not failed, "findings": findings}, indent=1, ensure_ascii=False))
    else:
        for each in found:
            typer.echo(f"{each.state.value:8} {each.name}: {each.line}")
    if failed:
        raise typer.Exit(1)
