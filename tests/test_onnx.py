"""ONNX models as network files: outputs against ONNX's own evaluator, exact weights, and hostile files."""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.cli import main
from symback.errors import RequestError, SymbackError
from symback.frameworks.network_text import decimal
from symback.frameworks.onnx_model import from_onnx
from symback.network import MOST_PARAMETERS
from tests.frameworks import output_names, value
from tests.tools import require_module

OPSET = 20


@pytest.fixture(scope="module")
def onnx() -> Any:
    found = require_module("onnx")
    require_module("onnx.reference")
    return found


class Maker:
    """Makes small models, and computes them with the evaluator that comes with ONNX."""

    def __init__(self, onnx: Any, folder: Path) -> None:
        self.onnx = onnx
        self.numpy = require_module("numpy")
        self.folder = folder
        self.drawn = self.numpy.random.default_rng(1)

    def random(self, *shape: int, dtype: str = "float32") -> Any:
        return self.drawn.normal(size=shape).astype(dtype)

    def model(
        self,
        nodes: Sequence[Any],
        weights: dict[str, Any],
        shape: Sequence[Any] = ("N", 2),
        opset: int = OPSET,
        name: str = "a net",
        kind: int = 1,
    ) -> Any:
        """A model with the input x and the output y; `kind` 1 is float, 11 double."""
        helper, numpy_helper = self.onnx.helper, self.onnx.numpy_helper
        graph = helper.make_graph(
            list(nodes),
            name,
            [helper.make_tensor_value_info("x", kind, shape)],
            [helper.make_tensor_value_info("y", kind, None)],
            [numpy_helper.from_array(array, name) for name, array in weights.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)

    def node(self, operation: str, inputs: str, outputs: str, **attributes: Any) -> Any:
        made = [name.strip(".") for name in inputs.split()]  # a dot is an input that is left out
        return self.onnx.helper.make_node(operation, made, outputs.split(), **attributes)

    def saved(self, model: Any) -> Path:
        path = self.folder / "model.onnx"
        path.write_bytes(model.SerializeToString())
        return path

    def compare(self, model: Any, x: Any, close: float = 1e-12, ordered: Any = None) -> dict[str, Any]:
        """The outputs of the network for x against ONNX's evaluator; gives the table of the file.

        `ordered` has the numbers of x as they stand in the file, where that is another order.
        """
        text = from_onnx(self.saved(model)).text
        table = tomllib.loads(text, parse_float=Decimal)
        evaluator = self.onnx.reference.ReferenceEvaluator(model)
        expected = evaluator.run(None, {"x": x})[0].reshape(-1).tolist()
        values = (x if ordered is None else ordered).reshape(-1).tolist()
        words = iter([decimal(Decimal(number)) for number in values])
        start, end = text.index("[inputs]"), text.index("[targets]")
        inputs = text[start:end]
        while '"symbolic"' in inputs:
            inputs = inputs.replace('"symbolic"', next(words), 1)
        assert next(words, None) is None
        filled = text[:start] + inputs + text[end:].replace('"symbolic"', "0")
        path = self.folder / "filled.toml"
        path.write_text(filled, encoding="utf-8")
        solution = symback.solve(path, digits=20)
        for name, number in zip(output_names(solution), expected, strict=True):
            assert abs(value(solution, name) - number) <= close * max(1, abs(number)), name
        return table


@pytest.fixture
def maker(onnx: Any, tmp_path: Path) -> Maker:
    return Maker(onnx, tmp_path)


# --- dense layers and activations ---------------------------------------------------------------------

ACTIVATIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    "Sigmoid": ("Sigmoid", {}, "logistic"),
    "Tanh": ("Tanh", {}, "tanh"),
    "Relu": ("Relu", {}, "relu"),
    "LeakyRelu": ("LeakyRelu", {"alpha": 0.2}, "leaky_relu"),
    "Elu": ("Elu", {"alpha": 0.5}, "elu"),
    "Softplus": ("Softplus", {}, "softplus"),
    "Gelu": ("Gelu", {}, "gelu"),
    "Gelu by tanh": ("Gelu", {"approximate": "tanh"}, "gelu_tanh"),
    "Mish": ("Mish", {}, "x*tanh(log(1 + exp(x)))"),
    "Softsign": ("Softsign", {}, "x/(1 + abs(x))"),
    "Softmax": ("Softmax", {"axis": -1}, "softmax"),
    "Identity": ("Identity", {}, "linear"),
    "Dropout": ("Dropout", {}, "linear"),
    "Cast": ("Cast", {"to": 11}, "linear"),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation(name: str, maker: Maker) -> None:
    operation, attributes, twin = ACTIVATIONS[name]
    nodes = [
        maker.node("Gemm", "x W b", "a", transB=1),
        maker.node(operation, "a", "c", **attributes),
        maker.node("MatMul", "c V", "y"),
    ]
    weights = {
        "W": maker.random(3, 2, dtype="float64"),
        "b": maker.random(3, dtype="float64"),
        "V": maker.random(3, 2, dtype="float64"),
    }
    model = maker.model(nodes, weights, kind=11)
    # the evaluator computes erf in single precision; 0.2 is stored in single precision, and means 0.2
    close = 1e-6 if "Gelu" in name or name == "LeakyRelu" else 1e-12
    table = maker.compare(model, maker.random(1, 2, dtype="float64"), close)
    first, last = table["layers"]
    assert (first["activation"], last["activation"]) == (twin, "linear")
    assert table["loss"] == "half_squared_error"


def test_gelu_as_exporters_write_it(maker: Maker) -> None:
    nodes = [
        maker.node("Gemm", "x W", "a"),
        maker.node("Div", "a root", "d"),
        maker.node("Erf", "d", "e"),
        maker.node("Add", "e one", "f"),
        maker.node("Mul", "a f", "g"),
        maker.node("Mul", "g half", "y"),
    ]
    numbers = {"root": 2**0.5, "one": 1, "half": 0.5}
    weights = {name: maker.numpy.array(number, dtype="float64") for name, number in numbers.items()}
    weights["W"] = maker.random(2, 2, dtype="float64")
    table = maker.compare(maker.model(nodes, weights, kind=11), maker.random(1, 2, dtype="float64"), 1e-6)
    assert table["layers"][0]["activation"] == "gelu"
    for name in numbers:
        other = {**weights, name: weights[name] + 0.1}
        with pytest.raises(RequestError, match="Div: this operation"):
            from_onnx(maker.saved(maker.model(nodes, other, kind=11)))


def test_weights_that_have_two_names(maker: Maker) -> None:
    nodes = [maker.node("Identity", "W", "V"), maker.node("MatMul", "x V", "y")]
    assert len(from_onnx(maker.saved(maker.model(nodes, {"W": maker.random(2, 3)}))).network.parameters) == 6


def test_activations_by_themselves(maker: Maker) -> None:
    nodes = [
        maker.node("Tanh", "x", "a"),
        maker.node("MatMul", "a W", "c"),
        maker.node("Sigmoid", "c", "d"),
        maker.node("Softmax", "d", "y"),
    ]
    model = maker.model(nodes, {"W": maker.random(2, 2, dtype="float64")}, kind=11)
    table = maker.compare(model, maker.random(1, 2, dtype="float64"))
    assert [layer.get("type", "dense") for layer in table["layers"]] == ["activation", "dense", "activation"]


def test_silu_as_exporters_write_it(maker: Maker) -> None:
    nodes = [
        maker.node("Gemm", "x W", "a"),
        maker.node("Sigmoid", "a", "s"),
        maker.node("Mul", "a s", "y"),
    ]
    model = maker.model(nodes, {"W": maker.random(2, 2, dtype="float64")}, kind=11)
    table = maker.compare(model, maker.random(1, 2, dtype="float64"))
    assert table["layers"][0]["activation"] == "silu"


@pytest.mark.parametrize(
    ("operation", "loss", "activation"),
    [
        ("Softmax", "cross_entropy", "softmax"),
        ("LogSoftmax", "cross_entropy", "softmax"),
        ("Sigmoid", "binary_cross_entropy", "logistic"),
        ("Tanh", "half_squared_error", "tanh"),
    ],
)
def test_the_loss_is_guessed(operation: str, loss: str, activation: str, maker: Maker) -> None:
    nodes = [maker.node("MatMul", "x W", "a"), maker.node("Add", "a b", "c"), maker.node(operation, "c", "y")]
    model = maker.model(nodes, {"W": maker.random(2, 3), "b": maker.random(3)})
    text = from_onnx(maker.saved(model))
    assert text.network.loss == loss
    assert text.network.layers[-1].activation == activation
    assert f'loss = "{loss}"  # a guess' in text.text
    assert text.network.title == "a net"


def test_weights_are_exact(maker: Maker) -> None:
    weights, biases = maker.random(3, 2), maker.random(3)
    nodes = [maker.node("Gemm", "x W b", "y", transB=1)]
    network = from_onnx(maker.saved(maker.model(nodes, {"W": weights, "b": biases}))).network
    found = [given.expression.value for _, given in network.parameters]  # type: ignore[union-attr]
    assert found == [Fraction(number) for number in (*weights.reshape(-1).tolist(), *biases.tolist())]


def test_a_single_bias_is_shared(maker: Maker) -> None:
    nodes = [maker.node("MatMul", "x W", "a"), maker.node("Add", "b a", "y")]
    model = maker.model(nodes, {"W": maker.random(2, 3), "b": maker.numpy.float32(0.5).reshape(())})
    assert tomllib.loads(from_onnx(maker.saved(model)).text)["layers"][0]["bias"] == 0.5


def test_constants_among_the_nodes(maker: Maker) -> None:
    helper, numpy_helper = maker.onnx.helper, maker.onnx.numpy_helper
    stored = helper.make_node(
        "Constant", [], ["W"], value=numpy_helper.from_array(maker.random(2, 3), "other")
    )
    model = maker.model([stored, maker.node("MatMul", "x W", "y")], {})
    assert len(from_onnx(maker.saved(model)).network.parameters) == 6


# --- images -------------------------------------------------------------------------------------------

Nodes = list[tuple[str, str, str, dict[str, Any]]]
"""Operation, inputs, outputs and attributes."""

IMAGES: dict[str, tuple[Nodes, dict[str, tuple[int, ...]], tuple[int, ...]]] = {
    "Conv, MaxPool": (
        [
            ("Conv", "x K b", "a", {"strides": [1, 2], "pads": [1, 0, 1, 0]}),
            ("Relu", "a", "c", {}),
            ("MaxPool", "c", "d", {"kernel_shape": [2, 1]}),
            ("Flatten", "d", "e", {}),
            ("Gemm", "e W", "y", {}),
        ],
        {"K": (2, 1, 2, 2), "b": (2,), "W": (12, 2)},
        (1, 1, 3, 4),
    ),
    "channels": (
        [
            ("Conv", "x K", "a", {}),
            ("GlobalAveragePool", "a", "c", {}),
            ("Flatten", "c", "y", {}),
        ],
        {"K": (2, 2, 2, 2)},
        (1, 2, 3, 3),
    ),
    "AveragePool": (
        [
            ("AveragePool", "x", "a", {"kernel_shape": [2, 2], "strides": [1, 1]}),
            ("Tanh", "a", "c", {}),
            ("GlobalMaxPool", "c", "d", {}),
            ("Reshape", "d shape", "e", {}),
            ("MatMul", "e W", "y", {}),
        ],
        {"W": (1, 2)},
        (1, 1, 3, 3),
    ),
    "one dimension": (
        [
            ("Conv", "x K", "a", {}),
            ("AveragePool", "a", "c", {"kernel_shape": [2], "strides": [2]}),
            ("Flatten", "c", "y", {}),
        ],
        {"K": (1, 2, 2)},
        (1, 2, 5),
    ),
    "Flatten first": ([("Flatten", "x", "a", {}), ("Gemm", "a W", "y", {})], {"W": (4, 1)}, (1, 1, 2, 2)),
    "LayerNormalization": (
        [("MatMul", "x W", "a", {}), ("LayerNormalization", "a g b", "c", {}), ("Relu", "c", "y", {})],
        {"W": (2, 3), "g": (3,), "b": (3,)},
        (1, 2),
    ),
    "LayerNormalization of an image": (
        [
            ("Conv", "x K", "a", {}),
            ("LayerNormalization", "a g", "c", {"axis": 1, "epsilon": 0.25}),
            ("Flatten", "c", "y", {}),
        ],
        {"K": (1, 1, 1, 1), "g": (1, 2, 2)},
        (1, 1, 2, 2),
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image(name: str, maker: Maker) -> None:
    nodes, shapes, shape = IMAGES[name]
    weights = {key: maker.random(*sizes, dtype="float64") for key, sizes in shapes.items()}
    weights["shape"] = maker.numpy.array([0, -1])
    made = [maker.node(operation, before, after, **more) for operation, before, after, more in nodes]
    model = maker.model(made, weights, ("N", *shape[1:]), kind=11)
    maker.compare(model, maker.random(*shape, dtype="float64"), close=1e-9)


@pytest.mark.parametrize("pads", [{"pads": [0, 0, 0, 0]}, {"auto_pad": "VALID"}, {"auto_pad": "NOTSET"}])
def test_no_padding(pads: dict[str, Any], maker: Maker) -> None:
    texts = []
    for attributes in ({}, pads):
        node = maker.node("Conv", "x K", "a", **attributes)
        model = maker.model(
            [node, maker.node("Flatten", "a", "y")], {"K": maker.numpy.ones((1, 1, 2, 2))}, (1, 1, 3, 3)
        )
        texts.append(from_onnx(maker.saved(model)).text)
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"pads": [0, 0, 1, 1]}, "pads=.* no twin"),
        ({"auto_pad": "SAME_UPPER"}, "auto_pad='SAME_UPPER'"),
        ({"dilations": [2, 2]}, r"dilations=\[2, 2\]"),
        ({"group": 2}, "group=2"),
        ({"strides": [0, 1]}, "do not fit"),
        ({"strides": [1]}, r"strides=\[1\]"),
        ({"pads": [-1, 0, -1, 0]}, "do not fit"),
    ],
)
def test_windows_that_have_no_twin(attributes: dict[str, Any], message: str, maker: Maker) -> None:
    node = maker.node("Conv", "x K", "y", **attributes)
    model = maker.model([node], {"K": maker.numpy.ones((1, 1, 2, 2))}, (1, 1, 3, 3))
    with pytest.raises(RequestError, match=message):
        from_onnx(maker.saved(model))


