"""The error as a function of one parameter, with its tangent and the step that an update takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from symback.plots.axis import Axis, Label, flat_axis, linear_axis
from symback.plots.error_plot import BOTTOM, LEFT, RIGHT, TOP, WIDTH
from symback.plots.figure import Figure, Key, Kind, Line, Panel, Point, line
from symback.plots.marking import mark

HEIGHT = 446
HALF = (344.0, 452.0)
"""Where the left panel ends and the right one begins."""
SAMPLES = 241
_REACH = (1.0, 2.0, 5.0, 10.0, 20.0)
_LEAST_RISE = 1e-5
"""A minimum is one where the error rises on both sides by this share of the whole: no plateau far away."""
_VISIBLE = 0.12
"""A step that takes this share of the axis needs no second panel."""
_FOOT = 0.25
"""Points below this share of the frame are in the way of what is drawn at its foot."""
_KEYS_AT = HEIGHT - 18.0


@dataclass(frozen=True, slots=True)
class WeightWords:
    """All texts of the plot."""

    title: str
    subtitle: str
    description: str
    weight: Label
    error: Label
    before: str
    """Beside the point at which the tangent touches."""
    after: str
    least: str
    whole: str
    """Over the panel of the whole curve."""
    enlarged: str
    curve: str
    tangent: str
    step: str


@dataclass(frozen=True, slots=True)
class Descent:
    """One parameter, the error as its function (nan where there is none), and what an update makes of it."""

    error: Callable[[float], float]
    value: float
    slope: float
    new_value: float | None
    """None for a parameter that no update changes."""

    @property
    def step(self) -> float:
        """How far the update moves it, with its sign."""
        return 0.0 if self.new_value is None else self.new_value - self.value


def weight_plot(name: str, descent: Descent, words: WeightWords) -> Figure:
    """One panel, or two where the step is too small to be seen beside the whole curve."""
    low, high, least = _range(descent)
    split = bool(descent.step) and abs(descent.step) < _VISIBLE * (high - low)
    right = HALF[0] if split else RIGHT
    panels = [_panel(descent, words, (low, high), (LEFT, right), least, has_step=not split)]
    if split:
        width = abs(descent.step)
        middle = descent.value + descent.step / 2
        near = (middle - 2 * width, middle + 2 * width)
        panels.append(_panel(descent, words, near, (HALF[1], RIGHT), None, has_step=True))
        titled = zip(panels, (words.whole, words.enlarged), strict=True)
        panels = [Panel(p.x, p.y, p.lines, p.marks, title) for p, title in titled]
    keys = _keys(words, has_step=bool(descent.step))
    return Figure(name, WIDTH, HEIGHT, words.title, words.subtitle, words.description, tuple(panels), keys)


def least_of(descent: Descent) -> float | None:
    """Where the error is least near the parameter; None if it has no minimum within reach."""
    return _range(descent)[2]


@lru_cache(maxsize=8)
def _range(descent: Descent) -> tuple[float, float, float | None]:
    """What the axis shows: the parameter, its new value and the nearest least error; and where that is."""
    value = descent.value
    wide = max(abs(descent.step) * 2, 1e-9)
    for reach in (one * max(1.0, abs(value)) for one in _REACH):
        least = _least(descent, value - reach, value + reach)
        if least is not None and reach >= wide:
            far = max(abs(least - value), abs(descent.step), reach / 20)
            low, high = min(least, value), max(least, value)
            return low - 0.5 * far, high + 0.5 * far, least
    reach = max(5.0 * max(1.0, abs(value)), wide)
    return value - reach, value + reach, None


def _least(descent: Descent, low: float, high: float) -> float | None:
    """The place of the least error between two values, by samples and then by thirds; None at an end."""
    places = [low + (high - low) * index / (SAMPLES - 1) for index in range(SAMPLES)]
    errors = [descent.error(place) for place in places]
    known = [index for index, error in enumerate(errors) if math.isfinite(error)]
    if not known:
        return None
    best = min(known, key=lambda index: errors[index])
    rise = _LEAST_RISE * max(errors[index] - errors[best] for index in known)
    first, last = errors[known[0]], errors[known[-1]]
    if not (0 < best < SAMPLES - 1 and first > errors[best] + rise and last > errors[best] + rise):
        return None
    left, right = places[best - 1], places[best + 1]
    for _ in range(60):
        third = (right - left) / 3
        if descent.error(left + third) <= descent.error(right - third):
            right -= third
        else:
            left += third
    return (left + right) / 2


def _panel(
    descent: Descent,
    words: WeightWords,
    shown: tuple[float, float],
    across: tuple[float, float],
    least: float | None,
    *,
    has_step: bool,
) -> Panel:
    low, high = shown
    x = flat_axis(words.weight, low, high, *across)
    places = [low + (high - low) * index / (SAMPLES - 1) for index in range(SAMPLES)]
    curve = [(place, descent.error(place)) for place in places]
    curve = [point for point in curve if math.isfinite(point[1])]
    errors = [error for _, error in curve]
    bottom = 0.0 if 0 <= min(errors) < 0.7 * max(errors) else min(errors)
    top = max(errors) + 0.08 * (max(errors) - bottom)
    y = linear_axis(words.error, bottom, top, BOTTOM, TOP, most=5)
    here = (descent.value, descent.error(descent.value))
    lines = [line(x, y, Kind.CURVE, curve)]
    lines += _tangent(x, y, here, descent.slope)
    there = None
    if has_step and descent.new_value is not None and descent.step:
        there = (descent.new_value, descent.error(descent.new_value))
        lines += _step(x, y, here, there)
    marks = [mark(x, y, here, words.before, lines)]
    if least is not None:
        lowest = (least, descent.error(least))
        marks.append(mark(x, y, lowest, words.least, lines, taken=marks, is_filled=False))
    if there is not None:
        marks.append(mark(x, y, there, words.after, lines, taken=marks, above=False, is_filled=False))
    return Panel(x, y, tuple(lines), tuple(marks))


def _tangent(x: Axis, y: Axis, at: Point, slope: float) -> list[Line]:
    """As much of the tangent as the frame holds."""
    ends = []
    for place in (x.low, x.high):
        error = at[1] + slope * (place - at[0])
        if slope and not y.low <= error <= y.high:
            error = min(max(error, y.low), y.high)
            place = at[0] + (error - at[1]) / slope
        ends.append((place, error))
    return [line(x, y, Kind.TANGENT, ends)]


def _step(x: Axis, y: Axis, here: Point, there: Point) -> list[Line]:
    """Along the foot of the frame and up to the curve; along its top where the curve is near the foot."""
    share = (min(here[1], there[1]) - y.low) / (y.high - y.low)
    height = y.low + (0.06 if share > _FOOT else 0.94) * (y.high - y.low)
    return [
        line(x, y, Kind.GUIDE, [here, (here[0], height)]),
        line(x, y, Kind.GUIDE, [there, (there[0], height)]),
        line(x, y, Kind.STEP, [(here[0], height), (there[0], height)]),
    ]


def _keys(words: WeightWords, *, has_step: bool) -> tuple[Key, ...]:
    texts = [(Kind.CURVE, words.curve), (Kind.TANGENT, words.tangent)]
    if has_step:
        texts.append((Kind.STEP, words.step))
    found, across = [], LEFT
    for kind, text in texts:
        found.append(Key(kind, text, (across, _KEYS_AT), (across + 30, _KEYS_AT)))
        across += 30 + 8 + 7.0 * len(text) + 26
    return tuple(found)
