"""An exported case on disk: ``case.json`` and the sealed files beside it (``docs/sealed-format.md`` section 13).

Reads, and believes nothing: the index says where to look; what is true stands in the tagged manifests.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError
from bot.sealing.canonical import MalformedError, Record, decode
from bot.sealing.header import ObjectKind

INDEX_NAME = "case.json"
INDEX_LIMIT = 8 * 1_048_576
FILE_LIMIT = 64 * 1_048_576
ENTRIES_LIMIT = 16_384

_FORMAT = "panoh case 1"
_KINDS = {
    "answer": ObjectKind.ANSWER,
    "manifest": ObjectKind.MANIFEST,
    "case_key": ObjectKind.CASE_KEY,
    "reply": ObjectKind.REPLY,
    "consent": ObjectKind.CONSENT,
    "attachment": ObjectKind.ATTACHMENT,
    "note": ObjectKind.NOTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the index."""

    object: bytes
    kind: ObjectKind
    compartment: Compartment
    number: int
    day: str

    @property
    def file_name(self) -> str:
        """Name of the sealed file."""
        return f"{self.object.hex()}.age"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrapped:
    """Who says that they sealed a case-key file anew, to which keyring, and their signature."""

    object: bytes
    version: int
    serial: int
    author: str
    signature: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The index of an exported case, and the folder it stands in."""

    directory: Path
    reference: str
    case: bytes
    deployment: bytes
    urgency: str
    locale: str
    entries: tuple[Entry, ...] = field(repr=False)
    rewraps: tuple[Rewrapped, ...] = field(default=(), repr=False)

    def of(self, kind: ObjectKind, compartment: Compartment) -> list[Entry]:
        """Return the entries of a kind and compartment, by number."""
        found = [entry for entry in self.entries if entry.kind is kind and entry.compartment is compartment]
        return sorted(found, key=lambda entry: entry.number)

    def data(self, entry: Entry) -> bytes | None:
        """Return a sealed file, or ``None`` where it is missing, unreadable or far too long."""
        return _read(self.directory / entry.file_name, FILE_LIMIT)

    def strangers(self) -> list[str]:
        """Return the names of sealed files that the index does not know."""
        known = {entry.file_name for entry in self.entries}
        return sorted(path.name for path in self.directory.glob("*.age") if path.name not in known)


def read_export(directory: Path) -> Export:
    """Read the index of an exported case.

    Raises:
        EnvelopeError: there is none, or it is damaged; names the file and the field.
    """
    data = _read(directory / INDEX_NAME, INDEX_LIMIT)
    if data is None:
        raise EnvelopeError(f"{directory} holds no exported case: {INDEX_NAME} is missing or cannot be read")
    try:
        record = decode(data, INDEX_LIMIT, canonical=False)
        record.one_of("format", (_FORMAT,))
        # Exports made before case keys could be sealed anew do not have this line.
        rewraps = record.each("rewraps", _rewrapped, ENTRIES_LIMIT) if record.has("rewraps") else ()
        export = Export(
            directory=directory,
            reference=record.text("reference", 64),
            case=record.hex("case", 16),
            deployment=record.hex("deployment", 16),
            urgency=record.text("urgency", 64),
            locale=record.text("locale", 64),
            entries=record.each("index", _entry, ENTRIES_LIMIT),
            rewraps=rewraps,
        )
    except MalformedError as error:
        raise EnvelopeError(f"{directory / INDEX_NAME} is damaged: {error}") from None
    if len({entry.object for entry in export.entries}) != len(export.entries):
        raise EnvelopeError(f"{directory / INDEX_NAME} is damaged: an object is listed twice")
    return export


def _entry(record: Record) -> Entry:
    return Entry(
        object=record.hex("object", 16),
        kind=_KINDS[record.one_of("kind", tuple(_KINDS))],
        compartment=Compartment(record.one_of("compartment", tuple(Compartment))),
        number=record.number("number", 2**32 - 1),
        day=record.text("day", 32),
    )


def _rewrapped(record: Record) -> Rewrapped:
    return Rewrapped(
        object=record.hex("object", 16),
        version=record.number("version", 2**32 - 1),
        serial=record.number("serial"),
        author=record.text("author", 64),
        signature=record.text("signature", 8_192),
    )


def _read(path: Path, limit: int) -> bytes | None:
    try:
        # The folder came from somebody else: a pipe in it would be waited for, and a device never ends.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                return None
            data = file.read(limit + 1)
    except OSError:
        return None
    return data if len(data) <= limit else None
