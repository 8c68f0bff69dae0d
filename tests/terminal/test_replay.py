"""The player and the replay, on the real intake."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.channels.terminal.player import Player
from bot.channels.terminal.replay import Stage, in_language, replay
from bot.channels.terminal.transcript import Step, Transcript
from bot.errors import ConversationFileError
from bot.ids import ChatId
from tests.chatting import Ground, chatting

TO_CONSENT = ("A1_language.en", "A2_safe_here.yes", "A3_danger.no")


def _with(ground: Ground, folder: Path, test: Callable[[Stage], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with chatting(ground, folder) as (_parts, stage):
            await test(stage)

    asyncio.run(whole())


async def _steps(stage: Stage, *steps: Step) -> list[Step]:
    return [each async for each in replay(Transcript(title="A walk", steps=steps), stage)]


def _taps(*names: str) -> tuple[Step, ...]:
    return (Step(action="start"), *(Step(action="tap", value=name) for name in names))


def test_a_label_that_stands_twice_on_the_screen_is_told_apart_by_name(ground: Ground, tmp_path: Path) -> None:
    """Exit stands under the question and is an option elsewhere; Hide stands under two messages."""

    async def test(stage: Stage) -> None:
        player = Player(stage.intake, ChatId(1), now=stage.now)
        await player.start()
        for name in ("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "C1_contacts.abroad"):
            await player.tap(name)
        hide = [button.name for _, button in player.buttons() if button.label == "Hide"]
        assert sorted(hide) == ["C1_contacts.hide", "C2_abroad.hide"]
        await player.tap("C1_contacts.hide")
        assert [shown.message.name for shown in player.screen.values()] == ["E1_consent_urgent", "C2_abroad"]

    _with(ground, tmp_path, test)


def test_the_buttons_of_the_question_come_before_those_that_stay(ground: Ground, tmp_path: Path) -> None:
    async def test(stage: Stage) -> None:
        player = Player(stage.intake, ChatId(1), now=stage.now)
        await player.start()
        for name in ("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now"):
            await player.tap(name)
        names = [button.name.partition(".")[0] for _, button in player.buttons()]
        assert names == ["E1_consent_urgent"] * 5 + ["C1_contacts"] * 2

    _with(ground, tmp_path, test)


def test_a_button_that_is_not_there_is_named_with_those_that_are(ground: Ground, tmp_path: Path) -> None:
    async def test(stage: Stage) -> None:
        with pytest.raises(ConversationFileError) as error:
            await _steps(stage, *_taps("A1_language.en", "F1_main.travel"))
        assert str(error.value) == (
            "A walk: step 3: there is no button F1_main.travel; "
            "there are A2_safe_here.yes, A2_safe_here.no, A2_safe_here.not_sure, nav.exit"
        )

    _with(ground, tmp_path, test)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step(action="again"), "no button was pressed before"),
        (Step(action="edit", value="words"), "there is no message to change"),
        (Step(action="code", value="1"), "no code 1 was shown"),
    ],
)
def test_a_step_that_cannot_be_done_is_named(ground: Ground, tmp_path: Path, step: Step, expected: str) -> None:
    async def test(stage: Stage) -> None:
        with pytest.raises(ConversationFileError, match=f"^A walk: step 1: {expected}"):
            await _steps(stage, step)

    _with(ground, tmp_path, test)


def test_silence_moves_the_clock_and_clears_what_is_due(ground: Ground, tmp_path: Path) -> None:
    async def test(stage: Stage) -> None:
        began = stage.now()
        steps = _taps(*TO_CONSENT, "B1_consent_store.yes_delete")
        gone = (Step(action="silence", value="1500"), Step(action="tap", value="B2_about_whom.myself"))
        with pytest.raises(ConversationFileError, match=r"step 7: there is no button B2_about_whom\.myself"):
            await _steps(stage, *steps, *gone)
        assert (stage.now() - began).total_seconds() == 1500 * 60

    _with(ground, tmp_path, test)


def test_phones_are_chats_of_their_own(ground: Ground, tmp_path: Path) -> None:
    async def test(stage: Stage) -> None:
        found = await _steps(
            stage,
            *_taps(*TO_CONSENT),
            Step(action="phone", value="2"),
            *_taps("A1_language.tg"),
            Step(action="phone", value="1"),
            Step(action="tap", value="B1_consent_store.yes_send"),
        )
        assert found[-1].see == ("B2_about_whom",)

    _with(ground, tmp_path, test)


def test_another_language_is_chosen_wherever_one_is_chosen(ground: Ground, tmp_path: Path) -> None:
    async def test() -> None:
        async with chatting(ground, tmp_path) as (parts, _stage):
            conversation = parts.library.current.conversation
        walk = Transcript(title="A walk", steps=_taps(*TO_CONSENT))
        tajik = in_language(walk, conversation, "tg")
        assert [step.value for step in tajik.steps] == ["", "A1_language.tg", *TO_CONSENT[1:]]
        with pytest.raises(ConversationFileError, match="the language de is not offered; there are en, ru, tg"):
            in_language(walk, conversation, "de")
        with pytest.raises(ConversationFileError, match="A walk: expected a step that chooses a language"):
            in_language(Transcript(title="A walk", steps=()), conversation, "tg")

    asyncio.run(test())
