"""What follows from a student's own numbers: the right formulas, with each given number in its place.

Boxes are gone through in the order of computation. A box that was passed is pinned: what comes later is
computed from the number that stands there, so that only new errors make a difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symback.mistakes.quick import IMPOSSIBLE, Function
from symback.mistakes.workings import Workings


@dataclass(frozen=True, slots=True)
class Pin:
    """The number of a box that was passed."""

    box: str
    name: str
    value: float
    """What later boxes are computed from."""
    expected: float
    """What it should have been, after what came before."""
    right: float
    """The number of the key."""
    unit: float
    """What one in the last digit given is worth."""
    is_right: bool
    is_named: bool = False
    """Whether a mistake that was named gave it."""
    is_lost: bool = False
    """Whether nobody knows where it comes from."""
    is_near: bool = False
    """Whether it is right but for rounding."""
    typed: float | None = None
    """What stands there, where the student must have known another number: lines were exchanged."""


class OwnValues:
    """All quantities as they follow from the numbers given so far."""

    def __init__(self, workings: Workings) -> None:
        self.workings = workings
        self.values = workings.values.copy()
        self.pins: dict[int, Pin] = {}

    def pin(self, place: int, pin: Pin) -> None:
        """From now on this quantity has this number."""
        self.pins[place] = pin
        if self.values[place] != pin.value:
            self.values[place] = pin.value
            bits = self.workings.reach[place] & ~(1 << place)
            self._run(self.values, bits, {})

    def around(self, place: int) -> tuple[int, list[int]]:
        """As bits what a quantity is computed from, back to pinned quantities; and the places of these."""
        parents, pins = self.workings.parents, self.pins
        bits = 1 << place
        ends: list[int] = []
        waiting = [place]
        while waiting:
            for parent in parents[waiting.pop()]:
                if bits >> parent & 1:
                    continue
                if parent in pins:
                    if parent not in ends:
                        ends.append(parent)
                    continue
                bits |= 1 << parent
                waiting.append(parent)
        return bits, sorted(ends)

    def with_changes(self, place: int, region: int, changes: Mapping[int, Function]) -> float:
        """The number of a quantity if some formulas in its region were others; nan where there is none."""
        return self.all_with_changes(region, changes)[place]

    def all_with_changes(self, region: int, changes: Mapping[int, Function]) -> list[float]:
        """All numbers with other formulas in a region; only those of the region are computed anew."""
        reach = self.workings.reach
        bits = 0
        for changed in changes:
            if region >> changed & 1:
                bits |= reach[changed]
        values = self.values.copy()
        self._run(values, bits & region, changes)
        return values

    def copy(self) -> OwnValues:
        """As it is now, whatever is pinned later."""
        other = OwnValues.__new__(OwnValues)
        other.workings, other.values, other.pins = self.workings, self.values.copy(), self.pins.copy()
        return other

    def unpin(self, place: int) -> None:
        """Compute a quantity that was pinned, as it follows from what comes before it."""
        del self.pins[place]
        function = self.workings.functions[place]
        if function is not None:
            self._run(self.values, 1 << place, {})

    def with_numbers(self, place: int, region: int, numbers: Mapping[int, float]) -> float:
        """The number of a quantity if some pinned ones had other numbers."""
        reach = self.workings.reach
        bits = 0
        values = self.values.copy()
        for changed, number in numbers.items():
            values[changed] = number
            bits |= reach[changed]
        self._run(values, bits & region, {})
        return values[place]

    def _run(self, values: list[float], bits: int, changes: Mapping[int, Function]) -> None:
        """Compute these places in order; what is pinned stays."""
        functions, pins = self.workings.functions, self.pins
        for place in _set_bits(bits):
            function = changes.get(place) or functions[place]
            if place in pins or function is None:
                continue
            try:
                values[place] = function(values)
            except IMPOSSIBLE:
                values[place] = math.nan

    def reach_of_digits(self, place: int, region: int, ends: list[int]) -> float:
        """How far a quantity moves if the numbers given before it are half a unit of their last digit off."""
        total = 0.0
        for end in ends:
            pin = self.pins[end]
            if pin.unit:
                moved = self.with_numbers(place, region, {end: self.values[end] + pin.unit / 2})
                total += abs(moved - self.values[place])
        return total if math.isfinite(total) else 0.0


def _set_bits(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        yield lowest.bit_length() - 1
