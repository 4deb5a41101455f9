"""What both arrangements share: nodes and edges that are numbered as they are added, and labels on them."""

from __future__ import annotations

from dataclasses import dataclass, field

from symback.figure.cells import ERROR, Cell, Cells
from symback.figure.drawing import Edge, Label, Look, Node, Point, Style
from symback.figure.flows import Flow
from symback.figure.lines import aim, arrow, border, ends, part_of, rounded

RADIUS = 20.0
TEXT = 15.0
"""The height of a line of text."""
LABEL_AT = 0.28
"""Labels stand at this part of an edge, where edges that cross are still apart."""
MOST_NAMES = 64
"""Of a node that stands for more quantities the names are left out."""


@dataclass
class Arrangement:
    """Nodes by cell, edges by the cells that they join; numbers go on from nodes to edges."""

    cells: Cells
    nodes: dict[Cell, Node] = field(default_factory=dict)
    frames: dict[int, Node] = field(default_factory=dict)
    """Around the units of a layer, by its place."""
    biases: list[Node] = field(default_factory=list)
    edges: list[tuple[Cell | None, Cell, Edge]] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    count: int = 0

    def number(self) -> int:
        """The next free number."""
        self.count += 1
        return self.count

    def add(
        self,
        cell: Cell,
        look: Look,
        at: Point,
        size: tuple[float, float],
        labels: tuple[Label, ...] = (),
        grid: tuple[int, int] = (0, 0),
    ) -> Node:
        """The node of a cell."""
        members = [quantity.name for quantity in self.cells.members.get(cell, [])]
        names = tuple(members) if len(members) <= MOST_NAMES else ()
        unit = cell.part if look in (Look.INPUT, Look.UNIT) else ""
        node = Node(self.number(), look, rounded(at), *size, names, unit, labels, grid)
        self.nodes[cell] = node
        return node

    def join(
        self,
        flow: Flow,
        *,
        labels: tuple[Label, ...] = (),
        controls: tuple[Point, ...] = (),
        start: Point | None = None,
        guides: tuple[tuple[Point, ...], ...] = (),
    ) -> None:
        """The edge of a flow."""
        source, target = self.nodes[flow.source], self.nodes[flow.target]
        begin, end = ends(source, target)
        if controls:
            begin, end = aim(source, controls[0]), aim(target, controls[-1])
        elif start is not None:
            begin, end = start, aim(target, start)
        first = start or border(source, begin, controls[0] if controls else end)
        tip = border(target, end, controls[-1] if controls else begin)
        last, head = arrow(tip, controls[-1] if controls else first)
        look = Look.ERROR if flow.target.layer == ERROR else Look.WEIGHT if flow.parameters else Look.LINK
        names = tuple(flow.parameters) or self._errors(flow)
        points = tuple(map(rounded, (first, *controls, last)))
        edge = Edge(self.number(), look, points, head, names, labels, guides)
        self.edges.append((flow.source, flow.target, edge))

    def _errors(self, flow: Flow) -> tuple[str, ...]:
        """Of an edge to the error: the errors that are computed from what it brings."""
        if flow.target.layer != ERROR:
            return ()
        return tuple(
            quantity.name
            for quantity in self.cells.members[flow.target]
            if any(name in flow.sources for name in quantity.parents)
        )

    def enter(self, cell: Cell, start: Point, names: tuple[str, ...], labels: tuple[Label, ...]) -> None:
        """An arrow from nowhere into a node: its own bias, or its other parameters."""
        node = self.nodes[cell]
        inside = aim(node, start)
        last, head = arrow(border(node, inside, start), start)
        edge = Edge(self.number(), Look.BIAS, (rounded(start), last), head, names, labels)
        self.edges.append((None, cell, edge))


def on_edge(start: Point, end: Point, names: tuple[str, ...], room: float, share: float = LABEL_AT) -> Label:
    """The label of an edge: the parameter and its value, or several parameters."""
    value = names[0] if len(names) == 1 else ""
    return Label(rounded(part_of(start, end, share)), Style.WEIGHT, room, names, value)


def name_label(at: Point, names: tuple[str, ...], room: float) -> Label:
    """The name in a node."""
    return Label(rounded(at), Style.NAME, room, names)
