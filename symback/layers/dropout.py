"""Dropout: numbers times a mask of zeros and ones that the file gives, so that nothing is left to chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import ONE, ZERO, Expression, Name
from symback.floats import Float
from symback.graph import Quantity
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import UNITS, VALUE
from symback.layers.signal import unit_signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropout(Layer):
    """Each number times its entry of the mask, the same for all samples and steps, over 1 - rate."""

    kind: ClassVar[str] = "dropout"
    SCHEMA: ClassVar[Mapping[str, Any]] = {
        "required": ["mask"],
        "properties": {
            **UNITS,
            "mask": {
                "type": "array",
                "items": VALUE,
                "description": "a list [..] with 0 (dropped) or 1 (kept) for each input of the layer",
            },
            "rate": {**VALUE, "description": "a number from 0 up to, but not including, 1"},
        },
    }

    mask_names: tuple[str, ...]
    rate: str = ""
    """The name of the rate, by which what is kept grows; "" for none."""

    @classmethod
    def read(cls, reader: LayerReader) -> Dropout:
        """A dropout layer of a network file."""
        units = reader.own_units("d", len(reader.source.ports))
        mask = tuple(f"mask_{unit}" for unit in units)
        for entry, given in enumerate(reader.constants(mask, "mask"), 1):
            if given.expression not in (ZERO, ONE):
                there = f"{given.text or 'another value'} stands there"
                reader.fail(f"mask, entry {entry}", there, "There may stand 0 or 1")
        rate = ""
        if "rate" in reader.row:
            allowed = "There may stand a number from 0 up to, but not including, 1"
            rate = reader.constant("rate", "0", fits=lambda value: 0 <= value < 1, allowed=allowed)
        return cls(
            place=reader.place,
            units=units,
            source=reader.source,
            signal=unit_signal(units, reader.source.shape, reader.steps),
            mask_names=mask,
            rate=rate,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """One output for each input."""
        return [
            self.out(unit, self._kept(Name(mask) * Name(source)), sample=sample, step=step)
            for sample in samples
            for step in self.steps
            for unit, mask, source in zip(
                self.units, self.mask_names, self.source.at(sample, step), strict=True
            )
        ]

    def _kept(self, masked: Expression) -> Expression:
        return masked / (1 - Name(self.rate)) if self.rate else masked

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Times the mask, over what is kept on average."""
        kept = Float(1.0) - (number(self.rate) if self.rate else Float(0.0))
        mask = [number(name) / kept for name in self.mask_names]
        return [
            [[one * other for one, other in zip(mask, row, strict=True)] for row in self.kept(steps)]
            for steps in inputs
        ]

    def facts(self) -> dict[str, object]:
        """The names of mask and rate ("" for none)."""
        return {"mask": self.mask_names, "rate": self.rate}
