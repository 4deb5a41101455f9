"""Whether a number is the one that was expected: to the digits of the sheet, or only to those that were given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from symback.grading.reading import Reading, decimals_of, tolerance_of

FEWEST_DIGITS = 3
"""With fewer significant digits a number is too coarse to be called right, unless the key has no more."""
MOST_REACH = 0.005
"""Rounded digits of earlier answers may move a number by so much of itself, and not more."""
SLACK = 1e-12
"""What doubles may be off, relative to the number."""


class Match(IntEnum):
    """How well a number fits."""

    NO = 0
    COARSE = 1
    """Right in its own digits, but fewer are given than the sheet asks for."""
    EXACT = 2


@dataclass(frozen=True, slots=True)
class Judge:
    """Compares what stands in one box with numbers."""

    reading: Reading
    reach: float = 0.0
    """How far rounded digits of earlier answers may take the number."""
    slack: float = 0.0
    """How far another order of rounded steps may take it."""
    fewest: int = FEWEST_DIGITS
    """So many significant digits are enough."""

    def match(self, value: float) -> Match:
        """How well what stands there fits a value."""
        if not math.isfinite(value):
            return Match.NO
        given, box = self.reading.value, self.reading.box
        allowed = float(tolerance_of(box)) * (1 + 1e-9) + abs(value) * SLACK
        allowed += self.slack
        if self.has_all_digits:
            allowed += min(self.reach, abs(value) * MOST_REACH)
        if abs(given - value) <= allowed:
            return Match.EXACT
        return Match.COARSE if self._is_coarse(given, value) else Match.NO

    @property
    def has_all_digits(self) -> bool:
        """Whether as many decimals are given as the sheet asks for."""
        answer = self.reading.answer
        return answer is not None and (answer.decimals is None or answer.decimals >= decimals_of(self.reading.box))

    def _is_coarse(self, given: float, value: float) -> bool:
        """Whether it is the value rounded or truncated to the digits that were given."""
        answer = self.reading.answer
        assert answer is not None
        if self.has_all_digits or given == 0:
            return False
        if answer.significant < self.fewest or (given < 0) != (value < 0):
            return False
        unit = self.reading.unit
        slack = unit * 1e-9
        away = abs(value) - abs(given)
        return abs(away) <= unit / 2 + slack or -slack <= away < unit + slack
