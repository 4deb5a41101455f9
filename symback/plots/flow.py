"""Where the derivatives of a network belong: its deltas by layer and step, its gradients by layer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symback.graph import Graph, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A layer, or one step of a layer that has several, and the deltas there."""

    layer: int
    step: int | None
    deltas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The names of the derivatives that flow back: `places` in the order of the forward pass."""

    places: tuple[Place, ...]
    gradients: tuple[tuple[float, tuple[str, ...]], ...]
    """For each layer with parameters: where it stands, in places from 1, and the gradients of these."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        deltas = [name for place in self.places for name in place.deltas]
        return (*deltas, *(name for _, names in self.gradients for name in names))

    @property
    def has_steps(self) -> bool:
        """Whether a layer has several steps."""
        return any(place.step is not None for place in self.places)


def flow_of(graph: Graph) -> Flow | None:
    """The flow of a graph; None where it goes through one place alone and there is nothing to compare."""
    deltas: dict[tuple[int, int], list[str]] = {}
    gradients: dict[int, list[str]] = {}
    for quantity in graph.with_role(Role.DELTA, Role.GRADIENT):
        if quantity.name[-1] == "+" or "@" in quantity.name:
            continue
        if quantity.role is Role.DELTA:
            deltas.setdefault((quantity.layer, quantity.step or 0), []).append(quantity.name)
        else:
            gradients.setdefault(quantity.layer, []).append(quantity.name)
    for layer in gradients:
        if all(layer != other for other, _ in deltas):
            deltas[layer, 0] = []
    steps = {layer: [step for other, step in deltas if other == layer] for layer, _ in deltas}
    places = tuple(
        Place(layer, step if len(steps[layer]) > 1 else None, tuple(deltas[layer, step]))
        for layer, step in sorted(deltas)
    )
    if len(places) < 2:
        return None
    middles = {
        layer: _middle(place for place, one in enumerate(places, 1) if one.layer == layer) for layer in steps
    }
    return Flow(places, tuple((middles[layer], tuple(gradients[layer])) for layer in sorted(gradients)))


def _middle(places: Iterable[int]) -> float:
    found = list(places)
    return (found[0] + found[-1]) / 2
