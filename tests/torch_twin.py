"""A network file computed by PyTorch alone: E_total, all gradients by autograd, and training by torch.optim.

Nothing of symback is used. What the keys of a file mean is written down here once more:

* Numbers are decimals, fractions "1/3" or "log(3)"; of a dense layer also "random". Weights are w1, w2, ...
  in reading order over the whole file; a shared bias of layer k is b<k>, one for each unit h1 is b_h1, a gain
  g_h1.
* Units of layers without names are numbered over the file by a letter: n (normalisations), r (residual),
  d (dropout), e (embedding), a (attention, activation), and p for the channels of pools.
* A signal has samples, time steps (or tokens) and numbers in the order channel, row, column. With targets
  that are lists every step has errors, else only the last one has; layers work on each step by itself but
  for recurrent ones, attention, batch_norm (over samples and steps) and flatten (which joins all steps).
* E_total is the sum over samples, or their mean with `reduction`, of the sum of errors over steps and
  outputs; mean_squared_error divides by the number of both. Penalties count weights, not biases nor gains.
* At a kink the left derivative counts, of |x| 0, and of several largest entries the first one.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.tools import require_module

torch: Any = require_module("torch")
functional = torch.nn.functional

NEAR = 1e-9
Table = dict[str, Any]


def number(value: Any) -> float:
    """A decimal, "1/3" or "log(3)"."""
    if isinstance(value, str) and value.startswith("log("):
        return math.log(Fraction(value[4:-1]))
    return float(Fraction(value)) if isinstance(value, str) else float(value)


def tensor(values: Any) -> Any:
    return torch.tensor(_numbers(values), dtype=torch.float64)


def _numbers(values: Any) -> Any:
    return [_numbers(value) for value in values] if isinstance(values, list) else number(values)


@dataclass(frozen=True)
class Signal:
    """`values` is samples x steps x numbers; `shape` is (numbers,) or channels, rows and columns."""

    values: Any
    shape: tuple[int, ...]
    labels: tuple[str, ...]
    over_time: bool

    def with_values(self, values: Any, labels: Sequence[str], shape: tuple[int, ...] = ()) -> Signal:
        return Signal(values, shape or (len(labels),), tuple(labels), self.over_time)


class Twin:
    """The network of a file's text. `values` are its parameters by name, leaves that have gradients."""

    def __init__(self, text: str) -> None:
        self.table = tomllib.loads(text)
        self.rows: list[Table] = self.table.get("samples", [self.table])
        self.values: dict[str, Any] = {}
        self.weights: list[str] = []
        self.biases: list[str] = []
        self.distance = math.inf
        """How near to a kink an argument comes that does not lie on it."""
        self._is_built = False
        self.at_all_steps = any(isinstance(t, list) for t in self.rows[0].get("targets", {}).values())
        self.error()
        self._is_built = True

    # --- the error ------------------------------------------------------------------------------------

    def error(self, samples: Sequence[int] | None = None) -> Any:
        """E_total, or the error of some samples, counted from 0."""
        errors = self._errors()
        chosen = errors if samples is None else errors[list(samples)]
        total = chosen.mean() if self.table.get("reduction") == "mean" else chosen.sum()
        weights = [self.values[name] for name in self.weights]
        if weights and "penalty_l1" in self.table:
            self._kinks(torch.stack(weights))
            total = total + number(self.table["penalty_l1"]) * sum(torch.abs(weight) for weight in weights)
        if weights and "penalty_l2" in self.table:
            total = total + number(self.table["penalty_l2"]) / 2 * sum(weight**2 for weight in weights)
        return total

    def gradients(self) -> dict[str, float]:
        """dE_total/dw of every parameter."""
        error = self.error()
        names = list(self.values)
        if not names or not error.requires_grad:
            return dict.fromkeys(names, 0.0)
        found = torch.autograd.grad(error, [self.values[name] for name in names], allow_unused=True)
        return {
            name: 0.0 if slope is None else slope.item() for name, slope in zip(names, found, strict=True)
        }

    def _errors(self) -> Any:
        """The error of each sample."""
        self._place, self._counts, self._weights = 0, dict[str, int](), 0
        self.distance = math.inf
        self.signals = [self._inputs()]
        for row in self.table["layers"]:
            self._place += 1
            kind = row.get("type", "dense")
            made = getattr(self, f"_{kind}", None) or getattr(self, f"_{kind[:-2]}")
            self.signals.append(made(row, self.signals[-1]))
        last = self.signals[-1]
        outputs = last.values if self.at_all_steps else last.values[:, -1:]
        if self.table["loss"] == "output_sum":
            return outputs.sum((1, 2))
        targets = []
        for row in self.rows:
            columns = [row["targets"][label] for label in last.labels]
            targets.append(tensor([column if isinstance(column, list) else [column] for column in columns]).T)
        return self._loss(outputs, torch.stack(targets))

    def _loss(self, outputs: Any, targets: Any) -> Any:
        loss = self.table["loss"].removeprefix("categorical_")
        apart = targets - outputs
        if loss == "mean_squared_error":
            return (apart**2).mean((1, 2))
        if loss == "half_squared_error":
            terms = apart**2 / 2
        elif loss == "squared_error":
            terms = apart**2
        elif loss == "absolute_error":
            self._kinks(apart)
            terms = torch.abs(apart)
        elif loss == "huber":
            delta = number(self.table.get("huber_delta", 1))
            self._kinks(torch.abs(apart) - delta)
            terms = functional.huber_loss(outputs, targets, reduction="none", delta=delta)
        elif loss == "hinge":
            self._kinks(1 - targets * outputs)
            terms = functional.relu(1 - targets * outputs)
        elif loss == "binary_cross_entropy":
            terms = -(targets * torch.log(outputs) + (1 - targets) * torch.log(1 - outputs))
        elif loss == "cross_entropy":
            terms = -targets * torch.log(outputs)
        elif loss == "binary_cross_entropy_from_logits":
            terms = functional.binary_cross_entropy_with_logits(outputs, targets, reduction="none")
        elif loss == "cross_entropy_from_logits":
            terms = -targets * torch.log_softmax(outputs, 2)
        else:
            raise ValueError(f"the twin knows no loss {loss}")
        return terms.sum((1, 2))

    def _inputs(self) -> Signal:
        """Single numbers, series, or images; rows are channels where a layer of one dimension comes first."""
        first = self.rows[0]["inputs"]
        values = [tensor(list(row["inputs"].values())) for row in self.rows]
        whole = torch.stack(values)
        is_image = self.table["layers"][0].get("type", "dense").endswith("1d")
        names = list(first)
        if whole.dim() == 2:
            return Signal(whole[:, None], (len(names),), tuple(names), False)
        if whole.dim() == 3 and not is_image:
            return Signal(whole.transpose(1, 2), (len(names),), tuple(names), True)
        shape = whole.shape[1:]
        if is_image:
            shape = (math.prod(shape[:-1]), shape[-1])
        elif len(shape) == 4:
            shape = (shape[0] * shape[1], *shape[2:])
        return Signal(whole.reshape(len(values), 1, -1), tuple(shape), (), False)

    # --- parameters and names -------------------------------------------------------------------------

    def _parameters(self, numbers: Any, names: list[str], kind: list[str] | None = None) -> Any:
        """Leaves with these names, nested as the numbers are."""
        start = tensor(numbers)
        if not self._is_built:
            for name, value in zip(names, start.flatten(), strict=True):
                self.values[name] = value.clone().requires_grad_()
            if kind is not None:
                kind += names
        return torch.stack([self.values[name] for name in names]).reshape(start.shape)

    def _matrix(
        self, row: Table, key: str = "weights", names_key: str = "weight_names", shape: Sequence[int] = ()
    ) -> Any:
        """Weights, numbered on where the file has no names; with the word "random" in this shape."""
        count = math.prod(shape) if row[key] == "random" else len(_flat(row[key]))
        names = [f"w{self._weights + place}" for place in range(1, count + 1)]
        self._weights += count
        if names_key in row:
            names = _flat(row[names_key])
        if row[key] == "random":
            return self._parameters([self._drawn(name) for name in names], names, self.weights).reshape(shape)
        return self._parameters(row[key], names, self.weights)

    def _drawn(self, name: str) -> float:
        """The number that stands for "random"."""
        digest = hashlib.sha256(f"symback/1:{self.table['seed']}:{name}".encode()).digest()
        return ((int.from_bytes(digest[:8], "big") % 199 - 99) or 1) / 100

    def _bias(self, row: Table, owners: Sequence[str]) -> Any:
        """One number for each owner; zeros for none."""
        if "bias" in row:
            name = row.get("bias_name", f"b{self._place}")
            return self._parameters([row["bias"]], [name], self.biases).expand(len(owners))
        if "biases" not in row:
            return torch.zeros(len(owners), dtype=torch.float64)
        names = row.get("bias_names", [f"b_{owner}" for owner in owners])
        numbers = [self._drawn(name) for name in names] if row["biases"] == "random" else row["biases"]
        return self._parameters(numbers, names, self.biases)

    def _own(self, row: Table, letter: str, count: int, key: str = "units") -> list[str]:
        """The names of units that a layer gives itself."""
        if key in row:
            return list(row[key])
        start = self._counts.get(letter, 0)
        self._counts[letter] = start + count
        return [f"{letter}{place}" for place in range(start + 1, start + count + 1)]

    # --- activations ----------------------------------------------------------------------------------

    def _kinks(self, arguments: Any) -> None:
        """Notes how near these come to 0 without being 0."""
        sizes = arguments.detach().abs().flatten()
        sizes = sizes[sizes > 0]
        if len(sizes):
            self.distance = min(self.distance, sizes.min().item())

    def _activated(self, row: Table, nets: Any, default: str = "linear") -> Any:
        """The last dimension holds the units of a layer."""
        name = row.get("activation", default)
        if name == "softmax":
            return torch.softmax(nets, -1)
        if name in ("relu", "leaky_relu", "elu", "x/(1 + abs(x))"):
            self._kinks(nets)
        if name == "max(x, -1/2)":
            self._kinks(nets + 0.5)
            return torch.where(nets > -0.5, nets, torch.full_like(nets, -0.5))
        if name == "leaky_relu":
            return functional.leaky_relu(nets, number(row.get("slope", 0.01)))
        if name == "elu":
            return functional.elu(nets, number(row.get("alpha", 1)))
        return FUNCTIONS[name](nets)

    # --- layers ---------------------------------------------------------------------------------------

    def _dense(self, row: Table, source: Signal) -> Signal:
        shape = (len(row["units"]), source.shape[0])
        nets = source.values @ self._matrix(row, shape=shape).T + self._bias(row, row["units"])
        return source.with_values(self._activated(row, nets), row["units"])

    def _activation(self, row: Table, source: Signal) -> Signal:
        units = self._own(row, "a", source.values.shape[2])
        return source.with_values(self._activated(row, source.values), units, source.shape)

    def _conv(self, row: Table, source: Signal) -> Signal:
        dimensions = len(source.shape) - 1
        kernels = self._matrix(row, "kernels", "kernel_names")
        bias = self._bias(row, row["channels"])
        apply = functional.conv1d if dimensions == 1 else functional.conv2d
        image = self._image(source)
        found = apply(image, kernels, bias, stride=row.get("stride", 1), padding=row.get("padding", 0))
        found = self._activated(row, found)
        return self._of_image(found, source, row["channels"])

    def _max_pool(self, row: Table, source: Signal) -> Signal:
        size, stride = row["size"], row.get("stride", row["size"])
        image = self._image(source)
        if len(source.shape) == 2:
            windows = image.unfold(2, size, stride)
            found = functional.max_pool1d(image, size, stride)
        else:
            (height, width), (down, right) = _pair(size), _pair(stride)
            windows = image.unfold(2, height, down).unfold(3, width, right).flatten(-2)
            found = functional.max_pool2d(image, size, stride)
        if windows.shape[-1] > 1:
            highest = windows.sort(-1, descending=True).values
            self._kinks(highest[..., 0] - highest[..., 1])
        return self._of_image(found, source, self._own(row, "p", source.shape[0], "channels"))

    def _average_pool(self, row: Table, source: Signal) -> Signal:
        apply = functional.avg_pool1d if len(source.shape) == 2 else functional.avg_pool2d
        found = apply(self._image(source), row["size"], row.get("stride", row["size"]))
        return self._of_image(found, source, self._own(row, "p", source.shape[0], "channels"))

    def _image(self, source: Signal) -> Any:
        return source.values.reshape(len(self.rows), *source.shape)

    def _of_image(self, image: Any, source: Signal, channels: Sequence[str]) -> Signal:
        places: list[str] = [""]
        for size in image.shape[2:]:
            places = [f"{place}_{entry}" for place in places for entry in range(1, size + 1)]
        labels = [channel + place for channel in channels for place in places]
        return source.with_values(image.reshape(len(self.rows), 1, -1), labels, tuple(image.shape[1:]))

    def _flatten(self, row: Table, source: Signal) -> Signal:
        values = source.values.reshape(len(self.rows), 1, -1)
        labels = source.labels
        if source.over_time:
            steps = range(1, source.values.shape[1] + 1)
            labels = tuple(f"{label}[t={step}]" for step in steps for label in labels)
        return Signal(values, (values.shape[2],), labels, False)

    def _recurrent(self, row: Table, source: Signal) -> Signal:
        inputs = self._matrix(row)
        before = self._matrix(row, "recurrent_weights", "recurrent_weight_names")
        bias = self._bias(row, row["units"])
        state = self._initial(row, "initial_state")
        found = []
        for step in source.values.unbind(1):
            state = self._activated(row, step @ inputs.T + state @ before.T + bias, "tanh")
            found.append(state)
        return source.with_values(torch.stack(found, 1), row["units"])

    def _initial(self, row: Table, key: str) -> Any:
        value = row.get(key, 0)
        values = value if isinstance(value, list) else [value] * len(row["units"])
        return tensor(values).expand(len(self.rows), -1)

    def _gates(self, row: Table, gates: Sequence[str]) -> dict[str, Any]:
        """Weights and biases as the cells of PyTorch want them: the blocks below one another."""
        units = row["units"]
        inputs = self._matrix(row).flatten(0, 1)
        before = self._matrix(row, "recurrent_weights", "recurrent_weight_names").flatten(0, 1)
        if "biases" in row:
            names = [f"b_{gate}_{unit}" for gate in gates for unit in units]
            bias = self._parameters(row["biases"], names, self.biases).flatten()
        else:
            bias = self._bias(row, units).repeat(len(gates))
        more = torch.zeros_like(bias)
        if "recurrent_biases" in row:
            names = [f"rb_{gate}_{unit}" for gate in gates for unit in units]
            more = self._parameters(row["recurrent_biases"], names, self.biases).flatten()
        return {"weight_ih": inputs, "weight_hh": before, "bias_ih": bias, "bias_hh": more}

    def _lstm(self, row: Table, source: Signal) -> Signal:
        numbers = self._gates(row, ("input", "forget", "cell", "output"))
        cell = torch.nn.LSTMCell(source.shape[0], len(row["units"]), dtype=torch.float64)
        state = self._initial(row, "initial_state"), self._initial(row, "initial_cell")
        found = []
        for step in source.values.unbind(1):
            state = torch.func.functional_call(cell, numbers, (step, state))
            found.append(state[0])
        return source.with_values(torch.stack(found, 1), row["units"])

    def _gru(self, row: Table, source: Signal) -> Signal:
        numbers = self._gates(row, ("reset", "update", "new"))
        cell = torch.nn.GRUCell(source.shape[0], len(row["units"]), dtype=torch.float64)
        state = self._initial(row, "initial_state")
        found = []
        for step in source.values.unbind(1):
            if row.get("reset", "after") == "after":
                state = torch.func.functional_call(cell, numbers, (step, state))
            else:
                state = self._reset_before(step, state, numbers)
            found.append(state)
        return source.with_values(torch.stack(found, 1), row["units"])

    @staticmethod
    def _reset_before(step: Any, state: Any, numbers: dict[str, Any]) -> Any:
        """As published: the reset gate acts on the outputs of the step before. PyTorch has no such cell."""
        (wr, wz, wn), (ur, uz, un) = (numbers[f"weight_{end}"].chunk(3) for end in ("ih", "hh"))
        br, bz, bn = (numbers["bias_ih"] + numbers["bias_hh"]).chunk(3)
        reset = torch.sigmoid(step @ wr.T + state @ ur.T + br)
        update = torch.sigmoid(step @ wz.T + state @ uz.T + bz)
        new = torch.tanh(step @ wn.T + (reset * state) @ un.T + bn)
        return (1 - update) * new + update * state

    def _attention(self, row: Table, source: Signal) -> Signal:
        query, key, value = (
            source.values @ self._matrix(row, name, f"{name}_names").T for name in ("query", "key", "value")
        )
        found = functional.scaled_dot_product_attention(query, key, value, is_causal=row.get("causal", False))
        return source.with_values(found, self._own(row, "a", found.shape[2]))

    def _embedding(self, row: Table, source: Signal) -> Signal:
        words = source.values[:, :, 0].long() - 1
        found = functional.embedding(words, self._matrix(row))
        return source.with_values(found, self._own(row, "e", found.shape[2]))

    def _scale(self, row: Table, units: Sequence[str]) -> tuple[Any, Any]:
        """Gains and biases, or None."""
        gains = bias = None
        if "gains" in row:
            gains = self._parameters(row["gains"], [f"g_{unit}" for unit in units])
        if "biases" in row:
            bias = self._bias(row, units)
        return gains, bias

    def _layer_norm(self, row: Table, source: Signal) -> Signal:
        units = self._own(row, "n", source.values.shape[2])
        gains, bias = self._scale(row, units)
        epsilon = number(row.get("epsilon", "0.00001"))
        found = functional.layer_norm(source.values, (len(units),), gains, bias, eps=epsilon)
        return source.with_values(found, units, source.shape)

    def _batch_norm(self, row: Table, source: Signal) -> Signal:
        units = self._own(row, "n", source.values.shape[2])
        gains, bias = self._scale(row, units)
        epsilon = number(row.get("epsilon", "0.00001"))
        across = source.values.transpose(1, 2)
        found = functional.batch_norm(across, None, None, gains, bias, training=True, eps=epsilon)
        return source.with_values(found.transpose(1, 2), units)

    def _residual(self, row: Table, source: Signal) -> Signal:
        shortcut = self.signals[row.get("from", self._place - 2)]
        units = self._own(row, "r", source.values.shape[2])
        return source.with_values(source.values + shortcut.values, units, source.shape)

    def _dropout(self, row: Table, source: Signal) -> Signal:
        units = self._own(row, "d", source.values.shape[2])
        found = source.values * tensor(row["mask"]) / (1 - number(row.get("rate", 0)))
        return source.with_values(found, units, source.shape)

    # --- training -------------------------------------------------------------------------------------

    def train(self, updates: int) -> dict[str, float]:
        """The parameters that are trained after so many updates."""
        row = self.table["update"]
        trained = [name for name in self.values if row.get("biases", True) or name not in self.biases]
        if not trained:
            return {}
        parameters = [self.values[name] for name in trained]
        optimizer = _optimizer(row, parameters)
        first = number(row["learning_rate"])
        for update in range(updates):
            for group in optimizer.param_groups:
                group["lr"] = first * _schedule(row, update)
            error = self.error(self._batch(row, update))
            slopes = torch.autograd.grad(error, parameters, allow_unused=True)
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter.grad = torch.zeros_like(parameter) if slope is None else slope
            optimizer.step()
        return {name: self.values[name].item() for name in trained}

    def _batch(self, row: Table, update: int) -> list[int] | None:
        """The samples of one update, from 0."""
        if "batch_size" not in row:
            return None
        order = row.get("order", range(1, len(self.rows) + 1))
        size = row["batch_size"]
        batches = [[place - 1 for place in order[at : at + size]] for at in range(0, len(order), size)]
        return batches[update % len(batches)]


