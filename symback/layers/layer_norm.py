"""Layer normalisation: all numbers of a sample, at a time step, normalised together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.floats import Float
from symback.graph import Quantity
from symback.layers.layer import Values
from symback.layers.normalising import KEYS, Member, Normalising
from symback.layers.reading import LayerReader


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNorm(Normalising):
    """Mean and variance over all that comes in, for each sample and time step by itself."""

    kind: ClassVar[str] = "layer_norm"
    SCHEMA: ClassVar[Mapping[str, Any]] = {"properties": KEYS}

    @classmethod
    def read(cls, reader: LayerReader) -> LayerNorm:
        """A layer of a network file."""
        count = len(reader.source.ports)
        if count < 2:
            allowed = "Two or more may come in: of a single one nothing is left without its mean"
            reader.fail("", "one number comes in", allowed)
        units = reader.own_units("n", count)
        for base in ("mean", "variance", "deviation"):  # an image could be called so too
            reader.checks.claim(f"{base}_{reader.place}", "a quantity of the layer", reader.key)
        return cls.over(reader, units)

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """For each sample and step its mean, variance and deviation, then the outputs."""
        quantities = []
        for sample in samples:
            for step in self.steps:
                names = self.source.at(sample, step)
                members = [Member(name, row, sample, step) for row, name in enumerate(names)]
                quantities += self.normalised(members, sample=sample, step=step)
        return quantities

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Normalised, times gain, plus bias."""
        rows = range(len(self.units))
        return [
            [self.normalised_floats(came_in, rows, number) for came_in in self.kept(steps)]
            for steps in inputs
        ]
