"""The table of transitions, row by row: ticks, words, Skip and Back."""

from bot.engine.effects import Keep, Show
from bot.engine.events import (
    Back,
    Done,
    Open,
    Pick,
    Revisit,
    Send,
    Set,
    Skip,
    Words,
)
from bot.engine.state import MENU, Mark
from tests.engine.playbook import Play, at_ticks, in_calm, in_storm, sent

AGAIN = "ERR_kind"

# -- Set, Done -----------------------------------------------------------------------------------------------------


def test_a_tick_is_set_and_cleared_where_it_stands() -> None:
    play = at_ticks()
    rev = play.state.rev
    assert play(Set("woman", on=True)) == (Show("P2_who", "big"),)
    assert play(Set("man", on=True)) == (Show("P2_who", "big"),)
    assert list(play.state.pending) == ["man", "woman"]
    play(Set("man", on=True))
    assert list(play.state.pending) == ["man", "woman"]
    play(Set("woman", on=False), Set("woman", on=False))
    assert list(play.state.pending) == ["man"]
    assert play.state.rev == rev
    assert "P2_who" not in play.state.marks


def test_an_option_that_stands_alone_clears_the_other_ticks() -> None:
    play = at_ticks()
    play(Set("man", on=True), Set("nobody", on=True))
    assert play.state.pending == ("nobody",)
    play(Set("child", on=True))
    assert play.state.pending == ("child",)


def test_a_tapped_choice_in_a_multiple_choice_is_a_tick() -> None:
    play = at_ticks()
    assert play(Pick("man")) == (Show("P2_who", "big"),)
    assert play.state.pending == ("man",)


def test_ticks_elsewhere_are_not_understood() -> None:
    play = in_calm()
    assert play(Set("lost", on=True)) == (Show(AGAIN), Show("W1_what"))


def test_done_answers_with_the_ticks() -> None:
    play = at_ticks()
    play(Set("woman", on=True), Done())
    assert play.kept == [Keep("P2_who", 0, ("woman",))]
    assert play.shown == ["P3_note", "P4_detail"]


def test_done_without_ticks_is_skip() -> None:
    play = at_ticks()
    play(Done())
    assert play.kept == []
    assert play.state.marks["P2_who"] is Mark.SKIPPED


def test_done_where_nothing_is_to_be_done_is_not_understood() -> None:
    play = in_calm()
    assert play(Done()) == (Show(AGAIN), Show("W1_what"))


def test_ticks_are_there_again_when_the_question_is_asked_again() -> None:
    play = at_ticks()
    play(Set("woman", on=True), Done(), Back())
    assert (play.at, play.state.pending) == ("P2_who", ("woman",))
    play(Done())
    assert play.kept == []


# -- Words ---------------------------------------------------------------------------------------------------------


def test_words_answer_a_question_that_takes_words() -> None:
    play = in_storm()
    play(Pick("lost"), Words("blown away"))
    assert play.effects == (Keep("W2_short", 0, (), "blown away"), Show("W4_reach"))


def test_words_come_with_the_ticks_made_so_far() -> None:
    play = sent()
    play(Open("thing"), Pick("black"), Set("park", on=True), Words("near the pond"))
    assert play.kept == [Keep("T4_where", 0, ("park",), "near the pond")]
    assert play.at == MENU
    play(Revisit("T4_where"))
    assert play.state.pending == ("park",)
    play(Done())
    assert play.kept == []


def test_words_replace_a_choice_and_a_choice_replaces_words() -> None:
    play = in_storm()
    play(Pick("lost"), Words("blown away"), Back(), Pick("cannot"))
    assert play.kept == [Keep("W2_short", 0, ("cannot",))]
    play(Back(), Words("well, yes"))
    assert play.kept == [Keep("W2_short", 0, (), "well, yes")]
    assert play.state.picks["W2_short"] == ()


def test_a_story_takes_many_messages_until_ready() -> None:
    play = in_calm()
    play(Pick("lost"))
    rev = play.state.rev
    assert play(Words("one")) == (Keep("W3_story", 0, (), "one"), Show("MORE"))
    assert play(Words("two")) == (Keep("W3_story", 1, (), "two"), Show("MORE"))
    assert play(Words("three", more=True)) == (Keep("W3_story", 2, (), "three"),)
    assert (play.at, play.state.rev) == ("W3_story", rev)
    assert play(Done()) == (Show("P1_when"),)
    play(Back())
    assert play(Words("four"))[0] == Keep("W3_story", 3, (), "four")


