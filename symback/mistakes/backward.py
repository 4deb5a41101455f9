"""Mistakes of the backward pass: slopes of loss and activation, going back through weights, sums, gradients."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symback.activations import ACTIVATIONS
from symback.expression import (
    ONE,
    Expression,
    Name,
    Negative,
    Number,
    Product,
    names,
    substitute,
    transform,
    walk,
)
from symback.graph import PARAMETER_ROLES, Quantity, Role, Rule
from symback.mistakes.kinds import (
    GRADIENTS,
    denominator,
    is_activation_slope,
    is_loss_slope,
    is_name,
    is_parameter_slope,
    is_weight_slope,
    numerator,
    own_net,
    renamed,
    replaced,
    sum_in,
    with_sum,
    without_leading_number,
)
from symback.mistakes.mistake import Mistake, Scope, Wrong
from symback.mistakes.workings import Workings
from symback.naming import derivative, parts_of

TWO = Number(Fraction(2))
HALF = Number(Fraction(1, 2))
MOST_PATHS = 4
"""Of a longer sum only the first and the last term are tried alone."""


# --- the derivative of the loss ----------------------------------------------------------------------


def _sign(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_loss_slope(workings, quantity) and not is_name(formula):
        yield Wrong(quantity.name, negated(formula))


def negated(formula: Expression) -> Expression:
    """The formula with the other sign in front."""
    return formula.operand if isinstance(formula, Negative) else Negative(formula)


def _factor_two(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_loss_slope(workings, quantity) and not is_name(formula):
        yield Wrong(quantity.name, 2 * formula)


def _extra_half(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_loss_slope(workings, quantity) and not is_name(formula):
        yield Wrong(quantity.name, HALF * formula)


def _error_kept(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if not is_loss_slope(workings, quantity) or is_name(formula):
        return
    error = numerator(workings, quantity)
    own = workings.formula(error.name) if error is not None else None
    if own is None or is_name(own):
        return
    for variant, kept in (("whole", own), ("without_number", without_leading_number(own))):
        yield Wrong(quantity.name, kept, variant, {"error": error.name if error else ""})
        if variant == "whole" or kept != own:
            yield Wrong(quantity.name, negated(kept), f"minus_{variant}", {"error": error.name if error else ""})


# --- the derivative of the activation ----------------------------------------------------------------


def _missing_slope(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_activation_slope(workings, quantity) and _is_own(workings, quantity):
        yield Wrong(quantity.name, ONE)


def _is_own(workings: Workings, quantity: Quantity) -> bool:
    """Whether an output is differentiated by its own net input, not by that of a coupled unit."""
    of, by = numerator(workings, quantity), denominator(workings, quantity)
    return of is not None and by is not None and of.unit == by.unit


def _at_net(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """net*(1 - net)."""
    of, net = _output_and_net(workings, quantity)
    if of and net and of in names(formula):
        yield Wrong(quantity.name, replaced(formula, of, Name(net)), facts={"used": net, "belongs": of})


def _at_output(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The derivative of a function of the net input, taken at the output."""
    of, net = _output_and_net(workings, quantity)
    if of and net and net in names(formula):
        yield Wrong(quantity.name, replaced(formula, net, Name(of)), facts={"used": of, "belongs": net})


def _output_and_net(workings: Workings, quantity: Quantity) -> tuple[str, str]:
    """out and net of dout/dnet, where they belong to one unit; else nothing."""
    if not is_activation_slope(workings, quantity) or not _is_own(workings, quantity):
        return "", ""
    of, net = numerator(workings, quantity), own_net(workings, quantity)
    return (of.name, net) if of is not None and net is not None else ("", "")


def _applied_twice(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """logistic(out)*(1 - logistic(out))."""
    of, net = _output_and_net(workings, quantity)
    own = workings.formula(of) if of else None
    if own is None or net not in names(own) or len(names(own)) > 1:
        return
    again = replaced(own, net, Name(of))
    if of in names(formula):
        yield Wrong(quantity.name, replaced(formula, of, again), facts={"output": of})


def _other_slope(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """The derivative of another activation function at the same place."""
    of, net = _output_and_net(workings, quantity)
    if not of or formula == ONE:
        return
    for name in ("logistic", "tanh", "relu"):
        slope = ACTIVATIONS[name].derivative
        assert slope is not None
        wrong = substitute(slope, {"x": Name(net), "y": Name(of)})
        if wrong != formula:
            yield Wrong(quantity.name, wrong, name, {"activation": name})


def _half_of_slope(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    """Only out, or only 1 - out."""
    if is_activation_slope(workings, quantity) and isinstance(formula, Product) and _is_own(workings, quantity):
        for place, factor in enumerate(formula.factors):
            rest = formula.factors[:place] + formula.factors[place + 1 :]
            if len(rest) == 1 and names(factor):
                yield Wrong(quantity.name, rest[0], str(place))


# --- back through the weights ------------------------------------------------------------------------


def _updated_weights(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if not is_weight_slope(workings, quantity):
        return
    by = denominator(workings, quantity)
    if by is None or by.layer >= quantity.layer:
        return  # the weights of the layer itself are updated after its deltas
    new = {name: f"{name}+" for name in names(formula) if _is_updated(workings, name)}
    if new:
        used = next(iter(new))
        yield Wrong(quantity.name, renamed(formula, new), facts={"belongs": used, "used": new[used]})


def _is_updated(workings: Workings, name: str) -> bool:
    return workings.role(name) in PARAMETER_ROLES and f"{name}+" in workings.formulas


def _missing_weight(workings: Workings, quantity: Quantity, formula: Expression) -> Iterator[Wrong]:
    if is_weight_slope(workings, quantity):
        weights = [name for name in names(formula) if workings.role(_plain(name)) in PARAMETER_ROLES]
        wrong = substitute(formula, {name: ONE for name in weights})
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
        yield Wrong(quantity.name, renamed(formula, known), facts={"belongs": used, "used": known[used]})


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


# --- sums over paths ---------------------------------------------------------------------------------


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


# --- gradients ---------------------------------------------------------------------------------------


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
    if quantity.role in GRADIENTS and by is not None and by.role is Role.BIAS:
        if not parts_of(quantity.name).of.startswith("E["):
            wrong = formula * Name(by.name)
            yield Wrong(quantity.name, wrong, facts={"bias": by.name})


MISTAKES = (
    Mistake("wrong-sign-of-error-derivative", _sign),
    Mistake("factor-two-left-over", _factor_two),
    Mistake("extra-half", _extra_half),
    Mistake("error-kept-instead-of-its-derivative", _error_kept),
    Mistake("missing-activation-derivative", _missing_slope),
    Mistake("derivative-at-net-input", _at_net),
    Mistake("derivative-at-output", _at_output),
    Mistake("activation-applied-twice", _applied_twice),
    Mistake("derivative-of-other-activation", _other_slope),
    Mistake("half-of-activation-derivative", _half_of_slope),
    Mistake("already-updated-weights", _updated_weights, is_of_update=True),
    Mistake("missing-weight-factor", _missing_weight),
    Mistake("gradient-in-place-of-weight", _gradient_for_weight),
    Mistake("error-derivative-in-place-of-delta", _slope_for_delta),
    Mistake("only-one-path", _one_path),
    Mistake("paths-multiplied", _paths_multiplied),
    Mistake("net-input-as-last-factor", _net_for_output),
    Mistake("delta-given-as-gradient", _delta_as_gradient),
    Mistake("bias-gradient-times-bias", _bias_gradient_times_bias),
    Mistake("one-delta-in-bias-gradient", _one_delta, Scope.UNIT),
)
