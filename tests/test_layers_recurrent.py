"""Recurrent, LSTM and GRU layers against torch in double precision; names, messages, cost over time."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from symback import api
from symback.checks import Report, check
from symback.derivation import derive, with_rounds
from symback.errors import NetworkFileError
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.expression import names
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Graph
from symback.network import Network, load, parse
from tests.tools import require_module

GATES = {"recurrent": 1, "lstm": 4, "gru": 3}
CONSTRUCTORS = {"recurrent": "RNN", "lstm": "LSTM", "gru": "GRU"}


@pytest.fixture(scope="module")
def torch() -> Any:
    """PyTorch, with double precision."""
    return require_module("torch")


class Series:
    """A drawn network over time: recurrent layers, then a dense one, as a network file and its numbers."""

    def __init__(
        self,
        kind: str,
        *,
        units: tuple[int, ...] = (2,),
        inputs: int = 2,
        steps: int = 3,
        samples: int = 1,
        outputs: int = 1,
        all_steps: bool = False,
        recurrent_biases: bool = False,
        loss: str = "half_squared_error",
        reduction: str = "sum",
        extra: str = "",
        seed: int = 1,
    ) -> None:
        self.kind, self.all_steps, self.loss, self.reduction = kind, all_steps, loss, reduction
        draw = random.Random(seed)
        self.number: Callable[[], float] = lambda: draw.randint(-99, 99) / 100
        self.x = [[[self.number() for _ in range(inputs)] for _ in range(steps)] for _ in range(samples)]
        rows = steps if all_steps else 1
        self.t = [[[self.number() for _ in range(outputs)] for _ in range(rows)] for _ in range(samples)]
        self.layers: list[dict[str, list[Any]]] = []
        width = inputs
        for count in units:
            self.layers.append(
                {
                    "weights": self.block(count, width),
                    "recurrent_weights": self.block(count, count),
                    "biases": self.block(count),
                    **({"recurrent_biases": self.block(count)} if recurrent_biases else {}),
                }
            )
            width = count
        self.last = {"weights": self.matrix(outputs, width), "biases": self.matrix(1, outputs)[0]}
        self.text = self.file(units, inputs, outputs, extra)

    def matrix(self, height: int, width: int) -> list[list[float]]:
        return [[self.number() for _ in range(width)] for _ in range(height)]

    def block(self, *shape: int) -> list[Any]:
        blocks = [
            self.matrix(*shape) if len(shape) == 2 else self.matrix(1, *shape)[0]
            for _ in range(GATES[self.kind])
        ]
        return blocks if self.kind != "recurrent" else blocks[0]

    def file(self, units: tuple[int, ...], inputs: int, outputs: int, extra: str) -> str:
        lines = [f'loss = "{self.loss}"']
        several = len(self.x) > 1
        if several:
            lines.append(f'reduction = "{self.reduction}"')
        for x, t in zip(self.x, self.t, strict=True):
            lines += ["[[samples]]", "[samples.inputs]"] if several else ["[inputs]"]
            lines += [f"i{place + 1} = {[row[place] for row in x]}" for place in range(inputs)]
            lines.append("[samples.targets]" if several else "[targets]")
            for place in range(outputs):
                series = [row[place] for row in t]
                lines.append(f"o{place + 1} = {series if self.all_steps else series[0]}")
        for letter, (count, layer) in zip("hgf", zip(units, self.layers, strict=True), strict=False):
            made = ", ".join(f'"{letter}{place + 1}"' for place in range(count))
            lines += ["[[layers]]", f'type = "{self.kind}"', f"units = [{made}]", extra]
            lines += [f"{key} = {value}" for key, value in layer.items()]
        made = ", ".join(f'"o{place + 1}"' for place in range(outputs))
        lines += ["[[layers]]", f"units = [{made}]", 'activation = "linear"']
        lines += [f"{key} = {value}" for key, value in self.last.items()]
        return "\n".join([*lines, "[update]", "learning_rate = 0.1"])

    def torch_values(self, torch: Any) -> dict[str, float]:
        """E_total, all outputs and all gradients by canonical names, by torch alone."""
        exact = {"dtype": torch.float64}
        stack = []
        width = len(self.x[0][0])
        for layer in self.layers:
            units = len(layer["biases"]) if self.kind == "recurrent" else len(layer["biases"][0])
            made = getattr(torch.nn, CONSTRUCTORS[self.kind])(width, units, batch_first=True, **exact)
            with torch.no_grad():
                for name, key in (
                    ("weight_ih_l0", "weights"),
                    ("weight_hh_l0", "recurrent_weights"),
                    ("bias_ih_l0", "biases"),
                    ("bias_hh_l0", "recurrent_biases"),
                ):
                    parameter = getattr(made, name)
                    values = torch.tensor(layer.get(key, 0), **exact)
                    parameter.copy_(values.reshape(parameter.shape) if key in layer else values)
            stack.append(made)
            width = units
        dense = torch.nn.Linear(width, len(self.last["biases"]), **exact)
        with torch.no_grad():
            dense.weight.copy_(torch.tensor(self.last["weights"], **exact))
            dense.bias.copy_(torch.tensor(self.last["biases"], **exact))
        signal = torch.tensor(self.x, **exact)
        found: dict[str, float] = {}
        for letter, made in zip("hgf", stack, strict=False):
            signal = made(signal)[0]
            self.note(found, f"out_{letter}", signal.tolist(), timed=True)
        output = dense(signal if self.all_steps else signal[:, -1:])
        self.note(found, "out_o", output.tolist(), timed=self.all_steps)
        target = torch.tensor(self.t, **exact)
        squares = (target - output) ** 2
        error = squares.sum() / 2 if self.loss == "half_squared_error" else None
        if error is None:
            error = squares.sum() / squares[0].numel()
        if self.reduction == "mean":
            error = error / len(self.x)
        error.backward()
        found["E_total"] = error.item()
        weights: list[float] = []
        for place, (letter, made) in enumerate(zip("hgf", stack, strict=False)):
            weights += made.weight_ih_l0.grad.flatten().tolist() + made.weight_hh_l0.grad.flatten().tolist()
            owners = _owners(self.kind, letter, made.hidden_size)
            found |= {
                f"dE_total/db_{o}": g for o, g in zip(owners, made.bias_ih_l0.grad.tolist(), strict=True)
            }
            if "recurrent_biases" in self.layers[place]:
                grads = made.bias_hh_l0.grad.tolist()
                found |= {f"dE_total/drb_{o}": g for o, g in zip(owners, grads, strict=True)}
        weights += dense.weight.grad.flatten().tolist()
        found |= {f"dE_total/dw{place}": value for place, value in enumerate(weights, 1)}
        found |= {f"dE_total/db_o{place}": v for place, v in enumerate(dense.bias.grad.tolist(), 1)}
        return found

    def note(self, found: dict[str, float], base: str, values: list[Any], *, timed: bool) -> None:
        for sample, steps in enumerate(values, 1):
            for step, row in enumerate(steps, 1):
                parts = [str(sample)] if len(values) > 1 else []
                index = ",".join([*parts, *([f"t={step}"] if timed else [])])
                for unit, value in enumerate(row, 1):
                    found[f"{base}{unit}[{index}]" if index else f"{base}{unit}"] = value


def _owners(kind: str, letter: str, units: int) -> list[str]:
    gates = {
        "recurrent": [""],
        "lstm": ["input_", "forget_", "cell_", "output_"],
        "gru": ["reset_", "update_", "new_"],
    }
    return [f"{gate}{letter}{place}" for gate in gates[kind] for place in range(1, units + 1)]


def solved(network: Network) -> tuple[Graph, Evaluation, Report]:
    graph = derive(network)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    return graph, evaluation, check(network, graph, evaluation, evaluation)


def number(evaluation: Evaluation, graph: Graph, name: str) -> float:
    value = evaluation.values[graph[name].name]
    assert value is not None
    return value.number


CASES: list[dict[str, Any]] = [
    {},
    {"all_steps": True},
    {"units": (1,), "inputs": 1, "steps": 4, "outputs": 2},
    {"units": (2, 1), "inputs": 1, "steps": 2},
    {"units": (2, 2), "inputs": 1, "steps": 2, "all_steps": True, "outputs": 2},
    {"samples": 3, "steps": 2, "inputs": 1},
    {"samples": 2, "steps": 2, "inputs": 1, "all_steps": True, "reduction": "mean"},
    {"samples": 2, "steps": 3, "reduction": "mean", "units": (1,), "inputs": 1},
    {"steps": 2, "all_steps": True, "outputs": 2, "loss": "mean_squared_error", "inputs": 1},
    {"steps": 1},
]


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_torch_gives_the_same(kind: str, case: dict[str, Any], torch: Any) -> None:
    series = Series(kind, **case)
    graph, evaluation, report = solved(parse(series.text, "series.toml"))
    expected = series.torch_values(torch)
    assert len(expected) > 8
    found = {name: number(evaluation, graph, name) for name in expected}
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-13)
    assert [made.kind for made in report.checks if not made.passed] == []


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_biases_of_the_step_before(kind: str, torch: Any) -> None:
    series = Series(kind, recurrent_biases=True, steps=2, inputs=1)
    graph, evaluation, report = solved(parse(series.text, "series.toml"))
    expected = series.torch_values(torch)
    assert any(name.startswith("dE_total/drb_") for name in expected)
    found = {name: number(evaluation, graph, name) for name in expected}
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-13)
    assert report.passed


def test_a_reset_gate_that_acts_before_the_matrix(torch: Any) -> None:
    """Cho et al. (2014): n = tanh(W x + U (r * h) + b), written down in torch."""
    series = Series("gru", steps=3, extra='reset = "before"')
    graph, evaluation, report = solved(parse(series.text, "series.toml"))
    layer = {key: torch.tensor(value, dtype=torch.float64) for key, value in series.layers[0].items()}
    for value in layer.values():
        value.requires_grad_()
    (w_r, w_z, w_n), (u_r, u_z, u_n) = layer["weights"], layer["recurrent_weights"]
    b_r, b_z, b_n = layer["biases"]
    h = torch.zeros(2, dtype=torch.float64)
    for row in series.x[0]:
        x = torch.tensor(row, dtype=torch.float64)
        r, z = torch.sigmoid(w_r @ x + u_r @ h + b_r), torch.sigmoid(w_z @ x + u_z @ h + b_z)
        h = (1 - z) * torch.tanh(w_n @ x + u_n @ (r * h) + b_n) + z * h
    output = torch.tensor(series.last["weights"], dtype=torch.float64) @ h + series.last["biases"][0]
    error = (series.t[0][0][0] - output[0]) ** 2 / 2
    error.backward()
    assert number(evaluation, graph, "E_total") == pytest.approx(error.item(), rel=1e-12)
    grads = [*layer["weights"].grad.flatten().tolist(), *layer["recurrent_weights"].grad.flatten().tolist()]
    found = [number(evaluation, graph, f"dE_total/dw{place}") for place in range(1, len(grads) + 1)]
    assert found == pytest.approx(grads, rel=1e-11, abs=1e-13)
    assert "kept_h1[t=2]" in graph
    assert report.passed


STATEFUL = """
loss = "half_squared_error"
[[samples]]
inputs = {i1 = [0.5, -0.3]}
targets = {h1 = 0.4, h2 = 0.1}
[[samples]]
inputs = {i1 = [0.2, 0.9]}
targets = {h1 = -0.4, h2 = 0.3}
[[layers]]
type = "lstm"
units = ["h1", "h2"]
weights = "random"
recurrent_weights = "random"
bias = 0.1
initial_state = [0.2, "1/4"]
initial_cell = -0.5
"""


def test_states_before_the_first_step(torch: Any) -> None:
    network = parse("seed = 3" + STATEFUL, "states.toml")
    graph, evaluation, report = solved(network)
    assert report.passed
    for sample in (1, 2):
        names_ = ("out_h1", "out_h2", "cell_h1", "cell_h2")
        values = [number(evaluation, graph, f"{name}[{sample},t=0]") for name in names_]
        assert values == [0.2, 0.25, -0.5, -0.5]
    made = torch.nn.LSTM(1, 2, batch_first=True, dtype=torch.float64)
    drawn = {name: float(given.text) for name, given in network.parameters}
    with torch.no_grad():
        made.weight_ih_l0.copy_(torch.tensor([drawn[f"w{k}"] for k in range(1, 9)]).reshape(8, 1))
        made.weight_hh_l0.copy_(
            torch.tensor([drawn[f"w{k}"] for k in range(9, 25)], dtype=torch.float64).reshape(8, 2)
        )
        made.weight_ih_l0.copy_(
            torch.tensor([drawn[f"w{k}"] for k in range(1, 9)], dtype=torch.float64).reshape(8, 1)
        )
        made.bias_ih_l0.fill_(0.1)
        made.bias_hh_l0.fill_(0)
    state = torch.tensor([[[0.2, 0.25]] * 2], dtype=torch.float64)
    cell = torch.full((1, 2, 2), -0.5, dtype=torch.float64)
    x = torch.tensor([[[0.5], [-0.3]], [[0.2], [0.9]]], dtype=torch.float64)
    output = made(x, (state, cell))[0][:, -1]
    target = torch.tensor([[0.4, 0.1], [-0.4, 0.3]], dtype=torch.float64)
    error = ((target - output) ** 2).sum() / 2
    error.backward()
    assert number(evaluation, graph, "E_total") == pytest.approx(error.item(), rel=1e-12)
    assert number(evaluation, graph, "dE_total/db1") == pytest.approx(made.bias_ih_l0.grad.sum().item())
    assert number(evaluation, graph, "out_h2[2,t=2]") == pytest.approx(output[1, 1].item(), rel=1e-12)


# --- names ----------------------------------------------------------------------------------------------


def formula(graph: Graph, name: str) -> str:
    found = graph[name].formula
    assert found is not None
    return plain(found)


def test_names_and_formulas_over_time() -> None:
    graph = derive(load("recurrent"))
    terms = "w1*i1[t=1] + w3*out_h1[t=0] + w4*out_h2[t=0] + b_h1"
    assert formula(graph, "net_h1[t=1]") == terms
    assert formula(graph, "out_h1[t=3]") == "tanh(net_h1[t=3])"
    assert formula(graph, "net_o1") == "w7*out_h1[t=3] + w8*out_h2[t=3] + b_o1"
    assert graph["out_h1[t=0]"].formula is None
    assert formula(graph, "dnet_h1[t=1]/dw1") == "i1[t=1]"
    assert formula(graph, "dnet_h1[t=2]/dw1:direct") == "i1[t=2]"
    assert "dnet_h1[t=1]/dw1:direct" not in graph
    assert "dnet_h1[t=2]/dw1" not in graph
    assert formula(graph, "dnet_h1[t=3]/dout_h1[t=2]") == "w3"
    delta = dict(graph["delta_h1[t=2]"].forms)["written_out"]
    assert names(delta) == ("delta_h1[t=3]", "w3", "delta_h2[t=3]", "w5", "out_h1[t=2]")
    gradient = graph["dE_total/dw1"]
    delta_form = "delta_h1[t=1]*i1[t=1] + delta_h1[t=2]*i1[t=2] + delta_h1[t=3]*i1[t=3]"
    assert plain(dict(gradient.forms)["delta"]) == delta_form


def test_quantities_of_the_gates() -> None:
    graph = derive(load("lstm"))
    assert formula(graph, "net_forget_h1[t=2]") == "w2*i1[t=2] + w6*out_h1[t=1] + b_forget_h1"
    cell = "forget_h1[t=2]*cell_h1[t=1] + input_h1[t=2]*candidate_h1[t=2]"
    assert formula(graph, "cell_h1[t=2]") == cell
    assert formula(graph, "out_h1[t=2]") == "output_h1[t=2]*tanh(cell_h1[t=2])"
    assert formula(graph, "dcell_h1[t=2]/dcell_h1[t=1]:direct") == "forget_h1[t=2]"
    assert graph["dE_total/dnet_output_h1[t=1]"].name == "delta_output_h1[t=1]"
    graph = derive(load("gru"))
    assert formula(graph, "recurrent_h1[t=2]") == "w6*out_h1[t=1]"
    assert formula(graph, "net_new_h1[t=2]") == "w3*i1[t=2] + b_new_h1 + reset_h1[t=2]*recurrent_h1[t=2]"
    out = "(1 - update_h1[t=2])*new_h1[t=2] + update_h1[t=2]*out_h1[t=1]"
    assert formula(graph, "out_h1[t=2]") == out
    assert formula(graph, "dout_h1[t=2]/dout_h1[t=1]:direct") == "update_h1[t=2]"


def test_what_exists_at_the_last_step_only_has_that_step_as_a_synonym() -> None:
    network = load("recurrent")
    graph = with_rounds(derive(network), network, [1, 5])
    for name, timed in {
        "out_o1": "out_o1[t=3]",
        "target_o1": "target_o1[t=3]",
        "E_o1": "E_o1[t=3]",
        "delta_o1": "delta_o1[t=3]",
        "dE_total/dout_o1": "dE_total/dout_o1[t=3]",
        "dnet_o1/dw7": "dnet_o1[t=3]/dw7",
        "dnet_o1/dout_h1[t=3]": "dnet_o1[t=3]/dout_h1[t=3]",
        "out_o1+": "out_o1[t=3]+",
        "out_o1@5": "out_o1[t=3]@5",
    }.items():
        assert graph[timed].name == name
    assert graph["dE_total/dnet_o1[t=3]"].name == "delta_o1"
    assert "out_o1[t=2]" not in graph
    assert "out_o1" not in derive(parse(Series("recurrent", all_steps=True).text, "series.toml"))


def test_a_recurrent_layer_may_be_the_last() -> None:
    graph = derive(parse("seed = 3" + STATEFUL, "states.toml"))
    assert formula(graph, "E_h1[2]") == "1/2*(target_h1[2] - out_h1[2,t=2])^2"
    assert graph["E_h1[2,t=2]"].name == "E_h1[2]"
    assert graph["target_h1[2,t=2]"].name == "target_h1[2]"
    assert "out_h1[2]" not in graph


def test_later_rounds(torch: Any) -> None:
    """Twenty updates against torch's own optimizer."""
    series = Series("lstm", steps=2, inputs=1)
    solution = api.solve(parse(series.text, "series.toml"), rounds=[20])
    exact = {"dtype": torch.float64}
    made, dense = torch.nn.LSTM(1, 2, batch_first=True, **exact), torch.nn.Linear(2, 1, **exact)
    layer = series.layers[0]
    with torch.no_grad():
        made.weight_ih_l0.copy_(torch.tensor(layer["weights"], **exact).reshape(8, 1))
        made.weight_hh_l0.copy_(torch.tensor(layer["recurrent_weights"], **exact).reshape(8, 2))
        made.bias_ih_l0.copy_(torch.tensor(layer["biases"], **exact).reshape(8))
        made.bias_hh_l0.fill_(0).requires_grad_(False)
        dense.weight.copy_(torch.tensor(series.last["weights"], **exact))
        dense.bias.copy_(torch.tensor(series.last["biases"], **exact))
    trained = [p for p in (*made.parameters(), *dense.parameters()) if p is not made.bias_hh_l0]
    optimizer = torch.optim.SGD(trained, lr=0.1)

    def error() -> Any:
        output = dense(made(torch.tensor(series.x, **exact))[0][:, -1])
        return (series.t[0][0][0] - output[0, 0]) ** 2 / 2

    for _ in range(20):
        optimizer.zero_grad()
        error().backward()
        optimizer.step()
    value = solution["E_total@20"].value
    assert value is not None
    assert float(value) == pytest.approx(error().item(), abs=1e-9)


