"""Every urgency rule of the study: a case where it holds, and a near one where it does not."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.engine.conversation import Level
from bot.engine.state import MENU, Mark, State
from bot.engine.triage import triage
from tests.conversations.person import reprisal

ROOT = Path(__file__).resolve().parents[2]
Answers = Mapping[str, str | tuple[str, ...]]
Choices = dict[str, str | tuple[str, ...]]

CRITICAL, HIGH, MEDIUM, ROUTINE = Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.ROUTINE
OVER: Answers = {"F4_ongoing": "ended"}
"""Without anything else this is a routine case, so that a level in a test comes from the rule alone."""
HELD: Choices = {"G1_held_now": "still_held"}
SOON: Choices = {"A3_danger": "not_sure"}
ATTACKED: Choices = {"F1_main": "life", "F1_life": "physical_attack"}

HOLDS: list[tuple[str, Answers, Level]] = [
    ("R1a", {"A3_danger": "yes_now"}, CRITICAL),
    ("R1b", {"A3_danger": "yes_days"}, HIGH),
    ("R2a", HELD | {"G3_access": ("nobody",)}, CRITICAL),
    ("R2a", {"G1_held_now": "dont_know", "G3_access": ("nobody",)}, CRITICAL),
    ("R2a", HELD | {"G2_place_by_whom": "dont_know"}, CRITICAL),
    ("R2a", SOON | {"E2_what_now": "missing"}, CRITICAL),
    ("R2a", {"F1_main": "missing"}, CRITICAL),
    ("R2a", {"F1_main": "life", "F1_life": ("disappearance",)}, CRITICAL),
    ("R2b", HELD, HIGH),
    ("R2b", SOON | {"E2_what_now": "taken_or_held"}, HIGH),
    ("R2b", {"F1_main": "life", "F1_life": ("killing",)}, HIGH),
    ("R3a", HELD | {"T1_ill_treatment": "yes_last_14_days"}, CRITICAL),
    ("R3a", {"G1_held_now": "dont_know", "T1_ill_treatment": "fear_it"}, CRITICAL),
    ("R3a", HELD | ATTACKED | {"T1_after_attack": "yes_last_14_days"}, CRITICAL),
    ("R3a", SOON | HELD | {"E2_what_now": "attack_or_injury", "T1_after_attack": "fear_it"}, CRITICAL),
    ("R3b", {"G1_held_now": "released", "T1_ill_treatment": "yes_last_14_days"}, HIGH),
    ("R3b", {"G1_held_now": "released", "T1_ill_treatment": "yes_earlier"}, HIGH),
    ("R4a", SOON | {"E2_what_now": "threat_death", "H3_deadline": "within_week"}, CRITICAL),
    ("R4a", {"F1_main": "life", "F1_life": ("threat_death",), "H3_deadline": "today_tomorrow"}, CRITICAL),
    ("R4b", SOON | {"E2_what_now": "threat_death"}, HIGH),
    ("R4b", SOON | {"E2_what_now": "threat_death", "H3_deadline": "later"}, HIGH),
    ("R5a", {"V1_kind": ("deportation_order",), "V2_date": "within_two_weeks"}, CRITICAL),
    ("R5a", {"V1_kind": ("extradition_request",)}, CRITICAL),
    ("R5a", {"V1_kind": ("deportation_order",), "V2_date": "later", "G1_held_now": "still_held"}, CRITICAL),
    ("R5b", {"V1_kind": ("deportation_order",), "V2_date": "later"}, HIGH),
    ("R5b", {"V1_kind": ("told_to_come_back",)}, HIGH),
    ("R6", HELD | {"G4_health": "medicine_refused"}, CRITICAL),
    ("R6", SOON | {"E2_what_now": "medical_in_custody"}, CRITICAL),
    ("R7a", {"L3_next_date": "today_tomorrow", "L1_stage": "on_trial"}, CRITICAL),
    ("R7b", {"L3_next_date": "within_week"}, HIGH),
    ("R7b", {"L2_accusation": ("security",)}, HIGH),
    ("R7b", SOON | {"E2_what_now": "hearing_or_verdict_soon"}, HIGH),
    ("R8", {"C2_age": "under_18"}, MEDIUM),
    ("R8", {"K1_family": ("child_under_18", "partner")}, MEDIUM),
    ("R9", {"K2_what": ("held",)}, HIGH),
    ("R10", {"W2_this_device": "yes"}, HIGH),
    ("R11", {"M2_what": ("call_to_harm",)}, HIGH),
    ("R11", {"W1_kind": ("data_published",), "F6_who": ("media_state",)}, HIGH),
    ("R12", {"F1_main": "travel", "F1_travel": ("un_access_blocked",), "F3_when": "this_week"}, HIGH),
    ("R12", {"D1_un_link": "yes_took_part", "D5_why_link": ("stopped_on_the_way",), "V2_date": "within_week"}, HIGH),
    ("R14", ATTACKED | {"F3_when": "yesterday"}, HIGH),
    ("R14", ATTACKED | {"T1_after_attack": "yes_last_14_days"}, HIGH),
    ("R14", SOON | {"E2_what_now": "attack_or_injury"}, HIGH),
    ("R15", {"F4_ongoing": "ongoing"}, MEDIUM),
    ("R15", {"F4_ongoing": "not_sure"}, MEDIUM),
    ("R15", SOON, MEDIUM),
]
"""Rule, answers beside those of a finished case, and the level that comes of it."""

DOES_NOT_HOLD: list[tuple[str, Answers, Level]] = [
    ("R1a", {"A3_danger": "yes_days"}, HIGH),
    ("R1b", SOON, MEDIUM),
    ("R2a", HELD | {"G3_access": ("own_lawyer",)}, HIGH),
    ("R2a", {"G1_held_now": "released", "F1_main": "missing"}, ROUTINE),
    ("R2b", {"G1_held_now": "released"}, ROUTINE),
    ("R3a", {"G1_held_now": "released", "T1_ill_treatment": "yes_last_14_days"}, HIGH),
    ("R3a", ATTACKED | {"T1_after_attack": "yes_last_14_days"}, HIGH),
    ("R3a", ATTACKED | {"G1_held_now": "released", "T1_after_attack": "yes_last_14_days"}, HIGH),
    ("R3b", {"G1_held_now": "released", "T1_ill_treatment": "no"}, ROUTINE),
    ("R4a", {"F1_main": "pressure", "H3_deadline": "within_week"}, ROUTINE),
    ("R4a", {"F1_main": "life", "F1_life": ("threat_death",), "H3_deadline": "within_two_weeks"}, HIGH),
    ("R4b", {"F1_main": "pressure", "F1_pressure": ("threat_other",)}, ROUTINE),
    ("R5a", {"V1_kind": ("deportation_order",), "V2_date": "already"}, HIGH),
    ("R5a", {"V1_kind": ("asylum_refused",), "V2_date": "today_tomorrow"}, HIGH),
    ("R5b", {"V1_kind": ("exit_ban",)}, ROUTINE),
    ("R6", {"G1_held_now": "released", "G4_health": "urgent"}, ROUTINE),
    ("R7a", {"L3_next_date": "today_tomorrow", "L1_stage": "administrative_case"}, HIGH),
    ("R7b", {"L3_next_date": "within_two_weeks", "L2_accusation": ("libel_or_insult",)}, ROUTINE),
    ("R8", {"C2_age": "18_24", "K1_family": ("partner",)}, ROUTINE),
    ("R9", {"K2_what": ("questioned",)}, ROUTINE),
    ("R10", {"W2_this_device": "not_sure"}, ROUTINE),
    ("R11", {"W1_kind": ("data_published",), "F6_who": ("private_person",)}, ROUTINE),
    ("R12", {"F1_main": "travel", "F1_travel": ("un_access_blocked",), "F3_when": "earlier"}, ROUTINE),
    ("R14", ATTACKED | {"F3_when": "earlier"}, ROUTINE),
    ("R15", {}, ROUTINE),
]


def case(answers: Answers) -> State:
    given: Answers = {"A1_language": "en", "A2_safe_here": "yes", "A3_danger": "no", **OVER, **answers}
    picks = {node: (picked,) if isinstance(picked, str) else picked for node, picked in given.items()}
    for node, picked in picks.items():
        assert {option.id for option in reprisal().nodes[node].options} >= set(picked), node
    marks = dict.fromkeys(picks, Mark.ANSWERED)
    return State(rev=1, locale="en", at=MENU, kept=True, sent=True, marks=marks, picks=picks)


@pytest.mark.parametrize(("rule", "answers", "level"), HOLDS)
def test_the_rule_holds(rule: str, answers: Answers, level: Level) -> None:
    judged = triage(reprisal(), case(answers))
    assert rule in judged.reasons
    assert judged.level is level


@pytest.mark.parametrize(("rule", "answers", "level"), DOES_NOT_HOLD)
def test_the_rule_does_not_hold(rule: str, answers: Answers, level: Level) -> None:
    judged = triage(reprisal(), case(answers))
    assert rule not in judged.reasons
    assert judged.level is level


def test_every_rule_is_tried_both_ways_and_all_fourteen_are_there() -> None:
    rules = {rule.id for rule in reprisal().urgency}
    assert {rule for rule, _, _ in HOLDS} == {rule for rule, _, _ in DOES_NOT_HOLD} == rules
    assert {rule.rstrip("ab") for rule in rules} == {f"R{number}" for number in (*range(1, 13), 14, 15)}


def test_a_child_raises_by_one_level_and_never_beyond_the_highest() -> None:
    assert triage(reprisal(), case({"C2_age": "under_18", "K2_what": ("held",)})).level is CRITICAL
    assert triage(reprisal(), case({"C2_age": "under_18", "A3_danger": "yes_now"})).level is CRITICAL


def test_no_link_never_lowers() -> None:
    for rule, answers, level in HOLDS:
        if "D1_un_link" not in answers:
            assert triage(reprisal(), case({**answers, "D1_un_link": "no"})).level is level, rule


def test_an_unfinished_case_without_choices_is_read_within_three_days() -> None:
    state = case({})
    picks = {node: picked for node, picked in state.picks.items() if node != "F4_ongoing"}
    free_text_only = State(
        rev=1, locale="en", at=MENU, kept=True, marks=dict.fromkeys(picks, Mark.ANSWERED), picks=picks
    )
    assert triage(reprisal(), free_text_only).level is MEDIUM


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        ({"W2_this_device": "yes"}, "channel_compromised"),
        ({"W2_this_device": "not_sure"}, "do_not_write_to_this_chat"),
        ({"A2_safe_here": "not_sure"}, "do_not_write_to_this_chat"),
        ({"C2_age": "under_18"}, "child"),
        ({"B2_about_whom": "my_client"}, "person_has_not_agreed"),
        (SOON | {"E3_who_where": "cannot_write"}, "wants_to_talk"),
        ({"L1_stage": "closed_case_undertaking"}, "closed_case"),
    ],
)
def test_staff_see_a_flag(answers: Answers, flag: str) -> None:
    assert flag in triage(reprisal(), case(answers)).flags
    assert flag not in triage(reprisal(), case({"B2_about_whom": "myself"})).flags
