"""A point at which two formulas certainly differ: rational numbers, and a ball that excludes zero.

The formulas are evaluated as written, with balls, so that a witness trusts no rewriting. A point counts only
where both are defined for certain and no condition of cases is on its boundary.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import islice, pairwise
from typing import Any

from flint import arb, ctx, fmpq

from symback.balls import magnitude
from symback.expression import (
    Call,
    Cases,
    Constant,
    Expression,
    IndexedSum,
    Marked,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    instantiate,
    names,
)

PASSES: Sequence[tuple[int, int]] = ((128, 40), (512, 12), (2048, 6), (8192, 3))
"""Precision in bits, and at how many points it is tried."""
FIRST_POINTS = 6
MOST_COST = 40_000_000
"""Instructions times bits that a search may take: about half a second."""
LARGEST_EXPONENT = 4_000
"""A difference with more bits before the point is shown only if there is no smaller one."""
LARGEST_POWER = 10**100
"""Exponents up to this are known to be whole or not."""
UNDEFINED = arb("nan")

Point = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Witness:
    """Where two formulas differ, and by how much."""

    point: dict[str, Fraction]
    difference: str
    """Left minus right, such as `[3.22772 +/- 2.78e-6]`."""


FUNCTIONS: Mapping[str, Callable[[arb], arb]] = {
    "exp": lambda u: u.exp(),
    "log": lambda u: u.log() if u > 0 else UNDEFINED,
    "tanh": lambda u: u.tanh(),
    "logistic": lambda u: 1 / (1 + (-u).exp()),
    "sigmoid": lambda u: 1 / (1 + (-u).exp()),
    "softplus": lambda u: u.exp().log1p(),
    "silu": lambda u: u / (1 + (-u).exp()),
    "swish": lambda u: u / (1 + (-u).exp()),
    "relu": lambda u: u.max(arb(0)),
    "abs": abs,
    "sqrt": lambda u: u.sqrt() if u > 0 or u.is_zero() else UNDEFINED,
    "sinh": lambda u: u.sinh(),
    "cosh": lambda u: u.cosh(),
    "erf": lambda u: u.erf(),
    "floor": lambda u: UNDEFINED if (whole := u.floor().unique_fmpz()) is None else arb(whole),
}
"""The functions that are known."""

Instruction = tuple[str, tuple[int, ...], Any]


class Search:
    """The search for a point at which left and right differ; `domain` has to be defined there as well.

    A function that is not in FUNCTIONS is a stranger: then points show only whether both are defined.
    """

    def __init__(
        self,
        left: Expression,
        right: Expression,
        domain: Sequence[Expression] = (),
        positive: Collection[str] = (),
    ) -> None:
        self.names = tuple(dict.fromkeys(name for tree in (left, right, *domain) for name in names(tree)))
        self.positive = frozenset(positive)
        self.has_strangers = False
        self.meets = False
        """Whether a point was found at which both formulas are defined."""
        self._instructions: list[Instruction] = []
        self._constant: list[bool] = []
        self._places: dict[Instruction, int] = {}
        self._compiled: dict[int, tuple[Expression, int]] = {}
        self._left, self._right = self._compile(left), self._compile(right)
        self._domain = [self._compile(tree) for tree in domain]
        self._left_to_spend = MOST_COST

    def quick(self) -> Witness | None:
        """A witness among the first points."""
        return self._first(islice(self._points(), FIRST_POINTS), PASSES[0][0])

    def thorough(self) -> Witness | None:
        """A witness among all points, with more and more bits at those where nothing is decided."""
        for bits, count in PASSES:
            points = self._points_near_kinks() if bits == PASSES[0][0] else iter(())
            witness = self._first(islice(self._points(), count), bits) or self._first(points, bits)
            if witness is not None:
                return witness
        return None

    def difference(self, point: Point, bits: int) -> arb | None:
        """Left minus right at the point; None where it cannot be told that both are defined."""
        with ctx.workprec(bits):
            values = self._values(point)
            if not all(values[place].is_finite() for place in (self._left, self._right, *self._domain)):
                return None
            return values[self._left] - values[self._right]

    def _first(self, points: Iterator[dict[str, Fraction]], bits: int) -> Witness | None:
        large: Witness | None = None
        for point in points:
            self._left_to_spend -= (len(self._instructions) + len(self.names)) * (bits + 200)
            if self._left_to_spend < 0:
                break
            difference = self.difference(point, bits)
            if difference is None:
                continue
            self.meets = True
            if self.has_strangers or difference.contains(0):
                continue
            witness = Witness(point, difference.str(6))
            if magnitude(difference) < LARGEST_EXPONENT:
                return witness
            large = large or witness
        return large

    # --- points ------------------------------------------------------------------------------------

    def _points(self) -> Iterator[dict[str, Fraction]]:
        """Points of many kinds, the same at each call; fractions, so that small integers are avoided."""
        if not self.names:
            yield {}
            return
        for number in range(10_000):
            low, high, order = KINDS[number % len(KINDS)]
            steps = 101 if high - low >= 1 else 9973
            lowest, width = int(low * steps) + 1, int((high - low) * steps) - 1
            values = []
            for place in range(len(self.names)):
                step = lowest + _mixed(number, place) % width
                values.append(Fraction(step if step % steps else step + 1, steps))
            if order:
                values.sort(reverse=order < 0)
            yield {
                name: abs(value) if name in self.positive else value
                for name, value in zip(self.names, values, strict=True)
            }

    def _points_near_kinks(self) -> Iterator[dict[str, Fraction]]:
        """Points on both sides of each condition, taken for a linear function of each name in turn."""
        conditions = [arguments[:2] for operation, arguments, _ in self._instructions if operation == "cases"]
        conditions += [arguments * 2 for operation, arguments, what in self._instructions if what in KINKED]
        conditions += [
            pair
            for operation, arguments, _ in self._instructions
            if operation == "maximum"
            for pair in pairwise(arguments)
        ]
        for start in islice(self._points(), 3):
            for left, right in conditions[:6]:
                for name in self.names[:6]:
                    at = [self._gap({**start, name: Fraction(value)}, left, right) for value in (0, 1)]
                    if None in at or at[0] == at[1] or at[0] is None or at[1] is None:
                        continue
                    root = (at[0] / (at[0] - at[1])).limit_denominator(1000)
                    for aside in (Fraction(2, 101), Fraction(-2, 101)):
                        if name not in self.positive or root + aside > 0:
                            yield {**start, name: root + aside}

    def _gap(self, point: Point, left: int, right: int) -> Fraction | None:
        with ctx.workprec(64):
            values = self._values(point)
            gap = values[left] - (values[right] if right != left else 0)
        if not gap.is_finite() or abs(gap) > 10**9:
            return None
        return Fraction(float(gap))

    # --- values ------------------------------------------------------------------------------------

    def _compile(self, node: Expression) -> int:
        known = self._compiled.get(id(node))
        if known is None:
            known = self._compiled[id(node)] = (node, self._lower(node))
        return known[1]

    def _lower(self, node: Expression) -> int:
        parts = tuple(map(self._compile, node.parts)) if not isinstance(node, IndexedSum) else ()
        match node:
            case Number(value):
                return self._emit("number", (), fmpq(value.numerator, value.denominator))
            case Name(name):
                return self._emit("name", (), name)
            case Constant(name):
                return self._emit("constant", (), name)
            case Sum():
                return self._emit("sum", parts)
            case Product():
                return self._emit("product", parts)
            case Negative():
                return self._emit("negative", parts)
            case Quotient():
                return self._emit("quotient", parts)
            case Power():
                return self._emit("power", parts)
            case Call(function, _):
                self.has_strangers |= function not in FUNCTIONS
                return self._emit("call", parts, function)
            case Maximum():
                return self._emit("maximum", parts)
            case Cases():
                chosen, left, right, otherwise = parts
                return self._emit("cases", (left, right, chosen, otherwise))
            case Marked():
                return parts[0]
            case IndexedSum():
                return self._compile(instantiate(node))
        raise ValueError(f"a {type(node).__name__} has no value")

    def _emit(self, operation: str, arguments: tuple[int, ...], constant: Any = None) -> int:
        instruction = (operation, arguments, constant)
        if instruction not in self._places:
            self._places[instruction] = len(self._instructions)
            self._instructions.append(instruction)
            self._constant.append(operation != "name" and all(self._constant[part] for part in arguments))
        return self._places[instruction]

    def _values(self, point: Point) -> list[arb]:
        values: list[arb] = []
        for operation, arguments, constant in self._instructions:
            parts = [values[argument] for argument in arguments]
            match operation:
                case "number":
                    value = arb(constant)
                case "name":
                    given = point[str(constant)]
                    value = arb(fmpq(given.numerator, given.denominator))
                case "sum":
                    value = sum(parts[1:], parts[0])
                case "product":
                    value = parts[0]
                    for part in parts[1:]:
                        value = value * part
                case "constant":
                    value = arb.pi()
                case "maximum":
                    value = reduce(arb.max, parts)
                case "negative":
                    value = -parts[0]
                case "quotient":
                    value = parts[0] / parts[1]
                case "power":
                    value = _power(*parts, is_constant=self._constant[arguments[1]])
                case "call":
                    value = FUNCTIONS.get(str(constant), _itself)(parts[0])
                case _:
                    left, right = arguments[:2]
                    known = left == right or (self._constant[left] and self._constant[right])
                    value = _chosen(*parts, is_constant=known)
            values.append(value)
        return values


def _power(base: arb, exponent: arb, *, is_constant: bool) -> arb:
    """A power; of what may be negative or 0 only where that is certain to exist."""
    is_short = is_constant and exponent.is_exact() and abs(exponent) < LARGEST_POWER
    whole = exponent.unique_fmpz() if is_short else None
    if whole is not None:
        if whole < 0 and base.contains(0):
            return UNDEFINED
        return base ** int(whole) if whole else base * 0 + 1
    if base > 0:
        return base**exponent
    return base * 0 if is_constant and base.is_zero() and exponent > 0 else UNDEFINED


def _chosen(left: arb, right: arb, value: arb, otherwise: arb, *, is_constant: bool) -> arb:
    """The case that certainly applies. On a boundary none does, unless both sides are always equal."""
    gap = left - right
    if gap > 0:
        return value
    return otherwise if gap < 0 or (is_constant and gap.is_zero()) else UNDEFINED


def _itself(value: arb) -> arb:
    return value


def _mixed(number: int, place: int) -> int:
    """A number that looks drawn at random, from the number of a point and the place of a name."""
    state = (number * 1_000_003 + place * 7_919 + 12_345) & 0xFFFFFFFF
    for _ in range(3):
        state = (state ^ (state >> 15)) * 0x2C1B3C6D & 0xFFFFFFFF
        state ^= state >> 13
    return state


KINKED = frozenset({"relu", "abs"})
KINDS: Sequence[tuple[Fraction, Fraction, int]] = tuple(
    (Fraction(low), Fraction(high), order)
    for low, high, order in (
        ("-3", "3", 0),
        ("0", "3", 0),
        ("0", "1", 0),
        ("-3", "0", 0),
        ("1", "9", -1),
        ("-30", "30", 0),
        ("0", "1", -1),
        ("1", "9", 1),
        ("-1", "1", 0),
        ("10", "300", 0),
        ("0", "1", 1),
        ("-0.05", "0.05", 0),
        ("-5000", "5000", 0),
        ("1000", "99999", 0),
    )
)
"""Lowest and highest value of the names, and whether the values rise (1) or fall (-1) in reading order."""
