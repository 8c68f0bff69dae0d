"""The authors' files become a table, and whatever is wrong in them is one line with its place."""

import json
import shutil
from pathlib import Path

import pytest

from bot.engine.conversation import (
    ALWAYS,
    AuthorKind,
    Compartment,
    Do,
    Is,
    Kind,
    Level,
    MenuItem,
)
from bot.errors import ConversationFileError
from bot.loader import load, load_authored, load_with_places, schema

ROOT = Path(__file__).resolve().parents[2]
MADE_UP = ROOT / "tests" / "engine" / "conversations"


def is_(node: str, *options: str) -> Is:
    return Is(node=node, options=frozenset(options))


# -- what comes of the files ---------------------------------------------------------------------------------------


def test_nodes_stand_in_the_order_in_which_they_are_asked() -> None:
    table = load(MADE_UP / "umbrella")
    asked = [node for step in table.opening for node in step.ask]
    assert list(table.nodes)[: len(asked)] == asked
    assert list(table.nodes)[len(asked) :] == [
        *["P2_who", "P3_note", "P4_detail"],
        *["T2_colour", "T3_red", "T4_where"],
        *["V1_phone", "V2_close", "O1_more"],
    ]


def test_consent_becomes_a_required_choice() -> None:
    consent = load(MADE_UP / "umbrella").nodes["L1_consent_storm"]
    assert (consent.kind, consent.author_kind, consent.required) == (Kind.ONE, AuthorKind.CONSENT, ALWAYS)
    assert (consent.version, consent.silence_minutes, consent.words) == ("L1-1", 30, False)
    assert [(option.do, option.silence) for option in consent.options[:3]] == [
        (Do.KEEP, True),
        (Do.KEEP, False),
        (Do.STOP, None),
    ]


def test_a_date_and_a_contact_take_words_too() -> None:
    table = load(MADE_UP / "umbrella")
    when, reach = table.nodes["P1_when"], table.nodes["W4_reach"]
    assert (when.kind, when.words, [option.bucket for option in when.options]) == (Kind.ONE, True, ["48h", "past"])
    assert (reach.kind, reach.words, reach.compartment) == (Kind.ONE, True, Compartment.IDENTITY)
    assert when.compartment is Compartment.FACTS


def test_rows_are_the_layout_and_options_stand_one_in_a_row() -> None:
    table = load(MADE_UP / "umbrella")
    assert table.nodes["Q2_rain"].rows == ((0, 1), (2,))
    assert table.nodes["T2_colour"].rows == ((0,), (1,))


def test_labels_become_text_keys_and_texts_are_english() -> None:
    table = load(MADE_UP / "umbrella")
    english = table.texts["en"]
    assert english[table.nodes["Q2_rain"].options[0].label] == "Yes"
    assert english["P2_who.say_self"] == "Who was with you? Choose all."
    assert english["P2_who.group.big"] == "Grown"
    assert english["section.place"] == "Place"
    assert english["words.yes"] == "yes, y"


def test_vocabulary_gives_options_in_its_order_with_its_labels() -> None:
    table = load(MADE_UP / "umbrella")
    where = table.nodes["T4_where"]
    assert [option.id for option in where.options] == ["park", "street", "nowhere"]
    assert table.texts["en"][where.options[0].label] == "Park"
    assert table.texts["en"]["vocabulary.places.park.full"] == "A public park"
    assert where.options[2].alone


def test_guards_are_read_with_their_names() -> None:
    table = load(MADE_UP / "umbrella")
    assert table.nodes["T3_red"].when == is_("T2_colour", "red")
    assert table.nodes["P2_who"].self_when == is_("W1_what", "mine")
    assert table.sections["thing"].when == is_("W1_what", "lost", "mine")
    assert table.menu[1] == MenuItem(section="thing", first=is_("W1_what", "mine", "lost"))


def test_urgency_and_flags() -> None:
    table = load(MADE_UP / "umbrella")
    assert [(rule.level, rule.lift, rule.flag) for rule in table.urgency][-2:] == [
        (Level.MEDIUM, 0, None),
        (None, 1, "child"),
    ]
    assert table.flags == {"compromised": is_("V1_phone", "yes")}


def test_a_button_of_a_screen_does_what_its_name_says_unless_it_shows_something() -> None:
    dry = load(MADE_UP / "umbrella").screens["DRY"]
    assert [(option.act, option.show) for option in dry.options] == [("exit", None), (None, "WHO")]
    assert load(MADE_UP / "umbrella").screens["S3_later"].placeholders == ("day",)


def test_every_part_has_a_place_and_notes_reach_translators() -> None:
    table, places = load_with_places(MADE_UP / "umbrella")
    assert places["V1_phone"] == "conversations/umbrella/thief.yaml:5"
    assert set(table.texts["en"]) <= set(places)
    assert {f"urgency.{rule.id}" for rule in table.urgency} <= set(places)
    assert set(table.screens) <= set(places)
    real = load_authored(ROOT / "conversations" / "reprisal")
    assert "court" in real.notes["A3_danger.say"]


