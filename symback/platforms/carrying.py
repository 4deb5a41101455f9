"""How far a number may be off that follows from earlier answers, which were rounded when they were typed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from symback.expression import Expression
from symback.floats import Float, backward, value_of

HALF_UNIT = 0.5


def carried(
    steps: Iterable[str], formulas: Mapping[str, Expression], given: Mapping[str, float], typed: Iterable[str]
) -> float:
    """In units of the last decimal: half a unit of each typed number, times how much the last step feels it.

    `steps` are computed one after another unless they are `given`; `typed` are those of the given that were
    rounded. 0 where the last step has no value.
    """
    values: dict[str, Float] = {}
    try:
        for name in steps:
            values[name] = Float(given[name]) if name in given else value_of(formulas[name], values)
        end = values[name]
        backward(end)
    except (ArithmeticError, ValueError, KeyError):
        return 0.0
    off = HALF_UNIT * sum(abs(values[name].slope) for name in typed if name in values)
    return off if math.isfinite(off) else 0.0
