"""The page: its files, its hash, and the headers that go with every answer, the page's and the API's.

The headers let a page run our own script only, from our own address, in nobody's frame; ``bot.desk.guard`` adds them.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
)
NEVER_KEPT = "no-store"
ASKED_AGAIN = "no-cache"
"""For the page's files: kept, and compared with the server's each time."""
INDEX = "index.html"
_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_TEXT = "text/plain; charset=utf-8"


@cache
def _files() -> Mapping[str, bytes]:
    folder = files("bot.desk") / "static"
    return MappingProxyType({each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()})


def static_file(name: str) -> tuple[bytes, str] | None:
    """Return one file of the page and its type; ``None`` for any other name, paths included."""
    data = _files().get(name)
    return None if data is None else (data, _TYPES.get(name.rpartition(".")[2], _TEXT))


@cache
def page_hash() -> str:
    """Return 64 hex letters that stand for all files of the page: what people compare between two computers."""
    whole = sha256(b"panoh page 1\n")
    for name, data in sorted(_files().items()):
        whole.update(f"{sha256(data).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()
