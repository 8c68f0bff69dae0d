import pytest

from bot.emulator import VirtualClock, World
from bot.emulator.refusals import RefusalError
from tests.emulator.asking import ask


@pytest.fixture
def world() -> World:
    return World(VirtualClock(), name="Neutral")


def test_texts_are_kept_per_language_and_fall_back_to_the_default(world: World) -> None:
    ask(world, "setMyDescription", description="hello")
    ask(world, "setMyDescription", description="салом", language_code="tg")
    ask(world, "setMyShortDescription", short_description="short")
    ask(world, "setMyName", name="Ёрдам", language_code="tg")
    assert ask(world, "getMyDescription", language_code="tg") == {"description": "салом"}
    assert ask(world, "getMyDescription", language_code="ru") == {"description": "hello"}
    assert ask(world, "getMyShortDescription") == {"short_description": "short"}
    assert ask(world, "getMyName") == {"name": "Neutral"}
    assert world.profile.shown("tg")["name"] == "Ёрдам"


@pytest.mark.parametrize("code", ["tgk", "tg-Cyrl", "TG", "t"])
def test_a_language_code_is_two_small_letters(world: World, code: str) -> None:
    with pytest.raises(RefusalError, match="invalid language code specified"):
        ask(world, "setMyName", name="x", language_code=code)


@pytest.mark.parametrize(
    ("method", "field", "limit"),
    [
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ],
)
def test_texts_have_limits(world: World, method: str, field: str, limit: int) -> None:
    assert ask(world, method, **{field: "x" * limit}) is True
    with pytest.raises(RefusalError, match="is too long"):
        ask(world, method, **{field: "x" * (limit + 1)})


def test_commands_are_kept_per_scope_and_language(world: World) -> None:
    menu, stop = [{"command": "menu", "description": "Меню"}], [{"command": "stop", "description": "Exit"}]
    ask(world, "setMyCommands", commands=stop)
    ask(world, "setMyCommands", commands=menu, scope={"type": "all_private_chats"}, language_code="ru")
    assert ask(world, "getMyCommands") == stop
    assert ask(world, "getMyCommands", scope={"type": "all_private_chats"}, language_code="ru") == menu
    assert world.profile.shown("ru")["commands"] == menu
    assert world.profile.shown("en")["commands"] == stop
    ask(world, "deleteMyCommands")
    assert ask(world, "getMyCommands") == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "Menu", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "m" * 33, "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "menu", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "menu", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
def test_a_command_telegram_would_refuse_is_refused(world: World, command: dict[str, str], words: str) -> None:
    with pytest.raises(RefusalError, match=words):
        ask(world, "setMyCommands", commands=[command])


def test_the_menu_button_is_kept(world: World) -> None:
    assert ask(world, "getChatMenuButton") == {"type": "commands"}
    ask(world, "setChatMenuButton", menu_button={"type": "default"})
    assert ask(world, "getChatMenuButton") == {"type": "default"}


def test_the_account_says_it_stays_out_of_groups(world: World) -> None:
    me = ask(world, "getMe")
    assert (me["is_bot"], me["can_join_groups"], me["can_read_all_group_messages"]) == (True, False, False)
