"""A layer type that the program does not know: what is not made for it still tells the truth of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

import symback
from symback.expression import Name, add, exp
from symback.floats import Float, dot
from symback.graph import Quantity, Role
from symback.layers import LAYERS
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import BIASES, rows
from symback.layers.signal import unit_signal
from symback.network import parse
from tests.tools import require_module

NET = """
loss = "half_squared_error"
[inputs]
i1 = 0.5
i2 = -0.2
[targets]
o1 = 1
[[layers]]
units = ["h1", "h2"]
activation = "tanh"
weights = [[0.1, 0.4], [-0.3, 0.2]]
bias = 0.1
[[layers]]
type = "gate"
weights = [[0.5, 0.7], [-0.2, 0.4]]
biases = [0.1, -0.1]
[[layers]]
units = ["o1"]
activation = "logistic"
weights = [[0.6, -0.5]]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Layer):
    """Each input times a logistic function of all, in one formula without a net input of its own."""

    kind: ClassVar[str] = "gate"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["weights"],
        "properties": {"weights": rows("rows, one for each input"), **BIASES},
    }

    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, reader: LayerReader) -> Gate:
        source = reader.flat_source()
        units = reader.own_units("g", len(source.ports))
        weights = reader.weights((len(units), len(units)))
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, steps=reader.steps),
            parameters=reader.parameters((Role.WEIGHT, weights), (Role.BIAS, reader.biases(units))),
            rows=weights,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        found = []
        for sample in samples:
            inputs = [Name(name) for name in self.source.at(sample)]
            for unit, x, row, bias in zip(self.units, inputs, self.rows, self.biases, strict=True):
                net = add([*(Name(w) * i for w, i in zip(row, inputs, strict=True)), Name(bias)])
                formula = x * (1 / (1 + exp(-net)))
                found.append(self.quantity("out", unit, formula, sample=sample, role=Role.ACTIVATION))
        return found

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        return [[self._one(number, row) for row in self.kept(steps)] for steps in inputs]

    def _one(self, number: Callable[[str], Float], inputs: list[Float]) -> list[Float]:
        found = []
        for x, row, bias in zip(inputs, self.rows, self.biases, strict=True):
            net = dot([number(weight) for weight in row], inputs) + number(bias)
            found.append(x / (Float(1.0) + (-net).call("exp")))
        return found


@pytest.fixture
def solution(monkeypatch: pytest.MonkeyPatch) -> symback.Solution:
    monkeypatch.setitem(LAYERS, "gate", Gate)
    return symback.solve(parse(NET, "gate.toml"), digits=12)


def test_direct_differentiation_agrees(solution: symback.Solution) -> None:
    """SymPy writes -(a + b + c) as -a - b - c: what is constant in the two are not the same terms."""
    (direct,) = [made for made in solution.report.checks if made.kind == "direct"]
    assert direct.passed
    assert solution.report.passed
    assert direct.facts["count"] == 13


def test_the_gradients_are_those_of_torch(solution: symback.Solution) -> None:
    torch = require_module("torch")

    def of(numbers: Any) -> Any:
        return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)

    first, shared = of([[0.1, 0.4], [-0.3, 0.2]]), of([0.1])
    weights, biases, last = of([[0.5, 0.7], [-0.2, 0.4]]), of([0.1, -0.1]), of([0.6, -0.5])
    hidden = torch.tanh(first @ torch.tensor([0.5, -0.2], dtype=torch.float64) + shared)
    output = torch.sigmoid(last @ (hidden * torch.sigmoid(weights @ hidden + biases)))
    ((1 - output) ** 2 / 2).backward()
    slopes = [slope for of_one in (first, shared, weights, biases, last) for slope in of_one.grad.flatten()]
    for (name, _), slope in zip(solution.network.parameters, slopes, strict=True):
        assert float(solution[f"dE_total/d{name}"].value or "nan") == pytest.approx(float(slope), abs=1e-11)


def test_the_page_says_nothing_wrong_of_it(solution: symback.Solution) -> None:
    page = solution.to_markdown()
    for told in (
        "a layer of type gate",
        "The parameters of the gate layer (layer 2)",
        "$`w_{8} = 0.4`$",
        "$`b_{g2} = -0.1`$",
        "The output of $`g_{1}`$:",
        "change with the bias $`b_{g1}`$?",
    ):
        assert told in page
    for wrong in ("The activation is the identity", "with respect to it is one"):
        assert wrong not in page


def test_a_witness_of_another_shape_is_no_overflow(
    solution: symback.Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "compute", lambda self, number, inputs: [[[Float(1.0)]] for _ in inputs])
    with pytest.raises(AssertionError, match=r"layer 2 \(gate\) computes"):
        symback.solve(parse(NET, "gate.toml"))
