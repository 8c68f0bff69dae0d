"""Transcripts: a whole conversation as data, by the names of buttons and screens, so that wording may change freely.

A transcript is YAML: ``locale`` and a list of ``steps``. A step does one thing (``start``, ``tap``, ``say``, ``send``,
``command``, ``silence`` in minutes) and lists the screens it led to under ``see``. A tap names the text key of the
label (``E2_what_now.missing``); a ticked option has the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.channels.terminal.player import Player
from bot.engine.conversation import Conversation
from bot.errors import ConversationFileError
from bot.intake.turn import Turn

ACTIONS = ("start", "tap", "say", "send", "command", "silence")
STEPS_AT_MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the person does, and the screens that answer it."""

    action: str
    value: str = field(default="", repr=False)
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A recorded conversation; ``locale`` is the one its taps were labelled in."""

    title: str
    locale: str
    steps: tuple[Step, ...]


def read(path: Path) -> Transcript:
    """Read a transcript.

    Raises:
        ConversationFileError: it is not one; names the file and the step.
    """
    try:
        data = YAML(typ="safe").load(path.read_text("utf-8"))
        steps = tuple(_step(path, number, row) for number, row in enumerate(data["steps"], start=1))
        return Transcript(title=str(data.get("title", path.stem)), locale=str(data["locale"]), steps=steps)
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError, AttributeError):
        raise ConversationFileError(f"{path.name}: expected a transcript with `locale` and `steps`") from None


def _step(path: Path, number: int, row: Mapping[str, Any]) -> Step:
    actions = [name for name in ACTIONS if name in row]
    if len(actions) != 1 or number > STEPS_AT_MOST:
        raise ConversationFileError(f"{path.name}: step {number}: expected one of {', '.join(ACTIONS)}")
    value = row[actions[0]]
    return Step(action=actions[0], value="" if value is None else str(value), see=tuple(map(str, row.get("see") or ())))


def write(transcript: Transcript) -> str:
    """Return the transcript as YAML."""
    yaml = YAML()
    yaml.width = 160
    out = StringIO()
    rows = [{step.action: step.value or None, "see": list(step.see)} for step in transcript.steps]
    yaml.dump({"title": transcript.title, "locale": transcript.locale, "steps": rows}, out)
    return out.getvalue()


async def do(player: Player, conversation: Conversation, locale: str, step: Step) -> Turn:
    """Do one step.

    Raises:
        LookupError: the button is not on the screen.
    """
    match step.action:
        case "start":
            return await player.start()
        case "tap":
            return await player.tap(conversation.texts[locale].get(step.value, step.value))
        case "say":
            return await player.say(step.value)
        case "send":
            return await player.send(step.value)
        case _:
            return await player.command(step.value)


def seen(turn: Turn) -> tuple[str, ...]:
    """Return the names of the screens a turn shows, with a toast as ``!``."""
    names = tuple(message.name for message in turn.messages)
    return (*names, "!") if turn.toast else names


def difference(step: Step, number: int, turn: Turn) -> str | None:
    """Return one line that says what was shown instead of what was recorded, or ``None``."""
    found = seen(turn)
    if found == step.see:
        return None
    return f"step {number} ({step.action} {step.value}): expected {list(step.see)}, saw {list(found)}"
