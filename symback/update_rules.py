"""The table of update rules: the new parameter from the old one and its gradient."""

from __future__ import annotations

from dataclasses import dataclass

from symback.expression import Expression, Name
from symback.registry import Registry

parameter = Name("parameter")
gradient = Name("gradient")
learning_rate = Name("eta")


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """`formula` gives the updated parameter; all gradients are taken at the original parameters."""

    name: str
    formula: Expression
    synonyms: tuple[str, ...] = ()


UPDATE_RULES: Registry[UpdateRule] = Registry(
    "update rule",
    [UpdateRule("gradient_descent", parameter - learning_rate * gradient)],
)
