"""A second implementation of everything that `solve` computes, for tests: plain loops over matrices.

Numbers are fractions as long as they are rational, and mpmath's of the precision in force after that. Nothing
of symback is used but the formula of an activation that this module does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import mpmath

from symback.activations import ACTIVATIONS
from symback.expression import (
    Call,
    Cases,
    Constant,
    Expression,
    Maximum,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from tests.strategies import Layer, Net

Numeric = Fraction | mpmath.mpf
Values = dict[str, Numeric]


class NearKink(Exception):
    """An argument that is rounded lies so near a kink that its side is not certain."""


def mpf(number: Numeric) -> mpmath.mpf:
    if isinstance(number, Fraction):
        return mpmath.mpf(number.numerator) / number.denominator
    return number


def plus(*terms: Numeric) -> Numeric:
    if all(isinstance(term, Fraction) for term in terms):
        return sum(terms, Fraction(0))
    return mpmath.fsum(mpf(term) for term in terms)


def times(*factors: Numeric) -> Numeric:
    if any(isinstance(factor, Fraction) and factor == 0 for factor in factors):
        return Fraction(0)
    product: Numeric = Fraction(1)
    for factor in factors:
        both = isinstance(product, Fraction) and isinstance(factor, Fraction)
        product = product * factor if both else mpf(product) * mpf(factor)
    return product


def minus(first: Numeric, second: Numeric) -> Numeric:
    return plus(first, times(Fraction(-1), second))


def is_above(number: Numeric, bound: Numeric) -> bool:
    """Whether number > bound; raises NearKink where rounding might decide."""
    difference = minus(number, bound)
    if not isinstance(difference, Fraction) and abs(difference) < mpmath.mpf(10) ** -25:
        raise NearKink
    return bool(difference > 0)


# --- activations --------------------------------------------------------------------------------------


def is_zero(x: Numeric) -> bool:
    """Whether x is exactly 0: a rounded number may only seem to be."""
    return isinstance(x, Fraction) and x == 0


def logistic(x: Numeric) -> Numeric:
    return Fraction(1, 2) if is_zero(x) else 1 / (1 + mpmath.exp(-mpf(x)))


def tanh(x: Numeric) -> Numeric:
    return Fraction(0) if is_zero(x) else mpmath.tanh(mpf(x))


def logistic_slope(x: Numeric) -> Numeric:
    return times(logistic(x), minus(Fraction(1), logistic(x)))


def tanh_slope(x: Numeric) -> Numeric:
    return Fraction(1) if is_zero(x) else mpmath.sech(mpf(x)) ** 2


def relu(x: Numeric) -> Numeric:
    return x if is_above(x, Fraction(0)) else Fraction(0)


def step(x: Numeric) -> Numeric:
    return Fraction(is_above(x, Fraction(0)))


KNOWN: dict[str, tuple[Callable[[Numeric], Numeric], Callable[[Numeric], Numeric]]] = {
    "logistic": (logistic, logistic_slope),
    "tanh": (tanh, tanh_slope),
    "relu": (relu, step),
    "linear": (lambda x: x, lambda x: Fraction(1)),
}


def activation(name: str) -> tuple[Callable[[Numeric], Numeric], Callable[[Numeric], Numeric]]:
    """The function and its slope; of one that is not KNOWN, by its formula and a difference quotient."""
    if name in KNOWN:
        return KNOWN[name]
    formula = ACTIVATIONS[name].formula

    def function(x: Numeric) -> Numeric:
        return value(formula, {"x": x})

    return function, lambda x: slope(function, x)


def slope(function: Callable[[Numeric], Numeric], x: Numeric) -> Numeric:
    """A difference quotient with a step of 10^-30, from the left at a kink (see the contract)."""
    width = Fraction(1, 10**30)
    with mpmath.extradps(60):
        above = minus(function(plus(x, width)), function(x))
        below = minus(function(x), function(minus(x, width)))
        if abs(mpf(minus(above, below))) * 10**30 > mpmath.mpf(10) ** -20:
            return times(below, Fraction(10**30))
        return times(plus(above, below), Fraction(10**30, 2))


def value(tree: Expression, names: Mapping[str, Numeric]) -> Numeric:
    """The value of a formula."""
    match tree:
        case Number(number):
            return number
        case Name(name):
            return names[name]
        case Constant("pi"):
            return +mpmath.pi
        case Sum(terms):
            return plus(*(value(term, names) for term in terms))
        case Product(factors):
            return times(*(value(factor, names) for factor in factors))
        case Negative(operand):
            return times(Fraction(-1), value(operand, names))
        case Quotient(numerator, denominator):
            below = value(denominator, names)
            inverse = 1 / below
            return times(value(numerator, names), inverse)
        case Power(base, exponent):
            power = value(exponent, names)
            if isinstance(power, Fraction) and power.denominator == 1:
                return value(base, names) ** int(power)
            return mpf(value(base, names)) ** mpf(power)
        case Cases(left, right, chosen, otherwise):
            holds = is_above(value(left, names), value(right, names))
            return value(chosen if holds else otherwise, names)
        case Maximum(operands):
            largest, *others = (value(operand, names) for operand in operands)
            for other in others:
                largest = other if is_above(other, largest) else largest
            return largest
        case Call("abs", argument):
            return abs(value(argument, names))
        case Call(function, argument):
            x = value(argument, names)
            known = {("exp", 0): 1, ("tanh", 0): 0, ("log", 1): 0}
            fixed = known.get((function, x)) if isinstance(x, Fraction) else None
            return getattr(mpmath, function)(mpf(x)) if fixed is None else Fraction(fixed)
    raise ValueError(f"no value of {type(tree).__name__}")


# --- the network --------------------------------------------------------------------------------------


def solution(net: Net) -> Values:
    """Every number of the worked example by its canonical name, synonyms included."""
    values: Values = dict(net.numbers())
    forward(net, values, "")
    backward(net, values)
    if net.learning_rate:
        trained = parameters(net, biases=net.trains_biases)
        for name in trained:
            change = times(values["eta"], values[f"dE_total/d{name}"])
            values[f"{name}+"] = minus(values[name], change)
        if trained:
            forward(net, values, "+")
    return values


def parameters(net: Net, *, biases: bool = True) -> list[str]:
    """Weights, then biases, layer by layer."""
    found: list[str] = []
    for layer in net.layers:
        found += [name for row in layer.weight_names for name in row]
        found += dict.fromkeys(layer.bias_names) if biases else ()
    return found


def forward(net: Net, values: Values, state: str) -> Numeric:
    """Net inputs, outputs and errors from the parameters in `state`; gives E_total."""

    def parameter(name: str) -> Numeric:
        return values.get(name + state, values[name])

    errors: list[Numeric] = []
    for sample in net.places:
        end = (f"[{sample}]" if sample else "") + state
        outs = [values[name + end.removesuffix(state)] for name in net.inputs]
        for layer in net.layers:
            function, _ = activation(layer.activation)
            nets = []
            for row, unit in enumerate(layer.units):
                terms = [
                    times(parameter(w), out) for w, out in zip(layer.weight_names[row], outs, strict=True)
                ]
                terms += [parameter(name) for name in layer.bias_names[row : row + 1]]
                nets.append(plus(*terms))
                values[f"net_{unit}{end}"] = nets[-1]
            outs = [function(net_input) for net_input in nets]
            values.update((f"out_{unit}{end}", out) for unit, out in zip(layer.units, outs, strict=True))
        terms = []
        for unit, out in zip(net.layers[-1].units, outs, strict=True):
            difference = minus(values[f"target_{unit}{end.removesuffix(state)}"], out)
            terms.append(times(Fraction(1, 2), difference, difference))
            values[f"E_{unit}{end}"] = terms[-1]
        errors.append(plus(*terms))
        if sample:
            values[f"E{end}"] = errors[-1]
    values[f"E_total{state}"] = times(share(net), plus(*errors))
    return values[f"E_total{state}"]


def share(net: Net) -> Fraction:
    """What one sample's error counts in E_total."""
    return Fraction(1, len(net.samples)) if net.reduction == "mean" else Fraction(1)


