"""What layers with gates share: a block of weights, of recurrent weights and of biases for each gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from symback.activations import Activation
from symback.expression import Expression, Name
from symback.floats import Float
from symback.graph import Quantity, Role
from symback.layers.activating import Activating
from symback.layers.layer import Grid
from symback.layers.reading import LayerReader
from symback.layers.recurring import (
    INITIAL_STATE,
    LOGISTIC,
    Recurring,
    initial_values,
    series_source,
)
from symback.layers.schema import UNITS, Properties, names, numbers
from symback.layers.signal import unit_signal
from symback.layers.weighted import links_of, weight_grid, weighted, weighted_floats
from symback.naming import indexed

GATE_AXES = ("gate", "row", "column")
Names = tuple[tuple[tuple[str, ...], ...], ...]
"""By gate, unit, and input or unit of the step before."""


def properties(gates: Sequence[str]) -> Properties:
    """The keys that layers with these gates have."""
    listed = ", ".join(gates)
    blocks = f"blocks [[[..], [..]], ..] of rows, one block for each gate in the order {listed}"
    biases = f"lists [[..], ..] of biases for each unit, one list for each gate in the order {listed}"
    return {
        **UNITS,
        "weights": numbers(3, blocks),
        "recurrent_weights": numbers(3, blocks),
        "bias": {"$ref": "#/definitions/value_or_random"},
        "bias_name": {"$ref": "#/definitions/name"},
        "biases": numbers(2, biases),
        "recurrent_biases": numbers(2, biases),
        "weight_names": names(3, "blocks of rows of names in the shape of `weights`"),
        "recurrent_weight_names": names(3, "blocks of rows of names in the shape of `recurrent_weights`"),
        **INITIAL_STATE,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated(Recurring):
    """A recurrent layer that weighs old against new by gates between 0 and 1."""

    GATES: ClassVar[tuple[str, ...]] = ()
    """In the order of the blocks; the one that is no gate, but what is new, among them."""

    weight_names: Names
    recurrent_weight_names: Names
    bias_names: tuple[tuple[str, ...], ...] = ()
    """One row per gate, one column per unit; empty for none."""
    recurrent_bias_names: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def common(cls, reader: LayerReader) -> dict[str, Any]:
        """The fields that all layers with gates have."""
        units, gates = reader.units(), cls.GATES
        source = series_source(reader)
        shape = (len(gates), len(units))
        weights = reader.weights(
            (*shape, len(source.ports)), axes=GATE_AXES, whats=("gate", "unit", "input of the layer")
        )
        recurrent = reader.weights(
            (*shape, len(units)),
            key="recurrent_weights",
            names_key="recurrent_weight_names",
            axes=GATE_AXES,
            whats=("gate", "unit", "unit of the step before"),
        )
        if "biases" in reader.row and "bias" not in reader.row:
            biases = reader.gate_biases(gates, units)
        else:
            shared = reader.biases(units)
            biases = (shared,) * len(gates) if shared else ()
        more = reader.gate_biases(gates, units, key="recurrent_biases", letter="rb")
        return {
            "place": reader.place,
            "units": units,
            "source": source,
            "signal": unit_signal(units, steps=source.steps),
            "parameters": reader.parameters(
                (Role.WEIGHT, weights), (Role.WEIGHT, recurrent), (Role.BIAS, biases), (Role.BIAS, more)
            ),
            "weight_names": weights,
            "recurrent_weight_names": recurrent,
            "bias_names": biases,
            "recurrent_bias_names": more,
            "initial_state": initial_values(reader, units),
        }

    @property
    def sigma(self) -> Activation | None:
        """The activation of the gates."""
        return LOGISTIC.activation

    def from_input(self, gate: int, row: int, inputs: Sequence[str]) -> list[Expression]:
        """The terms of a net input that come from the inputs of the step."""
        return weighted(self.weight_names[gate][row], inputs)

    def from_before(self, gate: int, row: int, before: Sequence[str]) -> list[Expression]:
        """The terms that come from the step before."""
        return weighted(self.recurrent_weight_names[gate][row], before)

    def bias(self, gate: int, row: int) -> list[Expression]:
        """The bias that belongs to the inputs, if there is one."""
        return [Name(names[row]) for names in self.bias_names[gate : gate + 1]]

    def recurrent_bias(self, gate: int, row: int) -> list[Expression]:
        """The bias that belongs to the step before, if there is one."""
        return [Name(names[row]) for names in self.recurrent_bias_names[gate : gate + 1]]

    def whole(self, gate: int, row: int, inputs: Sequence[str], before: Sequence[str]) -> list[Expression]:
        """All terms of a net input: inputs, the step before, biases."""
        return [
            *self.from_input(gate, row, inputs),
            *self.from_before(gate, row, before),
            *self.bias(gate, row),
            *self.recurrent_bias(gate, row),
        ]

    def net_and_gate(
        self,
        gate: str,
        unit: str,
        net: Expression,
        *,
        value: str = "",
        activating: Activating = LOGISTIC,
        sample: int,
        step: int,
    ) -> list[Quantity]:
        """`net_forget_h1` and `forget_h1`; `value` names the second otherwise."""
        value = value or gate
        nets = [indexed(f"net_{gate}_{unit}", sample, step)]
        formula, textbook = activating.outputs(nets, [indexed(f"{value}_{unit}", sample, step)])[0]
        where = partial(self.quantity, unit=unit, sample=sample, step=step)
        return [
            where(f"net_{gate}", formula=net, role=Role.NET_INPUT),
            where(value, formula=formula, textbook=textbook),
        ]

    def input_part(
        self, number: Callable[[str], Float], gate: int, row: int, inputs: Sequence[Float]
    ) -> Float:
        """In plain numbers what a net input has from the inputs of its step, and the bias."""
        part = weighted_floats(number, self.weight_names[gate][row], inputs)
        return part + number(self.bias_names[gate][row]) if self.bias_names else part

    def before_part(
        self, number: Callable[[str], Float], gate: int, row: int, before: Sequence[Float]
    ) -> Float:
        """In plain numbers what it has from the step before, and the bias of that."""
        part = weighted_floats(number, self.recurrent_weight_names[gate][row], before)
        return part + number(self.recurrent_bias_names[gate][row]) if self.recurrent_bias_names else part

    def links(self) -> tuple[tuple[str, str, str], ...]:
        """Every weight between two units, also from one step to the next; several, one for each gate."""
        return tuple(
            link
            for blocks, sources in (
                (self.weight_names, self.source.labels),
                (self.recurrent_weight_names, self.units),
            )
            for block in blocks
            for link in links_of(block, sources, self.units)
        )

    def grids(self) -> tuple[Grid, ...]:
        """For each gate the weights by unit and input, then by unit and unit, biases in a last column."""
        return (
            *self._grids("weights", self.weight_names, self.source.labels, self.bias_names),
            *self._grids(
                "recurrent_weights", self.recurrent_weight_names, self.units, self.recurrent_bias_names
            ),
        )

    def _grids(
        self, kind: str, blocks: Names, sources: tuple[str, ...], biases: tuple[tuple[str, ...], ...]
    ) -> list[Grid]:
        return [
            weight_grid(kind, self.units, sources, block, of_gate, part=gate)
            for gate, block, of_gate in zip(self.GATES, blocks, biases or ((),) * len(blocks), strict=True)
        ]

    def facts(self) -> dict[str, object]:
        """How many steps there are, and the gates in order."""
        return {"steps": len(self.signal.steps), "gates": self.GATES}


def fields(gates: Sequence[str], more: Properties) -> Mapping[str, Any]:
    """The schema of a layer with these gates, with keys of its own."""
    return {
        "required": ["units", "weights", "recurrent_weights"],
        "properties": {**properties(gates), **more},
    }


__all__ = ["Gated", "Names", "fields", "properties"]
