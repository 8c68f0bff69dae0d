"""The binding wordings stand in the files word for word, with their buttons in their order.

``core_paths.json`` is a copy of what was agreed; where the design folder lies beside the checkout it is compared too.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.engine.conversation import Node, Screen
from tests.conversations.person import reprisal

ROOT = Path(__file__).resolve().parents[2]
COPY = Path(__file__).with_name("core_paths.json")
DESIGN = ROOT.parent / "shared" / "design" / "words" / "core-paths.json"
SOURCES = [COPY, *([DESIGN] if DESIGN.exists() else [])]

SECOND_WORDINGS = {"T1_self": "T1_ill_treatment"}
"""Messages that are the second wording of another one: same buttons, asked of the person it happened to."""

MORE_BUTTONS = {
    "bot_about": {"start", "menu", "stop"},
    "menu": {"help"},
    "PROOF": {"add_more", "exit"},
    "RT0_code": {"to_question"},
    "RT1_status": {"withdraw", "cases"},
    "S0_menu": {"all", "enough"},
    "URG": {"to_question"},
}
"""Buttons beyond the agreed ones: commands, help, taking back a permission, the end of the menu, ways back."""

FORMS = ("F1_life", "F1_freedom", "F1_case", "F1_travel", "F1_pressure", "F1_published", "F1_phone", "F1_forms")
KINDS = frozenset({"life", "freedom", "case", "pressure", "travel", "words", "phone"})
"""The kinds that F1_forms asks about; each opens the question with its exact forms."""

NAV = {"full": "full", "exit+menu": "exit_menu", "exit": "exit"}
NOT_ON_A_PHONE = re.compile(r"\bUN\b|United Nations|terror|extremis|tortur|\bHRC\b|OHCHR", re.IGNORECASE)
NAMES_THE_UN = frozenset(
    {"J2_share_un", "J3_letter", "J5_sg_report", "D1_un_link", "E1_consent_urgent", "B1_consent_store"}
)


@cache
def agreed(source: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return data


def owner(name: str) -> Node | Screen:
    conversation = reprisal()
    return conversation.nodes[name] if name in conversation.nodes else conversation.screens[name]


def english(key: str) -> str:
    return reprisal().texts["en"][key]


def messages() -> list[Any]:
    return [
        pytest.param(message, id=f"{source.parent.name}-{message['id']}")
        for source in SOURCES
        for message in agreed(source)["messages"]
    ]


@pytest.mark.parametrize("message", [each for each in messages() if each.values[0]["text"]["en"] != "(no text)"])
def test_every_agreed_message_is_there_word_for_word(message: dict[str, Any]) -> None:
    first = SECOND_WORDINGS.get(message["id"])
    found = owner(first or message["id"])
    key = found.say_self if first and isinstance(found, Node) else found.say
    assert key is not None
    assert english(key) == message["text"]["en"]


@pytest.mark.parametrize("message", messages())
def test_agreed_buttons_stand_in_their_rows(message: dict[str, Any]) -> None:
    found = owner(SECOND_WORDINGS.get(message["id"], message["id"]))
    more = MORE_BUTTONS.get(message["id"], set())
    rows = [[found.options[index] for index in row] for row in found.rows]
    laid_out = [[(option.id, english(option.label)) for option in row if option.id not in more] for row in rows]
    assert [row for row in laid_out if row] == [[(button[0], button[1]) for button in row] for row in message["rows"]]
    assert {option.id for row in rows for option in row} - {b[0] for row in message["rows"] for b in row} == more


@pytest.mark.parametrize("message", [each for each in messages() if each.values[0]["nav"]])
def test_agreed_questions_have_their_buttons_below(message: dict[str, Any]) -> None:
    found = owner(SECOND_WORDINGS.get(message["id"], message["id"]))
    assert found.nav == NAV[message["nav"]]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_topics_have_their_names(source: Path) -> None:
    titles = {section.id: english(section.title) for section in reprisal().sections.values()}
    last = {option.id: english(option.label) for option in reprisal().screens["S0_menu"].options}
    assert titles | last == {row[0]: row[1] for row in agreed(source)["sections"]}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
@pytest.mark.parametrize(("table", "nodes"), [("forms_chat", FORMS), ("un_contact_chat", ("D2_un_bodies",))])
def test_lists_show_the_agreed_labels(source: Path, table: str, nodes: tuple[str, ...]) -> None:
    asked = [option for node in nodes for option in reprisal().nodes[node].options if option.act is None]
    shown = {option.id: english(option.label) for option in asked if option.id not in KINDS}
    assert shown == {row[0]: row[1] for row in agreed(source)[table]}


def test_no_button_names_what_endangers_the_person_who_holds_the_phone() -> None:
    owners: list[Node | Screen] = [*reprisal().nodes.values(), *reprisal().screens.values()]
    labels = [english(option.label) for each in owners for option in each.options]
    labels += [text for key, text in reprisal().texts["en"].items() if ".group." in key or key.startswith("section.")]
    labels += [
        text for key, text in reprisal().texts["en"].items() if key.startswith("vocabulary.") and key.endswith(".chat")
    ]
    assert len(labels) > 300
    assert [label for label in labels if NOT_ON_A_PHONE.search(label)] == []


def test_no_question_outside_the_agreed_ones_names_the_subject() -> None:
    loud = {
        node.id
        for node in reprisal().nodes.values()
        for key in (node.say, node.say_self)
        if key and NOT_ON_A_PHONE.search(english(key))
    }
    assert loud <= NAMES_THE_UN


def test_what_can_arrive_unasked_names_nothing() -> None:
    neutral = {screen.id for screen in reprisal().screens.values() if screen.neutral}
    assert {"PING", "EXIT_line", "ERR_late", "bot_about", "bot_name", "bot_short"} <= neutral
    subject = re.compile(r"case|right|threat|police|court|danger|detain|defender|report|message", re.IGNORECASE)
    assert [name for name in neutral - {"ERR_late"} if subject.search(english(f"{name}.say"))] == []


def test_consent_and_safety_texts_are_critical() -> None:
    safety = {
        "A2_safe_here",
        "A3_danger",
        "C1_contacts",
        "E1_consent_urgent",
        "B1_consent_store",
        "W2_this_device",
        "PH1_stop",
        "W2_stop",
        "N2_if_silent",
    }
    permissions = {
        "J1_risk",
        "J2_share_un",
        "J3_letter",
        "J4_public_letter",
        "J5_sg_report",
        "J6_referral",
        "J7_numbers",
    }
    screens = {
        "A2_no",
        "PH1_phone_returned",
        "C2_abroad",
        "EXIT_line",
        "PING",
        "J0_intro",
        "DEL_case",
        "R1_code",
        "KEYRING_CLOSED",
        "TRIAL",
        "WHO",
        "nav",
        "DEL_confirm",
        "R2_after",
        "R2b_channel",
        "when_off_6h",
        "when_off_12h",
    }
    assert {name for name in safety | permissions | screens if not owner(name).critical} == set()