# --- messages -------------------------------------------------------------------------------------------


def _file(name: str) -> str:
    from symback.network_source import built_in_text

    return built_in_text(name)


WRONG = [
    (
        "recurrent",
        "i1 = [0.5, -0.3, 0.8]",
        "i1 = [0.5, -0.3, 0.8]\ni2 = [0.5, -0.3]",
        r"\[inputs\], i2.*a list of 2.*a list of 3, as for i1",
    ),
    ("recurrent", "i1 = [0.5, -0.3, 0.8]", "i1 = 0.5", r"\[\[layers\]\] 1.*no series.*i1 = \[0.5, 0.1\]"),
    (
        "recurrent",
        "[0.5, 0.1]]",
        "[0.5]]",
        r"\[\[layers\]\] 1, recurrent_weights, row 2.*1 entry.*2 may stand there, one for each unit of"
        r" the step before: h1, h2",
    ),
    (
        "recurrent",
        ",\n                     [0.5, 0.1]]",
        "]",
        r"recurrent_weights: 1 row stands.*2 may stand",
    ),
    ("recurrent", "o1 = 0.4", "o1 = [0.4, 0.1]", r"\[targets\], o1.*a list of 2.*a list of 3"),
    (
        "recurrent",
        "biases = [0.1, -0.1]",
        "biases = [0.1, -0.1]\ninitial_state = [1, 2, 3]",
        r"initial_state.*3 entries.*2 may stand there, one for each unit: h1, h2",
    ),
    ("lstm", "[[0.5]]]  ", "[[0.5, 1]]]  ", r"1, weights, gate 4, row 1.*a list of 2.*a list of 1"),
    ("lstm", ",\n                     [[0.25]]]", "]", r"recurrent_weights.*a list of 3.*one for each gate"),
    (
        "lstm",
        "[0],\n          [0.2]]",
        "[0],\n          [0.2, 1]]",
        r"biases, gate 4.*a list of 2.*a list of 1",
    ),
    ("gru", '["h1"]', '["h1"]\nreset = "now"', r"reset.*'now'.*\"after\""),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), WRONG)
