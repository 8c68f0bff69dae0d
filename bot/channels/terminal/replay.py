"""Playing a transcript: every step through the real intake, with a clock that may be moved on.

Says what each step led to; comparing is the caller's.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.channels.terminal.player import Player
from bot.channels.terminal.transcript import Step, Transcript
from bot.engine.conversation import Conversation
from bot.errors import ConversationFileError
from bot.ids import ChatId, Now
from bot.intake.service import Intake
from bot.intake.sweep import Sweeper
from bot.intake.turn import Turn

NOBODYS_CODE = "000 000 000 000 000 000 000 000 007"
"""A well-formed code, the one of a secret of zeros: nobody is given it."""
TOAST = "!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a transcript is played; ``advance`` moves on the clock that ``now`` reads."""

    intake: Intake
    sweeper: Sweeper
    now: Now
    advance: Callable[[timedelta], None] = field(repr=False)


def in_language(transcript: Transcript, conversation: Conversation, locale: str) -> Transcript:
    """Return the transcript as somebody goes through it who chooses another language at the question for it.

    Raises:
        ConversationFileError: that language is not offered, or the transcript chooses none.
    """
    if locale not in conversation.texts:
        raise ConversationFileError(f"the language {locale} is not offered; there are {', '.join(conversation.texts)}")
    languages = {
        f"{node.id}.{option.id}": f"{node.id}.{other.id}"
        for node in conversation.nodes.values()
        for option in node.options
        for other in node.options
        if option.locale is not None and other.locale == locale
    }
    if not any(step.value in languages for step in transcript.steps):
        raise ConversationFileError(f"{transcript.title}: expected a step that chooses a language")
    return replace(
        transcript,
        steps=tuple(
            replace(step, value=languages[step.value]) if step.action == "tap" and step.value in languages else step
            for step in transcript.steps
        ),
    )


async def replay(transcript: Transcript, stage: Stage) -> AsyncIterator[Step]:
    """Do the steps one after the other, and yield each with the screens it led to.

    Raises:
        ConversationFileError: a step cannot be done, such as pressing a button that is not there; names it.
    """
    codes: list[str] = [NOBODYS_CODE]
    phones: dict[int, Player] = {}

    def phone(number: int) -> Player:
        return phones.setdefault(number, Player(stage.intake, ChatId(number), now=stage.now, codes=codes))

    player = phone(1)
    for number, step in enumerate(transcript.steps, start=1):
        match step.action:
            case "phone":
                player = phone(int(step.value))
                yield step
            case "silence":
                stage.advance(timedelta(minutes=int(step.value)))
                done = await stage.sweeper.round()
                for chat, messages in done.remove:
                    phone(chat).remove(messages)
                yield step
            case _:
                try:
                    turn = await _do(player, step, codes)
                except LookupError as error:
                    raise ConversationFileError(f"{transcript.title}: step {number}: {error}") from None
                yield replace(step, see=seen(turn))


async def _do(player: Player, step: Step, codes: list[str]) -> Turn:
    match step.action:
        case "start":
            return await player.start()
        case "tap":
            return await player.tap(step.value)
        case "again":
            return await player.again()
        case "say":
            return await player.say(step.value)
        case "edit":
            return await player.edit(step.value)
        case "code":
            if int(step.value) >= len(codes):
                raise LookupError(f"no code {step.value} was shown")
            return await player.say(codes[int(step.value)])
        case "send":
            return await player.send(step.value)
        case _:
            return await player.command(step.value)


def seen(turn: Turn) -> tuple[str, ...]:
    """Return the names of the screens a turn shows, with ``!`` for the short line that answers a tap."""
    names = tuple(message.name for message in turn.messages)
    return (*names, TOAST) if turn.toast else names
