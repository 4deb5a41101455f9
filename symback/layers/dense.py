"""A dense layer: every unit sees every input. It unrolls itself into net inputs and activations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from symback.activations import ACTIVATIONS
from symback.expression import Expression, Name, add, substitute
from symback.graph import Quantity, Role, Rule
from symback.naming import indexed


@dataclass(frozen=True, slots=True)
class Dense:
    """units x inputs weights, and no bias, one shared bias, or one bias per unit."""

    units: tuple[str, ...]
    activation: str
    """A name of the table of activations."""
    weight_names: tuple[tuple[str, ...], ...]
    """One row per unit, one column per input."""
    bias_names: tuple[str, ...] = ()
    """One per unit; the same name in each place for a shared bias; empty for none."""

    @property
    def has_shared_bias(self) -> bool:
        """Whether one bias serves several units."""
        return len(self.bias_names) > 1 and len(set(self.bias_names)) == 1

    def parameters(self) -> tuple[str, ...]:
        """Weights in reading order, then biases, each once."""
        weights = [name for row in self.weight_names for name in row]
        return (*weights, *dict.fromkeys(self.bias_names))

    def unroll(self, place: int, inputs: Sequence[str], sample: int) -> list[Quantity]:
        """The layer's quantities for one sample, given the names of its inputs; `place` counts from 1."""
        activation = ACTIVATIONS[self.activation]
        quantities = []
        for row, unit in enumerate(self.units):
            net = indexed(f"net_{unit}", sample)
            out = indexed(f"out_{unit}", sample)
            terms: list[Expression] = [
                Name(weight) * Name(source)
                for weight, source in zip(self.weight_names[row], inputs, strict=True)
            ]
            if self.bias_names:
                terms.append(Name(self.bias_names[row]))
            meaning = {"x": Name(net), "y": Name(out)}
            squashed = substitute(activation.formula, meaning)
            derivative = activation.derivative
            slope = ((net, substitute(derivative, meaning)),) if derivative is not None else ()
            place_of = partial(Quantity, rule=Rule.DEFINITION, layer=place, unit=unit, sample=sample)
            quantities.append(place_of(net, Role.NET_INPUT, formula=add(terms)))
            quantities.append(place_of(out, Role.ACTIVATION, formula=squashed, textbook=slope))
        return quantities

    def outputs(self, sample: int) -> tuple[str, ...]:
        """The names of what the next layer sees."""
        return tuple(indexed(f"out_{unit}", sample) for unit in self.units)