def test_messages_name_the_place(name: str, old: str, new: str, message: str) -> None:
    text = _file(name)
    assert old in text
    with pytest.raises(NetworkFileError) as caught:
        parse(text.replace(old, new), "wrong.toml")
    assert re.search(message, str(caught.value), re.DOTALL), str(caught.value)


# --- claims ---------------------------------------------------------------------------------------------

RECURRENT_CLAIMS = [
    ("net_h1[t=2] = w1*i1[t=2] + w3*out_h1[t=1] + w4*out_h2[t=1] + b_h1", "proved"),
    ("z_h1[t=2] = w_1*i_1[t=2] + w3*a_h1[t=1] + w4*a_h2[t=1] + b_h1", "proved"),
    ("a_h1^<2> = tanh(z_h1^<2>)", "proved"),
    ("dE_total/dw1 = delta_h1[t=1]*i1[t=1] + delta_h1[t=2]*i1[t=2] + delta_h1[t=3]*i1[t=3]", "proved"),
    ("delta_h1[t=2] = (delta_h1[t=3]*w3 + delta_h2[t=3]*w5)*(1 - out_h1[t=2]^2)", "proved"),
    ("delta_h1[t=2] = (delta_h1[t=3]*w3 + delta_h2[t=3]*w4)*(1 - out_h1[t=2]^2)", "wrong"),
    ("dnet_h1[t=2]/dw1:direct = i1[t=2]", "proved"),
    ("dz_h1[t=2]/dw_1:direct = i1[t=2]", "proved"),
    ("dnet_h1[t=2]/dw1 = i1[t=2]", "wrong"),
    ("dnet_h1[t=2]/dw1 = i1[t=2] + w3*dout_h1[t=1]/dw1 + w4*dout_h2[t=1]/dw1", "proved"),
    ("dnet_h1[t=1]/dw1:direct = i1[t=1]", "unresolved"),
    ("net_h1[t=2]+ = w1+*i1[t=2] + w3+*out_h1[t=1]+ + w4+*out_h2[t=1]+ + b_h1+", "proved"),
    ("out_o1[t=3] = net_o1", "proved"),
    ("out_o1[t=3]+ = 0.661893434", "rounded"),
    ("out_o1[t=3]+ = 0.7", "rounded"),
    ("out_o1[t=3]+ = 0.23", "wrong"),
    ("out_h1[t=0] = 0", "exact"),
    ("net_h1[t=1] = w1*i1[t=1] + b_h1", "convention"),
    ("net_h1 = 0.4", "unresolved"),
    ("net_h1[t=4] = 0.4", "unresolved"),
    (r"\mathrm{net}_{h1}^{\langle 2\rangle} = w_1 i_1^{\langle 2\rangle}"
     r" + w_3 \mathrm{out}_{h1}^{\langle 1\rangle} + w_4 \mathrm{out}_{h2}^{<1>} + b_{h1}", "proved"),
    (r"\frac{\partial^{+} z_{h1}^{\langle 2\rangle}}{\partial w_1} = i_1^{\langle 2\rangle}", "proved"),
    (r"\partial^{+} net_{h1}^{<1>}/\partial w_1 = i_1^{<1>}", "proved"),
    (r"\frac{\partial \mathrm{net}_{h1}^{\langle 2\rangle}}{\partial w_1} = i_1^{\langle 2\rangle}", "wrong"),
    (r"\mathrm{out}_{h1}^{\langle 2\rangle +} = \tanh(\mathrm{net}_{h1}^{\langle 2\rangle +})", "proved"),
    (r"\delta_{h1}^{\langle 3\rangle} = \delta_{o1} w_7 (1 - (a_{h1}^{\langle 3\rangle})^2)", "proved"),
    (r"a_{h1}^{<t>} = \tanh(z_{h1}^{<t>})", "unresolved"),
    (r"net_{h1}^{(2)} = -0.07", "unresolved"),
]  # fmt: skip
LSTM_CLAIMS = [
    (r"\mathrm{net}_{input,h1}^{\langle 2\rangle} = w_1 i_1^{\langle 2\rangle}"
     r" + w_5 \mathrm{out}_{h1}^{\langle 1\rangle} + b_{input,h1}", "proved"),
    ("input_h1[t=1] = sigma(net_input_h1[t=1])", "proved"),
    ("cell_h1[t=2] = forget_h1[t=2]*cell_h1[t=1] + input_h1[t=2]*candidate_h1[t=2]", "proved"),
    ("dcell_h1[t=2]/dcell_h1[t=1]:direct = forget_h1[t=2]", "proved"),
    ("dcell_h1[t=2]/dcell_h1[t=1] = forget_h1[t=2]", "wrong"),
    ("dE_total/dcell_h1[t=0] = dE_total/dcell_h1[t=1]*forget_h1[t=1]", "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("network", "claims"), [("recurrent", RECURRENT_CLAIMS), ("lstm", LSTM_CLAIMS)])
def test_claims_with_time_steps(network: str, claims: list[tuple[str, str]]) -> None:
    found: dict[str, set[str]] = {}
    for claim, _ in claims:
        verdicts = api.verify(claim, network=network).claims
        found[claim] = {verdict.verdict for verdict in verdicts}
    assert found == {claim: {verdict} for claim, verdict in claims}


# --- cost -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GATES)
def test_cost_grows_with_the_steps_not_with_the_paths(kind: str) -> None:
    """From 20 to 80 steps: four times the quantities, and far from sixteen times the time."""
    taken = []
    for steps in (20, 80):
        network = parse(Series(kind, steps=steps, inputs=1, all_steps=True).text, "series.toml")
        start = time.process_time()
        _, _, report = solved(network)
        taken.append(time.process_time() - start)
        assert report.passed
    assert taken[1] < 10 * taken[0] + 2


def test_two_hundred_steps_are_no_recursion() -> None:
    network = parse(Series("lstm", units=(1,), steps=200, inputs=1).text, "series.toml")
    graph, _, report = solved(network)
    assert report.passed
    assert "delta_input_h1[t=1]" in graph


def test_claims_through_many_steps() -> None:
    network = parse(Series("recurrent", steps=60, inputs=1, all_steps=True).text, "series.toml")
    sum_ = " + ".join(f"delta_h1[t={step}]*i1[t={step}]" for step in range(1, 61))
    claims = [f"dE_total/dw1 = {sum_}", "out_h1[t=60] = tanh(net_h1[t=60])"]
    verdicts = api.verify(*claims, network=network).claims
    assert [found.verdict for found in verdicts] == ["proved", "proved"]
