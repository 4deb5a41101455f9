"""Layers that move kernels over an image, as cross-correlation: the kernel is not flipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from symback.expression import Expression, Name, add
from symback.floats import Float, total
from symback.graph import Quantity, Role
from symback.layers.images import ImageLayer, check_window, image_source, numbers_of, window_keys
from symback.layers.layer import Grid
from symback.layers.patches import channels, patches
from symback.layers.reading import LayerReader, Nested
from symback.layers.schema import ACTIVATION, BIASES, SETTINGS, names, numbers
from symback.layers.signal import unit_signal
from symback.layers.window import Place, Window, unit_names
from symback.nested import flat, in_words, shape_of

AXES = {1: ("position",), 2: ("row", "column")}


def _schema(dimensions: int) -> Mapping[str, Any]:
    """The table of the network file; kernels[output channel][input channel], then rows and columns."""
    nested = "[..]" if dimensions == 1 else "rows [..]"
    kernels = f"for each channel a list with one kernel, {nested}, for each channel that comes in"
    return {
        "required": ["channels", "kernels"],
        "properties": {
            "channels": {
                "$ref": "#/definitions/names",
            },
            **ACTIVATION,
            "kernels": numbers(2 + dimensions, kernels),
            **window_keys(dimensions, "size", "stride", "padding"),
            **BIASES,
            "biases": numbers(1, "a list [..] with one bias for each channel"),
            "kernel_names": names(2 + dimensions, "names nested in the shape of `kernels`"),
            **SETTINGS,
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution(ImageLayer):
    """One kernel for each pair of output and input channel, and no bias, a shared one or one per channel."""

    channels: tuple[str, ...]
    kernel_names: Nested
    """[output channel][input channel][row][column], or [output channel][input channel][position]."""
    bias_names: tuple[str, ...] = ()
    """One per channel; the same name in each place for a shared bias; empty for none."""

    @classmethod
    def read(cls, reader: LayerReader) -> Convolution:
        """A convolution of a network file."""
        named = reader.units("channels")
        source = image_source(reader, cls.dimensions)
        activating = reader.activation()
        if activating.couples_units:
            found = f"{activating.name}, which couples units, stands there"
            reader.fail("activation", found, "There may stand an activation of each unit by itself")
        window = _window(reader, len(named), source.shape[0], cls.dimensions)
        check_window(reader, window, source, "kernels", "kernels", len(named))
        kernels = reader.weights(
            (len(named), source.shape[0], *window.size),
            key="kernels",
            names_key="kernel_names",
            axes=("output channel", "input channel", *AXES[cls.dimensions]),
            whats=(
                "channel",
                "channel that comes in",
                *(f"{axis} of the kernel" for axis in AXES[cls.dimensions]),
            ),
        )
        biases = reader.biases(named, what="channel")
        extent = source.shape[1:]
        units = unit_names(named, window.places(extent))
        return cls(
            place=reader.place,
            units=units,
            source=source,
            signal=unit_signal(units, (len(named), *window.output(extent)), reader.steps),
            parameters=reader.parameters((Role.WEIGHT, kernels), (Role.BIAS, biases)),
            activating=activating,
            window=window,
            channels=named,
            kernel_names=kernels,
            bias_names=biases,
        )

    def unroll(self, samples: Sequence[int]) -> list[Quantity]:
        """Net inputs and outputs: channel by channel, row by row."""
        quantities = []
        for sample in samples:
            for step in self.steps:
                nets = self._nets(self.entries(sample, step))
                quantities += self.nets_and_outs(nets, sample=sample, step=step)
        return quantities

    def _nets(self, entries: Mapping[Place, str]) -> Iterator[Expression]:
        """The weighted sum of each unit; what lies on the padding is zero and left out."""
        places = [self.window.covered(place, self.extent) for place in self.window.places(self.extent)]
        for channel, kernels in enumerate(self.kernel_names):
            biases = [Name(bias) for bias in self.bias_names[channel : channel + 1]]
            for covered in places:
                terms: list[Expression] = [
                    Name(_entry(kernel, own)) * Name(entries[(came_from, *there)])
                    for came_from, kernel in enumerate(kernels)
                    for own, there in covered
                ]
                yield add([*terms, *biases])

    def forward(self, number: Callable[[str], Float], inputs: Sequence[Float]) -> list[Float]:
        """Each kernel times each patch of its channel, added up over the channels; then the activation."""
        window = self.window
        images = channels(inputs, self.source.shape)
        cut = [patches(image, window.size, window.stride, window.padding) for image in images]
        nets = []
        for channel, kernels in enumerate(self.kernel_names):
            weights = [[number(name) for name in flat(kernel)] for kernel in kernels]
            bias = [number(name) for name in self.bias_names[channel : channel + 1]]
            for below in zip(*cut, strict=True):
                products = [
                    weight * entry
                    for kernel, patch in zip(weights, below, strict=True)
                    for weight, entry in zip(kernel, patch, strict=True)
                ]
                nets.append(total([*products, *bias]))
        return self.activated_floats(nets, number)

    def facts(self) -> dict[str, object]:
        """Also how many channels come out."""
        return {**super(Convolution, self).facts(), "channels": len(self.channels)}

    def grids(self) -> tuple[Grid, ...]:
        """The kernels, each with its rows and columns counted from 1, and the biases by channel."""
        found = []
        columns = _counted(self.window.size[-1])
        for channel, kernels in zip(self.channels, self.kernel_names, strict=True):
            if self.dimensions == 1:
                found.append(Grid("kernel", _counted(len(kernels)), columns, kernels, part=channel))
                continue
            rows = _counted(self.window.size[0])
            parts = [f"{channel},{place}" for place in _counted(len(kernels))] if kernels[1:] else [channel]
            found += [
                Grid("kernel", rows, columns, kernel, part=part)
                for part, kernel in zip(parts, kernels, strict=True)
            ]
        if self.bias_names:
            found.append(Grid("biases", ("bias",), self.channels, (self.bias_names,)))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv2d(Convolution):
    """Kernels of rows and columns over images of rows and columns."""

    kind: ClassVar[str] = "conv2d"
    dimensions: ClassVar[int] = 2
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conv1d(Convolution):
    """Kernels of positions over images of one dimension."""

    kind: ClassVar[str] = "conv1d"
    dimensions: ClassVar[int] = 1
    takes_list_as_image: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, Any]] = _schema(1)


def _window(reader: LayerReader, outputs: int, inputs: int, dimensions: int) -> Window:
    """The window of the kernels; its size is that of the first kernel, or `size` where a word stands."""
    row = reader.row
    kernels = row["kernels"]
    if isinstance(kernels, str):
        if "size" not in row:
            found = "nothing stands there"
            reader.fail("size", found, f"With kernels = {kernels!r} there may stand the size of a kernel")
        size = numbers_of(reader, "size", (1,) * dimensions)
    else:
        size = _measured(reader, kernels, outputs, inputs, dimensions)
    stride = numbers_of(reader, "stride", (1,) * dimensions)
    padding = numbers_of(reader, "padding", (0,) * dimensions)
    for own, around in zip(size, padding, strict=True):
        if around >= own:
            found = f"a padding of {around} stands there, for kernels of {in_words(size)}"
            reader.fail("padding", found, "There may stand a padding that is smaller than the kernel")
    return Window(size, stride, padding)


def _measured(
    reader: LayerReader, kernels: Any, outputs: int, inputs: int, dimensions: int
) -> tuple[int, ...]:
    """The size of the first kernel; raises NetworkFileError where the counts of channels are others."""
    shape = shape_of(kernels)
    size = shape[2:]
    if len(shape) != 2 + dimensions or shape[:2] != (outputs, inputs):
        wanted = f"{outputs} x {inputs} x " + (in_words(size) if len(size) == dimensions else "the kernel")
        counts = f"one list for each channel, with one kernel for each of the {inputs} that come in"
        found = f"kernels of shape {in_words(shape)} stand there"
        reader.fail("kernels", found, f"There may stand {wanted}: {counts}")
    given = numbers_of(reader, "size", size)
    if given != size:
        found = f"{in_words(given)} stands there, and kernels of {in_words(size)} in `kernels`"
        reader.fail("size", found, "There may stand the size of the kernels, or nothing")
    return size


def _entry(kernel: Any, place: Place) -> str:
    """The name at a place of nested names."""
    for entry in place:
        kernel = kernel[entry]
    name: str = kernel
    return name


def _counted(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))
