"""A drawing of a small dense network as coordinates: circles for units, lines for weights. No markup."""

from __future__ import annotations

from dataclasses import dataclass

from symback.graph import Graph, Role
from symback.network import Network

MOST_UNITS = 5
"""In one layer; larger networks are told by their tables alone."""
MOST_LAYERS = 4
WIDTH, HEIGHT, RADIUS = 100, 46, 11
"""The distance between layers, between units, and the radius of a unit."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit or an input."""

    x: int
    y: int
    name: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A weight from one unit to another: where the line begins and ends, and where its name stands."""

    start: tuple[int, int]
    middle: tuple[int, int]
    end: tuple[int, int]
    label: tuple[int, int]
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Units and weights with the size of the whole."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing_of(network: Network, graph: Graph) -> Drawing | None:
    """The drawing; None for a network that is too large for one, or not made of dense layers alone."""
    layers = network.layers
    columns = [list(network.inputs), *(list(layer.units) for layer in layers)]
    too_large = len(layers) > MOST_LAYERS or max(map(len, columns)) > MOST_UNITS
    if too_large or network.source.steps or any(layer.kind != "dense" for layer in layers):
        return None
    tallest = max(map(len, columns))
    places: dict[tuple[int, str], tuple[int, int]] = {}
    for number, units in enumerate(columns):
        top = (tallest - len(units)) * HEIGHT // 2
        for row, unit in enumerate(units):
            places[number, unit] = (RADIUS + number * WIDTH, RADIUS + (tallest - 1 - row) * HEIGHT - top)
    nodes = tuple(Node(x, y, unit) for (_, unit), (x, y) in places.items())
    edges: list[Edge] = []
    for number, layer in enumerate(layers):
        sources = columns[number]
        for count, weight in enumerate(layer.weights):
            unit, source = layer.units[count // len(sources)], sources[count % len(sources)]
            edges.append(_edge(places[number, source], places[number + 1, unit], weight))
    if any(edge.name not in graph or graph[edge.name].role is not Role.WEIGHT for edge in edges):
        return None
    height = (tallest - 1) * HEIGHT + 2 * RADIUS
    return Drawing(len(layers) * WIDTH + 2 * RADIUS, height, nodes, tuple(edges))


def _edge(start: tuple[int, int], end: tuple[int, int], name: str) -> Edge:
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dx, dy = (x2 - x1) / length * RADIUS, (y2 - y1) / length * RADIUS
    first, last = (round(x1 + dx), round(y1 + dy)), (round(x2 - dx), round(y2 - dy))
    middle = ((first[0] + last[0]) // 2, (first[1] + last[1]) // 2)
    part = 0.3
    label = (round(x1 + part * (x2 - x1)), round(y1 + part * (y2 - y1)))
    return Edge(first, middle, last, label, name)