def backward(net: Net, values: Values) -> None:
    """All derivatives, from the deltas of matrices: one sample after another."""
    gradients: dict[str, Numeric] = {}
    for sample in net.places:
        end = f"[{sample}]" if sample else ""
        arriving = _last_layer(net, values, end)
        for place in range(len(net.layers) - 1, -1, -1):
            deltas = _deltas(net, net.layers[place], arriving, values, end)
            _gradients(net, place, deltas, values, sample, gradients)
            if place:
                arriving = _pass_back(net, place, deltas, values, end)
    for name, total in gradients.items():
        values[f"dE_total/d{name}"] = times(share(net), total)


def _last_layer(net: Net, values: Values, end: str) -> list[Numeric]:
    """dE[s]/dout of the output units, before any 1/m, with everything that one error alone gives."""
    slopes = []
    layer = net.layers[-1]
    _, squashing = activation(layer.activation)
    for unit in layer.units:
        slopes.append(minus(values[f"out_{unit}{end}"], values[f"target_{unit}{end}"]))
        values[f"dE_{unit}{end}/dout_{unit}{end}"] = slopes[-1]
        local = squashing(values[f"net_{unit}{end}"])
        values[f"dE_{unit}{end}/dnet_{unit}{end}"] = times(slopes[-1], local)
    return slopes


