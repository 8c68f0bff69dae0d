"""What a typed line means where a button was asked, on a small keyboard, in any of the languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Conversation
from bot.intake.understood import (
    always,
    fold,
    guess_locale,
    is_urgent,
    locale_named,
    names_a_way,
    option_of,
    options_of,
)
from tests.intake.desk import Desk, Made, run


def option(spoken: Conversation, node_id: str, line: str) -> str | None:
    node = spoken.nodes[node_id]
    found = option_of(spoken, node, node.options, line)
    return found.id if found else None


@pytest.mark.parametrize(
    ("node", "line", "meant"),
    [
        ("A3_danger", "1", "yes_now"),
        ("A3_danger", "4.", "no"),
        ("A3_danger", "9", None),
        ("A3_danger", "нет", "no"),
        ("A3_danger", "ҳа, ҳозир", "yes_now"),
        ("A3_danger", "ха хозир", "yes_now"),
        ("F1_main", "дигар", "other"),
        ("F1_main", "Travel", "travel"),
        ("F3_when", "today", "today"),
        ("F3_when", "today at noon", None),
        ("F3_when", "СЕГОДНЯ", "today"),
        ("E3_who_where", "1", None),
        ("E3_who_where", "I cannot write", "cannot_write"),
        ("A3_danger", "да", None),
        ("F4_ongoing", "да", "ongoing"),
    ],
)
def test_a_number_a_label_or_its_first_word_is_the_option(
    spoken: Conversation, node: str, line: str, meant: str | None
) -> None:
    assert option(spoken, node, line) == meant


def test_several_numbers_tick_several(spoken: Conversation) -> None:
    node = spoken.nodes["F6_who"]
    wanted = [node.options[0].id, node.options[2].id]
    assert [each.id for each in options_of(spoken, node, node.options, "1, 3")] == wanted
    assert options_of(spoken, node, node.options, "1, 300") == ()


@pytest.mark.parametrize("line", ["help", "КУМАК!", "помогите", "Помогите, пожалуйста", "please help"])
def test_one_word_for_help_is_heard_alone_or_with_one_more(spoken: Conversation, line: str) -> None:
    assert is_urgent(spoken, line)


@pytest.mark.parametrize("line", ["they did not help", "кумак намекунанд ба мо", "the help came late"])
def test_one_word_for_help_in_a_longer_line_is_an_answer(spoken: Conversation, line: str) -> None:
    assert not is_urgent(spoken, line)


def test_a_phrase_is_heard_in_a_line_of_six_words_and_not_in_a_story(spoken: Conversation) -> None:
    assert is_urgent(spoken, "quick they are at the door")
    assert not is_urgent(spoken, "it began when we heard that they are at the door of a neighbour")


@pytest.mark.parametrize(
    ("line", "locale"), [("English", "en"), ("русский", "ru"), ("ТОҶИКӢ", "tg"), ("точики", "tg"), ("deutsch", None)]
)
def test_a_language_is_named_in_any_language(spoken: Conversation, line: str, locale: str | None) -> None:
    assert locale_named(spoken, line) == locale


@pytest.mark.parametrize(
    ("text", "locale"),
    [("вчера пришли двое", "ru"), ("дирӯз ду нафар омаданд", "tg"), ("two men", "en"), ("123", "en")],
)
def test_the_language_of_the_first_consent_is_guessed_from_the_letters(
    spoken: Conversation, text: str, locale: str
) -> None:
    assert guess_locale(spoken, text) == locale


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Signal, after 18:00", True),
        ("@somebody", True),
        ("ватсап", True),
        ("в телеграме", True),
        ("почтаи электронӣ", True),
        ("на почту", True),
        ("имо", True),
        ("коғаз нишон надоданд", False),
        ("его почти убили", False),
        ("бародарамро ба сӯҳбат бурданд", False),
        ("Simon was taken from the hotel", False),
        ("", False),
    ],
)
def test_a_way_of_contact_has_a_digit_an_at_sign_or_a_channel(line: str, names: bool) -> None:
    assert names_a_way(line) is names


@given(line=st.text(max_size=60))
def test_no_line_is_too_strange(made: Made, line: str) -> None:
    spoken = made.conversation
    assert fold(fold(line)) == fold(line)
    always(spoken, line)
    is_urgent(spoken, line)
    for node in ("A3_danger", "F6_who", "F3_when", "E3_who_where"):
        options_of(spoken, spoken.nodes[node], spoken.nodes[node].options, line)


def test_a_label_that_also_sounds_urgent_is_the_answer_where_it_is_an_option(desk: Desk) -> None:
    """«Стоят у двери» is on a button of the question what is happening, and a cry everywhere else."""

    async def talk() -> None:
        label = desk.text("E2_what_now.followed_or_at_door", "ru")
        phone = desk.phone()
        await phone.start()
        await phone.taps("A1_language.ru", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
        await phone.says("помогите")
        assert phone.sees("URG")
        await phone.says(label)
        assert phone.sees("E3_who_where")

    run(talk())
