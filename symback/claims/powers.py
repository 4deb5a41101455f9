"""The cap on powers of constants: how large one would be is found out before it is computed."""

from __future__ import annotations

from fractions import Fraction

from symback.expression import Expression, Name, Negative, Number, Power, Product, Quotient, Sum, walk

HIGHEST = 1_000
"""Of a whole exponent above a number or a name."""
MOST_BITS = 4_096
"""Of a power of numbers."""


class TooHigh(Exception):
    """Internal: a power is too high to be computed."""


def check(power: Power) -> None:
    """Raises TooHigh for a constant exponent beyond HIGHEST or a power of numbers beyond MOST_BITS."""
    exponent = constant(power.exponent)
    if exponent is None:
        return
    if abs(exponent) > HIGHEST:
        raise TooHigh
    base = constant(power.base)
    if base is not None and _bits(base) * abs(exponent) > MOST_BITS:
        raise TooHigh


def constant(expression: Expression) -> Fraction | None:
    """The value of plain arithmetic; None where there is a name, a function or a root. Raises TooHigh."""
    if any(isinstance(node, Name) for node in walk(expression)):
        return None
    return _value(expression)


def _value(node: Expression) -> Fraction | None:
    match node:
        case Number(value):
            return value
        case Negative(operand):
            inside = _value(operand)
            return None if inside is None else -inside
        case Quotient(numerator, denominator):
            above, below = _value(numerator), _value(denominator)
            return None if above is None or not below else _checked(above / below)
        case Power(base, exponent):
            return _power(_value(base), _value(exponent))
        case Sum(parts) | Product(parts):
            result = Fraction(isinstance(node, Product))
            for part in parts:
                inside = _value(part)
                if inside is None:
                    return None
                result = _checked(result * inside if isinstance(node, Product) else result + inside)
            return result
    return None


def _power(base: Fraction | None, exponent: Fraction | None) -> Fraction | None:
    if base is None or exponent is None:
        return None
    if _bits(base) * abs(exponent) > MOST_BITS or abs(exponent) > HIGHEST:
        raise TooHigh
    if exponent.denominator != 1 or (not base and exponent < 0):
        return None
    return Fraction(base**exponent.numerator)


def _bits(value: Fraction) -> int:
    return max(abs(value.numerator).bit_length() - 1, value.denominator.bit_length() - 1)


def _checked(value: Fraction) -> Fraction:
    if _bits(value) > MOST_BITS:
        raise TooHigh
    return value
