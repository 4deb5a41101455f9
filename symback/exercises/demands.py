"""What the numbers of a paper must be like: values that exist, no saturation, gradients that can be read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symback.exercises.setting import Setting
from symback.graph import Role
from symback.mistakes.workings import DERIVATIVES

SATURATED: Mapping[str, tuple[float, float]] = {
    "logistic": (0.05, 0.95),
    "tanh": (-0.95, 0.95),
}
"""Outputs outside of this are too near to the ends of the function."""
OFTEN = 0.25
"""What more than this part of all numbers does, as the zeros of a rectifier, cannot be avoided."""
ROOMY = 20
"""Derivatives so many times the least are better still."""
Values = Sequence[float]


@dataclass(frozen=True, slots=True)
class Demands:
    """What can be demanded of numbers."""

    least_gradient: float = 1e-4
    """Derivatives that are asked for are at least so large, unless they are zero anyhow."""
    is_unsaturated: bool = True
    """Whether outputs of logistic and tanh stay away from the ends."""
    is_distinct: bool = True
    """Whether no two boxes have the same key."""
    decimals: int | None = None
    """So many decimals the given numbers have; None for as many as those of the file, two at most."""
    is_exact: bool = False
    """Whether inputs are logarithms, so that the outputs of the first layer are fractions."""


class Demander:
    """The demands on one network's numbers; tells which one a set of numbers breaks."""

    def __init__(
        self,
        setting: Setting,
        asked: Sequence[str],
        samples: Sequence[Values],
        demands: Demands,
        decimals: int,
    ) -> None:
        workings = setting.workings
        self.names = workings.names
        self.places = list(dict.fromkeys(workings.places[name] for name in asked))
        self.scale = 10.0**decimals
        self.least = demands.least_gradient
        self.roomy = ROOMY * self.least
        zeros = Counter(place for values in samples for place in self.places if values[place] == 0)
        often = OFTEN * len(samples)
        self.derivatives = [
            place
            for place in self.places
            if workings.role(workings.names[place]) in DERIVATIVES and zeros[place] <= often
        ]
        self.outputs = list(_outputs(setting)) if demands.is_unsaturated else []
        self.alike: set[tuple[int, int]] = set()
        equal = Counter(pair for values in samples for pair in self._equal(values))
        self.alike |= {pair for pair, times in equal.items() if times > often}
        self.is_distinct = demands.is_distinct

    def _equal(self, values: Values) -> Iterator[tuple[int, int]]:
        """Boxes that would have the same key, unless they may."""
        seen: dict[int, list[int]] = {}
        for place in self.places:
            value = values[place]
            if value - value == 0:
                before = seen.setdefault(round(value * self.scale), [])
                yield from ((one, place) for one in before if (one, place) not in self.alike)
                before.append(place)

    def is_roomy(self, values: Values) -> bool:
        """Whether all derivatives are so large that there is room between them and wrong answers."""
        return all(abs(values[place]) >= self.roomy for place in self.derivatives)

    def broken(self, values: Values) -> str:
        """What is not met, in words with the quantity; "" for numbers that are good."""
        for place, low, high in self.outputs:
            if not low < values[place] < high:
                return f"{self.names[place]} must lie between {low} and {high}"
        for place in self.derivatives:
            if not abs(values[place]) >= self.least:
                return f"{self.names[place]} must be at least {self.least:g} in size"
        for place in self.places:
            if not math.isfinite(values[place]):
                return f"{self.names[place]} must have a value"
        if self.is_distinct:
            for one, other in self._equal(values):
                return f"{self.names[one]} and {self.names[other]} must differ"
        return ""


def _outputs(setting: Setting) -> Iterable[tuple[int, float, float]]:
    """The outputs of squashing functions with their bounds, of all samples."""
    for quantity in setting.graph.with_role(Role.ACTIVATION):
        if not quantity.layer or quantity.name.endswith("+"):
            continue
        activation = getattr(setting.network.layers[quantity.layer - 1], "activation", "")
        bounds = SATURATED.get(activation)
        place = setting.workings.places.get(quantity.name)
        if bounds is not None and place is not None:
            yield place, *bounds
