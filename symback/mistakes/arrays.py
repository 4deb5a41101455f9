"""The same formulas for many sets of numbers at once: arrays of doubles, with the bits that floats give.

Sums, products and quotients of NumPy are those of the processor, as Python's are. Its own exponential is not
always the one of the C library, so each function is Python's, called for one number after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from symback.mistakes.quick import FUNCTIONS, IMPOSSIBLE, Arithmetic, Function, Functions

Array: TypeAlias = Any
"""One number for each set, or one for all of them."""


def _each(function: Callable[[float], float]) -> Callable[[Array], Array]:
    """The function of each number; nan where it has no value."""

    def of_one(number: float) -> float:
        try:
            return function(number)
        except IMPOSSIBLE:
            return math.nan

    def of_all(numbers: Array) -> Array:
        if np.ndim(numbers) == 0:
            return of_one(float(numbers))
        several = numbers.tolist()
        try:
            return np.array(list(map(function, several)))
        except IMPOSSIBLE:
            return np.array(list(map(of_one, several)))

    return of_all


_exponential = _each(math.exp)


def _logistic(numbers: Array) -> Array:
    return 1.0 / (1.0 + _exponential(-numbers))


def _divide(above: Array, below: Array) -> Array:
    """nan where it divides by 0, as a float has no value there."""
    return np.where(np.equal(below, 0.0), math.nan, np.divide(above, below))


def _power(bases: Array, exponents: Array) -> Array:
    bases, exponents = np.broadcast_arrays(np.asarray(bases, float), np.asarray(exponents, float))
    pairs = zip(bases.ravel().tolist(), exponents.ravel().tolist(), strict=True)
    return np.array([_power_of(*pair) for pair in pairs]).reshape(bases.shape)


def _power_of(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except IMPOSSIBLE:
        return math.nan


def _choose(low: Function, high: Function, then: Function, instead: Function) -> Function:
    def chosen(values: Sequence[Array]) -> Array:
        one, other = low(values), high(values)
        below = np.where(np.less_equal(one, other), instead(values), math.nan)
        return np.where(np.greater(one, other), then(values), below)

    return chosen


def _largest(functions: Functions) -> Function:
    return lambda values: reduce(np.maximum, [function(values) for function in functions])


def _rounded(function: Function, decimals: int) -> Function:
    """nan for what is infinite, which a float has no whole number for."""
    scale = 10.0**decimals

    def rounded(values: Sequence[Array]) -> Array:
        value = function(values)
        size = np.floor(np.abs(value) * scale * (1 + 1e-15) + 0.5) / scale
        return np.where(np.isfinite(value), np.copysign(size, value), math.nan)

    return rounded


ARRAYS = Arithmetic(
    {**{name: _each(function) for name, function in FUNCTIONS.items()}, "abs": np.abs, "logistic": _logistic},
    _divide,
    _power,
    _choose,
    _largest,
    _rounded,
)


def of_rows(values: Iterable[Array], rows: Array) -> list[Array]:
    """The values of some of the sets."""
    return [value[rows] if np.ndim(value) else value for value in values]
