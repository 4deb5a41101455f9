"""Wrong network files of every layer, loss and update: one message each, quickly, with status 2."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from symback.derivation import derive
from symback.errors import SymbackError
from symback.evaluation import Rounding, evaluate
from symback.forward import given_numbers
from symback.layers import LAYERS
from symback.network import parse
from tests.invoke import refused

Path = tuple[str | int, ...]


class Raw(str):
    """Text that stands in the file as it is."""


def written(value: Any) -> str:
    """A value as inline TOML."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def file_of(table: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {written(value)}" for key, value in table.items()) + "\n"


def dense(units: list[str], inputs: int, activation: str = "tanh") -> dict[str, Any]:
    rows = [[(row + column + 1) / 10 for column in range(inputs)] for row in range(len(units))]
    return {"units": units, "activation": activation, "weights": rows, "biases": [0.1] * len(units)}


def blocks(gates: int, rows: int, columns: int) -> list[list[list[float]]]:
    return [
        [[(gate + row + column) / 10 for column in range(columns)] for row in range(rows)]
        for gate in range(gates)
    ]


HALF = {"loss": "half_squared_error"}
ONE = {"inputs": {"i1": 0.5, "i2": 0.1}, "targets": {"o1": 0.2}}
SERIES = {"inputs": {"i1": [0.5, 0.1], "i2": [0.3, 0.2]}, "targets": {"o1": 0.2}}
IMAGE = {"inputs": {"x": [[0.5, 0.1, 0.3], [0.3, 0.2, 0.7], [0.3, 0.2, 0.1]]}, "targets": {"o1": 0.2}}
SAMPLES = [
    {"inputs": {"i1": 1, "i2": 2}, "targets": {"o1": 1, "o2": 0}},
    {"inputs": {"i1": 1, "i2": 3}, "targets": {"o1": 0, "o2": 1}},
]
KERNEL = [[[[0.1, 0.2], [0.3, 0.4]]]]
BASES: dict[str, dict[str, Any]] = {
    "dense": {
        **HALF,
        **ONE,
        "layers": [dense(["h1", "h2"], 2, "leaky_relu") | {"slope": 0.1}, dense(["o1"], 2)],
        "update": {"learning_rate": 0.5, "rule": "adam", "beta1": 0.9, "epsilon": 0.001},
    },
    "samples": {
        "loss": "cross_entropy",
        "reduction": "mean",
        "penalty_l1": 0.1,
        "penalty_l2": 0.2,
        "samples": SAMPLES,
        "layers": [dense(["o1", "o2"], 2, "softmax")],
        "update": {
            "learning_rate": 0.5,
            "rule": "momentum",
            "momentum": 0.9,
            "batch_size": 1,
            "order": [2, 1],
            "schedule": "step",
            "every": 2,
            "gamma": 0.5,
        },
    },
    "conv2d": {
        **HALF,
        **IMAGE,
        "layers": [
            {"type": "conv2d", "channels": ["c1"], "kernels": KERNEL, "stride": 1, "padding": 0, "bias": 0.1},
            {"type": "max_pool2d", "size": 2, "stride": 1},
            {"type": "flatten"},
            dense(["o1"], 1),
        ],
    },
    "conv1d": {
        **HALF,
        **IMAGE,
        "inputs": {"x": [0.1, 0.2, 0.3, 0.4]},
        "layers": [
            {"type": "conv1d", "channels": ["c1"], "kernels": [[[0.1, 0.2]]], "stride": 1, "padding": 1},
            {"type": "average_pool1d", "size": 2},
            {"type": "flatten"},
            dense(["o1"], 2),
        ],
    },
    "recurrent": {
        **HALF,
        **SERIES,
        "layers": [
            {
                "type": "recurrent",
                "units": ["h1", "h2"],
                "weights": [[0.1, 0.2], [0.3, 0.4]],
                "recurrent_weights": [[0.1, 0.2], [0.3, 0.4]],
                "initial_state": [0, 0.1],
                "bias": 0.1,
            },
            dense(["o1"], 2),
        ],
    },
    "lstm": {
        **HALF,
        **SERIES,
        "layers": [
            {
                "type": "lstm",
                "units": ["h1"],
                "weights": blocks(4, 1, 2),
                "recurrent_weights": blocks(4, 1, 1),
                "biases": [[0.1]] * 4,
                "initial_state": 0,
                "initial_cell": 0.1,
            },
            dense(["o1"], 1),
        ],
    },
    "gru": {
        **HALF,
        **SERIES,
        "layers": [
            {
                "type": "gru",
                "units": ["h1"],
                "weights": blocks(3, 1, 2),
                "recurrent_weights": blocks(3, 1, 1),
                "biases": [[0.1]] * 3,
            },
            dense(["o1"], 1),
        ],
    },
    "attention": {
        **HALF,
        "inputs": {"token": [3, 1, 2]},
        "targets": {"o1": 0.1},
        "layers": [
            {
                "type": "embedding",
                "vocabulary": 3,
                "units": ["e1", "e2"],
                "weights": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
            },
            {
                "type": "attention",
                "units": ["a1", "a2"],
                "query": [[0.1, 0.2]],
                "key": [[0.3, 0.1]],
                "value": [[0.1, 0.2], [0.3, 0.4]],
                "causal": True,
            },
            dense(["o1"], 2),
        ],
    },
    "modern": {
        **HALF,
        "samples": [{**sample, "targets": {"o1": 1}} for sample in SAMPLES],
        "layers": [
            {"type": "batch_norm", "gains": [1, 1], "biases": [0, 0], "epsilon": 0.1},
            {"type": "layer_norm", "gains": [1, 0.2], "epsilon": 0.1},
            {"type": "dropout", "mask": [1, 0], "rate": 0.5},
            {"type": "residual", "from": 1},
            {"type": "activation", "activation": "tanh"},
            dense(["o1"], 2),
        ],
    },
}
MISSING = object()
LIST = [1] * 100_000

