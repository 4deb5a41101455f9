"""Network -> drawing, laid out once, with the way from quantities to the parts that stand for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symback.figure.arrangement import Arrangement
from symback.figure.cells import ERROR, Cell, Cells
from symback.figure.columns import arrange_columns
from symback.figure.drawing import Drawing, Edge, Label, Node, Point, Style
from symback.figure.unrolled import arrange_unrolled
from symback.graph import Graph
from symback.network_model import Network

MARGIN = 10.0


@dataclass(frozen=True)
class NetworkDrawing:
    """A drawing, and which of its elements stand for what."""

    drawing: Drawing
    cells: Mapping[str, Cell]
    """The cell of each input and of each quantity of the forward pass."""
    nodes: Mapping[Cell, int]
    edges: Mapping[tuple[Cell, Cell], tuple[int, ...]]
    """The edges from cell to cell."""
    carriers: Mapping[tuple[str, Cell], tuple[int, ...]]
    """The edges on which a parameter enters a cell."""
    frames: Mapping[int, int]
    """The frame around the units of a layer."""


def network_drawing(
    network: Network, graph: Graph, sample: int = 0, *, values: bool = True
) -> NetworkDrawing:
    """The drawing of a network; with `values` it has the numbers of parameters and of a sample's inputs."""
    cells = Cells(network, graph, sample)
    arrange = arrange_unrolled if cells.is_unrolled else arrange_columns
    arranged = arrange(cells, values=values)
    edges: dict[tuple[Cell, Cell], tuple[int, ...]] = {}
    carriers: dict[tuple[str, Cell], tuple[int, ...]] = {}
    for source, target, edge in arranged.edges:
        if source is not None:
            edges[source, target] = (*edges.get((source, target), ()), edge.element)
        for name in edge.names if target.layer != ERROR else ():
            carriers[name, target] = (*carriers.get((name, target), ()), edge.element)
    nodes = {cell: node.element for cell, node in arranged.nodes.items()}
    frames = {place: node.element for place, node in arranged.frames.items()}
    return NetworkDrawing(_drawing(arranged), cells.of, nodes, edges, carriers, frames)


def _drawing(arranged: Arrangement) -> Drawing:
    """All nodes and edges, moved so that the drawing begins at its margin."""
    unique = {node.element: node for node in arranged.nodes.values()}
    nodes = [*arranged.frames.values(), *unique.values(), *arranged.biases]
    edges = [edge for _, _, edge in arranged.edges]
    whole = Drawing(0.0, 0.0, tuple(nodes), tuple(edges), tuple(arranged.labels))
    points = [point for edge in edges for line in (edge.points, edge.head, *edge.guides) for point in line]
    for node in nodes:
        (x, y), wide, high = node.at, node.width / 2, node.height / 2
        points += [(x - wide, y - high), (x + wide, y + high)]
    for label in whole.all_labels:
        points += extent(label)
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    right, bottom = max(x for x, _ in points) + MARGIN, max(y for _, y in points) + MARGIN
    move = _Move(-left, -top)
    return Drawing(
        round(right - left, 1),
        round(bottom - top, 1),
        tuple(map(move.node, nodes)),
        tuple(map(move.edge, edges)),
        tuple(map(move.label, arranged.labels)),
    )


def extent(label: Label) -> tuple[Point, Point]:
    """The corners of the room that a label may take."""
    (x, y), room = label.at, label.room
    left = {"start": x, "middle": x - room / 2, "end": x - room}[label.anchor]
    high = 9.0 if label.style is Style.NAME else 8.0
    return (left, y - high), (left + room, y + high)


@dataclass(frozen=True)
class _Move:
    x: float
    y: float

    def point(self, point: Point) -> Point:
        return round(point[0] + self.x, 1), round(point[1] + self.y, 1)

    def points(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple(map(self.point, points))

    def label(self, label: Label) -> Label:
        return replace(label, at=self.point(label.at))

    def node(self, node: Node) -> Node:
        return replace(node, at=self.point(node.at), labels=tuple(map(self.label, node.labels)))

    def edge(self, edge: Edge) -> Edge:
        return replace(
            edge,
            points=self.points(edge.points),
            head=self.points(edge.head),
            labels=tuple(map(self.label, edge.labels)),
            guides=tuple(map(self.points, edge.guides)),
        )
