"""The staff's bot ends, or an act of somebody fails: what was asked for is done once, or they hear that it was not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.channels.staff.words import NOT_DONE
from bot.emulator.faults import Cut
from tests.made_up import call
from tests.staff.made_bot import Bot, journey, notices, told


def test_killed_between_the_act_and_its_answer_the_case_is_theirs_and_pressing_again_says_so(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case()
        await told(bot, "Anna")
        (shown,) = notices(bot, "Anna")
        bot.world.fail("answerCallbackQuery", Cut(done=False))
        anna.tap("I take it")
        await bot.until(lambda: bot.read(case).claimed_by == "Anna")
        await bot.kill()
        assert not anna.toasts
        await bot.start()
        anna.tap("I take it", message_id=shown.message_id)
        await bot.until(lambda: bool(anna.toasts))
        assert anna.toasts == ("You had it before.",)
        assert len(call(bot.database, "audit.of_case", case.reference)) == 1

    journey(tmp_path, work, "Anna")


def test_what_was_pressed_and_written_while_the_bot_was_asked_to_end_is_done_once(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna = bot.phones["Anna"]
        cases = [bot.case() for _ in range(4)]
        await bot.until(lambda: len(notices(bot, "Anna")) == len(cases))
        await bot.rounds(1)
        for shown in notices(bot, "Anna"):
            anna.tap("I take it", message_id=shown.message_id)
        await bot.stop()
        held = [bot.read(case).claimed_by for case in cases].count("Anna")
        assert len(anna.toasts) == held, "whatever was done was answered"
        written = bot.case()
        anna.send(f"/claim {written.reference}")
        await bot.start()
        await bot.until(lambda: len(anna.toasts) == len(cases) and anna.sees("It is yours"))
        assert all(toast.startswith("It is yours") for toast in anna.toasts)
        for case in (*cases, written):
            acts = call(bot.database, "audit.of_case", case.reference)
            assert [(act.actor, act.act) for act in acts] == [("bot:Anna", "claim")]

    journey(tmp_path, work, "Anna")


def test_whose_act_is_set_aside_hears_that_nothing_was_done(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case()
        await told(bot, "Anna")
        with closing(sqlite3.connect(bot.folder / "panoh.db")) as database, database:
            # A row that no version of the program wrote.
            database.execute("PRAGMA ignore_check_constraints = ON")
            database.execute("UPDATE cases SET stage = 'nonsense' WHERE id = ?", (case.id,))
        anna.tap("I take it")
        await bot.until(lambda: anna.toasts == (NOT_DONE,))
        anna.send(f"/claim {case.reference}")
        await bot.until(lambda: anna.sees(NOT_DONE))
        anna.send("/duty")
        await bot.until(lambda: anna.sees("On duty until"))

    journey(tmp_path, work, "Anna")
