"""Writing a case into a directory: ``case.json`` and the sealed files it lists (``docs/sealed-format.md`` 13).

Only sealed bytes and what the queue knows in clear are written. Files are readable by their owner only; ``case.json``
comes last, so that a directory without it is known to be unfinished.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from bot.errors import PanohError
from bot.store.staff_values import Rewrap
from bot.store.values import Case, SealedObject

FORMAT = "panoh case 1"


def check_free(directory: Path) -> None:
    """See that a directory is new or empty, so that two cases never mix.

    Raises:
        PanohError: it is not, or cannot be read.
    """
    try:
        used = directory.exists() and any(directory.iterdir())
    except OSError as error:
        raise PanohError(f"{directory} cannot be written: {error.strerror}") from None
    if used:
        raise PanohError(f"{directory} is not empty: name a new directory")


def write_case(
    directory: Path,
    case: Case,
    objects: Sequence[SealedObject],
    rewraps: Sequence[Rewrap] = (),
    *,
    conversation: str,
    deployment: bytes,
) -> None:
    """Write a case into a new or empty directory.

    Args:
        directory: where to, new or empty; made where it is missing.
        case: the case.
        objects: its sealed files.
        rewraps: who sealed its case-key files anew; each says so by a signature.
        conversation: the compiled conversation it was asked in, whose name and version are noted.
        deployment: 16 bytes of the keyring.

    Raises:
        PanohError: the directory cannot be written.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for sealed in objects:
            _write(directory / f"{sealed.id.hex()}.age", sealed.data)
        description = _description(case, objects, rewraps, conversation, deployment)
        _write(directory / "case.json", json.dumps(description, ensure_ascii=False, indent=1).encode() + b"\n")
    except OSError as error:
        raise PanohError(f"{directory} cannot be written: {error.strerror}") from None


def _description(
    case: Case, objects: Sequence[SealedObject], rewraps: Sequence[Rewrap], conversation: str, deployment: bytes
) -> dict[str, object]:
    compiled = json.loads(conversation)
    return {
        "format": FORMAT,
        "reference": case.reference,
        "case": case.id.hex(),
        "deployment": deployment.hex(),
        "status": case.status.value,
        "urgency": case.urgency.value,
        "locale": case.locale,
        "conversation": {
            "id": compiled.get("id"),
            "version": compiled.get("version"),
            "digest": case.conversation,
        },
        "index": [
            {
                "object": sealed.id.hex(),
                "kind": sealed.kind,
                "compartment": sealed.compartment,
                "number": sealed.number,
                "day": sealed.day.isoformat(),
            }
            for sealed in objects
        ],
        "rewraps": [
            {
                "object": each.object_id.hex(),
                "version": each.version,
                "serial": each.serial,
                "author": each.author,
                "signature": each.signature,
            }
            for each in rewraps
        ],
    }


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
