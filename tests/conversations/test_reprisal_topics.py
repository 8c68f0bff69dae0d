"""The permissions, the menu of topics, and that nothing of the study is missing."""

import re
from collections.abc import Iterable

import pytest

from bot.engine.conversation import AuthorKind, Compartment, Do, Kind
from bot.engine.effects import Keep
from bot.engine.events import Open, Words
from bot.engine.guards import active
from bot.engine.menu import entries
from bot.engine.state import State
from tests.conversations.person import Person, in_danger, reprisal, state_of, without_danger

PAGE_AT_MOST = 8

DOMAIN_STATES = re.findall(
    r"\w+",
    """
    A1_language A2_safe_here A3_danger E1_consent_urgent E2_what_now E3_who_where E4_contact
    B1_consent_store B2_about_whom B3_their_consent N1_contact F1_forms F2_story F3_when F4_ongoing
    G1_held_now G2_place_by_whom G3_access G4_health T1_ill_treatment H1_channel H2_words H3_deadline
    X1_missing X1_death L1_stage L2_accusation L3_next_date V1_kind V2_when_where W1_kind W2_this_device
    M1_smear K1_family F5_where F6_who F7_who_detail D1_un_link D2_un_bodies D3_un_when D4_un_what
    D5_why_link C1_name C2_age C3_gender C4_country_now C5_roles C6_work I1_evidence I2_files I3_reported
    J1_risk J2_share_un J3_letter J4_public_letter J5_sg_report J6_referral J7_numbers N2_if_silent Z1_send
    """,
)
"""Every state of the study; X1 became two questions, and Z2 is what the screen R2_after offers."""

URGENT_FIRST = {
    "person_now": "G1_held_now",
    "threats": "H3_deadline",
    "case_dates": "L3_next_date",
    "travel": "V2_date",
    "devices": "W2_this_device",
    "published": "M2_what",
    "family": "K2_what",
    "where_who": "F1_forms",
    "about": "C2_age",
}
"""Topic to the question that can raise urgency, which is asked first in it."""


# -- permissions ---------------------------------------------------------------------------------------------------

GOVERNMENT = ("J2_share_un", "J3_letter", "J4_public_letter", "J5_sg_report")
ALLOWED = {"J2_share_un": "allow", "J3_letter": "allow", "J4_public_letter": "allow", "J5_sg_report": "with_name"}


def asked(state: State, nodes: Iterable[str] = GOVERNMENT) -> list[str]:
    return [node for node in nodes if active(reprisal(), state, node)]


def test_each_permission_rests_on_the_one_before() -> None:
    assert asked(state_of(B2_about_whom="myself")) == ["J2_share_un"]
    assert asked(state_of(B2_about_whom="myself", J2_share_un="allow")) == ["J2_share_un", "J3_letter", "J5_sg_report"]
    assert asked(state_of(B2_about_whom="myself", **ALLOWED)) == list(GOVERNMENT)
    assert asked(state_of(B2_about_whom="myself", J2_share_un="ask_later", J3_letter="allow")) == ["J2_share_un"]


@pytest.mark.parametrize(
    ("answers", "open_for_staff"),
    [
        ({}, False),
        ({"B2_about_whom": "my_client"}, False),
        ({"B2_about_whom": "my_client", "B3_their_consent": "not_asked"}, False),
        ({"B2_about_whom": "my_client", "B3_their_consent": "cannot_reach_other"}, False),
        ({"B2_about_whom": "my_client", "B3_their_consent": "agreed"}, True),
        ({"B2_about_whom": "family_member", "B3_their_consent": "cannot_reach_family_or_lawyer"}, True),
        ({"B2_about_whom": "myself"}, True),
        ({"B2_about_whom": "myself", "C2_age": "under_18"}, False),
        ({"B2_about_whom": "my_client", "B3_their_consent": "agreed", "C2_age": "under_18"}, False),
    ],
)
def test_who_may_decide_about_letters_and_reports(answers: dict[str, str], *, open_for_staff: bool) -> None:
    assert asked(state_of(**answers, **ALLOWED)) == (list(GOVERNMENT) if open_for_staff else [])


def test_help_and_numbers_are_asked_of_everybody() -> None:
    for answers in ({}, {"B2_about_whom": "my_client", "B3_their_consent": "not_asked"}, {"C2_age": "under_18"}):
        assert asked(state_of(**answers), ["J6_referral", "J7_numbers", "J1_risk"]) == [
            "J6_referral",
            "J7_numbers",
            "J1_risk",
        ]


def test_no_permission_gives_another_one() -> None:
    levels = [node for node in reprisal().nodes.values() if node.author_kind is AuthorKind.CONSENT]
    assert len({node.version for node in levels}) == len(levels) == 8
    assert not [
        option for node in levels for option in node.options if option.do is Do.KEEP and node.id.startswith("J")
    ]


def topic(section: str, state: State, **choices: str) -> list[str]:
    person = Person(**choices)
    person.state, person.effects = state, []
    person.does(Open(section))
    return person.goes_on().answers


def test_after_the_short_way_permissions_open_with_the_one_that_helps_tonight() -> None:
    asked_now = topic("permissions", state_of(A3_danger="yes_now"), B2_about_whom="family_member")
    assert asked_now[:4] == ["J6_referral", "B2_about_whom", "B3_their_consent", "J2_share_un"]


def test_whoever_writes_for_another_person_is_asked_first_whether_they_agree() -> None:
    assert topic("permissions", state_of(B2_about_whom="my_client"))[:2] == ["B3_their_consent", "J6_referral"]
    assert "B3_their_consent" not in topic("permissions", state_of(B2_about_whom="myself"))


