"""Windows on feature maps: the part that one unit of the next layer sees, and the lines from there to it."""

from __future__ import annotations

from dataclasses import dataclass

from symback.figure.arrangement import Arrangement
from symback.figure.cells import Cell, rows_and_columns
from symback.figure.drawing import Node, Point
from symback.figure.flows import Flow
from symback.figure.lines import rounded
from symback.graph import Quantity


@dataclass(frozen=True, slots=True)
class Window:
    """Where an edge begins and ends that leads from a window on one map to a cell of the next."""

    start: Point
    tip: Point
    outlines: tuple[tuple[Point, ...], ...] = ()
    """The window, the cell, and two lines from the one to the other."""


def window_of(arranged: Arrangement, flow: Flow) -> Window | None:
    """For a unit in the middle of the next map, or for a flow of one number; None for any other flow."""
    cells = arranged.cells
    source, target = arranged.nodes[flow.source], arranged.nodes[flow.target]
    if not all(source.grid):
        return None
    grid = {q.name: number for number, q in enumerate(_outputs(arranged, flow.source))}
    if not all(target.grid):
        if len(flow.sources) > 1:
            return None
        box = _box(source, [grid[name] for name in flow.sources if name in grid])
        return Window(_right(box), target.at) if box is not None else None
    rows, columns = rows_and_columns(cells.signal(flow.target.layer))
    outputs = _outputs(arranged, flow.target)
    middle = (rows // 2) * columns + columns // 2
    seen = _seen(arranged, outputs[middle].name, grid)
    box = _box(source, [grid[name] for name in seen])
    own = _box(target, [middle])
    if box is None or own is None:
        return None
    (left, top), (_, bottom) = own
    start = _right(box)
    tip = left, (top + bottom) / 2
    outlines = (_outline(box), _outline(own))
    lines = (((box[1][0], box[0][1]), (left, top)), (box[1], (left, bottom)))
    return Window(start, tip, tuple(tuple(map(rounded, line)) for line in (*outlines, *lines)))


def _outputs(arranged: Arrangement, cell: Cell) -> list[Quantity]:
    """The outputs of a channel, or its inputs, in the order of rows and columns."""
    members = arranged.cells.members[cell]
    outs = [quantity for quantity in members if quantity.name.startswith("out_")]
    return outs or members


def _seen(arranged: Arrangement, name: str, grid: dict[str, int]) -> list[str]:
    """What of a map an output is computed from: its parents there, or those of its net input."""
    graph = arranged.cells.graph
    stack, found = list(graph[name].parents), []
    while stack:
        parent = stack.pop()
        if parent in grid:
            found.append(parent)
        elif arranged.cells.of.get(parent) == arranged.cells.of[name]:
            stack += graph[parent].parents
    return found


def _box(node: Node, places: list[int]) -> tuple[Point, Point] | None:
    """Two corners of the rectangle around cells of a map."""
    if not places:
        return None
    rows, columns = node.grid
    wide, high = node.width / columns, node.height / rows
    x, y = node.at[0] - node.width / 2, node.at[1] - node.height / 2
    first, last = (min(p // columns for p in places), max(p // columns for p in places))
    begin, end = (min(p % columns for p in places), max(p % columns for p in places))
    return (x + begin * wide, y + first * high), (x + (end + 1) * wide, y + (last + 1) * high)


def _right(box: tuple[Point, Point]) -> Point:
    return box[1][0], (box[0][1] + box[1][1]) / 2


def _outline(box: tuple[Point, Point]) -> tuple[Point, ...]:
    (left, top), (right, bottom) = box
    return (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