WRONG: list[tuple[str, str, dict[str, Any], tuple[str, ...]]] = [
    # title, base, changes by path, pieces of the message
    ("rows of weights", "dense", {"layers.0.weights": [[1, 2]]}, ("[[layers]] 1, weights: 1 row", "2 may")),
    ("a row of weights", "dense", {"layers.1.weights": [[1]]}, ("2, weights, row 1: 1 entry", "h1, h2")),
    ("empty weights", "dense", {"layers.0.weights": []}, ("1, weights: no rows stand there. 2 may",)),
    ("an empty row", "dense", {"layers.0.weights": [[], []]}, ("row 1: no entries", "i1, i2")),
    ("weights too deep", "dense", {"layers.0.weights.0.0": [1]}, ("weights, row 1, column 1: a list of 1",)),
    ("a word in weights", "dense", {"layers.0.weights.0.0": "a"}, ("row 1, column 1: 'a' stands",)),
    ("true in weights", "dense", {"layers.0.weights.1.0": True}, ("row 2, column 1: true stands",)),
    ("NaN in weights", "dense", {"layers.0.weights.1.1": Raw("nan")}, ("row 2, column 2: nan", "finite")),
    (
        "no weights",
        "dense",
        {"layers.0.weights": MISSING},
        ("1, weights: nothing stands there. There may stand",),
    ),
    ("no activation", "dense", {"layers.0.activation": MISSING}, ("1, activation: nothing", "logistic")),
    (
        "no seed",
        "dense",
        {"layers.0.weights": "random"},
        ('"random" stands there without a seed', "seed = 1"),
    ),
    ("a unit twice", "dense", {"layers.0.units": ["h1", "h1"]}, ("1, units", "'h1'", "already")),
    ("a unit like an input", "dense", {"layers.0.units": ["i1", "h2"]}, ("'i1'", "that of an input")),
    ("two kinds of biases", "dense", {"layers.0.bias": 1}, ("`bias` and `biases`", "one of the two")),
    ("a constant of another", "dense", {"layers.0.alpha": 1}, ("1, alpha", "leaky_relu", "elu")),
    (
        "an unknown key",
        "dense",
        {"layers.0.activaton": "tanh"},
        ("1, activaton", "Did you mean 'activation'?"),
    ),
    (
        "an unknown type",
        "conv2d",
        {"layers.2.type": "flaten"},
        ("3, type: 'flaten'", "Did you mean 'flatten'?"),
    ),
    ("true in inputs", "dense", {"inputs.i1": [True]}, ("[inputs], i1, entry 1: true stands there",)),
    ("a list without time", "dense", {"inputs.i1": [1, 2]}, ("[inputs], i1: a list", "recurrent")),
    ("no target", "dense", {"targets": MISSING}, ("[targets]: nothing stands there",)),
    (
        "a target of no unit",
        "dense",
        {"targets": {"o2": 1}},
        ("[targets], o2: there is no output unit 'o2'. Known: o1",),
    ),
    ("a list of targets", "dense", {"targets.o1": [1]}, ("[targets], o1: a list stands there",)),
    (
        "too many parameters",
        "dense",
        {"seed": 1, "layers.0.weights": "random", "layers.0.units": [f"h{n}" for n in range(10_001)]},
        ("[[layers]]: there are 20,002 parameters", "20,000"),
    ),
    # samples
    ("too many samples", "samples", {"samples": SAMPLES * 501}, ("[[samples]]: 1,002 samples", "1,000")),
    (
        "too much work",
        "samples",
        {
            "samples": [
                {"inputs": s["inputs"], "targets": {f"o{n}": 0 for n in range(1, 101)}} for s in SAMPLES * 400
            ],
            "layers.0": dense([f"o{n}" for n in range(1, 101)], 2, "softmax"),
        },
        ("300 parameters times 800 samples", "up to 100,000"),
    ),
    (
        "a sample without an input",
        "samples",
        {"samples.1.inputs": {"i1": 1}},
        ("[[samples]] 2, inputs, i2: nothing",),
    ),
    ("a sample with another", "samples", {"samples.1.inputs.i3": 1}, ("[[samples]] 2, inputs, i3", "i1, i2")),
    ("inputs beside samples", "samples", {"inputs": {"i1": 1}}, ("[inputs]: [[samples]] stand there too",)),
    # losses
    ("a loss", "dense", {"loss": "hing"}, ("loss: unknown loss 'hing'. Did you mean 'hinge'?",)),
    (
        "cross-entropy of tanh",
        "dense",
        {"loss": "cross_entropy"},
        ("after a last layer with the activation tanh", "softmax or logistic"),
    ),
    (
        "cross-entropy of logits",
        "dense",
        {"loss": "cross_entropy", "layers.1.activation": "linear"},
        ("the activation linear", "cross_entropy_from_logits"),
    ),
    (
        "binary cross-entropy of relu",
        "dense",
        {"loss": "binary_cross_entropy", "layers.1.activation": "relu"},
        ("binary_cross_entropy after", "relu", "logistic"),
    ),
    (
        "from logits after logistic",
        "dense",
        {"loss": "binary_cross_entropy_from_logits", "layers.1.activation": "logistic"},
        ("the activation linear", "binary_cross_entropy"),
    ),
    (
        "a negative share",
        "samples",
        {"samples.1.targets.o1": -0.5},
        ("[[samples]] 2, targets, o1: -0.5", "from 0 on"),
    ),
    (
        "no probability",
        "dense",
        {"loss": "binary_cross_entropy", "layers.1.activation": "logistic", "targets.o1": 1.5},
        ("[targets], o1: 1.5 stands there", "from 0 to 1"),
    ),
    (
        "no probability of logits",
        "dense",
        {"loss": "binary_cross_entropy_from_logits", "layers.1.activation": "linear", "targets.o1": "log(3)"},
        ("[targets], o1: another value", "from 0 to 1"),
    ),
    (
        "hinge without signs",
        "dense",
        {"loss": "hinge"},
        ("[targets], o1: 0.2 stands there", "hinge", "1 or -1"),
    ),
    (
        "hinge over time",
        "recurrent",
        {"loss": "hinge", "targets.o1": [1, 0]},
        ("[targets], o1, entry 2: 0", "1 or -1"),
    ),
    ("targets of a sum", "dense", {"loss": "output_sum"}, ("[targets]: the loss output_sum has no targets",)),
    (
        "the delta of another loss",
        "dense",
        {"huber_delta": 1},
        ("huber_delta", "half_squared_error", "huber"),
    ),
    ("a negative delta", "dense", {"loss": "huber", "huber_delta": -1}, ("huber_delta: -1", "from 0 on")),
    ("a negative penalty", "samples", {"penalty_l1": -1}, ("penalty_l1: -1 stands there", "from 0 on")),
    # updates
    ("a rule", "dense", {"update.rule": "adm"}, ("[update], rule", "Did you mean 'adam'?")),
    (
        "a key of another rule",
        "dense",
        {"update.momentum": 0.9},
        ("the rule adam has no momentum", "nesterov"),
    ),
    ("an unknown update key", "dense", {"update.lerning_rate": 1}, ("lerning_rate", "'learning_rate'")),
    ("no learning rate", "dense", {"update.learning_rate": MISSING}, ("[update], learning_rate: nothing",)),
    ("a list as a rate", "dense", {"update.learning_rate": [1]}, ("[update], learning_rate: a list of 1",)),
    ("beta of one", "dense", {"update.beta1": 1}, ("[update], beta1: 1 stands there", "from 0 on, below 1")),
    (
        "a negative epsilon",
        "dense",
        {"update.epsilon": "-1/3"},
        ("[update], epsilon: another value", "from 0 on"),
    ),
    ("biases", "dense", {"update.biases": "no"}, ("[update], biases: 'no'", "false")),
    ("an empty batch", "samples", {"update.batch_size": 0}, ("batch_size: 0", "from 1 to 1000")),
    ("a sample that is not there", "samples", {"update.order": [3]}, ("order, entry 1: 3", "1 to 2")),
    ("half a sample", "samples", {"update.order": [1.5]}, ("order, entry 1: 1.5",)),
    ("no whole number", "samples", {"update.every": 1.5}, ("[update], every: 1.5", "whole number")),
    ("a schedule", "samples", {"update.schedule": "steps"}, ("schedule", "Did you mean 'step'?")),
    # images
    (
        "a kernel larger than its input",
        "conv2d",
        {"layers.0.kernels": [[[[1] * 4] * 4]]},
        ("[[layers]] 1, kernels", "4 x 4", "3 x 3"),
    ),
    (
        "a ragged kernel",
        "conv2d",
        {"layers.0.kernels": [[[[1], [2, 3]]]]},
        ("output channel 1, input channel 1, row 2: a list of 2", "a list of 1"),
    ),
    ("a kernel too flat", "conv2d", {"layers.0.kernels": [[1, 2]]}, ("[[layers]] 1, kernels, entry 1",)),
    (
        "a kernel too many",
        "conv2d",
        {"layers.0.kernels": KERNEL * 2},
        ("kernels of shape 2 x 1 x 2 x 2", "1 x 1 x"),
    ),
    (
        "true in a kernel",
        "conv2d",
        {"layers.0.kernels.0.0.0.0": True},
        ("[[layers]] 1, kernels", "true stands there"),
    ),
    (
        "a word in a kernel",
        "conv2d",
        {"layers.0.kernels.0.0.0.1": "a"},
        ("output channel 1, input channel 1, row 1, column 2: 'a'",),
    ),
    ("stride 0", "conv2d", {"layers.0.stride": 0}, ("stride: 0 stands there", "from 1")),
    ("half a stride", "conv2d", {"layers.0.stride": 0.5}, ("stride: 0.5 stands there",)),
    ("negative padding", "conv2d", {"layers.0.padding": -1}, ("padding: -1 stands there", "from 0")),
    ("wide padding", "conv2d", {"layers.0.padding": 2}, ("padding of 2", "smaller than the kernel")),
    (
        "softmax of pixels",
        "conv2d",
        {"layers.0.activation": "softmax"},
        ("activation: softmax", "each unit by itself"),
    ),
    ("a large pool", "conv2d", {"layers.1.size": 5}, ("[[layers]] 2, size", "5 x 5", "2 x 2")),
    ("three sizes", "conv2d", {"layers.1.size": [1, 2, 3]}, ("[[layers]] 2, size: a list of 3",)),
    (
        "a ragged image",
        "conv2d",
        {"inputs.x": [[1, 2], [3]]},
        ("[inputs], x, entry 2: a list of 1", "a list of 2"),
    ),
    ("no image", "conv2d", {"inputs.x": 3}, ("[[layers]] 1", "conv2d needs an image")),
    ("a deep image", "conv2d", {"inputs.x": [[[[1]]]]}, ("lists are nested more than three deep",)),
    ("an empty image", "conv2d", {"inputs.x": []}, ("[inputs], x: an empty list",)),
    ("a large image", "conv2d", {"inputs.x": [[1] * 100] * 100}, ("10,000 numbers", "4,000")),
    (
        "an image without flatten",
        "conv2d",
        {"layers.2": MISSING},
        ("[[layers]] 3: a signal of shape 1 x 1 x 1", "flatten"),
    ),
    (
        "weights after an image",
        "conv2d",
        {"layers.3.weights": [[1, 2]]},
        ("[[layers]] 4, weights, row 1: 2 entries", "p1_1_1"),
    ),
    # time
    (
        "series of two lengths",
        "recurrent",
        {"inputs.i2": [1, 2, 3]},
        ("[inputs], i2: a list of 3", "a list of 2, as for i1"),
    ),
    ("a long series", "recurrent", {"inputs": {"i1": LIST, "i2": LIST}}, ("100,000 numbers", "1,000")),
    (
        "no series",
        "recurrent",
        {"inputs": {"i1": 1, "i2": 2}},
        ("[[layers]] 1: no series over time", "i1 = [0.5, 0.1]"),
    ),
    ("targets of other steps", "recurrent", {"targets.o1": [1, 2, 3]}, ("a list of 3", "a list of 2")),
    ("states", "recurrent", {"layers.0.initial_state": [1]}, ("initial_state: 1 entry", "h1, h2")),
    (
        "recurrent rows",
        "recurrent",
        {"layers.0.recurrent_weights": [[1, 2]]},
        ("recurrent_weights: 1 row", "2 may"),
    ),
    (
        "gates",
        "lstm",
        {"layers.0.weights": blocks(3, 1, 2)},
        ("weights: a list of 3", "a list of 4, one for each gate"),
    ),
    (
        "gates of biases",
        "lstm",
        {"layers.0.biases": [[1]] * 3},
        ("biases: a list of 3", "4, one for each gate"),
    ),
    ("cells", "lstm", {"layers.0.initial_cell": [1, 2]}, ("initial_cell: 2 entries", "h1")),
    (
        "blocks of rows",
        "gru",
        {"layers.0.weights": [[1, 2]]},
        ("1, weights, row 1, column 1: 1 stands there", "a list [..]"),
    ),
    (
        "an activation of gates",
        "gru",
        {"layers.0.activation": "tanh"},
        ("1, activation: there is no such key",),
    ),
    # tokens and modern layers
    (
        "a word too high",
        "attention",
        {"inputs.token": [1, 4]},
        ("[inputs], token, entry 2: 4", "from 1 to 3"),
    ),
    ("word 0", "attention", {"inputs.token": [0, 1]}, ("token, entry 1: 0", "from 1 to 3")),
    ("half a word", "attention", {"inputs.token": [1.5]}, ("token, entry 1: 1.5",)),
    ("an open word", "attention", {"inputs.token": "symbolic"}, ("token",)),
    ("many tokens", "attention", {"inputs.token": [1] * 65}, ("[[layers]] 2: 65 tokens come in", "64")),
    ("a small vocabulary", "attention", {"layers.0.vocabulary": 2}, ("weights: 3 rows", "one for each word")),
    (
        "keys of another size",
        "attention",
        {"layers.1.key": [[1, 2]] * 2},
        ("[[layers]] 2, key: 2 rows", "1 may"),
    ),
    ("causal", "attention", {"layers.1.causal": 1}, ("causal: 1 stands there", "true")),
    ("a mask", "modern", {"layers.2.mask": [1]}, ("[[layers]] 3, mask: 1 entry", "n3, n4")),
    ("half kept", "modern", {"layers.2.mask": [0.5, 1]}, ("mask, entry 1: 0.5", "0 or 1")),
    (
        "all dropped",
        "modern",
        {"layers.2.rate": "exp(1001)/exp(1000)"},
        ("rate: another value", "including, 1"),
    ),
    ("a later layer", "modern", {"layers.3.from": 4}, ("[[layers]] 4, from: 4", "0 to 2")),
    ("a negative layer", "modern", {"layers.3.from": -1}, ("from: -1 stands there",)),
    ("gains", "modern", {"layers.1.gains": [1]}, ("[[layers]] 2, gains: 1 entry", "n3, n4")),
    ("epsilon", "modern", {"layers.1.epsilon": -1}, ("epsilon: -1",)),
    ("one sample", "modern", {"samples": SAMPLES[:1]}, ("[[layers]] 1: there is one sample only",)),
]


