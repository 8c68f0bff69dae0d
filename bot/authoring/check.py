"""Everything that is wrong with a conversation and its catalogues, each finding with file and line.

Merges what the engine finds in the table, what the catalogue check finds in the words and on the phone's screen, and
what only the messenger forbids. A file that cannot be read at all is a ``ConversationFileError`` of the loader.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.authoring import catalog_check
from bot.authoring.catalog_check import Severity
from bot.authoring.catalog_layout import pages
from bot.engine import check as engine_check
from bot.engine.conversation import Conversation, Node, Screen
from bot.engine.moves import asks_to_keep
from bot.loader import Authored

MESSAGE_LETTERS = 4096
"""Bot API: the text of a message, after entities parsing."""
BUTTONS_IN_MESSAGE = 100
"""Bot API: buttons of one inline keyboard."""
PROFILE_LETTERS: Mapping[str, int] = {"bot_name": 64, "bot_short": 120, "bot_about": 512}
"""Bot API: name, short description, description."""
BEFORE_CONSENT_QUESTIONS = 24
BEFORE_CONSENT_OPTIONS = 36
"""What fits into the 64 bytes of a button that carries every answer given so far, one letter for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding: where, how bad, and what was expected."""

    place: str
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}"


def findings(authored: Authored, locales_dir: Path) -> tuple[Finding, ...]:
    """Return everything that is wrong, errors and warnings, in the order of the files.

    Raises:
        CatalogError: a catalogue cannot be read at all.
    """
    return (*of_conversation(authored), *of_catalogues(authored, locales_dir))


def of_conversation(authored: Authored) -> tuple[Finding, ...]:
    """Return what is wrong in the conversation itself; all of it errors."""
    found = [
        (each.place, f"{each.place}: {each.message} ({each.code})")
        for each in engine_check.findings(authored.conversation)
    ]
    found += [(place, f"{place}: {message} (messenger)") for place, message in _messenger(authored.conversation)]
    return tuple(
        Finding(place=authored.places.get(place, place), severity=Severity.ERROR, message=message)
        for place, message in found
    )


def of_catalogues(authored: Authored, locales_dir: Path) -> tuple[Finding, ...]:
    """Return what is wrong in the words of each language, and what a small phone would cut.

    Raises:
        CatalogError: a catalogue cannot be read at all.
    """
    return tuple(
        Finding(place=each.place, severity=each.severity, message=f"{each.locale} {each.key}: {each.message}")
        for each in catalog_check.findings(authored, locales_dir)
    )


def _messenger(conversation: Conversation) -> Iterator[tuple[str, str]]:
    owners: tuple[Node | Screen, ...] = (*conversation.nodes.values(), *conversation.screens.values())
    for owner in owners:
        for locale, texts in conversation.texts.items():
            text = texts.get(owner.say, "")
            room = PROFILE_LETTERS.get(owner.id, MESSAGE_LETTERS)
            if len(text) > room:
                yield owner.id, f"the {locale} text has {len(text)} letters, the messenger takes {room}"
        for page in pages(owner):
            if (buttons := sum(len(row) for row in page)) > BUTTONS_IN_MESSAGE:
                yield owner.id, f"{buttons} buttons, the messenger takes {BUTTONS_IN_MESSAGE}"
    asked = list(dict.fromkeys(name for step in conversation.opening for name in step.ask))
    consents = [place for place, name in enumerate(asked) if asks_to_keep(conversation.nodes[name])]
    before = asked[: consents[-1] + 1] if consents else []
    if len(before) > BEFORE_CONSENT_QUESTIONS:
        yield "conversation", f"{len(before)} questions up to consent, a button carries {BEFORE_CONSENT_QUESTIONS}"
    for name in before:
        if (options := len(conversation.nodes[name].options)) > BEFORE_CONSENT_OPTIONS:
            yield name, f"{options} options before consent, a button carries {BEFORE_CONSENT_OPTIONS}"
