"""Backpropagation of a drawn net in plain floats: the independent numbers that all sides must give."""

from __future__ import annotations

from math import exp

from tests.drawn import Drawn

ERRORS = {
    "2-2-2": 0.298371108760003,
    "3-5-4-2": 0.0819708981610758,
    "4-8-8-3": 0.105208728575461,
    "10-32-32-10": 0.621907910721128,
}
"""E_total of the nets above: it tells that the same numbers were drawn."""
SIZES = {name: tuple(map(int, name.split("-"))) for name in ERRORS}

MAZUR = Drawn(
    (2, 2, 2),
    ((("0.15", "0.20"), ("0.25", "0.30")), (("0.40", "0.45"), ("0.50", "0.55"))),
    ("0.35", "0.60"),
    (("0.05", "0.10"),),
    (("0.01", "0.99"),),
)


def gradients(net: Drawn) -> tuple[float, list[float]]:
    """E_total = sum of (target - out)^2/2 of a logistic net, and dE_total/dw1, dE_total/dw2, ... in order."""
    weights = [[[float(w) for w in row] for row in layer] for layer in net.weights]
    outs = [[float(value) for value in net.inputs[0]]]
    for layer, bias in zip(weights, net.biases, strict=True):
        nets = [sum(w * out for w, out in zip(row, outs[-1], strict=True)) + float(bias) for row in layer]
        outs.append([1 / (1 + exp(-value)) for value in nets])
    errors = [out - float(target) for out, target in zip(outs[-1], net.targets[0], strict=True)]
    deltas = [[error * out * (1 - out) for error, out in zip(errors, outs[-1], strict=True)]]
    for layer, here in zip(weights[:0:-1], outs[-2:0:-1], strict=True):
        back = [sum(d * row[j] for d, row in zip(deltas[0], layer, strict=True)) for j in range(len(here))]
        deltas.insert(0, [b * out * (1 - out) for b, out in zip(back, here, strict=True)])
    found = [d * out for layer, before in zip(deltas, outs, strict=False) for d in layer for out in before]
    return sum(error**2 for error in errors) / 2, found


def trained(rounds: int, rate: float = 0.5) -> tuple[float, float, float]:
    """E_total, out_o1, out_o2 of MAZUR after gradient descent on the weights alone: the plain loop."""
    w1, w2, w3, w4, w5, w6, w7, w8 = (float(w) for layer in MAZUR.weights for row in layer for w in row)
    b1, b2 = map(float, MAZUR.biases)
    (i1, i2), (t1, t2) = (tuple(map(float, numbers[0])) for numbers in (MAZUR.inputs, MAZUR.targets))
    for done in range(rounds + 1):
        h1 = 1 / (1 + exp(-(w1 * i1 + w2 * i2 + b1)))
        h2 = 1 / (1 + exp(-(w3 * i1 + w4 * i2 + b1)))
        o1 = 1 / (1 + exp(-(w5 * h1 + w6 * h2 + b2)))
        o2 = 1 / (1 + exp(-(w7 * h1 + w8 * h2 + b2)))
        if done == rounds:
            break
        d1 = (o1 - t1) * o1 * (1 - o1)
        d2 = (o2 - t2) * o2 * (1 - o2)
        e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1)
        e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2)
        w1, w2, w3, w4 = w1 - rate * e1 * i1, w2 - rate * e1 * i2, w3 - rate * e2 * i1, w4 - rate * e2 * i2
        w5, w6, w7, w8 = w5 - rate * d1 * h1, w6 - rate * d1 * h2, w7 - rate * d2 * h1, w8 - rate * d2 * h2
    return ((t1 - o1) ** 2 + (t2 - o2) ** 2) / 2, o1, o2
