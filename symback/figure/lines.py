"""Where lines between shapes begin and end: at the border of circles and boxes, with the head of an arrow."""

from __future__ import annotations

from math import hypot

from symback.figure.drawing import Node, Point

HEAD_LENGTH, HEAD_WIDTH = 9.0, 3.4
"""Of an arrow; the width is to each side."""
GAP = 1.5
"""Between the tip of an arrow and what it points to."""
INSET = 12.0
"""Lines meet a box at least so far from its corners."""


def rounded(point: Point) -> Point:
    """To tenths of a pixel."""
    return round(point[0], 1) + 0.0, round(point[1], 1) + 0.0


def part_of(start: Point, end: Point, share: float) -> Point:
    """The point at a share of the way."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def aim(node: Node, other: Point) -> Point:
    """The point within a node that lines to another point come from: opposite to it, or near."""
    if node.is_round:
        return node.at
    (x, y), (to_x, to_y) = node.at, other
    across, along = max(0.0, node.width / 2 - INSET), max(0.0, node.height / 2 - INSET)
    return min(max(to_x, x - across), x + across), min(max(to_y, y - along), y + along)


def ends(source: Node, target: Node) -> tuple[Point, Point]:
    """The points within two nodes that an edge joins: the smaller one's middle, and what lies opposite."""
    if source.width * source.height > target.width * target.height:
        begin = aim(source, target.at)
        return begin, aim(target, begin)
    end = aim(target, source.at)
    return aim(source, end), end


def border(node: Node, inside: Point, outside: Point) -> Point:
    """Where the line from a point within the node leaves it."""
    dx, dy = outside[0] - inside[0], outside[1] - inside[1]
    length = hypot(dx, dy) or 1.0
    if node.is_round:
        return inside[0] + dx / length * node.width / 2, inside[1] + dy / length * node.width / 2
    x, y = node.at
    shares = [1.0]
    if dx:
        shares.append((x + (node.width / 2 if dx > 0 else -node.width / 2) - inside[0]) / dx)
    if dy:
        shares.append((y + (node.height / 2 if dy > 0 else -node.height / 2) - inside[1]) / dy)
    return part_of(inside, outside, min(shares))


def arrow(tip: Point, before: Point) -> tuple[Point, tuple[Point, ...]]:
    """Where the line ends that comes from `before`, and the triangle from there to the tip."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    dx, dy = dx / length, dy / length
    tip = tip[0] - dx * GAP, tip[1] - dy * GAP
    x, y = tip[0] - dx * HEAD_LENGTH, tip[1] - dy * HEAD_LENGTH
    left = x - dy * HEAD_WIDTH, y + dx * HEAD_WIDTH
    right = x + dy * HEAD_WIDTH, y - dx * HEAD_WIDTH
    return rounded((x + dx, y + dy)), (rounded(tip), rounded(left), rounded(right))
