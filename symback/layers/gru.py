"""The gated recurrent unit: a reset gate for what is new, an update gate between old and new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from symback.expression import Name, add
from symback.floats import Float
from symback.graph import Quantity
from symback.layers.gated import Gated, fields
from symback.layers.reading import LayerReader
from symback.layers.recurring import LOGISTIC, TANH
from symback.naming import indexed

RESET, UPDATE, NEW = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gru(Gated):
    """Gates in the order reset, update, new; out = (1 - update)*new + update*out[t-1].

    With `reset = "after"` the reset gate multiplies the recurrent part of the new net input, as in
    torch.nn.GRU; with "before" the outputs of the step before, as in K. Cho et al., "Learning phrase
    representations using RNN encoder-decoder" (2014).
    """

    kind: ClassVar[str] = "gru"
    GATES: ClassVar[tuple[str, ...]] = ("reset", "update", "new")
    SCHEMA: ClassVar[Mapping[str, Any]] = fields(
        GATES,
        {
            "reset": {
                "type": "string",
                "enum": ["after", "before"],
                "description": '"after" (the default: the reset gate multiplies the recurrent part of '
                'the new net input) or "before" (it multiplies the outputs of the step before)',
            }
        },
    )

    resets_after: bool = True

    @classmethod
    def read(cls, reader: LayerReader) -> Gru:
        """A GRU layer of a network file."""
        return cls(**cls.common(reader), resets_after=reader.row.get("reset", "after") == "after")

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Step by step: the reset gates of all units, then unit by unit new, update and output."""
        quantities = []
        for sample in samples:
            for step, inputs, before in self.series(sample):
                rows = range(len(self.units))
                for row in rows:
                    quantities += self._reset(row, sample, step, inputs, before)
                for row in rows:
                    quantities += self._unit(row, sample, step, inputs, before)
        return quantities

    def _reset(
        self, row: int, sample: int, step: int, inputs: Sequence[str], before: Sequence[str]
    ) -> list[Quantity]:
        """The reset gate, and what it leaves of the output before where it acts on that."""
        unit = self.units[row]
        net = add(self.whole(RESET, row, inputs, before))
        quantities = self.net_and_gate("reset", unit, net, sample=sample, step=step)
        if not self.resets_after:
            kept = Name(indexed(f"reset_{unit}", sample, step)) * Name(before[row])
            quantities.append(self.quantity("kept", unit, kept, sample=sample, step=step))
        return quantities

    def _unit(
        self, row: int, sample: int, step: int, inputs: Sequence[str], before: Sequence[str]
    ) -> list[Quantity]:
        unit = self.units[row]
        gate = partial(self.net_and_gate, unit=unit, sample=sample, step=step)
        reset, update, new, recurrent = (
            Name(indexed(f"{value}_{unit}", sample, step))
            for value in ("reset", "update", "new", "recurrent")
        )
        quantities = gate("update", net=add(self.whole(UPDATE, row, inputs, before)))
        if self.resets_after:
            part = [*self.from_before(NEW, row, before), *self.recurrent_bias(NEW, row)]
            quantities.append(self.quantity("recurrent", unit, add(part), sample=sample, step=step))
            terms = [*self.from_input(NEW, row, inputs), *self.bias(NEW, row), reset * recurrent]
        else:
            kept = [indexed(f"kept_{other}", sample, step) for other in self.units]
            terms = self.whole(NEW, row, inputs, kept)
        quantities += gate("new", net=add(terms), activating=TANH)
        out = (1 - update) * new + update * Name(before[row])
        return [*quantities, self.out(unit, out, sample=sample, step=step)]

    def step(
        self, number: Callable[[str], Float], inputs: list[Float], memory: list[list[Float]]
    ) -> list[list[Float]]:
        """The outputs of one step."""
        (before,) = memory
        rows = range(len(self.units))

        def gate(place: int, row: int) -> Float:
            net = self.input_part(number, place, row, inputs) + self.before_part(number, place, row, before)
            return LOGISTIC.floats([net], number)[0]

        resets = [gate(RESET, row) for row in rows]
        kept = [reset * old for reset, old in zip(resets, before, strict=True)]
        found = []
        for row in rows:
            if self.resets_after:
                recurrent = resets[row] * self.before_part(number, NEW, row, before)
            else:
                recurrent = self.before_part(number, NEW, row, kept)
            new = (self.input_part(number, NEW, row, inputs) + recurrent).call("tanh")
            update = gate(UPDATE, row)
            found.append(new - update * new + update * before[row])
        return [found]

    def facts(self) -> dict[str, object]:
        """Steps, gates, and on what the reset gate acts."""
        return {**super(Gru, self).facts(), "reset": "after" if self.resets_after else "before"}
