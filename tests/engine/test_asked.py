"""What can be asked of a state: guards, what is active and open, the menu, urgency."""

from bot.engine import menu, triage
from bot.engine.conversation import ALWAYS, NEVER, All, Answered, Any, Is, Level, Not
from bot.engine.events import Back, Done, Open, Pick, Revisit, Set, Skip, Words
from bot.engine.guards import active, holds, open_nodes
from tests.engine.playbook import Play, in_calm, in_storm, sent, umbrella


def is_(node: str, *options: str) -> Is:
    return Is(node=node, options=frozenset(options))


def test_a_guard_is_true_of_an_answer_that_counts() -> None:
    state = sent().state
    table = umbrella()
    assert holds(table, state, is_("W1_what", "lost", "mine"))
    assert not holds(table, state, is_("W1_what", "stolen"))
    assert not holds(table, state, is_("P2_who", "man"))
    assert holds(table, state, Answered("W3_story"))
    assert not holds(table, state, Answered("P2_who"))


def test_all_any_and_not() -> None:
    state = sent().state
    yes, no = is_("W1_what", "lost"), is_("W1_what", "stolen")
    for guard, expected in (
        (All((yes, no)), False),
        (All((yes, yes)), True),
        (Any((no, yes)), True),
        (Any((no, no)), False),
        (Not(no), True),
        (Not(yes), False),
        (ALWAYS, True),
        (NEVER, False),
    ):
        assert holds(umbrella(), state, guard) is expected


def test_a_skipped_question_is_not_answered() -> None:
    play = in_calm()
    play(Skip())
    assert not holds(umbrella(), play.state, Answered("W1_what"))


def test_an_answer_counts_only_while_its_question_is_asked() -> None:
    play = in_storm()
    play(Pick("lost"), Pick("cannot"))
    table = umbrella()
    assert holds(table, play.state, is_("W2_short", "cannot"))
    play(Back(), Back(), Back(), Back(), Pick("no"))
    assert play.at == "L2_consent"
    assert not active(table, play.state, "W2_short")
    assert not holds(table, play.state, is_("W2_short", "cannot"))


def test_a_question_is_active_by_the_opening_or_by_its_section() -> None:
    table = umbrella()
    storm, calm = in_storm().state, in_calm().state
    assert (active(table, storm, "W2_short"), active(table, calm, "W2_short")) == (True, False)
    # P1_when is asked by the opening only in the calm, and by its section always.
    assert (active(table, storm, "P1_when"), active(table, calm, "P1_when")) == (True, True)
    assert not active(table, calm, "V1_phone")
    assert not active(table, calm, "nonsense")


def test_what_is_open_is_active_and_has_no_mark() -> None:
    play = sent()
    assert open_nodes(umbrella(), play.state, "place") == ("P2_who",)
    play(Open("place"), Set("man", on=True), Done())
    assert open_nodes(umbrella(), play.state, "place") == ("P4_detail",)
    assert open_nodes(umbrella(), play.state, "thief") == ()


def listed(play: Play) -> list[tuple[str, str, bool]]:
    return [(entry.section, entry.status, entry.first) for entry in menu.entries(umbrella(), play.state)]


def test_the_menu_lists_what_is_offered_once_at_its_first_place_that_holds() -> None:
    assert listed(sent("lost")) == [("thing", "new", True), ("place", "new", True), ("own", "new", True)]
    assert listed(sent("stolen")) == [("thief", "new", True), ("place", "new", True), ("own", "new", True)]
    storm = in_storm()
    storm(Pick("odd"), Skip(), Pick("here"), Pick("send"))
    assert listed(storm) == [("place", "new", True), ("own", "new", True)]


def test_the_menu_says_what_is_begun_and_what_is_done() -> None:
    play = sent()
    play(Open("thing"), Pick("red"), Back(), Back())
    assert listed(play)[0] == ("thing", "begun", True)
    play(Open("thing"), Words("very"), Skip())
    assert listed(play)[0] == ("thing", "done", True)


def test_the_first_list_has_six_places_at_most() -> None:
    from tests.engine.playbook import reprisal

    play = Play(reprisal())
    entries = menu.entries(reprisal(), play.state)
    assert sum(entry.first for entry in entries) <= 6
    many = [item.section for item in reprisal().menu]
    from dataclasses import replace

    from bot.engine.conversation import MenuItem

    crowded = replace(reprisal(), menu=tuple(MenuItem(section=section) for section in dict.fromkeys(many)))
    assert [entry.first for entry in menu.entries(crowded, play.state)][:8] == [True] * 6 + [False] * 2


def urgency(play: Play) -> triage.Triage:
    return triage.triage(umbrella(), play.state)


def test_urgency_is_the_highest_level_of_the_rules_that_hold() -> None:
    assert urgency(in_calm()) == triage.Triage(level=Level.ROUTINE, reasons=(), flags=())
    storm = in_storm()
    storm(Pick("stolen"))
    assert urgency(storm) == triage.Triage(level=Level.CRITICAL, reasons=("U1", "U3"), flags=())
    # The highest is not the first that holds.
    play = sent("stolen")
    assert urgency(play).level is Level.MEDIUM


def test_a_lift_raises_by_one_and_never_above_the_highest() -> None:
    play = sent("stolen")
    play(Open("place"), Set("child", on=True), Done())
    assert urgency(play) == triage.Triage(level=Level.HIGH, reasons=("U3", "U4"), flags=("child",))
    storm = in_storm()
    storm(Pick("lost"), Skip(), Pick("here"), Pick("send"), Open("place"), Skip(), Set("child", on=True), Done())
    assert urgency(storm).level is Level.CRITICAL


def test_flags_hold_with_their_guards() -> None:
    play = sent("stolen")
    play(Open("thief"), Pick("yes"))
    assert urgency(play).flags == ("compromised",)
    play(Revisit("V1_phone"), Pick("no"))
    assert urgency(play).flags == ()
