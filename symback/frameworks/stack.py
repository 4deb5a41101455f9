"""The layers of a model one after another, as tables of a network file: shared by all frameworks."""

from __future__ import annotations

from decimal import Decimal
from math import prod
from typing import Any, NoReturn

from symback.errors import RequestError
from symback.frameworks.exact import Nested
from symback.nested import flat, in_words, shape_of

Table = dict[str, Any]


class Stack:
    """The tables so far, and the shape of what the last layer passes on.

    `shape` is (units,), (channels, positions) or (channels, rows, columns); `steps` counts time steps, 0
    where nothing depends on time. Every method names in `where` what is translated, for messages, and raises
    RequestError for what has no twin here.
    """

    def __init__(self, shape: tuple[int, ...], steps: int = 0) -> None:
        self.tables: list[Table] = []
        self.shape = shape
        self.steps = steps
        self.open: Table | None = None
        """The layer that may still get an activation."""

    def add(self, kind: str, table: Table, shape: tuple[int, ...], *, takes_activation: bool = False) -> None:
        """A layer of any type."""
        found = table if kind == "dense" else {"type": kind, **table}
        self.tables.append(found)
        self.shape = shape
        self.open = found if takes_activation else None

    def dense(self, weights: Nested, biases: Nested | None, where: str) -> None:
        """A dense layer; `weights` are rows, one for each unit. Its units are named at the end."""
        self.check_flat(where)
        units, inputs = shape_of(weights)
        if self.shape != (inputs,):
            refuse(where, f"it takes {inputs} numbers, but {self.shape[0]} come in")
        table: Table = {"units": [""] * units, "activation": "linear", "weights": weights}
        if biases is not None:
            table["biases"] = biases
        self.add("dense", table, (units,), takes_activation=True)

    def activate(self, name: str, where: str, **settings: Decimal) -> None:
        """The activation of the layer before, or one by itself where that has one or can have none."""
        if name == "softmax" and len(self.shape) > 1:
            refuse(where, f"softmax is taken over units, but a signal of shape {self.said_shape()} comes in")
        if self.open is None:
            self.add("activation", {"activation": name, **settings}, self.shape)
        else:
            self.open |= {"activation": name, **settings}
            self.open = None

    def convolution(
        self,
        kernels: Nested,
        biases: Nested | None,
        stride: tuple[int, ...],
        padding: tuple[int, ...],
        where: str,
    ) -> None:
        """conv1d or conv2d; kernels[output channel][input channel][row][column]."""
        channels, inputs, *size = shape_of(kernels)
        kind = f"conv{len(size)}d"
        self._check_image(kind, len(size), where)
        if self.shape[0] != inputs:
            refuse(where, f"it takes {inputs} channels, but {self.shape[0]} come in")
        table: Table = {"channels": [""] * channels, "activation": "linear", "kernels": kernels}
        if any(number != 1 for number in stride):
            table["stride"] = _one_or_all(stride)
        if any(padding):
            table["padding"] = _one_or_all(padding)
        if biases is not None:
            table["biases"] = biases
        extent = self._extent(tuple(size), stride, padding, where)
        self.add(kind, table, (channels, *extent), takes_activation=True)

    def pooling(self, kind: str, size: tuple[int, ...], stride: tuple[int, ...], where: str) -> None:
        """`kind` is max_pool or average_pool."""
        kind = f"{kind}{len(size)}d"
        self._check_image(kind, len(size), where)
        table: Table = {"size": _one_or_all(size)}
        if stride != size:
            table["stride"] = _one_or_all(stride)
        extent = self._extent(size, stride, (0,) * len(size), where)
        self.add(kind, table, (self.shape[0], *extent))

    def recurrent(self, kind: str, table: Table, units: int, inputs: int, where: str) -> None:
        """recurrent, lstm or gru: `table` has all but the units, which are named at the end."""
        self.check_flat(where)
        if not self.steps:
            refuse(where, "no series over time comes in")
        if self.shape != (inputs,):
            refuse(where, f"it takes {inputs} numbers at each step, but {self.shape[0]} come in")
        self.add(kind, {"units": [""] * units, **table}, (units,))

    def normalisation(
        self, kind: str, gains: Nested | None, biases: Nested | None, epsilon: Decimal, where: str
    ) -> None:
        """layer_norm or batch_norm, over all that comes in; gains and biases by unit."""
        table: Table = {"epsilon": epsilon}
        for key, values in (("gains", gains), ("biases", biases)):
            if values is not None:
                table[key] = list(flat(values))
                if len(table[key]) != self.size:
                    refuse(where, f"it has {len(table[key])} {key}, but {self.size} numbers come in")
        self.add(kind, table, self.shape)

    def embedding(self, weights: Nested, where: str) -> None:
        """A row of weights for each word."""
        if self.tables:
            refuse(where, "an embedding can be the first layer only")
        self.add("embedding", {"weights": weights}, shape_of(weights)[1:])

    def keep_last_step(self) -> None:
        """From here on nothing depends on time."""
        self.steps = 0

    def _extent(
        self, size: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...], where: str
    ) -> list[int]:
        """How often a window stands along each dimension."""
        room = [
            there + 2 * around - own for there, around, own in zip(self.shape[1:], padding, size, strict=True)
        ]
        if min(room) < 0 or min(*size, *stride) < 1 or min(padding) < 0:
            refuse(where, f"windows of size {size} do not fit a signal of shape {self.said_shape()}")
        return [left // step + 1 for left, step in zip(room, stride, strict=True)]

    def _check_image(self, kind: str, dimensions: int, where: str) -> None:
        if len(self.shape) != dimensions + 1:
            needed = "channels of rows and columns" if dimensions == 2 else "channels of positions"
            refuse(
                where, f"a {kind} layer takes {needed}, but a signal of shape {self.said_shape()} comes in"
            )

    def flatten(self, where: str) -> None:
        """All numbers of a signal as one list."""
        if len(self.shape) == 1 and not self.steps:
            return
        count = self.size * max(self.steps, 1)
        self.steps = 0
        self.add("flatten", {}, (count,))

    def check_flat(self, where: str) -> None:
        """That a plain list of numbers comes in."""
        if len(self.shape) > 1:
            refuse(where, f"a signal of shape {self.said_shape()} comes in; flatten it before")

    @property
    def size(self) -> int:
        """How many numbers the last layer passes on."""
        return prod(self.shape)

    def said_shape(self) -> str:
        """The shape for a message."""
        return in_words(self.shape)

    def named(self) -> list[Table]:
        """The tables: units are named h1, h2, ..., channels c1, c2, ..., units of the last layer o1, o2, ...

        Layers whose units have names by default are left alone.
        """
        if not self.tables:
            raise RequestError("There is no layer in this model.")
        if any(table.get("activation") == "log_softmax" for table in self.tables[:-1]):
            raise RequestError("LogSoftmax has a twin only at the end of a model.")
        used = {"h": 0, "c": 0, "o": 0}
        for place, table in enumerate(self.tables, 1):
            for key, letter in (("units", "h"), ("channels", "c")):
                if key in table:
                    own = "o" if key == "units" and place == len(self.tables) else letter
                    table[key] = [f"{own}{used[own] + number}" for number in range(1, len(table[key]) + 1)]
                    used[own] += len(table[key])
        return self.tables


def _one_or_all(numbers: tuple[int, ...]) -> int | list[int]:
    """One number for all dimensions where they are the same."""
    return numbers[0] if len(set(numbers)) == 1 else list(numbers)


def refuse(where: str, why: str) -> NoReturn:
    """Raises RequestError: what cannot be turned into a network file, and why."""
    raise RequestError(f"{where}: {why}.")
