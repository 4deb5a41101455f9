"""Formulas as plain functions of floats, for trying many variants of a graph. Names never become code.

Fast and good to about fifteen digits: what is found with them is printed from proven digits.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

from symback.errors import EvaluationError
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
)
from symback.functions import REWRITES

Function: TypeAlias = Callable[[Sequence[Any]], Any]
"""From the values of all quantities to one of them: floats to a float, in other arithmetic other numbers."""
Functions: TypeAlias = Sequence[Function]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What numbers are computed with; sums, products and signs are Python's own in each."""

    functions: Mapping[str, Callable[[Any], Any]]
    """The functions that are computed as they are; all others are written out."""
    divide: Callable[[Any, Any], Any]
    power: Callable[[Any, Any], Any]
    choose: Callable[[Function, Function, Function, Function], Function]
    """The third where the first is greater than the second, the fourth where it is not; else nan."""
    largest: Callable[[Functions], Function]
    """nan where one of them is."""
    rounded: Callable[[Function, int], Function]
    """To so many decimals, ties away from zero, as by hand."""


def _choose(low: Function, high: Function, then: Function, instead: Function) -> Function:
    def chosen(values: Sequence[float]) -> float:
        one, other = low(values), high(values)
        if one > other:
            return then(values)  # type: ignore[no-any-return]
        return instead(values) if one <= other else math.nan

    return chosen


def _largest(functions: Functions) -> Function:
    def largest(values: Sequence[float]) -> float:
        found = [function(values) for function in functions]
        return max(found) if all(one == one for one in found) else math.nan

    return largest


def _rounded(function: Function, decimals: int) -> Function:
    scale = 10.0**decimals

    def rounded(values: Sequence[float]) -> float:
        value: float = function(values)
        return math.copysign(math.floor(abs(value) * scale * (1 + 1e-15) + 0.5) / scale, value)

    return rounded


FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sqrt": math.sqrt,
    "abs": abs,
    "erf": math.erf,
    "floor": lambda x: float(math.floor(x)),
    "logistic": lambda x: 1.0 / (1.0 + math.exp(-x)),
}
FLOATS = Arithmetic(FUNCTIONS, operator.truediv, math.pow, _choose, _largest, _rounded)
IMPOSSIBLE = (ArithmeticError, ValueError)
"""Raised by a function where floats have no value."""


def quick(expression: Expression, places: Mapping[str, int], arithmetic: Arithmetic = FLOATS) -> Function:
    """The formula as a function of a list that holds the value of each name at its place.

    Sums and products are taken from the left, so that each arithmetic of doubles gives the same.

    Raises KeyError for a name without a place, EvaluationError for a node or function without a value. The
    function raises one of IMPOSSIBLE where the formula has no value.
    """
    match expression:
        case Name(name):
            return operator.itemgetter(places[name])
        case Number(value):
            number = float(value)
            return lambda values: number
        case Constant("pi"):
            return lambda values: math.pi
        case Product(factors):
            return _product([quick(factor, places, arithmetic) for factor in factors], factors, places)
        case Sum(terms):
            return _sum([quick(term, places, arithmetic) for term in terms])
        case Negative(operand):
            inner = quick(operand, places, arithmetic)
            return lambda values: -inner(values)
        case Quotient(numerator, denominator):
            above, below = quick(numerator, places, arithmetic), quick(denominator, places, arithmetic)
            divide = arithmetic.divide
            return lambda values: divide(above(values), below(values))
        case Power(base, exponent):
            return _power(quick(base, places, arithmetic), exponent, places, arithmetic)
        case Call(function, argument) if function in arithmetic.functions:
            call, inner = arithmetic.functions[function], quick(argument, places, arithmetic)
            return lambda values: call(inner(values))
        case Call(function, argument) if function in REWRITES:
            return quick(REWRITES[function](argument), places, arithmetic)
        case Cases(left, right, value, otherwise):
            low, high = quick(left, places, arithmetic), quick(right, places, arithmetic)
            then, instead = quick(value, places, arithmetic), quick(otherwise, places, arithmetic)
            return arithmetic.choose(low, high, then, instead)
        case Maximum(operands):
            return arithmetic.largest([quick(operand, places, arithmetic) for operand in operands])
        case Marked(operand, _, _):
            return quick(operand, places, arithmetic)
        case IndexedSum():
            return quick(instantiate(expression), places, arithmetic)
    raise EvaluationError(f"There is no way to compute {type(expression).__name__}.")


def _product(
    functions: list[Function], factors: tuple[Expression, ...], places: Mapping[str, int]
) -> Function:
    if len(factors) == 2 and all(isinstance(factor, Name) for factor in factors):
        first, second = (places[factor.name] for factor in factors if isinstance(factor, Name))
        return lambda values: values[first] * values[second]
    if len(functions) == 2:
        one, two = functions
        return lambda values: one(values) * two(values)
    if len(functions) == 3:
        left, middle, right = functions
        return lambda values: left(values) * middle(values) * right(values)
    return lambda values: reduce(operator.mul, [function(values) for function in functions])


def _sum(functions: list[Function]) -> Function:
    if len(functions) == 2:
        one, two = functions
        return lambda values: one(values) + two(values)
    if len(functions) == 3:
        left, middle, right = functions
        return lambda values: left(values) + middle(values) + right(values)
    return lambda values: reduce(operator.add, [function(values) for function in functions])


def _power(
    base: Function, exponent: Expression, places: Mapping[str, int], arithmetic: Arithmetic
) -> Function:
    if isinstance(exponent, Number) and exponent.value == 2:
        return lambda values: base(values) * base(values)
    raised, power = quick(exponent, places, arithmetic), arithmetic.power
    return lambda values: power(base(values), raised(values))
