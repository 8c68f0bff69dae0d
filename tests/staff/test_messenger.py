"""The staff's bot where the messenger fails, makes it wait or cannot be reached; the digest comes through all of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.staff import serve_staff
from bot.emulator.faults import Cut, Fault, TooMany
from bot.errors import ChannelError
from tests.made_up import call
from tests.staff.made_bot import TOKEN, Bot, journey, notices, told


def test_the_digest_comes_at_its_hour_also_when_nothing_waits_and_carries_the_head_of_the_audit(
    tmp_path: Path,
) -> None:
    async def work(bot: Bot) -> None:
        lena = bot.phones["Lena"]
        await bot.rounds(2)
        bot.clock.advance(hours=12)
        head = call(bot.database, "audit.head")
        text = f"0 wait · 0 CRITICAL · 0 overdue · 0 held\nAudit {head.count}:{head.hash.hex()}"
        await bot.until(lambda: lena.sees(text))
        await bot.kill()
        await bot.start()
        await bot.rounds(2)
        assert sum(shown.text == text for shown in lena.screen()) == 1

    journey(tmp_path, work, "Lena")


def digests(bot: Bot, name: str) -> int:
    return sum("0 wait ·" in shown.text for shown in bot.phones[name].screen())


@pytest.mark.parametrize("fault", [Cut(done=False), TooMany(retry_after=1)])
def test_a_digest_that_could_not_be_sent_to_somebody_is_sent_to_them_later_and_to_nobody_twice(
    tmp_path: Path, fault: Fault
) -> None:
    async def work(bot: Bot) -> None:
        bot.world.fail("sendMessage", fault)
        bot.clock.advance(hours=12)
        await bot.until(lambda: digests(bot, "Anna") == digests(bot, "Lena") == 1)
        await bot.rounds(15)
        assert digests(bot, "Anna") == digests(bot, "Lena") == 1

    journey(tmp_path, work, "Anna", "Lena")


def test_who_the_messenger_makes_wait_holds_up_nobody_else(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        bot.world.fail("sendMessage", TooMany(retry_after=600))
        bot.case(locale="tg")
        await bot.rounds(3)
        bot.clock.advance(minutes=5)
        bot.case(locale="ru")
        await bot.until(lambda: bot.phones["Boris"].sees("КРИТИЧНО · ru · новое"))
        assert notices(bot, "Anna") == []

    journey(tmp_path, work, "Anna", "Boris")


@pytest.mark.parametrize("fault", [TooMany(retry_after=1), Cut(done=True), Cut(done=False)])
def test_a_notice_that_could_not_be_sent_is_sent_later(tmp_path: Path, fault: Fault) -> None:
    async def work(bot: Bot) -> None:
        bot.world.fail("sendMessage", fault)
        bot.case()
        await bot.rounds(3)
        while not notices(bot, "Anna"):
            bot.clock.advance(seconds=11)
            await bot.rounds(1)

    journey(tmp_path, work, "Anna")


def test_a_refused_token_names_its_setting(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        await bot.stop()
        assert bot.server is not None
        place = replace(bot.place(bot.server.base_url), token="1:AAother")
        with pytest.raises(ChannelError, match="check PANOH_STAFF_TOKEN") as refused:
            await serve_staff(bot.parts, place, asyncio.Event())
        assert "AAother" not in str(refused.value)

    journey(tmp_path, work)


def test_a_messenger_that_cannot_be_reached_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        await bot.stop()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(serve_staff(bot.parts, bot.place("http://127.0.0.1:9"), stop))
            await asyncio.sleep(0)
            stop.set()

    journey(tmp_path, work)


def test_the_token_is_in_no_log_at_any_level(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case()
        await told(bot, "Anna")
        anna.tap("I take it")
        await bot.until(lambda: anna.sees("you have it"))
        # At DEBUG the database's library writes rows; what it writes is never more than what stands in them.
        ours = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith("sqlalchemy"))
        assert case.reference not in ours
        for secret in (TOKEN, TOKEN.partition(":")[2], str(anna.user_id)):
            assert secret not in caplog.text

    journey(tmp_path, work, "Anna")
