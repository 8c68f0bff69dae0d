"""Transcripts: a whole conversation as data, by the names of buttons and screens, so that wording may change freely.

A transcript is YAML::

    title: Danger, told in few words
    steps:
    - start:
      see: [A1_language]
    - tap: A1_language.en
      see: [A2_safe_here]

A step does one thing, and ``see`` lists the screens that answer it, with ``!`` for the short line that a tap may get:

==========  ========================================================================================================
start       press Start
tap         press the button of this name: ``E2_what_now.missing``, ``nav.back``, ``section.threats``,
            ``H1_channel.group.others``, ``answered.F2_story``; ticked or not, in every language
again       press the last pressed button once more, as an impatient finger does
say, edit   type these words; change the last own message that is still in the chat to these words
code        type a return code: 1 is the first that was shown, 2 the second; 0 is one that nobody was ever given
send        ``voice``, ``file``, ``location``, ``card``, ``empty`` or ``other``
command     ``menu``, ``stop`` or ``start``, as after a slash
silence     so many minutes pass, and what is due happens; sees nothing
phone       from here on the chat of this number; the first is 1; sees nothing
==========  ========================================================================================================

Codes are made by chance, so no transcript holds one. Nothing in here plays a transcript: ``replay`` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.error import YAMLError

from bot.errors import ConversationFileError

ACTIONS = ("start", "tap", "again", "say", "edit", "code", "send", "command", "silence", "phone")
NUMBERS = frozenset({"code", "silence", "phone"})
"""Actions whose value is a whole number."""
WITHOUT_VALUE = frozenset({"start", "again"})
UNANSWERED = frozenset({"silence", "phone"})
"""Actions that show nothing."""
STEPS_AT_MOST = 1000
BYTES_AT_MOST = 1_000_000
DIGITS_AT_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the person does, and the screens that answer it."""

    action: str
    value: str = field(default="", repr=False)
    see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A recorded conversation."""

    title: str
    steps: tuple[Step, ...]


def read(path: Path) -> Transcript:
    """Read a transcript.

    Raises:
        ConversationFileError: it is not one; names the file and the step.
    """
    try:
        if path.stat().st_size > BYTES_AT_MOST:
            raise ConversationFileError(f"{path.name}: expected a transcript, at most {BYTES_AT_MOST:,} bytes long")
        data = YAML(typ="base").load(path.read_text("utf-8"))
    except OSError as error:
        raise ConversationFileError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (UnicodeDecodeError, YAMLError):
        raise ConversationFileError(f"{path.name}: expected a transcript, which is YAML in UTF-8") from None
    if not isinstance(data, Mapping) or set(data) != {"title", "steps"} or not isinstance(data["steps"], list):
        raise ConversationFileError(f"{path.name}: expected a transcript with `title` and a list of `steps`")
    if len(data["steps"]) > STEPS_AT_MOST:
        raise ConversationFileError(f"{path.name}: expected at most {STEPS_AT_MOST} steps")
    steps = tuple(_step(f"{path.name}: step {number}", row) for number, row in enumerate(data["steps"], start=1))
    return Transcript(title=str(data["title"]), steps=steps)


def _step(place: str, row: Any) -> Step:  # Any: YAML
    keys = set(row) if isinstance(row, Mapping) else set()
    actions = keys & set(ACTIONS)
    if len(actions) != 1 or not keys - actions <= {"see"}:
        raise ConversationFileError(f"{place}: expected one of {', '.join(ACTIONS)}, and `see`")
    action = actions.pop()
    value, see = row[action], row.get("see") or []
    if not isinstance(see, list) or not all(isinstance(name, str) for name in see):
        raise ConversationFileError(f"{place}: expected a list of screens under `see`")
    if not isinstance(value, str) or (not value) != (action in WITHOUT_VALUE):
        raise ConversationFileError(
            f"{place}: expected {'nothing' if action in WITHOUT_VALUE else 'one text'} after {action}"
        )
    if action in NUMBERS and not (value.isascii() and value.isdecimal() and len(value) <= DIGITS_AT_MOST):
        raise ConversationFileError(f"{place}: expected a whole number after {action}")
    return Step(action=action, value=value, see=tuple(see))


def write(transcript: Transcript) -> str:
    """Return the transcript as YAML."""
    yaml = YAML()
    yaml.width = 120
    out = StringIO()
    yaml.dump({"title": transcript.title, "steps": [_row(step) for step in transcript.steps]}, out)
    return out.getvalue()


def _row(step: Step) -> dict[str, Any]:  # Any: YAML
    value: str | int | None = step.value
    if step.action in WITHOUT_VALUE:
        value = None
    elif step.action in NUMBERS:
        value = int(step.value)
    if step.action in UNANSWERED:
        return {step.action: value}
    see = CommentedSeq(step.see)
    see.fa.set_flow_style()
    return {step.action: value, "see": see}


def difference(step: Step, found: Step, number: int) -> str | None:
    """Return one line that says what was shown instead of what was recorded, or ``None``."""
    if found.see == step.see:
        return None
    what = step.action if step.action in {"say", "edit"} else f"{step.action} {step.value}".strip()
    return f"step {number} ({what}): expected {_names(step)}, saw {_names(found)}"


def _names(step: Step) -> str:
    return ", ".join(step.see) or "nothing"
