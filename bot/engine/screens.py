"""The names of the screens that the engine itself shows; every conversation has to provide them.

Names only. Which text stands behind a name is the author's work, how it looks the channel's.
"""

from bot.engine.state import MENU

ANSWERED = "answered"
"""The list of answered questions; with a section as its page, only those of the section. Made by the shell."""

ADDED_ELSEWHERE = "ERR_added"
"""Words came where only buttons were asked; they are kept."""
EMPTY = "ERR_empty"
"""Words came, but there was nothing in them."""
NOT_READ = "ERR_kind"
"""What came cannot be read."""
NOTHING_NEW = "NOTHING_NEW"
"""Send was pressed, but nothing has changed."""
ADDED = "S1_added"
"""What was written since the last sending is sent too."""
LATER = "S3_later"
"""Closed for now."""
RESUME = "S4_resume"
"""Go on, or delete?"""
CLOSED = "EXIT_line"
"""The neutral line that is left after Exit."""

MADE_BY_THE_SHELL = frozenset({MENU, ANSWERED})
PROVIDED_BY_AUTHORS = frozenset({ADDED_ELSEWHERE, EMPTY, NOT_READ, NOTHING_NEW, ADDED, LATER, RESUME, CLOSED})
