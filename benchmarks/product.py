"""Our side as a process: ``python -m benchmarks.product '{…}'``. The real service; only the messenger's speed limit,
which the emulator does not have, is lifted, since it would be all that is measured.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks.installation import Installation
from bot.app.intake import assemble
from bot.app.nature import now, random_bytes
from bot.app.serving import Hook, Line, serve
from bot.channels.pace import Pace
from bot.store.database import Database


async def main(task: dict[str, Any]) -> None:  # Any: JSON of the task
    """Serve until the process is ended."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    hook = task["hook"]
    line = Line(
        token=task["token"],
        api=task["api"],
        hook=Hook(url=hook["url"], secret=hook["secret"], host="127.0.0.1", port=hook["port"]) if hook else None,
        pace=Pace(chat_rate=1e6, rate=1e6),
    )
    database = Database(task["database_url"])
    place = Installation(
        folder=Path(task["folder"]),
        keyring=Path(task["keyring"]),
        root_fingerprint=task["root_fingerprint"],
        database_url=task["database_url"],
    ).place()
    try:
        await serve(assemble(place, database, now=now, random_bytes=random_bytes), line, stop, now=now)
    finally:
        database.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
