"""``panoh demo``, ``panoh serve`` and ``panoh chat``: the commands that run the conversation.

Each reads what it needs, hands over to ``bot.demo`` or ``bot.app``, and imports them only then.
"""

from pathlib import Path
from typing import Annotated

import typer

KeepOption = Annotated[Path | None, typer.Option(help="Keep keys, database and exports in this new folder.")]


def demo(
    port: Annotated[int, typer.Option(help="Where the page is served; 0 takes a free port.", min=0, max=65535)] = 8080,
    cases: Annotated[int, typer.Option(help="Made-up cases to begin with.", min=0, max=1000)] = 6,
    keep: KeepOption = None,
) -> None:
    """Try everything in a browser, with throw-away keys and no network.

    Example: panoh demo --port 8080 --cases 12
    """
    import asyncio

    from bot import log, settings
    from bot.demo.running import run

    log.start("WARNING")

    async def go() -> None:
        await run(
            port=port,
            cases=cases,
            keep=keep,
            conversation=settings.data("conversations") / "reprisal",
            locales=settings.data("locales"),
            say=typer.echo,
            stop=asyncio.Event(),
        )

    asyncio.run(go())


def serve(
    only: Annotated[str | None, typer.Option(help="Serve one part only: defender, staff, desk or jobs.")] = None,
    leash: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve defenders and staff, from the settings (deploy/env.example lists them).

    Without --only each part that is set up is a process of its own, with only its own secrets. The jobs erase what is
    over. What cannot start says so in one line.

    Example: PANOH_SETTINGS=/etc/panoh/panoh.toml panoh serve --only defender
    """
    import asyncio
    import gc

    # Importing makes hundreds of thousands of objects that all stay: looking for garbage among them is a third of the
    # start, and later a pause of everybody's answers.
    gc.disable()
    from bot import log, settings
    from bot.app import serving_parts

    serving_parts.prepare(only)
    gc.freeze()
    gc.enable()
    loaded = settings.load()
    log.start(loaded.log_level)
    asyncio.run(serving_parts.serve_all(loaded) if only is None else serving_parts.serve_one(loaded, only, leash))


def chat(
    locale: Annotated[str | None, typer.Option(help="Begin in this language: en, ru or tg.")] = None,
    replay: Annotated[Path | None, typer.Option(help="Play a transcript and compare every screen.")] = None,
    record: Annotated[Path | None, typer.Option(help="Write what happens as a transcript.")] = None,
) -> None:
    """Have the same conversation in this terminal; nothing is kept when it ends.

    Answer with the number of a button, or type, as in a messenger. Ctrl-D or Ctrl-C ends. A transcript is played in
    the language it was recorded in, or in the one named.

    Example: panoh chat --locale tg
    """
    from bot import log, settings
    from bot.demo.terminal import run

    log.start("WARNING")
    run(
        conversation=settings.data("conversations") / "reprisal",
        locales=settings.data("locales"),
        locale=locale,
        replayed=replay,
        record=record,
    )
