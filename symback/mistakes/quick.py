"""Formulas as plain functions of floats, for trying many variants of a graph. Names never become code.

Fast and good to about fifteen digits: what is found with them is printed from proven digits.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TypeAlias

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

Function: TypeAlias = Callable[[Sequence[float]], float]

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
"""The functions that are computed as they are; all others are written out."""
IMPOSSIBLE = (ArithmeticError, ValueError)
"""Raised by a function where floats have no value."""


def quick(expression: Expression, places: Mapping[str, int]) -> Function:
    """The formula as a function of a list that holds the value of each name at its place.

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
            return _product([quick(factor, places) for factor in factors], factors, places)
        case Sum(terms):
            return _sum(terms, places)
        case Negative(operand):
            inner = quick(operand, places)
            return lambda values: -inner(values)
        case Quotient(numerator, denominator):
            above, below = quick(numerator, places), quick(denominator, places)
            return lambda values: above(values) / below(values)
        case Power(base, exponent):
            return _power(quick(base, places), exponent, places)
        case Call(function, argument) if function in FUNCTIONS:
            call, inner = FUNCTIONS[function], quick(argument, places)
            return lambda values: call(inner(values))
        case Call(function, argument) if function in REWRITES:
            return quick(REWRITES[function](argument), places)
        case Cases(left, right, value, otherwise):
            low, high = quick(left, places), quick(right, places)
            then, instead = quick(value, places), quick(otherwise, places)
            return lambda values: then(values) if low(values) > high(values) else instead(values)
        case Maximum(operands):
            several = [quick(operand, places) for operand in operands]
            return lambda values: max([one(values) for one in several])
        case Marked(operand, _, _):
            return quick(operand, places)
        case IndexedSum():
            return quick(instantiate(expression), places)
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


def _sum(terms: tuple[Expression, ...], places: Mapping[str, int]) -> Function:
    functions = [quick(term, places) for term in terms]
    if len(functions) == 2:
        one, two = functions
        return lambda values: one(values) + two(values)
    if len(functions) == 3:
        left, middle, right = functions
        return lambda values: left(values) + middle(values) + right(values)
    return lambda values: sum([function(values) for function in functions])


def _power(base: Function, exponent: Expression, places: Mapping[str, int]) -> Function:
    if isinstance(exponent, Number) and exponent.value == 2:
        return lambda values: base(values) * base(values)
    raised = quick(exponent, places)

    def power(values: Sequence[float]) -> float:
        return math.pow(base(values), raised(values))

    return power
