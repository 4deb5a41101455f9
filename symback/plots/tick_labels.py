"""What is written at ticks: as few decimals as tell them apart, powers of ten where numbers would be long."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from symback.numbers import fixed

MINUS = "\u2212"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_DECIMALS = 7
_LONGEST = 7
LONGEST = 15
"""A number with more characters takes too much room beside a point."""
_SHORT_POWERS = range(-4, 5)


def of_steps(values: Sequence[float], step: float) -> list[str]:
    """The labels of ticks that are `step` apart: 0, 0.1, 0.2 or 2,000, 4,000."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step * 10.0**decimals, 6) % 1:
        decimals += 1
    most = max(map(abs, values), default=0.0)
    if (decimals > _MOST_DECIMALS and most < 10.0**-3) or most >= 10.0**_LONGEST:
        return [scientific(value) for value in values]
    return [signed(f"{value + 0.0:,.{decimals}f}") for value in values]


def of_powers(powers: Sequence[int]) -> dict[int, str]:
    """The labels of powers of ten, all written in one way."""
    if all(power in _SHORT_POWERS for power in powers):
        return {power: f"{10**power:,}" if power >= 0 else fixed(1, -power) for power in powers}
    return {power: f"10{raised(power)}" for power in powers}


def scientific(value: float) -> str:
    """A number as 2.5·10⁻⁸."""
    if not value:
        return "0"
    digits, _, power = f"{value:.3e}".partition("e")
    return f"{signed(digits.rstrip('0').rstrip('.'))}·10{raised(int(power))}"


def raised(power: int) -> str:
    """A whole number as an exponent."""
    return str(power).translate(_RAISED)


def signed(text: str) -> str:
    """With a real minus sign, and without one before 0."""
    is_zero = not text.strip("-0.,")
    return text.removeprefix("-") if is_zero else text.replace("-", MINUS)


def brief(text: str) -> str:
    """A number for a plot, where there is no room for many zeros."""
    return text if len(text) <= LONGEST else with_exponent(text, 5)


def with_exponent(text: str, decimals: int) -> str:
    """A decimal number as 1.2345e-8."""
    digits, _, exponent = f"{Decimal(text):.{decimals}e}".partition("e")
    return f"{digits}e{int(exponent)}"
