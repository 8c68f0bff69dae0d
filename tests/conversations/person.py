"""Somebody who answers the reprisal conversation, and cases with given answers."""

from functools import cache
from itertools import product
from pathlib import Path

from bot.engine.conversation import Conversation, Kind
from bot.engine.effects import Effect, Show, Submit
from bot.engine.events import Done, Event, Pick, Set, Words
from bot.engine.guards import holds
from bot.engine.state import END, MENU, Mark, State
from bot.engine.step import start, step
from bot.loader import load

ROOT = Path(__file__).resolve().parents[2]


@cache
def reprisal() -> Conversation:
    return load(ROOT / "conversations" / "reprisal")


def state_of(**answers: str | tuple[str, ...]) -> State:
    """Return a sent case in the menu with these answers; a node named with an empty tuple was answered in words."""
    given = {"A1_language": "en", "A2_safe_here": "yes", "A3_danger": "no", **answers}
    picks = {node: (picked,) if isinstance(picked, str) else picked for node, picked in given.items()}
    consent = (
        "B1_consent_store" if given["A3_danger"] == "no" and given["A2_safe_here"] == "yes" else "E1_consent_urgent"
    )
    picks[consent] = ("yes_send",)
    marks = dict.fromkeys(picks, Mark.ANSWERED)
    return State(rev=9, locale="en", at=MENU, kept=True, sent=True, marks=marks, picks=picks)


class Person:
    """Somebody who answers: by the choices given, else with the first option, else with words."""

    def __init__(self, **choices: str) -> None:
        self.choices = choices
        self.state, effects = start(reprisal())
        self.effects: list[Effect] = list(effects)
        self.answers: list[str] = []

    def does(self, event: Event) -> None:
        self.state, effects = step(reprisal(), self.state, event)
        self.effects.extend(effects)

    def answer(self) -> None:
        node = reprisal().nodes[self.state.at]
        self.answers.append(node.id)
        offered = [each for each in node.options if not each.act and holds(reprisal(), self.state, each.when)]
        chosen = self.choices.get(node.id, offered[0].id if offered and node.kind is not Kind.WORDS else "")
        if node.kind is Kind.MANY:
            self.does(Set(chosen, on=True))
            self.does(Done())
        elif chosen:
            self.does(Pick(chosen))
        else:
            self.does(Words("something"))
            if node.several:
                self.does(Done())

    def goes_on(self, until: str = MENU) -> "Person":
        for _ in range(40):
            if self.state.at in {until, MENU, END}:
                return self
            self.answer()
        raise AssertionError(f"no end in sight: {self.answers}")

    @property
    def shown(self) -> list[str]:
        return [effect.screen for effect in self.effects if isinstance(effect, Show)]

    @property
    def submits(self) -> list[Submit]:
        return [effect for effect in self.effects if isinstance(effect, Submit)]


def in_danger() -> list[dict[str, str]]:
    return [
        {
            "A2_safe_here": safe,
            "A3_danger": danger,
            "E1_consent_urgent": consent,
            "E2_what_now": now,
            "E3_who_where": words,
        }
        for (safe, danger), consent, now, words in product(
            [("yes", "yes_now"), ("yes", "yes_days"), ("yes", "not_sure"), ("not_sure", "no"), ("not_sure", "yes_now")],
            ["yes_send", "yes_delete"],
            [option.id for option in reprisal().nodes["E2_what_now"].options],
            ["cannot_write", ""],
        )
    ]


def without_danger() -> list[dict[str, str]]:
    return [
        {"A3_danger": "no", "A2_safe_here": "yes", "F1_main": main, "B2_about_whom": whom, "D1_un_link": link}
        for main, whom, link in product(
            [option.id for option in reprisal().nodes["F1_main"].options],
            ["myself", "my_client", "organisation"],
            ["no", "yes_took_part"],
        )
    ]
