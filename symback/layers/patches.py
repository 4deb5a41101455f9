"""Images in plain numbers, cut into the patches that lie below a window: plain slices, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from symback.floats import Float

Image = list[list[Float]]
"""One channel by row and column; of one dimension: a single row."""


def channels(numbers: Sequence[Float], shape: tuple[int, ...]) -> list[Image]:
    """The channels of a flat signal; `shape` is (channels, rows, columns) or (channels, positions)."""
    count, *extent = shape
    width = extent[-1]
    rest = iter(numbers)
    height = len(numbers) // (count * width)
    return [[[next(rest) for _ in range(width)] for _ in range(height)] for _ in range(count)]


def patches(
    image: Image, size: tuple[int, ...], stride: tuple[int, ...], padding: tuple[int, ...]
) -> list[list[Float]]:
    """The flat entries of each patch in reading order, zeros around the image included."""
    height, width = _both(size, 1)
    down, right = _both(stride, 1)
    above, beside = _both(padding, 0)
    blank = [Float(0.0)] * (len(image[0]) + 2 * beside)
    padded = [blank] * above
    padded += [[Float(0.0)] * beside + row + [Float(0.0)] * beside for row in image]
    padded += [blank] * above
    found = []
    while len(padded) >= height:
        rows = padded[:height]
        while len(rows[0]) >= width:
            found.append([number for row in rows for number in row[:width]])
            rows = [row[right:] for row in rows]
        padded = padded[down:]
    return found


def _both(pair: tuple[int, ...], alone: int) -> tuple[int, int]:
    """For rows and for columns; an image of one dimension has no rows to speak of."""
    return (alone, pair[0]) if len(pair) == 1 else (pair[0], pair[1])
