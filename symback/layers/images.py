"""What layers over images share: the image that comes in, windows in the file, steps one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, ClassVar

from symback.floats import Float
from symback.layers.layer import Layer, Values
from symback.layers.reading import LayerReader
from symback.layers.schema import WHOLE, Properties, whole
from symback.layers.signal import Signal
from symback.layers.window import Place, Window
from symback.nested import in_words

MOST_TERMS = 200_000
"""Entries that all windows of one layer may cover together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLayer(Layer):
    """A layer that moves a window over the channels of an image of one or two dimensions."""

    dimensions: ClassVar[int] = 2

    window: Window

    @property
    def extent(self) -> tuple[int, ...]:
        """The rows and columns (or positions) that come in."""
        return self.source.shape[1:]

    def entries(self, sample: int, step: int | None) -> dict[Place, str]:
        """The names that come in by channel, row and column from 0."""
        places = product(*map(range, self.source.shape))
        return dict(zip(places, self.source.at(sample, step), strict=True))

    def facts(self) -> dict[str, object]:
        """The count of channels; size, stride and padding of the window; shapes (channels, rows, columns)."""
        return {
            "channels": self.signal.shape[0],
            "size": self.window.size,
            "stride": self.window.stride,
            "padding": self.window.padding,
            "shape_in": self.source.shape,
            "shape_out": self.signal.shape,
        }

    def compute(self, number: Callable[[str], Float], inputs: Values) -> Values:
        """Step by step what comes out."""
        return [[self.forward(number, came_in) for came_in in self.kept(steps)] for steps in inputs]

    def forward(self, number: Callable[[str], Float], inputs: Sequence[Float]) -> list[Float]:
        """What comes out for one image, in plain numbers."""
        raise NotImplementedError


def image_source(reader: LayerReader, dimensions: int) -> Signal:
    """The signal that comes in, if it is an image of so many dimensions.

    Rows of numbers that stand in [inputs] are for one dimension the channels of an image.
    """
    source = reader.source
    kind = reader.row["type"]
    if len(source.shape) == 1:
        needed = "rows of numbers" if dimensions == 2 else "a list of numbers"
        found = f"a plain signal of {source.shape[0]} comes in"
        reader.fail("", found, f"A layer of type {kind} needs an image: {needed} in [inputs]")
    if dimensions == 1 and len(source.shape) == 3 and not reader.earlier:
        tables, rows, columns = source.shape
        return replace(source, shape=(tables * rows, columns))
    if len(source.shape) != dimensions + 1:
        found = f"a signal of shape {in_words(source.shape)} comes in"
        needed = "channel, row, column" if dimensions == 2 else "channel, position"
        reader.fail("", found, f"A layer of type {kind} needs an image by {needed}")
    return source


def window_keys(dimensions: int, *keys: str) -> Properties:
    """Keys of the file that hold a whole number for each dimension; padding may be 0."""
    return {key: _whole_or_pair(key, dimensions) for key in keys}


def _whole_or_pair(key: str, dimensions: int) -> dict[str, Any]:
    least = 0 if key == "padding" else 1
    if dimensions == 1:
        return {**whole(f"a whole number from {least}"), "minimum": least}
    entry = {**WHOLE, "minimum": least, "description": f"a whole number from {least}"}
    return {
        "type": ["integer", "array"],
        "minimum": least,
        "maximum": WHOLE["maximum"],
        "items": entry,
        "minItems": 2,
        "maxItems": 2,
        "description": f"a whole number from {least}, or two of them for rows and columns",
    }


def numbers_of(reader: LayerReader, key: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """The number that the file gives for each dimension."""
    value = reader.row.get(key)
    if value is None:
        return default
    return tuple(value) if isinstance(value, list) else (value,) * len(default)


def check_window(
    reader: LayerReader, window: Window, source: Signal, key: str, noun: str, outputs: int = 1
) -> None:
    """That the window fits into the image, and that its work, for so many channels, is not too much."""
    extent = source.shape[1:]
    if not window.fits(extent):
        padded = f" with padding {in_words(window.padding)}" if any(window.padding) else ""
        found = f"{noun} of {in_words(window.size)} for channels of {in_words(extent)}{padded}"
        most = tuple(there + 2 * around for there, around in zip(extent, window.padding, strict=True))
        reader.fail(key, found, f"There may stand at most {in_words(most)}")
    samples = len(reader.given)
    terms = window.terms(extent) * source.shape[0] * outputs * samples
    if terms > MOST_TERMS:
        found = f"the windows over channels of {in_words(extent)} cover {terms:,} entries"
        found += f" of {samples} samples" if samples > 1 else ""
        reader.fail(key, found, f"There may be up to {MOST_TERMS:,}")
