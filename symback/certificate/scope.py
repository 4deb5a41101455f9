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
from symback.graph import FORWARD_ROLES, PARAMETER_ROLES, Graph, Role, Rule

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


def is_layered(graph: Graph) -> bool:
    """Whether the network is a stack of layers, as the proofs of gradients go through it.

    In each sample net inputs depend on outputs of the layer below, outputs on net inputs of their own layer,
    errors on outputs of the last one, and nothing else on parameters; nothing depends on time.
    """
    forward = [q for q in graph.with_role(*FORWARD_ROLES) if q.rule is Rule.DEFINITION]
    last = max((quantity.layer for quantity in forward), default=0)
    for quantity in forward:
        if quantity.step is not None:
            return False
        for parent in map(graph.__getitem__, quantity.parents):
            distance = quantity.layer - parent.layer
            match quantity.role:
                case Role.NET_INPUT:
                    fits = parent.role is not Role.ACTIVATION or distance == 1
                    fits = fits and parent.role not in (Role.NET_INPUT, Role.INTERMEDIATE)
                case Role.ACTIVATION:
                    fits = parent.role in (Role.NET_INPUT, Role.CONSTANT) and distance in (0, quantity.layer)
                case Role.ERROR | Role.TOTAL_ERROR:
                    fits = parent.role is not Role.ACTIVATION or parent.layer == last
                    fits = fits and parent.role not in PARAMETER_ROLES
                case _:
                    fits = False
            if not fits or (quantity.sample and parent.sample not in (0, quantity.sample)):
                return False
    return bool(graph.with_role(Role.NET_INPUT))


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
