"""The recorded conversations of ``tests/transcripts``, played through the real intake, screen by screen.

Between any two steps the draft is in its encrypted JSON and nowhere else. Together they pass every question and every
row of the table of transitions in ``docs/conversation.md``. A wanted change of screens is written into the files by
``pytest tests/test_transcripts.py --update-transcripts``; look at the difference before you commit it.
"""

import asyncio
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import bot.intake.acts
import bot.intake.before
import bot.intake.service
import bot.intake.trial
from bot.authoring.coverage import coverage
from bot.channels.terminal.replay import in_language, replay
from bot.channels.terminal.transcript import Transcript, read, write
from bot.engine.conversation import Conversation, Do, Kind
from bot.engine.effects import Clear, Drop, Effect, Keep, Show, Submit, Wipe
from bot.engine.events import (
    Back,
    Delete,
    Done,
    Event,
    Exit,
    Forget,
    Locale,
    Open,
    Pick,
    Revisit,
    Send,
    Set,
    Skip,
    Unreadable,
    View,
    Words,
)
from bot.engine.guards import holds
from bot.engine.state import END, MENU, Mark, State
from bot.engine.step import step
from bot.errors import ConversationFileError
from bot.intake.screens import ANSWERED
from bot.sealing.code import looks_like_code
from tests.chatting import Ground, chatting, ground

