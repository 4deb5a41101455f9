"""Convolutions, pooling and flatten: values and gradients against PyTorch, names, ties, shapes, messages."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import pytest

from symback.api import verify
from symback.checks import check
from symback.derivation import derive
from symback.errors import NetworkFileError
from symback.evaluation import Evaluation, Rounding, evaluate
from symback.fillers import plain
from symback.forward import given_numbers
from symback.graph import Graph
from symback.network import Network, built_in_names, load, parse
from symback.solution import Solution
from tests.tools import require_module

IMAGE = "x = [[0.1, 0.9, 0.2], [0.5, -0.3, 0.7], [0.4, 0.6, -0.2]]"
SUMMED = f'loss = "output_sum"\n[inputs]\n{IMAGE}\n'
CONVOLUTION = '[[layers]]\ntype = "conv2d"\nchannels = ["c1"]\nkernels = [[[[0.5, -0.2], [0.3, 0.4]]]]\n'


@dataclass(frozen=True)
class Solved:
    """A network with its complete graph and its numbers; all checks were passed."""

    network: Network
    graph: Graph
    evaluation: Evaluation

    def number(self, name: str) -> float:
        found = self.evaluation[name]
        assert found is not None
        return found.number

    def formula(self, name: str) -> str:
        tree = self.graph[name].formula
        assert tree is not None
        return plain(tree)

    def form(self, name: str, kind: str) -> str:
        return plain(dict(self.graph[name].forms)[kind])


def solved(text: str | Network) -> Solved:
    network = parse(text, "net.toml") if isinstance(text, str) else text
    graph = derive(network, complete=True)
    evaluation = evaluate(graph, given_numbers(network), Rounding())
    for made in check(network, graph, evaluation, evaluation).checks:
        assert made.passed, made
    return Solved(network, graph, evaluation)


# --- against PyTorch ----------------------------------------------------------------------------------


@dataclass
class Drawn:
    """A random network as a file and as what PyTorch computes; `known` are its tensors by all names."""

    torch: Any
    random: random.Random
    dimensions: int
    lines: list[str] = field(default_factory=list)
    known: dict[str, tuple[Any, int]] = field(default_factory=dict)
    """Of each name the tensor that holds it, and the place in it."""
    weights: int = 0

    def tensor(self, shape: tuple[int, ...]) -> Any:
        flat = [self.random.randint(-999, 999) / 1000 for _ in range(prod(shape))]
        made = self.torch.tensor(flat, dtype=self.torch.float64).reshape(shape)
        return made.requires_grad_()

    def note(self, names: list[str], tensor: Any) -> None:
        tensor.retain_grad()
        self.known |= {name: (tensor, place) for place, name in enumerate(names)}

    def note_weights(self, tensor: Any) -> None:
        count = tensor.numel()
        self.note([f"w{self.weights + place + 1}" for place in range(count)], tensor)
        self.weights += count

    def pair(self, least: int, most: int) -> tuple[int, ...]:
        return tuple(self.random.randint(least, most) for _ in range(self.dimensions))

    def size(self, key: str, pair: tuple[int, ...]) -> None:
        self.lines.append(f"{key} = {list(pair) if len(pair) > 1 else pair[0]}")

    def units(self, channels: list[str], tensor: Any) -> list[str]:
        places = list(product(*(range(1, size + 1) for size in tensor.shape[2:])))
        return [f"{name}_{'_'.join(map(str, place))}" for name in channels for place in places]

    def convolution(self, signal: Any, channels: list[str], place: int) -> Any:
        extent = signal.shape[2:]
        size = tuple(min(one, two) for one, two in zip(self.pair(1, 3), extent, strict=True))
        stride, padding = self.pair(1, 2), tuple(self.random.randint(0, one - 1) for one in size)
        kernels = self.tensor((len(channels), signal.shape[1], *size))
        activation = self.random.choice(("tanh", "logistic", "linear", "relu"))
        self.lines += ["[[layers]]", f'type = "conv{self.dimensions}d"', f"channels = {channels}"]
        self.lines += [f"kernels = {kernels.tolist()}", f'activation = "{activation}"']
        self.size("stride", stride)
        self.size("padding", padding)
        self.note_weights(kernels)
        bias = None
        kind = self.random.choice(("none", "shared", "each"))
        if kind == "shared":
            one = self.tensor((1,))
            self.note([f"b{place}"], one)
            self.lines.append(f"bias = {one.item()}")
            bias = one.expand(len(channels))
        elif kind == "each":
            bias = self.tensor((len(channels),))
            self.note([f"b_{name}" for name in channels], bias)
            self.lines.append(f"biases = {bias.tolist()}")
        functional = self.torch.nn.functional
        convolve = functional.conv2d if self.dimensions == 2 else functional.conv1d
        net = convolve(signal, kernels, bias, stride=stride, padding=padding)
        units = self.units(channels, net)
        self.note([f"net_{unit}" for unit in units], net)
        functions = {"tanh": self.torch.tanh, "logistic": self.torch.sigmoid, "relu": self.torch.relu}
        out = functions[activation](net) if activation in functions else net * 1
        self.note([f"out_{unit}" for unit in units], out)
        return out

    def pooling(self, signal: Any) -> Any:
        size = tuple(min(one, two) for one, two in zip(self.pair(1, 2), signal.shape[2:], strict=True))
        stride = self.random.choice((size, self.pair(1, 2)))
        kind = self.random.choice(("max", "average"))
        self.lines += ["[[layers]]", f'type = "{kind}_pool{self.dimensions}d"']
        self.size("size", size)
        if stride != size:
            self.size("stride", stride)
        functional = self.torch.nn.functional
        pool = getattr(functional, f"{'max' if kind == 'max' else 'avg'}_pool{self.dimensions}d")
        out = pool(signal, size, stride)
        channels = [f"p{place + 1}" for place in range(signal.shape[1])]
        self.note([f"out_{unit}" for unit in self.units(channels, out)], out)
        return out

    def dense(self, signal: Any) -> Any:
        flat = signal.flatten()
        weights = self.tensor((2, flat.numel()))
        self.note_weights(weights)
        self.lines += ["[[layers]]", 'type = "flatten"']
        self.lines += ["[[layers]]", 'units = ["o1", "o2"]', 'activation = "tanh"']
        self.lines.append(f"weights = {weights.tolist()}")
        return self.torch.tanh(weights @ flat)


def drawn(seed: int, dimensions: int) -> tuple[str, Mapping[str, float], Mapping[str, float]]:
    """A file, the values and the derivatives of E_total that PyTorch finds."""
    torch = require_module("torch")
    made = Drawn(torch, random.Random(seed), dimensions)
    pick = made.random
    extent = made.pair(3, 4 if dimensions == 2 else 7)
    channels = pick.randint(1, 2)
    image = made.tensor((1, channels, *extent))
    tables = [f"x{place + 1}" for place in range(channels)]
    made.lines += ['loss = "half_squared_error"', "[inputs]"]
    made.lines += [f"{name} = {rows}" for name, rows in zip(tables, image[0].tolist(), strict=True)]
    made.lines += ["[targets]", "o1 = 0.25", "o2 = -0.5"]
    made.note(made.units(tables, image), image)
    signal = made.convolution(image, ["c1", "c2"][: pick.randint(1, 2)], 1)
    if pick.random() < 0.8:
        signal = made.pooling(signal)
    if pick.random() < 0.4:
        signal = made.convolution(signal, ["d1"], 3 if "pool" in "".join(made.lines) else 2)
    out = made.dense(signal)
    target = torch.tensor([0.25, -0.5], dtype=torch.float64)
    error = ((target - out) ** 2).sum() / 2
    error.backward()
    values = {"E_total": error.item(), "out_o1": out[0].item(), "out_o2": out[1].item()}
    slopes = {}
    for name, (tensor, place) in made.known.items():
        values[name] = tensor.flatten()[place].item()
        slopes[name] = 0.0 if tensor.grad is None else tensor.grad.flatten()[place].item()
    return "\n".join(made.lines).replace("'", '"'), values, slopes


@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_values_and_gradients_are_those_of_pytorch(seed: int, dimensions: int) -> None:
    text, values, slopes = drawn(seed, dimensions)
    made = solved(text)
    for name, right in values.items():
        assert made.number(name) == pytest.approx(right, rel=1e-11, abs=1e-12), name
    for name, right in slopes.items():
        slope = f"dE_total/d{name}"
        if slope in made.graph:
            assert made.number(slope) == pytest.approx(right, rel=1e-10, abs=1e-12), slope
        else:  # nothing reaches the error from there
            assert right == 0
            assert not name.startswith(("w", "b"))


def test_convolution_is_computed_as_written_in_plain_loops() -> None:
    """Four windows by hand, with stride and padding: the zeros around the image are left out."""
    made = solved(SUMMED + CONVOLUTION + "stride = 2\npadding = 1\nbias = 0.1\n")
    assert made.network.layers[0].signal.shape == (1, 2, 2)
    assert made.formula("net_c1_1_1") == "w4*x_1_1 + b1"
    assert made.formula("net_c1_1_2") == "w3*x_1_2 + w4*x_1_3 + b1"
    assert made.formula("net_c1_2_1") == "w2*x_2_1 + w4*x_3_1 + b1"
    assert made.formula("net_c1_2_2") == "w1*x_2_2 + w2*x_2_3 + w3*x_3_2 + w4*x_3_3 + b1"
    assert made.number("net_c1_2_2") == pytest.approx(0.5 * -0.3 - 0.2 * 0.7 + 0.3 * 0.6 + 0.4 * -0.2 + 0.1)
    assert made.number("dE_total/dw4") == pytest.approx(0.1 + 0.2 + 0.4 - 0.2)


# --- names and forms ----------------------------------------------------------------------------------


def test_a_weight_of_a_kernel_has_the_sum_over_its_places() -> None:
    made = solved(SUMMED + CONVOLUTION + 'activation = "tanh"\n')
    places = ("1_1", "1_2", "2_1", "2_2")
    assert made.formula("dE_total/dw1") == " + ".join(
        f"delta_c1_{place}*(dnet_c1_{place}/dw1)" for place in places
    )
    assert made.form("dE_total/dw1", "delta") == " + ".join(f"delta_c1_{place}*x_{place}" for place in places)
    assert made.graph["delta_c1_1_2"].names == ("dE_total/dnet_c1_1_2",)
    assert made.formula("dE_total/dx_1_2") == (
        "delta_c1_1_1*(dnet_c1_1_1/dx_1_2) + delta_c1_1_2*(dnet_c1_1_2/dx_1_2)"
    )
    assert made.form("dE_total/dx_1_2", "written_out") == "delta_c1_1_1*w2 + delta_c1_1_2*w1"


def test_units_and_parameters_are_named_in_reading_order() -> None:
    image = "a = [[1, 2], [3, 4]]\nz = [[5, 6], [7, 8]]"
    kernels = "kernels = [[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]]"
    convolution = f'[[layers]]\ntype = "conv2d"\nchannels = ["c", "d"]\n{kernels}\nbiases = [9, 10]\n'
    pool = '[[layers]]\ntype = "average_pool2d"\nsize = [2, 1]\n'
    network = parse(f'loss = "output_sum"\n[inputs]\n{image}\n{convolution}{pool}', "net.toml")
    first, second = network.layers
    assert first.units == ("c_1_1", "c_2_1", "d_1_1", "d_2_1")
    assert second.units == ("p1_1_1", "p2_1_1")
    assert [name for name, _ in network.parameters] == [*(f"w{n}" for n in range(1, 9)), "b_c", "b_d"]
    made = solved(network)
    assert made.formula("net_d_2_1") == "w5*a_2_1 + w6*a_2_2 + w7*z_2_1 + w8*z_2_2 + b_d"
    assert made.formula("out_p2_1_1") == "1/2*(out_d_1_1 + out_d_2_1)"
    grids = first.grids()
    assert [grid.kind for grid in grids] == ["kernel"] * 4 + ["biases"]
    assert [grid.part for grid in grids] == ["c,1", "c,2", "d,1", "d,2", ""]
    assert grids[1].names == (("w3", "w4"),)
    assert (grids[1].rows, grids[1].columns) == (("1",), ("1", "2"))
    assert grids[-1].names == (("b_c", "b_d"),)
    assert first.facts()["shape_out"] == (2, 2, 1)
    assert first.links() == ()


def test_flatten_keeps_the_order_channel_row_column() -> None:
    dense = '[[layers]]\nunits = ["o1"]\nactivation = "linear"\nweights = [[1, 2, 3, 4]]\n'
    made = solved(SUMMED + CONVOLUTION + '[[layers]]\ntype = "flatten"\n' + dense)
    assert made.formula("net_o1") == "w5*out_c1_1_1 + w6*out_c1_1_2 + w7*out_c1_2_1 + w8*out_c1_2_2"
    (grid,) = made.network.layers[-1].grids()
    assert grid.columns == ("c1_1_1", "c1_1_2", "c1_2_1", "c1_2_2")
    assert made.network.layers[-1].links()[1] == ("w6", "c1_1_2", "o1")


def test_flatten_joins_time_steps_also_as_the_last_layer() -> None:
    series = "i1 = [0.1, 0.2]\ni2 = [0.3, 0.4]\n"
    dense = '[[layers]]\nunits = ["{}"]\nactivation = "tanh"\nweights = [[0.5, 0.6]]\n'
    flatten = '[[layers]]\ntype = "flatten"\n'
    start = f'loss = "half_squared_error"\n[inputs]\n{series}[targets]\n'
    made = solved(start + "o1 = 1\n" + dense.format("h1") + flatten + dense.format("o1"))
    assert made.formula("net_o1") == "w3*out_h1[t=1] + w4*out_h1[t=2]"
    sample = "[[samples]]\ninputs = { i1 = [0.1, 0.2], i2 = [0.3, 0.4] }\n"
    sample += 'targets = { "h1[t=1]" = 1, "h1[t=2]" = 0 }\n'
    made = solved(f'loss = "half_squared_error"\n{sample}{sample}{dense.format("h1")}{flatten}')
    assert made.formula("E[2]") == "E_h1[2,t=1] + E_h1[2,t=2]"
    assert made.number("target_h1[1,t=1]") == 1


def test_an_image_may_be_the_output() -> None:
    targets = "[targets]\nc1_1_1 = 1\nc1_1_2 = 0\nc1_2_1 = 0.5\nc1_2_2 = 0.1\n"
    text = SUMMED.replace("output_sum", "half_squared_error") + targets + CONVOLUTION
    made = solved(text)
    assert made.formula("E_c1_1_2") == "1/2*(target_c1_1_2 - out_c1_1_2)^2"
    wrong = text.replace("c1_1_2 = 0", "c1_3_1 = 0")
    assert "there is no output unit 'c1_3_1'" in refused(wrong)


def test_random_and_symbolic_kernels_take_their_size_from_the_file() -> None:
    text = SUMMED + CONVOLUTION.replace("[[[[0.5, -0.2], [0.3, 0.4]]]]", '"{}"\nsize = [1, 2]')
    network = parse("seed = 1\n" + text.format("random"), "net.toml")
    assert network.layers[0].weights == ("w1", "w2")
    assert network.layers[0].signal.shape == (1, 3, 2)
    assert parse(text.format("symbolic"), "net.toml").layers[0].weights == ("w1", "w2")
    assert "size: nothing stands there" in refused(text.format("symbolic").replace("size = [1, 2]", ""))


def test_names_as_the_page_prints_them_can_be_read() -> None:
    network = parse(SUMMED + CONVOLUTION + 'activation = "tanh"\n', "net.toml")
    claims = (
        r"\mathrm{net}_{c1,1,2} = w_1 x_{1,2} + w_2 x_{1,3} + w_3 x_{2,2} + w_4 x_{2,3}",
        r"\frac{\partial E}{\partial x_{1,2}} = \delta_{c1,1,1} w_2 + \delta_{c1,1,2} w_1",
        "dE_total/dw2 = delta_c1_1_1*x_1_2 + delta_c1_1_2*x_1_3 + delta_c1_2_1*x_2_2 + delta_c1_2_2*x_2_3",
        r"a_{c1,2,2} = \tanh(z_{c1,2,2})",
    )
    found = verify(*claims, network=network)
    assert [claim.verdict for claim in found.claims] == ["proved"] * len(claims)


def test_formulas_after_the_update_are_proved_as_they_stand() -> None:
    """Written out down to what is given, they would be far too large."""
    claims = (
        "E_total+ = E_o1+ + E_o2+",
        "out_p1_1_1+ = max(out_c1_1_1+, out_c1_1_2+, out_c1_2_1+, out_c1_2_2+)",
    )
    found = verify(*claims, network="convolution")
    assert [claim.verdict for claim in found.claims] == ["proved"] * len(claims)


# --- pooling ------------------------------------------------------------------------------------------


def pooled(rows: str, size: str = "2") -> Solved:
    pool = f'[[layers]]\ntype = "max_pool2d"\nsize = {size}\n'
    identity = '[[layers]]\ntype = "conv2d"\nchannels = ["c1"]\nkernels = [[[[1]]]]\n'
    return solved(f'loss = "output_sum"\n[inputs]\nx = {rows}\n{identity}{pool}')


@pytest.mark.parametrize(
    ("rows", "winner"),
    [
        ("[[3, 3], [1, 3]]", "1_1"),
        ("[[1, 2], [2, 2]]", "1_2"),
        ("[[1, 1], [4, 4]]", "2_1"),
        ("[[0, 0], [0, 0]]", "1_1"),
        ("[[0.1, 0.2], [0.3, 0.4]]", "2_2"),
    ],
)
def test_the_first_of_equal_entries_is_the_largest(rows: str, winner: str) -> None:
    made = pooled(rows)
    for place in ("1_1", "1_2", "2_1", "2_2"):
        assert made.number(f"dout_p1_1_1/dout_c1_{place}") == (place == winner)
        assert made.number(f"delta_c1_{place}") == (place == winner)


def test_a_maximum_of_many_and_of_one_entry() -> None:
    made = pooled("[[1, 2, 3, 4], [5, 6, 9, 9], [7, 8, 9, 0]]", size="[3, 4]")
    assert made.number("out_p1_1_1") == 9
    assert made.number("dE_total/dw1") == 9
    assert [made.number(f"delta_c1_{row}_3") for row in (1, 2, 3)] == [0, 1, 0]
    assert pooled("[[1, 2]]", size="1").formula("out_p1_1_2") == "out_c1_1_2"


def test_overlapping_windows_add_up_and_unused_rows_are_left_out() -> None:
    pool = '[[layers]]\ntype = "max_pool2d"\nsize = {}\nstride = {}\n'
    rows = "[[1, 9, 2], [3, 4, 5]]"
    identity = '[[layers]]\ntype = "conv2d"\nchannels = ["c1"]\nkernels = [[[[1]]]]\n'
    start = f'loss = "output_sum"\n[inputs]\nx = {rows}\n{identity}'
    assert solved(start + pool.format(2, 1)).number("dE_total/dout_c1_1_2") == 2
    made = solved(start + pool.format("[1, 2]", 2))
    assert made.network.layers[-1].units == ("p1_1_1",)
    assert "dE_total/dout_c1_1_3" not in made.graph
    assert made.number("dE_total/dw1") == 9


# --- built-in networks --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["convolution", "convolution1d"])
def test_built_in_networks_are_solved(name: str) -> None:
    assert name in built_in_names()
    made = solved(load(name))
    for parameter, _ in made.network.parameters:
        assert made.number(f"dE_total/d{parameter}") != 0
        assert f"{parameter}+" in made.graph
    network = made.network
    content = Solution(
        network, made.graph, made.evaluation, check(network, made.graph, *[made.evaluation] * 2)
    )
    assert r"\mathrm{net}_{c1,1" in content.to_json().replace("\\\\", "\\")


# --- messages -----------------------------------------------------------------------------------------


def refused(text: str) -> str:
    with pytest.raises(NetworkFileError) as caught:
        parse(text, "net.toml")
    message = str(caught.value)
    assert "None" not in message
    return message


KERNEL = "[[[[0.5, -0.2], [0.3, 0.4]]]]"
FLAT = 'loss = "output_sum"\n[inputs]\ni1 = 1\ni2 = 2\n'
POOL = '[[layers]]\ntype = "max_pool2d"\n'
MESSAGES = [
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1, 2, 3, 4]]]]"), "layers]] 1, kernels: kernels of 1 x 4 for"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1, 2, 3, 4]]]]"), "at most 3 x 3"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1]], [[1]]]]"), "shape 1 x 2 x 1 x 1 stand there"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1]], [[1]]]]"), "There may stand 1 x 1 x 1 x 1"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1]]], [[[1]]]]"), "shape 2 x 1 x 1 x 1"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[[1, 2], [3]]]]"), "output channel 1, input channel 1, row 2"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[[[1, 2]]]"), "kernels, entry 1, entry 1, entry 1: 1 stands"),
    (SUMMED + CONVOLUTION.replace(KERNEL, "[]"), "kernels of shape 0"),
    (SUMMED + CONVOLUTION + "size = 3\n", "3 x 3 stands there, and kernels of 2 x 2"),
    (SUMMED + CONVOLUTION + "stride = 0\n", "a whole number from 1, or two of them"),
    (SUMMED + CONVOLUTION + "stride = [1]\n", "stride: a list of 1 stands there"),
    (SUMMED + CONVOLUTION + "padding = 2\n", "padding that is smaller than the kernel"),
    (SUMMED + CONVOLUTION + "padding = -1\n", "a whole number from 0"),
    (SUMMED + CONVOLUTION + 'activation = "softmax"\n', "softmax, which couples units, stands there"),
    (SUMMED + CONVOLUTION + "biases = [1, 2]\n", "one for each channel: c1"),
    (SUMMED + CONVOLUTION.replace('"c1"', '"x"'), "'x', the name of a unit, is already that of an input"),
    (SUMMED + CONVOLUTION + POOL + "size = 3\n", "layers]] 2, size: a size of 3 x 3 for channels of 2 x 2"),
    (SUMMED + CONVOLUTION + POOL, "[[layers]] 2, size: nothing stands there"),
    (SUMMED + CONVOLUTION + POOL + 'size = 2\nchannels = ["p", "q"]\n', "2 names stand there. 1 may stand"),
    (SUMMED + CONVOLUTION + POOL.replace("2d", "1d") + "size = 2\n", "needs an image by channel, position"),
    (FLAT + CONVOLUTION, "A layer of type conv2d needs an image: rows of numbers in [inputs]."),
    (FLAT + POOL + "size = 1\n", "A layer of type max_pool2d needs an image: rows of numbers in [inputs]."),
    (
        SUMMED + CONVOLUTION + '[[layers]]\nunits = ["o"]\nactivation = "linear"\nweights = [[1, 2, 3, 4]]\n',
        "[[layers]] 2: a signal of shape 1 x 2 x 2 comes in. A layer of type flatten may stand before it.",
    ),
    (
        SUMMED + CONVOLUTION.replace(KERNEL, '"symbolic"') + "size = 9999\npadding = 9998\n",
        "entries. There may be up to 200,000",
    ),
    (
        'loss = "output_sum"\n[inputs]\nslope = [1, 2]\n[[layers]]\ntype = "conv1d"\nchannels = ["c1"]\n'
        'kernels = [[[1]]]\nactivation = "leaky_relu"\n',
        "'slope_1', the name of a constant, is already that of an input",
    ),
]


@pytest.mark.parametrize(("text", "piece"), MESSAGES)
def test_a_wrong_file_gets_one_message(text: str, piece: str) -> None:
    assert piece in refused(text)
