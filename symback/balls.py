"""Numbers that are fractions or balls: arithmetic, rounding. No digit is given that is not proven.

A number is one of three things: `fmpq`, an exact fraction; `LogNumber`, an exact `a + b*log(q)`; `arb`, a
ball that contains the true value for certain. Python's operators mix them; what can stay exact does.
Balls are as precise as `flint.ctx.prec` says at the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from flint import arb, fmpq

from symback.numbers import scaled

MOST_DIGITS = 200
"""A fraction with more digits than this in its numerator or denominator becomes a ball."""
HIGHEST_PRECISION = 4096
"""Bits above a value's magnitude after which a tie or a kink is left undecided."""
LARGEST = 2_000_000
"""Bits before the point beyond which a quantity is called too large to print."""

_BOUND = 10**MOST_DIGITS
SAFE_BITS = _BOUND.bit_length() - 1
"""A fraction with fewer bits is certainly not long."""
_MOST_LOG_BITS = 4 * SAFE_BITS
ZERO = fmpq(0)
ONE = fmpq(1)
HALF = fmpq(1, 2)

Numeric: TypeAlias = Any
"""fmpq | LogNumber | arb."""


class Undecided(ArithmeticError):
    """At this precision it cannot be told; the caller raises the precision.

    `magnitude` is the number of bits before the point of the numbers in question.
    """

    def __init__(self, reason: str, magnitude: int = 0, quantity: str = "") -> None:
        self.reason = reason
        self.magnitude = magnitude
        self.quantity = quantity
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class LogNumber:
    """The exact irrational number `rational + factor*log(argument)`; made by `log_number` only.

    `argument` > 1 is no power of another fraction and `factor` is not 0, so equal numbers have equal parts.
    """

    rational: fmpq
    factor: fmpq
    argument: fmpq

    def ball(self) -> arb:
        """The number at the current precision."""
        return arb(self.rational) + self.factor * arb(self.argument).log()

    def __add__(self, other: Numeric) -> Numeric:
        if isinstance(other, LogNumber):
            return _sum_of_logs(self, other)
        if isinstance(other, fmpq):
            return LogNumber(self.rational + other, self.factor, self.argument)
        return self.ball() + other

    __radd__ = __add__

    def __neg__(self) -> LogNumber:
        return LogNumber(-self.rational, -self.factor, self.argument)

    def __sub__(self, other: Numeric) -> Numeric:
        return self + (-other)

    def __rsub__(self, other: Numeric) -> Numeric:
        return (-self) + other

    def __mul__(self, other: Numeric) -> Numeric:
        if isinstance(other, fmpq):
            if other == 0:
                return ZERO
            return LogNumber(self.rational * other, self.factor * other, self.argument)
        return self.ball() * as_ball(other)

    __rmul__ = __mul__

    def __truediv__(self, other: Numeric) -> Numeric:
        return self * (1 / other) if isinstance(other, fmpq) else self.ball() / as_ball(other)

    def __rtruediv__(self, other: Numeric) -> Numeric:
        return other / self.ball()

    def __lt__(self, other: Numeric) -> bool:
        return bool(self.ball() < other)

    def __gt__(self, other: Numeric) -> bool:
        return bool(self.ball() > other)


def log_number(rational: fmpq, factor: fmpq, argument: fmpq) -> Numeric:
    """`rational + factor*log(argument)` in its simplest form; `argument` is positive."""
    if factor == 0 or argument == 1:
        return rational
    if argument < 1:
        factor, argument = -factor, 1 / argument
    if is_long(argument):
        return rational + factor * arb(argument).log()
    exponent, argument = _primitive(argument)
    return LogNumber(rational, factor * exponent, argument)


def _primitive(argument: fmpq) -> tuple[int, fmpq]:
    """(k, r) with r^k = `argument` > 1 and the largest such k."""
    above, below = argument.p, argument.q
    if not (above.is_perfect_power() and (below == 1 or below.is_perfect_power())):
        return 1, argument
    for exponent in range(int(above).bit_length(), 1, -1):
        upper, lower = above.root(exponent), below.root(exponent)
        if upper**exponent == above and lower**exponent == below:
            return exponent, fmpq(upper, lower)
    return 1, argument


def _sum_of_logs(left: LogNumber, right: LogNumber) -> Numeric:
    rational = left.rational + right.rational
    if left.argument == right.argument:
        return log_number(rational, left.factor + right.factor, left.argument)
    common = left.factor.q * right.factor.q
    powers = [(term.argument, int((term.factor * common).p)) for term in (left, right)]
    if sum(abs(power) * argument.height_bits() for argument, power in powers) > _MOST_LOG_BITS:
        return left.ball() + right.ball()
    argument = powers[0][0] ** powers[0][1] * powers[1][0] ** powers[1][1]
    return log_number(rational, fmpq(1, common), argument)


