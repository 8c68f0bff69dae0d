"""What a thief gets: the database alone, the database with the route keys, and after the live window."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import OpeningError
from bot.ids import ChatId
from bot.intake.draft import chat_from_bytes, from_bytes
from bot.sealing.rest import chat_key, lane, open_screens, open_state, screens_key
from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

WORDS = "MADE UP: tyrkviz, two men came"
CLEAR = {
    "id", "lane", "day", "case_id", "conversation", "revision", "locale", "urgency", "silence", "sent", "expires_at",
    "state", "screens", "owed_since", "clear_by",
}  # fmt: skip


async def _drafting(service: Service) -> Phone:
    phone = Phone(service, "en")
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.taken_or_held")
    await phone.say(WORDS, to="E3_who_where")
    await phone.until_sees("E4_contact.say")
    return phone


def _draft(file: Path) -> sqlite3.Row:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        (row,) = connection.execute("SELECT * FROM drafts").fetchall()
    assert isinstance(row, sqlite3.Row)
    return row


def _route_keys(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in (folder / "route").glob("*.key")]


def test_the_database_alone_yields_counts_days_sizes_urgency_and_language(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _drafting(service)
            await service.stop()
            row = _draft(service.file)
            assert set(row.keys()) == CLEAR
            wrong = bytes(32)
            assert lane(wrong, ChatId(phone.person.user_id)) != row["lane"]
            with pytest.raises(OpeningError):
                open_screens(screens_key(wrong), row["id"], row["revision"], row["screens"])
            with pytest.raises(OpeningError):
                open_state(chat_key(wrong, ChatId(phone.person.user_id)), row["id"], row["revision"], row["state"])
            service.start()

    asyncio.run(journey())


def test_the_database_with_the_route_keys_yields_live_chats_and_their_choices_but_no_words(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _drafting(service)
            await service.stop()
            row = _draft(service.file)
            (key,) = _route_keys(tmp_path)
            chat = chat_from_bytes(open_screens(screens_key(key), row["id"], row["revision"], row["screens"]))
            assert chat.chat == phone.person.user_id, "said plainly in the threat model"
            state = open_state(chat_key(key, ChatId(chat.chat)), row["id"], row["revision"], row["state"])
            assert from_bytes(state).state.picks["E2_what_now"] == ("taken_or_held",)
            assert WORDS.encode() not in state
            assert b"AGE-SECRET-KEY" not in state
            service.start()

    asyncio.run(journey())


def test_when_the_live_window_is_over_nothing_leads_from_a_chat_to_its_case(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _drafting(service)
            await phone.tap("E4_contact.code_only", "Z1_send.send")
            await phone.code()
            await service.later(hours=2)
            assert "drafts" not in service.rows()
            await service.later(days=5)
            assert set(service.rows()) == {"cases", "conversations", "events", "mailboxes", "objects"}
            days = {path.stem for path in (tmp_path / "route").glob("*.key")}
            assert "2026-11-23" not in days, "the key of that day is gone too"
            phone.same(service.queue()[0])

    asyncio.run(journey())