def test_the_committed_schema_is_the_one_of_the_models() -> None:
    committed = (ROOT / "conversations" / "schema.json").read_text("utf-8")
    assert json.loads(committed) == schema(), "write it again: see conversations/README.md"


# -- what is wrong -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(MADE_UP, tmp_path / "conversations")
    return tmp_path / "conversations" / "umbrella"


FAULTS = [
    ("umbrella/thing.yaml", "intro: INTRO", "intr0: INTRO", ":4: unknown key 'intr0'; expected one of id, title,"),
    ("umbrella/thing.yaml", "kind: one,", "kind: pick,", ":6: kind: expected 'say', 'one'"),
    ("umbrella/thing.yaml", 'say: "How red?", ', "", ":7: expected the key 'say'"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: {T2_colour: blue}", "expected an option of T2_colour"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: {T9: red}", ":7: expected the id of a question"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: rain", "guards has no 'rain'"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: [T2_colour]", ":7: expected a guard"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: {all: T2_colour}", "expected a list of guards after all"),
    ("umbrella/thing.yaml", "when: {T2_colour: red}", "when: {answered: nobody}", "there is no 'nobody'"),
    ("umbrella/thing.yaml", "[park, street, nowhere]", "[park, moon]", ":8: expected a code of places"),
    ("umbrella/thing.yaml", "vocabulary: places", "vocabulary: planets", "expected a list of vocabulary.yaml"),
    ("umbrella/thing.yaml", "words: yes", "words: true", ":8: words: expected 'yes' or 'no', not 'true'"),
    ("umbrella/thing.yaml", "T3_red", "T2_colour", ":7: id: expected a new name; 'T2_colour' stands at"),
    ("umbrella/thing.yaml", "T3_red", "menu", "id: expected another name than 'menu'"),
    ("umbrella/thing.yaml", "id: thing", "id: thing\nid: thong", ":2: expected 'id' only once"),
    ("umbrella/thing.yaml", "title: ", "title: &a ", ":2: expected the value itself; anchors"),
    ("umbrella/thing.yaml", "nodes:", "nodes: [", "expected YAML"),
    ("umbrella/place.yaml", 'big: "Grown", ', "", "P2_who: expected the group 'big' under groups"),
    ("umbrella/conversation.yaml", "silence_minutes: 30", "silence_minutes: soon", "a whole number, not 'soon'"),
    ("umbrella/conversation.yaml", "menu:", "menu:\n  - cellar", "menu: expected the id of a section"),
    ("umbrella/conversation.yaml", "more: O1_more", "more: O9", "more: expected the id of a question"),
    ("umbrella/conversation.yaml", "ask: [W1_what]", "ask: [W9]", "ask: expected a question; there is no 'W9'"),
    ("umbrella/conversation.yaml", "sections: [place.yaml", "sections: [../place.yaml", "sections"),
    ("umbrella/conversation.yaml", "sections: [place.yaml", "sections: [cave.yaml", "cave.yaml:1: expected"),
    ("umbrella/conversation.yaml", "  mine: {W1_what: mine}", "  mine: yours\n  yours: mine", "goes in a circle"),
    ("umbrella/conversation.yaml", 'hide: {label: "Hide", act: hide}', "hide: {act: hide}", "either a label"),
    ("screens.yaml", "neutral: yes", "nuetral: yes", "unknown key 'nuetral'"),
    ("vocabulary.yaml", 'chat: "Cellar"', 'chat: ""', ":5: chat: expected a text that is not empty"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "good", "bad", "expected"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_fault_is_one_line_with_its_place(folder: Path, file: str, good: str, bad: str, expected: str) -> None:
    path = folder.parent / file
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(ConversationFileError) as raised:
        load(folder)
    message = str(raised.value)
    assert expected in message
    assert "\n" not in message
    assert message.startswith("conversations/")
    assert str(folder) not in message


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "thing.yaml").write_bytes(b"id: thing\ntitle: \xff\n")
    with pytest.raises(ConversationFileError, match=r"thing\.yaml:2: expected UTF-8"):
        load(folder)


def test_a_file_beyond_all_measure_is_refused(folder: Path) -> None:
    (folder / "thing.yaml").write_text("# " + "x" * 1024 * 1024, "utf-8")
    with pytest.raises(ConversationFileError, match="at most"):
        load(folder)


def test_indentation_without_end_is_refused(folder: Path) -> None:
    (folder / "thing.yaml").write_text("[" * 100_000, "utf-8")
    with pytest.raises(ConversationFileError, match=r"thing\.yaml:1: expected"):
        load(folder)


def test_scalars_are_texts(folder: Path) -> None:
    path = folder / "conversation.yaml"
    path.write_text(path.read_text("utf-8").replace('version: "1"', "version: 2026_11", 1), "utf-8")
    assert load(folder).version == "2026_11"