__all__ = ["ground"]

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "tests" / "transcripts").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
IN_OTHER_LANGUAGES = ("danger_sent", "ordinary_sent", "ticks", "topic_permissions", "silence_sends")
ENGINE_IN_USE = (bot.intake.acts, bot.intake.before, bot.intake.service, bot.intake.trial)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One step of the engine, as it happened while a transcript was played."""

    conversation: Conversation
    before: State
    event: Event
    after: State
    effects: tuple[Effect, ...]

    @property
    def shown(self) -> list[str]:
        return [effect.screen for effect in self.effects if isinstance(effect, Show)]

    @property
    def asked_again(self) -> bool:
        return self.after.at == self.before.at and self.after.marks == self.before.marks

    def has(self, kind: type[Effect]) -> bool:
        return any(isinstance(effect, kind) for effect in self.effects)

    def does(self, do: Do) -> bool:
        node = self.conversation.nodes.get(self.before.at)
        return node is not None and any(option.do is do and self.event == Pick(option.id) for option in node.options)


@dataclass(frozen=True, kw_only=True)
class Played:
    """A transcript as it stands in its file, as it went, and what the engine did meanwhile."""

    recorded: Transcript
    found: Transcript
    moves: tuple[Move, ...]


class Stagehand:
    """Plays each transcript once in this process, whoever asks for it."""

    def __init__(self, ground: Ground, folder: Callable[[str], Path]) -> None:
        self._ground = ground
        self._folder = folder
        self._played: dict[str, Played] = {}

    def play(self, name: str) -> Played:
        if name not in self._played:
            recorded = read(ROOT / "tests" / "transcripts" / f"{name}.yaml")
            self._played[name] = asyncio.run(self._play(name, recorded))
        return self._played[name]

    def play_in(self, name: str, locale: str) -> Played:
        return asyncio.run(self._play(name, self.play(name).recorded, locale))

    async def _play(self, name: str, recorded: Transcript, locale: str | None = None) -> Played:
        moves: list[Move] = []

        def watched(conversation: Conversation, state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
            after, effects = step(conversation, state, event)
            moves.append(Move(conversation=conversation, before=state, event=event, after=after, effects=effects))
            return after, effects

        with pytest.MonkeyPatch.context() as patch:
            for module in ENGINE_IN_USE:
                patch.setattr(module, "step", watched)
            async with chatting(self._ground, self._folder(name)) as (parts, stage):
                if locale is not None:
                    recorded = in_language(recorded, parts.library.current.conversation, locale)
                try:
                    found = tuple([each async for each in replay(recorded, stage)])
                except ConversationFileError as error:
                    pytest.fail(f"{name}.yaml: {error}", pytrace=False)
        return Played(recorded=recorded, found=replace(recorded, steps=found), moves=tuple(moves))


@pytest.fixture(scope="session")
def stagehand(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Stagehand:
    return Stagehand(ground, tmp_path_factory.mktemp)


def same(played: Played, name: str) -> None:
    """Fail with what differs, in the words of the file."""
    recorded, found = write(played.recorded), write(played.found)
    if recorded != found:
        lines = difflib.unified_diff(
            recorded.splitlines(), found.splitlines(), f"{name}.yaml, as recorded", "as it goes now", lineterm="", n=4
        )
        pytest.fail("\n".join([played.recorded.title, *lines]), pytrace=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_conversation_goes_as_it_was_recorded(
    stagehand: Stagehand, request: pytest.FixtureRequest, name: str
) -> None:
    played = stagehand.play(name)
    if request.config.getoption("--update-transcripts"):
        (ROOT / "tests" / "transcripts" / f"{name}.yaml").write_text(write(played.found), "utf-8")
    else:
        same(played, name)


@pytest.mark.parametrize("locale", ["ru", "tg"])
@pytest.mark.parametrize("name", IN_OTHER_LANGUAGES)
def test_it_goes_the_same_way_in_another_language(stagehand: Stagehand, name: str, locale: str) -> None:
    played = stagehand.play_in(name, locale)
    assert played.moves[-1].after.locale == locale
    same(played, name)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_transcript_is_written_as_the_recorder_writes_and_holds_no_code(path: Path) -> None:
    transcript = read(path)
    assert path.read_text("utf-8") == write(transcript)
    typed = [each.value for each in transcript.steps if each.action in {"say", "edit"}]
    codes = [text for text in typed if looks_like_code(text) and not set(text) <= set("1 ")]
    assert codes == []


# -- together they cover the conversation --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def moves(stagehand: Stagehand) -> tuple[Move, ...]:
    return tuple(move for name in NAMES for move in stagehand.play(name).moves)


def test_together_they_pass_every_question(moves: tuple[Move, ...]) -> None:
    conversation = moves[0].conversation
    covered = coverage(conversation, ((move.before, move.event, move.after) for move in moves))
    assert covered.missing_nodes == (), "record a transcript that passes these"


Case = Callable[[Move], bool]


def _words(move: Move) -> bool:
    return isinstance(move.event, Words) and not move.event.more and bool(move.event.text.strip())


def _takes_words(move: Move) -> bool:
    node = move.conversation.nodes.get(move.before.at)
    return node is not None and (node.words or node.kind is Kind.WORDS)


def _required(move: Move) -> bool:
    node = move.conversation.nodes.get(move.before.at)
    return node is not None and holds(move.conversation, move.before, node.required)


def _marked(move: Move) -> Mark | None:
    return move.before.marks.get(move.before.at)


def _alone(move: Move) -> bool:
    node = move.conversation.nodes.get(move.before.at)
    picked = move.event.option if isinstance(move.event, Set) and move.event.on else ""
    return node is not None and any(option.alone for option in node.options if option.id == picked)


def _doing(do: Do) -> Case:
    return lambda move: move.does(do)


ROWS: dict[str, dict[str, Case]] = {
    "Pick": {
        "the answer": lambda m: isinstance(m.event, Pick) and m.after.picks.get(m.before.at) == (m.event.option,),
        "a language": lambda m: isinstance(m.event, Pick) and m.before.locale != m.after.locale,
        "another answer": lambda m: isinstance(m.event, Pick) and _marked(m) is Mark.ANSWERED and m.has(Keep),
    },
    "Set": {
        "set": lambda m: isinstance(m.event, Set) and len(m.after.pending) > len(m.before.pending),
        "cleared": lambda m: isinstance(m.event, Set) and not m.event.on and m.before.pending != m.after.pending,
        "alone": lambda m: _alone(m) and len(m.before.pending) > 1 and len(m.after.pending) == 1,
        "not alone any more": lambda m: isinstance(m.event, Set) and m.event.on and _was_alone(m),
    },
    "Done": {
        "the ticks": lambda m: isinstance(m.event, Done) and m.after.picks.get(m.before.at) == m.before.pending != (),
        "the story": lambda m: isinstance(m.event, Done) and _takes_words(m) and _marked(m) is Mark.ANSWERED,
        "nothing is Skip": lambda m: isinstance(m.event, Done) and m.after.marks.get(m.before.at) is Mark.SKIPPED,
    },
    "Words": {
        "the answer": lambda m: _words(m) and _takes_words(m) and m.has(Keep) and m.after.at != m.before.at,
        "buttons only": lambda m: _words(m) and "ERR_added" in m.shown,
        "the menu": lambda m: _words(m) and m.before.at == MENU and m.has(Submit),
        "nothing in them": lambda m: isinstance(m.event, Words) and "ERR_empty" in m.shown,
    },
    "Words, a further part": {
        "kept, nothing moves": lambda m: isinstance(m.event, Words) and m.event.more and m.has(Keep) and m.asked_again,
    },
    "Skip": {
        "required": lambda m: isinstance(m.event, Skip) and _required(m) and m.asked_again,
        "answered": lambda m: (
            isinstance(m.event, Skip) and _marked(m) is m.after.marks.get(m.before.at) is Mark.ANSWERED
        ),
        "skipped": lambda m: isinstance(m.event, Skip) and m.after.marks.get(m.before.at) is Mark.SKIPPED,
    },
    "Back": {
        "the previous": lambda m: (
            isinstance(m.event, Back) and m.after.at in m.conversation.nodes and not m.asked_again
        ),
        "first of a section": lambda m: isinstance(m.event, Back) and m.before.at != MENU == m.after.at,
    },
    "Revisit": {
        "asked again": lambda m: isinstance(m.event, Revisit) and m.after.at == m.event.node,
    },
    "Forget": {"dropped": lambda m: isinstance(m.event, Forget) and m.has(Drop)},
    "Open": {
        "a section": lambda m: isinstance(m.event, Open) and m.after.scope == m.event.section,
        "nothing open in it": lambda m: isinstance(m.event, Open) and ANSWERED in m.shown,
    },
    "Send": {
        "what is fresh": lambda m: isinstance(m.event, Send) and m.has(Submit),
        "nothing new yet": lambda m: isinstance(m.event, Send) and "NOTHING_NEW" in m.shown,
    },
    "Locale": {"the same question": lambda m: isinstance(m.event, Locale) and m.after.locale != m.before.locale},
    "View": {
        "a page": lambda m: isinstance(m.event, View) and m.event.screen == m.before.at and bool(m.event.page),
        "the menu": lambda m: isinstance(m.event, View) and m.event.screen == MENU,
    },
    "Exit": {"cleared": lambda m: isinstance(m.event, Exit) and m.has(Clear) and m.after == m.before},
    "Delete": {"wiped": lambda m: isinstance(m.event, Delete) and m.has(Wipe) and m.after.at == END},
    "anything else": {"said, and asked again": lambda m: isinstance(m.event, Unreadable) and m.asked_again},
}


def _was_alone(move: Move) -> bool:
    node = move.conversation.nodes[move.before.at]
    alone = {option.id for option in node.options if option.alone}
    return bool(alone & set(move.before.pending)) and not alone & set(move.after.pending)


OF_THE_SHELL = {
    # What the engine decides on these two is carried out without it: by the first screens, and by the sweeper, which
    # can read no draft. So the screens tell: after which action, in which transcript, what is seen and what is not.
    "Begin": [("danger_sent", "start", "A1_language", "S4_resume"), ("later", "start", "S4_resume", "A3_danger")],
    "Expire": [
        ("silence_sends", "silence", "R1_code", "A3_danger"),
        ("silence_deletes", "silence", "A3_danger", "S4_resume"),
    ],
}


def _rows_of_the_document() -> list[str]:
    page = (ROOT / "docs" / "conversation.md").read_text("utf-8")
    table = page.partition("| Event | What happens |")[2].partition("\n\n")[0]
    return re.findall(r"^\| ([A-Za-z][^|]*?) \|", table, re.MULTILINE)


def test_the_rows_are_those_of_the_document() -> None:
    assert sorted(_rows_of_the_document()) == sorted([*ROWS, *OF_THE_SHELL])


def test_together_they_pass_every_row_of_the_table(moves: tuple[Move, ...]) -> None:
    options = [option for node in moves[0].conversation.nodes.values() for option in node.options]
    doing = {f"do: {do.value}": _doing(do) for do in Do if any(option.do is do for option in options)}
    cases = {**ROWS, "Pick": {**ROWS["Pick"], **doing}}
    missing = [
        f"{row}: {case}"
        for row, named in cases.items()
        for case, happened in named.items()
        if not any(map(happened, moves))
    ]
    assert missing == [], "record a transcript in which these happen"


@pytest.mark.parametrize(
    ("name", "action", "seen", "unseen"), [case for cases in OF_THE_SHELL.values() for case in cases], ids=str
)
def test_beginning_and_silence_show_what_became_of_the_draft(name: str, action: str, seen: str, unseen: str) -> None:
    steps = read(ROOT / "tests" / "transcripts" / f"{name}.yaml").steps
    last = max(place for place, each in enumerate(steps) if each.action == action)
    after = {screen for each in steps[last:] for screen in each.see}
    assert seen in after
    assert unseen not in after


def test_a_typed_number_means_a_button_of_the_page_that_is_shown(stagehand: Stagehand) -> None:
    """The screens alone do not tell which answer was taken."""
    picks = stagehand.play("typed_numbers").moves[-1].after.picks
    assert picks["B2_about_whom"] == ("family_member",), "the number typed at the menu before it answered nothing"
    assert picks["L1_stage"] == ("convicted",), "the second of the second page"
    assert picks["L2_accusation"] == ("security", "public_calls")
