"""The layers of a model one after another, as tables of a network file: shared by all frameworks."""

from __future__ import annotations

from decimal import Decimal
from math import prod
from typing import Any, NoReturn

from symback.errors import RequestError
from symback.frameworks.exact import Nested, shape_of
from symback.layers import LAYERS

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
        """The activation of the layer before."""
        if name == "softmax" and len(self.shape) > 1:
            refuse(where, f"softmax is taken over units, but a signal of shape {self.said_shape()} comes in")
        if self.open is None:
            before = self.tables[-1].get("type", "dense") if self.tables else ""
            what = (
                f"after the {before} layer before it, which has its activation" if before else "at the start"
            )
            refuse(where, f"an activation belongs to a layer with weights, and this one stands {what}")
        self.open |= {"activation": name, **settings}
        self.open = None

    def reactivate(self, name: str) -> None:
        """Another activation in place of the last one, of which it turned out to be a part."""
        self.tables[-1]["activation"] = name

    def flatten(self, where: str) -> None:
        """All numbers of a signal as one list."""
        if self.steps:
            refuse(where, "a series over time cannot be flattened")
        if len(self.shape) == 1:
            return
        if not self.tables:
            refuse(where, "it stands at the start")
        self.add("flatten", {}, (self.size,))

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
        return " x ".join(map(str, self.shape))

    def named(self) -> list[Table]:
        """The tables; units of dense layers are named h1, h2, ..., and those of the last layer o1, o2, ..."""
        if not self.tables:
            raise RequestError("There is no layer in this model.")
        hidden = 0
        for place, table in enumerate(self.tables, 1):
            if table.get("type", "dense") != "dense":
                continue
            is_last = place == len(self.tables)
            start, letter = (0, "o") if is_last else (hidden, "h")
            count = len(table["units"])
            table["units"] = [f"{letter}{start + number}" for number in range(1, count + 1)]
            hidden += 0 if is_last else count
        return self.tables


def supports(kind: str) -> bool:
    """Whether network files know this type of layer."""
    return kind in LAYERS


def refuse(where: str, why: str) -> NoReturn:
    """Raises RequestError: what cannot be turned into a network file, and why."""
    raise RequestError(f"{where}: {why}.")
