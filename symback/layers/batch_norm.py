"""Batch normalisation: each unit's numbers normalised over all samples of the file, as in training."""

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
class BatchNorm(Normalising):
    """Mean and variance of each unit over all samples, and over all time steps where there are several."""

    kind: ClassVar[str] = "batch_norm"
    SCHEMA: ClassVar[Mapping[str, Any]] = {"properties": KEYS}
    is_sequence: ClassVar[bool] = True
    couples_samples: ClassVar[bool] = True

    @classmethod
    def read(cls, reader: LayerReader) -> BatchNorm:
        """A layer of a network file."""
        source = reader.flat_source()
        count = len(reader.given) * max(1, len(source.steps))
        if count < 2:
            allowed = "[[samples]], two or more, may stand in the file: the mean is over samples"
            reader.fail("", "there is one sample only", allowed)
        units = reader.own_units("n", len(source.ports))
        return cls.over(reader, units)

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """For each unit its mean, variance and deviation, then its outputs."""
        quantities = []
        for row, unit in enumerate(self.units):
            members = [
                Member(self.source.at(sample, step)[row], row, sample, step)
                for sample in samples
                for step in self.steps
            ]
            quantities += self.normalised(members, unit)
        return quantities

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Unit by unit over samples and steps, then back into their places."""
        found = [[list(came_in) for came_in in steps] for steps in inputs]
        places = [(sample, step) for sample, steps in enumerate(inputs) for step in range(len(steps))]
        for row in range(len(self.units)):
            values = [inputs[sample][step][row] for sample, step in places]
            normalised = self.normalised_floats(values, [row] * len(values), number)
            for (sample, step), value in zip(places, normalised, strict=True):
                found[sample][step][row] = value
        return found
