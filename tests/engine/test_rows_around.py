"""The table of transitions, row by row: going back to answers, sections, sending, leaving, and the state."""

from bot.engine.effects import Clear, Drop, Keep, Show, Submit, Wipe
from bot.engine.events import (
    Back,
    Begin,
    Delete,
    Done,
    Exit,
    Expire,
    Forget,
    Locale,
    Open,
    Pick,
    Revisit,
    Send,
    Set,
    Skip,
    Unreadable,
    View,
    Words,
)
from bot.engine.state import END, MENU, Mark
from tests.engine.playbook import Play, at_ticks, in_calm, in_storm, sent

AGAIN = "ERR_kind"

# -- Revisit, Forget -----------------------------------------------------------------------------------------------


def test_revisit_asks_again_and_a_new_answer_replaces_the_old() -> None:
    play = in_calm()
    play(Pick("lost"), Words("one"), Words("two"), Done())
    assert play(Revisit("W1_what")) == (Show("W1_what"),)
    play(Pick("stolen"))
    assert play.kept == [Keep("W1_what", 0, ("stolen",))]
    assert play.at == "P1_when"
    play(Revisit("W3_story"), Words("anew"))
    assert play.kept == [Keep("W3_story", 0, (), "anew")]


def test_revisit_knows_only_answered_questions() -> None:
    play = in_calm()
    for node in ("W4_reach", "T1_shelter", "nonsense"):
        assert play(Revisit(node)) == (Show(AGAIN), Show("W1_what"))


def test_after_sending_only_questions_of_menu_sections_are_revisited() -> None:
    play = sent()
    assert play(Revisit("W1_what")) == (Show(AGAIN), Show(MENU))
    assert play(Revisit("P1_when")) == (Show("P1_when"),)
    assert play.state.scope == "place"
    play(Pick("earlier"))
    assert play.at == "P2_who"


def test_forget_drops_an_answer() -> None:
    play = in_calm()
    play(Pick("lost"), Words("one"), Done())
    assert play(Forget("W3_story")) == (Drop("W3_story"), Show("P1_when"))
    assert "W3_story" not in play.state.marks
    assert play.state.tail is None


def test_forget_walks_on_when_the_question_rested_on_it() -> None:
    play = sent()
    play(Open("place"), Set("man", on=True), Done())
    assert play.at == "P4_detail"
    effects = play(Forget("P2_who"))
    assert effects == (Drop("P2_who"), Show("P2_who"))


def test_forget_at_the_menu_of_a_sent_case_is_sent_at_once() -> None:
    play = sent()
    play(Forget("W3_story"))
    assert play.effects[0] == Drop("W3_story")
    assert "W3_story" not in play.submitted[0].nodes


def test_consent_and_what_is_not_there_cannot_be_forgotten() -> None:
    play = in_calm()
    for node in ("L2_consent", "W1_what", "nonsense"):
        assert play(Forget(node)) == (Show(AGAIN), Show("W1_what"))
    before_consent = Play()
    before_consent.picks("en")
    assert before_consent(Forget("Q1_language")) == (Show(AGAIN), Show("Q2_rain"))


# -- Open ----------------------------------------------------------------------------------------------------------


def test_open_asks_the_first_question_of_the_section_after_its_intro() -> None:
    play = sent()
    assert play(Open("thing")) == (Show("INTRO"), Show("T2_colour"))
    assert play.state.scope == "thing"


def test_a_begun_section_goes_on_without_its_intro() -> None:
    play = sent()
    play(Open("thing"), Pick("black"), Back(), Back())
    assert play(Open("thing")) == (Show("T4_where"),)


def test_a_section_ends_with_what_is_new_sent_and_the_menu() -> None:
    play = sent()
    play(Open("thing"), Pick("black"), Set("park", on=True))
    effects = play(Done())
    assert effects[0] == Keep("T4_where", 0, ("park",))
    assert [effect.first for effect in play.submitted] == [False]
    assert effects[-2:] == (Show("S1_added"), Show(MENU))
    assert not play.state.fresh


def test_a_section_without_anything_new_ends_quietly() -> None:
    play = sent()
    play(Open("place"), Skip())
    assert play.effects == (Show(MENU),)


def test_a_finished_section_shows_its_answered_questions() -> None:
    play = sent()
    play(Open("place"), Skip())
    before = play.state
    assert play(Open("place")) == (Show("answered", "place"),)
    assert play.state == before


def test_open_is_for_the_menu_and_for_what_is_offered() -> None:
    play = sent()
    for section in ("thief", "nonsense", "opening"):
        assert play(Open(section)) == (Show(AGAIN), Show(MENU))
    calm = in_calm()
    assert calm(Open("place")) == (Show(AGAIN), Show("W1_what"))


