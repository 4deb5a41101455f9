"""What one sample of a model is, and the names that its numbers get in a network file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symback.frameworks.exact import Nested
from symback.nested import flat

UNITS = "units"


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind` is units, image, series or tokens; `sizes` are those of the numbers at one time step."""

    kind: str
    sizes: tuple[int, ...]
    """(units,), (channels, positions) or (channels, rows, columns)."""
    steps: int = 0


def input_table(shape: Shape, values: Nested) -> dict[str, Any]:
    """The table `inputs`: i1, i2, ...; an image x, or x1, x2, ... for the channels of one dimension; `token`
    for words, which are counted from 1 there.

    `values` are nested as the sizes say, for series with the steps in front.
    """
    if shape.kind == "series":
        return {f"i{place}": list(series) for place, series in enumerate(zip(*values, strict=True), 1)}
    if shape.kind == "tokens":
        return {"token": [word + 1 for word in values] if shape.steps else values + 1}
    if shape.kind == UNITS:
        return {f"i{place}": value for place, value in enumerate(flat(values), 1)}
    if shape.sizes[0] == 1:
        return {"x": values[0]}
    if len(shape.sizes) == 2:
        return {f"x{place}": channel for place, channel in enumerate(values, 1)}
    return {"x": values}