# --- series -------------------------------------------------------------------------------------------

GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
SERIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "RNN": ("RNN", {}, "x W R b"),
    "RNN without biases": ("RNN", {}, "x W R"),
    "LSTM": ("LSTM", {}, "x W R b"),
    "LSTM from zeros": ("LSTM", {}, "x W R b . zeros zeros"),
    "GRU, reset before": ("GRU", {}, "x W R b"),
    "GRU, reset after": ("GRU", {"linear_before_reset": 1}, "x W R b"),
}


def recurrent(maker: Maker, name: str, inputs: int = 2, units: int = 2) -> tuple[Any, dict[str, Any]]:
    """The node, which gives Y and H, and its weights."""
    operation, attributes, taken = SERIES[name]
    gates = GATES[operation]
    weights = {
        "W": maker.random(1, gates * units, inputs, dtype="float64"),
        "R": maker.random(1, gates * units, units, dtype="float64"),
        "b": maker.random(1, 2 * gates * units, dtype="float64"),
        "V": maker.random(units, 1, dtype="float64"),
        "zeros": maker.numpy.zeros((1, 1, units)),
        "zero": maker.numpy.array([0]),
        "one": maker.numpy.array([1]),
        "last": maker.numpy.array(-1),
    }
    return maker.node(operation, taken, "Y H", hidden_size=units, **attributes), weights


