"""A dense layer: every unit sees every input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Expression, Name, add
from symback.floats import Float, dot
from symback.graph import Quantity, Role
from symback.layers.layer import Grid, Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import ACTIVATION, BIASES, SETTINGS, UNITS, WEIGHT_NAMES, rows
from symback.layers.signal import unit_signal
from symback.naming import indexed


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
                nets = [indexed(f"net_{unit}", sample, step) for unit in self.units]
                outs = [indexed(f"out_{unit}", sample, step) for unit in self.units]
                inputs = self.source.at(sample, step)
                activated = self.activated(nets, outs)
                of_unit = [
                    self.net_and_out(unit, self.net(row, inputs), activated[row], sample=sample, step=step)
                    for row, unit in enumerate(self.units)
                ]
                if self.couples_units:  # all net inputs come before the first output
                    quantities += [net for net, _ in of_unit] + [out for _, out in of_unit]
                else:
                    quantities += [quantity for pair in of_unit for quantity in pair]
        return quantities

    def net(self, row: int, inputs: Sequence[str]) -> Expression:
        """The weighted sum that enters a unit."""
        weights = self.weight_names[row]
        terms: list[Expression] = [Name(w) * Name(i) for w, i in zip(weights, inputs, strict=True)]
        terms += [Name(bias) for bias in self.bias_names[row : row + 1]]
        return add(terms)

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Weights times inputs plus bias, then the activation."""
        return [
            [self._forward(number, came_in) for came_in in (steps if self.signal.steps else steps[-1:])]
            for steps in inputs
        ]

    def _forward(self, number: Callable[[str], Float], inputs: list[Float]) -> list[Float]:
        nets = []
        for row, weights in enumerate(self.weight_names):
            net = dot([number(weight) for weight in weights], inputs)
            nets.append(net + number(self.bias_names[row]) if self.bias_names else net)
        return self.activated_floats(nets, number)

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """Every weight between two units."""
        return tuple(
            (weight, source, unit)
            for unit, row in zip(self.units, self.weight_names, strict=True)
            for weight, source in zip(row, self.source.labels, strict=True)
        )

    def grids(self) -> tuple[Grid, ...]:
        """Weights by unit and input, with the biases in a last column."""
        names = tuple(row + self.bias_names[place : place + 1] for place, row in enumerate(self.weight_names))
        columns = (*self.source.labels, "bias") if self.bias_names else self.source.labels
        return (Grid("weights" if self.bias_names else "weights_only", self.units, columns, names),)
