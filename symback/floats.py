"""Plain floating-point numbers that remember how they were made, so that derivatives can be taken backward.

An independent witness: it shares nothing with the graph of named quantities, no formula of a derivative, no
SymPy. The derivative of each operation is its own line here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from symback.expression import (
    Call,
    Cases,
    Constant,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

NEAR_KINK = 1e-12
"""Two sides of a comparison that are so near to each other are taken as equal."""


class Float:
    """A value, and the values that it was computed from, each with the slope towards it."""

    __slots__ = ("came_from", "slope", "value")

    def __init__(self, value: float, came_from: tuple[tuple[Float, float], ...] = ()) -> None:
        self.value = value
        self.came_from = came_from
        self.slope = 0.0
        """After `backward`: the derivative of the end by this."""

    def __add__(self, other: Float) -> Float:
        return Float(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other: Float) -> Float:
        return Float(self.value - other.value, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other: Float) -> Float:
        return Float(self.value * other.value, ((self, other.value), (other, self.value)))

    def __truediv__(self, other: Float) -> Float:
        quotient = self.value / other.value
        return Float(quotient, ((self, 1 / other.value), (other, -quotient / other.value)))

    def __neg__(self) -> Float:
        return Float(-self.value, ((self, -1.0),))

    def power(self, exponent: float) -> Float:
        """Raised to a constant."""
        slope = exponent * self.value ** (exponent - 1) if exponent else 0.0
        return Float(self.value**exponent, ((self, slope),))

    def call(self, function: str) -> Float:
        """A function of it; raises ValueError for one that is not known."""
        if function not in FUNCTIONS:
            raise ValueError(f"floats know no {function}")
        value, slope = FUNCTIONS[function](self.value)
        return Float(value, ((self, slope),))

    def is_above(self, other: Float) -> bool:
        """Whether it is greater, by more than rounding may make it."""
        return self.value - other.value > NEAR_KINK


def _exp(x: float) -> tuple[float, float]:
    value = math.exp(x)
    return value, value


def _tanh(x: float) -> tuple[float, float]:
    return math.tanh(x), 1 / math.cosh(x) ** 2 if abs(x) < 300 else 0.0


def _sqrt(x: float) -> tuple[float, float]:
    value = math.sqrt(x)
    return value, 0.5 / value if value else math.inf


FUNCTIONS = {
    "exp": _exp,
    "log": lambda x: (math.log(x), 1 / x),
    "tanh": _tanh,
    "sqrt": _sqrt,
    "abs": lambda x: (abs(x), 0.0 if abs(x) <= NEAR_KINK else math.copysign(1.0, x)),
    "floor": lambda x: (float(math.floor(x)), 0.0),
    "erf": lambda x: (math.erf(x), 2 / math.sqrt(math.pi) * math.exp(-x * x)),
}
"""Value and slope of each function."""


def backward(end: Float) -> None:
    """Sets the slope of everything that the end was computed from. Floats that were used before keep theirs
    added, so each set of numbers is differentiated once.
    """
    order: list[Float] = []
    seen: set[int] = set()
    stack: list[tuple[Float, bool]] = [(end, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(before, False) for before, _ in node.came_from]
    end.slope = 1.0
    for node in reversed(order):
        for before, slope in node.came_from:
            before.slope += slope * node.slope


def total(terms: Iterable[Float]) -> Float:
    """The sum of the terms."""
    terms = list(terms)
    return Float(sum(term.value for term in terms), tuple((term, 1.0) for term in terms))


def dot(first: Sequence[Float], second: Sequence[Float]) -> Float:
    """The sum of products; as many of each."""
    return total(one * other for one, other in zip(first, second, strict=True))


def largest(values: Sequence[Float]) -> Float:
    """The largest, the first among equal ones."""
    best = values[0]
    for value in values[1:]:
        if value.is_above(best):
            best = value
    return best


def value_of(expression: Expression, values: Mapping[str, Float]) -> Float:
    """The formula at these numbers; `values` gives each name."""
    match expression:
        case Number(value):
            return Float(float(value))
        case Constant("pi"):
            return Float(math.pi)
        case Name(name):
            return values[name]
        case Sum(terms):
            return total(value_of(term, values) for term in terms)
        case Product((first, *factors)):
            product = value_of(first, values)
            for factor in factors:
                product = product * value_of(factor, values)
            return product
        case Negative(operand):
            return -value_of(operand, values)
        case Quotient(numerator, denominator):
            return value_of(numerator, values) / value_of(denominator, values)
        case Power(base, exponent):
            return value_of(base, values).power(value_of(exponent, values).value)
        case Call(function, argument):
            return value_of(argument, values).call(function)
        case Maximum(parts):
            return largest([value_of(part, values) for part in parts])
        case Cases(left, right, value, otherwise):
            greater = value_of(left, values).is_above(value_of(right, values))
            return value_of(value if greater else otherwise, values)
    raise ValueError(f"floats know no {type(expression).__name__}")
