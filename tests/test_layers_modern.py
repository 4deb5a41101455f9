"""Normalisation, residuals, dropout, embeddings and attention against PyTorch; names and messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest

from symback.api import solve
from symback.checks import check, check_direct
from symback.derivation import derive
from symback.errors import NetworkFileError, RequestError
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.expression import Number
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Graph
from symback.naming import derivative, indexed
from symback.network import Network, load, parse
from tests.tools import require_module

Tensors = Mapping[str, Any]
Found = dict[str, Any]
"""Tensors by canonical name, E_total among them."""
Model = Callable[[Any, Tensors], Found]
"""The same network in PyTorch: from torch and every given number."""

DENSE = """
[[layers]]
units = ["h1", "h2", "h3"]
activation = "tanh"
weights = [[0.4, 0.3], [-0.2, 0.5], [0.7, -0.1]]
biases = [0.1, -0.2, 0.3]
"""
LAST = """
[[layers]]
units = ["o1", "o2"]
activation = "logistic"
weights = [[0.5, -0.4, 0.3], [0.2, 0.6, -0.7]]
bias = 0.2
"""
LAST_OF_TWO = """
[[layers]]
units = ["o1"]
activation = "linear"
weights = [[0.7, -0.3]]
bias = 0.1
"""
UPDATE = """
[update]
learning_rate = 0.5
"""
ONE = """
[inputs]
i1 = 0.5
i2 = -0.8
[targets]
o1 = 0.8
o2 = 0.3
"""
THREE = """
[[samples]]
inputs = {i1 = 0.5, i2 = -0.8}
targets = {o1 = 0.8, o2 = 0.3}
[[samples]]
inputs = {i1 = -0.1, i2 = 0.4}
targets = {o1 = 0.1, o2 = 0.6}
[[samples]]
inputs = {i1 = 0.9, i2 = 0.7}
targets = {o1 = 0.5, o2 = 0.9}
"""
STEPS = """
[[samples]]
inputs = {i1 = [0.5, 0.2, 0.9], i2 = [-0.8, 0.1, 0.4]}
targets = {o1 = [0.8, 0.1, 0.3]}
[[samples]]
inputs = {i1 = [0.3, -0.6, 0.7], i2 = [0.6, 0.8, -0.5]}
targets = {o1 = [0.4, 0.2, 0.7]}
"""
LAST_STEP = """
[inputs]
i1 = [1, 0, 0.5]
i2 = [0, 1, 0.5]
[targets]
o1 = 1
"""
HALF, MEAN = 'loss = "half_squared_error"\n', 'reduction = "mean"\n'
NORM = '[[layers]]\ntype = "layer_norm"\n'
SCALED = NORM + "gains = [1.1, 0.9, -0.7]\nbiases = [0.1, -0.3, 0.2]\n"
BATCH = SCALED.replace("layer_norm", "batch_norm")
BATCH_OF_TWO = '[[layers]]\ntype = "batch_norm"\ngains = [1.1, 0.9]\nbiases = [0.1, -0.3]\n'
DROPOUT = '[[layers]]\ntype = "dropout"\nmask = [1, 0, 1]\n'
RESIDUAL = '[[layers]]\ntype = "residual"\n'
SQUARE = """
[[layers]]
units = ["k1", "k2", "k3"]
activation = "tanh"
weights = [[0.3, 0.5, -0.4], [-0.2, 0.7, 0.1], [0.6, -0.5, 0.2]]
bias = -0.05
"""
ATTENTION = """
[[layers]]
type = "attention"
query = [[0.3, 0.1], [0.2, 0.4]]
key = [[0.5, -0.2], [0.1, 0.3]]
value = [[0.6, 0.2], [-0.1, 0.4]]
"""
NARROW = """
[[layers]]
type = "attention"
query = [[0.3, 0.1]]
key = [[0.5, -0.2]]
value = [[0.6, 0.2], [-0.1, 0.4]]
"""
EMBEDDING = """
[[layers]]
type = "embedding"
weights = [[0.1, -0.2], [0.5, 0.3], [-0.4, 0.6], [0.2, -0.7]]
"""
WORDS = """
[inputs]
token = [2, 4, 2]
[targets]
o1 = [1, 0, 0.5]
"""
TEXTS = """
[[samples]]
inputs = {token = [2, 4, 2]}
targets = {o1 = 0.4}
[[samples]]
inputs = {token = [1, 1, 4]}
targets = {o1 = 0.9}
"""


# --- the same in PyTorch -------------------------------------------------------------------------------


def stacked(torch: Any, values: Tensors, names: list[list[str]]) -> Any:
    return torch.stack([torch.stack([values[name] for name in row]) for row in names])


def weights(torch: Any, values: Tensors, start: int, rows: int, columns: int) -> Any:
    numbers = [[start + row * columns + column for column in range(columns)] for row in range(rows)]
    return stacked(torch, values, [[f"w{number}" for number in row] for row in numbers])


def vector(torch: Any, values: Tensors, *names: str) -> Any:
    return torch.stack([values[name] for name in names])


class Batch:
    """Tensors samples x steps x units, with a step of its own where there are none."""

    def __init__(self, torch: Any, values: Tensors, samples: int = 1, steps: int = 0) -> None:
        self.torch, self.values = torch, values
        self.found: Found = {}
        self.samples = range(1, samples + 1) if samples > 1 else (0,)
        self.steps: Any = range(1, steps + 1) if steps else (None,)

    def read(self, *bases: str) -> Any:
        """Given numbers by name."""
        return self.torch.stack(
            [
                stacked(
                    self.torch,
                    self.values,
                    [[indexed(base, sample, step) for base in bases] for step in self.steps],
                )
                for sample in self.samples
            ]
        )

    def note(self, tensor: Any, *bases: str) -> Any:
        """The tensor, its entries known by name from here on; made of them, so that they have gradients."""
        parts = []
        for sample, of_sample in zip(self.samples, tensor, strict=True):
            steps = []
            for step, of_step in zip(self.steps, of_sample, strict=True):
                entries = list(of_step.unbind())
                for base, entry in zip(bases, entries, strict=True):
                    entry.retain_grad()
                    self.found[indexed(base, sample, step)] = entry
                steps.append(self.torch.stack(entries))
            parts.append(self.torch.stack(steps))
        return self.torch.stack(parts)

    def error(self, outputs: Any, *units: str, mean: bool = False) -> dict[str, Any]:
        """Half squared errors of all samples and steps."""
        targets = self.read(*(f"target_{unit}" for unit in units))
        outputs = self.note(outputs, *(f"out_{unit}" for unit in units))
        total = (0.5 * (targets - outputs) ** 2).sum()
        return {**self.found, "E_total": total / len(self.samples) if mean else total}

    def hidden(self) -> Any:
        """DENSE."""
        torch, values = self.torch, self.values
        nets = self.read("i1", "i2") @ weights(torch, values, 1, 3, 2).T
        outs = torch.tanh(nets + vector(torch, values, "b_h1", "b_h2", "b_h3"))
        return self.note(outs, "out_h1", "out_h2", "out_h3")

    def last(self, inputs: Any, start: int, bias: str) -> Any:
        """LAST."""
        return self.torch.sigmoid(
            inputs @ weights(self.torch, self.values, start, 2, 3).T + self.values[bias]
        )

    def last_of_two(self, inputs: Any, start: int, bias: str) -> Any:
        """LAST_OF_TWO."""
        return inputs @ weights(self.torch, self.values, start, 1, 2).T + self.values[bias]


def layer_norm(samples: int, mean: bool) -> Model:
    def model(torch: Any, values: Tensors) -> Found:
        batch = Batch(torch, values, samples)
        gains, biases = (vector(torch, values, f"{x}_n1", f"{x}_n2", f"{x}_n3") for x in "gb")
        normal = torch.nn.functional.layer_norm(batch.hidden(), (3,), gains, biases, eps=1e-5)
        normal = batch.note(normal, "out_n1", "out_n2", "out_n3")
        return batch.error(batch.last(normal, 7, "b3"), "o1", "o2", mean=mean)

    return model


def layer_norm_alone(torch: Any, values: Tensors) -> Found:
    batch = Batch(torch, values)
    normal = torch.nn.functional.layer_norm(batch.hidden(), (3,), eps=0.25)
    return batch.error(batch.last(batch.note(normal, "out_n1", "out_n2", "out_n3"), 7, "b3"), "o1", "o2")


def batch_norm(torch: Any, values: Tensors) -> Found:
    batch = Batch(torch, values, 3)
    gains, biases = (vector(torch, values, f"{x}_n1", f"{x}_n2", f"{x}_n3") for x in "gb")
    hidden = batch.hidden()[:, 0]
    normal = torch.nn.functional.batch_norm(hidden, None, None, gains, biases, training=True, eps=1e-5)
    normal = batch.note(normal[:, None], "out_n1", "out_n2", "out_n3")
    return batch.error(batch.last(normal, 7, "b3"), "o1", "o2", mean=True)


def batch_norm_of_steps(torch: Any, values: Tensors) -> Found:
    """PyTorch has samples x units x steps, and takes mean and variance over the first and last of these."""
    batch = Batch(torch, values, 2, 3)
    inputs = batch.note(attend(torch, values, batch.read("i1", "i2"), 1), "out_a1", "out_a2")
    gains, biases = (vector(torch, values, f"{x}_n1", f"{x}_n2") for x in "gb")
    normal = torch.nn.functional.batch_norm(
        inputs.transpose(1, 2), None, None, gains, biases, training=True, eps=1e-5
    )
    normal = batch.note(normal.transpose(1, 2), "out_n1", "out_n2")
    return batch.error(batch.last_of_two(normal, 13, "b3"), "o1")


def residual(start: int) -> Model:
    def model(torch: Any, values: Tensors) -> Found:
        batch = Batch(torch, values, 3)
        first = batch.hidden()
        second = torch.tanh(first @ weights(torch, values, 7, 3, 3).T + values["b2"])
        third = batch.note(second, "out_k1", "out_k2", "out_k3") + first
        third = batch.note(third, "out_r1", "out_r2", "out_r3")
        return batch.error(batch.last(third, 16, "b4"), "o1", "o2")

    return model


def residual_to_inputs(torch: Any, values: Tensors) -> Found:
    batch = Batch(torch, values)
    inputs = batch.read("i1", "i2")
    second = torch.sigmoid(inputs @ weights(torch, values, 1, 2, 2).T)
    third = batch.note(batch.note(second, "out_h1", "out_h2") + inputs, "out_o1", "out_o2")
    return batch.error(third, "o1", "o2")


def dropout(rate: float) -> Model:
    def model(torch: Any, values: Tensors) -> Found:
        batch = Batch(torch, values, 3)
        mask = torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64) / (1 - rate)
        kept = batch.note(batch.hidden() * mask, "out_d1", "out_d2", "out_d3")
        return batch.error(batch.last(kept, 7, "b3"), "o1", "o2")

    return model


def attend(
    torch: Any, values: Tensors, tokens: Any, start: int, size: int = 2, *, causal: bool = False
) -> Any:
    query = tokens @ weights(torch, values, start, size, 2).T
    key = tokens @ weights(torch, values, start + 2 * size, size, 2).T
    value = tokens @ weights(torch, values, start + 4 * size, 2, 2).T
    return torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=causal)


def attention(*, size: int = 2, causal: bool = False) -> Model:
    def model(torch: Any, values: Tensors) -> Found:
        batch = Batch(torch, values, 2, 3)
        outs = attend(torch, values, batch.read("i1", "i2"), 1, size, causal=causal)
        outs = batch.note(outs, "out_a1", "out_a2")
        return batch.error(batch.last_of_two(outs, 5 + 4 * size, "b2"), "o1", mean=True)

    return model


def attention_at_last(torch: Any, values: Tensors) -> Found:
    tokens = Batch(torch, values, 1, 3).read("i1", "i2")
    batch = Batch(torch, values)
    last = attend(torch, values, tokens, 1)[:, -1:]
    return batch.error(batch.last_of_two(batch.note(last, "out_a1", "out_a2"), 13, "b2"), "o1")


def block(torch: Any, values: Tensors) -> Found:
    """Two layers of attention, each with its residual, then a normalisation."""
    batch = Batch(torch, values, 2, 3)
    tokens = batch.read("i1", "i2")
    first = batch.note(attend(torch, values, tokens, 1, causal=True), "out_a1", "out_a2")
    first = batch.note(tokens + first, "out_r1", "out_r2")
    second = batch.note(attend(torch, values, first, 13), "out_a3", "out_a4")
    second = batch.note(second + first, "out_r3", "out_r4")
    gains = vector(torch, values, "g_n1", "g_n2")
    normal = torch.nn.functional.layer_norm(second, (2,), gains, eps=1e-5)
    return batch.error(batch.last_of_two(batch.note(normal, "out_n1", "out_n2"), 25, "b6"), "o1")


def embedded(torch: Any, values: Tensors, words: list[list[int]]) -> Any:
    table = weights(torch, values, 1, 4, 2)
    return torch.nn.functional.embedding(torch.tensor(words) - 1, table)


def embedding(torch: Any, values: Tensors) -> Found:
    batch = Batch(torch, values, 1, 3)
    outs = batch.note(embedded(torch, values, [[2, 4, 2]]), "out_e1", "out_e2")
    return batch.error(batch.last_of_two(outs, 9, "b2"), "o1")


def embedding_and_attention(torch: Any, values: Tensors) -> Found:
    batch = Batch(torch, values, 2, 3)
    words = batch.note(embedded(torch, values, [[2, 4, 2], [1, 1, 4]]), "out_e1", "out_e2")
    last = Batch(torch, values, 2)
    last.found = batch.found
    outs = last.note(attend(torch, values, words, 9)[:, -1:], "out_a1", "out_a2")
    return last.error(last.last_of_two(outs, 21, "b3"), "o1")


CASES: dict[str, tuple[str, Model]] = {
    "layer_norm": (HALF + ONE + DENSE + SCALED + LAST, layer_norm(1, False)),
    "layer_norm_of_samples": (HALF + MEAN + THREE + DENSE + SCALED + LAST, layer_norm(3, True)),
    "layer_norm_alone": (HALF + ONE + DENSE + NORM + 'epsilon = "1/4"' + LAST, layer_norm_alone),
    "batch_norm": (HALF + MEAN + THREE + DENSE + BATCH + LAST, batch_norm),
    "batch_norm_of_steps": (HALF + STEPS + ATTENTION + BATCH_OF_TWO + LAST_OF_TWO, batch_norm_of_steps),
    "residual": (HALF + THREE + DENSE + SQUARE + RESIDUAL + LAST, residual(1)),
    "residual_to_inputs": (
        HALF
        + ONE
        + '[[layers]]\nunits = ["h1", "h2"]\nactivation = "logistic"\nweights = [[0.4, 0.3], [-0.2, 0.5]]\n'
        + RESIDUAL
        + 'units = ["o1", "o2"]\nfrom = 0\n',
        residual_to_inputs,
    ),
    "dropout": (HALF + THREE + DENSE + DROPOUT + LAST, dropout(0)),
    "dropout_with_rate": (HALF + THREE + DENSE + DROPOUT + "rate = 0.4" + LAST, dropout(0.4)),
    "attention": (HALF + MEAN + STEPS + ATTENTION + LAST_OF_TWO, attention()),
    "attention_of_size_1": (HALF + MEAN + STEPS + NARROW + LAST_OF_TWO, attention(size=1)),
    "causal_attention": (
        HALF + MEAN + STEPS + ATTENTION + "causal = true" + LAST_OF_TWO,
        attention(causal=True),
    ),
    "attention_at_last": (HALF + LAST_STEP + ATTENTION + LAST_OF_TWO, attention_at_last),
    "block": (
        HALF
        + STEPS
        + ATTENTION
        + "causal = true"
        + RESIDUAL
        + ATTENTION
        + RESIDUAL
        + NORM
        + "gains = [1.1, 0.9]"
        + LAST_OF_TWO,
        block,
    ),
    "embedding": (HALF + WORDS + EMBEDDING + LAST_OF_TWO, embedding),
    "embedding_and_attention": (HALF + TEXTS + EMBEDDING + ATTENTION + LAST_OF_TWO, embedding_and_attention),
}


def read(text: str) -> Network:
    return parse(text.replace("[[layers]]", "\n[[layers]]"), "test.toml")


def solved(text: str) -> tuple[Network, Graph, Evaluation]:
    network = read(text)
    graph = derive(network, complete=True)
    return network, graph, evaluate(graph, given_numbers(network), Rounding(15))


def number(evaluation: Evaluation, name: str) -> float:
    value = evaluation[name]
    assert value is not None
    return value.number


@pytest.mark.parametrize("name", CASES)
def test_as_in_torch(name: str) -> None:
    """E_total, all outputs, and the derivative of E_total by each of them, by parameters and by inputs."""
    torch: Any = require_module("torch")
    text, model = CASES[name]
    network, graph, evaluation = solved(text + UPDATE)
    values = {}
    for given, value in given_numbers(network).items():
        assert value.text or isinstance(value.expression, Number) or given.startswith("epsilon")
        start = float(Fraction(value.text)) if value.text else 0.25
        values[given] = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    found = model(torch, values)
    found["E_total"].backward()
    outputs = {output for layer in network.layers for output in _outputs(network, layer)}
    assert outputs <= found.keys()
    for output in found:
        assert number(evaluation, output) == pytest.approx(found[output].item(), rel=1e-12, abs=1e-12)
    parameters = [parameter for parameter, _ in network.parameters]
    inputs = [one for sample in network.places for one in network.input_names(sample)]
    for by in (*parameters, *inputs, *outputs):
        tensor = found[by] if by in found else values[by]
        slope = 0.0 if tensor.grad is None else tensor.grad.item()
        asked = derivative("E_total", by)
        if asked in graph:
            assert number(evaluation, asked) == pytest.approx(slope, rel=1e-11, abs=1e-12), asked
        else:
            assert slope == 0
        assert asked in graph or by not in parameters
        if by in parameters:
            after = values[by].item() - 0.5 * slope
            assert number(evaluation, f"{by}+") == pytest.approx(after, rel=1e-12, abs=1e-12)


def _outputs(network: Network, layer: Any) -> list[str]:
    return [
        output
        for sample in network.places
        for step in layer.steps
        for output in layer.signal.at(sample, step)
    ]


def passes(network: Network) -> None:
    """Every textbook derivative and every form is proven, and the floats agree."""
    graph = derive(network)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    for found in check(network, graph, evaluation, evaluation).checks:
        assert found.passed, found
        assert not found.facts.get("overflow")


@pytest.mark.parametrize("name", CASES)
def test_checks_pass(name: str) -> None:
    passes(read(CASES[name][0] + UPDATE))


@pytest.mark.parametrize("name", ["attention", "normalisation", "residual", "embedding"])
def test_built_ins_pass(name: str) -> None:
    passes(load(name))


DIRECT = {
    "layer_norm": HALF + ONE.replace("o2 = 0.3", "") + NORM + "gains = [1.1, 0.9]" + LAST_OF_TWO,
    "batch_norm": HALF
    + "[[samples]]\ninputs = {i1 = 0.5}\ntargets = {n1 = 1}\n"
    + "[[samples]]\ninputs = {i1 = 0.2}\ntargets = {n1 = 0}\n"
    + '[[layers]]\nunits = ["h1"]\nactivation = "linear"\nweights = [[0.4]]\n'
    + '[[layers]]\ntype = "batch_norm"\ngains = [2]\n',
    "attention": HALF + "[inputs]\ni1 = [0.5, -0.3]\ni2 = [0.2, 0.7]\n[targets]\na1 = 1\na2 = 0\n" + NARROW,
    "residual": CASES["residual_to_inputs"][0],
    "dropout": HALF + ONE + DENSE + DROPOUT + "rate = 0.5" + LAST,
    "embedding": HALF + WORDS + EMBEDDING + LAST_OF_TWO,
}
"""Networks that are small enough to be proven equal to what SymPy makes of the whole error."""


@pytest.mark.parametrize("name", DIRECT)
def test_as_differentiated_directly(name: str) -> None:
    found = check_direct(derive(read(DIRECT[name])))
    assert found.passed
    assert not found.facts["too_large"]


# --- names and formulas --------------------------------------------------------------------------------


def formulas(text: str, *wanted: str) -> list[str]:
    graph = derive(read(text), complete=True)
    trees = [graph[name].formula for name in wanted]
    return ["" if tree is None else plain(tree) for tree in trees]


def names_of(text: str) -> set[str]:
    graph = derive(read(text), complete=True)
    return {name for quantity in graph for name in (quantity.name, *quantity.names)}


def test_layer_norm_step_by_step() -> None:
    text = HALF + THREE + DENSE + SCALED + LAST
    assert formulas(
        text,
        "mean_2[3]",
        "centered_n1[3]",
        "variance_2[3]",
        "deviation_2[3]",
        "normalized_n1[3]",
        "out_n1[3]",
        "dnormalized_n1[3]/dcentered_n1[3]:direct",
        "dnormalized_n1[3]/ddeviation_2[3]",
        "ddeviation_2[3]/dvariance_2[3]",
        "dcentered_n1[3]/dout_h1[3]:direct",
        "dE[3]/dg_n1",
    ) == [
        "(out_h1[3] + out_h2[3] + out_h3[3])/3",
        "out_h1[3] - mean_2[3]",
        "(centered_n1[3]^2 + centered_n2[3]^2 + centered_n3[3]^2)/3",
        "sqrt(variance_2[3] + epsilon_2)",
        "centered_n1[3]/deviation_2[3]",
        "g_n1*normalized_n1[3] + b_n1",
        "1/deviation_2[3]",
        "-normalized_n1[3]/deviation_2[3]",
        "1/(2*deviation_2[3])",
        "1",
        "(dE_total/dout_n1[3])*(dout_n1[3]/dg_n1)",
    ]


def test_layer_norm_of_tokens_without_gains() -> None:
    text = HALF + STEPS + ATTENTION + NORM + LAST_OF_TWO
    assert formulas(text, "mean_2[1,t=3]", "out_n1[1,t=3]") == [
        "(out_a1[1,t=3] + out_a2[1,t=3])/2",
        "centered_n1[1,t=3]/deviation_2[1,t=3]",
    ]


def test_batch_norm_step_by_step() -> None:
    text = HALF + THREE + DENSE + BATCH + LAST
    assert formulas(text, "mean_n1", "variance_n1", "normalized_n1[2]", "dE_total/dcentered_n1[2]") == [
        "(out_h1[1] + out_h1[2] + out_h1[3])/3",
        "(centered_n1[1]^2 + centered_n1[2]^2 + centered_n1[3]^2)/3",
        "centered_n1[2]/deviation_n1",
        "(dE_total/dvariance_n1)*(dvariance_n1/dcentered_n1[2]) "
        "+ (dE_total/dnormalized_n1[2])*(dnormalized_n1[2]/dcentered_n1[2]:direct)",
    ]


def test_coupled_samples_have_no_gradients_of_their_own() -> None:
    """Under batch normalisation dE[1]/dout_h1[1] is not dE_total/dout_h1[1], and gradients are no sums."""
    names = names_of(HALF + THREE + DENSE + BATCH + LAST)
    assert not [name for name in names if name.startswith("dE[")]
    assert {"dE_total/dw1", "dE_total/dout_h1[1]", "dE_total/di1[2]"} <= names


def test_residual_has_a_direct_derivative() -> None:
    text = HALF + ONE + DENSE + SQUARE + RESIDUAL + LAST
    assert formulas(text, "out_r1", "dout_r1/dout_k1", "dout_r1/dout_h1:direct", "dE_total/dout_h1") == [
        "out_k1 + out_h1",
        "1",
        "1",
        "delta_k1*(dnet_k1/dout_h1) + delta_k2*(dnet_k2/dout_h1) + delta_k3*(dnet_k3/dout_h1) "
        "+ (dE_total/dout_r1)*(dout_r1/dout_h1:direct)",
    ]


def test_dropout_names_its_mask() -> None:
    text = HALF + ONE + DENSE + DROPOUT
    assert formulas(text + LAST, "out_d2", "dout_d2/dout_h2") == ["mask_d2*out_h2", "mask_d2"]
    assert formulas(text + "rate = 0.5" + LAST, "out_d2") == ["mask_d2*out_h2/(1 - rate_2)"]


def test_attention_step_by_step() -> None:
    text = HALF + STEPS + ATTENTION + LAST_OF_TWO
    assert formulas(
        text,
        "query_2[1,t=3]",
        "score_1[1,t=3]",
        "attention_1[1,t=3]",
        "out_a2[1,t=3]",
        "dscore_1[1,t=3]/dkey_2[1,t=1]",
        "dattention_1[1,t=3]/dscore_1[1,t=3]",
        "dattention_1[1,t=3]/dscore_2[1,t=3]",
    ) == [
        "w3*i1[1,t=3] + w4*i2[1,t=3]",
        "(query_1[1,t=3]*key_1[1,t=1] + query_2[1,t=3]*key_2[1,t=1])/sqrt(2)",
        "exp(score_1[1,t=3])/(exp(score_1[1,t=3]) + exp(score_2[1,t=3]) + exp(score_3[1,t=3]))",
        "attention_1[1,t=3]*value_2[1,t=1] + attention_2[1,t=3]*value_2[1,t=2] "
        "+ attention_3[1,t=3]*value_2[1,t=3]",
        "query_2[1,t=3]/sqrt(2)",
        "attention_1[1,t=3]*(1 - attention_1[1,t=3])",
        "-attention_1[1,t=3]*attention_2[1,t=3]",
    ]


def test_causal_attention_looks_back_only() -> None:
    text = HALF + STEPS + ATTENTION + "causal = true" + LAST_OF_TWO
    assert formulas(text, "attention_1[1,t=1]", "out_a1[1,t=2]") == [
        "1",
        "attention_1[1,t=2]*value_1[1,t=1] + attention_2[1,t=2]*value_1[1,t=2]",
    ]
    assert not {"score_3[1,t=2]", "query_1[1,t=1]"} & names_of(text)


def test_two_layers_of_attention_have_names_of_their_own() -> None:
    names = names_of(HALF + STEPS + ATTENTION + ATTENTION + LAST_OF_TWO)
    assert {"query_1[1,t=1]", "query_2_1[1,t=1]", "attention_2_3[1,t=1]", "out_a4[1,t=1]"} <= names


def test_attention_of_the_last_token_alone() -> None:
    """Where only the last output is used, the others are left out."""
    names = names_of(HALF + LAST_STEP + ATTENTION + LAST_OF_TWO)
    assert {"query_1", "score_1", "attention_3", "out_a1", "key_1[t=1]"} <= names
    assert not {"query_1[t=1]", "score_1[t=3]", "out_a1[t=3]"} & names


def test_repeated_words_add_up_and_unused_ones_do_not_count() -> None:
    text = HALF + WORDS + EMBEDDING + LAST_OF_TWO
    assert formulas(text, "out_e1[t=2]", "dE_total/dw3", "dE_total/dw1") == [
        "w7",
        "(dE_total/dout_e1[t=1])*(dout_e1[t=1]/dw3) + (dE_total/dout_e1[t=3])*(dout_e1[t=3]/dw3)",
        "0",
    ]


def test_unused_words_under_a_penalty() -> None:
    text = "penalty_l2 = 0.1\n" + HALF + WORDS + EMBEDDING + LAST_OF_TWO
    assert formulas(text, "dE_total/dw1", "dE_total/dw7") == [
        "lambda_l2*w1",
        "(dE_total/dout_e1[t=2])*(dout_e1[t=2]/dw7) + (dE_total/dw7:direct)",
    ]
    passes(read(text + UPDATE))


IMAGE = HALF + "[inputs]\nx = [[1, 2], [3, 5]]\n[targets]\n"
FOUR = "".join(f"{{0}}{number} = 0\n" for number in range(1, 5))
DROPOUT_OF_FOUR = '[[layers]]\ntype = "dropout"\nmask = [1, 0, 0, 1]\n'


@pytest.mark.parametrize(
    ("letter", "layers"),
    [("d", DROPOUT_OF_FOUR), ("n", NORM), ("r", DROPOUT_OF_FOUR + RESIDUAL + "from = 0")],
)
def test_images_keep_their_shape(letter: str, layers: str) -> None:
    network = read(IMAGE + FOUR.format(letter) + layers)
    assert network.layers[-1].signal.shape == network.source.shape == (1, 2, 2)
    passes(network)


def test_tables_of_parameters() -> None:
    layers = read(HALF + TEXTS + EMBEDDING + ATTENTION + LAST_OF_TWO).layers
    grids = [grid for layer in layers[:2] for grid in layer.grids()]
    assert [grid.kind for grid in grids] == ["embedding", "query", "key", "value"]
    assert grids[0].names[3] == ("w7", "w8")
    assert grids[3].rows == ("a1", "a2")
    assert layers[1].facts() == {"size": 2, "tokens": 3, "causal": False}
    norm = read(HALF + ONE + DENSE + SCALED + LAST).layers[1]
    assert [grid.kind for grid in norm.grids()] == ["gains", "biases"]
    assert norm.grids()[0].names == (("g_n1",), ("g_n2",), ("g_n3",))


def test_random_attention() -> None:
    """As many rows as there are inputs, or as the other matrix has."""
    text = "seed = 3\n" + HALF + LAST_STEP + ATTENTION + LAST_OF_TWO
    text = text.replace("query = [[0.3, 0.1], [0.2, 0.4]]", 'query = "random"')
    text = text.replace("value = [[0.6, 0.2], [-0.1, 0.4]]", 'value = "random"')
    network = read(text)
    assert [len(layer.weights) for layer in network.layers] == [12, 2]
    passes(network)


def test_symbolic_embedding() -> None:
    said = 'units = ["e1", "e2"]\nvocabulary = 5\nweights = "symbolic"\n'
    network = read(HALF + WORDS + '[[layers]]\ntype = "embedding"\n' + said + LAST_OF_TWO)
    assert len(network.layers[0].weights) == 10


# --- messages ------------------------------------------------------------------------------------------

WRONG = {
    "mask of another length": (
        ONE + DENSE + DROPOUT.replace("1, 0, 1", "1, 0") + LAST,
        "[[layers]] 2, mask: 2 entries stand there. 3 may stand there",
    ),
    "mask entry": (
        ONE + DENSE + DROPOUT.replace("1, 0, 1", "1, 0.5, 1") + LAST,
        "[[layers]] 2, mask, entry 2: 0.5 stands there. There may stand 0 or 1.",
    ),
    "symbolic mask entry": (
        ONE + DENSE + DROPOUT.replace("1, 0, 1", '1, "symbolic", 1') + LAST,
        "[[layers]] 2, mask, entry 2: another value stands there. There may stand 0 or 1.",
    ),
    "rate": (
        ONE + DENSE + DROPOUT + "rate = 1" + LAST,
        "[[layers]] 2, rate: 1 stands there. There may stand a number from 0 up to, but not including, 1.",
    ),
    "residual first": (
        ONE + RESIDUAL + LAST,
        "[[layers]] 1: a residual layer stands first. A layer may stand before it, to lead around.",
    ),
    "residual from the layer before": (
        ONE + DENSE + RESIDUAL + "from = 1" + LAST,
        "[[layers]] 2, from: 1 stands there. 0 may stand there, for the inputs.",
    ),
    "residual of another shape": (
        ONE + DENSE + RESIDUAL + LAST,
        "[[layers]] 2: layer 1 gives 3 numbers, but the inputs are 2 numbers. "
        "The two may be added where their shapes are the same.",
    ),
    "layer_norm of one number": (
        '[inputs]\ni1 = 1\n[targets]\nn1 = 0\n[[layers]]\ntype = "layer_norm"',
        "[[layers]] 1: one number comes in. Two or more may come in",
    ),
    "negative epsilon": (
        ONE + DENSE + NORM + "epsilon = -0.1" + LAST,
        "[[layers]] 2, epsilon: -0.1 stands there. There may stand a number from 0.",
    ),
    "gains": (
        ONE + DENSE + NORM + "gains = [1]" + LAST,
        "[[layers]] 2, gains: 1 entry stands there. 3 may stand there, one for each unit: n1, n2, n3.",
    ),
    "batch_norm of one sample": (
        ONE + DENSE + BATCH + LAST,
        "[[layers]] 2: there is one sample only. [[samples]], two or more, may stand in the file",
    ),
    "batch_norm of images": (
        "[[samples]]\ninputs = {x = [[1, 2], [3, 4]]}\ntargets = {n1 = 1}\n" * 2 + BATCH,
        "[[layers]] 1: a signal of shape 1 x 2 x 2 comes in. A layer of type flatten may stand before it.",
    ),
    "unknown word": (
        WORDS.replace("4", "5") + EMBEDDING + LAST_OF_TWO,
        "[inputs], token, entry 2: 5 stands there. There may stand the number of a word, from 1 to 4.",
    ),
    "word of a sample": (
        TEXTS.replace("[1, 1, 4]", "[1, 1, 0]") + EMBEDDING + ATTENTION + LAST_OF_TWO,
        "[[samples]] 2, inputs, token, entry 3: 0 stands there. There may stand the number of a word",
    ),
    "half a word": (
        WORDS.replace("4", "1.5") + EMBEDDING + LAST_OF_TWO,
        "[inputs], token, entry 2: 1.5 stands there.",
    ),
    "symbolic word": (
        WORDS.replace("4", '"symbolic"') + EMBEDDING + LAST_OF_TWO,
        '[inputs], token, entry 2: "symbolic" stands there.',
    ),
    "embedding of two inputs": (
        ONE + EMBEDDING + LAST_OF_TWO,
        "[inputs]: 2 inputs stand there. One may stand there",
    ),
    "embedding later": (
        ONE + DENSE + EMBEDDING + LAST_OF_TWO,
        "[[layers]] 2: an embedding stands after other layers. It may be the first layer.",
    ),
    "embedding of the last word": (
        WORDS.replace("[1, 0, 0.5]", "1") + EMBEDDING + LAST_OF_TWO,
        "[[layers]] 1: only the last of 3 words would count. Targets may be lists",
    ),
    "row of an embedding": (
        WORDS + EMBEDDING.replace("[0.5, 0.3]", "[0.5]") + LAST_OF_TWO,
        "[[layers]] 1, weights, row 2: 1 entry stands there. 2 may stand there, one for each unit: e1, e2.",
    ),
    "random embedding": (
        WORDS + '[[layers]]\ntype = "embedding"\nweights = "random"' + LAST_OF_TWO,
        "[[layers]] 1, vocabulary: nothing stands there. There may stand a whole number",
    ),
    "attention without tokens": (
        ONE + ATTENTION + LAST_OF_TWO,
        "[[layers]] 1: no tokens come in. Each input may be a list with a number for each token",
    ),
    "keys": (
        LAST_STEP + ATTENTION.replace("key = [[0.5, -0.2], [0.1, 0.3]]", "key = [[0.5, -0.2]]") + LAST_OF_TWO,
        "[[layers]] 1, key: 1 row stands there. 2 may stand there",
    ),
    "column of a query": (
        LAST_STEP + ATTENTION.replace("[0.3, 0.1]", "[0.3]") + LAST_OF_TWO,
        "[[layers]] 1, query, row 1: 1 entry stands there. "
        "2 may stand there, one for each input of the layer: i1, i2.",
    ),
    "units of attention": (
        LAST_STEP + ATTENTION + 'units = ["a1"]' + LAST_OF_TWO,
        "[[layers]] 1, units: 1 names stand there. 2 may stand there, one for each.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_messages(name: str) -> None:
    text, message = WRONG[name]
    with pytest.raises(NetworkFileError) as caught:
        read(HALF + text)
    assert message in str(caught.value)


def test_matrix_notation_is_refused() -> None:
    with pytest.raises(RequestError, match=r"Layer 3 \(type residual\) has no matrix notation"):
        solve("residual", notation="matrix")
