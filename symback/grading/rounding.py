"""Numbers that are right but for rounding on the way."""

from __future__ import annotations

import math
from functools import lru_cache

from symback.diagnosis.asked import Asked, reach_of_rounding, slopes
from symback.grading.reading import Reading, decimals_of
from symback.mistakes.workings import Workings

FEWEST_DIGITS = 3
MOST_DECIMALS = 8
WORST_DIGITS = 4
"""Who rounds each step to so many significant digits has rounded too early; with fewer it is wrong."""


def rounded_early(workings: Workings, reading: Reading, place: int, usual: int = 0) -> int | None:
    """To how many decimals each step was rounded, if that gives what stands there; None if it does not.

    `usual` is what gave earlier numbers, if anything did.
    """
    answer = reading.answer
    if answer is None:
        return None
    name, right = workings.names[place], workings.values[place]
    if answer.significant < FEWEST_DIGITS or not math.isfinite(right):
        return None
    one = Asked(name, answer, reading.value, reading.unit, 0.0, right, False, name)
    most = min(MOST_DECIMALS, decimals_of(reading.box) - 1)
    for decimals in (*([usual] if usual else []), *range(most, 1, -1)):
        values = _rounded(workings, decimals)
        if math.isfinite(values[place]) and one.fits_tightly(values[place]):
            parents = workings.parents[place]
            return None if any(values[parent] == values[place] for parent in parents) else decimals
    return None


def is_within_reach(workings: Workings, reading: Reading, place: int, expected: float) -> bool:
    """Whether some rounding of the steps may have made the number of what was expected."""
    answer, box = reading.answer, reading.box
    assert answer is not None
    right, unit = expected, 10.0 ** -decimals_of(box)
    gap = abs(reading.value - right)
    if gap <= 1.5 * unit + reading.tolerance and answer.significant > 1 and abs(right) > 10 * unit:
        return True
    if answer.significant < FEWEST_DIGITS:
        return False
    reach = reach_of_rounding(workings, _slopes(workings), workings.names[place], WORST_DIGITS, {})
    return gap <= min(reach, abs(right) * 10.0 ** (1 - WORST_DIGITS) / 2)


@lru_cache(maxsize=64)
def _rounded(workings: Workings, decimals: int) -> list[float]:
    return workings.rounded(decimals).values


@lru_cache(maxsize=8)
def _slopes(workings: Workings) -> list[list[tuple[int, float]]]:
    return slopes(workings)  # type: ignore[return-value]
