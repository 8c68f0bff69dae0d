"""Put the conversations and the catalogues, compiled, into the wheel.

Runs when a wheel is built, never in an editable install: a checkout reads its own ``conversations/`` and ``locales/``.
In the wheel they stand below ``bot/_data``, where ``bot.settings`` looks for them when there is no checkout.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("conversations", "locales")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own parameter is not public
    """Adds the data folders to a wheel and compiles each ``.po`` beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name every data file for the wheel; called by hatchling before it packs."""
        if version == "editable":
            return
        root = Path(self.root)
        self.compiled = compiled = Path(tempfile.mkdtemp(prefix="panoh-mo-"))
        inside = build_data["force_include"]
        for folder in CARRIED:
            for source in sorted((root / folder).rglob("*")):
                if not source.is_file() or source.suffix == ".mo":
                    continue
                name = source.relative_to(root)
                inside[str(source)] = f"bot/_data/{name.as_posix()}"
                if source.suffix == ".po":
                    target = compiled / name.with_suffix(".mo")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with source.open("rb") as text, target.open("wb") as machine:
                        write_mo(machine, read_po(text))
                    inside[str(target)] = f"bot/_data/{name.with_suffix('.mo').as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the compiled copies once they are packed; called by hatchling, which sets the parameters."""
        if version != "editable":
            shutil.rmtree(self.compiled)
