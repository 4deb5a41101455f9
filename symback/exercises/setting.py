"""What exercises are made from: a network and its graph, without numbers, and what kinds often look for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from symback.expression import Name, Number
from symback.graph import UNIT_ROLES, Graph, Quantity, Role, Rule
from symback.mistakes.workings import Workings
from symback.naming import derivative
from symback.network import Network
from symback.updates import trained_names

MOST_BOXES = 8
"""Of more quantities of one sort only so many are asked, spread over all."""


@dataclass(frozen=True)
class Setting:
    """A network, its graph, and the workings that both make; all numbers in them are to be exchanged."""

    network: Network
    graph: Graph
    workings: Workings

    @cached_property
    def sample(self) -> int:
        """The sample that is asked about: the first without a zero among its inputs, else the first."""
        for place, sample in zip(self.network.places, self.network.samples, strict=True):
            trees = [given.expression for given in sample.inputs]
            if not any(isinstance(tree, Number) and tree.value == 0 for tree in trees):
                return place
        return self.network.places[0]

    def of_sample(self, *roles: Role) -> list[Quantity]:
        """Quantities before any update that belong to this sample, or to none; no copies of others."""
        return [
            quantity
            for quantity in self.graph.with_role(*roles)
            if quantity.sample in (0, self.sample)
            and not quantity.name.endswith("+")
            and quantity.rule is not Rule.TRAINING
            and not self.is_copy(quantity)
        ]

    def is_copy(self, quantity: Quantity) -> bool:
        """Whether it is another quantity under another name, or a constant."""
        formulas = (quantity.formula, self.workings.formulas.get(quantity.name))
        return any(isinstance(formula, Name | Number) for formula in formulas)

    @cached_property
    def units(self) -> list[Quantity]:
        """All that layers compute, in order."""
        return self.of_sample(*UNIT_ROLES)

    @cached_property
    def deltas(self) -> list[Quantity]:
        """The delta of each unit, from the output back."""
        return self.of_sample(Role.DELTA)

    def gradients(self, *roles: Role) -> list[Quantity]:
        """dE_total/dw of parameters of these roles, the last layer first, in reading order within one."""
        parameters = sorted(self.graph.with_role(*roles), key=lambda parameter: -parameter.layer)
        names = [derivative("E_total", parameter.name) for parameter in parameters]
        return [self.graph[name] for name in names if name in self.graph and self.has_formula(name)]

    def has_formula(self, name: str) -> bool:
        """Whether the quantity is computed, and not from nothing."""
        return not isinstance(self.graph[name].formula, Number | None)

    @cached_property
    def trained(self) -> list[str]:
        """The parameters that an update changes, in reading order; [] without [update]."""
        if self.network.update is None:
            return []
        return [name for name, _ in trained_names(self.network) if f"{name}+" in self.graph]


def spread(items: Sequence[str], most: int) -> list[str]:
    """At most so many of these, the first and the last among them, evenly spread."""
    if len(items) <= most:
        return list(items)
    last = len(items) - 1
    places = {round(place * last / (most - 1)) for place in range(most)}
    return [items[place] for place in sorted(places)]
