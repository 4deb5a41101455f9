"""Mistakes of the forward pass, and of the errors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symback.expression import Expression, Name, Negative, Number, Product, Sum, add, rename, walk
from symback.functions import HALF
from symback.graph import Quantity, Role
from symback.mistakes.kinds import (
    OUTPUTS,
    is_of_total,
    is_weight_slope,
    leading_number,
    own_net,
    state_of,
    sum_in,
    without_leading_number,
)
from symback.mistakes.mistake import Mistake, Scope, Wrong
from symback.mistakes.transposing import transposed
from symback.mistakes.workings import Workings
from symback.naming import parts_of


def _transposed_net(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if quantity.role is Role.NET_INPUT:
        yield from _transposed(workings, quantity, formula)


def _transposed_back(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_weight_slope(workings, quantity):
        yield from _transposed(workings, quantity, formula)


def _transposed_both(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if quantity.role is Role.NET_INPUT or is_weight_slope(workings, quantity):
        yield from _transposed(workings, quantity, formula)


def _transposed(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    wrong = rename(formula, transposed(workings))
    facts = _exchange(formula, wrong)
    if facts:
        yield Wrong(quantity.name, wrong, facts=facts)


def _exchange(right: Expression, wrong: Expression) -> dict[str, str]:
    """The first name of the right formula that the wrong one has another for."""
    for before, after in zip(walk(right), walk(wrong), strict=True):
        if isinstance(before, Name) and before != after and isinstance(after, Name):
            return {"belongs": before.name, "used": after.name}
    return {}


def _forgotten_bias(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if not isinstance(formula, Sum):
        return
    kept, left_out = [], ""
    for term in formula.terms:
        if isinstance(term, Name) and workings.role(_start(workings, term.name)) is Role.BIAS:
            left_out = term.name
        else:
            kept.append(term)
    if kept and left_out and quantity.role not in (Role.UPDATED, Role.STATE):
        yield Wrong(quantity.name, add(kept), facts={"left_out": left_out})


def _start(workings: Workings, name: str) -> str:
    """What an updated parameter was before."""
    before = name.rstrip("+")
    return before if before in workings.graph else name


def _no_squashing(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    net = own_net(workings, quantity) if quantity.role in OUTPUTS else None
    if net is not None:
        yield Wrong(quantity.name, Name(net), facts={"net": net})


def _half_dropped(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if quantity.role is Role.ERROR and leading_number(formula) == HALF:
        yield Wrong(quantity.name, without_leading_number(formula))


def _half_added(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if quantity.role is Role.ERROR and quantity.unit and leading_number(formula) != HALF:
        yield Wrong(quantity.name, Product((HALF, formula)))


def _mean_for_sum(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """1/n before the sum of an error, or before the sum of a gradient over samples."""
    inner = sum_in(formula)
    if inner is None or leading_number(formula) is not None:
        return
    share = Number(Fraction(1, len(inner.terms)))
    if is_of_total(quantity) or (quantity.role is Role.ERROR and not quantity.unit):
        yield Wrong(quantity.name, Product((share, formula)), "error", {"count": str(len(inner.terms))})
    elif quantity.role in (Role.GRADIENT, Role.BATCH_GRADIENT) and _is_over_samples(inner):
        yield Wrong(quantity.name, Product((share, formula)), "gradient", {"count": str(len(inner.terms))})


def _sum_for_mean(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    number = leading_number(formula)
    if number is None or (number == HALF and quantity.unit):
        return
    inner = without_leading_number(formula)
    facts = {"count": str(number.value.denominator)}
    if is_of_total(quantity) or quantity.role is Role.BATCH_ERROR:
        yield Wrong(quantity.name, inner, "error", facts)
        yield Wrong(quantity.name, inner, "both", facts)
    elif quantity.role in (Role.GRADIENT, Role.BATCH_GRADIENT):
        yield Wrong(quantity.name, inner, "gradient", facts)
        yield Wrong(quantity.name, inner, "both", facts)
    elif quantity.role in (Role.DERIVATIVE, Role.DELTA):
        yield Wrong(quantity.name, inner, "delta", facts)
        yield Wrong(quantity.name, inner, "both", facts)


def _mean_twice(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    number = leading_number(formula)
    if number is None or number.value.numerator != 1 or (number == HALF and quantity.unit):
        return
    wrong = Product((number, formula))
    facts = {"count": str(number.value.denominator)}
    if is_of_total(quantity):
        yield Wrong(quantity.name, wrong, "error", facts)
    elif quantity.role in (Role.GRADIENT, Role.BATCH_GRADIENT):
        yield Wrong(quantity.name, wrong, "gradient", facts)
    elif quantity.role in (Role.DERIVATIVE, Role.DELTA):
        yield Wrong(quantity.name, wrong, "delta", facts)


def _is_over_samples(inner: Sum) -> bool:
    """Whether the terms are the contributions of samples."""
    first = inner.terms[0].operand if isinstance(inner.terms[0], Negative) else inner.terms[0]
    return isinstance(first, Name) and parts_of(first.name).of.startswith("E[")


def _stale(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """What was computed before an update, used after it."""
    if state_of(quantity.name) != "+" or quantity.role not in _FORWARD:
        return
    for variant, roles in _STALE.items():
        old = {}
        for parent in workings.graph[quantity.name].parents:
            before = parent.removesuffix("+")
            if parent.endswith("+") and before in workings.graph and workings.role(before) in roles:
                old[parent] = before
        if old:
            used = next(iter(old))
            facts = {"belongs": used, "used": old[used]}
            yield Wrong(quantity.name, rename(formula, old), variant, facts)


_FORWARD = frozenset({Role.NET_INPUT, Role.INTERMEDIATE, Role.ACTIVATION, Role.ERROR})
_STALE = {
    "parameter": frozenset({Role.WEIGHT, Role.BIAS, Role.GAIN}),
    "bias": frozenset({Role.BIAS}),
    "output": OUTPUTS,
    "net": frozenset({Role.NET_INPUT}),
}


MISTAKES = (
    Mistake("transposed-weights", _transposed_both),
    Mistake("transposed-weights-forward", _transposed_net),
    Mistake("transposed-weights-backward", _transposed_back),
    Mistake("forgotten-bias", _forgotten_bias),
    Mistake("no-squashing", _no_squashing),
    Mistake("half-left-out-of-error", _half_dropped),
    Mistake("extra-half-in-error", _half_added),
    Mistake("mean-for-sum", _mean_for_sum, Scope.LAYER),
    Mistake("sum-for-mean", _sum_for_mean, Scope.LAYER),
    Mistake("mean-taken-twice", _mean_twice, Scope.LAYER),
    Mistake("stale-forward-values", _stale),
)
