"""A window that moves over an image: where it can stand, and which entries it covers there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

Place = tuple[int, ...]
"""Row and column, or the position alone, from 0."""


@dataclass(frozen=True, slots=True)
class Window:
    """The box of a kernel or a pool: for each dimension size, stride and the zeros around the image."""

    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]

    def fits(self, extent: tuple[int, ...]) -> bool:
        """Whether it is no larger than an image with so many rows and columns, padding included."""
        return all(
            own <= there + 2 * around
            for own, there, around in zip(self.size, extent, self.padding, strict=True)
        )

    def output(self, extent: tuple[int, ...]) -> tuple[int, ...]:
        """How often it stands along each dimension; what the last stride cannot reach is left over."""
        return tuple(
            (there + 2 * around - own) // stride + 1
            for there, around, own, stride in zip(extent, self.padding, self.size, self.stride, strict=True)
        )

    def places(self, extent: tuple[int, ...]) -> list[Place]:
        """Where it stands, in reading order."""
        return list(product(*map(range, self.output(extent))))

    def covered(self, place: Place, extent: tuple[int, ...]) -> list[tuple[Place, Place]]:
        """The entries in the window and the entries of the image below them, without those of the padding."""
        found = []
        for own in product(*map(range, self.size)):
            there = tuple(
                at * stride + offset - around
                for at, stride, offset, around in zip(place, self.stride, own, self.padding, strict=True)
            )
            if all(0 <= entry < most for entry, most in zip(there, extent, strict=True)):
                found.append((own, there))
        return found

    def terms(self, extent: tuple[int, ...]) -> int:
        """How many entries it has at all its places together."""
        return prod(self.output(extent)) * prod(self.size)


def unit_names(channels: tuple[str, ...], places: list[Place]) -> tuple[str, ...]:
    """`c1_1_2`: channel, row, column, counted from 1."""
    return tuple(
        "_".join((channel, *(str(entry + 1) for entry in place))) for channel in channels for place in places
    )
