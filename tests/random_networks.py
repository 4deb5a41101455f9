"""Network files drawn at random over all types of layers, for tests: the same file for the same seed.

A file is drawn layer by layer: each type says where it can stand, and what shape its signal has. Everything
is small, so that a network is solved in a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from random import Random
from typing import Any

Table = dict[str, Any]
Shape = tuple[int, ...]

FAMILIES = ("numbers", "numbers", "series", "series", "words", "list", "rows", "image")
"""What comes in. A list is an image of one dimension, rows are such images with channels."""
SMOOTH = ("logistic", "tanh", "softplus", "silu", "gelu", "gelu_tanh", "linear", "sigmoid", "identity")
KINKED = ("relu", "leaky_relu", "elu")
FORMULAS = (
    "x*logistic(x)",
    "tanh(x)^2",
    "x/(1 + abs(x))",
    "max(x, -1/2)",
    "log(1 + x^2)",
    "sqrt(1 + x^2)",
    "erf(x)/2",
    "x^3/3",
)
"""Activations of a user's own; `torch_twin` has each of them once more."""
SQUARED = ("half_squared_error", "squared_error", "mean_squared_error", "absolute_error", "huber", "hinge")
ON_LOGITS = ("binary_cross_entropy_from_logits", "cross_entropy_from_logits")
ON_PROBABILITIES = ("binary_cross_entropy", "cross_entropy")
LOSSES = (*SQUARED, *ON_LOGITS, *ON_PROBABILITIES, "categorical_cross_entropy", "output_sum")
ODD_NAMES = (
    "E1", "d", "dx", "dE", "dw", "exp", "log", "cases", "max", "net", "out", "delta", "target", "t",
    "cell", "forget", "input", "new", "score", "value", "mask", "g", "b", "w1dw5", "abs", "W", "m",
)  # fmt: skip
"""Names that a reader of formulas could take for something else."""
RULES: tuple[Table, ...] = (
    {},
    {"rule": "gradient_descent", "biases": False},
    {"rule": "momentum", "momentum": 0.8},
    {"rule": "momentum", "convention": "steps"},
    {"rule": "momentum", "dampening": 0.1},
    {"rule": "nesterov"},
    {"rule": "adagrad"},
    {"rule": "rmsprop", "decay": 0.9},
    {"rule": "adam", "beta1": 0.8},
    {"rule": "adamw", "weight_decay": 0.05},
)
SCHEDULES: tuple[Table, ...] = (
    {"schedule": "step", "gamma": 0.5, "every": 1},
    {"schedule": "exponential", "gamma": 0.9},
    {"schedule": "inverse_time", "gamma": 0.5},
    {"schedule": "linear", "length": 5},
)
PARAMETERS = (
    "weights", "recurrent_weights", "kernels", "query", "key", "value", "bias", "biases", "recurrent_biases",
    "gains",
)  # fmt: skip
MOST_WIDTH = 3
MOST_OUTPUTS = 4


def random_network(seed: int, kind: str = "", *, symbolic: bool = False) -> str:
    """The network file of a seed; with a `kind` one in which a layer of this type stands.

    It has symbolic parameters if that is asked for.
    """
    for attempt in range(1_000):
        draft = _Draft(Random(f"{seed}/{kind}/{attempt}"))
        table = draft.table()
        if table is not None and (not kind or kind in draft.kinds):
            for row in table["layers"] if symbolic else ():
                row |= {key: _symbolic(value) for key, value in row.items() if key in PARAMETERS}
            return toml(table)
    raise ValueError(f"no network with a layer of type {kind} in a thousand attempts")


@dataclass(frozen=True)
class _Signal:
    """What a layer passes on; `over_time` where it is there for each time step."""

    shape: Shape
    over_time: bool

    @property
    def size(self) -> int:
        return prod(self.shape)


