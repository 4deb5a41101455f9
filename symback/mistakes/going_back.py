"""Mistakes in going back through the weights to the layer before."""

from __future__ import annotations

from collections.abc import Iterator

from symback.expression import (
    ONE,
    Expression,
    Name,
    Product,
    names,
    rename,
    substitute,
    transform,
    walk,
)
from symback.graph import PARAMETER_ROLES, Quantity, Role, Rule
from symback.mistakes.kinds import (
    GRADIENTS,
    denominator,
    is_activation_slope,
    is_weight_slope,
    replaced,
)
from symback.mistakes.mistake import Mistake, Wrong
from symback.mistakes.workings import Workings
from symback.naming import derivative


def _updated_weights(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if not is_weight_slope(workings, quantity):
        return
    by = denominator(workings, quantity)
    if by is None or by.layer >= quantity.layer:
        return  # the weights of the layer itself are updated after its deltas
    new = {name: f"{name}+" for name in names(formula) if _is_updated(workings, name)}
    if new:
        used = next(iter(new))
        yield Wrong(quantity.name, rename(formula, new), facts={"belongs": used, "used": new[used]})


def _is_updated(workings: Workings, name: str) -> bool:
    return workings.role(name) in PARAMETER_ROLES and f"{name}+" in workings.formulas


def _missing_weight(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_weight_slope(workings, quantity):
        weights = [name for name in names(formula) if workings.role(_plain(name)) in PARAMETER_ROLES]
        wrong = substitute(formula, dict.fromkeys(weights, ONE))
        yield Wrong(quantity.name, _tidied(wrong), facts={"left_out": weights[0]} if weights else {})


def _plain(name: str) -> str:
    return name.rstrip("+")


def _tidied(formula: Expression) -> Expression:
    """Factors of one left out."""

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Product) and ONE in node.factors:
            rest = tuple(factor for factor in node.factors if factor != ONE)
            return ONE if not rest else rest[0] if len(rest) == 1 else Product(rest)
        return None

    return transform(formula, change)


def _gradient_for_weight(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if not is_weight_slope(workings, quantity):
        return
    by = denominator(workings, quantity)
    if by is None or by.layer >= quantity.layer:
        return
    slopes = {name: derivative("E_total", name) for name in names(formula)}
    known = {name: slope for name, slope in slopes.items() if slope in workings.formulas}
    if known:
        used = next(iter(known))
        yield Wrong(quantity.name, rename(formula, known), facts={"belongs": used, "used": known[used]})


def _slope_for_delta(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """dE/dout taken back through the weights where dE/dnet belongs."""
    if quantity.role in GRADIENTS or quantity.rule is Rule.LOCAL_DERIVATIVE:
        return
    for node in walk(formula):
        if not isinstance(node, Product) or not isinstance(node.factors[0], Name):
            continue
        delta = node.factors[0].name
        slope = _before_delta(workings, delta) if delta in workings.formulas else None
        if slope is not None and any(_is_weight(workings, factor) for factor in node.factors[1:]):
            wrong = replaced(formula, delta, Name(slope))
            yield Wrong(quantity.name, wrong, facts={"used": slope, "belongs": delta})
            return


def _before_delta(workings: Workings, name: str) -> str | None:
    """dE/dout of a delta that is dE/dout times dout/dnet."""
    formula = workings.formula(name)
    if workings.role(name) not in (Role.DELTA, Role.DERIVATIVE) or not isinstance(formula, Product):
        return None
    factors = [factor.name for factor in formula.factors if isinstance(factor, Name)]
    if len(factors) != 2 or len(formula.factors) != 2:
        return None
    return factors[0] if is_activation_slope(workings, workings.quantity(factors[1])) else None


def _is_weight(workings: Workings, factor: Expression) -> bool:
    return isinstance(factor, Name) and is_weight_slope(workings, workings.quantity(factor.name))


MISTAKES = (
    Mistake("already-updated-weights", _updated_weights, is_of_update=True),
    Mistake("missing-weight-factor", _missing_weight),
    Mistake("gradient-in-place-of-weight", _gradient_for_weight),
    Mistake("error-derivative-in-place-of-delta", _slope_for_delta),
)
