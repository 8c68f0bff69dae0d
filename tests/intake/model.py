"""What a person has answered, as they would tell it: the model that opened cases are held against.

It knows questions, what was tapped and what was typed, and nothing of drafts, seals, revisions or transactions. Which
questions still count is asked of the engine's guards, given the model's answers alone.
"""

from dataclasses import dataclass, field
from typing import Any

from bot.engine.conversation import AuthorKind, Conversation, Node
from bot.engine.guards import Reading
from bot.engine.state import MENU, Mark, State

MORE = "O1_more_words"
"""Takes whatever is written where only buttons were asked."""


@dataclass(slots=True)
class Answer:
    picks: tuple[str, ...] = ()
    pieces: list[tuple[int, str]] = field(default_factory=list)
    """Message and words, in the order in which they belong."""


@dataclass(slots=True)
class Model:
    """What a person has answered, as they would tell it."""

    conversation: Conversation
    answers: dict[str, Answer] = field(default_factory=dict)
    tail: str | None = None
    """The question that took the last words: late pieces belong to it."""
    rewrite: bool = False
    """The question at hand was chosen from the list to be answered anew."""

    def pick(self, node: str, picks: tuple[str, ...]) -> None:
        if self.answers.get(node, Answer()).picks != picks:
            self.answers[node] = Answer(picks)
            self.lost(node)

    def write(self, node_id: str, message: int, words: str) -> None:
        node = self.conversation.nodes[node_id]
        known = self.answers.get(node_id)
        if known and known.pieces and node.several and (node_id == MORE or not self.rewrite):
            known.pieces.append((message, words))
        else:
            self.answers[node_id] = Answer(pieces=[(message, words)])
        self.tail, self.rewrite = node_id, False

    def further(self, message: int, words: str) -> bool:
        """Add to the last words; false when there are none that still count."""
        if self.tail is None or self.tail not in self.counting():
            return False
        self.answers[self.tail].pieces.append((message, words))
        return True

    def edit(self, message: int, words: str) -> None:
        for answer in self.answers.values():
            answer.pieces = [(each, words if each == message else old) for each, old in answer.pieces]

    def revisit(self, node: str) -> None:
        """Choose an answered question from the list: what is written next replaces the answer."""
        self.rewrite = True
        self.lost(node)

    def forget(self, node: str) -> None:
        self.answers.pop(node, None)
        self.lost(node)

    def lost(self, node: str) -> None:
        if self.tail == node:
            self.tail = None

    def counting(self) -> set[str]:
        state = State(
            rev=0,
            locale="en",
            at=MENU,
            kept=True,
            marks=dict.fromkeys(self.answers, Mark.ANSWERED),
            picks={node: answer.picks for node, answer in self.answers.items()},
        )
        return set(Reading(self.conversation, state).answered()) | {MORE}

    def case(self) -> dict[str, Any]:
        """Return what must be found in the opened case."""
        counting = [(node, answer) for node, answer in self.answers.items() if node in self.counting()]
        consents = {node for node, _ in counting if self.node(node).author_kind is AuthorKind.CONSENT}
        return {
            "choices": {n: sorted(a.picks) for n, a in counting if a.picks and n not in consents},
            "words": {n: "\n".join(words for _, words in a.pieces) for n, a in counting if a.pieces},
            "consents": {n: a.picks[0] for n, a in counting if n in consents},
        }

    def node(self, node: str) -> Node:
        return self.conversation.nodes[node]


def found(opened: dict[str, Any]) -> dict[str, Any]:
    rows = opened["answers"]
    listed = {row["node"]: row["value"] for row in rows if row["labels"]}
    words = {row["node"]: row["value"] for row in rows if not row["labels"]}
    assert len(listed) + len(words) == len(rows), "an answer stands there twice"
    return {
        "choices": {node: sorted(value if isinstance(value, list) else [value]) for node, value in listed.items()},
        "words": words,
        "consents": {row["node"]: row["value"] for row in opened["consents"]},
    }


def difference(opened: dict[str, Any], told: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what an opened case holds and what was told, where the two are not the same."""
    return {
        f"{kind}: {node}": (opened[kind].get(node), told[kind].get(node))
        for kind in told
        for node in sorted({*opened[kind], *told[kind]})
        if opened[kind].get(node) != told[kind].get(node)
    }
