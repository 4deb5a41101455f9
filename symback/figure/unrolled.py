"""A network along its steps of time, or tokens: a step to the right, a layer upwards, the error on top."""

from __future__ import annotations

from symback.figure.arrangement import RADIUS, Arrangement, name_label
from symback.figure.cells import ERROR, Cell, Cells
from symback.figure.columns import caption_of
from symback.figure.drawing import Label, Look, Style
from symback.figure.flows import flows_of
from symback.figure.lines import ends, part_of, rounded
from symback.naming import indexed

MOST_STEPS = 6
"""Of more steps the first ones and the last one are drawn."""
MOST_LAYERS = 7
ACROSS, UP = 196.0, 106.0
"""From step to step, and from layer to layer."""
BOX = 44.0
WIDEST = 132.0


def arrange_unrolled(cells: Cells, *, values: bool) -> Arrangement:
    """The whole network; without `values` only names are on the edges."""
    arranged = Arrangement(cells)
    steps = list(cells.network.source.steps)
    hidden = steps[MOST_STEPS - 2 : -1] if len(steps) > MOST_STEPS else []
    across = {step: ACROSS * place for place, step in enumerate(s for s in steps if s not in hidden[1:])}
    last = across[steps[-1]]
    places = list(cells.columns)
    if len(places) > MOST_LAYERS:
        places = [*places[:3], *places[-3:]]
    for row, place in enumerate(places):
        y = -UP * (row + (1 if len(places) < len(cells.columns) and row > 2 else 0))
        for cell in cells.columns[place]:
            if cell.step in hidden[1:]:
                arranged.nodes[cell] = arranged.nodes[Cell(cell.layer, step=hidden[0])]
            elif cell.step in hidden:
                arranged.add(cell, Look.DOTS, (across[cell.step], y), (30.0, 30.0))
            elif cell.step:
                _node(arranged, cell, across[cell.step], y)
            elif _mixes(cells, place):
                _wide(arranged, cell, last, y)
            else:
                _node(arranged, cell, last, y)
        _caption(arranged, place, y)
    top = -UP * (len(places) + (1 if len(places) < len(cells.columns) else 0))
    _join(arranged, hidden, top, last, values=values)
    return arranged


def _mixes(cells: Cells, place: int) -> bool:
    """Whether a layer that is drawn as one reads several steps."""
    own = [quantity for quantity in cells.quantities if quantity.layer == place]
    steps = {cells.of[name].step for quantity in own for name in quantity.parents if name in cells.of}
    return len(steps - {0}) > 1


def _names(cells: Cells, cell: Cell) -> tuple[str, ...]:
    signal = cells.signal(cell.layer)
    return tuple(indexed(port.unit, step=cell.step or port.step) for port in signal.ports)


def _node(arranged: Arrangement, cell: Cell, x: float, y: float) -> None:
    """A circle for one unit or input, a box for several."""
    names = _names(arranged.cells, cell)
    layer = arranged.cells.layer(cell.layer)
    is_plain = layer is None or layer.kind in ("dense", "recurrent", "activation")
    if len(names) == 1 and is_plain:
        look = Look.INPUT if layer is None else Look.UNIT
        arranged.add(cell, look, (x, y), (2 * RADIUS + 4, 2 * RADIUS + 4), (name_label((x, y), names, 38.0),))
        return
    width = min(WIDEST, max(72.0, 46.0 * min(len(names), 3)))
    arranged.add(cell, Look.BLOCK, (x, y), (width, BOX), (name_label((x, y), names, width - 12),))


def _wide(arranged: Arrangement, cell: Cell, last: float, y: float) -> None:
    """A layer that reads all steps at once."""
    names = _names(arranged.cells, cell)
    at = last / 2, y
    arranged.add(cell, Look.BLOCK, at, (last + 2 * RADIUS + 40, BOX), (name_label(at, names, 160.0),))


def _caption(arranged: Arrangement, place: int, y: float) -> None:
    """What a layer does, at its left."""
    layer = arranged.cells.layer(place)
    if layer is not None:
        nodes = [arranged.nodes[cell] for cell in arranged.cells.columns[place]]
        at = rounded((min(node.at[0] - node.width / 2 for node in nodes) - 14, y))
        arranged.labels.append(Label(at, Style.CAPTION, 120.0, words=caption_of(layer), anchor="end"))


def _join(arranged: Arrangement, hidden: list[int], top: float, last: float, *, values: bool) -> None:
    """The error on top, and all edges."""
    cells = arranged.cells
    drawn = [cell for cell, node in arranged.nodes.items() if cell.step not in hidden[1:]]
    flows = flows_of(cells, [*drawn, Cell(ERROR)])
    sources = [
        source for source, target in flows.between if target.layer == ERROR and source in arranged.nodes
    ]
    middle = [arranged.nodes[source].at[0] for source in sources] or [last]
    at = sum(middle) / len(middle), top
    arranged.add(Cell(ERROR), Look.ERROR, at, (72.0, 40.0), (name_label(at, ("E_total",), 62.0),))
    for flow in flows.all:
        if flow.source not in arranged.nodes or flow.target not in arranged.nodes:
            continue
        source, target = arranged.nodes[flow.source], arranged.nodes[flow.target]
        if source == target or (
            Look.DOTS in (source.look, target.look) and flow.source.layer != flow.target.layer
        ):
            continue
        labels: tuple[Label, ...] = ()
        if flow.parameters and Look.DOTS not in (source.look, target.look):
            names = tuple(flow.parameters)
            is_level = flow.source.layer == flow.target.layer
            share = 0.5 if is_level else 0.4
            x, y = part_of(*ends(source, target), share)
            place = rounded((x, y - (13 if is_level else 0)))
            labels = (Label(place, Style.WEIGHT, 92.0, names, names[0] if values and not names[1:] else ""),)
        arranged.join(flow, labels=labels)
    for cell, names in flows.own.items():
        if cell.layer == ERROR or arranged.nodes[cell].look is Look.DOTS:
            continue
        node = arranged.nodes[cell]
        start = node.at[0] + node.width / 2 + 18, node.at[1] + node.height / 2 + 14
        value = names[0] if values and len(names) == 1 else ""
        room = ACROSS - node.width / 2 - 60
        at = rounded((start[0] + 4, start[1] + 6))
        label = Label(at, Style.WEIGHT, max(60.0, room), names, value, anchor="start")
        arranged.enter(cell, start, names, (label,))
    if values:
        for cell, node in arranged.nodes.items():
            if cell.layer == 0 and node.look is Look.INPUT:
                below = rounded((node.at[0], node.at[1] + node.height / 2 + 12))
                arranged.labels.append(Label(below, Style.VALUE, 90.0, (), node.names[0]))
