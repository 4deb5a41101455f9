"""A drawing as data: nodes and edges with their places and labels, in pixels with y downwards. No markup."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symback.records import record

Point = tuple[float, float]
MOST_LETTERS = 24
"""Of a list of names."""


class Look(StrEnum):
    """What a node or an edge is; a format has a style for each."""

    INPUT = "input"
    UNIT = "unit"
    BIAS = "bias"
    BLOCK = "block"
    """A layer, or a layer at one step of time, as a box."""
    MAP = "map"
    """A channel of an image, or of a feature map, as a grid."""
    FRAME = "frame"
    """Around units that depend on one another."""
    DOTS = "dots"
    """Parts that are left out."""
    ERROR = "error"
    WEIGHT = "weight"
    LINK = "link"
    """An edge without a parameter."""


class Style(StrEnum):
    """How a label is printed."""

    NAME = "name"
    WEIGHT = "weight"
    VALUE = "value"
    CAPTION = "caption"


@record(frozen=True, slots=True)
class Label:
    """A text: symbols with commas between them, then a number, or identifiers as they are typed."""

    at: Point
    """The middle of its line, horizontally its start, middle or end."""
    style: Style
    room: float
    """It is set smaller where it would be wider than this."""
    names: tuple[str, ...] = ()
    """Of more than three, or of long ones, only the first and the last are printed."""
    value: str = ""
    """The name of a quantity whose number stands at the end, if it is known."""
    words: str = ""
    anchor: str = "middle"
    """start, middle or end."""

    @property
    def is_range(self) -> bool:
        """Whether only the first and the last name are printed."""
        return len(self.names) > 3 or (len(self.names) > 2 and sum(map(len, self.names)) > MOST_LETTERS)


@record(frozen=True, slots=True)
class Node:
    """A circle (units, inputs, biases) or a box, around its middle."""

    element: int
    """Its number in the drawing; edges count on."""
    look: Look
    at: Point
    width: float
    height: float
    names: tuple[str, ...] = ()
    """The quantities that it stands for."""
    unit: str = ""
    """The unit or input, as the network file names it."""
    labels: tuple[Label, ...] = ()
    grid: tuple[int, int] = (0, 0)
    """Rows and columns of a map; (0, 0) for a plain box."""

    @property
    def is_round(self) -> bool:
        """Whether it is a circle."""
        return self.look in (Look.INPUT, Look.UNIT, Look.BIAS)


@record(frozen=True, slots=True)
class Edge:
    """An arrow: a straight line (two points) or a cubic curve (four)."""

    element: int
    look: Look
    points: tuple[Point, ...]
    head: tuple[Point, ...]
    """The triangle of the arrow; its first corner is the tip."""
    names: tuple[str, ...] = ()
    """The parameters that it carries, or the errors that it leads to."""
    labels: tuple[Label, ...] = ()
    guides: tuple[tuple[Point, ...], ...] = ()
    """Thin closed or open lines that belong to it: the window of a kernel."""


@record(frozen=True, slots=True)
class Key:
    """An entry of the legend: the line of a factor from `start` to `end`, then its symbol."""

    place: int
    start: Point
    end: Point
    label: Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes and edges with the size of the whole."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    labels: tuple[Label, ...] = ()
    """Texts that belong to no node or edge."""

    @property
    def all_labels(self) -> tuple[Label, ...]:
        """Those of nodes, those of edges, and the others."""
        of_nodes = (label for node in self.nodes for label in node.labels)
        return (*of_nodes, *(label for edge in self.edges for label in edge.labels), *self.labels)


@record(frozen=True, slots=True)
class Factor:
    """A factor of the chain rule, or the factors at one place of a sum of products, and what carries it."""

    place: int
    """From 0; it decides colour and dashes."""
    names: tuple[str, ...]
    elements: tuple[int, ...]
    """The numbers of nodes and edges."""
