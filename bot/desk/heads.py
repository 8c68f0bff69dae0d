"""What a local desk remembers, in a small file beside the key: the root, the last head of the audit, the last keyring.

The server could compute its chain of acts anew; it cannot compute what this computer remembers. Nothing secret is in
the file. A head that the server's chain does not contain is never overwritten: the warning stays until people looked.
"""

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import PanohError

FILE_LIMIT = 4_096
_HASH = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The head of the audit as it stood on a day."""

    count: int
    hash: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The root that this desk goes by, the last head that held, and the highest serial of a keyring that did."""

    root: str
    seen: Seen | None = None
    serial: int = 0


class MemoryFile:
    """The file; read once, written whole."""

    def __init__(self, path: Path, root: str | None) -> None:
        """Read what is remembered; ``root`` is what the person names, needed the first time.

        Raises:
            PanohError: no root is known, another one is, or the file cannot be read or written.
        """
        self._path = path
        known = _read(path)
        if root is not None and not _HASH.fullmatch(root):
            raise PanohError("--root is 64 letters, 0 to 9 and a to f, as `panoh keys root` prints them")
        if known is None and root is None:
            raise PanohError("name the root once with --root: the fingerprint that your invitation carried")
        if known is not None and root not in {None, known.root}:
            raise PanohError(f"{path} remembers another root: if yours really changed it, delete that file")
        self.memory = known if known is not None else Memory(root=root or "")
        if known is None:
            self._write()

    def compare(self, count: int, head: str, at_seen: str | None, day: str) -> bool:
        """Whether the server's chain contains the head that is remembered; if it does, remember the new one.

        ``at_seen`` is the hash that the server says stands at the number of the remembered head.

        Raises:
            PanohError: the file cannot be written.
        """
        seen = self.memory.seen
        if seen is not None and (count < seen.count or at_seen != seen.hash):
            return False
        if seen is not None and count == seen.count and head != seen.hash:
            return False
        if count > 0 and (seen is None or count > seen.count):
            self.memory = replace(self.memory, seen=Seen(count=count, hash=head, day=day))
            self._write()
        return True

    def takes(self, serial: int) -> bool:
        """Whether a keyring that holds is not older than one that held before; if it is newer, remember it.

        Raises:
            PanohError: the file cannot be written.
        """
        if serial > self.memory.serial:
            self.memory = replace(self.memory, serial=serial)
            self._write()
        return serial == self.memory.serial

    def _write(self) -> None:
        seen = self.memory.seen
        fields = {"root": self.memory.root}
        if self.memory.serial:
            fields["serial"] = str(self.memory.serial)
        if seen is not None:
            fields |= {"count": str(seen.count), "hash": seen.hash, "day": seen.day}
        new = self._path.with_name(f"{self._path.name}.new")
        try:
            with suppress(FileNotFoundError):
                new.unlink()
            number = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(json.dumps(fields, indent=1) + "\n")
                file.flush()
                os.fsync(number)
            new.replace(self._path)
        except OSError as error:
            raise PanohError(f"{self._path} cannot be written ({error.strerror}): name another with --memory") from None


def _read(path: Path) -> Memory | None:
    """Return what the file says; ``None`` where there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PanohError(f"{path} cannot be read: {error.strerror}") from None
    found = _memory(data)
    if found is None:
        raise PanohError(f"{path} is not what a desk remembers: look at it, then delete it")
    return found


def _memory(data: bytes) -> Memory | None:
    try:
        fields = json.loads(data) if len(data) <= FILE_LIMIT else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not all(isinstance(each, str) for each in fields.values()):
        return None
    if not _HASH.fullmatch(fields.get("root", "")):
        return None
    serial = fields.pop("serial", "0")
    if not _NUMBER.fullmatch(serial):
        return None
    known = Memory(root=fields["root"], serial=int(serial))
    if set(fields) == {"root"}:
        return known
    if set(fields) != {"root", "count", "hash", "day"}:
        return None
    if not (_NUMBER.fullmatch(fields["count"]) and _HASH.fullmatch(fields["hash"]) and _DAY.fullmatch(fields["day"])):
        return None
    return replace(known, seen=Seen(count=int(fields["count"]), hash=fields["hash"], day=fields["day"]))
