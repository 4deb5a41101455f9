"""A plot as data: panels with axes, curves and marks, in data and in pixels; any template can print it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symback.plots.axis import Axis

Point = tuple[float, float]


class Kind(StrEnum):
    """What a line shows; each kind has its own dashes and width besides its colour."""

    CURVE = "curve"
    TANGENT = "tangent"
    STEP = "step"
    GUIDE = "guide"
    """Thin and dotted: from a point to an axis."""
    DELTA = "delta"
    GRADIENT = "gradient"


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline."""

    kind: Kind
    values: tuple[Point, ...]
    points: tuple[Point, ...]
    """The same in pixels."""


@dataclass(frozen=True, slots=True)
class Dots:
    """Small points without a text; each kind has its own shape besides its colour."""

    kind: Kind
    values: tuple[Point, ...]
    points: tuple[Point, ...]
    """The same in pixels; what would lie on another is left out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with a text beside it."""

    value: Point
    point: Point
    """In pixels."""
    text: str
    text_point: Point
    anchor: str
    """start, middle or end: which end of the text is at its place."""
    is_filled: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes; the pixels of its frame are the ends of the axes."""

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    title: str = ""
    dots: tuple[Dots, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a sample of the line from `start` to `end`, its text after it."""

    kind: Kind
    text: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Figure:
    """A whole plot. `name` makes ids unique on a page."""

    name: str
    width: int
    height: int
    title: str
    subtitle: str
    description: str
    """For those who do not see it."""
    panels: tuple[Panel, ...]
    keys: tuple[Key, ...] = ()


def line(x: Axis, y: Axis, kind: Kind, values: list[Point]) -> Line:
    """A line through data on two axes."""
    return Line(kind, tuple(values), tuple((x.place(a), y.place(b)) for a, b in values))
