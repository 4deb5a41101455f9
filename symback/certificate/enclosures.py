"""The numeric part: two decimals around each value, narrow enough to prove the printed digits.

Each enclosure follows from the enclosures of what the formula names, so the proofs are short and none depends
on the expanded formula. Nothing is trusted here: Coq proves every enclosure by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from flint import arb, ctx, fmpq

from symback.elementary import FUNCTIONS
from symback.expression import (
    Call,
    Constant,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from symback.graph import Graph

MARGIN = 12
"""So many decimals more than printed; then twice as many, until the bounds prove the digits."""
MOST_MARGIN = 200
_BITS_PER_DIGIT = 3.33


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed: within half a unit of its last digit of the value."""

    name: str
    text: str

    @property
    def value(self) -> Fraction:
        """The number that the text shows."""
        return Fraction(self.text)

    @property
    def decimals(self) -> int:
        """Digits after the point."""
        return len(self.text.partition(".")[2])

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last digit."""
        return Fraction(1, 2 * 10**self.decimals)

    def is_proven_by(self, bounds: Enclosure | None) -> bool:
        """Whether every number between the bounds is near enough."""
        if bounds is None:
            return False
        return self.value - self.half_unit <= bounds.low and bounds.high <= self.value + self.half_unit


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Bounds of one quantity; equal ones where the value is proven as an equation."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Enclosures:
    """Bounds by name, in the graph's order, and the binary precision that their proofs need."""

    bounds: Mapping[str, Enclosure]
    bits: int


def enclose(
    graph: Graph,
    given: Mapping[str, Expression],
    printed: Mapping[str, Printed],
    exact: Mapping[str, Fraction],
) -> Enclosures:
    """Bounds that prove the printed numbers; a quantity for which there are none is left out.

    `given` are the numbers of the file, `printed` the computed quantities, and `exact` the values known as
    fractions.
    """
    part = Graph(tuple(quantity for quantity in graph if quantity.name in printed))
    equations = _equations(graph, given, printed, exact)
    decimals = max((one.decimals for one in printed.values()), default=0)
    margin = MARGIN
    while True:
        found = _enclosures(graph, part, given, equations, decimals + margin)
        proven = {name for name, bounds in found.bounds.items() if printed[name].is_proven_by(bounds)}
        margin *= 2
        if len(proven) == len(printed) or margin > MOST_MARGIN:
            return Enclosures(found.bounds, found.bits)


def _equations(
    graph: Graph,
    given: Mapping[str, Expression],
    printed: Mapping[str, Printed],
    exact: Mapping[str, Fraction],
) -> dict[str, Fraction]:
    """The values on a tie, where no bounds prove the digit, and those that they are computed from."""
    ties = [
        name
        for name, value in exact.items()
        if name in printed and abs(value - printed[name].value) == printed[name].half_unit
    ]
    found: dict[str, Fraction] = {}
    for quantity in graph.ancestors(ties):
        if quantity.formula is None or quantity.name not in exact or not _is_rational(quantity.formula):
            continue
        parents = [graph[parent].name for parent in quantity.parents]
        if all(parent in found or isinstance(given.get(parent), Number) for parent in parents):
            found[quantity.name] = exact[quantity.name]
    return found


def _is_rational(formula: Expression) -> bool:
    """Whether arithmetic alone computes it."""
    return not isinstance(formula, Call) and all(map(_is_rational, formula.parts))


def _enclosures(
    graph: Graph,
    part: Graph,
    given: Mapping[str, Expression],
    equations: Mapping[str, Fraction],
    decimals: int,
) -> Enclosures:
    """Bounds with so many decimals; the precision grows with the largest value."""
    bits = ceil(decimals * _BITS_PER_DIGIT) + 40
    while True:
        with ctx.workprec(bits):
            found = _at_precision(graph, part, given, equations, decimals)
        largest = max((max(abs(one.low), abs(one.high)) for one in found.values()), default=Fraction(0))
        needed = ceil(decimals * _BITS_PER_DIGIT) + 40 + int(largest).bit_length()
        if needed <= bits:
            return Enclosures(found, bits)
        bits = needed


def _at_precision(
    graph: Graph,
    part: Graph,
    given: Mapping[str, Expression],
    equations: Mapping[str, Fraction],
    decimals: int,
) -> dict[str, Enclosure]:
    known = {name: _ball(formula, {}) for name, formula in given.items()}
    found: dict[str, Enclosure] = {}
    for quantity in part:
        names = {parent: known.get(graph[parent].name) for parent in quantity.parents}
        inside = {name: ball for name, ball in names.items() if ball is not None}
        if quantity.formula is None or len(inside) < len(names):
            continue
        if quantity.name in equations:
            bounds = Enclosure(equations[quantity.name], equations[quantity.name])
        else:
            ball = _ball(quantity.formula, inside)
            if not ball.is_finite():
                continue
            bounds = _outward(ball, 10**decimals)
        found[quantity.name] = bounds
        known[quantity.name] = _exactly(bounds.low).union(_exactly(bounds.high))
    return found


def _outward(ball: arb, unit: int) -> Enclosure:
    """Decimals around a ball, with room for what Coq's own interval arithmetic rounds."""
    below, above = floor(_dyadic(ball.lower()) * unit) - 1, ceil(_dyadic(ball.upper()) * unit) + 1
    room = (above - below) // 8
    return Enclosure(Fraction(below - room, unit), Fraction(above + room, unit))


def _dyadic(exact: arb) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _exactly(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _ball(formula: Expression, names: Mapping[str, arb]) -> arb:
    """The formula over balls, at the precision of the time."""
    match formula:
        case Number(value):
            return _exactly(value)
        case Name(name):
            return names[name]
        case Constant("pi"):
            return arb.pi()
        case Sum(parts):
            return sum((_ball(part, names) for part in parts), start=arb(0))
        case Product(parts):
            product = arb(1)
            for part in parts:
                product *= _ball(part, names)
            return product
        case Negative(operand):
            return -_ball(operand, names)
        case Quotient(above, below):
            return _ball(above, names) / _ball(below, names)
        case Power(base, Number(value)):
            return _ball(base, names) ** int(value)
        case Call(function, argument):
            found: arb = FUNCTIONS[function](_ball(argument, names), None)
            return found
    raise ValueError(f"{type(formula).__name__} has no enclosure")
