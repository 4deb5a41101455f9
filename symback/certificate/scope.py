"""What the certificate covers: which formulas its proofs can treat, and why not the others."""

from __future__ import annotations

from symback.expression import (
    Call,
    Cases,
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
from symback.graph import Graph, Rule

FUNCTIONS = frozenset({"exp", "log", "tanh"})
MOST_POWER = 20
"""Larger exponents are not treated."""


def untreated(graph: Graph) -> dict[str, str]:
    """Quantities that the proofs cannot treat, by name: the key of the reason.

    `form`: its formula, or one that it depends on, has an operation that the proofs do not know. `kink`:
    likewise it has cases. `rounds`: it is computed by training.
    """
    found: dict[str, str] = {}
    for quantity in graph:
        reasons = {found.get(graph[parent].name, "") for parent in quantity.parents}
        if quantity.formula is not None:
            reasons.add(obstacle(quantity.formula))
        if quantity.rule is Rule.TRAINING:
            reasons.add("rounds")
        reason = _first(reasons)
        if reason:
            found[quantity.name] = reason
    return found


def obstacle(formula: Expression) -> str:
    """Why the proofs cannot treat a formula by itself: `form`, `kink`, or "" if they can."""
    return _first({*map(obstacle, formula.parts), _own(formula)})


def is_number(formula: Expression) -> bool:
    """Whether a given number is one that the numeric proofs can compute with."""
    match formula:
        case (
            Number() | Constant() | Sum() | Product() | Negative() | Quotient() | Call("exp" | "log" | "sqrt")
        ):
            return all(map(is_number, formula.parts))
        case Power(base, Number(value)):
            return value.denominator == 1 and 0 <= value <= MOST_POWER and is_number(base)
    return False


def _first(reasons: set[str]) -> str:
    """The reason that counts: what has no form cannot even be written down."""
    return next((reason for reason in ("form", "kink", "rounds") if reason in reasons), "")


def _own(formula: Expression) -> str:
    match formula:
        case Name() | Number() | Sum() | Product() | Negative():
            return ""
        case Cases() | Call("abs"):
            return "kink"
        case Quotient(_, denominator) if is_positive(denominator):
            return ""
        case Power(_, Number(value)) if value.denominator == 1 and 0 <= value <= MOST_POWER:
            return ""
        case Call("log", argument):
            return "" if is_positive(argument) else "form"
        case Call(function) if function in FUNCTIONS:
            return ""
    return "form"


def is_positive(formula: Expression) -> bool:
    """Whether it is positive at sight, as 1 + exp(-x) is; the template's tactic `positive` follows this."""
    match formula:
        case Number(value):
            return value > 0
        case Call("exp"):
            return True
        case Sum(parts) | Product(parts):
            return all(map(is_positive, parts))
        case Quotient(above, below):
            return is_positive(above) and is_positive(below)
    return False
