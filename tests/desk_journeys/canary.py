"""What must stand nowhere after a run: in the database and its log, in what was printed, in what browsers sent."""

import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.offline import keyfiles
from bot.offline.keyfiles import Key
from bot.sealing import totp
from bot.sealing.code import parse_code
from tests.desk_journeys.staff import Enrolled, Sent


@dataclass
class Kept:
    """What is looked for."""

    words: list[str]
    chats: list[int] = field(default_factory=list)
    passphrases: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    return_codes: list[str] = field(default_factory=list)
    people: list[Enrolled] = field(default_factory=list)

    def enrolled(self, person: Enrolled) -> None:
        self.people.append(person)
        self.passphrases.append(person.words)
        self.keys.append(keyfiles.unlock(person.file.read_bytes(), person.words))
        self.secrets.append(person.secret)


def traces(kept: Kept, folder: Path, log: str, sent: Sent) -> list[str]:
    """Name every trace; the private folders of the people themselves are not the server's."""
    database = {path.name: path.read_bytes() for path in folder.glob("panoh.db*")}
    assert database
    assert sent.bodies
    assert "panoh" in log or '"event"' in log
    places = {**database, "the log": log.encode(), **{f"request {n}": body for n, body in enumerate(sent.bodies)}}
    found = [f"{what} in {where}" for what, wanted in _sought(kept) for where, data in places.items() if wanted in data]
    return [*found, *_codes(kept, folder / "panoh.db", log, sent)]


def _sought(kept: Kept) -> Iterator[tuple[str, bytes]]:
    for words in kept.words:
        mark = re.search(r"tyrkviz\w+", words)
        assert mark is not None
        for text in {words, mark.group()}:
            yield from (
                (f"{text!r} as {coding}", text.encode(coding)) for coding in ("utf-8", "utf-16-le", "utf-16-be")
            )
    yield "a private key of age", b"AGE-SECRET-KEY"
    for passphrase in kept.passphrases:
        yield "a passphrase", passphrase.encode()
    for key in kept.keys:
        yield f"the key of {key.name}", key.seed
        yield f"the key of {key.name} in hex", key.seed.hex().encode()
        yield f"the key of {key.name} in base64", b64encode(key.seed)[:40]
    for secret in kept.secrets:
        yield "a secret of the second factor", secret
        yield "a secret of the second factor, as typed", totp.secret_text(secret).rstrip("=").encode()
    for chat in kept.chats:
        yield f"chat {chat}", str(chat).encode()
        yield f"chat {chat} as SQLite writes it", chat.to_bytes(6, "big")
    for code in kept.return_codes:
        parsed = parse_code(code)
        assert parsed is not None
        for text in {code, parsed.words("en"), parsed.digits(), parsed.digits().replace(" ", "")}:
            yield "a return code", text.encode()


def _codes(kept: Kept, database: Path, log: str, sent: Sent) -> Iterator[str]:
    """Six digits stand in longer numbers by chance, so they are looked for as values; sign-in has to send them."""
    wanted = set(kept.codes)
    quoted = [f'"{code}"'.encode() for code in wanted]
    assert any(code in body for code in quoted for body in sent.bodies), "what was sent was really taken down"
    if not wanted.isdisjoint(re.findall(r"(?<!\w)\d{6}(?!\w)", log)):
        yield "a code of the second factor in the log"
    for body in sent.bodies:
        head, _, rest = body.partition(b"\n")
        ways = (b"/api/sign-in ", b"/api/enrolment/confirm ")
        if any(code in rest for code in quoted) and not any(way in head for way in ways):
            yield f"a code of the second factor in {head[:60]!r}"
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in connection.execute(f"SELECT * FROM {name}"):  # noqa: S608  our own names
                if any(str(value) in wanted for value in row):
                    yield f"a code of the second factor in {name}"
