"""The words of the staff's bot: English here, other languages from the catalogue ``staff`` beside the conversation's.

Rules. English is the msgid, the msgctxt is always ``staff``. A string that is missing in a language comes from the next
of its chain, then stays English. Values go in by name.
"""

from collections.abc import Mapping
from pathlib import Path

from bot.casework.escalation import Kind
from bot.casework.words import Level
from bot.errors import CatalogError
from bot.i18n.catalogs import FALLBACK, SOURCE, read_catalog

DOMAIN = "staff"
CONTEXT = "staff"

LEVELS: Mapping[Level, str] = {
    Level.CRITICAL: "CRITICAL",
    Level.HIGH: "HIGH",
    Level.MEDIUM: "MEDIUM",
    Level.ROUTINE: "ROUTINE",
}
KINDS: Mapping[Kind, str] = {
    Kind.NEW: "new",
    Kind.ENRICHED: "more was added",
    Kind.RAISED: "more urgent now",
    Kind.RELEASED: "given back",
    Kind.HANDED: "handed to you",
    Kind.OVERDUE: "overdue",
    Kind.UNREAD: "still unread",
    Kind.CALL_READER: "a reader of this language is asked for",
    Kind.CALL_LEAD: "the lead is asked for",
}
STILL_WAITING = "still waiting"
MINUTES, HOURS, DAYS = "{n} min", "{n} h", "{n} d"
NOBODY, YOU, COLLEAGUE, SOMEBODY = "nobody has it", "you have it", "a colleague has it", "{name} has it"
TAKE, CANNOT = "I take it", "I cannot"
PASSED = "The next one is told."
NOBODY_LEFT = "Nobody is left to tell now."
NOBODY_UNTIL = "Nobody is left to tell now. It is told again at {time}."
TOO_LATE = "{name} has it already."
GONE = "It is not there for you."
FOLDED = "{n} {kind}"

WELCOME = "Linked: {name}. You are told here of cases, without a word of what they say. /queue /mine /duty /mute"
CLAIMED = "It is yours: {line}"
ALREADY = "You had it before."
RELEASED = "Given back."
NOT_YOURS = "You do not hold that case."
KNOWINGLY = (
    "That case is critical: hand it to somebody at the desk, or give it back knowingly: /release {reference} yes"
)
WHICH = "Which one? Write its reference, such as {command} PN-XXXX-XXXX"
MUTED = "Quiet until {time}; the next ones on duty are told instead. /mute 0 ends it."
HOW_TO_MUTE = "Write for how many hours, from 1 to 24, such as /mute 3; /mute 0 ends it."
UNMUTED = "You are told again."
HELP = "/queue /mine /claim /release /duty /mute"
EMPTY = "Nothing there."
MORE = "and {n} more"
ON_DUTY = "On duty until {time}: {names}"
UNTOLD = "Cannot be told now: {names}"
NOBODY_ON_DUTY = "Nobody is on duty now."
COMING = "Next, {time}: {names}"
LEAD = "Lead: {name}"
YOU_ARE = "You are on duty."
NO_ROSTER = "There is no duty roster: everybody is told."
UNNAMED = "nobody is named"
DIGEST = "{waiting} wait · {critical} CRITICAL · {overdue} overdue · {claimed} held"
HEAD = "Audit {head}"
COMMANDS: Mapping[str, str] = {
    "queue": "what waits",
    "mine": "what you hold",
    "claim": "take a case by its reference",
    "release": "give a case back",
    "duty": "who is on duty",
    "mute": "quiet for some hours",
}

STRANGER = "Please send your code. / Пришлите ваш код."
"""To whoever writes and is nobody: no word of what this is, and in no language of theirs, which is never read."""
NOT_DONE = "That did not work. Please try again. / Не получилось. Попробуйте ещё раз."
"""To whoever's act was set aside: who they are may be just what could not be read."""

MESSAGES = (
    *LEVELS.values(),
    *KINDS.values(),
    *COMMANDS.values(),
    STILL_WAITING,
    MINUTES,
    HOURS,
    DAYS,
    NOBODY,
    YOU,
    COLLEAGUE,
    SOMEBODY,
    TAKE,
    CANNOT,
    PASSED,
    NOBODY_LEFT,
    NOBODY_UNTIL,
    TOO_LATE,
    GONE,
    FOLDED,
    WELCOME,
    CLAIMED,
    ALREADY,
    RELEASED,
    NOT_YOURS,
    KNOWINGLY,
    WHICH,
    MUTED,
    HOW_TO_MUTE,
    UNMUTED,
    HELP,
    EMPTY,
    MORE,
    ON_DUTY,
    UNTOLD,
    NOBODY_ON_DUTY,
    COMING,
    LEAD,
    YOU_ARE,
    NO_ROSTER,
    UNNAMED,
    DIGEST,
    HEAD,
)


class Words:
    """Says things in a person's language."""

    def __init__(self, locales: Path) -> None:
        """Read the catalogues.

        Raises:
            CatalogError: one is broken.
        """
        self._known = {name: translations(locales, name) for name in ("ru", "tg")}

    def __call__(self, locale: str, message: str, **values: object) -> str:
        """Return a message with its values."""
        text = message
        for name in (locale, *FALLBACK.get(locale, ())):
            if name != SOURCE and message in self._known.get(name, {}):
                text = self._known[name][message]
                break
        return text.format(**values) if values else text


def translations(locales: Path, locale: str) -> Mapping[str, str]:
    """Return what the catalogue of a language says for each string that it has.

    Raises:
        CatalogError: it is broken, or translates what is never said.
    """
    path = locales / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for message in read_catalog(path):
        written = message.string
        if message.context != CONTEXT or not isinstance(message.id, str) or not isinstance(written, str):
            continue
        if written and not message.fuzzy:
            found[message.id] = written
    unknown = set(found) - set(MESSAGES)
    if unknown:
        raise CatalogError(f"{path}: the staff's bot says nothing like {min(unknown)!r}")
    return found
