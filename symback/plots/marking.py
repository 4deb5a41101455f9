"""Points with texts beside them, each where it covers as little of the lines as may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symback.plots.axis import LETTER, Axis
from symback.plots.figure import Kind, Line, Mark, Point

_ABOVE, _BELOW = -10.0, 20.0
_FARTHER = (0.0, 14.0, 28.0, 48.0, 72.0)
_ASIDE = 10.0
_HEIGHT = 13.0
_MARGIN = 3.0


def mark(
    x: Axis,
    y: Axis,
    value: Point,
    text: str,
    lines: Iterable[Line],
    *,
    taken: Iterable[Mark] = (),
    above: bool = True,
    headroom: float = 0.0,
    is_filled: bool = True,
) -> Mark:
    """A point with its text at the first place that no line and no other text has; above, if asked.

    `headroom` is how far it may reach over the frame. Guides, which are dotted, do not count as lines.
    """
    at = (x.place(value[0]), y.place(value[1]))
    width = len(text) * LETTER
    dots = [dot for one in lines if one.kind is not Kind.GUIDE for dot in _dots(one)]
    others = [_box(other.text_point, other.anchor, len(other.text) * LETTER) for other in taken]
    best: tuple[int, Mark] | None = None
    for place, anchor in _places(x, y, at, width, above=above, headroom=headroom):
        box = _box(place, anchor, width)
        covered = sum(_is_in(dot, box) for dot in dots) + 1000 * sum(_meet(box, other) for other in others)
        if best is None or covered < best[0]:
            best = covered, Mark(value, at, text, place, anchor, is_filled)
        if not covered:
            break
    assert best is not None, "there is always a place in the middle"
    return best[1]


def _places(
    x: Axis, y: Axis, at: Point, width: float, *, above: bool, headroom: float
) -> Iterator[tuple[Point, str]]:
    """Places of the text within the frame, the nearest first: beside the point, then farther up or down."""
    low, high = sorted((y.start, y.end))
    for farther in _FARTHER:
        downs = [at[1] + _ABOVE - farther, at[1] + _BELOW + farther]
        for down in downs if above else downs[::-1]:
            if not low + _HEIGHT - headroom <= down <= high - _MARGIN:
                continue
            if at[0] + _ASIDE + width <= x.end:
                yield (round(at[0] + _ASIDE, 2), round(down, 2)), "start"
            if at[0] - _ASIDE - width >= x.start:
                yield (round(at[0] - _ASIDE, 2), round(down, 2)), "end"
            if x.start <= at[0] - width / 2 and at[0] + width / 2 <= x.end:
                yield (round(at[0], 2), round(down, 2)), "middle"
    middle = min(max(at[0], x.start + width / 2), x.end - width / 2)
    for down in (at[1] + _ABOVE, at[1] + _BELOW):
        yield (round(middle, 2), round(min(max(down, low + _HEIGHT), high - _MARGIN), 2)), "middle"


def _box(at: Point, anchor: str, width: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text."""
    left = at[0] - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return left, at[1] - _HEIGHT, left + width, at[1] + _MARGIN


def _dots(line: Line) -> Iterator[Point]:
    """Points of a line a few pixels apart."""
    for (left, up), (right, down) in zip(line.points, line.points[1:], strict=False):
        count = max(1, int(max(abs(right - left), abs(down - up)) / 3))
        for part in range(count):
            yield left + (right - left) * part / count, up + (down - up) * part / count


def _is_in(dot: Point, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= dot[0] <= box[2] and box[1] <= dot[1] <= box[3]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
