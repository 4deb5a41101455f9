"""The layer of long short-term memory: a cell that gates fill, keep and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Name, add, tanh
from symback.floats import Float
from symback.graph import Quantity
from symback.layers.gated import Gated, fields
from symback.layers.reading import LayerReader
from symback.layers.recurring import LOGISTIC, TANH, States, initial, initial_values
from symback.naming import indexed

INPUT, FORGET, CELL, OUTPUT = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lstm(Gated):
    """Gates in the order input, forget, cell, output.

    cell = forget*cell[t-1] + input*candidate, out = output*tanh(cell). S. Hochreiter and J. Schmidhuber,
    "Long short-term memory", Neural Computation 9 (1997), with the forget gate of F. Gers, J. Schmidhuber and
    F. Cummins (2000); equations and order of gates as in torch.nn.LSTM.
    """

    kind: ClassVar[str] = "lstm"
    GATES: ClassVar[tuple[str, ...]] = ("input", "forget", "cell", "output")
    SCHEMA: ClassVar[Mapping[str, Any]] = fields(GATES, {"initial_cell": initial("value of the cell")})

    initial_cell: States
    """Names such as `cell_h1[t=0]`."""

    @classmethod
    def read(cls, reader: LayerReader) -> Lstm:
        """An LSTM layer of a network file."""
        common = cls.common(reader)
        cells = initial_values(reader, common["units"], "initial_cell", "cell")
        return cls(**common, initial_cell=cells)

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Step by step and unit by unit: net inputs and gates, the cell, the output."""
        return [
            quantity
            for sample in samples
            for step, inputs, before in self.series(sample)
            for row in range(len(self.units))
            for quantity in self._unit(row, sample, step, inputs, before)
        ]

    def _unit(
        self, row: int, sample: int, step: int, inputs: Sequence[str], before: Sequence[str]
    ) -> list[Quantity]:
        unit = self.units[row]
        quantities = []
        for place, gate in enumerate(self.GATES):
            quantities += self.net_and_gate(
                gate,
                unit,
                add(self.whole(place, row, inputs, before)),
                value="candidate" if place == CELL else "",
                activating=TANH if place == CELL else LOGISTIC,
                sample=sample,
                step=step,
            )
        fill, keep, new, read = (
            Name(indexed(f"{value}_{unit}", sample, step))
            for value in ("input", "forget", "candidate", "output")
        )
        cell = Name(indexed(f"cell_{unit}", sample, step))
        old = Name(indexed(f"cell_{unit}", sample, step - 1))
        textbook = ((cell.name, read * (1 - tanh(cell) ** 2)),)
        return [
            *quantities,
            self.quantity("cell", unit, keep * old + fill * new, sample=sample, step=step),
            self.out(unit, read * tanh(cell), textbook, sample=sample, step=step),
        ]

    def memory(self, number: Callable[[str], Float], place: int) -> list[list[Float]]:
        """Outputs and cells before the first step."""
        return [list(map(number, names[place])) for names in (self.initial_state, self.initial_cell)]

    def step(
        self, number: Callable[[str], Float], inputs: list[Float], memory: list[list[Float]]
    ) -> list[list[Float]]:
        """Outputs and cells of one step."""
        before, cells = memory
        new_outputs, new_cells = [], []
        for row, old in enumerate(cells):
            nets = [
                self.input_part(number, gate, row, inputs) + self.before_part(number, gate, row, before)
                for gate in range(4)
            ]
            fill, keep, read = LOGISTIC.floats([nets[gate] for gate in (INPUT, FORGET, OUTPUT)], number)
            cell = keep * old + fill * nets[CELL].call("tanh")
            new_cells.append(cell)
            new_outputs.append(read * cell.call("tanh"))
        return [new_outputs, new_cells]
