"""Made-up drafts, cases and sealed objects for the tests of the store and of what stands on it."""

import itertools
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from bot.engine.conversation import Level
from bot.ids import CaseId, Digest, DraftId, ObjectId, Reference
from bot.store.database import Database
from bot.store.values import Case, Draft, Mailbox, ObjectState, Reply, SealedObject, Silence

NOW = datetime(2026, 11, 23, 14, 37, 21, tzinfo=UTC)
DIGEST = Digest("ab" * 32)
COMPILED = '{"id":"reprisal","version":"1"}'

_numbers = itertools.count(1)


def some_id() -> Any:
    """16 bytes that no other call returns, spread over the whole range as random ones are."""
    return (next(_numbers) * 0x9E3779B97F4A7C15 % 2**64).to_bytes(8, "big") + bytes(8)


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {
        "id": DraftId(some_id()),
        "lane": some_id() * 2,
        "day": NOW.date(),
        "case_id": CaseId(some_id()),
        "conversation": DIGEST,
        "revision": 1,
        "locale": "ru",
        "urgency": Level.ROUTINE,
        "silence": Silence.SEND,
        "sent": False,
        "expires_at": NOW.replace(microsecond=0) + timedelta(hours=24),
        "state": b"encrypted state",
        "screens": b"encrypted screens",
    }
    return Draft(**values | changes)


def sealed(case_id: bytes, **changes: Any) -> SealedObject:
    values: dict[str, Any] = {
        "id": ObjectId(some_id()),
        "case_id": CaseId(case_id),
        "kind": "answer",
        "compartment": "facts",
        "number": 0,
        "data": b"age-encryption.org/v1 made up",
        "day": NOW.date(),
        "state": ObjectState.DRAFT,
    }
    return SealedObject(**values | changes)


def case(**changes: Any) -> Case:
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": CaseId(some_id()),
        "reference": Reference(f"PN-TEST-{number:04d}"),
        "arrived_at": NOW,
        "urgency": Level.ROUTINE,
        "locale": "tg",
        "language": changes.get("locale", "tg"),
        "conversation": DIGEST,
    }
    return Case(**values | changes)


def mailbox(case_id: bytes, **changes: Any) -> Mailbox:
    values: dict[str, Any] = {
        "id": some_id(),
        "case_id": CaseId(case_id),
        "capsule": b"encrypted capsule",
        "created_day": NOW.date(),
    }
    return Mailbox(**values | changes)


def reply(mailbox_id: bytes, **changes: Any) -> Reply:
    values: dict[str, Any] = {"id": ObjectId(some_id()), "mailbox_id": mailbox_id, "data": b"age", "day": NOW.date()}
    return Reply(**values | changes)


def call(database: Database, act: str, *arguments: Any) -> Any:
    """Call one method of one repository, such as ``cases.claim``, in a turn of its own."""
    return database.turn(lambda transaction: attrgetter(act)(transaction)(*arguments)).result()


def with_conversation(database: Database) -> Database:
    """Put the conversation that every made-up draft and case names."""
    call(database, "conversations.put", DIGEST, COMPILED)
    return database


def submitted(database: Database, **changes: Any) -> Case:
    """Put a made-up case into the queue and return it."""
    new = case(**changes)
    call(database, "cases.submit", new)
    return new
