import asyncio
from dataclasses import replace
from pathlib import Path

from bot.channels.defender.profile import profiles, publish
from bot.channels.defender.sender import connect
from bot.emulator import VirtualClock, World
from bot.emulator.faults import Refuse, TooMany
from bot.engine.conversation import Conversation
from bot.i18n import with_locales
from bot.loader import load
from tests.channels.line import client, emulated

ROOT = Path(__file__).resolve().parents[2]
SETTERS = ("setMyName", "setMyDescription", "setMyShortDescription", "setMyCommands")


def conversation() -> Conversation:
    return with_locales(load(ROOT / "conversations" / "reprisal"), ROOT / "locales")


def set_calls(world: World) -> int:
    return sum(len(world.asked(method)) for method in SETTERS)


def test_name_descriptions_and_commands_are_set_for_everybody_and_for_each_language() -> None:
    async def run() -> None:
        world = World(VirtualClock())
        async with emulated(world) as url, client(world, url) as telegram:
            assert (
                await publish(telegram, conversation()) == 13
            )  # English is everybody's, so only its commands are its own
            tajik = next(profile for profile in profiles(conversation()) if profile.language == "tg")
            shown = world.profile.shown("tg")
            assert tajik.name in shown.values()
            assert tajik.about in shown.values()
            assert [command for command, _ in tajik.commands] == ["start", "menu", "stop"]

    asyncio.run(run())


def test_what_is_the_same_already_is_not_set_again() -> None:
    async def run() -> None:
        world = World(VirtualClock())
        async with emulated(world) as url, client(world, url) as telegram:
            await publish(telegram, conversation())
            before = set_calls(world)
            assert await publish(telegram, conversation()) == 0
            assert set_calls(world) == before

    asyncio.run(run())


def test_one_changed_text_is_one_change() -> None:
    async def run() -> None:
        world, old = World(VirtualClock()), conversation()
        texts = {locale: dict(strings) for locale, strings in old.texts.items()}
        texts["ru"][old.screens["bot_name"].say] = "Добрый день"
        async with emulated(world) as url, client(world, url) as telegram:
            await publish(telegram, old)
            assert await publish(telegram, replace(old, texts=texts)) == 1

    asyncio.run(run())


def test_a_value_the_messenger_will_not_take_now_stops_nothing() -> None:
    async def run() -> None:
        world = World(VirtualClock())
        world.fail("setMyName", TooMany(retry_after=86400))
        world.fail("getMyCommands", Refuse(code=400, description="Bad Request: no"))
        async with emulated(world) as url, client(world, url) as telegram:
            assert await publish(telegram, conversation()) == 12

    asyncio.run(run())


def test_a_messenger_that_cannot_be_reached_is_asked_once() -> None:
    async def run() -> None:
        # Nobody listens on the discard port of this machine.
        telegram = connect(World(VirtualClock()).token, "http://127.0.0.1:9")
        try:
            assert await publish(telegram, conversation()) == 0
        finally:
            await telegram.session.close()

    asyncio.run(run())


def test_nothing_that_is_shown_before_the_start_names_the_matter() -> None:
    forbidden = ("un ", "оон", "смм", "right", "прав", "ҳуқуқ", "help", "помощ", "кумак", "report", "panoh", "паноҳ")
    for profile in profiles(conversation()):
        words = " ".join((profile.name, profile.short, profile.about, *(text for _, text in profile.commands)))
        assert not [word for word in forbidden if word in f"{words} ".lower()]


def test_commands_and_lengths_are_what_the_messenger_takes() -> None:
    for profile in profiles(conversation()):
        assert 0 < len(profile.name) <= 64
        assert 0 < len(profile.short) <= 120
        assert 0 < len(profile.about) <= 512
        assert all(command.isascii() and command.islower() and text for command, text in profile.commands)
