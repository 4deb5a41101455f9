"""The recurrent layer of Elman: every unit sees the inputs of its step, and all units one step before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Expression, Name, add
from symback.floats import Float
from symback.graph import Quantity, Role
from symback.layers.layer import Grid
from symback.layers.reading import LayerReader
from symback.layers.recurring import (
    INITIAL_STATE,
    RECURRENT_WEIGHT_NAMES,
    Recurring,
    initial_values,
    series_source,
)
from symback.layers.schema import ACTIVATION, BIASES, SETTINGS, UNITS, WEIGHT_NAMES, rows
from symback.layers.signal import unit_signal
from symback.layers.weighted import links_of, weight_grid, weighted, weighted_floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrent(Recurring):
    """units x inputs weights, units x units recurrent weights, and biases as in a dense layer.

    J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990).
    """

    kind: ClassVar[str] = "recurrent"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["units", "weights", "recurrent_weights"],
        "properties": {
            **UNITS,
            **ACTIVATION,
            "weights": rows(
                "rows [[..], [..]], one for each unit with one weight for each input of the layer"
            ),
            "recurrent_weights": rows(
                "rows [[..], [..]], one for each unit with one weight for each unit of the step before",
                "a row [..] with one weight for each unit of the step before",
            ),
            **BIASES,
            **WEIGHT_NAMES,
            **RECURRENT_WEIGHT_NAMES,
            **INITIAL_STATE,
            **SETTINGS,
        },
    }

    weight_names: tuple[tuple[str, ...], ...]
    """One row per unit, one column per input."""
    recurrent_weight_names: tuple[tuple[str, ...], ...]
    """One row per unit, one column per unit of the step before."""
    bias_names: tuple[str, ...] = ()
    """One per unit; the same name in each place for a shared bias; empty for none."""

    @classmethod
    def read(cls, reader: LayerReader) -> Recurrent:
        """A recurrent layer of a network file."""
        units = reader.units()
        source = series_source(reader)
        activating = reader.activation(default="tanh")
        names = reader.weights((len(units), len(source.ports)))
        recurrent = reader.weights(
            (len(units), len(units)),
            key="recurrent_weights",
            names_key="recurrent_weight_names",
            whats=("unit", "unit of the step before"),
            columns=units,
        )
        biases = reader.biases(units)
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, steps=source.steps),
            parameters=reader.parameters((Role.WEIGHT, names), (Role.WEIGHT, recurrent), (Role.BIAS, biases)),
            activating=activating,
            weight_names=names,
            recurrent_weight_names=recurrent,
            bias_names=biases,
            initial_state=initial_values(reader, units),
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Net inputs and outputs, step by step and unit by unit."""
        quantities = []
        for sample in samples:
            for step, inputs, before in self.series(sample):
                nets = [self._net(row, inputs, before) for row in range(len(self.units))]
                quantities += self.nets_and_outs(nets, sample=sample, step=step)
        return quantities

    def _net(self, row: int, inputs: Sequence[str], before: Sequence[str]) -> Expression:
        """The weighted sum that enters a unit."""
        return add(
            [
                *weighted(self.weight_names[row], inputs),
                *weighted(self.recurrent_weight_names[row], before),
                *(Name(bias) for bias in self.bias_names[row : row + 1]),
            ]
        )

    def step(
        self, number: Callable[[str], Float], inputs: list[Float], memory: list[list[Float]]
    ) -> list[list[Float]]:
        """Weights times inputs, recurrent weights times outputs before, biases, then the activation."""
        (before,) = memory
        nets = []
        for row in range(len(self.units)):
            net = weighted_floats(number, self.weight_names[row], inputs)
            net = net + weighted_floats(number, self.recurrent_weight_names[row], before)
            nets.append(net + number(self.bias_names[row]) if self.bias_names else net)
        return [self.activated_floats(nets, number)]

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """Every weight between two units, also from one step to the next."""
        return (
            *links_of(self.weight_names, self.source.labels, self.units),
            *links_of(self.recurrent_weight_names, self.units, self.units),
        )

    def grids(self) -> tuple[Grid, ...]:
        """Weights by unit and input, with the biases in a last column; recurrent weights by unit and unit."""
        return (
            weight_grid("weights", self.units, self.source.labels, self.weight_names, self.bias_names),
            weight_grid("recurrent_weights", self.units, self.units, self.recurrent_weight_names),
        )

    def facts(self) -> dict[str, object]:
        """How many steps there are."""
        return {"steps": len(self.signal.steps)}
