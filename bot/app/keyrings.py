"""The signed keyring as this process uses it: verified at the start, looked at again when the file changes.

A keyring that is unsigned, expired, older than one used before or of another root is refused. When the one in use runs
out, no new draft begins; drafts under way go on with the case keys they have.
"""

from datetime import UTC, datetime
from pathlib import Path

from bot import log
from bot.errors import KeyringError
from bot.ids import Now
from bot.log.events import IntakeClosed, KeyringExpiring, KeyringLoaded
from bot.sealing.keyring import Keyring, Standing, read_keyring
from bot.store.database import Database

SIZE_LIMIT = 512 * 1024
"""64 members of about 4 KB each."""
WARN_DAYS = (30, 14, 7, 1)
"""Days before the end on which the log warns; at a start and in the days of grace it warns too."""


NONE_YET = Keyring(
    serial=0,
    deployment=bytes(16),
    not_before=datetime.fromtimestamp(0, UTC),
    not_after=datetime.fromtimestamp(0, UTC),
    members=(),
)
"""Before the first keyring is signed: nobody is a member, so that people can enrol and no case is served."""


class KeyringFile:
    """The keyring file of this deployment."""

    def __init__(self, path: Path, *, root_fingerprint: str, database: Database, now: Now) -> None:
        """Read and verify the file.

        Raises:
            KeyringError: it cannot be used; says why in one line.
        """
        self._path = path
        self._root_fingerprint = root_fingerprint
        self._database = database
        self._now = now
        self._said: set[str] = set()
        self._warned: int | None = None
        self._changed_at, self._data, self._keyring = self._load(None)

    @property
    def deployment(self) -> bytes:
        """The 16 bytes bound into every sealed object of this deployment."""
        return self._keyring.deployment

    @property
    def verified(self) -> Keyring:
        """The keyring that was verified last, also once it has run out: for staff, who read what was sealed before."""
        return self._keyring

    @property
    def text(self) -> str:
        """The signed file that was verified last."""
        return self._data.decode()

    def current(self) -> Keyring | None:
        """Return the keyring to seal new cases to, or ``None`` once it has run out."""
        if self._keyring.standing(self._now()) in {Standing.VALID, Standing.GRACE}:
            return self._keyring
        self._close("expired")
        return None

    def look_again(self) -> None:
        """Take a changed file into use if it can be trusted; otherwise go on with the one in use."""
        try:
            if self._path.stat().st_mtime_ns == self._changed_at:
                self._warn(self._keyring)
                return
            self._changed_at, self._data, self._keyring = self._load(self.deployment)
        except (OSError, KeyringError):
            self._close("refused")
        else:
            self._said.clear()

    def _close(self, reason: str) -> None:
        if reason not in self._said:
            log.write(IntakeClosed(reason=reason))
        self._said.add(reason)

    def _load(self, deployment: bytes | None) -> tuple[int, bytes, Keyring]:
        lowest = self._database.turn(lambda tx: tx.keyring.highest_serial()).result()
        try:
            changed_at = self._path.stat().st_mtime_ns
            with self._path.open("rb") as file:
                data = file.read(SIZE_LIMIT + 1)
        except OSError as error:
            raise KeyringError(f"the keyring {self._path.name} cannot be read: {error.strerror}") from None
        if len(data) > SIZE_LIMIT:
            raise KeyringError(f"the keyring {self._path.name} is larger than {SIZE_LIMIT // 1024} KiB")
        keyring = read_keyring(data, self._root_fingerprint, self._now(), lowest_serial=lowest)
        if deployment not in {None, keyring.deployment}:
            # Before its serial is noted: that of another deployment would shut out the right keyring.
            raise KeyringError(f"the keyring {self._path.name} is that of another deployment")
        self._database.turn(lambda tx: tx.keyring.record(keyring.serial)).result()
        left = keyring.days_left(self._now())
        log.write(KeyringLoaded(serial=keyring.serial, members=len(keyring.members), days_left=left))
        self._warned = None
        self._warn(keyring)
        return changed_at, data, keyring

    def _warn(self, keyring: Keyring) -> None:
        """Say that the keyring ends: once for each of the days, and each day of grace."""
        left = keyring.days_left(self._now())
        step = min((days for days in WARN_DAYS if left <= days), default=None) if left >= 0 else left
        if step is not None and step != self._warned:
            log.write(KeyringExpiring(serial=keyring.serial, days_left=left))
            self._warned = step


class DeskKeyring:
    """The keyring as the desk uses it, which serves before there is one: the keys in it are made on its page."""

    def __init__(self, path: Path, *, root_fingerprint: str, database: Database, now: Now) -> None:
        """Read the file, if it is there.

        Raises:
            KeyringError: it is there and cannot be used.
        """
        self._path = path
        self._root_fingerprint = root_fingerprint
        self._database = database
        self._now = now
        self._file = self._read() if path.exists() else None

    @property
    def verified(self) -> Keyring:
        """The keyring that was verified last, or the one without members."""
        return NONE_YET if self._file is None else self._file.verified

    @property
    def text(self) -> str:
        """The signed file that was verified last; empty before the first."""
        return "" if self._file is None else self._file.text

    def look_again(self) -> None:
        """Take a new or changed file into use if it can be trusted."""
        if self._file is not None:
            self._file.look_again()
        elif self._path.exists():
            try:
                self._file = self._read()
            except KeyringError:
                log.write(IntakeClosed(reason="refused"))

    def _read(self) -> KeyringFile:
        return KeyringFile(self._path, root_fingerprint=self._root_fingerprint, database=self._database, now=self._now)
