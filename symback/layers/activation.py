"""An activation by itself, behind a layer that has none: normalisation, pooling, a residual connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.floats import Float
from symback.graph import Quantity
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import ACTIVATION, SETTINGS, UNITS
from symback.layers.signal import unit_signal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationLayer(Layer):
    """One output for each number that comes in; no parameters."""

    kind: ClassVar[str] = "activation"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["activation"],
        "properties": {**UNITS, **ACTIVATION, **SETTINGS},
    }

    @classmethod
    def read(cls, reader: LayerReader) -> ActivationLayer:
        """A layer of a network file; its units are a1, a2, ... by default."""
        source = reader.source
        activating = reader.activation()
        if activating.couples_units and len(source.shape) > 1:
            found = f"{activating.name}, which couples units, stands there, and an image comes in"
            reader.fail("activation", found, "There may stand an activation of each unit by itself")
        units = reader.own_units("a", len(source.ports))
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, source.shape, reader.steps),
            activating=activating,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """The outputs, unit by unit, each from what comes in at its place."""
        return [
            output
            for sample in samples
            for step in self.steps
            for output in self.outs(self.source.at(sample, step), sample=sample, step=step)
        ]

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """The activation of all that comes in."""
        return [[self.activated_floats(came_in, number) for came_in in self.kept(steps)] for steps in inputs]
