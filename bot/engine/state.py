"""Where one chat stands in a conversation.

Never typed text: only positions, marks and option ids. Canonical JSON goes in and out unchanged, between any two steps.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MENU = "menu"
END = "end"
OPENING = "opening"


class Mark(StrEnum):
    """What has happened to a node."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A position in the conversation.

    ``rev`` grows when another question is shown. ``at`` is a node id, ``menu`` or ``end``. ``scope`` is ``opening``
    or a section id. ``kept`` is true from consent on, ``sent`` from the first Submit on. ``pending`` are the ticks
    of a ``many`` before Done. ``fresh`` says that something changed since the last Submit.
    ``parts`` counts the parts kept for ``tail``, the node that took the last words.
    """

    rev: int
    locale: str
    at: str
    scope: str = OPENING
    kept: bool = False
    sent: bool = False
    fresh: bool = False
    marks: Mapping[str, Mark] = field(default_factory=dict)
    picks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    parts: int = 0
    tail: str | None = None

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no spaces."""
        return json.dumps(
            {
                "rev": self.rev,
                "locale": self.locale,
                "at": self.at,
                "scope": self.scope,
                "kept": self.kept,
                "sent": self.sent,
                "fresh": self.fresh,
                "marks": {node: mark.value for node, mark in self.marks.items()},
                "picks": {node: list(options) for node, options in self.picks.items()},
                "pending": list(self.pending),
                "parts": self.parts,
                "tail": self.tail,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, text: str) -> "State":
        """Read what ``to_json`` wrote; the text is ours, so a wrong one is a wrong program."""
        data = json.loads(text)
        return cls(
            rev=data["rev"],
            locale=data["locale"],
            at=data["at"],
            scope=data["scope"],
            kept=data["kept"],
            sent=data["sent"],
            fresh=data["fresh"],
            marks={node: Mark(mark) for node, mark in data["marks"].items()},
            picks={node: tuple(options) for node, options in data["picks"].items()},
            pending=tuple(data["pending"]),
            parts=data["parts"],
            tail=data["tail"],
        )
