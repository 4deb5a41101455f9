"""An independent witness: forward and backward pass in plain floats, with loops over layers and dual numbers.

It shares nothing with the graph but the network and the formulas of activation and loss: no chain of named
factors, no SymPy, no textbook derivative. The derivative of an activation comes from dual numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symback.activations import ACTIVATIONS, Activation
from symback.expression import (
    Call,
    Cases,
    Expression,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from symback.losses import LOSSES
from symback.naming import derivative, indexed
from symback.network import Network

NEAR_KINK = 1e-12
"""A net input that is so near to a kink is taken as the kink."""


@dataclass(frozen=True, slots=True)
class Dual:
    """A value with its slope: the number a + b*epsilon with epsilon^2 = 0."""

    value: float
    slope: float = 0.0

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Dual) -> Dual:
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Dual) -> Dual:
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def power(self, exponent: float) -> Dual:
        """Raised to a constant."""
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.slope)

    def call(self, function: str) -> Dual:
        """exp, log or tanh of it; raises ValueError for another function."""
        if function == "exp":
            value = math.exp(self.value)
            return Dual(value, value * self.slope)
        if function == "log":
            return Dual(math.log(self.value), self.slope / self.value)
        if function == "tanh":
            value = math.tanh(self.value)
            return Dual(value, self.slope / math.cosh(self.value) ** 2)
        raise ValueError(f"floats know no {function}")


def dual(expression: Expression, values: Mapping[str, Dual]) -> Dual:
    """The formula in dual numbers; `values` gives each name."""
    match expression:
        case Number(value):
            return Dual(float(value))
        case Name(name):
            return values[name]
        case Sum(terms):
            total = Dual(0.0)
            for term in terms:
                total = total + dual(term, values)
            return total
        case Product(factors):
            product = Dual(1.0)
            for factor in factors:
                product = product * dual(factor, values)
            return product
        case Negative(operand):
            return -dual(operand, values)
        case Quotient(numerator, denominator):
            return dual(numerator, values) / dual(denominator, values)
        case Power(base, exponent):
            return dual(base, values).power(dual(exponent, values).value)
        case Call(function, argument):
            return dual(argument, values).call(function)
        case Cases(left, right, value, otherwise):
            greater = dual(left, values).value > dual(right, values).value
            return dual(value if greater else otherwise, values)
    raise ValueError(f"floats know no {type(expression).__name__}")


def float_pass(network: Network, given: Mapping[str, float]) -> dict[str, float]:
    """Net inputs, activations, E_total, all gradients, updated parameters and what they give, by name.

    `given` holds a float for each input, target, parameter and the learning rate. Raises OverflowError or
    ZeroDivisionError where floats cannot hold a value.
    """
    values = dict(given)
    parameters = [name for name, _ in network.parameters]
    totals = dict.fromkeys(parameters, 0.0)
    error = 0.0
    count = len(network.samples)
    share = 1.0 / count if network.reduction == "mean" else 1.0
    places = range(1, count + 1) if count > 1 else (0,)
    for sample in places:
        error += share * _forward(network, values, sample)
        for name, slope in _backward(network, values, sample, share).items():
            totals[name] += slope
    values["E_total"] = error
    for name in parameters:
        values[derivative("E_total", name)] = totals[name]
    if network.update is None:
        return values
    try:
        return values | _after_update(network, values, places, share)
    except (OverflowError, ZeroDivisionError):
        return values  # a wild update; what comes before it can be compared all the same


def _after_update(
    network: Network, values: Mapping[str, float], places: Sequence[int], share: float
) -> dict[str, float]:
    """The updated parameters, and the forward pass with them, by their names with `+`."""
    assert network.update is not None
    biases = {name for layer in network.layers for name in layer.bias_names}
    trained = [name for name, _ in network.parameters if network.update.biases or name not in biases]
    new = {name: values[name] - values["eta"] * values[derivative("E_total", name)] for name in trained}
    later = {**values, **new}
    error = sum(share * _forward(network, later, place) for place in places)
    states = {name: value for name, value in later.items() if name.startswith(("net_", "out_"))}
    return {f"{name}+": value for name, value in {**new, **states, "E_total": error}.items()}


def _forward(network: Network, values: dict[str, float], sample: int) -> float:
    sources = [indexed(name, sample) for name in network.inputs]
    for layer in network.layers:
        activation = ACTIVATIONS[layer.activation]
        for row, unit in enumerate(layer.units):
            net = values[layer.bias_names[row]] if layer.bias_names else 0.0
            net += sum(values[w] * values[s] for w, s in zip(layer.weight_names[row], sources, strict=True))
            net = _at_kink(net, activation)
            activated = dual(activation.formula, {"x": Dual(net, 1.0)})
            values[indexed(f"net_{unit}", sample)] = net
            values[indexed(f"out_{unit}", sample)] = activated.value
            values[f"slope {unit} {sample}"] = activated.slope
        sources = [indexed(f"out_{unit}", sample) for unit in layer.units]
    term = LOSSES[network.loss].term
    error = 0.0
    for unit in network.layers[-1].units:
        target = Dual(values[indexed(f"target_{unit}", sample)])
        output = Dual(values[indexed(f"out_{unit}", sample)], 1.0)
        loss = dual(term, {"target": target, "output": output})
        error += loss.value
        values[f"loss {unit} {sample}"] = loss.slope
    return error


def _at_kink(net: float, activation: Activation) -> float:
    """The net input; the kink itself where only rounding (0.1*3 - 0.3) may have moved it away."""
    if activation.kink is None:
        return net
    kink = dual(activation.kink, {}).value
    return kink if abs(net - kink) < NEAR_KINK else net


def _backward(network: Network, values: dict[str, float], sample: int, share: float) -> dict[str, float]:
    slopes: dict[str, float] = {}
    arriving = [share * values.pop(f"loss {unit} {sample}") for unit in network.layers[-1].units]
    for place in range(len(network.layers) - 1, -1, -1):
        layer = network.layers[place]
        deltas = [
            error * values.pop(f"slope {unit} {sample}")
            for error, unit in zip(arriving, layer.units, strict=True)
        ]
        before = network.layers[place - 1].units if place else network.inputs
        kind = "out_" if place else ""
        sources = [values[indexed(f"{kind}{unit}", sample)] for unit in before]
        for row, delta in enumerate(deltas):
            values[indexed(f"delta_{layer.units[row]}", sample)] = delta
            for weight, source in zip(layer.weight_names[row], sources, strict=True):
                slopes[weight] = slopes.get(weight, 0.0) + delta * source
            if layer.bias_names:
                bias = layer.bias_names[row]
                slopes[bias] = slopes.get(bias, 0.0) + delta
        columns = zip(*layer.weight_names, strict=True)
        arriving = [sum(d * values[w] for d, w in zip(deltas, column, strict=True)) for column in columns]
    return slopes
