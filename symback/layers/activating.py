"""An activation put to use: the formulas of a layer's outputs from its net inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from symback.activations import Activation
from symback.expression import Expression, Name, add, substitute
from symback.floats import Float, total, value_of

Textbook = tuple[tuple[str, Expression], ...]
"""Derivatives by parents as textbooks print them."""
Activated = tuple[Expression, Textbook]
"""The formula of an output, and the derivatives by net inputs that textbooks print."""


@dataclass(frozen=True, slots=True)
class Activating:
    """An activation of the table, or a user's own, with the names of its constants in this layer."""

    activation: Activation
    constants: Mapping[str, str]
    """The canonical name of each constant in the formula: `slope` may be `slope_1`."""

    @property
    def name(self) -> str:
        """The name of the activation."""
        return self.activation.name

    @property
    def couples_units(self) -> bool:
        """Whether each output depends on every net input, as those of softmax do."""
        return self.activation.summand is not None

    def outputs(self, nets: Sequence[str], outs: Sequence[str]) -> list[Activated]:
        """For each unit the formula of its output and its textbook derivatives, given all names."""
        return [self._output(place, nets, outs) for place in range(len(nets))]

    def _output(self, place: int, nets: Sequence[str], outs: Sequence[str]) -> Activated:
        entry = self.activation
        meaning: dict[str, Expression] = {own: Name(name) for own, name in self.constants.items()}
        meaning |= {"x": Name(nets[place]), "y": Name(outs[place])}
        if entry.summand is not None:
            terms = [substitute(entry.summand, {**meaning, "x": Name(net)}) for net in nets]
            meaning["total"] = add(terms)
        textbook = []
        for other, net in enumerate(nets):
            slope = entry.derivative if other == place else entry.cross
            if slope is not None:
                textbook.append((net, substitute(slope, {**meaning, "other": Name(outs[other])})))
        return substitute(entry.formula, meaning), tuple(textbook)

    def floats(self, nets: Sequence[Float], number: Callable[[str], Float]) -> list[Float]:
        """The outputs in plain numbers; `number` has the constants by canonical name."""
        entry = self.activation
        meaning = {own: number(name) for own, name in self.constants.items()}
        if entry.summand is not None:
            meaning["total"] = total(value_of(entry.summand, {**meaning, "x": net}) for net in nets)
        return [value_of(entry.formula, {**meaning, "x": net}) for net in nets]