def test_under_eighteen_may_name_an_adult_and_goes_on() -> None:
    assert topic("about", state_of(), C2_age="under_18")[:3] == ["C2_age", "C2_minor", "C1_name"]
    assert "C2_minor" not in topic("about", state_of(), C2_age="25_59")


# -- topics --------------------------------------------------------------------------------------------------------


def first_list(**answers: str) -> list[str]:
    return [entry.section for entry in entries(reprisal(), state_of(**answers)) if entry.first]


def test_the_menu_of_the_four_people() -> None:
    assert first_list(A3_danger="yes_now", E2_what_now="taken_or_held") == [
        "permissions",
        "person_now",
        "own_words",
        "where_who",
    ]
    assert first_list(A3_danger="yes_days", E2_what_now="threat_death") == [
        "permissions",
        "threats",
        "own_words",
        "where_who",
    ]
    lawyer = first_list(B2_about_whom="my_client", F1_main="case", D1_un_link="helped_someone")
    assert lawyer == ["case_dates", "own_words", "where_who", "link", "permissions"]
    assert "link" not in first_list(D1_un_link="no")
    assert first_list(A3_danger="yes_now", E2_what_now="phone_or_account_taken")[:2] == ["permissions", "devices"]


def test_permissions_are_always_on_the_first_list_which_has_six_places() -> None:
    for choices in (*in_danger(), *without_danger()):
        shown = first_list(**{node: option for node, option in choices.items() if option})
        assert "permissions" in shown
        assert len(shown) <= 6


def test_every_topic_is_offered_to_everybody_once() -> None:
    offered = [entry.section for entry in entries(reprisal(), state_of())]
    assert sorted(offered) == sorted(reprisal().sections)


def test_in_every_topic_the_question_that_can_raise_urgency_comes_first() -> None:
    assert {name: reprisal().sections[name].nodes[0] for name in URGENT_FIRST} == URGENT_FIRST


def test_a_topic_asks_at_most_eight_questions() -> None:
    for section in reprisal().sections.values():
        questions = [node for node in section.nodes if reprisal().nodes[node].kind is not Kind.SAY]
        for answers in ({"B2_about_whom": "my_client"}, {"B2_about_whom": "myself"}):
            count = len(topic(section.id, state_of(**answers, D1_un_link="yes_took_part"), W2_this_device="no"))
            assert count <= 8, (section.id, questions)


def test_hard_topics_say_so_before_their_first_question() -> None:
    assert {name for name, each in reprisal().sections.items() if each.intro == "S2_hard"} == {
        "person_now",
        "last_seen",
    }
    assert reprisal().sections["permissions"].intro == "J0_intro"


def test_a_family_that_hopes_reads_nothing_about_death() -> None:
    assert topic("last_seen", state_of(F1_main="missing")) == ["X1_missing"]
    assert topic("last_seen", state_of(F1_main="missing", F1_life="killing")) == ["X1_death"]


# -- complete ------------------------------------------------------------------------------------------------------


def test_every_state_of_the_study_is_there() -> None:
    assert [state for state in DOMAIN_STATES if state not in reprisal().nodes] == []
    assert len(DOMAIN_STATES) == 60
    assert "R2_after" in reprisal().screens


def test_a_page_holds_at_most_eight_choices() -> None:
    agreed_longer = {"E2_what_now": 10, "F1_main": 9}
    for node in reprisal().nodes.values():
        choices = [option for option in node.options if option.act is None]
        pages: set[str | None] = {option.group for option in choices if option.group}
        for page in pages or {None}:
            on_page = [option for option in choices if option.group in {page, None}]
            assert len(on_page) <= agreed_longer.get(node.id, PAGE_AT_MOST), (node.id, page)


def test_names_and_ways_of_contact_go_to_the_identity_part() -> None:
    identity = {node.id for node in reprisal().nodes.values() if node.compartment is Compartment.IDENTITY}
    contact = {node.id for node in reprisal().nodes.values() if node.author_kind is AuthorKind.CONTACT}
    assert contact == {"E4_contact", "E4b_contact_no_text", "N1_contact"}
    assert contact | {"C1_name", "C2_minor", "N3_hours", "N4_check_word", "N5_trusted"} == identity


def test_silence_is_never_offered_as_an_alarm() -> None:
    """Nobody is known to be on duty day and night, so nothing is promised that only they could keep."""
    offered = {option.id for option in reprisal().nodes["N2_if_silent"].options if not option.act}
    assert offered == {"wait", "try_once_same_way", "contact_trusted_person"}


def test_questions_about_the_person_have_a_wording_for_the_person_themselves() -> None:
    texts = reprisal().texts["en"]
    third_person = {node.id for node in reprisal().nodes.values() if "the person" in texts[node.say].casefold()}
    about_others = {"A3_danger", "B3_their_consent", "J3_letter", "V1_kind", "X1_missing"}
    missing = {name for name in third_person - about_others if reprisal().nodes[name].say_self is None}
    assert missing == set()


def test_what_is_written_where_only_buttons_are_asked_is_part_of_the_story() -> None:
    person = Person(A3_danger="no").goes_on("B2_about_whom")
    person.does(Words("they came again"))
    assert (
        [effect for effect in person.effects if isinstance(effect, Keep)][-1].node == reprisal().more == "O1_more_words"
    )
    assert person.state.at == "B2_about_whom"
