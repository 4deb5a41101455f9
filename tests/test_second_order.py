"""Hessians, Jacobians and input gradients against torch's autograd and mpmath's finite differences."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import mpmath
import pytest

from symback.api import load as load_network
from symback.api import solve, verify
from symback.checks import Check
from symback.derivation import derive
from symback.derivative_checks import check_derivatives
from symback.derivative_matrices import MOST_ENTRIES, hessian, jacobian, written_out
from symback.derivatives import with_derivatives
from symback.errors import RequestError, UnknownName
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.forward import given_numbers
from symback.graph import Graph, Role, Rule
from symback.naming import parts_of, second_derivative
from symback.network import Network, load, parse
from symback.notation import notation
from tests.invoke import solved
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


@pytest.mark.parametrize("kind", ["tanh", "mean", "softmax"])
def test_input_gradients_and_their_derivatives_agree_with_torch(kind: str, tmp_path: Path) -> None:
    torch = require_module("torch")
    case = CASES[kind]
    inputs = [name for name in case.given() if name.startswith("i")]
    network = _network(case, tmp_path)
    names = [f"dE_total/d{name}" for name in inputs] + [f"d2E_total/d{name}dw1" for name in inputs]
    _, evaluation = _solved(network, names)
    values = {name: torch.tensor(float(value), dtype=torch.float64) for name, value in case.given().items()}
    for name in (*inputs, "w1"):
        values[name].requires_grad_()
    number = lambda text: torch.tensor(float(text), dtype=torch.float64)  # noqa: E731
    error = case.run(values, number, torch)["E_total"]
    slopes = torch.autograd.grad(error, [values[name] for name in inputs], create_graph=True)
    for name, slope in zip(inputs, slopes, strict=True):
        (second,) = torch.autograd.grad(slope, values["w1"], retain_graph=True)
        for asked, expected in ((f"dE_total/d{name}", slope), (f"d2E_total/d{name}dw1", second)):
            value = evaluation[asked]
            assert value is not None
            assert value.number == pytest.approx(expected.item(), abs=1e-12)


# --- the steps ------------------------------------------------------------------------------------------


def test_a_second_derivative_is_built_of_named_steps_and_of_nothing_else() -> None:
    solution = solve("mazur", only=["d2E_total/dw1dw5"])
    new = [q for q in solution.graph if q.role is Role.SECOND_DERIVATIVE]
    formulas = {quantity.name: solution[quantity.name].formula for quantity in new}
    assert formulas == {
        "d2E_o1/dout_o1dw5": "(dout_o1/dw5)",
        "d2out_o1/dnet_o1dw5": "(1 - 2*out_o1)*(dout_o1/dw5)",
        "d2E_o1/dnet_o1dw5": "(d2E_o1/dout_o1dw5)*(dout_o1/dnet_o1) + (dE_o1/dout_o1)*(d2out_o1/dnet_o1dw5)",
        "d2net_o1/dout_h1dw5": "1",
        "d2E_o1/dout_h1dw5": "(d2E_o1/dnet_o1dw5)*(dnet_o1/dout_h1) + (dE_o1/dnet_o1)*(d2net_o1/dout_h1dw5)",
        "d2E_total/dout_h1dw5": "(d2E_o1/dout_h1dw5)",
        "d2E_total/dw1dw5": "(d2E_total/dout_h1dw5)*(dout_h1/dnet_h1)*(dnet_h1/dw1)",
    }
    assert solution.graph["d2E_total/dw1dw5"].rule is Rule.PRODUCT_RULE
    assert len(solution.graph) == len(derive(load("mazur"))) + len(new) + 1  # and dout_o1/dw5


def test_only_what_is_asked_for_is_built() -> None:
    graph = derive(load("mazur"))
    assert len(with_derivatives(graph, ["dout_o1/dw5"])) == len(graph) + 1
    assert with_derivatives(graph, ["dE_total/dw5", "E_total", "net_h1"]) is graph
    later = with_derivatives(graph, ["dE_total/dw5+"])
    new = [quantity.name for quantity in later.quantities[len(graph) :]]
    assert new == ["dE_total/dout_o1+", "dout_o1/dnet_o1+", "dnet_o1/dw5+", "dE_total/dw5+"]


def test_names_of_samples_and_their_synonyms(tmp_path: Path) -> None:
    mean, whole = (_network(CASES[kind], tmp_path) for kind in ("mean", "sum"))
    names = ["d2E[2]/dw5dw1", "d2E_total/dw5dw1", "d2E_total/dnet_o1[2]dw1", "dout_o1[2]/dw5"]
    graph = with_derivatives(derive(_network(CASES["mean"], tmp_path)), names)
    assert graph["d2E_total/dw5dw1"].parents == ("d2E[1]/dw5dw1", "d2E[2]/dw5dw1")
    assert all(name in graph for name in names)
    graph = with_derivatives(derive(whole), ["d2E[2]/dnet_o1[2]dw1", "d2E_total/dw1dw1:direct"])
    assert graph["d2E[2]/dnet_o1[2]dw1"].name == "d2E_total/dnet_o1[2]dw1"
    assert graph["d2E_total/dw1dw1:direct"].parents == ("lambda_l2",)
    assert len(mean.samples) == 2


def test_what_does_not_change_is_zero_and_has_a_quantity() -> None:
    solution = solve("mazur", only=["d2E_total/dw5dw7", "dE_o2/dw5", "dE_total/dE_o1"])
    assert [solution[name].value for name in solution.only] == ["0.000000000", "0.000000000", "1.000000000"]


def test_at_the_updated_weights() -> None:
    solution = solve("mazur", only=["d2E_total/dw5dw5+", "dout_o1/dw5+"], digits=15)
    out, hidden = (mpmath.mpf(solve("mazur", digits=30)[f"out_{unit}+"].value) for unit in ("o1", "h1"))
    slope = out * (1 - out)
    expected = (slope**2 + (out - mpmath.mpf("0.01")) * slope * (1 - 2 * out)) * hidden**2
    assert mpmath.mpf(solution["d2E_total/dw5dw5+"].value) == pytest.approx(expected, abs=1e-14)
    assert mpmath.mpf(solution["dout_o1/dw5+"].value) == pytest.approx(slope * hidden, abs=1e-14)


def test_an_order_that_is_not_clear_is_refused_with_the_one_that_is() -> None:
    with pytest.raises(RequestError, match=r"out_o1 is computed from w5\. Ask for d2E_total/dout_o1dw5"):
        solve("mazur", only=["d2E_total/dw5dout_o1"])


@pytest.mark.parametrize(
    "name", ["d2E_total/dw1dw99", "dE_total/dw99", "dE_total/dw1:direct", "hesian", "d2E_total/dw5"]
)
def test_what_is_no_derivative_here_is_unknown(name: str) -> None:
    with pytest.raises(UnknownName, match=name):
        solve("mazur", only=[name])


def test_a_gradient_after_many_rounds_is_not_made_up() -> None:
    with pytest.raises(RequestError, match="--rounds 3"):
        solve("mazur", only=["dE_total/dw5@3"])


@pytest.mark.parametrize("network", ["recurrent", "lstm", "gru", "residual", "normalisation", "attention"])
def test_other_layers_agree_with_difference_quotients_and_in_both_orders(network: str) -> None:
    source = load(network)
    graph = derive(source)
    parameters = [row[-1].split("/d")[1].split("d")[0] for row in hessian(graph)]
    names = [second_derivative("E_total", one, parameters[0]) for one in parameters]
    graph, evaluation = _solved(source, [*names, *written_out(source, graph, ["jacobian"])])
    made = {check.kind: check for check in check_derivatives(source, graph, evaluation)}
    assert made["symmetry"].passed
    assert made["differences"].passed
    assert made["differences"].facts["at_kinks"] == 0
    assert int(str(made["differences"].facts["count"])) >= 2 * len(names)


# --- whole matrices -------------------------------------------------------------------------------------


def test_the_hessian_of_the_classic_is_symmetric_and_quick() -> None:
    network = load("mazur")
    graph = derive(network)
    start = time.process_time()
    _, evaluation = _solved(network, written_out(network, graph, ["hessian"]))
    assert time.process_time() - start < 3  # about 0.1 s on a free machine
    rows = hessian(graph)
    assert [len(row) for row in rows] == [8] * 8  # its biases are frozen
    assert all(rows[i][j] == rows[j][i] for i in range(8) for j in range(8))
    found = evaluation["d2E_total/dw1dw5"]
    assert found is not None
    assert mpmath.mpf(found.text) == pytest.approx(_of_the_classic(), abs=1e-15)


def _of_the_classic() -> Any:
    """d2E_total/dw1dw5 of the 2-2-2 example, by hand."""
    with mpmath.workdps(40):
        number, logistic = mpmath.mpf, lambda x: 1 / (1 + mpmath.exp(-x))
        h1 = logistic(number("0.15") * number("0.05") + number("0.2") * number("0.1") + number("0.35"))
        h2 = logistic(number("0.25") * number("0.05") + number("0.3") * number("0.1") + number("0.35"))
        o1 = logistic(number("0.4") * h1 + number("0.45") * h2 + number("0.6"))
        slope, delta = o1 * (1 - o1), (o1 - number("0.01")) * o1 * (1 - o1)
        changes = (slope**2 + (o1 - number("0.01")) * slope * (1 - 2 * o1)) * h1
        return (delta + number("0.4") * changes) * h1 * (1 - h1) * number("0.05")


def test_matrices_in_json_and_tables_on_the_page() -> None:
    solution = solve("mazur", only=["hessian", "jacobian"])
    content = json.loads(solution.to_json())
    matrices = {matrix["name"]: matrix for matrix in content["matrices"]}
    assert matrices["hessian"]["shape"] == [8, 8]
    assert matrices["hessian"]["entries"][4][0] == "d2E_total/dw1dw5"
    assert matrices["jacobian"]["shape"] == [2, 8]
    roles = {quantity["name"]: quantity["role"] for quantity in content["quantities"]}
    assert roles["d2E_total/dw1dw5"] == "second_derivative"
    page = solution.to_markdown()
    assert "*The Hessian.*" in page
    assert "| $`w_{5}`$ | 0.001571561 |" in page
    assert "*The Jacobian.*" in page
    assert "differentiated directly, twice, for 36 second" in page
    assert "The Hessian" not in solve("mazur", only=["d2E_total/dw1dw5"]).to_markdown()


def test_too_large_a_matrix_is_refused_with_the_numbers() -> None:
    units = ", ".join(f'"h{unit}"' for unit in range(1, 21))
    text = (
        f'loss = "half_squared_error"\nseed = 1\n[inputs]\ni1 = 1\n[targets]\no1 = 1\n'
        f'[[layers]]\nunits = [{units}]\nactivation = "tanh"\nweights = "random"\nbias = 0.1\n'
        f'[[layers]]\nunits = ["o1"]\nactivation = "linear"\nweights = "random"\n'
    )
    network = parse(text, "wide.toml")
    with pytest.raises(RequestError, match=rf"41 .* 861 .* {MOST_ENTRIES} .* d2E_total/dw1dw40"):
        solve(network, only=["hessian"])
    assert solve(network, only=["d2E_total/dw1dw40"]).report.passed


def test_more_steps_than_a_page_holds_are_cut_to_the_first(tmp_path: Path) -> None:
    page = solve(_network(CASES["softmax"], tmp_path), only=["hessian"]).to_markdown()
    assert "only the steps of the first" in page.replace("\n", " ")
    assert page.count("```math") < 100
    assert "*The Hessian.*" in page


# --- the page and verify --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked", ["d2E_total/dw1dw5", "d2E_total/dw1dw1", "dE_total/di1", "dout_o1/dw1", "hessian"]
)
def test_the_page_is_proofread_clean(asked: str, tmp_path: Path) -> None:
    page = solve("mazur", only=[asked]).save(tmp_path / "page.md")
    counts = verify(file=page, network="mazur").counts
    assert set(counts) == {"proved", "exact", "rounded"}
    assert sum(counts.values()) > 60


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("d2E_total/dw1dw5 = 0.001571561", "rounded"),
        ("d2E_total/dw1dw5 = 0.001571562", "wrong"),
        (r"\frac{\partial^2 E_{total}}{\partial w_1 \partial w_5} = 0.00157", "rounded"),
        (r"\frac{\partial^2 E_{total}}{\partial w_5^2} = -0.012222954", "rounded"),
        ("d2E_total/dw1dw5 = d2E_total/dw5dw1", "proved"),
        ("d2E_total/dw1dw5 = d2E_total/dw1dw6", "wrong"),
        ("d2out_h1/dnet_h1dw1 = (1 - 2*out_h1)*(dout_h1/dw1)", "proved"),
        ("d2out_h1/dnet_h1dnet_h1 = out_h1*(1 - out_h1)*(1 - 2*out_h1)", "proved"),
        ("d2E_total/dw5dw7 = 0", "exact"),
        ("d2E_total/dw5dw5+ = -0.010984403", "rounded"),
        ("d2E_total/dw5dout_o1 = 1", "unresolved"),
    ],
)
def test_claims_about_second_derivatives_are_judged(claim: str, verdict: str) -> None:
    (judged,) = verify(claim, network="mazur").claims
    assert judged.verdict == verdict


@pytest.mark.parametrize("network", ["mazur", "xor", "lstm", "residual"])
def test_every_formula_is_read_and_proved(network: str) -> None:
    source = load(network)
    wanted = hessian(derive(source))[0][-1]
    solution = solve(source, only=[wanted])
    steps = solution.graph.ancestors([wanted]).with_role(Role.SECOND_DERIVATIVE)
    claims = [f"{step.name} = {solution[step.name].formula}" for step in steps]
    verdicts = [claim.verdict for claim in verify(*claims, network=source).claims]
    assert len(claims) > 4
    assert set(verdicts) <= {"proved", "exact"}
    assert verdicts.count("proved") > len(verdicts) / 2


def test_of_both_orders_the_one_with_a_meaning_is_read() -> None:
    left = r"\frac{\partial^2 E_{total}}{\partial w_5\,\partial out_{o1}}"
    right = r"\frac{\partial out_{o1}}{\partial w_5}"
    (judged,) = verify(f"{left} = {right}", network="mazur").claims
    assert judged.verdict == "proved"


def test_the_page_over_time_with_direct_derivatives_is_proofread_clean(tmp_path: Path) -> None:
    page = solve("lstm", only=["d2E_total/dw1dw2"]).save(tmp_path / "page.md")
    assert r"\partial\,\partial^{+}" in page.read_text(encoding="utf-8")
    assert set(verify(file=page, network="lstm").counts) == {"proved", "exact", "rounded"}


def test_on_the_command_line() -> None:
    page = solved("mazur", "--only", "d2E_total/dw1dw5")
    assert r"\frac{\partial^{2} E_{\mathrm{total}}}{\partial w_{1}\,\partial w_{5}}" in page
    assert "the product rule" in page


def test_symbolic_networks_get_the_steps_without_numbers() -> None:
    text = (
        'loss = "half_squared_error"\n[inputs]\ni1 = "symbolic"\n[targets]\no1 = "symbolic"\n'
        '[[layers]]\nunits = ["o1"]\nactivation = "logistic"\nweights = "symbolic"\n'
    )
    solution = solve(parse(text, "open.toml"), only=["hessian"])
    assert solution["d2E_total/dw1dw1"].value is None
    (direct,) = [check for check in solution.report.checks if check.kind == "second_direct"]
    assert direct.facts["proven"] == 1
    assert r"\partial w_{1}^{2}" in solution.to_markdown()


# --- checks ---------------------------------------------------------------------------------------------


def _checks(graph: Graph) -> dict[str, Check]:
    network = load_network("mazur")
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    return {check.kind: check for check in check_derivatives(network, graph, evaluation)}


def test_nothing_is_said_where_nothing_was_asked_for() -> None:
    assert _checks(derive(load("mazur"))) == {}


@pytest.mark.parametrize("place", ["d2out_o1/dnet_o1dw5", "d2net_o1/dout_h1dw5", "dout_o1/dw5"])
def test_a_wrong_step_fails_every_check(place: str) -> None:
    right = with_derivatives(derive(load("mazur")), ["d2E_total/dw1dw5"])
    assert all(check.passed for check in _checks(right).values())

    def change(quantity: Any) -> Any:
        return replace(quantity, formula=2 * quantity.formula) if quantity.name == place else quantity

    found = _checks(Graph(tuple(map(change, right))))
    assert set(found) == {"second_direct", "symmetry", "differences"}
    assert not any(check.passed for check in found.values())
    assert "d2E_total/dw1dw5" in found["differences"].facts["failed"]  # type: ignore[operator]


def test_a_kink_is_no_failure() -> None:
    text = (
        'loss = "half_squared_error"\n[inputs]\ni1 = 1\n[targets]\no1 = 1\n'
        '[[layers]]\nunits = ["h1"]\nactivation = "relu"\nweights = [[0]]\n'
        '[[layers]]\nunits = ["o1"]\nactivation = "linear"\nweights = [[0.5]]\n'
    )
    solution = solve(parse(text, "kink.toml"), only=["hessian", "jacobian"])
    (differences,) = [check for check in solution.report.checks if check.kind == "differences"]
    assert differences.passed
    assert int(str(differences.facts["at_kinks"])) > 0
    assert "a kink is too near" in solution.to_markdown()


# --- names and symbols ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "by", "then"),
    [
        ("E_total", "w1", "w5"),
        ("E[2]", "net_hidden1[2]", "w5"),
        ("out_h1[t=2]", "net_h1[t=2]", "b_h1"),
        ("E_total", "wa", "wb"),
        ("net_d1", "wd1", "d2"),
    ],
)
def test_names_are_read_as_they_are_built(of: str, by: str, then: str) -> None:
    for state in ("", "+"):
        for direct in (False, True):
            parts = parts_of(second_derivative(of + state, by + state, then + state, direct=direct))
            assert (parts.of, parts.by, parts.then) == (of, by, then)
            assert (parts.state, parts.direct) == (state, direct)


def test_a_name_that_could_be_two_is_refused() -> None:
    text = (
        'loss = "half_squared_error"\n[inputs]\ni1 = 1\n[targets]\no1 = 1\n'
        '[[layers]]\nunits = ["o1"]\nactivation = "tanh"\nweights = [[0.5]]\nweight_names = [["add"]]\n'
    )
    with pytest.raises(RequestError, match="could be read in two ways"):
        solve(parse(text, "add.toml"), only=["hessian"])


def test_the_symbols() -> None:
    symbols = notation("net-out")
    assert symbols.symbol("d2E_total/dw1dw5").text == (
        r"\frac{\partial^{2} E_{\mathrm{total}}}{\partial w_{1}\,\partial w_{5}}"
    )
    assert symbols.symbol("d2E_o1/dw1dw1").text == r"\frac{\partial^{2} E_{o1}}{\partial w_{1}^{2}}"
    assert symbols.symbol("d2E_o1/dw1dw1+").text == (
        r"\frac{\partial^{2} E_{o1}^{+}}{\partial w_{1}^{+}\,\partial w_{1}^{+}}"
    )
    assert symbols.symbol("d2net_h1/dw1dw5:direct").text == (
        r"\frac{\partial\,\partial^{+} \mathrm{net}_{h1}}{\partial w_{1}\,\partial w_{5}}"
    )
