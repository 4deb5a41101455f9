"""The table of activation functions: a formula in x and its textbook derivative. One entry adds one."""

from __future__ import annotations

from dataclasses import dataclass

from symback.expression import ONE, ZERO, Cases, Expression, Name, exp, tanh
from symback.registry import Registry

x = Name("x")
"""The argument: the unit's net input."""
y = Name("y")
"""The function's value: the unit's output. Textbook derivatives are often shortest in it."""


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function of one unit.

    `derivative` is the form that textbooks print, in x and y; it is kept as written and proven equal to what
    SymPy differentiates from `formula`, for each document and in the tests.
    """

    name: str
    formula: Expression
    derivative: Expression | None
    synonyms: tuple[str, ...] = ()
    kink: Expression | None = None
    """The argument at which the function has no derivative; there the left derivative is taken."""
    settings: tuple[tuple[str, str], ...] = ()
    summand: Expression | None = None
    cross: Expression | None = None


ACTIVATIONS: Registry[Activation] = Registry(
    "activation",
    [
        Activation("logistic", 1 / (1 + exp(-x)), y * (1 - y), synonyms=("sigmoid",)),
        Activation("tanh", tanh(x), 1 - y**2),
        Activation("relu", Cases(x, ZERO, x, ZERO), Cases(x, ZERO, ONE, ZERO), kink=ZERO),
        Activation("linear", x, ONE, synonyms=("identity",)),
    ],
)