def is_long(value: fmpq) -> bool:
    """Whether a fraction has more than MOST_DIGITS digits above or below."""
    return value.height_bits() > SAFE_BITS and bool(abs(value.p) >= _BOUND or value.q >= _BOUND)


def as_ball(value: Numeric) -> arb:
    """Any number as a ball at the current precision."""
    return value.ball() if isinstance(value, LogNumber) else arb(value)


def settled(value: Numeric, _: object = None) -> Numeric:
    """The value as it is kept for a quantity: a fraction that has grown too long becomes a ball."""
    kind = type(value)
    if kind is fmpq:
        return arb(value) if is_long(value) else value
    if kind is LogNumber and (is_long(value.rational) or is_long(value.factor)):
        return value.ball()
    return value


# --- operations: each takes two operands, the second of a function of one is its first again ----------


def multiply(left: Numeric, right: Numeric) -> Numeric:
    """The product; exactly 0 where one factor is exactly 0 and the other finite."""
    product = left * right
    return ZERO if type(product) is arb and product.is_zero() else product


def divide(left: Numeric, right: Numeric) -> Numeric:
    """The quotient; a ball around 0 below gives a ball without bounds."""
    if type(right) is fmpq and right == 0:
        raise ArithmeticError("it divides by 0")
    quotient = left / right
    return ZERO if type(quotient) is arb and quotient.is_zero() else quotient


def negate(value: Numeric, _: object = None) -> Numeric:
    """The number with the other sign."""
    return -value


def power(base: Numeric, exponent: int) -> Numeric:
    """A whole power, by repeated squaring (flint's own gives NaN for a ball around 0).

    What is exact stays so; `raised` is for powers that may become long.
    """
    if exponent == 2:
        return multiply(base, base)
    if exponent < 0:
        return divide(ONE, power(base, -exponent))
    if exponent < 2:
        return base if exponent else ONE
    half = power(multiply(base, base), exponent // 2)
    return multiply(half, base) if exponent % 2 else half


def is_greater(left: Numeric, right: Numeric) -> bool | None:
    """Whether left > right; None where it cannot be told at this precision."""
    if type(left) is LogNumber or type(right) is LogNumber:
        difference = left - right
        left, right = difference.ball() if type(difference) is LogNumber else difference, ZERO
    if left > right:
        return True
    return False if left <= right else None


# --- rounding ----------------------------------------------------------------------------------------


def rounded(value: Numeric, decimals: int) -> int | None:
    """The value times 10^`decimals` as a whole number, ties away from zero; None where it is undecided.

    A ball counts as decided only if every number in it rounds to the same digits.
    """
    if type(value) is fmpq:
        return scaled(as_fraction(value), decimals)
    ball: arb = as_ball(value) * 10**decimals
    if ball >= 0:
        whole = (ball + HALF).floor().unique_fmpz()
        return None if whole is None else int(whole)
    if ball <= 0:
        whole = (HALF - ball).floor().unique_fmpz()
        return None if whole is None else -int(whole)
    return 0 if ball.abs_upper() < HALF else None


def as_fraction(value: fmpq) -> Fraction:
    """A flint fraction as one of Python's."""
    return Fraction(int(value.p), int(value.q))


def magnitude(value: Numeric) -> int:
    """A whole number e, as small as can be told, with |value| < 2^e; not for a ball without bounds."""
    if type(value) is fmpq:
        return int(value.p).bit_length() - int(value.q).bit_length() + 1 if value else 0
    mantissa, exponent = as_ball(value).abs_upper().man_exp()
    return int(mantissa).bit_length() + int(exponent) + 1 if mantissa else 0


def most_bits(value: Numeric) -> int:
    """The precision at which a decision about the value is given up: its magnitude and 4,096 bits."""
    return HIGHEST_PRECISION + (max(0, magnitude(value)) if is_finite(value) else 0)


def is_finite(value: Numeric) -> bool:
    """Whether the value has bounds; a ball has none after a division by what may be 0."""
    return type(value) is not arb or bool(value.is_finite())


def nearest_float(value: Numeric) -> float:
    """The double nearest to the value; infinite beyond the range of doubles."""
    try:
        return float(as_fraction(value)) if type(value) is fmpq else float(as_ball(value))
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
