"""The edges between columns: weights with their numbers, kernels, biases, and the way to the error."""

from __future__ import annotations

from dataclasses import replace

from symback.figure.arrangement import LABEL_AT, RADIUS, Arrangement, name_label, on_edge
from symback.figure.cells import ERROR, Cell
from symback.figure.drawing import Edge, Label, Look, Node, Point, Style
from symback.figure.flows import Flow
from symback.figure.lines import aim, arrow, border, ends, part_of, rounded
from symback.figure.plan import Plan
from symback.figure.windows import window_of

MOST_LABELS, MOST_VALUES = 20, 9
"""Between two layers: with more edges they have no labels, or no numbers."""
MOST_CLOSE, MOST_CLOSE_LABELS = 4, 12
"""Where only names stand at the edges: with more edges labels are staggered, or left out."""
STAGGERED = 0.16, 0.56
"""Where many labels stand: from here to there, by the place of the unit that their edges lead to."""
BEND = 56.0
"""How far an edge swerves that leads past a column."""
BIAS_ARROW = 24.0
"""The length of the arrow of a bias that a unit has for itself."""


def join_columns(arranged: Arrangement, plan: Plan, *, values: bool) -> None:
    """The edges of all flows between drawn cells, and the biases."""
    _join(arranged, plan, values=values)
    _bias_arrows(arranged, plan, values=values)
    _bias_nodes(arranged, plan, values=values)


def _join(arranged: Arrangement, plan: Plan, *, values: bool) -> None:
    """The edges of all flows between drawn cells."""
    order = {column.place: number for number, column in enumerate(plan.columns)}
    order[ERROR] = len(plan.columns)
    drawn = {cell for column in plan.columns for cell in column.cells} | {Cell(ERROR)}
    found = [flow for flow in plan.flows.all if {flow.source, flow.target} <= drawn]
    found = [flow for flow in found if flow.source.layer != flow.target.layer]  # there is a frame for these
    counts: dict[tuple[int, int], int] = {}
    for flow in found:
        pair = flow.source.layer, flow.target.layer
        counts[pair] = counts.get(pair, 0) + 1
    for flow in found:
        source, target = arranged.nodes[flow.source], arranged.nodes[flow.target]
        count = counts[flow.source.layer, flow.target.layer]
        passed = order[flow.target.layer] - order[flow.source.layer]
        controls: tuple[Point, ...] = ()
        if passed > 1:
            side = 1 if source.at[1] + target.at[1] > 1 else -1
            lift = side * BEND
            controls = tuple(
                (at[0], at[1] + lift)
                for at in (part_of(source.at, target.at, 0.25), part_of(source.at, target.at, 0.75))
            )
        if source.look is Look.MAP and not passed > 1:
            _from_map(arranged, flow, count)
            continue
        labels: tuple[Label, ...] = ()
        if flow.parameters and count <= (MOST_LABELS if plan.values else MOST_CLOSE_LABELS):
            names = tuple(flow.parameters)
            is_crowded = count > (MOST_VALUES if plan.values else MOST_CLOSE)
            units = plan.columns[order[flow.target.layer]].cells
            share = _staggered(units.index(flow.target), len(units)) if is_crowded else LABEL_AT
            shown = on_edge(*ends(source, target), names, 24.0 if is_crowded else 78.0, share)
            labels = (shown if values and not is_crowded else replace(shown, value=""),)
        arranged.join(flow, labels=labels, controls=controls)


def _staggered(place: int, count: int) -> float:
    first, last = STAGGERED
    return first + (last - first) * place / max(1, count - 1)


def _from_map(arranged: Arrangement, flow: Flow, count: int) -> None:
    """From a feature map: the window of one unit, the cell that a single number stands in, or the border."""
    source, target = arranged.nodes[flow.source], arranged.nodes[flow.target]
    found = window_of(arranged, flow)
    names = tuple(flow.parameters)
    room = target.at[0] - target.width / 2 - source.at[0] - source.width / 2 - 16
    middle = part_of(border(source, source.at, target.at), border(target, target.at, source.at), 0.5)
    if found is not None:
        middle = part_of(found.start, found.tip, 0.5)
        middle = middle[0], middle[1] - 12
    labels: tuple[Label, ...] = ()
    if names and count <= MOST_LABELS:
        labels = (Label(rounded(middle), Style.WEIGHT, room, names),)
    if found is None or target.look is not Look.MAP:
        arranged.join(flow, labels=labels, start=found.start if found is not None else None)
        return
    last, head = arrow(found.tip, found.start)
    look = Look.WEIGHT if names else Look.LINK
    points = (rounded(found.start), last)
    edge = Edge(arranged.number(), look, points, head, names, labels, found.outlines)
    arranged.edges.append((flow.source, flow.target, edge))


def _bias_arrows(arranged: Arrangement, plan: Plan, *, values: bool) -> None:
    """Parameters of one cell alone: an arrow from below, with their names."""
    for cell, node in list(arranged.nodes.items()):
        names = plan.own(cell)
        if not names or cell.layer == ERROR or node.look is Look.DOTS:
            continue
        start = node.at[0], node.at[1] + node.height / 2 + BIAS_ARROW
        value = names[0] if values and len(names) == 1 else ""
        at = rounded((start[0] + 14, start[1] + 8))  # at the left there are no labels of edges
        label = Label(at, Style.WEIGHT, 96.0, names, value, anchor="end")
        arranged.enter(cell, start, names, (label,))


def _bias_nodes(arranged: Arrangement, plan: Plan, *, values: bool) -> None:
    """A bias that a layer shares: a circle at the foot of the column before, with an edge to each unit."""
    places = [column.place for column in plan.columns]
    foot = max(node.at[1] + node.height / 2 for node in arranged.nodes.values())
    below = plan.pitch - RADIUS
    for name, users in plan.shared.items():
        before = places[places.index(users[0].layer) - 1]
        x = max(node.at[0] for cell, node in arranged.nodes.items() if cell.layer == before)
        at = rounded((x, foot + below))
        size = 2 * RADIUS
        label = name_label(at, (name,), 34.0)
        node = Node(arranged.number(), Look.BIAS, at, size, size, (name,), labels=(label,))
        arranged.biases.append(node)
        if values:
            under = rounded((at[0], at[1] + RADIUS + 11))
            arranged.labels.append(Label(under, Style.VALUE, 90.0, (), name))
        for cell in users:
            _bias_edge(arranged, node, cell, name)


def _bias_edge(arranged: Arrangement, node: Node, cell: Cell, name: str) -> None:
    target = arranged.nodes[cell]
    end = aim(target, node.at)
    first = border(node, node.at, end)
    last, head = arrow(border(target, end, node.at), first)
    edge = Edge(arranged.number(), Look.BIAS, (rounded(first), last), head, (name,))
    arranged.edges.append((None, cell, edge))