@pytest.mark.parametrize("name", SERIES)
def test_the_last_state(name: str, maker: Maker) -> None:
    node, weights = recurrent(maker, name)
    nodes = [node, maker.node("Squeeze", "H zero", "s"), maker.node("MatMul", "s V", "y")]
    x = maker.random(3, 1, 2, dtype="float64")
    model = maker.model(nodes, weights, (3, 1, 2), kind=11)
    maker.compare(model, x, ordered=x[:, 0, :].T)


def test_the_rectifier_over_time(maker: Maker) -> None:
    """ONNX's evaluator has none for it: by hand."""
    _, weights = recurrent(maker, "RNN")
    nodes = [maker.node("RNN", "x W R b", "Y H", activations=["Relu"]), maker.node("Squeeze", "H zero", "y")]
    text = from_onnx(maker.saved(maker.model(nodes, weights, (2, 1, 2), kind=11))).text
    text = text[text.index("loss = ") :]  # the remarks have the word too
    for number in ("0.5", "0.25", "-0.75", "2"):
        text = text.replace('"symbolic"', number, 1)
    path = maker.folder / "filled.toml"
    path.write_text(text.replace('"symbolic"', "0"), encoding="utf-8")
    solution = symback.solve(path, digits=20)
    own, over, biases = weights["W"][0], weights["R"][0], weights["b"][0]
    state = maker.numpy.zeros(2)
    for step in ([0.5, -0.75], [0.25, 2]):
        state = maker.numpy.maximum(own @ step + over @ state + biases[:2] + biases[2:], 0)
    for name, number in zip(output_names(solution), state.tolist(), strict=True):
        assert abs(value(solution, name) - number) < 1e-12


