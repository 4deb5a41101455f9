"""The error over the rounds of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symback.plots.axis import Axis, Label, flat_axis, linear_axis, logarithmic_axis
from symback.plots.figure import Figure, Kind, Panel, Point, line
from symback.plots.marking import mark

WIDTH, HEIGHT = 720, 416
LEFT, RIGHT, TOP, BOTTOM = 76.0, 690.0, 88.0, 366.0
MOST_POINTS = 600
"""About one for each pixel."""
_HEADROOM = 24.0
"""Over the frame there is nothing beside the name of the axis."""
LOGARITHMIC_FROM = 100.0
"""A range that large is shown on a logarithmic axis."""


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """All texts of the plot."""

    title: str
    subtitle: str
    description: str
    first: str
    """Beside the first point."""
    last: str
    rounds: Label
    error: Label


def error_plot(name: str, rounds: Sequence[int], errors: Sequence[float], words: ErrorWords) -> Figure:
    """The plot of at least one point; too many are thinned, the first and the last one stay."""
    values = _thinned([(float(done), error) for done, error in zip(rounds, errors, strict=True)])
    x = flat_axis(words.rounds, 0.0, max(values[-1][0], 1.0), LEFT, RIGHT)
    y = error_axis(words.error, [error for _, error in values])
    first, last = values[0], values[-1]
    lines = (line(x, y, Kind.CURVE, values),)
    marks = [mark(x, y, first, words.first, lines, headroom=_HEADROOM)]
    if len(values) > 1:
        marks.append(mark(x, y, last, words.last, lines, taken=marks, headroom=_HEADROOM))
    panel = Panel(x, y, lines, tuple(marks))
    return Figure(name, WIDTH, HEIGHT, words.title, words.subtitle, words.description, (panel,))


def is_logarithmic(errors: Sequence[float]) -> bool:
    """Whether errors are shown on a logarithmic axis: all above 0, and over two powers of ten."""
    return min(errors) > 0 and max(errors) >= LOGARITHMIC_FROM * min(errors)


def error_axis(label: Label, errors: Sequence[float]) -> Axis:
    """The axis of errors, up the page; a linear one begins at 0 where that costs little room."""
    low, high = min(errors), max(errors)
    if is_logarithmic(errors):
        return logarithmic_axis(label, low, high, BOTTOM, TOP)
    return linear_axis(label, 0.0 if 0 <= low < 0.7 * high else low, high, BOTTOM, TOP)


def _thinned(values: list[Point]) -> list[Point]:
    every = max(1, -(-len(values) // MOST_POINTS))
    kept = values[::every]
    return kept if kept[-1] == values[-1] else [*kept, values[-1]]