# -- Send ----------------------------------------------------------------------------------------------------------


def test_send_from_anywhere_submits_what_is_new() -> None:
    play = in_storm()
    play(Pick("lost"), Send())
    assert [effect.first for effect in play.submitted] == [True]
    assert play.at == MENU


def test_send_with_nothing_new_says_so() -> None:
    play = sent()
    assert play(Send()) == (Show("NOTHING_NEW"), Show(MENU))
    before = Play()
    assert before(Send()) == (Show("NOTHING_NEW"), Show("Q1_language"))


# -- Locale, View, Exit, Expire, Delete, anything else -------------------------------------------------------------


def test_another_language_asks_the_same_question() -> None:
    play = in_calm()
    rev = play.state.rev
    assert play(Locale("ru")) == (Show("W1_what"),)
    assert (play.state.locale, play.state.rev) == ("ru", rev)
    play(Locale("xx"))
    assert play.state.locale == "ru"


def test_a_view_moves_nothing() -> None:
    play = at_ticks()
    before = play.state
    assert play(View("WHO")) == (Show("WHO"),)
    assert play(View("P2_who", "small")) == (Show("P2_who", "small"),)
    assert play(View("P2_who", "nonsense")) == (Show("P2_who"),)
    assert play(View(MENU, "all")) == (Show(MENU, "all"),)
    assert play(View("nonsense")) == (Show(AGAIN), Show("P2_who"))
    assert play.state == before


def test_exit_clears_and_leaves_the_neutral_line() -> None:
    play = in_calm()
    before = play.state
    assert play(Exit()) == (Clear(), Show("EXIT_line"))
    assert play.state == before


def test_silence_sends_what_is_new_if_that_was_chosen() -> None:
    play = in_storm("yes_send")
    play(Pick("lost"), Words("blown away"))
    (submit,) = play(Expire())
    assert isinstance(submit, Submit)
    assert submit.first
    assert "W2_short" in submit.nodes
    assert play.at == END


def test_silence_erases_if_that_was_chosen() -> None:
    play = in_storm("yes_delete")
    play(Pick("lost"))
    assert play(Expire()) == (Wipe(),)
    assert (play.at, play.state.marks) == (END, {})


def test_silence_with_nothing_new_or_before_consent_only_ends() -> None:
    play = sent()
    assert play(Expire()) == ()
    assert play.at == END
    before = Play()
    assert before(Expire()) == ()
    assert before.at == END


def test_of_two_consents_the_one_that_is_asked_counts_for_silence() -> None:
    play = in_storm("yes_send")
    play(Back(), Back(), Pick("no"), Pick("yes_delete"))
    assert play(Expire()) == (Wipe(),)


def test_delete_erases_from_anywhere() -> None:
    for play in (Play(), in_calm(), sent()):
        assert play(Delete()) == (Wipe(), Clear(), Show("EXIT_line"))
        assert (play.at, play.state.marks, play.state.sent) == (END, {}, False)


def test_what_cannot_be_read_is_said_and_asked_again() -> None:
    play = in_calm()
    assert play(Unreadable()) == (Show("ERR_kind"), Show("W1_what"))
    assert play(Unreadable("ERR_voice")) == (Show("ERR_voice"), Show("W1_what"))
    assert play(Unreadable("nonsense")) == (Show("ERR_kind"), Show("W1_what"))


def test_at_the_end_nothing_moves() -> None:
    play = in_storm("no")
    rev = play.state.rev
    for event in (Pick("yes_send"), Words("wait"), Skip(), Back(), Done(), Open("place"), Send(), Begin()):
        assert play(event)[-1] == Show("EXIT_line")
        assert (play.at, play.state.rev, play.kept) == (END, rev, [])


# -- State ---------------------------------------------------------------------------------------------------------


def test_an_answer_whose_branch_closes_stays_and_returns_with_it() -> None:
    play = sent()
    play(Open("place"), Set("man", on=True), Done(), Words("tall"))
    play(Revisit("P2_who"), Set("man", on=False), Set("child", on=True), Done())
    assert play.state.marks["P4_detail"] is Mark.ANSWERED
    assert "P4_detail" not in play.submitted[0].nodes
    play(Revisit("P2_who"), Set("woman", on=True), Done())
    assert "P4_detail" in play.submitted[0].nodes


def test_the_revision_grows_when_another_question_is_shown() -> None:
    play = Play()
    seen = [play.state.rev]
    play.picks("en")
    seen.append(play.state.rev)
    play(Back())
    seen.append(play.state.rev)
    assert seen == sorted(set(seen))
