"""The closed sets that the staff's service speaks in, for the rooms above that may not know the store."""

from bot.casework.acts import LowerReason, Way
from bot.casework.links import Told
from bot.casework.reading import IdentityReason
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Compartment, Level
from bot.store.queue import Sort, View
from bot.store.staff_values import EventKind, PersonState, Place, Role
from bot.store.values import Stage, Status

__all__ = [
    "CloseReason",
    "Compartment",
    "EventKind",
    "IdentityReason",
    "Level",
    "LowerReason",
    "PersonState",
    "Place",
    "Role",
    "Sort",
    "Stage",
    "Status",
    "Told",
    "View",
    "Way",
]