def _deltas(net: Net, layer: Layer, arriving: list[Numeric], values: Values, end: str) -> list[Numeric]:
    """dE[s]/dnet of a layer from dE[s]/dout."""
    _, squashing = activation(layer.activation)
    deltas = []
    for unit, error in zip(layer.units, arriving, strict=True):
        local = squashing(values[f"net_{unit}{end}"])
        deltas.append(times(error, local))
        values[f"dout_{unit}{end}/dnet_{unit}{end}"] = local
        values[f"dE_total/dout_{unit}{end}"] = times(share(net), error)
        values[f"dE_total/dnet_{unit}{end}"] = times(share(net), deltas[-1])
        values[f"delta_{unit}{end}"] = times(share(net), deltas[-1])
        if end:
            values[f"dE{end}/dout_{unit}{end}"] = error
            values[f"dE{end}/dnet_{unit}{end}"] = deltas[-1]
    return deltas


def _sources(net: Net, place: int, end: str) -> list[str]:
    return (
        [f"out_{unit}{end}" for unit in net.layers[place - 1].units]
        if place
        else [n + end for n in net.inputs]
    )


def _gradients(
    net: Net, place: int, deltas: list[Numeric], values: Values, sample: int, gradients: dict[str, Numeric]
) -> None:
    """Adds this sample's contribution to the gradient of each parameter of a layer."""
    end = f"[{sample}]" if sample else ""
    layer = net.layers[place]
    contributions: dict[str, Numeric] = {}
    for row, (unit, delta) in enumerate(zip(layer.units, deltas, strict=True)):
        for name, source in zip(layer.weight_names[row], _sources(net, place, end), strict=True):
            values[f"dnet_{unit}{end}/d{name}"] = values[source]
            contributions[name] = times(delta, values[source])
        for name in layer.bias_names[row : row + 1]:
            values[f"dnet_{unit}{end}/d{name}"] = Fraction(1)
            contributions[name] = plus(contributions.get(name, Fraction(0)), delta)
    for name, contribution in contributions.items():
        gradients[name] = plus(gradients.get(name, Fraction(0)), contribution)
        if sample:
            values[f"dE{end}/d{name}"] = contribution


def _pass_back(net: Net, place: int, deltas: list[Numeric], values: Values, end: str) -> list[Numeric]:
    """dE[s]/dout of the layer before, by the transposed weights."""
    layer = net.layers[place]
    slopes = []
    for column, source in enumerate(_sources(net, place, end)):
        terms = []
        for row, (unit, delta) in enumerate(zip(layer.units, deltas, strict=True)):
            weight = values[layer.weight_names[row][column]]
            values[f"dnet_{unit}{end}/d{source}"] = weight
            terms.append(times(delta, weight))
            if layer is net.layers[-1]:
                values[f"dE_{unit}{end}/d{source}"] = terms[-1]
        slopes.append(plus(*terms))
    return slopes


def input_slopes(net: Net, values: Values) -> None:
    """dE_total/di of each input, from the deltas of the first layer."""
    layer = net.layers[0]
    for sample in net.places:
        end = f"[{sample}]" if sample else ""
        for column, name in enumerate(net.inputs):
            terms = []
            for row, unit in enumerate(layer.units):
                terms.append(times(values[f"delta_{unit}{end}"], values[layer.weight_names[row][column]]))
            values[f"dE_total/d{name}{end}"] = plus(*terms)


def central_difference(net: Net, name: str, width: Fraction = Fraction(1, 10**12)) -> mpmath.mpf:
    """dE_total by a given number, from two forward passes; the step leaves an error near its square."""
    totals = []
    for sign in (1, -1):
        values: Values = dict(net.numbers())
        values[name] = plus(values[name], sign * width)
        totals.append(forward(net, values, ""))
    return mpf(minus(*totals)) / (2 * mpf(width))


def rounded(number: Numeric, digits: int) -> str | None:
    """The number with `digits` decimals, ties away from zero; None where a tie is not decided."""
    shifted = times(number, Fraction(10**digits))
    if isinstance(shifted, Fraction):
        above, below = abs(shifted.numerator), shifted.denominator
        whole = (2 * above + below) // (2 * below)
    else:
        whole = int(mpmath.floor(abs(shifted) + mpmath.mpf("0.5")))
        if abs(abs(shifted) + mpmath.mpf("0.5") - mpmath.nint(abs(shifted) + mpmath.mpf("0.5"))) < 1e-15:
            return None
    text = str(whole).rjust(digits + 1, "0")
    sign = "-" if whole and shifted < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}"
