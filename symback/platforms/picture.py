"""The drawing of a network as SVG, for pages that cannot draw it themselves."""

from __future__ import annotations

from symback.papers.drawing import RADIUS, Drawing
from symback.platforms.xml import element, escaped

PICTURE = "@@PLUGINFILE@@/network.svg"
"""Where texts of questions find it: as Moodle has it; other platforms put their own address there."""
FILE_NAME = "network.svg"
MARGIN = 4


def svg(drawing: Drawing) -> str:
    """Circles with names, and lines with the names of weights on them; the y axis of drawings points up."""
    lines = [_curve(edge.start, edge.middle, edge.end, drawing.height) for edge in drawing.edges]
    labels = [_label(edge.name, *edge.label, drawing.height) for edge in drawing.edges]
    nodes = [_node(node.name, node.x, node.y, drawing.height) for node in drawing.nodes]
    width, height = drawing.width + 2 * MARGIN, drawing.height + 2 * MARGIN
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": str(2 * width),
        "height": str(2 * height),
        "viewBox": f"{-MARGIN} {-MARGIN} {width} {height}",
        "font-family": "sans-serif",
        "text-anchor": "middle",
    }
    return element("svg", "".join((*lines, *labels, *nodes)), attributes)


def _curve(start: tuple[int, int], middle: tuple[int, int], end: tuple[int, int], height: int) -> str:
    (x1, y1), (x2, y2), (x3, y3) = start, middle, end
    path = f"M{x1} {height - y1}Q{x2} {height - y2} {x3} {height - y3}"
    return element("path", "", {"d": path, "fill": "none", "stroke": "#555", "stroke-width": "0.6"})


def _label(name: str, x: int, y: int, height: int) -> str:
    box = {"x": str(x - 8), "y": str(height - y - 4), "width": "16", "height": "8", "fill": "white"}
    return element("rect", "", box) + _text(name, x, height - y, 7)


def _node(name: str, x: int, y: int, height: int) -> str:
    circle = {"cx": str(x), "cy": str(height - y), "r": str(RADIUS), "fill": "white", "stroke": "black"}
    return element("circle", "", circle) + _text(name, x, height - y, 9)


def _text(name: str, x: int, y: int, size: int) -> str:
    attributes = {"x": str(x), "y": str(y), "dy": "0.35em", "font-size": str(size)}
    return element("text", escaped(name), attributes)
