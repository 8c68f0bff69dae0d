"""Authors are told everything that is wrong, with the file and the line."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.catalog_check import Severity
from bot.authoring.check import findings, of_conversation
from bot.loader import Authored, load_authored

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def umbrella(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "engine" / "conversations", tmp_path / "conversations")
    return tmp_path / "conversations" / "umbrella"


def rewritten(folder: Path, file: str, good: str, bad: str) -> Authored:
    path = folder / file
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    return load_authored(folder)


def test_a_sound_conversation_has_no_findings(umbrella: Path) -> None:
    assert of_conversation(load_authored(umbrella)) == ()


def test_the_reprisal_conversation_has_no_errors() -> None:
    authored = load_authored(ROOT / "conversations" / "reprisal")
    assert [str(each) for each in findings(authored, ROOT / "locales") if each.severity is Severity.ERROR] == []


def test_a_finding_of_the_engine_has_file_and_line(umbrella: Path) -> None:
    authored = rewritten(umbrella, "thief.yaml", "nav: exit", "nav: none")
    assert of_conversation(authored) == ()
    authored = rewritten(umbrella, "thief.yaml", "kind: one, say", "kind: one, nav: none, say")
    (finding,) = of_conversation(authored)
    assert str(finding).startswith("conversations/umbrella/thief.yaml:5: error: V1_phone: there is no Exit")


def test_a_button_that_a_phone_cuts_has_file_and_line(umbrella: Path) -> None:
    wide = "A woman with an umbrella of an uncommon colour"
    authored = rewritten(umbrella, "place.yaml", '"A woman"', f'"{wide}"')
    cut = [str(each) for each in findings(authored, ROOT / "locales") if wide in each.message]
    assert cut
    assert cut[0].startswith("conversations/umbrella/place.yaml:")
    assert ": error: en P2_who.woman: " in cut[0]


def test_what_the_messenger_does_not_take_is_found(umbrella: Path) -> None:
    authored = load_authored(umbrella)
    table = authored.conversation
    long = {**table.texts["en"], "WHO.say": "x" * 4097}
    spoiled = replace(authored, conversation=replace(table, texts={"en": long}))
    assert any("the messenger takes 4096" in each.message for each in of_conversation(spoiled))
    many = table.nodes["Q2_rain"]
    options = tuple(replace(many.options[0], id=f"o{number}") for number in range(40))
    crowded = replace(many, options=options, rows=tuple((number,) for number in range(40)))
    spoiled = replace(authored, conversation=replace(table, nodes={**table.nodes, "Q2_rain": crowded}))
    assert any("a button carries 36" in each.message for each in of_conversation(spoiled))
    many_buttons = replace(many, options=options * 3, rows=tuple((number,) for number in range(120)))
    spoiled = replace(authored, conversation=replace(table, nodes={**table.nodes, "Q2_rain": many_buttons}))
    assert any("buttons, the messenger takes 100" in each.message for each in of_conversation(spoiled))
    earlier = {
        f"Q{number}_made_up": replace(table.nodes["Q2_rain"], id=f"Q{number}_made_up") for number in range(30, 60)
    }
    opening = (replace(table.opening[0], ask=(*table.opening[0].ask, *earlier)), *table.opening[1:])
    spoiled = replace(authored, conversation=replace(table, nodes={**table.nodes, **earlier}, opening=opening))
    assert any("a button carries 24" in each.message for each in of_conversation(spoiled))
