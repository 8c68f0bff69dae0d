"""The keys that lie in the folder of secrets, one in a file: the ping key, the desk's, that of the staff's bot."""

from pathlib import Path
from typing import Literal

from bot.errors import SettingsError

KEY_BYTES = 32


def read_key(folder: Path, name: Literal["ping_key", "desk_key", "staff_key"]) -> bytes:
    """Return a key from its file of 64 hex letters.

    Raises:
        SettingsError: it is missing or another thing; shows how one is made.
    """
    try:
        key = bytes.fromhex((folder / name).read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"PANOH_SECRETS_DIR: the file {name} is missing or is not 64 hex letters. "
            "A good value: the output of `openssl rand -hex 32`"
        )
    return key
