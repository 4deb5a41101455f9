"""The layer that is an activation and nothing else, against PyTorch."""

from __future__ import annotations

from typing import Any

import pytest

import symback
from symback.errors import NetworkFileError
from symback.network import parse
from tests.tools import require_module

START = """
loss = "half_squared_error"
[inputs]
i1 = [0.5, -0.3]
i2 = [0.2, 0.9]
[targets]
o1 = 0.7
[[layers]]
type = "activation"
activation = "softmax"
[[layers]]
type = "recurrent"
units = ["h1", "h2"]
weights = [[0.4, -0.2], [0.3, 0.5]]
recurrent_weights = [[0.1, 0.2], [-0.4, 0.3]]
[[layers]]
type = "activation"
units = ["q1", "q2"]
activation = "leaky_relu"
slope = 0.2
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.6, -0.9]]
"""


def test_over_time_and_after_it() -> None:
    torch = require_module("torch")
    found = symback.solve(parse(START, "net.toml"), digits=15)

    def of(rows: Any) -> Any:
        return torch.tensor(rows, dtype=torch.float64, requires_grad=True)

    weights = [of([[0.4, -0.2], [0.3, 0.5]]), of([[0.1, 0.2], [-0.4, 0.3]]), of([[0.6, -0.9]])]
    series = torch.softmax(of([[0.5, 0.2], [-0.3, 0.9]]), dim=-1)
    state = torch.zeros(2, dtype=torch.float64)
    for step in series:
        state = torch.tanh(weights[0] @ step + weights[1] @ state)
    output = weights[2] @ torch.nn.functional.leaky_relu(state, 0.2)
    error = (0.7 - output).square().sum() / 2
    error.backward()
    slopes = [slope for weight in weights for slope in weight.grad.reshape(-1).tolist()]
    assert float(found["E_total"].value or "nan") == pytest.approx(error.item(), abs=1e-13)
    for (name, _), slope in zip(found.network.parameters, slopes, strict=True):
        assert float(found[f"dE_total/d{name}"].value or "nan") == pytest.approx(slope, abs=1e-13)
    assert found.report.passed
    assert found["out_a1[t=2]"].formula == "exp(i1[t=2])/(exp(i1[t=2]) + exp(i2[t=2]))"
    assert found["out_q1"].formula == "cases(out_h1[t=2] > 0, out_h1[t=2], slope_3*out_h1[t=2])"


def test_the_document() -> None:
    text = symback.solve(parse(START, "net.toml")).to_markdown()
    assert "a layer that applies the leaky rectifier (leaky relu)" in text


def test_softmax_of_an_image() -> None:
    text = """
        loss = "half_squared_error"
        inputs.x = [[1, 2], [3, 4]]
        targets = "symbolic"
        [[layers]]
        type = "activation"
        activation = "softmax"
    """
    with pytest.raises(NetworkFileError, match="activation: softmax, which couples units, stands there"):
        parse(text, "net.toml")