def test_ready_without_a_story_is_skip() -> None:
    play = in_calm()
    play(Pick("lost"), Done())
    assert play.state.marks["W3_story"] is Mark.SKIPPED


def test_an_unfinished_story_is_sent_with_the_rest() -> None:
    play = in_calm()
    play(Pick("lost"), Words("one"), Send())
    assert "W3_story" in play.submitted[0].nodes


def test_a_further_part_belongs_to_the_last_words_and_moves_nothing() -> None:
    play = in_storm()
    play(Pick("lost"), Words("blown"))
    at = play.at
    assert play(Words("away", more=True)) == (Keep("W2_short", 1, (), "away"),)
    assert play.at == at


def test_a_further_part_of_nothing_is_words() -> None:
    play = in_storm()
    play(Pick("lost"))
    assert play(Words("blown", more=True))[0] == Keep("W2_short", 0, (), "blown")


def test_words_where_only_buttons_are_asked_are_kept_and_the_question_is_asked_again() -> None:
    play = in_calm()
    assert play(Words("my umbrella")) == (Keep("O1_more", 0, (), "my umbrella"), Show("ERR_added"), Show("W1_what"))
    assert play(Words("is gone"))[0] == Keep("O1_more", 1, (), "is gone")
    assert play.at == "W1_what"
    play(Send())
    assert "O1_more" in play.submitted[0].nodes


def test_words_at_the_menu_of_a_sent_case_are_sent_at_once() -> None:
    play = sent()
    effects = play(Words("one more thing"))
    assert effects[0] == Keep("O1_more", 0, (), "one more thing")
    assert [effect.first for effect in play.submitted] == [False]
    assert effects[-2:] == (Show("S1_added"), Show(MENU))
    play(Words("and more of it", more=True))
    assert play.kept[0].part == 1
    assert len(play.submitted) == 1


def test_words_before_consent_are_not_kept() -> None:
    play = Play()
    play.picks("en", "yes")
    before = play.state
    assert play(Words("they took it")) == (Show("Q3_storm"),)
    assert play.state == before


def test_empty_words_are_asked_again() -> None:
    play = in_calm()
    for text in ("", " ", "\n\t"):
        assert play(Words(text)) == (Show("ERR_empty"), Show("W1_what"))


# -- Skip, Back ----------------------------------------------------------------------------------------------------


def test_skip_passes_a_question() -> None:
    play = in_calm()
    assert play(Skip()) == (Show("W3_story"),)
    assert play.state.marks["W1_what"] is Mark.SKIPPED


def test_skip_is_refused_where_an_answer_is_required() -> None:
    play = Play()
    assert play(Skip()) == (Show("Q1_language"),)
    storm = in_storm()
    storm(Skip(), Skip())
    assert storm.at == "W4_reach"
    assert storm(Skip()) == (Show("W4_reach"),)
    calm = in_calm()
    calm(Skip(), Skip(), Skip())
    assert calm.at == "W4_reach"
    assert calm(Skip()) == (Show("Z1_send"),)


def test_skip_keeps_an_earlier_answer() -> None:
    play = in_calm()
    play(Pick("lost"), Back(), Skip())
    assert (play.at, play.state.picks["W1_what"]) == ("W3_story", ("lost",))


def test_skip_at_the_menu_is_not_understood() -> None:
    play = sent()
    assert play(Skip()) == (Show(AGAIN), Show(MENU))


def test_back_goes_to_the_question_before_and_erases_nothing() -> None:
    play = in_storm()
    play(Pick("lost"), Words("blown away"))
    answers = play.state.picks
    assert play(Back()) == (Show("W2_short"),)
    assert play(Back()) == (Show("W1_what"),)
    assert play(Back()) == (Show("L1_consent_storm"),)
    assert play(Back()) == (Show("Q3_storm"),)
    assert play.state.picks == answers


def test_back_on_the_first_question_stays() -> None:
    play = Play()
    before = play.state
    assert play(Back()) == (Show("Q1_language"),)
    assert play.state == before


def test_back_on_the_first_question_of_a_section_leads_to_the_menu() -> None:
    play = sent()
    play(Open("thing"))
    assert play(Back()) == (Show(MENU),)


def test_back_goes_past_questions_that_are_no_longer_asked() -> None:
    play = in_storm()
    play(Pick("lost"), Words("x"), Back(), Back(), Back(), Back(), Pick("no"))
    assert play.at == "L2_consent"
    play(Pick("yes_send"))
    assert play.at == "W3_story"
    assert play(Back()) == (Show("W1_what"),)
    assert play(Back()) == (Show("L2_consent"),)