def changed(base: str, changes: dict[str, Any]) -> str:
    table = copy.deepcopy(BASES[base])
    for where, value in changes.items():
        *outer, last = (int(part) if part.isdigit() else part for part in where.split("."))
        part: Any = table
        for key in outer:
            part = part[key]
        if value is MISSING:
            del part[last]
        else:
            part[last] = value
    return file_of(table)


@pytest.mark.parametrize(("base", "changes", "pieces"), [row[1:] for row in WRONG], ids=[r[0] for r in WRONG])
def test_one_message_that_says_where(base: str, changes: dict[str, Any], pieces: tuple[str, ...]) -> None:
    text = changed(base, changes)
    started = time.perf_counter()
    message = refused("solve", "-", "--format", "json", stdin=text)
    assert time.perf_counter() - started < 5
    for piece in pieces:
        assert piece in message


VALUELESS = [
    (
        "log of a negative number",
        {"layers.0.activation": "log(x)", "layers.0.slope": MISSING, "layers.0.biases": [-5, 1]},
        "out_h1 has no value: it takes the logarithm of a negative",
    ),
    (
        "log of zero",
        {"loss": "cross_entropy", "layers.1.activation": "logistic", "layers.1.biases": [-1e60]},
        "dE_o1/dout_o1 is too large",
    ),
    (
        "a division by zero",
        {"layers.0.activation": "1/(x - x)", "layers.0.slope": MISSING},
        "out_h1 has no value: it divides by 0",
    ),
    ("a root", {"layers.0.activation": "sqrt(x - 1)", "layers.0.slope": MISSING}, "out_h1 has no value"),
]


