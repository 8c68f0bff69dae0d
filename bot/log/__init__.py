"""What the program says about itself: a closed list of events, written as JSON lines to standard error.

``events`` holds the list, ``writer`` the way out. Neither can carry what a person typed: an event's fields are
numbers and short names, and of everybody else's records only the place and the kind of an exception are kept.
"""

from bot.log.events import Event
from bot.log.writer import start, stop, write

__all__ = ["Event", "start", "stop", "write"]
