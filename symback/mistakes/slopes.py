"""Mistakes in the derivatives of loss and activation, the first factors of the chain rule."""

from __future__ import annotations

from collections.abc import Iterator

from symback.activations import ACTIVATIONS
from symback.expression import (
    ONE,
    Expression,
    Name,
    Negative,
    Product,
    names,
    substitute,
)
from symback.functions import HALF
from symback.graph import Quantity
from symback.mistakes.kinds import (
    denominator,
    is_activation_slope,
    is_loss_slope,
    is_name,
    numerator,
    own_net,
    replaced,
    without_leading_number,
)
from symback.mistakes.mistake import Mistake, Wrong
from symback.mistakes.workings import Workings


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
    facts = {"error": error.name} if error is not None else {}
    bare = without_leading_number(own)
    for variant, kept in (("bare", bare), ("whole", own)) if bare != own else (("whole", own),):
        yield Wrong(quantity.name, negated(kept), f"minus_{variant}", facts)
        yield Wrong(quantity.name, kept, variant, facts)


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
    if (
        is_activation_slope(workings, quantity)
        and isinstance(formula, Product)
        and _is_own(workings, quantity)
    ):
        for place, factor in enumerate(formula.factors):
            rest = formula.factors[:place] + formula.factors[place + 1 :]
            if len(rest) == 1 and names(factor):
                yield Wrong(quantity.name, rest[0], str(place))


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
)
