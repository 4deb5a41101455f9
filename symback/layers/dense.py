"""A dense layer: every unit sees every input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Expression, Name, add
from symback.floats import Float
from symback.graph import Quantity, Role
from symback.layers.layer import Grid, Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import ACTIVATION, BIASES, SETTINGS, UNITS, WEIGHT_NAMES, rows
from symback.layers.signal import unit_signal
from symback.layers.weighted import links_of, weight_grid, weighted, weighted_floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense(Layer):
    """units x inputs weights, and no bias, one shared bias, or one bias per unit."""

    kind: ClassVar[str] = "dense"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["units", "activation", "weights"],
        "properties": {
            **UNITS,
            **ACTIVATION,
            "weights": rows(
                "rows [[..], [..]], one for each unit with one weight for each input of the layer"
            ),
            **BIASES,
            **WEIGHT_NAMES,
            **SETTINGS,
        },
    }

    weight_names: tuple[tuple[str, ...], ...]
    """One row per unit, one column per input."""
    bias_names: tuple[str, ...] = ()
    """One per unit; the same name in each place for a shared bias; empty for none."""

    @classmethod
    def read(cls, reader: LayerReader) -> Dense:
        """A dense layer of a network file."""
        units = reader.units()
        source = reader.flat_source()
        activating = reader.activation()
        names = reader.weights((len(units), len(source.ports)))
        biases = reader.biases(units)
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, steps=reader.steps),
            parameters=reader.parameters((Role.WEIGHT, names), (Role.BIAS, biases)),
            activating=activating,
            weight_names=names,
            bias_names=biases,
        )

    @property
    def has_shared_bias(self) -> bool:
        """Whether one bias serves several units."""
        return len(self.bias_names) > 1 and len(set(self.bias_names)) == 1

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Net inputs and outputs, unit by unit."""
        quantities = []
        for sample in samples:
            for step in self.steps:
                inputs = self.source.at(sample, step)
                nets = [self.net(row, inputs) for row in range(len(self.units))]
                quantities += self.nets_and_outs(nets, sample=sample, step=step)
        return quantities

    def net(self, row: int, inputs: Sequence[str]) -> Expression:
        """The weighted sum that enters a unit."""
        biases = [Name(bias) for bias in self.bias_names[row : row + 1]]
        return add([*weighted(self.weight_names[row], inputs), *biases])

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Weights times inputs plus bias, then the activation."""
        return [[self._forward(number, came_in) for came_in in self.kept(steps)] for steps in inputs]

    def _forward(self, number: Callable[[str], Float], inputs: list[Float]) -> list[Float]:
        nets = []
        for row, weights in enumerate(self.weight_names):
            net = weighted_floats(number, weights, inputs)
            nets.append(net + number(self.bias_names[row]) if self.bias_names else net)
        return self.activated_floats(nets, number)

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """Every weight between two units."""
        return tuple(links_of(self.weight_names, self.source.labels, self.units))

    def grids(self) -> tuple[Grid, ...]:
        """Weights by unit and input, with the biases in a last column."""
        return (weight_grid("weights", self.units, self.source.labels, self.weight_names, self.bias_names),)
