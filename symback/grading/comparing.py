"""Whether a number is the expected one: to the digits of the sheet, or only to those that were given."""

from __future__ import annotations

import math
from enum import IntEnum

from symback.grading.reading import Reading, decimals_of

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


class Judge:
    """Compares what stands in one box with numbers.

    `reach` is how far rounded digits of earlier answers may take the number, `slack` how far another order of
    rounded steps may; `fewest` significant digits are enough.
    """

    def __init__(
        self, reading: Reading, reach: float = 0.0, slack: float = 0.0, fewest: int = FEWEST_DIGITS
    ) -> None:
        answer = reading.answer
        assert answer is not None
        self.reading, self.reach, self.fewest = reading, reach, fewest
        self.given = reading.value
        self.allowed = reading.tolerance * (1 + 1e-9) + slack
        self.has_all_digits = answer.decimals is None or answer.decimals >= decimals_of(reading.box)
        """Whether as many decimals are given as the sheet asks for."""

    def match(self, value: float) -> Match:
        """How well what stands there fits a value."""
        if not math.isfinite(value):
            return Match.NO
        size = abs(value)
        allowed = self.allowed + size * SLACK
        if self.has_all_digits:
            allowed += min(self.reach, size * MOST_REACH)
        if abs(self.given - value) <= allowed:
            return Match.EXACT
        return Match.COARSE if not self.has_all_digits and self._is_coarse(self.given, value) else Match.NO

    def _is_coarse(self, given: float, value: float) -> bool:
        """Whether it is the value rounded or truncated to the digits that were given."""
        answer = self.reading.answer
        assert answer is not None
        if given == 0 or answer.significant < self.fewest or (given < 0) != (value < 0):
            return False
        unit = self.reading.unit
        slack = unit * 1e-9
        away = abs(value) - abs(given)
        return abs(away) <= unit / 2 + slack or -slack <= away < unit + slack