def test_all_states_as_exporters_take_the_last(maker: Maker) -> None:
    """Samples first, a transposition there and back, and the last of all steps."""
    node, weights = recurrent(maker, "GRU, reset after")
    node.input[0] = "t"
    nodes = [
        maker.node("Transpose", "x", "t", perm=[1, 0, 2]),
        node,
        maker.node("Squeeze", "Y one", "s"),
        maker.node("Transpose", "s", "u", perm=[1, 0, 2]),
        maker.node("Gather", "u last", "z", axis=1),
        maker.node("Gemm", "z V", "y"),
    ]
    x = maker.random(1, 3, 2, dtype="float64")
    maker.compare(maker.model(nodes, weights, ("N", 3, 2), kind=11), x, ordered=x[0].T)


@pytest.mark.parametrize("start", [0.0, 1.0])
def test_states_made_of_shapes(start: float, maker: Maker) -> None:
    """As exporters write them where the number of samples is left open."""
    _, weights = recurrent(maker, "LSTM")
    weights |= {"first": maker.numpy.array([1, 0, 0]), "units": maker.numpy.array([1, -1, 2])}
    weights["cell"] = maker.numpy.full((1, 1, 2), start)
    nodes = [
        maker.node("Shape", "x", "shape"),
        maker.node("Mul", "shape first", "m"),
        maker.node("Max", "m one", "size"),
        maker.node("ConstantOfShape", "size", "h0"),
        maker.node("Expand", "cell size", "c0"),
        maker.node("LSTM", "x W R b . h0 c0", "Y H", hidden_size=2),
        maker.node("Squeeze", "H zero", "y"),
    ]
    path = maker.saved(maker.model(nodes, weights, (2, 1, 2)))
    if start:
        with pytest.raises(RequestError, match="LSTM: it takes more or other"):
            from_onnx(path)
    else:
        assert from_onnx(path).network.layers[0].kind == "lstm"