@pytest.mark.parametrize(("changes", "piece"), [row[1:] for row in VALUELESS], ids=[r[0] for r in VALUELESS])
def test_a_quantity_without_a_value_is_named(changes: dict[str, Any], piece: str) -> None:
    assert piece in refused("solve", "-", "--format", "json", stdin=changed("dense", changes))


def test_the_sample_without_a_value_is_named() -> None:
    changes = {"layers": [dense(["h1"], 2, "log(x)"), dense(["o1", "o2"], 1, "softmax")]}
    changes["samples"] = [SAMPLES[0], {**SAMPLES[1], "inputs": {"i1": -9, "i2": -9}}]  # type: ignore[assignment]
    assert "out_h1[2] has no value" in refused(
        "solve", "-", "--format", "json", stdin=changed("samples", changes)
    )


# --- every key of every table, and whatever may stand there -------------------------------------------

ANYTHING = [
    Raw("nan"),
    -1,
    0,
    1.5,
    True,
    "",
    "abc",
    "symbolic",
    "random",
    [],
    [[]],
    [1],
    [[1]],
    [[[[[1]]]]],
    ["a"],
    {},
    {"a": 1},
    10**9,
    Raw("1e400"),
    Raw("2020-01-01"),
    [[1, 2], [3]],
    "log(-1)",
    "x*y",
    [True],
    MISSING,
]


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """The places of a table and all that is in it, but the whole."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*before, key)
        yield from paths(part, (*before, key))


def refusal(text: str) -> str:
    """The message where a network cannot be solved; "" where it can."""
    try:
        network = parse(text, "wrong.toml")
        evaluate(derive(network), given_numbers(network), Rounding())
    except SymbackError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("base", BASES)
def test_whatever_stands_there_is_solved_or_refused(base: str) -> None:
    """One in eleven of all pairs of a place and a wrong value, others in each base."""
    pairs = [(place, value) for place in paths(BASES[base]) for value in ANYTHING]
    refusals = 0
    for place, value in pairs[::11]:
        text = changed(base, {".".join(map(str, place)): value})
        started = time.perf_counter()
        message = refusal(text)
        refusals += bool(message)
        assert len(message) < 800
        assert not message or message.isprintable()
        assert time.perf_counter() - started < 10, (place, value)
    assert refusals > 50


def test_every_type_of_layer_is_here() -> None:
    kinds = {layer.get("type", "dense") for table in BASES.values() for layer in table["layers"]}
    assert {*LAYERS} - kinds <= {"max_pool1d", "average_pool2d"}
