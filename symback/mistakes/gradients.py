"""Mistakes in sums over paths, and in the gradients of weights and biases."""

from __future__ import annotations

from collections.abc import Iterator

from symback.expression import (
    ONE,
    Expression,
    Name,
    Product,
)
from symback.graph import Quantity, Role, Rule
from symback.mistakes.kinds import (
    GRADIENTS,
    denominator,
    is_parameter_slope,
    own_net,
    sum_in,
    with_sum,
)
from symback.mistakes.mistake import Mistake, Scope, Wrong
from symback.mistakes.workings import Workings
from symback.naming import parts_of

MOST_PATHS = 4
"""Of a longer sum only the first and the last term are tried alone."""


def _one_path(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    inner = sum_in(formula) if quantity.rule is Rule.SUM_OVER_PATHS else None
    if inner is None or _is_of_bias(workings, quantity):
        return
    yield from _single_terms(quantity, formula)


def _single_terms(quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    inner = sum_in(formula)
    assert inner is not None
    last = len(inner.terms) - 1
    for place, term in enumerate(inner.terms):
        if len(inner.terms) <= MOST_PATHS or place in (0, last):
            variant = "first" if place == 0 else "last" if place == last else str(place + 1)
            facts = {"count": str(last + 1), "kept": variant}
            yield Wrong(quantity.name, with_sum(formula, term), variant, facts)


def _is_of_bias(workings: Workings, quantity: Quantity) -> bool:
    by = denominator(workings, quantity)
    return quantity.role in GRADIENTS and by is not None and by.role is Role.BIAS


def _one_delta(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if sum_in(formula) is not None and _is_of_bias(workings, quantity):
        yield from _single_terms(quantity, formula)


def _paths_multiplied(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    inner = sum_in(formula) if quantity.rule is Rule.SUM_OVER_PATHS else None
    if inner is not None:
        yield Wrong(quantity.name, with_sum(formula, Product(inner.terms)))


def _net_for_output(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The net input of a unit as the last factor, where its output belongs."""
    if not is_parameter_slope(workings, quantity) or not isinstance(formula, Name):
        return
    net = own_net(workings, workings.quantity(formula.name))
    if net is not None:
        yield Wrong(quantity.name, Name(net), facts={"used": net, "belongs": formula.name})


def _delta_as_gradient(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_parameter_slope(workings, quantity):
        facts = {"left_out": formula.name} if isinstance(formula, Name) else {}
        yield Wrong(quantity.name, ONE, facts=facts)


def _bias_gradient_times_bias(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    by = denominator(workings, quantity)
    is_of_sample = parts_of(quantity.name).of.startswith("E[")
    if quantity.role in GRADIENTS and by is not None and by.role is Role.BIAS and not is_of_sample:
        yield Wrong(quantity.name, formula * Name(by.name), facts={"bias": by.name})


MISTAKES = (
    Mistake("only-one-path", _one_path),
    Mistake("paths-multiplied", _paths_multiplied),
    Mistake("net-input-as-last-factor", _net_for_output),
    Mistake("delta-given-as-gradient", _delta_as_gradient),
    Mistake("bias-gradient-times-bias", _bias_gradient_times_bias),
    Mistake("one-delta-in-bias-gradient", _one_delta, Scope.UNIT),
)