def _optimizer(row: Table, parameters: list[Any]) -> Any:
    """The one of torch.optim; `convention = "steps"` differs from it only where the rate changes."""
    rule, optim = row.get("rule", "gradient_descent"), torch.optim
    get: Callable[[str, float], float] = lambda key, default: number(row.get(key, default))  # noqa: E731
    rate = number(row["learning_rate"])
    if rule == "gradient_descent":
        return optim.SGD(parameters, lr=rate)
    if rule == "momentum" and row.get("convention") == "steps":
        return Steps(parameters, get("momentum", 0.9))
    if rule in ("momentum", "nesterov"):
        momentum, dampening = get("momentum", 0.9), get("dampening", 0)
        return optim.SGD(
            parameters, lr=rate, momentum=momentum, dampening=dampening, nesterov=rule == "nesterov"
        )
    if rule == "adagrad":
        return optim.Adagrad(parameters, lr=rate, eps=get("epsilon", 1e-10))
    if rule == "rmsprop":
        return optim.RMSprop(parameters, lr=rate, alpha=get("decay", 0.99), eps=get("epsilon", 1e-8))
    betas = get("beta1", 0.9), get("beta2", 0.999)
    if rule == "adam":
        return optim.Adam(parameters, lr=rate, betas=betas, eps=get("epsilon", 1e-8))
    if rule == "adamw":
        decay = get("weight_decay", 0.01)
        return optim.AdamW(parameters, lr=rate, betas=betas, eps=get("epsilon", 1e-8), weight_decay=decay)
    raise ValueError(f"the twin knows no rule {rule}")


