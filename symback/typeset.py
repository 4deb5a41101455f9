"""Expression -> text of a dialect.

A formula is printed once for each shape, into pieces with slots for its names; a filler then puts symbols or
numbers into the slots. A negative number is bracketed where its place needs that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from symback.dialects import Dialect
from symback.expression import Expression, Shape, shape_of
from symback.matrix_printer import MatrixPrinter
from symback.shapes import Break, Label, Position, Slot, Variable


class Filler(Protocol):
    """Puts symbols or numbers into the slots of a shape."""

    @property
    def numbers(self) -> bool:
        """Whether slots hold numbers, so that products show the sign between numbers."""

    @property
    def most_columns(self) -> int:
        """A matrix of numbers shows at most so many columns; dots stand for the others."""

    def slot(self, name: str, position: Position) -> str:
        """The text for a name at a place."""

    def variable(self, name: str) -> str:
        """The symbol of a name, also where numbers stand elsewhere."""

    def label(self, key: str, name: str) -> str:
        """The text under a brace."""

    def is_tall(self, name: str) -> bool:
        """Whether the filling is a fraction, so that brackets around it are higher."""


def typeset(expression: Expression, dialect: Dialect, filler: Filler) -> str:
    """The formula on one line."""
    return "".join(text for _, text in segments(expression, dialect, filler))


def segments(expression: Expression, dialect: Dialect, filler: Filler) -> list[tuple[int, str]]:
    """The formula cut where it may be broken into lines: the cost of the break before, and the text."""
    shape, names = shape_of(expression)
    tall = tuple([filler.is_tall(name) for name in names])
    cuts = _shape(shape, dialect, filler.numbers, tall, filler.most_columns)
    return [
        (
            cost,
            "".join([piece if isinstance(piece, str) else _filled(piece, names, filler) for piece in pieces]),
        )
        for cost, pieces in cuts
    ]


def _filled(piece: Slot | Variable | Label, names: tuple[str, ...], filler: Filler) -> str:
    if isinstance(piece, Slot):
        return filler.slot(names[piece.place], piece.position)
    if isinstance(piece, Variable):
        return filler.variable(names[int(piece.name[1:])] if piece.name[0] == "_" else piece.name)
    return filler.label(piece.key, names[piece.place] if piece.place >= 0 else "")


@lru_cache(maxsize=4096)
def _shape(
    shape: Shape, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int
) -> tuple[tuple[int, tuple[str | Slot | Variable | Label, ...]], ...]:
    """The printed shape cut at its breaks: the cost of each, and what comes up to the next one."""
    cost = 0
    pieces: list[str | Slot | Variable | Label] = []
    cuts = []
    for piece in MatrixPrinter(dialect, numbers, tall, most_columns).print(shape.expression).pieces:
        if isinstance(piece, Break):
            cuts.append((cost, tuple(pieces)))
            cost, pieces = piece.cost, []
        elif isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return (*cuts, (cost, tuple(pieces)))
