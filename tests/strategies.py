"""Random small networks for property tests: the numbers as a person would type them, and the file's text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

LAYER_LETTERS = ("h", "g", "f")
ODD_NAMES = (
    "E1", "d", "dx", "d2", "d2E", "dE", "dw", "dw1dw2", "exp", "log", "tanh", "cases", "net", "out",
    "delta", "target", "e", "E2", "x", "y", "z9", "w1dw5", "Etotal", "dnet", "dout", "t", "b", "sum",
    "abs", "sqrt", "W",
)  # fmt: skip
"""Names that a reader of formulas could take for something else."""

PLAIN = ("logistic", "tanh", "relu", "linear")
"""The activations of a random network that is not asked for others."""


@dataclass(frozen=True)
class Layer:
    """Decimals as typed; weights[unit][source]. Biases: one for each unit, a shared one repeated, or none."""

    units: tuple[str, ...]
    activation: str
    weights: tuple[tuple[str, ...], ...]
    weight_names: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...]
    bias_names: tuple[str, ...]
    shares_bias: bool


@dataclass(frozen=True)
class Net:
    """What a network file says. `samples` are pairs of inputs and targets."""

    inputs: tuple[str, ...]
    layers: tuple[Layer, ...]
    samples: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    reduction: str
    learning_rate: str
    """Empty for no [update]."""
    trains_biases: bool
    is_named: bool = False
    """Whether the file itself names the parameters."""

    @property
    def places(self) -> tuple[int, ...]:
        """The index of each sample; 0, which is not written, where there is only one."""
        return tuple(range(1, len(self.samples) + 1)) if len(self.samples) > 1 else (0,)

    def numbers(self) -> dict[str, Fraction]:
        """All given numbers by canonical name."""
        found: dict[str, str] = {}
        for sample, (inputs, targets) in zip(self.places, self.samples, strict=True):
            index = f"[{sample}]" if sample else ""
            names = [*self.inputs, *(f"target_{unit}" for unit in self.layers[-1].units)]
            found |= {name + index: value for name, value in zip(names, (*inputs, *targets), strict=True)}
        for layer in self.layers:
            for row_names, row in zip(layer.weight_names, layer.weights, strict=True):
                found |= dict(zip(row_names, row, strict=True))
            found |= dict(zip(layer.bias_names, layer.biases, strict=True))
        if self.learning_rate:
            found["eta"] = self.learning_rate
        return {name: Fraction(value) for name, value in found.items()}

    def toml(self) -> str:
        """The network file."""
        lines = ['loss = "half_squared_error"', f'reduction = "{self.reduction}"']
        for inputs, targets in self.samples:
            given = ", ".join(f"{name} = {value}" for name, value in zip(self.inputs, inputs, strict=True))
            outputs = zip(self.layers[-1].units, targets, strict=True)
            wanted = ", ".join(f"{unit} = {value}" for unit, value in outputs)
            lines += ["", "[[samples]]", f"inputs = {{ {given} }}", f"targets = {{ {wanted} }}"]
        for layer in self.layers:
            rows = ", ".join(f"[{', '.join(row)}]" for row in layer.weights)
            lines += ["", "[[layers]]", f"units = {_texts(layer.units)}"]
            lines += [f'activation = "{layer.activation}"', f"weights = [{rows}]"]
            if self.is_named:
                lines.append(f"weight_names = [{', '.join(_texts(row) for row in layer.weight_names)}]")
            if layer.shares_bias:
                lines.append(f"bias = {layer.biases[0]}")
                lines += [f'bias_name = "{layer.bias_names[0]}"'] if self.is_named else []
            elif layer.biases:
                lines.append(f"biases = [{', '.join(layer.biases)}]")
                lines += [f"bias_names = {_texts(layer.bias_names)}"] if self.is_named else []
        if self.learning_rate:
            lines += ["", "[update]", f"learning_rate = {self.learning_rate}"]
            lines += [f"biases = {str(self.trains_biases).lower()}"]
        return "\n".join(lines) + "\n"


def _texts(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


@st.composite
def decimals(draw: st.DrawFn, most: int = 2) -> str:
    """A decimal with up to three places from -`most` to `most`, zero included, as it may be typed."""
    places = draw(st.integers(0, 3))
    whole = draw(st.integers(-most * 10**places, most * 10**places))
    sign, digits = "-" if whole < 0 else "", str(abs(whole)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


@st.composite
def nets(
    draw: st.DrawFn,
    most_hidden: int = 3,
    most_units: int = 3,
    most_samples: int = 4,
    activations: tuple[str, ...] = (),
    odd_names: bool = False,
) -> Net:
    """A random net. With `odd_names`, inputs, units and parameters may have names of ODD_NAMES."""
    free = list(draw(st.permutations(ODD_NAMES))) if odd_names else []

    def name(usual: str) -> str:
        return free.pop() if free and draw(st.booleans()) else usual

    sizes = [draw(st.integers(1, most_units)) for _ in range(draw(st.integers(1, most_hidden)) + 2)]
    inputs = tuple(name(f"i{place}") for place in range(1, sizes[0] + 1))
    layers: list[Layer] = []
    count = 0
    for place, (before, here) in enumerate(pairwise(sizes), 1):
        letter = "o" if place == len(sizes) - 1 else LAYER_LETTERS[place - 1]
        units = tuple(name(f"{letter}{unit}") for unit in range(1, here + 1))
        weight_names = tuple(
            tuple(name(f"w{count + row * before + column}") for column in range(1, before + 1))
            for row in range(here)
        )
        count += here * before
        kind = draw(st.sampled_from(("no", "shared", "each")))
        bias_names, biases = (), ()
        if kind == "shared":
            bias_names, biases = (name(f"b{place}"),) * here, (draw(decimals()),) * here
        elif kind == "each":
            # a name of the user's own has no underscore
            bias_names = tuple(name(f"bias{unit}") if odd_names else f"b_{unit}" for unit in units)
            biases = tuple(draw(decimals()) for _ in units)
        activation = draw(st.sampled_from(activations or PLAIN))
        weights = tuple(tuple(draw(decimals()) for _ in row) for row in weight_names)
        layers.append(Layer(units, activation, weights, weight_names, biases, bias_names, kind == "shared"))
    samples = tuple(
        (tuple(draw(decimals()) for _ in range(sizes[0])), tuple(draw(decimals()) for _ in range(sizes[-1])))
        for _ in range(draw(st.integers(1, most_samples)))
    )
    reduction = draw(st.sampled_from(("sum", "mean")))
    rate = draw(st.sampled_from(("0.5", "0.1", "", "1", "-0.025")))
    return Net(inputs, tuple(layers), samples, reduction, rate, draw(st.booleans()), odd_names)
