"""What layer_norm and batch_norm share: numbers shifted and scaled to mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from symback.expression import Expression, Name, add, sqrt
from symback.floats import Float, total
from symback.graph import Quantity, Role
from symback.layers.activating import Textbook
from symback.layers.layer import Grid, Layer
from symback.layers.reading import LayerReader
from symback.layers.schema import BIASES, UNITS, VALUE, numbers
from symback.layers.signal import unit_signal
from symback.naming import indexed

KEYS: Mapping[str, Any] = {
    **UNITS,
    "gains": numbers(1, "a list [..] with one gain for each unit"),
    "biases": BIASES["biases"],
    "bias_names": BIASES["bias_names"],
    "epsilon": {**VALUE, "description": 'a number from 0 that is added to the variance, such as "0.00001"'},
}
"""The keys that both have."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the numbers that are normalised together: its name, and where what it becomes belongs."""

    name: str
    row: int
    """Its place among the units."""
    sample: int
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalising(Layer):
    """Gains and biases, one for each unit or none, and the constant that is added to variances."""

    gain_names: tuple[str, ...]
    bias_names: tuple[str, ...]
    epsilon: str

    @classmethod
    def over(cls, reader: LayerReader, units: tuple[str, ...]) -> Self:
        """The layer of a network file that gives as many numbers as come in, one for each of these units."""
        gains, biases = reader.gains(units), reader.biases(units)
        return cls(
            place=reader.place,
            units=units,
            source=reader.source,
            signal=unit_signal(units, reader.source.shape, reader.steps),
            parameters=reader.parameters((Role.GAIN, gains), (Role.BIAS, biases)),
            gain_names=gains,
            bias_names=biases,
            epsilon=reader.constant(
                "epsilon", "0.00001", fits=lambda value: value >= 0, allowed="There may stand a number from 0"
            ),
        )

    def normalised(
        self, members: Sequence[Member], unit: str = "", sample: int = 0, step: int | None = None
    ) -> list[Quantity]:
        """Mean, variance and deviation of the members, named by unit (or place), sample and step; outputs.

        The variance is the mean square, over n and not over n - 1. The deviation is its root with epsilon.
        """
        whole = partial(self.quantity, unit=unit, sample=sample, step=step)
        count = len(members)
        mean = whole("mean", formula=add([Name(member.name) for member in members]) / count)
        centered = [self._of(member, "centered", Name(member.name) - Name(mean.name)) for member in members]
        squares: list[Expression] = [Name(quantity.name) ** 2 for quantity in centered]
        variance = whole("variance", formula=add(squares) / count)
        root = indexed(f"deviation_{unit or self.place}", sample, step)
        deviation = whole(
            "deviation",
            formula=sqrt(Name(variance.name) + Name(self.epsilon)),
            textbook=((variance.name, 1 / (2 * Name(root))),),
        )
        made = [mean, *centered, variance, deviation]
        is_last = not self.gain_names and not self.bias_names
        base, role = ("out", Role.ACTIVATION) if is_last else ("normalized", Role.INTERMEDIATE)
        for member, quantity in zip(members, centered, strict=True):
            own = Name(self._named(base, member))
            textbook = ((deviation.name, -(own / Name(deviation.name))),)
            formula = Name(quantity.name) / Name(deviation.name)
            made.append(self._of(member, base, formula, role, textbook))
        if not is_last:
            made += [self._of(member, "out", self._scaled(member), Role.ACTIVATION) for member in members]
        return made

    def _named(self, base: str, member: Member) -> str:
        return indexed(f"{base}_{self.units[member.row]}", member.sample, member.step)

    def _of(
        self,
        member: Member,
        base: str,
        formula: Expression,
        role: Role = Role.INTERMEDIATE,
        textbook: Textbook = (),
    ) -> Quantity:
        """A quantity of one member."""
        return self.quantity(
            base,
            self.units[member.row],
            formula,
            sample=member.sample,
            step=member.step,
            role=role,
            textbook=textbook,
        )

    def _scaled(self, member: Member) -> Expression:
        """Gain times the normalised number plus bias."""
        result: Expression = Name(self._named("normalized", member))
        if self.gain_names:
            result = Name(self.gain_names[member.row]) * result
        return result + Name(self.bias_names[member.row]) if self.bias_names else result

    def normalised_floats(
        self, values: Sequence[Float], rows: Sequence[int], number: Callable[[str], Float]
    ) -> list[Float]:
        """The outputs in plain numbers for values that are normalised together; `rows` are their units."""
        share = Float(1 / len(values))
        mean = total(values) * share
        variance = total((value - mean) * (value - mean) for value in values) * share
        deviation = (variance + number(self.epsilon)).call("sqrt")
        found = []
        for row, value in zip(rows, values, strict=True):
            result = (value - mean) / deviation
            if self.gain_names:
                result = number(self.gain_names[row]) * result
            found.append(result + number(self.bias_names[row]) if self.bias_names else result)
        return found

    def grids(self) -> tuple[Grid, ...]:
        """Gains and biases in a column each."""
        given = [("gains", "gain", self.gain_names), ("biases", "bias", self.bias_names)]
        return tuple(
            Grid(kind, self.units, (column,), tuple((name,) for name in names))
            for kind, column, names in given
            if names
        )

    def facts(self) -> dict[str, object]:
        """The name of epsilon, and which of gains and biases it has."""
        return {"epsilon": self.epsilon, "gains": self.gain_names, "biases": self.bias_names}
