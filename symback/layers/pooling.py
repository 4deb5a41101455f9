"""Layers that put one number in the place of each window of an image: the largest, or the mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from symback.expression import Expression, Maximum, Name, Number, add
from symback.floats import Float, largest, total
from symback.graph import Quantity
from symback.layers.images import ImageLayer, check_window, image_source, numbers_of, window_keys
from symback.layers.patches import channels, patches
from symback.layers.reading import LayerReader
from symback.layers.signal import unit_signal
from symback.layers.window import Window, unit_names


def _schema(dimensions: int) -> Mapping[str, Any]:
    names = {"$ref": "#/definitions/names"}
    return {
        "required": ["size"],
        "properties": {**window_keys(dimensions, "size", "stride"), "channels": names},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooling(ImageLayer):
    """One output for each channel and place of the window; no parameters, no activation."""

    channels: tuple[str, ...]

    @classmethod
    def read(cls, reader: LayerReader) -> Pooling:
        """A pooling layer of a network file; its channels are p1, p2, ... by default."""
        source = image_source(reader, cls.dimensions)
        size = numbers_of(reader, "size", (1,) * cls.dimensions)
        window = Window(size, numbers_of(reader, "stride", size), (0,) * cls.dimensions)
        check_window(reader, window, source, "size", "a size")
        named = reader.own_units("p", source.shape[0], key="channels")
        extent = source.shape[1:]
        units = unit_names(named, window.places(extent))
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, (len(named), *window.output(extent)), reader.steps),
            window=window,
            channels=named,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """The outputs, channel by channel, row by row."""
        places = [self.window.covered(place, self.extent) for place in self.window.places(self.extent)]
        quantities = []
        for sample in samples:
            for step in self.steps:
                entries = self.entries(sample, step)
                units = iter(self.units)
                for channel in range(len(self.channels)):
                    for covered in places:
                        parts = tuple(Name(entries[(channel, *there)]) for _, there in covered)
                        formula = parts[0] if len(parts) == 1 else self.pooled(parts)
                        quantities.append(self.out(next(units), formula, sample=sample, step=step))
        return quantities

    def forward(self, number: Callable[[str], Float], inputs: Sequence[Float]) -> list[Float]:
        """The largest or the mean of each patch."""
        return [
            self.pooled_floats(patch)
            for image in channels(inputs, self.source.shape)
            for patch in patches(image, self.window.size, self.window.stride, self.window.padding)
        ]

    def pooled(self, parts: tuple[Expression, ...]) -> Expression:
        """What stands for two or more entries."""
        raise NotImplementedError

    def pooled_floats(self, patch: Sequence[Float]) -> Float:
        """The same in plain numbers."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPooling(Pooling):
    """The largest entry; the first in reading order where several are equal."""

    def pooled(self, parts: tuple[Expression, ...]) -> Expression:
        """max(.., ..)."""
        return Maximum(parts)

    def pooled_floats(self, patch: Sequence[Float]) -> Float:
        """The largest, as a number of its own: the same entry may win in several windows."""
        return total([largest(patch)])


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePooling(Pooling):
    """The mean of the entries."""

    def pooled(self, parts: tuple[Expression, ...]) -> Expression:
        """1/n*(.. + ..)."""
        return Number(Fraction(1, len(parts))) * add(parts)

    def pooled_floats(self, patch: Sequence[Float]) -> Float:
        """The sum, divided by how many there are."""
        return total(patch) / Float(float(len(patch)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool2d(MaxPooling):
    """The largest entry of rows and columns."""

    kind: ClassVar[str] = "max_pool2d"
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPool1d(MaxPooling):
    """The largest entry of positions."""

    kind: ClassVar[str] = "max_pool1d"
    dimensions: ClassVar[int] = 1
    takes_list_as_image: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePool2d(AveragePooling):
    """The mean of rows and columns."""

    kind: ClassVar[str] = "average_pool2d"
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragePool1d(AveragePooling):
    """The mean of positions."""

    kind: ClassVar[str] = "average_pool1d"
    dimensions: ClassVar[int] = 1
    takes_list_as_image: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(1)
