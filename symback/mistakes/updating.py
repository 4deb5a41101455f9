"""Mistakes of an update."""

from __future__ import annotations

from collections.abc import Iterator

from symback.expression import ONE, Expression, Name, Negative, Product, Sum, names, transform
from symback.graph import Quantity, Role
from symback.mistakes.kinds import replaced
from symback.mistakes.mistake import Mistake, Scope, Wrong
from symback.mistakes.workings import Workings
from symback.naming import RATE, derivative


def _ascent(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The step added where it belongs subtracted."""
    if quantity.role is not Role.UPDATED or not isinstance(formula, Sum):
        return
    steps = [isinstance(term, Negative) for term in formula.terms]
    if any(steps):
        terms = tuple(term.operand if isinstance(term, Negative) else term for term in formula.terms)
        yield Wrong(quantity.name, Sum(terms), facts={"parameter": quantity.name.rstrip("+")})


def _forgotten_rate(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if (quantity.role is not Role.UPDATED and quantity.role is not Role.STATE) or RATE not in names(formula):
        return

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Product) and Name(RATE) in node.factors:
            rest = tuple(factor for factor in node.factors if factor != Name(RATE))
            return rest[0] if len(rest) == 1 else Product(rest)
        return ONE if node == Name(RATE) else None

    yield Wrong(quantity.name, transform(formula, change), facts={"left_out": RATE})


def _bias_kept(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    before = quantity.name.rstrip("+")
    if quantity.role is Role.UPDATED and workings.role(before) is Role.BIAS:
        yield Wrong(quantity.name, Name(before), facts={"parameter": before})


def _frozen_updated(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """A bias that the network leaves alone, updated all the same."""
    if quantity.role is not Role.NET_INPUT or not quantity.name.endswith("+"):
        return
    for name in names(formula):
        gradient = derivative("E_total", name)
        if workings.role(name) is Role.BIAS and not name.endswith("+") and gradient in workings.formulas:
            new = Sum((Name(name), Negative(Product((Name(RATE), Name(gradient))))))
            wrong = replaced(formula, name, new)
            yield Wrong(quantity.name, wrong, facts={"parameter": name})
            return


def _update_missing(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The old value kept."""
    before = quantity.name.rstrip("+")
    if quantity.role is Role.UPDATED and workings.role(before) is not Role.BIAS:
        yield Wrong(quantity.name, Name(before), facts={"parameter": before})


MISTAKES = (
    Mistake("ascent-instead-of-descent", _ascent, is_of_update=True),
    Mistake("forgotten-learning-rate", _forgotten_rate, is_of_update=True),
    Mistake("bias-not-updated", _bias_kept, is_of_update=True),
    Mistake("frozen-bias-updated", _frozen_updated, Scope.LAYER, is_of_update=True),
    Mistake("weight-not-updated", _update_missing, is_of_update=True),
)
