"""The table of transitions of docs/conversation.md, row by row, on a made-up conversation about umbrellas."""

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
from bot.engine.step import start
from tests.engine.playbook import Play, in_calm, in_storm, sent, umbrella

AGAIN = "ERR_kind"

# -- Begin ---------------------------------------------------------------------------------------------------------


def test_it_starts_with_the_first_question() -> None:
    state, effects = start(umbrella(), "ru")
    assert (state.at, state.locale, state.kept) == ("Q1_language", "ru", False)
    assert effects == (Show("Q1_language"),)


def test_begin_with_a_draft_asks_whether_to_go_on_and_moves_nothing() -> None:
    play = in_calm()
    before = play.state
    assert play(Begin()) == (Show("S4_resume"),)
    assert play.state == before


def test_begin_before_consent_asks_the_question_again() -> None:
    play = Play()
    assert play(Begin()) == (Show("Q1_language"),)


# -- Pick ----------------------------------------------------------------------------------------------------------


def test_a_choice_answers_and_the_next_open_question_is_asked() -> None:
    play = Play()
    play.picks("en")
    assert play.effects == (Show("Q2_rain"),)
    assert play.state.picks["Q1_language"] == ("en",)
    assert play.state.marks["Q1_language"] is Mark.ANSWERED


def test_what_is_said_in_passing_is_shown_above_the_next_question_once() -> None:
    play = Play()
    play.picks("en", "yes", "now")
    assert play.shown == ["T1_shelter", "L1_consent_storm"]
    play(Back(), Pick("soon"))
    assert play.shown == ["L1_consent_storm"]


def test_an_option_with_a_language_changes_it() -> None:
    play = Play()
    play.picks("ru")
    assert play.state.locale == "ru"


def test_an_option_that_only_shows_moves_nothing() -> None:
    play = Play()
    play.picks("en", "yes")
    before = play.state
    assert play(Pick("who")) == (Show("WHO"),)
    assert play.state == before


def test_an_option_for_the_shell_or_unknown_or_not_offered_is_not_a_choice() -> None:
    play = Play()
    play.picks("en", "yes")
    for option in ("code", "nonsense", ""):
        assert play(Pick(option)) == (Show(AGAIN), Show("Q3_storm"))
    calm = in_calm()
    assert calm(Pick("odd")) == (Show(AGAIN), Show("W1_what"))
    storm = in_storm()
    assert storm(Pick("odd"))[0] == Keep("W1_what", 0, ("odd",))


def test_consent_first_keeps_the_choices_made_before_it() -> None:
    play = in_storm()
    assert play.kept == [
        Keep("Q1_language", 0, ("en",)),
        Keep("Q2_rain", 0, ("yes",)),
        Keep("Q3_storm", 0, ("now",)),
        Keep("L1_consent_storm", 0, ("yes_send",)),
    ]
    assert play.state.kept
    assert play.at == "W1_what"


def test_saying_no_to_consent_ends_with_its_screen_and_nothing_kept() -> None:
    play = in_storm("no")
    assert play.effects == (Show("REFUSED"),)
    assert (play.at, play.state.kept) == (END, False)


def test_saying_no_later_erases_what_was_kept() -> None:
    play = in_storm()
    play(Back())
    assert play.at == "L1_consent_storm"
    assert play(Pick("no")) == (Wipe(), Show("REFUSED"))
    assert (play.at, play.state.kept, play.state.picks) == (END, False, {})


def test_stopping_before_consent_ends() -> None:
    play = Play()
    play.picks("en", "no")
    assert play.effects == (Show("DRY"),)
    assert play.at == END


def test_stopping_once_something_is_kept_closes_and_leaves_it_to_the_silence_choice() -> None:
    play = in_storm()
    play(Back(), Back(), Back())
    assert play.at == "Q2_rain"
    before = play.state
    assert play(Pick("no")) == (Clear(), Show("EXIT_line"))
    assert play.state == before


def test_send_submits_once_as_first_and_shows_the_menu() -> None:
    play = in_storm()
    play(Pick("lost"), Words("blown away"), Pick("here"), Pick("send"))
    assert play.effects == (
        Keep("Z1_send", 0, ("send",)),
        Submit(
            (
                "Q1_language",
                "Q2_rain",
                "Q3_storm",
                "L1_consent_storm",
                "W1_what",
                "W2_short",
                "W4_reach",
                "Z1_send",
            ),
            first=True,
        ),
        Show(MENU),
    )
    assert (play.state.sent, play.state.fresh) == (True, False)


def test_pause_says_until_later_and_moves_nothing() -> None:
    play = in_storm()
    play(Pick("lost"), Skip(), Pick("here"))
    before = play.state
    assert play(Pick("later")) == (Show("S3_later"),)
    assert play.state == before


def test_erase_wipes_clears_and_ends() -> None:
    play = in_storm()
    play(Pick("lost"), Skip(), Pick("here"))
    assert play(Pick("erase")) == (Wipe(), Clear(), Show("EXIT_line"))
    assert (play.at, play.state.kept, play.state.marks) == (END, False, {})


def test_leave_submits_clears_and_ends() -> None:
    play = sent("stolen")
    play(Open("thief"), Pick("yes"))
    effects = play(Pick("leave"))
    assert effects[0] == Keep("V2_close", 0, ("leave",))
    assert [effect.first for effect in play.submitted] == [False]
    assert effects[-2:] == (Clear(), Show("EXIT_line"))
    assert (play.at, play.state.fresh) == (END, False)


def test_the_same_choice_again_is_not_kept_again() -> None:
    play = in_calm()
    play(Pick("lost"), Back())
    assert play.at == "W1_what"
    play(Pick("lost"))
    assert play.kept == []
    play(Back(), Pick("stolen"))
    assert play.kept == [Keep("W1_what", 0, ("stolen",))]


# -- Set, Done -----------------------------------------------------------------------------------------------------


def at_ticks() -> Play:
    play = sent()
    play(Open("place"))
    assert play.at == "P2_who"
    return play


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
