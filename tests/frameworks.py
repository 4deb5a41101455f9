"""Models of other frameworks for tests, and how a network made from one is compared with it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import symback
from symback.solution import Solution

CLOSE = 1e-10


def value(solution: Solution, name: str) -> float:
    found = solution[name].value
    assert found is not None
    return float(found)


def assert_equal(found: float, expected: float) -> None:
    assert abs(found - expected) <= CLOSE * max(1.0, abs(expected)), (found, expected)


def numbers_of(solution: Solution) -> list[Fraction]:
    """The exact values of all parameters in reading order."""
    return [given.expression.value for _, given in solution.network.parameters]  # type: ignore[union-attr]


def output_names(solution: Solution) -> list[str]:
    network = solution.network
    return [output.name for sample in network.places for output in network.outputs(sample)]


def doubles(tensor: Any) -> Any:
    return tensor.double() if tensor.is_floating_point() else tensor


def compare(
    module: Any,
    x: Any,
    y: Any,
    loss: Any,
    *,
    run: Callable[[Any, Any], Any] = lambda module, x: module(x),
    known: Any = None,
    **options: Any,
) -> Solution:
    """Outputs, error and every gradient against torch in double precision; every number is its float.

    `run` computes what the network is to give, where the module gives something else; `known` is then the
    loss for from_torch, and `loss` computes the same from the outputs of `run`.
    """
    text = symback.from_torch(module, x, y, loss if known is None else known, **options)
    solution = symback.solve(text, digits=20)
    double = copy.deepcopy(module).double()
    outputs = run(double, doubles(x))
    error = loss(outputs, doubles(y))
    error.backward()
    for name, expected in zip(output_names(solution), outputs.reshape(-1).tolist(), strict=True):
        assert_equal(value(solution, name), expected)
    assert_equal(value(solution, "E_total"), error.item())
    values, slopes = parameters(double)
    assert numbers_of(solution) == values
    check_gradients(solution, slopes)
    assert solution.report.passed
    return solution


def parameters(module: Any) -> tuple[list[Fraction], list[float]]:
    """All numbers and their gradients in torch's order; of an RNN the sums of both biases."""
    values: list[Fraction] = []
    slopes: list[float] = []
    for part in module.modules():
        for name, parameter in part.named_parameters(recurse=False):
            found = [Fraction(number) for number in parameter.reshape(-1).tolist()]
            if type(part).__name__ == "RNN" and name.startswith("bias_hh"):
                last = values[-len(found) :]
                values[-len(found) :] = [one + other for one, other in zip(last, found, strict=True)]
                continue
            values += found
            slopes += parameter.grad.reshape(-1).tolist()
    return values, slopes


def check_gradients(solution: Solution, slopes: Sequence[float]) -> None:
    """In the order of the network's parameters."""
    for (name, _), slope in zip(solution.network.parameters, slopes, strict=True):
        assert_equal(value(solution, f"dE_total/d{name}"), slope)
