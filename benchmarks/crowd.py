"""Rows made directly in the database: many drafts and cases of other people, with the sizes that real ones have.

Each person there has an open draft and a case with a case-key file and an answer; the bytes are random, their lengths
are those of a draft and of objects made by the intake. Six cases in ten wait, three are held by one of twenty, a third
of these pauses, and one is closed; in three languages. No notices, events, acts in the audit, or people who stepped
aside.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import shake_256
from pathlib import Path

import psycopg

from bot.app.nature import now

DRAFTS = (
    "id", "lane", "day", "case_id", "conversation", "revision", "locale", "urgency", "silence", "sent", "expires_at",
    "state", "screens", "owed_since", "clear_by",
)  # fmt: skip
CASES = (
    "id", "reference", "arrived_at", "urgency", "locale", "conversation", "status", "claimed_by", "claimed_at", "read",
    "news", "left_early", "has_code", "compromised", "withdrawn", "deletes_at", "writer",
    "stage", "paused", "clock_since", "closed_at", "language",
)  # fmt: skip
OBJECTS = ("slot", "id", "case_id", "kind", "compartment", "number", "data", "day", "state")
UPDATES = ("account", "update_id", "day")
STATE, SCREENS, CASE_KEY, ANSWER = 5_148, 1_052, 7_312, 5_755
"""Bytes: of a box with the state of a draft with several answers, of its screens, of a case-key file, of an answer."""
OPEN = timedelta(hours=40)
LEVELS = 4
STANDS = ("waiting",) * 6 + ("claimed",) * 3 + ("closed",)
LANGUAGES = ("tg", "ru", "en")
HOLDERS = 20
Row = tuple[object, ...]


def rows(number: int, conversation: str) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    """Yield the rows of so many people, each with its table and columns."""
    today = now().date()
    began = datetime(today.year, today.month, today.day, tzinfo=UTC)
    noise = shake_256(b"crowd").digest(STATE + CASE_KEY + ANSWER)
    until = int((now() + OPEN).timestamp())
    for count in range(number):
        made = shake_256(count.to_bytes(8, "big")).digest(112)
        draft, case, lane, *files = made[:16], made[16:32], made[32:64], made[64:80], made[80:96]
        level = count % LEVELS
        arrived = int((began - timedelta(minutes=count % 40_000)).timestamp())
        # Each of level, standing and language is met with each of the others.
        standing = STANDS[count // LEVELS % len(STANDS)]
        language = LANGUAGES[count // (LEVELS * len(STANDS)) % len(LANGUAGES)]
        holder = f"Holder {count % HOLDERS}" if standing == "claimed" else None
        paused = holder is not None and count % 3 == 0
        state = made + noise[: STATE - len(made)]
        yield "drafts", DRAFTS, (
            draft, lane, today, case, conversation, 7, "ru", level, "send", False, until + count % 90_000, state,
            made + noise[: SCREENS - len(made)], None, until,
        )  # fmt: skip
        yield "cases", CASES, (
            case, f"PN-{case.hex()[:10]}", arrived, level, language, conversation, standing, holder, holder and arrived,
            False, False, False, False, False, False, None, made[96:],
            "info_requested" if paused else "received", paused, arrived, arrived if standing == "closed" else None,
            language,
        )  # fmt: skip
        for name, kind, size in zip(files, ("case_key", "answer"), (CASE_KEY, ANSWER), strict=True):
            slot = int.from_bytes(name[:8], "big", signed=True)
            sealed = made + noise[: size - len(made)]
            yield "objects", OBJECTS, (slot, name, case, kind, "facts", 1, sealed, today, "sent")
        yield "updates", UPDATES, (1, count, today)


def fill(url: str, number: int, conversation: str) -> None:
    """Put the people into a database that holds the conversation already, and let it take stock of itself."""
    if url.startswith("sqlite:///"):
        _fill_sqlite(Path(url.removeprefix("sqlite:///")), number, conversation)
    else:
        _fill_postgresql(url, number, conversation)


def _fill_sqlite(path: Path, number: int, conversation: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        with connection:
            for table, columns, row in rows(number, conversation):
                marks = ", ".join("?" * len(columns))
                values = [each.isoformat() if hasattr(each, "isoformat") else each for each in row]
                names = ", ".join(columns)
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608  our own names
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(url: str, number: int, conversation: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.transaction():
            for wanted in ("drafts", "cases", "objects", "updates"):
                made = (row for table, _, row in rows(number, conversation) if table == wanted)
                columns = next(columns for table, columns, _ in rows(1, conversation) if table == wanted)
                names = ", ".join(columns)
                with connection.cursor().copy(f"COPY {wanted} ({names}) FROM STDIN".encode()) as copy:
                    for row in made:
                        copy.write_row(row)
        connection.execute("VACUUM ANALYZE")
