"""A conversation that would break a promise is found before anybody has used it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.engine.check import Finding, findings
from bot.engine.conversation import ALWAYS, NEVER, All, Any, Conversation, Do, Guard, Is, MenuItem, Node, Not, Option
from tests.engine.playbook import reprisal, umbrella

Change = Callable[[Conversation], Conversation]


def is_(node: str, *options: str) -> Is:
    return Is(node=node, options=frozenset(options))


def node(name: str, change: Callable[[Node], Node]) -> Change:
    return lambda table: replace(table, nodes={**table.nodes, name: change(table.nodes[name])})


def options(name: str, change: Callable[[Option], Option]) -> Change:
    return node(name, lambda each: replace(each, options=tuple(change(option) for option in each.options)))


def opening(number: int, *, ask: tuple[str, ...] | None = None, when: Guard | None = None) -> Change:
    def change(table: Conversation) -> Conversation:
        steps = list(table.opening)
        step = steps[number - 1]
        steps[number - 1] = replace(step, ask=ask or step.ask, when=when or step.when)
        return replace(table, opening=tuple(steps))

    return change


def asked_first(name: str) -> Change:
    return lambda table: opening(1, ask=(*table.opening[0].ask, name))(table)


def screens_without(name: str) -> Change:
    return lambda table: replace(table, screens={key: each for key, each in table.screens.items() if key != name})


NOBODY = is_("W9", "x")
STORM = Any((is_("Q3_storm", "now", "soon"), is_("Q2_rain", "unsure")))

CHANGES: dict[str, tuple[Change, str, str]] = {
    "a guard names nobody": (node("W1_what", lambda n: replace(n, when=is_("W9", "x"))), "unknown_name", "W1_what"),
    "a step asks nobody": (opening(4, ask=("W9",)), "unknown_name", "opening.4"),
    "a button shows nothing": (screens_without("WHO"), "unknown_name", "Q3_storm"),
    "a story goes on with nothing": (screens_without("MORE"), "unknown_name", "W3_story"),
    "words elsewhere go to nobody": (lambda table: replace(table, more="W9"), "unknown_name", "conversation"),
    "an option is offered after nobody": (
        options("Q2_rain", lambda option: replace(option, when=NOBODY)),
        "unknown_name",
        "Q2_rain",
    ),
    "a button of a screen is offered after nobody": (
        lambda table: replace(
            table,
            screens={
                **table.screens,
                "WHO": replace(table.screens["WHO"], options=(Option(id="more", label="more", when=NOBODY),)),
            },
        ),
        "unknown_name",
        "WHO",
    ),
    "a step rests on nobody": (opening(4, when=NOBODY), "unknown_name", "opening.4"),
    "a section rests on nobody": (
        lambda table: replace(
            table, sections={**table.sections, "thing": replace(table.sections["thing"], when=NOBODY)}
        ),
        "unknown_name",
        "section.thing",
    ),
    "a place on the first list rests on nobody": (
        lambda table: replace(table, menu=(*table.menu, MenuItem(section="thing", first=NOBODY))),
        "unknown_name",
        "section.thing",
    ),
    "a rule rests on nobody": (
        lambda table: replace(table, urgency=(replace(table.urgency[0], when=NOBODY),)),
        "unknown_name",
        "urgency.U1",
    ),
    "a flag rests on nobody": (
        lambda table: replace(table, flags={"wet": NOBODY}),
        "unknown_name",
        "conversation",
    ),
    "a notice of the engine is missing": (screens_without("ERR_added"), "unknown_name", "conversation"),
    "a section's intro is missing": (screens_without("INTRO"), "unknown_name", "section.thing"),
    "the menu names nobody": (
        lambda table: replace(table, menu=(*table.menu, MenuItem(section="cave"))),
        "unknown_name",
        "conversation",
    ),
    "a question looks ahead": (
        node("W1_what", lambda n: replace(n, when=is_("Z1_send", "send"))),
        "looks_ahead",
        "W1_what",
    ),
    "a step looks ahead": (opening(4, when=is_("W4_reach", "here")), "looks_ahead", "opening.4"),
    "a section looks ahead": (
        lambda table: replace(
            table,
            sections={**table.sections, "thing": replace(table.sections["thing"], when=is_("V1_phone", "yes"))},
        ),
        "looks_ahead",
        "section.thing",
    ),
    "a question depends on its own answer": (
        node("T2_colour", lambda n: replace(n, when=is_("T2_colour", "red"))),
        "circle",
        "T2_colour",
    ),
    "nobody asks it": (opening(7, ask=("Z1_send",)), "unreachable", "W4_reach"),
    "its guard never holds": (node("W4_reach", lambda n: replace(n, when=NEVER)), "unreachable", "W4_reach"),
    "its guard contradicts itself": (
        node("W4_reach", lambda n: replace(n, when=All((is_("W1_what", "lost"), is_("W1_what", "mine"))))),
        "unreachable",
        "W4_reach",
    ),
    "its guard contradicts where it is asked": (
        node("V2_close", lambda n: replace(n, when=is_("W1_what", "lost"))),
        "unreachable",
        "V2_close",
    ),
    "its guard needs an option that is never offered": (
        node("W4_reach", lambda n: replace(n, when=All((is_("W1_what", "odd"), Not(STORM))))),
        "unreachable",
        "W4_reach",
    ),
    "a rule never holds": (
        lambda table: replace(table, urgency=(replace(table.urgency[0], when=NEVER),)),
        "unreachable",
        "urgency.U1",
    ),
    "a section is not in the menu": (
        lambda table: replace(table, menu=table.menu[1:3]),
        "unreachable",
        "section.place",
    ),
    "words are asked before consent": (
        asked_first("W2_short"),
        "consent_late",
        "W2_short",
    ),
    "the menu is reached without consent": (opening(3, when=NEVER), "consent_late", "W3_story"),
    "the opening ends without consent": (
        lambda table: replace(table, opening=table.opening[:1]),
        "no_consent",
        "conversation",
    ),
    "nobody can answer": (
        node("T2_colour", lambda n: replace(n, options=(), rows=())),
        "dead_end",
        "T2_colour",
    ),
    "what must be answered may have no options": (
        options("Q2_rain", lambda option: replace(option, when=is_("Q1_language", "en"))),
        "dead_end",
        "Q2_rain",
    ),
    "there is no exit": (node("W1_what", lambda n: replace(n, nav="none")), "no_way_out", "W1_what"),
    "a tick ends the conversation": (options("P2_who", lambda o: replace(o, do=Do.WIPE)), "do_in_many", "P2_who"),
    "consent can be skipped": (node("L2_consent", lambda n: replace(n, required=NEVER)), "consent", "L2_consent"),
    "consent takes words": (node("L2_consent", lambda n: replace(n, words=True)), "consent", "L2_consent"),
    "consent has no version": (node("L2_consent", lambda n: replace(n, version=None)), "consent", "L2_consent"),
    "consent is not critical": (node("L2_consent", lambda n: replace(n, critical=False)), "consent", "L2_consent"),
    "consent says nothing of silence": (
        options("L2_consent", lambda o: replace(o, silence=None)),
        "consent",
        "L2_consent",
    ),
    "consent cannot be refused": (
        options("L2_consent", lambda o: replace(o, do=None if o.do is Do.STOP else o.do)),
        "consent",
        "L2_consent",
    ),
    "nothing sends": (options("Z1_send", lambda o: replace(o, do=None)), "no_send", "conversation"),
    "words elsewhere go to a choice": (lambda table: replace(table, more="T2_colour"), "more", "T2_colour"),
    "a row is forgotten": (node("T2_colour", lambda n: replace(n, rows=((0,),))), "layout", "T2_colour"),
    "a page is too long": (
        node(
            "T2_colour",
            lambda n: replace(
                n,
                options=tuple(replace(n.options[0], id=f"c{number}") for number in range(9)),
                rows=tuple((number,) for number in range(9)),
            ),
        ),
        "long_page",
        "T2_colour",
    ),
    "a notice of the engine says nothing": (
        lambda table: replace(table, texts={"en": {**table.texts["en"], "ERR_added.say": " "}}),
        "no_text",
        "ERR_added",
    ),
    "a text is missing": (node("W1_what", lambda n: replace(n, say="W1_what.gone")), "no_text", "W1_what"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_change_is_found_where_it_stands(name: str) -> None:
    change, code, place = CHANGES[name]
    found = {(finding.code, finding.place) for finding in findings(change(umbrella()))}
    assert (code, place) in found


def test_a_sound_conversation_has_no_findings() -> None:
    assert findings(umbrella()) == ()


def test_the_reprisal_conversation_has_no_findings() -> None:
    assert findings(reprisal()) == ()


def test_a_finding_says_what_and_where() -> None:
    (finding,) = findings(node("W1_what", lambda n: replace(n, nav="none"))(umbrella()))
    assert isinstance(finding, Finding)
    assert "Exit" in finding.message
    assert umbrella().nodes["W1_what"].when == ALWAYS
