"""Expression -> text of a dialect.

A formula is printed once for each shape, into pieces with slots for its names; a filler then puts symbols or
numbers into the slots. A negative number is bracketed where its place needs that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from symback.dialects import Dialect
from symback.expression import Expression, Name, Shape, shape_of
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
    if isinstance(expression, Name):
        return filler.slot(expression.name, Position.PLAIN)
    return "".join(segments(expression, dialect, filler)[1])


def segments(expression: Expression, dialect: Dialect, filler: Filler) -> tuple[tuple[int, ...], list[str]]:
    """The formula cut where it may be broken into lines: the cost of each break before, and the texts."""
    shape, names = shape_of(expression)
    tall = tuple(map(filler.is_tall, names))
    costs, text, pieces = _shape(shape, dialect, filler.numbers, tall, filler.most_columns)
    slot = filler.slot
    filling = [
        slot(names[piece.place], piece.position) if type(piece) is Slot else _filled(piece, names, filler)
        for piece in pieces
    ]
    return costs, (text % tuple(filling)).split(_BREAK)


_BREAK = "\0"


def _filled(piece: Slot | Variable | Label, names: tuple[str, ...], filler: Filler) -> str:
    if isinstance(piece, Slot):
        return filler.slot(names[piece.place], piece.position)
    if isinstance(piece, Variable):
        return filler.variable(names[int(piece.name[1:])] if piece.name[0] == "_" else piece.name)
    return filler.label(piece.key, names[piece.place] if piece.place >= 0 else "")


@lru_cache(maxsize=4096)
def _shape(
    shape: Shape, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int
) -> tuple[tuple[int, ...], str, tuple[Slot | Variable | Label, ...]]:
    """The printed shape: the cost of each break, its text with %s for what is filled in, and that."""
    costs = [0]
    text = []
    pieces: list[Slot | Variable | Label] = []
    for piece in MatrixPrinter(dialect, numbers, tall, most_columns).print(shape.expression).pieces:
        if isinstance(piece, str):
            text.append(piece.replace("%", "%%"))
        elif isinstance(piece, Break):
            costs.append(piece.cost)
            text.append(_BREAK)
        else:
            pieces.append(piece)
            text.append("%s")
    return tuple(costs), "".join(text), tuple(pieces)