def test_a_layer_at_each_step(maker: Maker) -> None:
    node, weights = recurrent(maker, "RNN")
    node.input[0] = "c"
    weights["M"] = maker.random(2, 2, dtype="float64")
    nodes = [
        maker.node("MatMul", "x M", "a"),
        maker.node("Tanh", "a", "c"),
        node,
        maker.node("Squeeze", "H zero", "y"),
    ]
    x = maker.random(2, 1, 2, dtype="float64")
    maker.compare(maker.model(nodes, weights, (2, 1, 2), kind=11), x, ordered=x[:, 0, :].T)


@pytest.mark.parametrize(
    ("nodes", "shape", "message"),
    [
        ([("Squeeze", "Y one", "y", {})], (2, 1, 2), "an output at each time step"),
        ([("Squeeze", "Y zero", "y", {})], (2, 1, 2), "dimension of time steps cannot be left out"),
        ([("Squeeze", "Y far", "y", {})], (2, 1, 2), "no dimension 7"),
        (
            [("Squeeze", "H zero", "s", {}), ("Gather", "s last", "y", {})],
            (2, 1, 2),
            "more or other",
        ),
        ([("Gather", "Y zero", "y", {})], (2, 1, 2), "more or other"),
        ([("Transpose", "Y", "y", {"perm": [0, 0, 1, 2]})], (2, 1, 2), "no order of 4"),
        ([("MatMul", "H V", "y", {})], ("T", 1, 2), "number of time steps is said"),
        ([("MatMul", "H V", "y", {})], None, "is not said"),
        ([("Flatten", "H", "y", {})], (2, 1, 2), r"\(directions, samples, units\) comes in"),
    ],
)
def test_series_that_have_no_twin(nodes: list[Any], shape: Any, message: str, maker: Maker) -> None:
    node, weights = recurrent(maker, "RNN")
    weights["far"] = maker.numpy.array([7])
    made = [maker.node(operation, before, after, **more) for operation, before, after, more in nodes]
    with pytest.raises(RequestError, match=message):
        from_onnx(maker.saved(maker.model([node, *made], weights, shape)))


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"direction": "bidirectional"}, "direction='bidirectional'"),
        ({"activations": ["Affine"]}, r"activations \['Affine'\]"),
        ({"clip": 3.0}, "clip"),
        ({"layout": 1}, "samples, time steps, units"),
    ],
)
def test_attributes_that_have_no_twin(attributes: dict[str, Any], message: str, maker: Maker) -> None:
    _, weights = recurrent(maker, "RNN")
    nodes = [
        maker.node("Transpose", "x", "t", perm=[1, 0, 2]),
        maker.node("RNN", "t W R b", "Y H", **attributes),
        maker.node("Squeeze", "H zero", "y"),
    ]
    with pytest.raises(RequestError, match=message):
        from_onnx(maker.saved(maker.model(nodes, weights, (1, 2, 2))))


