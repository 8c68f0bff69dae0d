"""Plays a conversation event by event; the state goes through JSON between any two steps."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.engine.conversation import Conversation
from bot.engine.effects import Effect, Keep, Show, Submit
from bot.engine.events import Done, Event, Open, Pick, Words
from bot.engine.state import State
from bot.engine.step import prompt, start, step
from bot.loader import load

ROOT = Path(__file__).resolve().parents[2]
MADE_UP = Path(__file__).parent / "conversations" / "umbrella"


@cache
def umbrella() -> Conversation:
    """The made-up conversation, in two languages."""
    return _in_russian_too(load(MADE_UP))


@cache
def reprisal() -> Conversation:
    """The real conversation, in two languages."""
    return _in_russian_too(load(ROOT / "conversations" / "reprisal"))


def _in_russian_too(conversation: Conversation) -> Conversation:
    return replace(conversation, texts={"en": conversation.texts["en"], "ru": conversation.texts["en"]})


class Play:
    """One person in one conversation."""

    def __init__(self, conversation: Conversation | None = None) -> None:
        self.conversation = conversation or umbrella()
        self.state, self.effects = start(self.conversation)
        self.history: list[tuple[State, Event, State]] = []

    def __call__(self, *events: Event) -> tuple[Effect, ...]:
        """Let these happen and return the effects of the last."""
        for event in events:
            before = State.from_json(self.state.to_json())
            assert before == self.state
            self.state, self.effects = step(self.conversation, before, event)
            self.history.append((before, event, self.state))
        return self.effects

    def picks(self, *options: str) -> tuple[Effect, ...]:
        """Choose one option after the other."""
        return self(*(Pick(option) for option in options))

    @property
    def at(self) -> str:
        return self.state.at

    @property
    def shown(self) -> list[str]:
        return [effect.screen for effect in self.effects if isinstance(effect, Show)]

    @property
    def kept(self) -> list[Keep]:
        return [effect for effect in self.effects if isinstance(effect, Keep)]

    @property
    def submitted(self) -> list[Submit]:
        return [effect for effect in self.effects if isinstance(effect, Submit)]

    def asks_again(self) -> tuple[Effect, ...]:
        """What asking the question at hand again looks like."""
        return prompt(self.conversation, self.state)


def in_storm(silence: str = "yes_send") -> Play:
    """Somebody on the short path who has just agreed."""
    play = Play()
    play.picks("en", "yes", "now", silence)
    return play


def in_calm(silence: str = "yes_send") -> Play:
    """Somebody on the ordinary path who has just agreed."""
    play = Play()
    play.picks("en", "yes", "no", silence)
    return play


def sent(what: str = "lost") -> Play:
    """Somebody who has sent the ordinary path and stands at the menu."""
    play = in_calm()
    play(Pick(what), Words("it was windy"), Done(), Pick("today"), Pick("never"), Pick("send"))
    assert play.at == "menu"
    assert play.state.sent
    return play


def at_ticks() -> Play:
    """Somebody at a question with ticks, in a topic after sending."""
    play = sent()
    play(Open("place"))
    assert play.at == "P2_who"
    return play
