"""A residual connection: what an earlier layer gave is added to what comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Name
from symback.floats import Float
from symback.graph import Quantity
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import UNITS
from symback.layers.signal import Signal, unit_signal
from symback.naming import sample_places
from symback.nested import in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual(Layer):
    """Each number plus the one at its place in the inputs or in the outputs of an earlier layer."""

    kind: ClassVar[str] = "residual"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "properties": {
            **UNITS,
            "from": {
                "type": "integer",
                "minimum": 0,
                "maximum": 10_000,
                "description": "the place of an earlier layer, or 0 for the inputs of the network",
            },
        },
    }

    start: int
    """The place of the layer that it comes from; 0 for the inputs."""
    shortcut: Signal
    """What is added."""

    @classmethod
    def read(cls, reader: LayerReader) -> Residual:
        """A residual layer of a network file; without `from` it leads around the layer before it."""
        highest = reader.place - 2
        if highest < 0:
            reader.fail("", "a residual layer stands first", "A layer may stand before it, to lead around")
        start = reader.row.get("from", highest)
        if start > highest:
            allowed = (
                "0 may stand there, for the inputs" if not highest else f"0 to {highest} may stand there"
            )
            reader.fail("from", f"{start} stands there", allowed)
        shortcut = reader.earlier[start - 1].signal if start else reader.inputs
        if shortcut.shape != reader.source.shape or (reader.steps and shortcut.steps != reader.steps):
            reader.fail(
                "from" if "from" in reader.row else "",
                f"layer {reader.place - 1} gives {_said(reader.source)}, "
                f"but {f'layer {start} gives' if start else 'the inputs are'} {_said(shortcut)}",
                "The two may be added where their shapes are the same",
            )
        units = reader.own_units("r", len(reader.source.ports))
        return cls(
            place=reader.place,
            units=units,
            source=reader.source,
            signal=unit_signal(units, reader.source.shape, reader.steps),
            start=start,
            shortcut=shortcut,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """One output for each input."""
        return [
            self.out(unit, Name(name) + Name(other), sample=sample, step=step)
            for sample in samples
            for step in self.steps
            for unit, name, other in zip(
                self.units, self.source.at(sample, step), self.shortcut.at(sample, step), strict=True
            )
        ]

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """The sum, entry by entry."""
        return [
            [
                [one + number(other) for one, other in zip(row, self.shortcut.at(sample, step), strict=True)]
                for step, row in zip(self.steps, self.kept(steps), strict=True)
            ]
            for sample, steps in zip(sample_places(len(inputs)), inputs, strict=True)
        ]

    def facts(self) -> dict[str, object]:
        """Where it comes from: the place of a layer, or 0, and the units or inputs there."""
        return {"from": self.start, "labels": self.shortcut.labels}


def _said(signal: Signal) -> str:
    """A shape in words of a message."""
    shape = f"numbers of shape {in_words(signal.shape)}"
    if len(signal.shape) == 1:
        shape = f"{signal.shape[0]} number" + ("s" if signal.shape[0] > 1 else "")
    return f"{shape} at {len(signal.steps)} time steps" if signal.steps else shape
