"""Numbers of a diagnosis as they are printed: what was given, what is right, what a mistake gives."""

from __future__ import annotations

from fractions import Fraction

from flint import ctx, fmpq

from symback.answer_numbers import Answer
from symback.balls import Numeric, is_finite, rounded
from symback.numbers import fixed, scaled

DECIMALS = 9
"""Printed of every number, or as many as were given if these are more."""
MOST_DECIMALS = 120
PRECISION = 512
_SIX_DIGITS = 100_000


def given(answer: Answer) -> str:
    """The number that was given as a plain decimal with all its digits; a fraction as it was typed."""
    if answer.decimals is None:
        return answer.text.strip("$ ").replace("\u2212", "-")
    decimals = max(answer.decimals, 0)
    return fixed(scaled(answer.value, decimals), decimals)


def decimals_of(answer: Answer) -> int:
    """How many decimals stand beside an answer."""
    return max(DECIMALS, answer.decimals or 0)


def printed(value: Numeric, decimals: int = DECIMALS) -> str:
    """A number rounded to so many decimals; a small one has those that six significant digits need.

    A count, of which no decimals are asked, has none. Ties go away from zero. Fewer decimals where more are
    not known, and "?" where none are.
    """
    with ctx.workprec(PRECISION):
        if not is_finite(value):
            return "?"
        whole = rounded(value, decimals)
        while whole is None and decimals > 0:
            decimals -= 1
            whole = rounded(value, decimals)
        if whole is None:
            return "?"
        is_zero = type(value) is fmpq and bool(value == 0)
        places = decimals
        while decimals and not is_zero and abs(whole) < _SIX_DIGITS and places < MOST_DECIMALS:
            places += 1
            longer = rounded(value, places)
            if longer is None:
                break
            whole, decimals = longer, places
    return fixed(whole, decimals)


def exact_decimal(value: Fraction) -> str | None:
    """A fraction as a decimal, if it is one of a few digits."""
    for decimals in range(MOST_DECIMALS):
        shifted = value * 10**decimals
        if shifted.denominator == 1:
            return fixed(shifted.numerator, decimals)
    return None
