"""One node of an ONNX model on its way into a network file: its constants, its attributes, its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from symback.frameworks.exact import Exact, Nested
from symback.frameworks.onnx_file import Model, Node
from symback.frameworks.stack import Stack, refuse
from symback.nested import flat

BATCH, TIME, DIRECTION, UNIT, CHANNEL, ROW, COLUMN = AXES = (
    "samples",
    "time steps",
    "directions",
    "units",
    "channels",
    "rows",
    "columns",
)
"""What a dimension of an array may stand for."""
Axes = tuple[str, ...]


@dataclass(slots=True)
class Current:
    """What the operations so far give: the layers, and what each dimension of the array stands for."""

    stack: Stack
    axes: Axes
    names: dict[str, Axes] = field(default_factory=dict)
    """What the next operation may take: the outputs of the last one, each with its dimensions."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node with all that it takes to translate it."""

    node: Node
    model: Model
    current: Current
    exact: Exact

    @property
    def stack(self) -> Stack:
        """The layers so far."""
        return self.current.stack

    @property
    def axes(self) -> Axes:
        """The dimensions of what comes in."""
        return self.current.axes

    @property
    def where(self) -> str:
        """What messages call it."""
        return self.node.where

    def has(self, place: int) -> bool:
        """Whether it has this input (they count from 0, and may be left out)."""
        return len(self.node.inputs) > place and self.node.inputs[place] != ""

    def constant(self, place: int) -> Nested:
        """An input that is stored in the model, as exact decimals."""
        return self.model.decimals(self.stored(place), self.where, self.exact)

    def whole(self, place: int) -> list[int]:
        """An input that is a list of whole numbers."""
        return [int(value) for value in flat(self.model.numbers(self.stored(place), self.where))]

    def stored(self, place: int) -> str:
        """The name of an input that is stored in the model."""
        if not self.has(place) or self.node.inputs[place] not in self.model.constants:
            refuse(self.where, f"its input {place + 1} is not stored in the model")
        return self.node.inputs[place]

    def attribute(self, name: str, default: Any) -> Any:
        """An attribute, of the type of its default. Raises RequestError for another type."""
        value = self.node.attributes.get(name, default)
        if isinstance(default, list):
            fits = hasattr(value, "__iter__") and all(isinstance(entry, int) for entry in value)
            value = list(value) if fits else value
        else:
            fits = isinstance(value, type(default))
        if not fits:
            refuse(self.where, f"its attribute {name} has the wrong type")
        return value

    def only(self, name: str, *allowed: Any) -> None:
        """That an attribute has one of these values; the first is its default."""
        value = self.attribute(name, allowed[0])
        if value not in allowed:
            refuse(self.where, f"{name}={value!r} has no twin in symback; {name}={allowed[0]!r} has")

    def needs(self, *wanted: Axes) -> None:
        """That the dimensions of what comes in are those of one of these."""
        if self.axes not in wanted:
            needed = " or ".join("(" + ", ".join(axes) + ")" for axes in wanted)
            self.refuse(f"an array of ({', '.join(self.axes)}) comes in; {needed} may")

    def reaches(self, axes: Sequence[str]) -> None:
        """Notes what the dimensions of its output stand for."""
        self.current.axes = tuple(axes)

    def refuse(self, why: str) -> NoReturn:
        """Raises RequestError."""
        refuse(self.where, why)
