"""The files of one account: what was uploaded, by either side, with its true bytes.

What lives here: the store behind ``file_id`` and ``getFile``. What must not: messages.

Rules kept: an account downloads 20 MB and uploads 50 MB at most, a photo 10 MB (Bot API, "Sending files", getFile).
"""

from dataclasses import dataclass, field
from typing import Any

from bot.emulator.refusals import RefusalError, bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes that ``getFile`` serves (Bot API, getFile)."""
UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes an account may send (Bot API, "Sending files")."""
PHOTO_LIMIT = 10 * 1024 * 1024
"""Bytes an account may send as a photo (Bot API, sendPhoto)."""

_FOLDERS = {"photo": "photos", "voice": "voice", "sticker": "stickers", "video": "videos", "video_note": "video_notes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file part of a request."""

    name: str
    mime: str | None
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of the account. ``size`` may exceed ``len(data)`` for a file that is only pretended to be large."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str | None
    size: int
    data: bytes = field(repr=False)

    def reference(self) -> dict[str, Any]:  # Any: JSON of the Bot API
        """The fields every media object begins with."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """Everything uploaded in one account's world."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, kind: str, name: str, data: bytes, *, mime: str | None = None, size: int | None = None) -> StoredFile:
        """Keep bytes and give them an id; ``size`` pretends another length."""
        number = len(self._by_id) + 1
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        stored = StoredFile(
            file_id=f"EmuFile-{kind}-{number:08d}",
            unique_id=f"Emu{number:08d}",
            path=f"{_FOLDERS.get(kind, 'documents')}/file_{number}{suffix}",
            name=name,
            mime=mime,
            size=len(data) if size is None else size,
            data=data,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        """The file with this id.

        Raises:
            RefusalError: when there is none.
        """
        try:
            return self._by_id[file_id]
        except KeyError:
            raise bad_request("wrong file identifier/HTTP URL specified") from None

    def at(self, path: str) -> StoredFile | None:
        """The file behind a download path, when it may be downloaded."""
        stored = self._by_path.get(path)
        return stored if stored is not None and stored.size <= DOWNLOAD_LIMIT else None

    def upload(self, kind: str, given: Upload) -> StoredFile:
        """Keep a file an account sends.

        Raises:
            RefusalError: when it is empty or too large.
        """
        if not given.data:
            raise bad_request("file must be non-empty")
        if len(given.data) > UPLOAD_LIMIT:
            raise RefusalError(413, "Request Entity Too Large")
        if kind == "photo" and len(given.data) > PHOTO_LIMIT:
            raise bad_request("file is too big")
        return self.add(kind, given.name, given.data, mime=given.mime)

    def describe(self, file_id: str) -> dict[str, Any]:  # Any: JSON of the Bot API
        """The answer to ``getFile``.

        Raises:
            RefusalError: when the id is unknown or the file is above 20 MB.
        """
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return stored.reference() | {"file_path": stored.path}
