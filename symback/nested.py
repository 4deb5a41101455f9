"""Nested lists of numbers or names, as files and frameworks hold them: their entries and their shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def flat(values: Any) -> Iterator[Any]:
    """All entries of nested lists or tuples, in reading order."""
    if isinstance(values, list | tuple):
        for value in values:
            yield from flat(value)
    else:
        yield values


def shape_of(values: Any) -> tuple[int, ...]:
    """How lists are nested, by their first entries; () for a single entry."""
    if not isinstance(values, list | tuple):
        return ()
    return (len(values), *shape_of(values[0])) if values else (0,)


def in_words(shape: tuple[int, ...]) -> str:
    """`2 x 3`."""
    return " x ".join(map(str, shape))
