"""Opening whole cases in the browser: the desk's library against bare ``age-encryption`` over the same files.

The bare side decrypts and nothing else; ours also reads, compares, checks hashes, chain and tags, and makes the rows.
It is quicker where the browser holds the keys itself. Needs npm, Node and Chromium, as the tests of the desk do.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rounds import Figure, Pairs, progress
from bot.app.nature import random_bytes
from bot.engine.conversation import Compartment
from bot.sealing.recipients import new_identity
from tests.desk.library import on_page, served, text
from tests.desk.made_desk import answers_of, made_case

ANSWERS = 8
"""Answers of a case beside the four that every made-up case has."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def measure(folder: Path, *, cases: int) -> list[Figure]:
    """Return the figure for so many cases, one after the other; none where something is not installed."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        progress("opening: left out, Chromium is not installed")
        return []
    reader = new_identity(random_bytes)
    made: list[dict[str, Any]] = []
    for number in range(cases):
        case = made_case(folder / str(number), reader)
        for answer in range(ANSWERS):
            case.answer(f"visibly made up, {answer}", node=f"Q{answer}")
        case.send()
        made.append(answers_of(case, *Compartment))
    script = Path(__file__).with_name("opening.mjs").read_bytes()
    try:
        with served(opening=script) as origin:
            function = """async (job) => (await import("/opening.mjs")).measure(job)"""
            job = {"cases": made, "seed": text(reader.seed)}
            taken = asyncio.run(on_page(Path(browser), origin, function, job))
    except pytest.skip.Exception as missing:
        progress(f"opening: left out, {missing}")
        return []
    # The first cases also warm the browser up.
    pairs = Pairs(ours=taken["ours"][cases // 10 :], bare=taken["bare"][cases // 10 :])
    files = len(made[0]["answer"]["index"])
    return [pairs.figure("opening", f"a case of {files} files in Chromium, against bare age-encryption", "ms")]
