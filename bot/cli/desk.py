"""``panoh desk``: the desk on the reader's own computer. Reads the key file; the work is ``bot.desk.local``'s."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.desk.local import OwnKey, Started


def desk(
    server: Annotated[str, typer.Option(help="The desk's address, as in the invitation: https://…")],
    key: Annotated[
        Path | None, typer.Option(help="Your key file; it stays here, under its passphrase. Leave it out to enrol.")
    ] = None,
    port: Annotated[int, typer.Option(help="Where the page is served; 0 takes a free port.", min=0, max=65535)] = 0,
    root: Annotated[str | None, typer.Option(help="The root's fingerprint; needed once, then remembered.")] = None,
    memory: Annotated[
        Path | None,
        typer.Option(help="Remembers the root and the last record of acts; default KEY.desk or panoh.desk."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each address as a line of JSON.")] = False,
) -> None:
    """Serve the desk's page from this computer, to this computer: the way for real work. Ctrl-C ends it.

    Example: panoh desk --server https://desk.example --key Aziza.key --root 3f9a…
    """
    import asyncio
    import signal

    from bot import log, settings
    from bot.app.nature import now, random_bytes
    from bot.desk.heads import MemoryFile
    from bot.desk.local import run_local
    from bot.desk.upstream import Upstream, origin_of
    from bot.desk.words import words_of

    log.start("WARNING")
    upstream = Upstream(origin_of(server))
    own = None if key is None else _own_key(key)
    beside = Path("panoh.desk") if key is None else key.with_name(f"{key.name}.desk")
    remembered = MemoryFile(memory or beside, root.strip().lower() if root else None)

    async def go() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with upstream:
            await run_local(
                upstream,
                own,
                remembered,
                port=port,
                words=words_of(settings.data("locales")),
                now=now,
                random_bytes=random_bytes,
                tell=_json_line if as_json else _lines,
                warn=lambda line: typer.echo(line, err=True),
                stop=stop,
            )

    asyncio.run(go())


def _own_key(path: Path) -> "OwnKey":
    from bot.desk.local import OwnKey
    from bot.errors import KeyFileError
    from bot.offline.keyfiles import KeyRole, head, read_small

    data = read_small(path)
    found = head(data)
    if found.role is not KeyRole.REVIEWER:
        raise KeyFileError(f"{path} is the {found.role.value} key: the desk takes your own key file, nothing else")
    return OwnKey(name=found.name, file=data.decode())


def _lines(started: "Started") -> None:
    if started.first:
        typer.echo(f"Panoh {started.version}, page {started.page}")
        typer.echo(f"Server: {started.server}")
        typer.echo(f"Open: {started.address}")
        if "#" in started.address:
            typer.echo("The address works once; a new one is shown here when it was used.")
        else:
            typer.echo("An invitation is opened here: put this address in place of the server's in its link.")
        typer.echo("Press Ctrl-C to end.")
    else:
        typer.echo(f"To sign in again, open: {started.address}")


def _json_line(started: "Started") -> None:
    import json

    fields = {
        "address": started.address,
        "server": started.server,
        "version": started.version,
        "page": {"hash": started.page},
    }
    typer.echo(json.dumps(fields))
