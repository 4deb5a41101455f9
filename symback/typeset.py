"""Expression -> text of a dialect.

A formula is printed once for each shape, into pieces with slots for its names; a filler then puts symbols or
numbers into the slots. A negative number is bracketed where its place needs that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from symback import mathml
from symback.dialects import Dialect
from symback.expression import Expression, Name, Shape, shape_of
from symback.matrix_printer import MatrixPrinter
from symback.shapes import Break, Label, Position, Slot, Variable


class Filler:
    """Puts symbols or numbers into the slots of a shape."""

    numbers: bool = False
    """Whether slots hold numbers, so that products show the sign between numbers."""
    most_columns: int = 4
    """A matrix of numbers shows at most so many columns; dots stand for the others."""

    def slot(self, name: str, position: Position) -> str:
        """The text for a name at a place."""
        raise NotImplementedError

    def variable(self, name: str) -> str:
        """The symbol of a name, also where numbers stand elsewhere."""
        raise NotImplementedError

    def label(self, key: str, name: str) -> str:
        """The text under a brace."""
        return ""

    def is_tall(self, name: str) -> bool:
        """Whether the filling is a fraction, so that brackets around it are higher."""
        return False

    def texts(self, names: Sequence[str]) -> tuple[tuple[bool, ...], Sequence[str] | None]:
        """`is_tall` of each name, and its text, if that is the same in all places but under an exponent."""
        return tuple(map(self.is_tall, names)), None


def typeset(expression: Expression, dialect: Dialect, filler: Filler) -> str:
    """The formula on one line."""
    if isinstance(expression, Name):
        return filler.slot(expression.name, Position.PLAIN)
    return "".join(segments(expression, dialect, filler)[1])


def segments(expression: Expression, dialect: Dialect, filler: Filler) -> tuple[tuple[int, ...], list[str]]:
    """The formula cut where it may be broken into lines: the cost of each break before, and the texts."""
    shape, names = shape_of(expression)
    tall, texts = filler.texts(names)
    printed = _shape(shape, dialect, filler.numbers, tall, filler.most_columns)
    if texts is not None and printed.places:
        filling = [texts[place] for place in printed.places]
    else:
        filling = [_filled(piece, names, filler) for piece in printed.pieces]
    return printed.costs, (printed.text % tuple(filling)).split(_BREAK)


_BREAK = "\0"


def _filled(piece: Slot | Variable | Label, names: tuple[str, ...], filler: Filler) -> str:
    if isinstance(piece, Slot):
        return filler.slot(names[piece.place], piece.position)
    if isinstance(piece, Variable):
        return filler.variable(names[int(piece.name[1:])] if piece.name[0] == "_" else piece.name)
    return filler.label(piece.key, names[piece.place] if piece.place >= 0 else "")


class _Shape(NamedTuple):
    """A printed shape."""

    costs: tuple[int, ...]
    """The cost of a break before each part that lines may be made of."""
    text: str
    """All parts, with %s for what is filled in."""
    pieces: tuple[Slot | Variable | Label, ...]
    """What is filled in."""
    places: tuple[int, ...]
    """The same as places of names; () if something else or a base of a power is among them."""


@lru_cache(maxsize=4096)
def _shape(
    shape: Shape, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int
) -> _Shape:
    costs = [0]
    text = []
    pieces: list[Slot | Variable | Label] = []
    for piece in MatrixPrinter(dialect, numbers, tall, most_columns).print(shape.expression).pieces:
        if isinstance(piece, str):
            text.append(piece.replace("%", "%%"))
        elif isinstance(piece, Break):
            if dialect.writing == "mathml" and not mathml.may_break(mathml.open_elements("".join(text))):
                continue
            costs.append(piece.cost)
            text.append(_BREAK)
        else:
            pieces.append(piece)
            text.append("%s")
    is_plain = all(isinstance(piece, Slot) and piece.position is not Position.BASE for piece in pieces)
    places = tuple(piece.place for piece in pieces if isinstance(piece, Slot)) if is_plain else ()
    return _Shape(tuple(costs), "".join(text), tuple(pieces), places)
