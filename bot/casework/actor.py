"""Who acts: as it stands in the audit and as access is decided."""

from dataclasses import dataclass
from typing import Literal

from bot.store.staff_values import Role

By = Literal["desk", "bot", "console"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at one place. ``roles`` are those they had when they came in; access also asks what they have now."""

    name: str
    roles: frozenset[Role] = frozenset()
    place: By = "desk"

    @property
    def label(self) -> str:
        """Return the actor as the audit names them: ``desk:Aziza``."""
        return f"{self.place}:{self.name}"