@dataclass
class _Draft:
    """A network file in the making."""

    chance: Random
    layers: list[Table] = field(default_factory=list)
    signals: list[_Signal] = field(default_factory=list)
    """The inputs, then what each layer passes on."""
    labels: tuple[str, ...] = ()
    """The units that the last layer passes on."""
    counts: dict[str, int] = field(default_factory=dict)
    samples: int = 1
    steps: int = 0
    """How many time steps the inputs have; 0 for none."""
    at_all_steps: bool = False
    """Whether targets are lists."""
    loss: str = ""
    odd_names: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> set[str]:
        return {row.get("type", "dense") for row in self.layers}

    @property
    def now(self) -> _Signal:
        return self.signals[-1]

    def table(self) -> Table | None:
        """The whole file; None where the layers that were drawn do not fit."""
        chance = self.chance
        family = chance.choice(FAMILIES)
        self.samples = chance.choice((1, 1, 1, 2, 2, 3))
        self.steps = chance.choice((2, 2, 3)) if family in ("series", "words") else 0
        if family == "words" and chance.random() < 0.3:
            self.steps = 0
        self.at_all_steps = bool(self.steps) and chance.random() < 0.4
        self.loss = chance.choice(LOSSES)
        if chance.random() < 0.15:
            self.odd_names = chance.sample(ODD_NAMES, len(ODD_NAMES))
        if self.loss == "output_sum":
            self.at_all_steps = False
        inputs = self._inputs(family)
        if not self._stack(family):
            return None
        found: Table = {"title": "A network drawn at random", "loss": self.loss}
        if self.loss == "huber" and chance.random() < 0.7:
            found["huber_delta"] = chance.choice((0.25, 0.5, "1/3"))
        for penalty in ("penalty_l1", "penalty_l2"):
            if chance.random() < 0.12:
                found[penalty] = chance.choice((0.01, 0.1, "1/8"))
        if self.samples > 1 and chance.random() < 0.5:
            found["reduction"] = chance.choice(("sum", "mean"))
        rows: list[Table] = [{"inputs": values} for values in inputs]
        for row in rows:
            if self.loss != "output_sum":
                row["targets"] = self._targets()
        found |= rows[0] if self.samples == 1 else {"samples": rows}
        found["layers"] = self.layers
        if chance.random() < 0.6:
            found["update"] = self._update()
        return found

    # --- what comes in --------------------------------------------------------------------------------

    def _inputs(self, family: str) -> list[Table]:
        """The inputs of all samples."""
        chance = self.chance
        if family == "words":
            self.vocabulary = chance.randint(1, 3)
            self.signals = [_Signal((1,), bool(self.steps))]
            return [{"token": self._words()} for _ in range(self.samples)]
        shape: Shape = {
            "numbers": (),
            "series": (self.steps,),
            "list": (chance.randint(2, 4),),
            "rows": (chance.randint(1, 2), chance.randint(2, 3)),
            "image": (chance.randint(2, 3), chance.randint(2, 3)),
        }[family]
        if family == "image" and chance.random() < 0.3:
            shape = (2, 2, 2)
        count = chance.randint(1, 3) if len(shape) < 2 else chance.choice((1, 1, 2))
        count = min(count, 2) if shape else count
        names = self._names("i" if family in ("numbers", "series", "list") else "x", count)
        over_time = family == "series"
        if not shape or over_time:
            signal = _Signal((count,), over_time)
        elif family == "rows":
            signal = _Signal((count * shape[0], shape[1]), False)
        else:
            channels = count * (shape[0] if len(shape) == 3 else 1)
            signal = _Signal((channels, *shape[-2:]), False)
        self.signals = [signal]
        return [{name: self._numbers(shape) for name in names} for _ in range(self.samples)]

    def _words(self) -> Any:
        words = [self.chance.randint(1, self.vocabulary) for _ in range(max(1, self.steps))]
        return words if self.steps else words[0]

    # --- layers ---------------------------------------------------------------------------------------

    def _stack(self, family: str) -> bool:
        """Draws the layers; whether they fit."""
        chance = self.chance
        first = {
            "words": ("embedding",),
            "list": ("conv1d", "max_pool1d", "average_pool1d"),
            "rows": ("conv1d", "conv1d", "max_pool1d", "average_pool1d"),
        }
        if family in first:
            self._add(chance.choice(first[family]))
        if family == "rows":  # to other layers than this one they are an image of two dimensions
            self.signals[0] = _Signal((1, *self.signals[0].shape), False)
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
            self._add(chance.choice(self._possible()))
        self._end()
        is_joined = any(kind in self.kinds for kind in ("recurrent", "lstm", "gru", "attention", "flatten"))
        joins_words = is_joined or "batch_norm" in self.kinds
        if family == "series" and not is_joined:
            return False
        if family == "words" and self.steps and not self.at_all_steps and not joins_words:
            return False
        return self.now.size <= 2 * MOST_OUTPUTS

    def _possible(self) -> list[str]:
        """The types that could come next; those that mix time steps are more likely."""
        shape, place = self.now.shape, len(self.layers)
        found = ["dropout", "activation"]
        if len(shape) == 1:
            found += ["dense"] * 3
            if self.samples * max(1, self.steps if self.now.over_time else 1) > 1:
                found += ["batch_norm"]
        if len(shape) == 2:
            found += ["conv1d", "max_pool1d", "average_pool1d", "flatten"]
        if len(shape) == 3:
            found += ["conv2d", "conv2d", "max_pool2d", "average_pool2d", "flatten"]
        if self.now.size > 1:
            found += ["layer_norm"]
        if place and self.now in self.signals[:-1]:
            found += ["residual"] * 3
        if self.now.over_time:
            found += ["recurrent", "recurrent", "lstm", "gru", "attention", "attention"]
            if not self.at_all_steps:
                found += ["flatten"]
        return found

    def _end(self) -> None:
        """Layers so that the last one fits the loss, and has few outputs."""
        chance = self.chance
        needs = self.loss.removeprefix("categorical_") in ON_PROBABILITIES
        on_logits = self.loss in ON_LOGITS
        is_open = not needs and not on_logits and chance.random() < 0.4
        if is_open and self.layers and self.now.size <= MOST_OUTPUTS:
            return
        if len(self.now.shape) > 1:
            if not needs and not on_logits and chance.random() < 0.5 and self.now.size <= 2 * MOST_OUTPUTS:
                self._add("conv1d" if len(self.now.shape) == 2 else "conv2d")
                if self.now.size <= MOST_OUTPUTS:
                    return
            self._add("flatten")
        joining = ("recurrent", "lstm", "gru", "attention", "flatten")
        if self.now.over_time and not self.at_all_steps and self.kinds.isdisjoint(joining):
            self._add(chance.choice(joining))
        if needs:
            softmax = "cross" in self.loss and chance.random() < 0.6
            self._add("dense", "softmax" if softmax else "logistic")
        elif on_logits:
            self._add("dense", "linear")
        else:
            self._add("dense")

    def _add(self, kind: str, activation: str = "") -> None:
        """One more layer of this type."""
        row: Table = {} if kind == "dense" and self.chance.random() < 0.7 else {"type": kind}
        make: Callable[[Table, str], _Signal] = getattr(self, f"_{_MAKER.get(kind, kind)}")
        signal = make(row, activation)
        self.layers.append(row)
        self.signals.append(signal)

    def _dense(self, row: Table, activation: str) -> _Signal:
        least = 2 if activation == "softmax" else 1
        units = self._units(row, self.chance.randint(least, MOST_WIDTH))
        self._activation(row, len(units), activation)
        row["weights"] = self._weights(row, "weight_names", (len(units), self.now.size))
        self._biases(row, len(units))
        return _Signal((len(units),), self.now.over_time)

    def _activation_alone(self, row: Table, activation: str) -> _Signal:
        self._activation(row, self.now.size if len(self.now.shape) == 1 else 1, activation)
        self._own_units(row, "units", "a", self.now.size)
        return self.now

    def _recurrent(self, row: Table, activation: str) -> _Signal:
        units = self._units(row, self.chance.randint(1, 2))
        if self.chance.random() < 0.7:
            self._activation(row, len(units), activation)
        row["weights"] = self._weights(row, "weight_names", (len(units), self.now.size))
        shape = (len(units), len(units))
        row["recurrent_weights"] = self._weights(row, "recurrent_weight_names", shape)
        self._biases(row, len(units))
        self._initial(row, "initial_state", len(units))
        return _Signal((len(units),), True)

    def _gated(self, row: Table, activation: str) -> _Signal:
        gates = 4 if row["type"] == "lstm" else 3
        units = self._units(row, self.chance.choice((1, 1, 2)))
        shape = (gates, len(units), self.now.size)
        row["weights"] = self._weights(row, "weight_names", shape)
        shape = (gates, len(units), len(units))
        row["recurrent_weights"] = self._weights(row, "recurrent_weight_names", shape)
        drawn = self.chance.random()
        if drawn < 0.2:
            row["bias"] = self._number()
        elif drawn < 0.7:
            row["biases"] = self._numbers((gates, len(units)))
        if self.chance.random() < 0.3:
            row["recurrent_biases"] = self._numbers((gates, len(units)))
        self._initial(row, "initial_state", len(units))
        if row["type"] == "lstm":
            self._initial(row, "initial_cell", len(units))
        elif self.chance.random() < 0.7:
            row["reset"] = self.chance.choice(("after", "before"))
        return _Signal((len(units),), True)

    def _attention(self, row: Table, activation: str) -> _Signal:
        size, inputs = self.chance.randint(1, 2), self.now.size
        width = self.chance.choice((inputs, inputs, 1, 2))
        for key, height in (("query", size), ("key", size), ("value", width)):
            row[key] = self._weights(row, f"{key}_names", (height, inputs))
        self._own_units(row, "units", "a", width)
        if self.chance.random() < 0.5:
            row["causal"] = self.chance.choice((True, False))
        return _Signal((width,), True)

    def _embedding(self, row: Table, activation: str) -> _Signal:
        width = self.chance.randint(1, 2)
        row["weights"] = self._weights(row, "weight_names", (self.vocabulary, width))
        if self.chance.random() < 0.3:
            row["vocabulary"] = self.vocabulary
        self._own_units(row, "units", "e", width)
        return _Signal((width,), bool(self.steps))

    def _convolution(self, row: Table, activation: str) -> _Signal:
        channels, *extent = self.now.shape
        size = [self.chance.randint(1, min(2, there)) for there in extent]
        stride = [self.chance.choice((1, 1, 2)) for _ in extent]
        padding = [self.chance.choice((0, 0, min(1, own - 1))) for own in size]
        names = self._names("c", self.chance.randint(1, 2), fresh=True)
        row["channels"] = list(names)
        row["kernels"] = self._weights(row, "kernel_names", (len(names), channels, *size))
        if any(step > 1 for step in stride) or self.chance.random() < 0.2:
            row["stride"] = _whole(stride)
        if any(padding):
            row["padding"] = _whole(padding)
        self._activation(row, 1, activation)
        self._biases(row, len(names))
        return self._window(names, size, stride, padding)

    def _pool(self, row: Table, activation: str) -> _Signal:
        extent = self.now.shape[1:]
        size = [self.chance.randint(1, min(2, there)) for there in extent]
        row["size"] = _whole(size)
        stride = list(size)
        if self.chance.random() < 0.4:
            stride = [self.chance.choice((1, 2)) for _ in extent]
            row["stride"] = _whole(stride)
        names = self._own_units(row, "channels", "p", self.now.shape[0])
        return self._window(names, size, stride, [0] * len(extent))

    def _window(
        self, channels: Sequence[str], size: list[int], stride: list[int], padding: list[int]
    ) -> _Signal:
        extent = self.now.shape[1:]
        counts = [
            (there + 2 * around - own) // step + 1
            for there, around, own, step in zip(extent, padding, size, stride, strict=True)
        ]
        places = product(*(range(1, count + 1) for count in counts))
        ends = ["_".join(map(str, place)) for place in places]
        self.labels = tuple(f"{channel}_{end}" for channel in channels for end in ends)
        return _Signal((len(channels), *counts), False)

    def _flatten(self, row: Table, activation: str) -> _Signal:
        if self.now.over_time:
            names = self.labels or tuple(self._last_inputs)
            steps = range(1, self.steps + 1)
            self.labels = tuple(f"{name}[t={step}]" for step in steps for name in names)
            return _Signal((self.steps * self.now.size,), False)
        return _Signal((self.now.size,), False)

    def _normalised(self, row: Table, activation: str) -> _Signal:
        count = self.now.size
        self._own_units(row, "units", "n", count)
        if self.chance.random() < 0.5:
            row["gains"] = self._numbers((count,))
        if self.chance.random() < 0.5:
            row["biases"] = self._numbers((count,))
        if self.chance.random() < 0.4:
            row["epsilon"] = self.chance.choice((0.01, "1/4", 0.001))
        return self.now

    def _residual(self, row: Table, activation: str) -> _Signal:
        starts = [place for place, signal in enumerate(self.signals[:-1]) if signal == self.now]
        start = self.chance.choice(starts)
        if start != len(self.layers) - 1 or self.chance.random() < 0.5:
            row["from"] = start
        self._own_units(row, "units", "r", self.now.size)
        return self.now

    def _dropout(self, row: Table, activation: str) -> _Signal:
        mask = [self.chance.choice((0, 1, 1)) for _ in range(self.now.size)]
        mask[self.chance.randrange(len(mask))] = 1
        row["mask"] = mask
        if self.chance.random() < 0.6:
            row["rate"] = self.chance.choice((0.5, 0.25, "1/3", 0))
        self._own_units(row, "units", "d", self.now.size)
        return self.now

    # --- parts of layers ------------------------------------------------------------------------------

    def _names(self, letter: str, count: int, *, fresh: bool = False) -> tuple[str, ...]:
        """Odd names as long as there are some, else `letter`1 and so on."""
        if len(self.odd_names) >= count and self.chance.random() < 0.5:
            names = tuple(self.odd_names.pop() for _ in range(count))
        else:
            start = self.counts.get(letter, 0)
            self.counts[letter] = start + count
            names = tuple(f"{letter}{number}" for number in range(start + 1, start + count + 1))
        self._last_inputs = names
        return names

    def _units(self, row: Table, count: int) -> tuple[str, ...]:
        names = self._names("hgfqkuvst"[len(self.layers)], count)
        row["units"] = list(names)
        self.labels = names
        return names

    def _own_units(self, row: Table, key: str, letter: str, count: int) -> tuple[str, ...]:
        """Names in the file, or those that a layer gives itself."""
        if self.chance.random() < 0.3:
            names = self._names(f"{letter}u", count)
            row[key] = list(names)
        else:
            start = self.counts.get(letter, 0)
            self.counts[letter] = start + count
            names = tuple(f"{letter}{number}" for number in range(start + 1, start + count + 1))
        self.labels = names
        return names

    def _activation(self, row: Table, units: int, activation: str) -> None:
        chance = self.chance
        if not activation:
            kinds: tuple[tuple[str, ...], ...] = (SMOOTH, SMOOTH, KINKED, FORMULAS)
            if units > 1:
                kinds += (("softmax",),)
            activation = chance.choice(chance.choice(kinds))
        row["activation"] = activation
        if activation == "leaky_relu" and chance.random() < 0.5:
            row["slope"] = chance.choice((0.2, "1/3"))
        if activation == "elu" and chance.random() < 0.5:
            row["alpha"] = chance.choice((0.5, 2))

    def _weights(self, row: Table, names_key: str, shape: Shape) -> Any:
        """Numbers nested in this shape; names for them now and then."""
        count = prod(shape)
        if len(self.odd_names) >= count and self.chance.random() < 0.3:
            row[names_key] = _nested([self.odd_names.pop() for _ in range(count)], shape)
        return self._numbers(shape)

    def _biases(self, row: Table, count: int) -> None:
        """None, one for all, or one each."""
        drawn = self.chance.random()
        if drawn < 0.3:
            row["bias"] = self._number()
            if self.odd_names and self.chance.random() < 0.3:
                row["bias_name"] = self.odd_names.pop()
        elif drawn < 0.7:
            row["biases"] = self._numbers((count,))
            if len(self.odd_names) >= count and self.chance.random() < 0.3:
                row["bias_names"] = [self.odd_names.pop() for _ in range(count)]

    def _initial(self, row: Table, key: str, count: int) -> None:
        drawn = self.chance.random()
        if drawn < 0.2:
            row[key] = self._number()
        elif drawn < 0.4:
            row[key] = self._numbers((count,))

    # --- numbers --------------------------------------------------------------------------------------

    def _number(self) -> Any:
        """Mostly with two decimals, never 0; now and then a constant."""
        drawn = self.chance.random()
        if drawn < 0.02:
            return self.chance.choice(("1/3", "-2/7", "log(3)", "log(1/2)"))
        if drawn < 0.04:
            return self.chance.choice((1, -1))
        return (self.chance.randint(-95, 95) or 7) / 100

    def _numbers(self, shape: Shape) -> Any:
        return _nested([self._number() for _ in range(prod(shape))], shape)

    # --- targets and updates --------------------------------------------------------------------------

    def _targets(self) -> Table:
        steps = self.steps if self.at_all_steps and self.now.over_time else 0
        rows = [self._target_row() for _ in range(max(1, steps))]
        return {
            label: [row[place] for row in rows] if steps else rows[0][place]
            for place, label in enumerate(self.labels)
        }

    def _target_row(self) -> list[Any]:
        chance, count = self.chance, self.now.size
        if self.loss == "hinge":
            return [chance.choice((1, -1)) for _ in range(count)]
        if "cross_entropy" in self.loss:
            drawn = chance.random()
            if drawn < 0.5 and "binary" not in self.loss:
                hot = chance.randrange(count)
                return [int(place == hot) for place in range(count)]
            if drawn < 0.7 and count == 2:
                return [0.25, 0.75]
            return [chance.choice((0, 1, 0.3, 0.8)) for _ in range(count)]
        return [self._number() for _ in range(count)]

    def _update(self) -> Table:
        chance = self.chance
        found = dict(chance.choice(RULES))
        found["learning_rate"] = chance.choice((0.5, 0.1, "1/3"))
        if chance.random() < 0.25:
            found |= chance.choice(SCHEDULES)
        if self.samples > 1 and "batch_norm" not in self.kinds and chance.random() < 0.25:
            found["batch_size"] = chance.randint(1, self.samples)
            if chance.random() < 0.5:
                found["order"] = chance.sample(range(1, self.samples + 1), self.samples)
        if chance.random() < 0.1:
            found["biases"] = False
        return found


