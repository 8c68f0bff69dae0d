"""On what a run was measured. What lives here: reading it from the system. Rule kept: no host's name and no path."""

import os
import platform
import sqlite3
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("aiogram", "aiohttp", "cryptography", "pydantic", "sqlalchemy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine and its software. ``load`` is the average of the last minute: above 0 something else ran too."""

    cores: int
    memory_mib: int
    processor: str
    system: str
    python: str
    versions: dict[str, str]
    load: float

    def lines(self) -> list[str]:
        """Return what a report says about it."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return [
            f"{self.cores} cores ({self.processor}), {self.memory_mib} MiB, {self.system}, Python {self.python}",
            versions,
            f"load average at the start: {self.load:.2f}",
        ]


def this_machine() -> Machine:
    """Read what this process runs on."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        memory_mib=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        processor=_processor(),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        versions={name: version(name) for name in LIBRARIES} | {"SQLite": sqlite3.sqlite_version},
        load=os.getloadavg()[0],
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown"
