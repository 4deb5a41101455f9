"""Printed numbers: the digits of a literal, and how a value would be printed beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from flint import ctx, fmpq

from symback.balls import Numeric, as_ball, rounded
from symback.expression import Expression, Negative, Number
from symback.numbers import fixed

PRECISION = 320
FEW_DIGITS = 4
"""Numbers with so few significant digits count as exact inputs; longer ones as rounded."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A decimal as printed: `whole` / 10^`decimals`."""

    whole: int
    decimals: int

    @property
    def value(self) -> Fraction:
        """The number that the digits say."""
        return Fraction(self.whole, 10**self.decimals)

    @property
    def is_rounded(self) -> bool:
        """Whether it has so many digits that it must be the rounding of something."""
        return len(str(abs(self.whole)).rstrip("0")) > FEW_DIGITS

    @property
    def significant(self) -> int:
        """How many significant digits are printed, final zeros included."""
        return len(str(abs(self.whole)))

    def is_rounding_of(self, value: Numeric) -> bool:
        """Whether the value, rounded to as many decimals, gives these digits."""
        with ctx.workprec(PRECISION):
            return rounded(value, self.decimals) == self.whole

    def is_exactly(self, value: Numeric) -> bool:
        """Whether the value is rational and has no further digits."""
        return type(value) is fmpq and Fraction(int(value.p), int(value.q)) == self.value

    def is_truncation_of(self, value: Numeric) -> bool:
        """Whether the value's digits, cut off after as many decimals, are these."""
        with ctx.workprec(PRECISION):
            shift = fmpq(1, 2 * 10**self.decimals)
            smaller = value - shift if as_ball(value) > 0 else value + shift
            return rounded(smaller, self.decimals) == self.whole

    def misses(self, value: Numeric) -> bool:
        """Whether the value lies further away than half a unit of the last digit."""
        with ctx.workprec(PRECISION):
            half = fmpq(1, 2 * 10**self.decimals)
            away = as_ball(value) - as_ball(fmpq(self.whole, 10**self.decimals))
            return not abs(away) <= half


def printed(literal: str) -> Printed:
    """The digits of a literal such as `-0.019` or `0.40`. Raises ValueError for anything else."""
    text = literal.replace("\u2212", "-").replace(" ", "").replace(",", "").lstrip("+")
    negative = text.startswith("-")
    whole, _, part = text.lstrip("-").partition(".")
    digits = int((whole or "0") + part)
    return Printed(-digits if negative else digits, len(part))


_DECIMAL = re.compile(r"\d+(?:\.|\{,\})\d+")


def of_number(node: Expression, text: str = "") -> Printed | None:
    """The digits of a decimal in a formula; None for what is no decimal.

    The tree does not know trailing zeros; `text`, the formula as written, does: 0.10 has two decimals, and
    0.0 is not the rounding of 0.1.
    """
    negative = isinstance(node, Negative)
    inner = node.operand if isinstance(node, Negative) else node
    if not isinstance(inner, Number):
        return None
    decimals = 0
    while (inner.value * 10**decimals).denominator != 1:
        decimals += 1
        if decimals > 100:
            return None
    decimal_texts = [part.replace("{,}", ".") for part in _DECIMAL.findall(text)]
    as_written = [part for part in decimal_texts if Fraction(part) == inner.value]
    if as_written:
        decimals = min(len(part.partition(".")[2]) for part in as_written)
    whole = int(inner.value * 10**decimals)
    return Printed(-whole if negative else whole, decimals)


def shown(value: Numeric, decimals: int) -> str:
    """The value rounded to so many decimals, as text; "?" where its digits cannot be told."""
    with ctx.workprec(PRECISION):
        whole = rounded(value, decimals)
    return "?" if whole is None else fixed(whole, decimals)


def short(value: Numeric) -> str:
    """The value with nine decimals, without needless zeros."""
    text = shown(value, 9)
    return text.rstrip("0").rstrip(".") if "." in text else text
