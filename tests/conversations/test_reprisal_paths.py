"""The two short ways to the queue, and the safety stops on them."""

import pytest

from bot.engine.conversation import Do, Kind
from bot.engine.effects import Clear, Effect, Keep, Submit, Wipe
from bot.engine.events import Skip
from bot.engine.guards import holds
from bot.engine.state import END, MENU, State
from tests.conversations.person import Person, in_danger, reprisal, state_of, without_danger

DANGER_AT_MOST = 8
ORDINARY_AT_MOST = 12


# -- the short ways ------------------------------------------------------------------------------------------------


def test_somebody_in_danger_is_in_the_queue_after_eight_answers() -> None:
    for choices in in_danger():
        person = (
            Person(**choices).goes_on("W2_this_device").goes_on() if "phone" not in choices["E2_what_now"] else None
        )
        if person is None:
            continue
        assert len(person.answers) <= DANGER_AT_MOST, person.answers
        assert [submit.first for submit in person.submits] == [True]


def test_somebody_in_danger_sees_the_contacts_before_consent() -> None:
    for choices in in_danger():
        shown = Person(**choices).goes_on("E2_what_now").shown
        assert shown.index("C1_contacts") < shown.index("E1_consent_urgent")


def test_everybody_else_is_in_the_queue_after_twelve_answers_and_never_saw_contacts_pushed() -> None:
    for choices in without_danger():
        if choices["F1_main"] == "phone":
            continue
        person = Person(**choices).goes_on()
        assert len(person.answers) <= ORDINARY_AT_MOST, person.answers
        assert [submit.first for submit in person.submits] == [True]
        assert "C1_contacts" not in person.shown


def test_the_ways_ask_in_the_agreed_order() -> None:
    danger = Person(A3_danger="yes_now").goes_on().answers
    ordinary = Person(A3_danger="no", F1_main="case").goes_on().answers
    assert " ".join(name.split("_")[0] for name in danger) == "A1 A2 A3 E1 E2 E3 E4 Z1"
    assert " ".join(name.split("_")[0] for name in ordinary) == "A1 A2 A3 B1 B2 N1 F1 F2 F3 F4 D1 Z1"


def test_whom_it_is_about_is_asked_right_after_consent_and_stops_nobody() -> None:
    for option in reprisal().nodes["B2_about_whom"].options:
        person = Person(A3_danger="no", B2_about_whom=option.id).goes_on()
        assert person.answers[person.answers.index("B1_consent_store") + 1] == "B2_about_whom"
        assert [submit.first for submit in person.submits] == [True], option.id


def test_nothing_before_sending_is_a_multiple_choice() -> None:
    asked = {node for route in reprisal().opening for node in route.ask}
    assert {node for node in asked if reprisal().nodes[node].kind is Kind.MANY} == set()


def test_nothing_is_kept_before_consent_and_the_early_choices_right_after_it() -> None:
    for choices in ({"A3_danger": "yes_days"}, {"A3_danger": "no"}):
        consent = "E1_consent_urgent" if choices["A3_danger"] != "no" else "B1_consent_store"
        person = Person(**choices).goes_on(consent)
        assert not [effect for effect in person.effects if isinstance(effect, Keep | Submit)]
        person.answer()
        kept = [effect.node for effect in person.effects if isinstance(effect, Keep)]
        assert kept == ["A1_language", "A2_safe_here", "A3_danger", consent]


@pytest.mark.parametrize(("danger", "consent"), [("yes_now", "E1_consent_urgent"), ("no", "B1_consent_store")])
def test_no_consent_ends_with_nothing_kept(danger: str, consent: str) -> None:
    person = Person(A3_danger=danger, **{consent: "no"}).goes_on()
    assert person.state.at == END
    assert person.shown[-1] == "L0_no"
    assert not [effect for effect in person.effects if isinstance(effect, Keep | Submit)]


def test_consent_is_never_chosen_beforehand_and_says_what_silence_does() -> None:
    for name, minutes in (("E1_consent_urgent", 30), ("B1_consent_store", 24 * 60)):
        node = reprisal().nodes[name]
        keeping = {option.id: option.silence for option in node.options if option.do is Do.KEEP}
        assert keeping == {"yes_send": True, "yes_delete": False}
        assert node.silence_minutes == minutes
        assert node.version


def test_whoever_skips_everything_reaches_the_menu() -> None:
    person = Person()
    for _ in range(60):
        if person.state.at == MENU:
            break
        before = person.state.at
        person.does(Skip())
        if person.state.at == before:
            person.answer()
    assert person.state.at == MENU
    assert set(person.answers) <= {
        "A1_language",
        "A2_safe_here",
        "A3_danger",
        "E1_consent_urgent",
        "B2_about_whom",
        "Z1_send",
    }


# -- safety stops --------------------------------------------------------------------------------------------------


def test_not_safe_to_write_stops_with_nothing_kept() -> None:
    person = Person(A2_safe_here="no").goes_on()
    assert person.state.at == END
    assert person.shown[-1] == "A2_no"
    assert not [effect for effect in person.effects if isinstance(effect, Keep)]


@pytest.mark.parametrize(
    "choices",
    [{"A3_danger": "not_sure", "E2_what_now": "phone_or_account_taken"}, {"A3_danger": "no", "F1_main": "phone"}],
)
@pytest.mark.parametrize(("choice", "last"), [("send_close", Submit), ("delete_close", Wipe)])
def test_a_phone_that_was_taken_is_asked_about_at_once_and_stops(
    choices: dict[str, str], choice: str, last: type[Effect]
) -> None:
    person = Person(**choices, W2_this_device="yes", W2_stop=choice).goes_on()
    cause = "E2_what_now" if "E2_what_now" in choices else "F1_main"
    assert person.answers[-3:] == [cause, "W2_this_device", "W2_stop"]
    assert person.shown.index("PH1_stop") < person.shown.index("W2_stop")
    assert person.state.at == END
    assert [effect for effect in person.effects if isinstance(effect, last)]
    assert [effect for effect in person.effects if isinstance(effect, Clear)]
    assert "R1_code" not in person.shown


def test_a_stop_is_passed_by_nothing_but_its_own_two_buttons() -> None:
    person = Person(A3_danger="yes_now", E2_what_now="phone_or_account_taken", W2_this_device="yes").goes_on("W2_stop")
    person.does(Skip())
    assert person.state.at == "W2_stop"


def test_not_sure_about_the_phone_goes_on_without_a_greeting_in_this_chat() -> None:
    person = Person(A3_danger="yes_now", E2_what_now="phone_or_account_taken", W2_this_device="not_sure").goes_on(
        "E4_contact"
    )
    assert person.state.at == "E4_contact"
    assert "this_chat_neutral" not in ways_offered(person.state, "E4_contact")


@pytest.mark.parametrize("node", ["E4_contact", "E4b_contact_no_text", "N1_contact"])
def test_a_greeting_in_this_chat_is_offered_only_where_writing_is_safe(node: str) -> None:
    assert ways_offered(state_of(), node) == ["code_only", "this_chat_neutral"]
    assert ways_offered(state_of(A2_safe_here="not_sure"), node) == ["code_only"]
    assert ways_offered(state_of(W2_this_device="not_sure"), node) == ["code_only"]


def ways_offered(state: State, node: str) -> list[str]:
    options = reprisal().nodes[node].options
    return sorted(option.id for option in options if holds(reprisal(), state, option.when))
