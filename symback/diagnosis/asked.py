"""A number that somebody got, beside the right one: how near is near enough?

People round and truncate, and they carry rounded numbers from step to step. So a number fits tightly if it is
the rounding or the truncation of a value, and widely if rounding on the way may explain the difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symback.answer_numbers import Answer
from symback.mistakes.quick import IMPOSSIBLE
from symback.mistakes.workings import Workings

SLACK = 1e-9
"""What doubles may be off, in units of the last digit."""
DOUBLES = 1e-13
"""What doubles may be off, relative to the number."""
MANY_DIGITS = 12
"""An exact answer, such as 3/8, counts as one of so many digits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number given for a quantity."""

    name: str
    """The canonical name."""
    answer: Answer
    value: float
    unit: float
    """What one in its last digit is worth."""
    reach: float
    """How far rounding on the way may take the right value."""
    right: float
    is_right: bool
    """Whether it is the right value, rounded or truncated."""
    label: str = field(default="")
    """The name as it was asked for."""

    def fits_tightly(self, value: float) -> bool:
        """Whether the number is the rounding or the truncation of a value."""
        if self.value == 0 and self.unit >= 1:
            return value == 0  # a mere 0 has no digits of anything else
        slack = self.unit * SLACK + abs(value) * DOUBLES
        away = abs(value) - abs(self.value)
        if abs(value - self.value) <= self.unit / 2 + slack:
            return True
        same_side = self.value == 0 or (value < 0) == (self.value < 0)
        return same_side and -slack <= away < self.unit + slack

    def fits(self, value: float) -> bool:
        """Whether rounding on the way may have made the number of a value."""
        larger = max(1.0, abs(value) / abs(self.right)) if self.right else 1.0
        away = abs(value - self.value)
        return away <= self.unit + self.reach * larger and away <= abs(value) / 4

    @property
    def significant(self) -> int:
        """How many significant digits were given."""
        return MANY_DIGITS if self.answer.decimals is None else self.answer.significant

    def is_far(self, value: float) -> bool:
        """Whether a value, printed with these digits, is another number than the right one."""
        return abs(value - self.right) >= self.unit / 2


def slopes(workings: Workings) -> Sequence[Sequence[tuple[int, float]]]:
    """For each place the derivative of its formula by each name in it, from differences."""
    values = workings.values.copy()
    found: list[Sequence[tuple[int, float]]] = []
    for place, parents in enumerate(workings.parents):
        function = workings.functions[place]
        pairs = []
        for parent in parents if function is not None else ():
            middle = values[parent]
            step = 1e-6 * max(abs(middle), 1e-3)
            try:
                values[parent] = middle + step
                above = function(values)  # type: ignore[misc]
                values[parent] = middle - step
                below = function(values)  # type: ignore[misc]
                pairs.append((parent, (above - below) / (2 * step)))
            except IMPOSSIBLE:
                pass
            values[parent] = middle
        found.append(pairs)
    return found


def reach_of_rounding(
    workings: Workings,
    local: Sequence[Sequence[tuple[int, float]]],
    name: str,
    significant: int,
    units: Mapping[int, float],
) -> float:
    """How far a value moves if all that it is computed from is rounded to as many significant digits.

    `units` are the units of the last digit of what was given as well, by place.
    """
    end = workings.places[name]
    influence = {end: 1.0}
    total = squares = 0.0
    for place in reversed(workings.sequence):
        own = influence.get(place)
        if own is None:
            continue
        if place != end:
            unit = units.get(place) or unit_of(workings.values[place], significant)
            part = abs(own) * unit / 2
            if math.isfinite(part):
                total += part
                squares += part * part
        for parent, slope in local[place]:
            influence[parent] = influence.get(parent, 0.0) + own * slope
    return min(total, 3 * math.sqrt(squares))


def most_reach(unit: float, significant: int) -> float:
    """How far off a number may be at most: few units of the last digit where there are few digits."""
    return unit * 3 * 4.0 ** max(0, min(significant, MANY_DIGITS) - 4)


def unit_of(value: float, significant: int) -> float:
    """What one in the last of so many significant digits is worth; 0 for what is exact by nature."""
    if value == 0 or not math.isfinite(value) or value == 1:
        return 0.0
    return float(10.0 ** (math.floor(math.log10(abs(value))) + 1 - significant))
