"""What a set of recorded conversations went through, and what it did not."""

from bot.authoring.coverage import coverage
from bot.engine.events import Back, Done, Open, Pick, Set, Words
from tests.engine.playbook import sent, umbrella


def test_what_was_asked_said_and_chosen_is_covered() -> None:
    play = sent()
    play(Open("place"), Set("man", on=True), Set("man", on=False), Set("woman", on=True), Done(), Back(), Back())
    found = coverage(umbrella(), play.history)
    assert {"Q1_language", "P2_who", "P3_note", "Z1_send"} <= found.nodes
    assert {"Q2_rain.yes", "Z1_send.send", "P2_who.woman"} <= found.options
    assert {"Q2_rain.pick.Q3_storm", "menu.open.P2_who", "P4_detail.back.P2_who"} <= found.transitions


def test_what_was_not_is_listed_in_the_order_of_the_conversation() -> None:
    found = coverage(umbrella(), sent().history)
    assert found.missing_nodes[:2] == ("T1_shelter", "L1_consent_storm")
    assert "P2_who.man" in found.missing_options
    assert "Q3_storm.code" not in found.missing_options
    assert found.nodes | set(found.missing_nodes) == set(umbrella().nodes)
    assert 0 < found.share_of_nodes() < 1


def test_what_was_tried_but_is_no_option_covers_nothing() -> None:
    play = sent()
    play(Pick("nonsense"), Words("x"))
    assert "menu.nonsense" not in coverage(umbrella(), play.history).options


def test_nothing_played_covers_nothing() -> None:
    assert coverage(umbrella(), ()).share_of_nodes() == 0
