"""Weights at work, one row of them for each unit: weighted sums, the links that they are, their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.expression import Expression, Name, Product
from symback.floats import Float, dot
from symback.layers.layer import Grid

Rows = Sequence[tuple[str, ...]]
"""Names of weights: a row a unit, a column a source."""


def weighted(weights: Sequence[str], values: Sequence[str]) -> list[Expression]:
    """The terms w*x of a net input."""
    return [Product((Name(weight), Name(value))) for weight, value in zip(weights, values, strict=True)]


def weighted_floats(number: Callable[[str], Float], weights: Sequence[str], values: Sequence[Float]) -> Float:
    """The same in plain numbers, added up."""
    return dot([number(weight) for weight in weights], values)


def links_of(weights: Rows, sources: Sequence[str], units: Sequence[str]) -> list[tuple[str, str, str]]:
    """(weight, where it comes from, where it leads to) for each weight."""
    return [
        (weight, source, unit)
        for unit, row in zip(units, weights, strict=True)
        for weight, source in zip(row, sources, strict=True)
    ]


def weight_grid(
    kind: str,
    units: tuple[str, ...],
    sources: tuple[str, ...],
    weights: Rows,
    biases: tuple[str, ...] = (),
    part: str = "",
) -> Grid:
    """Weights by unit and source, with the biases, where there are some, in a last column."""
    if not biases:
        return Grid("weights_only" if kind == "weights" else kind, units, sources, tuple(weights), part=part)
    names = tuple((*row, bias) for row, bias in zip(weights, biases, strict=True))
    return Grid(kind, units, (*sources, "bias"), names, part=part)
