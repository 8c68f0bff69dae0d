"""Opening whole cases in the browser: the desk's library against bare ``age-encryption`` over the same files.

The bare side decrypts and nothing else; ours also reads, compares, checks hashes, chain and tags, and makes the rows.
Each side reads a key once: the reader's before, a case's when it is met. Which side opens a case first alternates.
Where the browser holds keys itself, ours uses that. Needs npm, Node and Chromium, as the tests of the desk do.
"""

import asyncio
import shutil
from pathlib import Path

import pytest

from benchmarks.rounds import Figure, Pairs, progress
from bot.app.nature import random_bytes
from bot.engine.conversation import Compartment
from bot.sealing.recipients import new_identity
from tests.desk.library import on_page, served, text
from tests.desk.made_desk import answers_of, full_case

WARM = 10
"""Cases before those that count, for the browser to warm up on."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def measure(folder: Path, *, cases: int) -> list[Figure]:
    """Return the figure of so many cases, one after the other; none where something is not installed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        progress("opening: left out, Chromium is not installed")
        return []
    reader = new_identity(random_bytes)
    made = [answers_of(full_case(folder / str(number), reader), *Compartment) for number in range(WARM + cases)]
    script = Path(__file__).with_name("opening.mjs").read_bytes()
    try:
        with served(opening=script) as origin:
            function = """async (job) => (await import("/opening.mjs")).measure(job)"""
            job = {"cases": made, "seed": text(reader.seed)}
            taken = asyncio.run(on_page(Path(browser), origin, function, job))
    except pytest.skip.Exception as missing:
        progress(f"opening: left out, {missing}")
        return []
    pairs = Pairs(ours=taken["ours"][WARM:], bare=taken["bare"][WARM:])
    files = len(made[0]["answer"]["index"])
    name = f"{cases} cases of {files} files in Chromium, against bare age"
    return [pairs.figure("opening", name, "ms")]
