"""Hessians, Jacobians and input gradients against torch's autograd and mpmath's finite differences."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath
import pytest

from symback.derivation import derive
from symback.derivative_matrices import hessian, jacobian
from symback.derivatives import with_derivatives
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.forward import given_numbers
from symback.graph import Graph
from symback.network import Network, load
from tests.tools import require_module

Values = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A small dense net: what its file says, for a computation that shares nothing with symback."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    weights: tuple[tuple[tuple[str, ...], ...], ...]
    biases: tuple[tuple[str, ...], ...]
    inputs: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...]
    loss: str = "half_squared_error"
    reduction: str = "sum"
    penalty: str = ""

    def file(self) -> str:
        lines = [f'loss = "{self.loss}"', f'reduction = "{self.reduction}"']
        if self.penalty:
            lines.append(f"penalty_l2 = {self.penalty}")
        if len(self.inputs) == 1:
            lines += ["[inputs]", *self._numbers("i", self.inputs[0])]
            lines += ["[targets]", *self._numbers("o", self.targets[0])]
        last = len(self.weights)
        for place, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            letter = "o" if place == last else "hkm"[place - 1]
            units = [f"{letter}{unit}" for unit in range(1, len(weights) + 1)]
            rows = ", ".join(f"[{', '.join(row)}]" for row in weights)
            lines += ["[[layers]]", f"units = {json.dumps(units)}"]
            lines += [f'activation = "{self.activations[place - 1]}"', f"weights = [{rows}]"]
            lines.append(f"biases = [{', '.join(biases)}]" if biases else "")
        if len(self.inputs) > 1:
            for inputs, targets in zip(self.inputs, self.targets, strict=True):
                lines.append("[[samples]]")
                lines.append(f"inputs = {{ {', '.join(self._numbers('i', inputs))} }}")
                lines.append(f"targets = {{ {', '.join(self._numbers('o', targets))} }}")
        return "\n".join(lines) + "\n"

    @staticmethod
    def _numbers(letter: str, values: tuple[str, ...]) -> list[str]:
        return [f"{letter}{place} = {value}" for place, value in enumerate(values, 1)]

    def parameters(self) -> dict[str, str]:
        """Names as the contract gives them: weights in reading order, then the biases."""
        found: dict[str, str] = {}
        for layer in self.weights:
            for row in layer:
                for value in row:
                    found[f"w{len(found) + 1}"] = value
        last = len(self.weights)
        for place, biases in enumerate(self.biases, 1):
            letter = "o" if place == last else "hkm"[place - 1]
            found |= {f"b_{letter}{unit}": value for unit, value in enumerate(biases, 1)}
        return found

    def run(self, values: Mapping[str, Any], number: Callable[[str], Any], library: Any) -> Values:
        """E_total and the outputs at these parameters and inputs, by plain loops."""
        found: Values = {}
        errors = []
        for sample, targets in enumerate(self.targets, 1):
            index = f"[{sample}]" if len(self.targets) > 1 else ""
            signal = [values[f"i{place}{index}"] for place in range(1, len(self.inputs[0]) + 1)]
            count, last = 0, len(self.weights)
            for place, (weights, biases) in enumerate(zip(self.weights, self.biases, strict=True), 1):
                letter = "o" if place == last else "hkm"[place - 1]
                nets = []
                for unit, row in enumerate(weights, 1):
                    net = values[f"b_{letter}{unit}"] if biases else number("0")
                    for came_in in signal[: len(row)]:
                        count += 1
                        net = net + values[f"w{count}"] * came_in
                    nets.append(net)
                signal = _activated(self.activations[place - 1], nets, library)
                for unit, out in enumerate(signal, 1):
                    found[f"out_{letter}{unit}{index}"] = out
            for out, target in zip(signal, map(number, targets), strict=True):
                if self.loss == "cross_entropy":
                    errors.append(-target * library.log(out))
                else:
                    errors.append((target - out) ** 2 / 2)
        total = sum(errors[1:], errors[0])
        if self.reduction == "mean":
            total = total / len(self.targets)
        if self.penalty:
            squares = [values[name] ** 2 for name in self.parameters() if name.startswith("w")]
            total = total + number(self.penalty) / 2 * sum(squares[1:], squares[0])
        return {**found, "E_total": total}

    def given(self) -> dict[str, str]:
        """Parameters and inputs."""
        found = self.parameters()
        for sample, inputs in enumerate(self.inputs, 1):
            index = f"[{sample}]" if len(self.inputs) > 1 else ""
            found |= {f"i{place}{index}": value for place, value in enumerate(inputs, 1)}
        return found


def _activated(activation: str, nets: list[Any], library: Any) -> list[Any]:
    if activation == "softmax":
        powers = [library.exp(net) for net in nets]
        return [power / sum(powers[1:], powers[0]) for power in powers]
    functions: dict[str, Callable[[Any], Any]] = {
        "logistic": lambda x: 1 / (1 + library.exp(-x)),
        "tanh": library.tanh,
        "linear": lambda x: x,
        "relu": lambda x: x if x > 0 else 0 * x,
    }
    return [functions[activation](net) for net in nets]


CASES = {
    "tanh": Case(
        (2, 3, 2),
        ("tanh", "tanh"),
        (
            (("0.31", "-0.42"), ("0.77", "0.13"), ("-0.58", "0.91")),
            (("0.2", "-0.8", "0.45"), ("0.66", "0.1", "-0.3")),
        ),
        (("0.1", "-0.2", "0.05"), ("0.3", "-0.15")),
        (("0.4", "-0.7"),),
        (("0.25", "-0.5"),),
    ),
    "mean": Case(
        (2, 2, 1),
        ("logistic", "tanh"),
        ((("0.5", "-0.3"), ("0.8", "0.2")), (("-0.6", "0.9"),)),
        (("0.1", "0.2"), ("-0.1",)),
        (("0.1", "0.9"), ("0.7", "-0.4")),
        (("0.3",), ("-0.2",)),
        reduction="mean",
    ),
    "sum": Case(
        (1, 2, 2),
        ("tanh", "linear"),
        ((("0.5",), ("0.8",)), (("-0.6", "0.9"), ("0.4", "0.35"))),
        ((), ("-0.1", "0.2")),
        (("0.1",), ("0.7",)),
        (("0.3", "0.4"), ("-0.2", "1")),
        penalty="0.1",
    ),
    "softmax": Case(
        (2, 2, 3),
        ("tanh", "softmax"),
        ((("0.5", "-0.3"), ("0.8", "0.2")), (("-0.6", "0.9"), ("0.4", "0.35"), ("0.15", "-0.75"))),
        (("0.1", "0.2"), ("-0.1", "0.3", "0.05")),
        (("0.4", "-0.7"),),
        (("0", "1", "0"),),
        loss="cross_entropy",
    ),
    "deep": Case(
        (1, 2, 2, 1),
        ("tanh", "logistic", "relu"),
        ((("0.5",), ("0.8",)), (("-0.6", "0.9"), ("0.4", "0.35")), (("0.7", "0.2"),)),
        ((), ("-0.1", "0.2"), ("0.3",)),
        (("0.9",),),
        (("0.3",),),
    ),
}


def _solved(network: Network, names: list[str]) -> tuple[Graph, Evaluation]:
    graph = with_derivatives(derive(network), names)
    return graph, evaluate(graph, given_numbers(network), Rounding(15))


def _network(case: Case, folder: Path) -> Network:
    path = folder / "net.toml"
    path.write_text(case.file(), encoding="utf-8")
    return load(path)


def _pairs(case: Case) -> list[tuple[str, str]]:
    names = list(case.parameters())
    return [(one, two) for one in names for two in names]


@pytest.mark.parametrize("kind", CASES)
def test_the_whole_hessian_agrees_with_mpmath_in_both_orders(kind: str, tmp_path: Path) -> None:
    case = CASES[kind]
    names = [f"d2E_total/d{one}d{two}" for one, two in _pairs(case)]
    _, evaluation = _solved(_network(case, tmp_path), names)
    with mpmath.workdps(60):
        start = {name: mpmath.mpf(value) for name, value in case.given().items()}
        step = mpmath.mpf(10) ** -15

        def error(**moved: Any) -> Any:
            values = {name: start[name] + moved.get(name, 0) for name in start}
            return case.run(values, mpmath.mpf, mpmath)["E_total"]

        for one, two in _pairs(case):
            if one == two:
                found = (error(**{one: step}) - 2 * error() + error(**{one: -step})) / step**2
            else:
                plus = error(**{one: step, two: step}) + error(**{one: -step, two: -step})
                minus = error(**{one: step, two: -step}) + error(**{one: -step, two: step})
                found = (plus - minus) / (4 * step**2)
            value = evaluation[f"d2E_total/d{one}d{two}"]
            assert value is not None
            assert abs(mpmath.mpf(value.text) - found) < mpmath.mpf(10) ** -14, (one, two)


@pytest.mark.parametrize("kind", CASES)
def test_hessian_and_jacobian_agree_with_torch(kind: str, tmp_path: Path) -> None:
    torch = require_module("torch")
    case = CASES[kind]
    network = _network(case, tmp_path)
    graph = derive(network)
    entries, slopes = hessian(graph), jacobian(network, graph)
    _, evaluation = _solved(network, [name for row in (*entries, *slopes) for name in row])
    outputs = [row[0].split("/")[0][1:] for row in slopes]
    names = [name.split("/d")[1] for name in slopes[0]]
    assert sorted(names) == sorted(case.parameters())
    start, rest = _tensors(case, names, torch)

    def run(point: Any) -> Values:
        number = lambda text: torch.tensor(float(text), dtype=torch.float64)  # noqa: E731
        return case.run({**dict(zip(names, point, strict=True)), **rest}, number, torch)

    second = torch.autograd.functional.hessian(lambda point: run(point)["E_total"], start)
    first = torch.autograd.functional.jacobian(
        lambda point: torch.stack([run(point)[name] for name in outputs]), start
    )
    assert len(entries) == len(names)
    for found, expected in ((entries, second), (slopes, first)):
        for row, numbers in zip(found, expected.tolist(), strict=True):
            for name, number in zip(row, numbers, strict=True):
                value = evaluation[name]
                assert value is not None
                assert value.number == pytest.approx(number, abs=1e-12), name


def _tensors(case: Case, names: list[str], torch: ModuleType) -> tuple[Any, Values]:
    parameters = case.parameters()
    start = torch.tensor([float(parameters[name]) for name in names], dtype=torch.float64)
    others = {name: float(value) for name, value in case.given().items() if name not in parameters}
    return start, {name: torch.tensor(value, dtype=torch.float64) for name, value in others.items()}