_MAKER = {
    "activation": "activation_alone",
    "lstm": "gated",
    "gru": "gated",
    "conv1d": "convolution",
    "conv2d": "convolution",
    "max_pool1d": "pool",
    "max_pool2d": "pool",
    "average_pool1d": "pool",
    "average_pool2d": "pool",
    "layer_norm": "normalised",
    "batch_norm": "normalised",
}


def _whole(numbers: list[int]) -> Any:
    """One number where all are the same."""
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _symbolic(value: Any) -> Any:
    return [_symbolic(one) for one in value] if isinstance(value, list) else "symbolic"


def _nested(flat: Sequence[Any], shape: Shape) -> Any:
    if not shape:
        return flat[0]
    size = len(flat) // shape[0]
    return [_nested(flat[start : start + size], shape[1:]) for start in range(0, len(flat), size)]


# --- text -------------------------------------------------------------------------------------------------


def toml(table: Table) -> str:
    """The table as TOML: single values, then tables, then lists of tables."""
    lines = [f"{key} = {_value(value)}" for key, value in table.items() if not _is_table(value)]
    for key in ("inputs", "targets"):
        if key in table:
            lines += ["", f"[{key}]", *_lines(table[key])]
    for key in ("samples", "layers"):
        for row in table.get(key, ()):
            lines += ["", f"[[{key}]]", *_lines(row)]
    if "update" in table:
        lines += ["", "[update]", *_lines(table["update"])]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _lines(row: Table) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in row.items()]


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() else f'"{key}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(_lines(value)) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