def test_a_state_before_the_first_step(maker: Maker) -> None:
    _, weights = recurrent(maker, "RNN")
    weights["zeros"] += 1
    nodes = [maker.node("RNN", "x W R b . zeros", "Y H"), maker.node("Squeeze", "H zero", "y")]
    with pytest.raises(RequestError, match="a state before the first step is not zero"):
        from_onnx(maker.saved(maker.model(nodes, weights, (2, 1, 2))))


# --- the command --------------------------------------------------------------------------------------


def test_the_command(maker: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = [maker.node("Gemm", "x W", "a"), maker.node("Sigmoid", "a", "y")]
    model = maker.saved(maker.model(nodes, {"W": maker.random(2, 1)}))
    path = tmp_path / "net.toml"
    assert main(["networks", "new", str(path), "--from", str(model)]) == 0
    assert main(["networks", "new", str(path), "--from", str(model)]) == 2  # it exists now
    assert "exists already" in capsys.readouterr().err
    assert main(["solve", str(path), "--format", "json"]) == 0  # symbolic data: the derivation
    assert '"value": null' in capsys.readouterr().out


def test_without_onnx(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(RequestError, match=r'pip install "symback\[onnx\]"'):
        from_onnx(tmp_path / "model.onnx")


# --- messages -----------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Nodes, str]] = {
    "operation": ([("MatMul", "x W", "a", {}), ("Ceil", "a", "y", {})], "Node 'y', Ceil: .*Supported: Gemm"),
    "branch": (
        [("MatMul", "x W", "a", {}), ("Tanh", "a", "c", {}), ("Add", "a c", "y", {})],
        "Add: it takes more or other",
    ),
    "old value": (
        [("MatMul", "x W", "a", {}), ("Tanh", "a", "c", {}), ("Relu", "a", "y", {})],
        "Relu: it",
    ),
    "output": ([("MatMul", "x W", "y", {}), ("Tanh", "y", "c", {})], "The output 'y'"),
    "alpha": ([("Gemm", "x W", "y", {"alpha": 2.0})], r"Gemm: alpha=2\.0"),
    "trans": ([("Gemm", "x W", "y", {"transA": 1})], "Gemm: transA=1"),
    "type": ([("Gemm", "x W", "y", {"alpha": "a"})], "alpha has the wrong type"),
    "weights": ([("MatMul", "x x", "y", {})], "its weights are not stored"),
    "scale": ([("MatMul", "x W", "a", {}), ("Mul", "a b", "y", {})], "Mul: this operation"),
    "late bias": (
        [("MatMul", "x W", "a", {}), ("Tanh", "a", "c", {}), ("Add", "c b", "y", {})],
        "no bias of a dense layer",
    ),
    "two biases": ([("Gemm", "x W b", "a", {}), ("Add", "a b", "y", {})], "no bias of a dense layer"),
    "axis": ([("MatMul", "x W", "a", {}), ("Softmax", "a", "y", {"axis": 0})], "axis=0"),
    "width": ([("MatMul", "x W", "a", {}), ("MatMul", "a W", "y", {})], "takes 2 numbers, but 3 come in"),
    "names": ([("Concat", " ".join(["x"] * 60), "y", {})], "more than 50 inputs"),
    "no layer": ([("Tanh", "x", "y", {})], "no layer with weights"),
    "dropout": ([("MatMul", "x W", "a", {}), ("Dropout", "a b b", "y", {})], r"Dropout: .*eval\(\)"),
    "loop": ([("MatMul", "x W", "a", {}), ("Cast", "a", "y", {"to": 7})], "only floats"),
    "batch": (
        [("MatMul", "x W", "a", {}), ("BatchNormalization", "a b b b b", "y", {})],
        "running statistics",
    ),
    "image": ([("Conv", "x W", "y", {})], "Conv: it takes an input of a fixed size|an image"),
    "biases": ([("Gemm", "x W W", "y", {})], "6 biases stand there for 3 units"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_twin(name: str, maker: Maker) -> None:
    nodes, message = REFUSED[name]
    made = [maker.node(operation, before, after, **more) for operation, before, after, more in nodes]
    model = maker.model(made, {"W": maker.random(2, 3), "b": maker.random(3)})
    with pytest.raises(RequestError, match=message):
        from_onnx(maker.saved(model))


def test_a_model_of_two_inputs(maker: Maker) -> None:
    model = maker.model([maker.node("MatMul", "x W", "y")], {"W": maker.random(2, 3)})
    model.graph.input.append(maker.onnx.helper.make_tensor_value_info("z", 1, [1]))
    with pytest.raises(RequestError, match="the model has 2 inputs"):
        from_onnx(maker.saved(model))


# --- files that mean harm, or are none ----------------------------------------------------------------


def small(maker: Maker) -> Any:
    nodes = [maker.node("Gemm", "x W b", "a"), maker.node("Tanh", "a", "y")]
    return maker.model(nodes, {"W": maker.random(2, 3), "b": maker.random(3)})


def test_constants_in_other_files_are_never_read(maker: Maker, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\0" * 24)
    model = small(maker)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = maker.onnx.TensorProto.EXTERNAL
    for key, text in (("location", "secret"), ("offset", "0"), ("length", "24")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, text
    with pytest.raises(RequestError, match="constant 'W' is stored in another file"):
        from_onnx(maker.saved(model))


def test_attributes_in_other_files_are_never_read(maker: Maker) -> None:
    tensor = maker.onnx.numpy_helper.from_array(maker.numpy.zeros(1, dtype="float32"))
    tensor.ClearField("raw_data")
    tensor.data_location = maker.onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    nodes = [
        maker.node("ConstantOfShape", "size", "h0", value=tensor),
        maker.node("MatMul", "x W", "y"),
    ]
    model = maker.model(nodes, {"W": maker.random(2, 1), "size": maker.numpy.array([1])})
    with pytest.raises(RequestError, match="stored in another file"):
        from_onnx(maker.saved(model))


@pytest.mark.parametrize("dims", [[100_000, 100_000], [2**62, 4], [-1, 3], [1] * 9, [20_001]])
def test_sizes_are_checked_before_anything_is_unpacked(dims: list[int], maker: Maker) -> None:
    model = small(maker)
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend(dims)
    with pytest.raises(RequestError, match=f"more than {MOST_PARAMETERS:,} numbers|impossible shape"):
        from_onnx(maker.saved(model))


@pytest.mark.parametrize("dims", [[3, 2, 1], [3], [6], [0, 3], [2, 4], []])
def test_a_shape_that_does_not_fit(dims: list[int], maker: Maker) -> None:
    model = small(maker)
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend(dims)
    with pytest.raises(RequestError, match=r"shape|takes 0 numbers"):
        from_onnx(maker.saved(model))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e-40])
def test_numbers_that_no_file_can_hold(number: float, maker: Maker) -> None:
    model = maker.model([maker.node("MatMul", "x W", "y")], {"W": maker.numpy.full((2, 1), number)})
    with pytest.raises(RequestError, match=r"Node 'y', MatMul, 'W'\[1\]\[1\] is "):
        from_onnx(maker.saved(model))


def test_other_types_of_numbers(maker: Maker) -> None:
    weights = maker.numpy.ones((2, 1), dtype="complex64")
    model = maker.model([maker.node("MatMul", "x W", "y")], {"W": weights})
    with pytest.raises(RequestError, match="'W' has no floats"):
        from_onnx(maker.saved(model))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"no model",
        b"\x08\x09",
        b"\xff" * 100,
        b"\x3a\xff\xff\xff\xff\x07",
        "title = 1".encode("utf-16"),
    ],
)
def test_files_that_are_no_models(content: bytes, onnx: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(RequestError, match="no ONNX model"):
        from_onnx(path)


def test_paths_that_cannot_be_read(onnx: Any, tmp_path: Path) -> None:
    large = tmp_path / "large.onnx"
    with large.open("wb") as stream:
        stream.truncate(2**32)
    for path, message in (
        (tmp_path / "none.onnx", "No such file"),
        (tmp_path, "no file"),
        (Path("/dev/zero"), "no file"),
        (Path("a\0b"), "cannot be read"),
        (large, "more than 4 MiB"),
    ):
        with pytest.raises(RequestError, match=message):
            from_onnx(path)


def test_names_that_mean_harm(maker: Maker) -> None:
    nasty = 'net"\n[update]\nlearning_rate = 1 \x1b[31m'
    model = maker.model([maker.node("MatMul", "x W", "y")], {"W": maker.random(2, 1)}, name=nasty)
    assert from_onnx(maker.saved(model)).network.update is None
    model = maker.model([maker.node("Ceil\n\x1b", "x", "y", name=nasty)], {})
    with pytest.raises(RequestError) as caught:
        from_onnx(maker.saved(model))
    assert str(caught.value).isprintable()


def test_damaged_files_get_a_message(maker: Maker, tmp_path: Path) -> None:
    """Whatever bytes stand there: a network that is valid, or one clear message."""
    content = small(maker).SerializeToString()
    drawn = random.Random(1)
    path = tmp_path / "damaged.onnx"
    messages = set()
    for _ in range(400):
        damaged = bytearray(content)
        for _ in range(drawn.randrange(1, 6)):
            damaged[drawn.randrange(len(damaged))] = drawn.randrange(256)
        if drawn.random() < 0.2:
            del damaged[drawn.randrange(len(damaged)) :]
        path.write_bytes(bytes(damaged))
        messages.add(message_of(path))
    assert all(map(str.isprintable, messages))
    assert len(messages) > 10


def message_of(path: Path) -> str:
    """Empty where the model can be read."""
    try:
        assert from_onnx(path).network.layers
    except SymbackError as error:
        return str(error)
    return ""
