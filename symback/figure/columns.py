"""A network layer by layer: a column of units, feature maps or one block for each, the error at the right."""

from __future__ import annotations

from symback.figure.arrangement import RADIUS, TEXT, Arrangement, name_label
from symback.figure.cells import ERROR, Cell, Cells, labels_of, rows_and_columns
from symback.figure.column_edges import BIAS_ARROW, join_columns
from symback.figure.drawing import Label, Look, Node, Point, Style
from symback.figure.lines import rounded
from symback.figure.plan import GAP, MOST_CELLS, Column, Plan, plan_of
from symback.layers.layer import Layer

LAST_GAP = 84.0
"""Before the error."""
DOTS = (30.0, 30.0)
MOST_LETTERS = 28
"""Of a caption; an activation may be a long formula."""


def arrange_columns(cells: Cells, *, values: bool) -> Arrangement:
    """The whole network; without `values` only names are on the edges."""
    arranged = Arrangement(cells)
    plan = plan_of(cells, values=values)
    places: dict[int, float] = {}
    x = 0.0
    for number, column in enumerate(plan.columns):
        width = max(plan.size(cell)[0] for cell in column.cells)
        if number:
            x += plan.space(plan.columns[number - 1], column) + width / 2
        if number and number == plan.gap:
            arranged.add(Cell(-1), Look.DOTS, (x - width / 2 - GAP / 2, 0.0), DOTS)
        places[column.place] = x
        _stand(arranged, plan, column, x)
        x += width / 2
    _frames(arranged, plan)
    at = x + LAST_GAP + 36, 0.0
    arranged.add(Cell(ERROR), Look.ERROR, at, (72.0, 40.0), (name_label(at, ("E_total",), 62.0),))
    if values:
        _given(arranged)
    join_columns(arranged, plan, values=plan.values)
    _captions(arranged, places)
    return arranged


def _stand(arranged: Arrangement, plan: Plan, column: Column, x: float) -> None:
    """The nodes of a column, its middle at 0."""
    items = list(column.cells)
    if column.dots is not None:
        items.insert(-1, column.dots)
    heights = [plan.pitch if cell == column.dots else _height(plan, cell) for cell in items]
    y = -sum(heights) / 2
    is_map = plan.is_map(column.cells[0])
    channels = list(labels_of(plan.cells.signal(column.place))) if is_map else []
    for cell, height in zip(items, heights, strict=True):
        at = x, y + height / 2
        y += height
        if cell == column.dots:
            node = arranged.add(cell, Look.DOTS, at, DOTS)
            arranged.nodes |= dict.fromkeys(column.hidden, node)
        elif is_map:
            _map(arranged, plan, cell, at, channels[int(cell.part) - 1])
        elif cell.part:
            look = Look.UNIT if cell.layer else Look.INPUT
            arranged.add(cell, look, at, plan.size(cell), (name_label(at, (cell.part,), 34.0),))
        else:
            _block(arranged, plan, cell, at)


def _height(plan: Plan, cell: Cell) -> float:
    """The room of a node in its column, with what stands over and under it."""
    if cell.part and not plan.is_map(cell):
        return plan.pitch
    extra = BIAS_ARROW + 2 * TEXT if plan.own(cell) else TEXT
    return plan.size(cell)[1] + extra + 24


def _map(arranged: Arrangement, plan: Plan, cell: Cell, at: Point, channel: str) -> None:
    """A channel as a grid, over it its name and its rows and columns."""
    signal = plan.cells.signal(cell.layer)
    rows, columns = rows_and_columns(signal)
    extent = f"{rows}×{columns}" if len(signal.shape) > 2 else f"1×{rows}"
    size = plan.size(cell)
    above = rounded((at[0], at[1] - size[1] / 2 - 12))
    label = Label(above, Style.CAPTION, 110.0, (channel,) if channel else (), words=extent)
    grid = (rows, columns) if max(rows, columns) <= MOST_CELLS else (0, 0)
    arranged.add(cell, Look.MAP, at, size, (label,), grid)


def _block(arranged: Arrangement, plan: Plan, cell: Cell, at: Point) -> None:
    """A layer as a box: its type, and the units that it gives."""
    layer = plan.cells.layer(cell.layer)
    kind = layer.kind.replace("_", " ") if layer is not None else ""
    words = Label(rounded((at[0], at[1] - 10)), Style.CAPTION, 100.0, words=kind)
    names = name_label((at[0], at[1] + 12), plan.cells.signal(cell.layer).labels, 100.0)
    arranged.add(cell, Look.BLOCK, at, plan.size(cell), (words, names))


def _frames(arranged: Arrangement, plan: Plan) -> None:
    """A frame around the units of each layer in which they depend on one another."""
    for column in plan.columns:
        layer = arranged.cells.layer(column.place)
        if layer is None or not layer.couples_units or not column.cells[0].part or len(column.cells) < 2:
            continue
        nodes = [arranged.nodes[cell] for cell in column.cells]
        top, bottom = nodes[0].at[1] - RADIUS - 9, nodes[-1].at[1] + RADIUS + 9
        at = rounded((nodes[0].at[0], (top + bottom) / 2))
        wide = 50.0 if any(map(plan.own, column.cells)) else RADIUS + 9
        frame = Node(arranged.number(), Look.FRAME, at, 2 * wide, bottom - top)
        arranged.frames[column.place] = frame


def _given(arranged: Arrangement) -> None:
    """The values of single inputs, at their left."""
    for node in arranged.nodes.values():
        if node.look is Look.INPUT:
            at = rounded((node.at[0] - RADIUS - 8, node.at[1]))
            arranged.labels.append(Label(at, Style.VALUE, 54.0, (), node.names[0], anchor="end"))


def _captions(arranged: Arrangement, places: dict[int, float]) -> None:
    """Under each column what the layer does, in the words of the network file."""
    nodes = [*arranged.nodes.values(), *arranged.biases]
    texts = [*arranged.labels, *(label for _, _, edge in arranged.edges for label in edge.labels)]
    foot = max([*(node.at[1] + node.height / 2 for node in nodes), *(text.at[1] for text in texts)])
    for place, x in places.items():
        layer = arranged.cells.layer(place)
        if layer is not None:
            at = rounded((x, foot + 24))
            arranged.labels.append(Label(at, Style.CAPTION, 150.0, words=caption_of(layer)))


def caption_of(layer: Layer) -> str:
    """What a layer does: its activation, before it its type if that is none of plain units, and its size."""
    kind = "" if layer.kind in ("dense", "activation") else layer.kind.replace("_", " ")
    size = layer.facts().get("size")
    extent = "×".join(map(str, size)) if isinstance(size, tuple) else ""
    activation = layer.activation if layer.activating is not None else ""
    text = " ".join(filter(None, (kind, extent, activation)))
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
