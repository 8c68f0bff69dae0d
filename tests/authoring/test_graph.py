"""The picture of a conversation is drawn from its table, and the committed one is the one of today."""

from pathlib import Path

from bot.authoring.graph import guard_text, mermaid
from bot.engine.conversation import ALWAYS, NEVER, All, Answered, Any, Is, Not
from bot.loader import load

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_picture_is_fresh() -> None:
    committed = (ROOT / "docs" / "conversation-graph.md").read_text("utf-8")
    assert committed == mermaid(load(ROOT / "conversations" / "reprisal")), (
        "run: panoh graph --out docs/conversation-graph.md"
    )


def test_every_question_stands_in_the_picture() -> None:
    table = load(ROOT / "tests" / "engine" / "conversations" / "umbrella")
    picture = mermaid(table)
    assert [name for name in table.nodes if f'"{name}"' not in picture] == []
    assert picture.count("```mermaid") == 1 + len({item.section for item in table.menu})
    assert [rule.id for rule in table.urgency if f"| {rule.id} |" not in picture] == []


def test_guards_are_said_in_words() -> None:
    rain, wet = Is(node="Q2_rain", options=frozenset({"yes", "unsure"})), Answered(node="W1_what")
    assert guard_text(rain) == "Q2: unsure or yes"
    assert guard_text(All((rain, Any((wet, NEVER))))) == "Q2: unsure or yes and (W1 answered or never)"
    assert guard_text(Not(ALWAYS)) == "not (always)"
