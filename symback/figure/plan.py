"""What is drawn of a network layer by layer: columns and cells, what flows between them, their sizes."""

from __future__ import annotations

from dataclasses import dataclass

from symback.figure.arrangement import RADIUS
from symback.figure.cells import ERROR, Cell, Cells, rows_and_columns
from symback.figure.flows import Flows, flows_of
from symback.graph import Role

MOST_UNITS = 6
"""Of more units or channels in a layer the first ones and the last one are drawn."""
MOST_COLUMNS, MOST_WIDE = 6, 5
"""Of more layers those at both ends are drawn; with more columns there is no room for numbers on edges."""
ROW, ROW_WITH_BIAS = 88.0, 100.0
"""From unit to unit, without and with an arrow for a bias of its own."""
CLOSE_ROW, CLOSE_ROW_WITH_BIAS, CLOSE_GAP = 70.0, 84.0, 112.0
"""The same, and the gap between columns, where only names stand at the edges."""
WIDE_GAP, MAP_GAP, GAP = 172.0, 128.0, 96.0
"""Between columns: with weights on the edges, the same from feature maps, without weights."""
MAP_SIZE, MOST_CELLS, LARGEST_CELL = 104.0, 14, 20.0
"""A feature map is about so large; one of more rows or columns is a plain box."""
BLOCK = 112.0
"""The width of a layer that is one box."""


@dataclass(frozen=True)
class Column:
    """The cells of a layer that are drawn; `dots` stands for those that are not."""

    place: int
    cells: tuple[Cell, ...]
    dots: Cell | None = None
    hidden: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The columns, and before which of them layers are left out (0 for none)."""

    cells: Cells
    columns: tuple[Column, ...]
    gap: int
    flows: Flows
    shared: dict[str, list[Cell]]
    """The biases that serve several cells of a layer, with these."""
    values: bool
    """Whether numbers stand at the edges."""

    def own(self, cell: Cell) -> tuple[str, ...]:
        """The parameters of a cell that belong to no edge between cells."""
        return tuple(name for name in self.flows.own.get(cell, ()) if name not in self.shared)

    @property
    def pitch(self) -> float:
        """From unit to unit."""
        has_own = any(self.own(cell) for column in self.columns for cell in column.cells)
        if self.values:
            return ROW_WITH_BIAS if has_own else ROW
        return CLOSE_ROW_WITH_BIAS if has_own else CLOSE_ROW

    def is_map(self, cell: Cell) -> bool:
        """Whether the cell is a channel of an image."""
        return len(self.cells.signal(cell.layer).shape) > 1 and bool(cell.part)

    def size(self, cell: Cell) -> tuple[float, float]:
        """The width and height of a node."""
        if self.is_map(cell):
            rows, columns = rows_and_columns(self.cells.signal(cell.layer))
            side = min(LARGEST_CELL, MAP_SIZE / max(rows, columns))
            return max(24.0, round(side * columns, 1)), max(24.0, round(side * rows, 1))
        if not cell.part:
            places = [column.place for column in self.columns]
            before = self.columns[max(0, places.index(cell.layer) - 1)].cells
            rows = len(before) if before[0].part and not self.is_map(before[0]) else 1
            return BLOCK, max(BLOCK, rows * self.pitch - 36.0)
        return 2 * RADIUS, 2 * RADIUS

    def space(self, before: Column, column: Column) -> float:
        """Between two columns."""
        found = [self.flows.between.get((a, b)) for a in before.cells for b in column.cells]
        if any(flow is not None and flow.parameters for flow in found):
            if self.is_map(before.cells[0]):
                return MAP_GAP
            return WIDE_GAP if self.values else CLOSE_GAP
        return GAP


def plan_of(cells: Cells, *, values: bool) -> Plan:
    """What is drawn of a network."""
    places = list(cells.columns)
    gap = 0
    if len(places) > MOST_COLUMNS:
        gap = MOST_COLUMNS // 2
        places = [*places[:gap], *places[-(MOST_COLUMNS - gap) :]]
    columns = tuple(_column(place, cells.columns[place]) for place in places)
    values = values and len(columns) <= MOST_WIDE
    shown = [cell for column in columns for cell in column.cells]
    flows = flows_of(cells, [*shown, Cell(ERROR)])
    return Plan(cells, columns, gap, flows, _shared_biases(cells, flows), values)


def _column(place: int, cells: list[Cell]) -> Column:
    if len(cells) <= MOST_UNITS:
        return Column(place, tuple(cells))
    first = MOST_UNITS - 2
    return Column(place, (*cells[:first], cells[-1]), Cell(place, "..."), tuple(cells[first:-1]))


def _shared_biases(cells: Cells, flows: Flows) -> dict[str, list[Cell]]:
    """The biases that serve several cells of a layer, with these."""
    users: dict[str, list[Cell]] = {}
    biases = {quantity.name for quantity in cells.graph.with_role(Role.BIAS)}
    for cell, names in flows.own.items():
        for name in names:
            if name in biases and cell.layer != ERROR:
                users.setdefault(name, []).append(cell)
    return {name: used for name, used in users.items() if len(used) > 1}
