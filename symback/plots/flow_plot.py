"""How large derivatives are on their way back: deltas and gradients by layer, on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symback.plots.axis import LETTER, Axis, Label, Tick, logarithmic_axis
from symback.plots.error_plot import BOTTOM, LEFT, RIGHT, TOP, WIDTH
from symback.plots.figure import Dots, Figure, Key, Kind, Line, Panel, Point, line
from symback.plots.flow import Flow

HEIGHT = 446
HALF = (358.0, 448.0)
"""Where the left panel ends and the right one begins, if there are two."""
SPAN = 1e16
"""What is smaller than the largest by more than this cannot be shown beside it."""
_KEYS_AT = HEIGHT - 18.0


@dataclass(frozen=True, slots=True)
class FlowWords:
    """All texts of the plot."""

    title: str
    subtitle: str
    description: str
    layers: Label
    size: Label
    panels: tuple[str, ...]
    """Over each panel."""
    delta: str
    gradient: str
    places: tuple[str, ...]
    """Below each place of the flow."""


def flow_plot(
    name: str, flow: Flow, numbers: Sequence[Mapping[str, float]], words: FlowWords
) -> Figure | None:
    """A panel for each set of numbers, by name, on one axis; None where no number can be shown."""
    low, high = limits(flow, numbers)
    if not high:
        return None
    across = [(LEFT, HALF[0]), (HALF[1], RIGHT)] if len(numbers) > 1 else [(LEFT, RIGHT)]
    panels = []
    for values, ends, title in zip(numbers, across, words.panels, strict=True):
        y = logarithmic_axis(words.size, low, high, BOTTOM, TOP)
        panels.append(_panel(flow, values, _places(words, *ends), y, title))
    return Figure(
        name, WIDTH, HEIGHT, words.title, words.subtitle, words.description, tuple(panels), _keys(words, flow)
    )


def limits(flow: Flow, numbers: Sequence[Mapping[str, float]]) -> tuple[float, float]:
    """The least and the largest size that is shown; (0, 0) if there is none."""
    sizes = [abs(values[name]) for values in numbers for name in flow.names if math.isfinite(values[name])]
    high = max(sizes, default=0.0)
    shown = [size for size in sizes if size > 0 and size * SPAN >= high]
    return (min(shown), high) if shown else (0.0, 0.0)


def hidden(flow: Flow, numbers: Mapping[str, float], low: float) -> int:
    """How many sizes are below the axis: those that are 0, mostly."""
    return sum(abs(numbers[name]) < low for name in flow.names)


def root_mean_square(values: Sequence[float]) -> float:
    """The size of several numbers as one."""
    largest = max(map(abs, values), default=0.0)
    if not largest or not math.isfinite(largest):
        return 0.0
    return largest * math.sqrt(math.fsum((value / largest) ** 2 for value in values) / len(values))


def _places(words: FlowWords, start: float, end: float) -> Axis:
    """An axis with the names of the places, as many as there is room for."""
    count = len(words.places)
    bare = Axis(words.layers, 0.5, count + 0.5, start, end)
    widest = max(map(len, words.places)) + 1
    every = max(1, math.ceil(count * widest * LETTER / (end - start)))
    ticks = tuple(
        Tick(place, bare.place(place), text if (count - place) % every == 0 else "")
        for place, text in enumerate(words.places, 1)
    )
    return Axis(words.layers, bare.low, bare.high, start, end, False, ticks)


def _panel(flow: Flow, values: Mapping[str, float], x: Axis, y: Axis, title: str) -> Panel:
    deltas = [(float(place), one.deltas) for place, one in enumerate(flow.places, 1)]
    lines, dots = [], []
    for kind, groups in ((Kind.DELTA, deltas), (Kind.GRADIENT, flow.gradients)):
        lines += _means(x, y, kind, groups, values)
        aside = -0.06 if kind is Kind.DELTA else 0.06
        dots.append(_dots(x, y, kind, [(at + aside, names) for at, names in groups], values))
    return Panel(x, y, tuple(lines), (), title, tuple(dots))


def _means(
    x: Axis, y: Axis, kind: Kind, groups: Sequence[tuple[float, Sequence[str]]], values: Mapping[str, float]
) -> list[Line]:
    """A line through the root mean squares; it is broken where one is not on the axis."""
    lines: list[Line] = []
    run: list[Point] = []
    for at, names in groups:
        if not names:
            continue
        mean = root_mean_square([values[name] for name in names])
        if y.holds(mean):
            run.append((at, mean))
            continue
        if len(run) > 1:
            lines.append(line(x, y, kind, run))
        run = []
    if len(run) > 1:
        lines.append(line(x, y, kind, run))
    return lines


def _dots(
    x: Axis, y: Axis, kind: Kind, groups: Sequence[tuple[float, Sequence[str]]], values: Mapping[str, float]
) -> Dots:
    kept: dict[tuple[int, int], tuple[Point, Point]] = {}
    for at, names in groups:
        for name in names:
            size = abs(values[name])
            if y.holds(size):
                point = x.place(at), y.place(size)
                kept.setdefault((round(point[0]), round(point[1])), ((at, size), point))
    return Dots(kind, tuple(value for value, _ in kept.values()), tuple(point for _, point in kept.values()))


def _keys(words: FlowWords, flow: Flow) -> tuple[Key, ...]:
    found, across = [], LEFT
    has_deltas = any(place.deltas for place in flow.places)
    for kind, text in ((Kind.DELTA, words.delta), (Kind.GRADIENT, words.gradient))[not has_deltas :]:
        found.append(Key(kind, text, (across, _KEYS_AT), (across + 30, _KEYS_AT)))
        across += 30 + 8 + LETTER * len(text) + 26
    return tuple(found)
