"""The staff's bot over the emulator: what a notice says, who has the case in the end, what strangers learn."""

import asyncio
from pathlib import Path

import pytest

from bot.casework.actor import Actor
from bot.casework.acts import Acts
from bot.casework.calls import Calls
from bot.casework.people import People
from bot.engine.conversation import Level
from tests.made_up import call
from tests.staff.made_bot import NOTICE, STAFF, Bot, journey, notices, told


def actor_of(name: str) -> Actor:
    return Actor(name=name, roles=frozenset(STAFF[name][0]), place="desk")


def test_a_notice_is_one_line_with_two_buttons_and_nothing_else(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        case = bot.case()
        await told(bot, "Anna")
        (shown,) = notices(bot, "Anna")
        assert (shown.text, shown.rows) == (NOTICE, (("I take it", "I cannot"),))
        assert (shown.protected, shown.preview, shown.silent) == (True, False, False)
        assert case.reference not in shown.text
        assert notices(bot, "Boris") == []

    journey(tmp_path, work, "Anna", "Boris", "Lena")


def test_who_takes_it_has_it_and_a_double_tap_changes_nothing(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case()
        await told(bot, "Anna")
        (shown,) = notices(bot, "Anna")
        for _ in range(2):
            anna.tap("I take it", message_id=shown.message_id)
        await bot.until(lambda: len(anna.toasts) == 2)
        assert anna.toasts == ("It is yours: CRITICAL · tg · you have it · /mine", "You had it before.")
        assert bot.read(case).claimed_by == "Anna"
        acts = call(bot.database, "audit.of_case", case.reference)
        assert [(act.actor, act.act) for act in acts] == [("bot:Anna", "claim")]
        await bot.until(lambda: anna.sees("CRITICAL · tg · you have it · /mine"))

    journey(tmp_path, work, "Anna")


def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told_who(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, boris, case = bot.phones["Anna"], bot.phones["Boris"], bot.case()
        await told(bot, "Anna")
        bot.clock.advance(minutes=5)
        await bot.until(lambda: boris.sees("никто не взял"))
        anna.tap("I take it")
        boris.tap("Беру")
        await bot.until(lambda: bool(anna.toasts and boris.toasts))
        holder = bot.read(case).claimed_by
        assert holder in {"Anna", "Boris"}
        won = {"Anna": "It is yours", "Boris": "Дело ваше"}
        lost = {"Anna": "Boris has it already.", "Boris": "Уже взято: Anna."}
        for name, phone in (("Anna", anna), ("Boris", boris)):
            (toast,) = phone.toasts
            assert toast.startswith(won[name]) if name == holder else toast == lost[name]
        assert len(call(bot.database, "audit.of_case", case.reference)) == 1

    journey(tmp_path, work, "Anna", "Boris")


def test_i_cannot_tells_the_next_at_once_and_then_the_lead(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, boris, lena = (bot.phones[name] for name in ("Anna", "Boris", "Lena"))
        bot.case()
        await told(bot, "Anna")
        anna.tap("I cannot")
        await bot.until(lambda: boris.sees("никто не взял"))
        assert anna.toasts == ("The next one is told.",)
        assert not lena.sees("nobody has it")
        boris.tap("Не могу")
        await bot.until(lambda: lena.sees("nobody has it"))

    journey(tmp_path, work, "Anna", "Boris", "Lena")


def test_nobody_answers_the_next_after_five_minutes_the_lead_after_fifteen(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        boris, lena = bot.phones["Boris"], bot.phones["Lena"]
        bot.case()
        await told(bot, "Anna")
        bot.clock.advance(minutes=4, seconds=58)
        await bot.rounds(3)
        assert not boris.sees("никто не взял")
        bot.clock.advance(seconds=2)
        await bot.until(lambda: boris.sees("КРИТИЧНО · tg · новое · 5 мин · никто не взял"))
        await bot.kill()
        bot.clock.advance(minutes=10)
        await bot.start()
        await bot.until(lambda: lena.sees("CRITICAL · tg · new · 15 min · nobody has it"))

    journey(tmp_path, work, "Anna", "Boris", "Lena")


def test_more_than_five_in_a_minute_come_as_one_line(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna = bot.phones["Anna"]
        await bot.stop()
        for level, locale in (*[(Level.HIGH, "tg")] * 5, (Level.MEDIUM, "ru"), *[(Level.CRITICAL, "tg")] * 6):
            bot.case(level, locale)
        await bot.start()
        await bot.until(lambda: anna.sees("6 new · ru, tg"))
        await bot.until(lambda: anna.sees("6 new · 6 CRITICAL · tg"))
        assert notices(bot, "Anna") == []

    journey(tmp_path, work, "Anna")


def test_a_flood_of_lesser_cases_leaves_the_buttons_to_imminent_danger(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        for _ in range(6):
            bot.case(Level.ROUTINE)
        await bot.until(lambda: bot.phones["Anna"].sees("6 new · tg") or len(notices(bot, "Anna")) > 0)
        bot.case()
        await told(bot, "Anna")

    journey(tmp_path, work, "Anna")


def test_a_case_that_gets_more_after_it_was_read_is_told_to_who_holds_it(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case(Level.HIGH)
        await told(bot, "Anna", "HIGH · tg · new · 0 min · nobody has it")
        anna.tap("I take it")
        await bot.until(lambda: anna.sees("you have it"))
        call(bot.database, "cases.mark_read", case.id, bot.clock())
        call(bot.database, "cases.add_news", case.id, bot.clock())
        await bot.until(lambda: anna.sees("HIGH · tg · more was added · 0 min · you have it"))

    journey(tmp_path, work, "Anna", "Boris")


def test_what_is_overdue_is_told_once(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna = bot.phones["Anna"]
        bot.case(Level.HIGH)
        await told(bot, "Anna", "HIGH · tg · new · 0 min · nobody has it")
        await bot.stop()
        bot.clock.advance(hours=25)
        await bot.start()
        await bot.until(lambda: anna.sees("HIGH · tg · overdue · 1 h · nobody has it"))
        assert await asyncio.to_thread(bot.parts.notices.find_overdue) == 0

    journey(tmp_path, work, "Anna")


def test_commands_show_the_queue_claim_and_give_back(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, case = bot.phones["Anna"], bot.case()
        await told(bot, "Anna")

        async def said(command: str, answer: str) -> None:
            anna.send(command)
            await bot.until(lambda: (last := anna.last()) is not None and last.text == answer)

        await said("/queue", f"{case.reference} · CRITICAL · tg · 0 min · nobody has it")
        await said("/mine", "Nothing there.")
        await said(f"/claim {case.reference.lower()}", "It is yours: CRITICAL · tg · you have it · /mine")
        await said("/mine", f"{case.reference} · CRITICAL · tg · 0 min")
        knowingly = "That case is critical: hand it to somebody at the desk, or give it back knowingly: "
        await said(f"/release {case.reference}", f"{knowingly}/release {case.reference} yes")
        await said(f"/release {case.reference} yes", "Given back.")
        await said(f"/release {case.reference} yes", "You do not hold that case.")
        await said("/claim PN-0000-0000", "It is not there for you.")
        await said("/claim", "Which one? Write its reference, such as /claim PN-XXXX-XXXX")
        await said("/mute 3", "Quiet until 23.11. 12:00 UTC; the next ones on duty are told instead. /mute 0 ends it.")
        await said("/mute 0", "You are told again.")
        for unreadable in ("off", "-1", "30m", "25", "100"):
            anna.send(f"/mute {unreadable}")
            anna.send("/duty")
            how = "Write for how many hours, from 1 to 24, such as /mute 3; /mute 0 ends it."
            await bot.until(lambda: (last := anna.last()) is not None and last.text.startswith("On duty"))
            assert [shown.text for shown in anna.screen() if not shown.incoming][-2] == how

    journey(tmp_path, work, "Anna")


@pytest.mark.parametrize("said", ["/start", "/queue", "/duty", "hello", "/start ABCD-EFGH-JKMN", "/claim PN-0000-0000"])
def test_a_stranger_hears_one_neutral_line(tmp_path: Path, said: str) -> None:
    async def work(bot: Bot) -> None:
        bot.case()
        stranger = bot.world.user()
        stranger.send(said)
        await bot.until(lambda: stranger.last() is not None)
        assert [shown.text for shown in stranger.screen() if not shown.incoming] == [
            "Please send your code. / Пришлите ваш код."
        ]

    journey(tmp_path, work)


def test_a_code_links_once_and_not_after_ten_minutes(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        code, other = bot.code("Anna"), bot.world.user()
        anna = bot.world.user()
        anna.send(code.lower().replace("-", " "))
        await bot.until(lambda: anna.sees("Linked: Anna"))
        other.start(code)
        await bot.until(lambda: other.last() is not None)
        assert not other.sees("Anna")
        late = bot.code("Boris")
        bot.clock.advance(minutes=10)
        other.send(late)
        await bot.until(lambda: sum(not shown.incoming for shown in other.screen()) == 2)
        assert not other.sees("Boris")

    journey(tmp_path, work)


def test_who_left_is_told_nothing_and_learns_nothing(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, boris = bot.phones["Anna"], bot.phones["Boris"]
        office = bot.parts.office
        await asyncio.to_thread(lambda: People(office).offboard(actor_of("Lena"), "Anna"))
        bot.case()
        await bot.until(lambda: boris.sees("никто не взял"))
        anna.send("/queue")
        await bot.until(lambda: anna.sees("Please send your code."))
        assert not anna.sees("PN-")
        assert notices(bot, "Anna") == []

    journey(tmp_path, work, "Anna", "Boris")


def test_a_group_is_left_without_a_word(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        person = bot.world.user()
        group = bot.world.group("MADE UP", (person,))
        await bot.until(lambda: len(bot.world.asked("leaveChat")) > 0)
        assert [asked for asked in bot.world.asked("sendMessage") if asked.parameters["chat_id"] == group.chat_id] == []

    journey(tmp_path, work)


def test_whoever_blocks_the_bot_is_passed_over(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        bot.phones["Anna"].block()
        bot.case()
        await bot.until(lambda: bot.phones["Boris"].sees("никто не взял"))

    journey(tmp_path, work, "Anna", "Boris")


@pytest.mark.parametrize(
    "raw",
    [
        {"message": {"message_id": 1}},
        {"message": "nonsense"},
        {"callback_query": {"id": "1", "from": {"id": 5}}},
        {"message": {"message_id": 2**70, "date": "x", "chat": {"id": 5, "type": "private"}}},
        {"some_new_kind": {}},
    ],
)
def test_an_update_that_cannot_be_read_stops_nobody(tmp_path: Path, raw: dict[str, object]) -> None:
    async def work(bot: Bot) -> None:
        bot.world.inject(raw)
        anna = bot.phones["Anna"]
        anna.send("/duty")
        await bot.until(lambda: anna.sees("On duty until"))

    journey(tmp_path, work, "Anna")


def test_a_forward_that_no_library_reads_is_a_message_all_the_same(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna = bot.phones["Anna"]
        anna.forward("MADE UP", sender=None)
        anna.send("/duty")
        await bot.until(lambda: anna.sees("On duty until"))

    journey(tmp_path, work, "Anna")


def test_a_call_from_the_desk_reaches_a_reader_on_duty(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        boris, case = bot.phones["Boris"], bot.case(Level.HIGH, "ru")
        await bot.until(lambda: boris.sees("новое"))
        calls = Calls(bot.parts.office, lambda: None)
        number = await asyncio.to_thread(calls.call, actor_of("Boris"), case.reference, "lead")
        assert number == 1
        await bot.until(lambda: bot.phones["Lena"].sees("HIGH · ru · the lead is asked for · 0 min · nobody has it"))

    journey(tmp_path, work, "Anna", "Boris", "Lena")


def test_a_case_is_told_to_who_reads_what_it_is_written_in(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        case = bot.case(locale="ru", language="tg")
        await told(bot, "Anna")
        assert not bot.phones["Boris"].sees("tg")
        bot.phones["Anna"].send("/queue")
        await bot.until(lambda: bot.phones["Anna"].sees(f"{case.reference} · CRITICAL · tg"))

    journey(tmp_path, work, "Anna", "Boris", "Lena")


def test_who_is_given_a_case_by_a_colleague_is_told(tmp_path: Path) -> None:
    async def work(bot: Bot) -> None:
        anna, boris, case = bot.phones["Anna"], bot.phones["Boris"], bot.case(Level.HIGH)
        await told(bot, "Anna", "HIGH · tg · new · 0 min · nobody has it")
        anna.tap("I take it")
        await bot.until(lambda: anna.sees("you have it"))
        acts = Acts(bot.parts.office)
        await asyncio.to_thread(acts.transfer, actor_of("Anna"), case.reference, "Boris")
        await bot.until(lambda: boris.sees("СРОЧНО · tg · передано вам · 0 мин · у вас"))

    journey(tmp_path, work, "Anna", "Boris")
