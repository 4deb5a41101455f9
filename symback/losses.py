"""The table of losses: the error of one output and its textbook derivative. One entry adds one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symback.expression import Expression, Name, Number
from symback.registry import Registry

target = Name("target")
output = Name("output")


@dataclass(frozen=True, slots=True)
class Loss:
    """The error of one sample as a sum over outputs.

    `term` is the error of one output in `target` and `output`; `derivative` is d term / d output as textbooks
    print it, proven equal to what SymPy differentiates from `term`.
    """

    name: str
    term: Expression
    derivative: Expression
    synonyms: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    summand: Expression | None = None
    cross: Expression | None = None
    has_targets: bool = True
    needs: tuple[str, ...] = ()


LOSSES: Registry[Loss] = Registry(
    "loss",
    [Loss("half_squared_error", Number(Fraction(1, 2)) * (target - output) ** 2, -(target - output))],
)
