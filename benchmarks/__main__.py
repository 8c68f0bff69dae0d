"""``make bench``: measures what the design promises about cost, and prints ratios from one run on this machine."""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from benchmarks import desk, growth, opening, sealing, starting, turns
from benchmarks.machine import this_machine
from benchmarks.rounds import Figure, as_json, progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured. ``people`` go round one after the other in each round; ``at_once`` go round at
    the same time; ``many`` drafts and cases; ``opened`` cases in the browser."""

    rounds: int
    people: int
    at_once: int
    many: int
    opened: int


FULL = Size(rounds=7, people=20, at_once=50, many=100_000, opened=100)
QUICK = Size(rounds=1, people=2, at_once=8, many=2_000, opened=20)
PARTS = ("sealing", "opening", "turns", "growth", "desk", "start")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of everything, for development")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON too")
    parser.add_argument("--only", choices=PARTS, help="one part")
    given = parser.parse_args()
    machine, began = this_machine(), perf_counter()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="panoh-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        for part, work in _parts(folder, QUICK if given.quick else FULL).items():
            if given.only in {None, part}:
                progress(f"{part} (load average {os.getloadavg()[0]:.1f})")
                figures += work()
    print("\n".join([*machine.lines(), ""]))
    print("\n".join(figure.line() for figure in figures))
    missed = sum(figure.met is False for figure in figures)
    minutes, load = (perf_counter() - began) / 60, os.getloadavg()[0]
    print(f"\n{missed} targets missed; {minutes:.1f} minutes; load average at the end: {load:.2f}")
    if given.json is not None:
        given.json.write_text(as_json(asdict(machine), figures) + "\n", "utf-8")


def _parts(folder: Path, size: Size) -> dict[str, Callable[[], list[Figure]]]:
    for part in PARTS:
        (folder / part).mkdir()
    return {
        "sealing": lambda: sealing.measure(rounds=size.rounds * 40, repeats=10),
        "opening": lambda: opening.measure(folder / "opening", cases=size.opened),
        "turns": lambda: turns.measure(folder / "turns", rounds=size.rounds, people=size.people, at_once=size.at_once),
        "growth": lambda: growth.measure(folder / "growth", rounds=size.rounds, many=size.many),
        "desk": lambda: desk.measure(folder / "desk", rounds=size.rounds, many=size.many),
        "start": lambda: starting.measure(folder / "start", rounds=min(size.rounds, 5), many=size.many),
    }


if __name__ == "__main__":
    main()
