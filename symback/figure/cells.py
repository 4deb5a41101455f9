"""Which part of a drawing each quantity belongs to: a unit, a channel, a layer, a step of time, the error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symback.graph import ERROR_ROLES, FORWARD_ROLES, Graph, Quantity, Role
from symback.layers.layer import Layer
from symback.layers.signal import Signal
from symback.network_model import Network

ERROR = 1_000_000
"""The error stands behind all layers."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A part of the drawing: of a layer (0 for the inputs) a unit or channel, or a step, or all of it."""

    layer: int
    part: str = ""
    step: int = 0


@dataclass(frozen=True)
class Cells:
    """The cells of a network, for one sample (0 for the only one)."""

    network: Network
    graph: Graph
    sample: int

    @property
    def is_unrolled(self) -> bool:
        """Whether the network is drawn along its steps of time."""
        return bool(self.network.source.steps)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The inputs and all that the forward pass computes, before any update, of this sample."""
        return tuple(
            quantity
            for quantity in self.graph.with_role(Role.INPUT, *FORWARD_ROLES)
            if quantity.sample in (0, self.sample) and "+" not in quantity.name and "@" not in quantity.name
        )

    @cached_property
    def of(self) -> dict[str, Cell]:
        """The cell of each of them, by name."""
        kinds = {layer.place: self._kind(layer) for layer in self.network.layers}
        channels = {layer.place: channels_of(layer.signal) for layer in self.network.layers}
        inputs = channels_of(self.network.source)
        found = {}
        for quantity in self.quantities:
            if quantity.role in ERROR_ROLES:
                cell = Cell(ERROR)
            elif quantity.role is Role.INPUT:
                step = quantity.step or 0
                cell = Cell(0, "" if step else inputs.get(quantity.unit, quantity.unit), step)
            elif kinds[quantity.layer] == "steps":
                cell = Cell(quantity.layer, step=quantity.step or 0)
            elif kinds[quantity.layer] == "units":
                part = channels[quantity.layer].get(quantity.unit, quantity.unit)
                cell = Cell(quantity.layer, part)
            else:
                cell = Cell(quantity.layer)
            found[quantity.name] = cell
        return found

    @cached_property
    def columns(self) -> dict[int, list[Cell]]:
        """The cells of each layer that has any, in order; 0 has the inputs."""
        found: dict[int, dict[Cell, None]] = {}
        for cell in self.of.values():
            if cell.layer != ERROR:
                found.setdefault(cell.layer, {})[cell] = None
        return {place: list(found[place]) for place in sorted(found)}

    @cached_property
    def members(self) -> dict[Cell, list[Quantity]]:
        """The quantities of each cell."""
        found: dict[Cell, list[Quantity]] = {}
        for quantity in self.quantities:
            found.setdefault(self.of[quantity.name], []).append(quantity)
        return found

    def _kind(self, layer: Layer) -> str:
        """How the layer is cut: by `units` (or channels), by `steps`, or not at all."""
        own = [quantity for quantity in self.quantities if quantity.layer == layer.place]
        if not self.is_unrolled:
            return "whole" if any(not quantity.unit for quantity in own) else "units"
        steps = {quantity.name: quantity.step for quantity in own}
        for quantity in own:
            for parent in quantity.parents:
                before = steps.get(parent, quantity.step)
                if quantity.step is None or before is None or before > quantity.step:
                    return "whole"
        return "steps" if own else "whole"

    def layer(self, place: int) -> Layer | None:
        """The layer at a place; None for the inputs."""
        return self.network.layers[place - 1] if place else None

    def signal(self, place: int) -> Signal:
        """What the layer passes on, or the inputs."""
        return self.network.layers[place - 1].signal if place else self.network.source


def channels_of(signal: Signal) -> dict[str, str]:
    """Of an image: the channel of each unit or input, by its number from 1."""
    if len(signal.shape) == 1:
        return {}
    size = len(signal.ports) // signal.shape[0]
    return {port.label: str(1 + place // size) for place, port in enumerate(signal.ports)}


def rows_and_columns(signal: Signal) -> tuple[int, int]:
    """The extent of each channel of an image; one dimension goes downwards."""
    return (signal.shape[1], signal.shape[2]) if len(signal.shape) > 2 else (signal.shape[-1], 1)


def labels_of(signal: Signal) -> Iterator[str]:
    """Of each channel of an image: what the names of its units have in common, or ""."""
    dimensions = len(signal.shape) - 1
    size = len(signal.ports) // signal.shape[0]
    for start in range(0, len(signal.ports), size):
        pieces = signal.ports[start].label.rsplit("_", dimensions)
        yield pieces[0] if len(pieces) > dimensions else ""