class Steps:
    """Momentum that adds up steps, v = mu*v - eta*gradient, which torch.optim does not have."""

    def __init__(self, parameters: list[Any], momentum: float) -> None:
        self.parameters, self.momentum = parameters, momentum
        self.velocities = [torch.zeros_like(parameter) for parameter in parameters]
        self.param_groups = [{"lr": 0.0}]

    def step(self) -> None:
        for place, parameter in enumerate(self.parameters):
            moved = self.momentum * self.velocities[place] - self.param_groups[0]["lr"] * parameter.grad
            self.velocities[place] = moved
            parameter.data += moved


def _schedule(row: Table, updates: int) -> float:
    """What the first rate is multiplied by after so many updates."""
    kind = row.get("schedule", "constant")
    if kind == "step":
        return number(row["gamma"]) ** (updates // int(row["every"]))
    if kind == "exponential":
        return number(row["gamma"]) ** updates
    if kind == "inverse_time":
        return 1 / (1 + number(row["gamma"]) * updates)
    if kind == "linear":
        return max(0.0, 1 - updates / int(row["length"]))
    return 1.0


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "logistic": torch.sigmoid,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "softplus": functional.softplus,
    "silu": functional.silu,
    "swish": functional.silu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "linear": lambda x: x,
    "identity": lambda x: x,
    "x*logistic(x)": functional.silu,
    "tanh(x)^2": lambda x: torch.tanh(x) ** 2,
    "x/(1 + abs(x))": functional.softsign,
    "log(1 + x^2)": lambda x: torch.log1p(x**2),
    "sqrt(1 + x^2)": lambda x: torch.sqrt(1 + x**2),
    "erf(x)/2": lambda x: torch.erf(x) / 2,
    "x^3/3": lambda x: x**3 / 3,
}


def _flat(names: Any) -> list[str]:
    return [name for part in names for name in _flat(part)] if isinstance(names, list) else [names]


def _pair(size: Any) -> tuple[int, int]:
    return (size[0], size[1]) if isinstance(size, list) else (size, size)
