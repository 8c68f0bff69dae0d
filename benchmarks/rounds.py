"""Two sides measured in turn, so that what else the machine does hits both, and the ratio of their medians."""

import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import perf_counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One ratio: ``ours`` against ``bare``, both medians in ``unit``; ``target`` is what the design asks for.

    ``difference`` says that the target is one of ``ours - bare`` and not of the ratio. ``spread`` is the
    middle half of the rounds' ratios, each round having measured both sides.
    """

    group: str
    name: str
    ours: float
    bare: float
    unit: str
    target: float | None = None
    difference: bool = False
    spread: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """What the target is compared with."""
        return self.ours - self.bare if self.difference else self.ours / self.bare

    @property
    def met(self) -> bool | None:
        """Whether the target was met; ``None`` without one."""
        return None if self.target is None else self.value <= self.target

    def line(self) -> str:
        """Return one line of the report."""
        value = f"{self.value:+.2f} {self.unit}" if self.difference else f"{self.value:.2f}x"
        spread = f" [{self.spread[0]:.2f}-{self.spread[1]:.2f}]" if self.spread else ""
        wanted = {None: "", True: f"  <= {self.target}", False: f"  MISSED, target {self.target}"}[self.met]
        sides = f"{self.ours:.2f} against {self.bare:.2f} {self.unit}"
        return f"{self.group:9} {self.name:58} {value:>9}{spread}{wanted}  ({sides})"

    def as_json(self) -> dict[str, object]:
        """Return it for ``--json``."""
        return {**asdict(self), "value": self.value, "met": self.met}


@dataclass(slots=True)
class Pairs:
    """What was measured of both sides, round by round."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def add(self, ours: float, bare: float) -> None:
        """Add what one round took."""
        self.ours.append(ours)
        self.bare.append(bare)

    def figure(self, group: str, name: str, unit: str, *, scale: float = 1.0, target: float | None = None) -> Figure:
        """Return the ratio of the medians; ``scale`` turns what was measured into ``unit``."""
        ratios = [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]
        return Figure(
            group=group,
            name=name,
            ours=statistics.median(self.ours) * scale,
            bare=statistics.median(self.bare) * scale,
            unit=unit,
            target=target,
            spread=_middle_half(ratios),
        )


def _middle_half(ratios: list[float]) -> tuple[float, float]:
    """Return the lower and the upper quartile; of two rounds or fewer, the lowest and the highest."""
    if len(ratios) <= 2:
        return min(ratios), max(ratios)
    lower, _, upper = statistics.quantiles(ratios, n=4)
    return lower, upper


def alternate(
    rounds: int, ours: Callable[[], object], bare: Callable[[], object], clock: Callable[[], float] = perf_counter
) -> Pairs:
    """Time both sides in turn by ``clock``, after one round of each that is not counted."""
    pairs = Pairs()
    for number in range(rounds + 1):
        for side, work in ((pairs.ours, ours), (pairs.bare, bare)):
            began = clock()
            work()
            if number:
                side.append(clock() - began)
    return pairs


def progress(text: str) -> None:
    """Say what is going on, beside the report."""
    print(f"... {text}", file=sys.stderr, flush=True)


def as_json(machine: object, figures: list[Figure]) -> str:
    """Return the whole report as JSON."""
    return json.dumps({"machine": machine, "figures": [figure.as_json() for figure in figures]}, indent=2)
