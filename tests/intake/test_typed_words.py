"""Words that are typed beside the buttons, in the conversation that is deployed."""

import pytest

from bot.engine.conversation import Conversation
from bot.intake.understood import ALWAYS_UNDERSTOOD, always


@pytest.mark.parametrize("name", ALWAYS_UNDERSTOOD)
def test_every_word_of_a_list_is_understood_in_every_language(spoken: Conversation, name: str) -> None:
    """No word stands in two lists, and no list is forgotten."""
    for texts in spoken.texts.values():
        for word in texts[f"words.{name}"].split(","):
            assert always(spoken, word) == name, word
