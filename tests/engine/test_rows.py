"""The table of transitions of docs/conversation.md, on a made-up conversation about umbrellas: Begin and Pick."""

from bot.engine.effects import Clear, Keep, Show, Submit, Wipe
from bot.engine.events import (
    Back,
    Begin,
    Open,
    Pick,
    Skip,
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
