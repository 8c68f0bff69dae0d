"""What rests of a staff chat and of a notice: nothing that names the chat, no hour once somebody has the case."""

import asyncio
from pathlib import Path

import pytest

from bot.casework.actor import Actor
from bot.casework.links import LENGTH, Chats, looks_like_code
from bot.casework.people import People
from bot.errors import PersonUnavailableError
from bot.ids import ChatId
from tests.made_up import call
from tests.staff.made_bot import STAFF_KEY, Bot, running


def test_the_database_alone_says_to_nobody_which_chat_is_whose(tmp_path: Path) -> None:
    async def test() -> None:
        async with running(tmp_path, "Anna") as bot:
            (link,) = call(bot.database, "links.all")
            chat = bot.phones["Anna"].user_id
            for form in (chat.to_bytes(8, "big", signed=True), str(chat).encode()):
                assert form not in link.lane + link.chat
            assert Chats(STAFF_KEY, bytes).chat(link) == ChatId(chat)
            assert Chats(bytes(32), bytes).chat(link) is None
            assert str(chat) not in repr(link)

    asyncio.run(test())


def test_a_lost_phone_that_was_unlinked_is_told_nothing_and_learns_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        async with running(tmp_path, "Anna", "Boris") as bot:
            people, administrator = People(bot.parts.office), Actor(name="Adam", place="console")
            await asyncio.to_thread(people.unlink, administrator, "Anna")
            with pytest.raises(PersonUnavailableError):
                await asyncio.to_thread(people.unlink, administrator, "Anna")
            bot.case()
            await bot.until(lambda: bot.phones["Boris"].sees("никто не взял"))
            bot.phones["Anna"].send("/queue")
            await bot.until(lambda: bot.phones["Anna"].sees("Please send your code."))
            assert not bot.phones["Anna"].sees("nobody has it")
            acts = call(bot.database, "audit.page", 0, 10)
            assert [(row.act, row.reason) for row in acts][-1] == ("unlink", "Anna")

    asyncio.run(test())


def test_once_somebody_has_a_case_its_notice_keeps_the_day_only(tmp_path: Path) -> None:
    async def test() -> None:
        async with running(tmp_path, "Anna") as bot:
            anna, case = bot.phones["Anna"], bot.case()
            await bot.until(lambda: anna.sees("nobody has it"))
            anna.tap("I take it")
            await bot.until(lambda: anna.sees("you have it"))
            await bot.rounds(2)
            notice = call(bot.database, "notices.of_case", case.id)
            assert (notice.taken, notice.due) == (True, None)
            assert notice.since == bot.clock().replace(hour=0, minute=0, second=0, microsecond=0)

    asyncio.run(test())


def test_a_code_has_twelve_letters_that_are_not_taken_for_one_another(tmp_path: Path) -> None:
    bot = Bot(tmp_path)
    codes = [bot.code("Anna") for _ in range(20)]
    bot.database.close()
    assert len(set(codes)) == 20
    for code in codes:
        assert len(code.replace("-", "")) == LENGTH
        assert not set(code) & set("ILOU01")
        assert looks_like_code(code.lower().replace("-", " "))


@pytest.mark.parametrize(
    "text", ["", "/start", "hello", "ABCD-EFGH-JKM", "ABCD-EFGH-JKM0", "ABCD-EFGH-JKMNP", "абвг-дежз-ийкл"]
)
def test_other_words_are_no_code(text: str) -> None:
    assert not looks_like_code(text)
