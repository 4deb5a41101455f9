"""The samples of a torch model: tensors, arrays or lists -> the inputs and targets of a network file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from symback.errors import RequestError, shorten
from symback.frameworks.exact import Exact, Nested, each
from symback.frameworks.inputs import UNITS, Shape, input_table
from symback.frameworks.torch_arrays import numbers
from symback.frameworks.torch_modules import Leaf
from symback.nested import flat


@dataclass(frozen=True, slots=True)
class Data:
    """Numbers that the user gave, and the same as a tensor."""

    what: str
    tensor: Tensor
    typed: Nested | None = None
    """The lists that somebody typed; None for what was a tensor."""

    def decimals(self, exact: Exact) -> Nested:
        """The numbers as decimals, nested as they are."""
        if self.typed is not None:
            return each(self.typed, exact.typed, self.what)
        return numbers(self.tensor, exact, self.what)


def data(values: Any, what: str) -> Data:
    """A tensor, an array or lists of numbers as data. Raises RequestError for anything else."""
    if isinstance(values, Tensor):
        return Data(what, values.detach())
    try:
        is_typed = isinstance(values, list | tuple | int | float) and all(
            type(v) in (int, float) for v in flat(values)
        )
        is_whole = is_typed and all(type(value) is int for value in flat(values))
        tensor = torch.as_tensor(values, dtype=torch.float64 if is_typed and not is_whole else None)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise RequestError(
            f"{what}={shorten(values)} is no tensor and no list of numbers: {reason}."
        ) from None
    return Data(what, tensor, values if is_typed else None)


@dataclass(frozen=True, slots=True)
class Samples:
    """One sample, or a batch of them, of inputs of a shape."""

    x: Data
    shape: Shape
    is_batch: bool
    is_time_first: bool = False
    """Whether a batch has its dimension behind that of time."""

    @property
    def count(self) -> int:
        """How many samples there are."""
        return int(self.x.tensor.shape[1 if self.is_time_first else 0]) if self.is_batch else 1

    def inputs(self, exact: Exact) -> list[dict[str, Any]]:
        """The tables `inputs` of all samples."""
        values = self.x.decimals(exact)
        if not self.is_batch:
            values = [values]
        elif self.is_time_first:
            values = [list(steps) for steps in zip(*values, strict=True)]
        return [input_table(self.shape, sample) for sample in values]


def samples_of(x: Data, parts: Sequence[Leaf]) -> Samples:
    """What the dimensions of `x` mean for the first module that says so. Raises RequestError."""
    kind, dimensions = _kind(parts)
    sizes = tuple(x.tensor.shape)
    if 0 in sizes:
        raise RequestError(f"x has the shape {sizes}: there is no number in it.")
    if kind == "tokens" and x.tensor.is_floating_point():
        raise RequestError("x has floats, but an Embedding takes the numbers of words.")
    starts = {part.start_dim for _, part in parts if isinstance(part, nn.Flatten)}
    if len(starts) > 1 or starts - {0, 1}:
        raise RequestError("Flatten has a twin where it joins all dimensions of a sample: with start_dim=1.")
    with_batch = 1 in starts or any(isinstance(part, nn.BatchNorm1d) for _, part in parts)
    if kind == "flattened":
        dimensions = max(len(sizes) - with_batch, 1)
    allowed = [dimensions + 1] * (0 not in starts) + [dimensions] * (not with_batch)
    if len(sizes) not in allowed:
        said = [
            f"{count} for {'one sample' if count == dimensions else 'a batch of samples'}"
            for count in allowed
        ]
        raise RequestError(f"x has {len(sizes)} dimensions, {sizes}: this model takes {' or '.join(said)}.")
    is_batch = len(sizes) == dimensions + 1
    is_time_first = is_batch and kind in ("series", "tokens") and _is_time_first(parts)
    of_one = sizes[1:] if is_batch else sizes
    if is_time_first:
        of_one = (sizes[0], *sizes[2:])
    shapes = {
        "flattened": Shape(UNITS, (prod(of_one),)),
        "series": Shape("series", of_one[1:], steps=(*of_one, 0)[0]),
        "tokens": Shape("tokens", (1,), steps=(*of_one, 0)[0]),
    }
    return Samples(x, shapes.get(kind, Shape(kind, of_one)), is_batch, is_time_first)


LINES = (nn.Conv1d, nn.MaxPool1d, nn.AvgPool1d, nn.AdaptiveMaxPool1d, nn.AdaptiveAvgPool1d)
PICTURES = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveMaxPool2d, nn.AdaptiveAvgPool2d)


def _kind(parts: Sequence[Leaf]) -> tuple[str, int]:
    """What one sample is, and how many dimensions it has."""
    has_units = False
    for place, (_, part) in enumerate(parts):
        if isinstance(part, LINES):
            return "image", 2
        if isinstance(part, PICTURES):
            return "image", 3
        if isinstance(part, nn.RNNBase):
            return "series", 2
        if isinstance(part, nn.Embedding):
            joins = any(isinstance(later, nn.Flatten | nn.RNNBase) for _, later in parts[place:])
            return "tokens", int(joins)
        if isinstance(part, nn.Flatten) and not has_units:
            return "flattened", 0
        has_units = has_units or isinstance(part, nn.Linear)
    return UNITS, 1


def _is_time_first(parts: Sequence[Leaf]) -> bool:
    found = {not part.batch_first for _, part in parts if isinstance(part, nn.RNNBase)}
    if len(found) > 1:
        raise RequestError("One recurrent module has batch_first=True, another has not: x has one order.")
    return found == {True}


def targets(
    y: Data, samples: Samples, shape: tuple[int, ...], takes_classes: bool, exact: Exact
) -> list[list[Decimal]]:
    """The targets of each sample, one for each output. Raises RequestError for a shape that does not fit."""
    outputs = prod(shape)
    sizes = tuple(y.tensor.shape)
    front = (samples.count,) if samples.is_batch else ()
    is_whole = not y.tensor.is_floating_point() and y.tensor.dtype != torch.bool
    if takes_classes and is_whole and sizes == front:
        classes = [int(value) for value in y.tensor.reshape(-1).tolist()]
        for value in classes:
            if not 0 <= value < outputs:
                raise RequestError(
                    f"y has the class {value}, but there are {outputs} outputs: 0 to {outputs - 1}."
                )
        return [[Decimal(int(place == value)) for place in range(outputs)] for value in classes]
    if sizes != (*front, *shape):
        allowed = f"{(*front, *shape)}" + (
            f", or {front} with the numbers of classes" if takes_classes else ""
        )
        raise RequestError(f"y has the shape {sizes}: with this x and this loss it has the shape {allowed}.")
    values = y.decimals(exact)
    return [list(flat(sample)) for sample in (values if samples.is_batch else [values])]
