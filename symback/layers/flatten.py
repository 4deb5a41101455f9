"""A layer that makes one list of all that comes in; it computes nothing and has no quantities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from symback.floats import Float
from symback.graph import Quantity
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.signal import Port, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Flatten(Layer):
    """The order is channel, row, column; where there are time steps, all of the first come first."""

    kind: ClassVar[str] = "flatten"
    is_sequence: ClassVar[bool] = True  # it needs all time steps of the layers before it
    takes_time: ClassVar[bool] = True

    @classmethod
    def read(cls, reader: LayerReader) -> Flatten:
        """A flatten layer of a network file."""
        source = reader.source
        ports = source.ports
        if source.steps:
            ports = tuple(Port(port.base, step) for step in source.steps for port in source.ports)
        return cls(place=reader.place, units=(), source=source, signal=Signal(ports, (len(ports),)))

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Nothing: what comes in keeps its names."""
        return []

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """All steps in one."""
        return [[[value for step in steps for value in step]] for steps in inputs]

    def facts(self) -> dict[str, object]:
        """The shapes in and out."""
        return {"shape_in": self.source.shape, "shape_out": self.signal.shape}
