"""The menu of topics: which sections are offered, in which order, and how far each has come.

What the menu looks like is the shell's work.
"""

from dataclasses import dataclass
from typing import Literal

from bot.engine.conversation import Conversation, Kind
from bot.engine.guards import Reading
from bot.engine.state import OPENING, State

FIRST_AT_MOST = 6
"""Topics on the first list: two in a row, three rows, so that a frightened person sees all of them at once."""

Status = Literal["new", "begun", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One topic of the menu; ``first`` says that it stands on the first list, not only behind "All topics"."""

    section: str
    status: Status
    first: bool


def entries(conversation: Conversation, state: State) -> tuple[MenuEntry, ...]:
    """Return the offered topics, each once, in the order of the menu.

    A section may stand in the menu more than once: the first of its places whose ``first`` holds is the one it gets.
    """
    reading = Reading(conversation, state)
    places: dict[str, tuple[int, bool]] = {}
    for place, item in enumerate(conversation.menu):
        wanted = reading.holds(item.first)
        if item.section not in places or (wanted and not places[item.section][1]):
            places[item.section] = (place, wanted)
    found: list[MenuEntry] = []
    room = FIRST_AT_MOST
    for section, (_, wanted) in sorted(places.items(), key=lambda item: item[1][0]):
        if not reading.offered(section):
            continue
        first = wanted and room > 0
        room -= first
        found.append(MenuEntry(section=section, status=_status(conversation, state, reading, section), first=first))
    return tuple(found)


def _status(conversation: Conversation, state: State, reading: Reading, section: str) -> Status:
    questions = [node for node in reading.route(section) if conversation.nodes[node].kind is not Kind.SAY]
    if all(node in state.marks for node in questions):
        return "done"
    # What the opening asked says nothing about whether the person has been in this section.
    opening = set(reading.route(OPENING))
    return "begun" if any(node in state.marks and node not in opening for node in questions) else "new"
