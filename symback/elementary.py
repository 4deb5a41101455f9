"""Elementary functions of fractions, logarithms and balls: what can stay exact does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb, ctx, fmpq

from symback.balls import (
    HIGHEST_PRECISION,
    ONE,
    SAFE_BITS,
    ZERO,
    LogNumber,
    Numeric,
    Undecided,
    as_ball,
    divide,
    is_finite,
    is_greater,
    log_number,
    most_bits,
    multiply,
    settled,
)

LARGEST_EXPONENT = 1_000_000
"""Powers beyond this one are not computed."""


def raised(base: Numeric, exponent: Numeric) -> Numeric:
    """The base to any exponent; exact only while the fractions are short.

    A base that is not positive needs a whole exponent. Raises ArithmeticError for a power that does not exist
    or is beyond LARGEST_EXPONENT, Undecided where that cannot be told.
    """
    if type(exponent) is not fmpq:
        return exponential(exponent * natural_logarithm(base))
    above, below = int(exponent.p), int(exponent.q)
    if abs(above) > LARGEST_EXPONENT * below:
        raise ArithmeticError(f"it has an exponent beyond {LARGEST_EXPONENT}")
    if below == 1:
        return _whole_power(base, above)
    if below == 2:
        return _whole_power(square_root(base), above)
    if type(base) is fmpq and base == 0:
        return divide(ONE, ZERO) if above < 0 else ZERO
    return exponential(natural_logarithm(base) * exponent)


def _whole_power(base: Numeric, exponent: int) -> Numeric:
    if exponent < 0:
        return divide(ONE, _whole_power(base, -exponent))
    result: Numeric = ONE
    while exponent:
        if exponent % 2:
            result = settled(multiply(result, base))
        exponent //= 2
        base = settled(multiply(base, base)) if exponent else base
    return result


def square_root(value: Numeric, _: object = None) -> Numeric:
    """The square root: a fraction for the square of one.

    Raises ArithmeticError for a negative number. A ball around 0 is Undecided up to the highest precision;
    there it is taken for one of a number that is not negative.
    """
    if type(value) is fmpq and value >= 0 and value.p.is_square() and value.q.is_square():
        return fmpq(value.p.isqrt(), value.q.isqrt())
    ball = as_ball(value)
    if ball > 0:
        return ball.sqrt()
    if ball < 0:
        raise ArithmeticError("it takes the square root of a negative number")
    if ctx.prec < most_bits(value) or not is_finite(value):
        raise _undecided("it takes the square root of a number that cannot be told from 0", value)
    return arb(0).union(ball.upper().sqrt())


def absolute_value(value: Numeric, _: object = None) -> Numeric:
    """The value without its sign; a ball around 0 needs no decision."""
    if type(value) is LogNumber:
        ball = value.ball()
        return value if ball > 0 else -value if ball < 0 else abs(ball)
    return abs(value)


def error_function(value: Numeric, _: object = None) -> Numeric:
    """erf: rational for 0."""
    return ZERO if type(value) is fmpq and value == 0 else as_ball(value).erf()


def whole_part(value: Numeric, _: object = None) -> fmpq:
    """The largest whole number that is not above the value; Undecided where that cannot be told."""
    if type(value) is fmpq:
        return fmpq(value.p // value.q)
    whole = as_ball(value).floor().unique_fmpz()
    if whole is None:
        raise _undecided("it rounds down a number that cannot be told from a whole one", value)
    return fmpq(whole)


def _undecided(reason: str, value: Numeric) -> Undecided:
    return Undecided(reason, most_bits(value) - HIGHEST_PRECISION)


def larger(left: Numeric, right: Numeric) -> Numeric:
    """The larger of two; where balls overlap, a ball around it."""
    greater = is_greater(right, left)
    if greater is None:
        return as_ball(left).max(as_ball(right))
    return right if greater else left


def circle_number(*_: object) -> arb:
    """pi at the current precision."""
    return arb.pi()


def exponential(value: Numeric, _: object = None) -> Numeric:
    """e to the value: rational for 0 and for whole multiples of a logarithm."""
    if type(value) is arb:
        return value.exp()
    if type(value) is LogNumber:
        found = _rational_power(value, 1)
        return value.ball().exp() if found is None else found
    return ONE if value == 0 else arb(value).exp()


def hyperbolic_tangent(value: Numeric, _: object = None) -> Numeric:
    """tanh: rational for 0 and for whole multiples of half a logarithm, (q^2-1)/(q^2+1) at log(q)."""
    if type(value) is arb:
        return value.tanh()
    if type(value) is LogNumber:
        square = _rational_power(value, 2)
        return value.ball().tanh() if square is None else (square - 1) / (square + 1)
    return ZERO if value == 0 else arb(value).tanh()


def _rational_power(value: LogNumber, times: int) -> fmpq | None:
    """exp(times*value) where that is a fraction that is not too long."""
    exponent = value.factor * times
    if value.rational != 0 or exponent.q != 1:
        return None
    if abs(exponent.p) * value.argument.height_bits() > SAFE_BITS:
        return None
    return value.argument ** int(exponent.p)


def natural_logarithm(value: Numeric, _: object = None) -> Numeric:
    """log; raises ArithmeticError for what is not positive, Undecided where that cannot be told."""
    exact = type(value) is fmpq
    ball = value if exact else as_ball(value)
    if ball > 0:
        return log_number(ZERO, ONE, value) if exact else ball.log()
    if ball < 0:
        raise ArithmeticError("it takes the logarithm of a negative number")
    if exact or ball.is_zero():
        raise ArithmeticError("it takes the logarithm of 0")
    raise Undecided("it takes the logarithm of a number that cannot be told from 0")


FUNCTIONS: Mapping[str, Callable[[Numeric, Any], Numeric]] = {
    "exp": exponential,
    "log": natural_logarithm,
    "tanh": hyperbolic_tangent,
    "sqrt": square_root,
    "abs": absolute_value,
    "erf": error_function,
    "floor": whole_part,
}
"""The functions of one argument."""
