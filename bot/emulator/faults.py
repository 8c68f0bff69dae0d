"""Failures a test asks for: what goes wrong, for which method, how many times.

What lives here: the plan. What must not: the network that carries it out (``server``).

Rules kept: a fault that happens *after* leaves the call done, which is what makes a repeated message.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class TooMany:
    """429 with ``retry_after`` seconds; nothing is done."""

    retry_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerError:
    """500, 502 and the like; ``done`` says whether the call was carried out all the same."""

    status: int = 502
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection is closed without an answer; ``done`` says whether the call was carried out."""

    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """The call is carried out and answered ``seconds`` of real time later."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Refused with these words, for refusals that no state of the world brings about."""

    code: int
    description: str


Fault: TypeAlias = TooMany | ServerError | Cut | Slow | Refuse


@dataclass(slots=True, kw_only=True)
class _Planned:
    method: str
    fault: Fault
    times: int
    after: int


class FaultPlan:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def add(self, method: str, fault: Fault, *, times: int, after: int) -> None:
        """Plan a fault for ``times`` calls of ``method`` (``"*"`` for any), after letting ``after`` pass."""
        self._planned.append(_Planned(method=method.lower(), fault=fault, times=times, after=after))

    def next_for(self, method: str) -> Fault | None:
        """The fault this call meets, used up by asking."""
        for planned in self._planned:
            if planned.method not in ("*", method.lower()):
                continue
            if planned.after > 0:
                planned.after -= 1
                continue
            planned.times -= 1
            if planned.times == 0:
                self._planned.remove(planned)
            return planned.fault
        return None

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._planned.clear()
