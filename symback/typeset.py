"""Expression -> text of a dialect, by one walk over the tree.

A formula is printed once for each shape, into pieces with slots for its names; a filler then puts symbols or
numbers into the slots. A negative number is bracketed where its place needs that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Protocol

from symback.dialects import Dialect
from symback.expression import (
    Call,
    Cases,
    Differentiate,
    Expression,
    IndexedSum,
    Marked,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    skeleton,
)
from symback.matrix_nodes import Applied, Elementwise, Matrix, MatrixProduct, Ones, Transposed, entries_of


MOST_ROWS = 12
"""A matrix of numbers shows at most so many rows."""


class Position(Enum):
    """Where a slot stands, which decides when its filling needs brackets."""

    PLAIN = 0
    """At the start of something: anything may stand there."""
    INNER = 1
    """After an operator: a negative number needs brackets."""
    BASE = 2
    """Under an exponent: a negative number or a compound symbol needs brackets."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a name in a printed shape."""

    place: int
    position: Position


@dataclass(frozen=True, slots=True)
class Variable:
    """The place of the name by which something is differentiated; always a symbol."""

    name: str


@dataclass(frozen=True, slots=True)
class Label:
    """The place of a word under a brace; `place` is the name that the brace marks, or -1."""

    key: str
    place: int


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a long formula may go on in the next line; nothing otherwise. Lower costs are better."""

    cost: int


class Filler(Protocol):
    """Puts symbols or numbers into the slots of a shape."""

    numbers: bool
    """Whether slots hold numbers, so that products show the sign between numbers."""

    most_columns: int
    """A matrix of numbers shows at most so many columns; dots stand for the others."""

    def slot(self, name: str, position: Position) -> str:
        """The text for a name at a place."""

    def variable(self, name: str) -> str:
        """The symbol of a name, also where numbers stand elsewhere."""

    def label(self, key: str, name: str) -> str:
        """The text under a brace."""

    def is_tall(self, name: str) -> bool:
        """Whether the filling is a fraction, so that brackets around it are higher."""


Piece = str | Slot | Variable | Label | Break


class Level(Enum):
    """How tightly a printed expression binds."""

    SUM = 0
    NEGATIVE = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


@dataclass(frozen=True, slots=True)
class Printed:
    """Pieces with what the surroundings must know of them."""

    pieces: tuple[Piece, ...]
    level: Level
    is_tall: bool = False
    opens_bracket: bool = False


def typeset(expression: Expression, dialect: Dialect, filler: Filler) -> str:
    """The formula on one line."""
    return "".join(text for _, text in segments(expression, dialect, filler))


def segments(expression: Expression, dialect: Dialect, filler: Filler) -> list[tuple[int, str]]:
    """The formula cut at the places where it may be broken into lines: the cost of the break before, the text."""
    shape, names = skeleton(expression)
    tall = tuple(filler.is_tall(name) for name in names)
    cost, text = 0, ""
    cut: list[tuple[int, str]] = []
    for piece in _shape(shape, dialect, filler.numbers, tall, filler.most_columns):
        if isinstance(piece, str):
            text += piece
        elif isinstance(piece, Slot):
            text += filler.slot(names[piece.place], piece.position)
        elif isinstance(piece, Variable):
            text += filler.variable(names[int(piece.name[1:])] if piece.name[0] == "_" else piece.name)
        elif isinstance(piece, Label):
            text += filler.label(piece.key, names[piece.place] if piece.place >= 0 else "")
        else:
            cut.append((cost, text))
            cost, text = piece.cost, ""
    return [*cut, (cost, text)]


@lru_cache(maxsize=4096)
def _shape(
    shape: Expression, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int
) -> tuple[Piece, ...]:
    return _Printer(dialect, numbers, tall, most_columns).print(shape).pieces


class _Printer:
    """Prints a shape whose names are `_0`, `_1`, ...; `depth` counts what forbids a line break."""

    def __init__(self, dialect: Dialect, numbers: bool, tall: tuple[bool, ...], most_columns: int) -> None:
        self.dialect = dialect
        self.numbers = numbers
        self.tall = tall
        self.most_columns = most_columns
        self.functions = dict(dialect.functions)
        self.printers = {
            Number: self._number,
            Name: self._name,
            Sum: self._sum,
            Product: self._product,
            Negative: self._negative,
            Quotient: self._quotient,
            Power: self._power,
            Call: self._call,
            Cases: self._cases,
            IndexedSum: self._indexed_sum,
            Differentiate: self._differentiate,
            Marked: self._marked,
            Matrix: self._matrix,
            Ones: self._ones,
            Transposed: self._transposed,
            MatrixProduct: self._matrix_product,
            Elementwise: self._elementwise,
            Applied: self._applied,
        }

    def print(self, node: Expression, position: Position = Position.PLAIN, depth: int = 0) -> Printed:
        return self.printers[type(node)](node, position, depth)

    def _number(self, node: Number, position: Position, depth: int) -> Printed:
        value = node.value
        sign = self.dialect.negative if value < 0 else ""
        level = Level.NEGATIVE if value < 0 else Level.ATOM
        if value.denominator == 1:
            return Printed((f"{sign}{abs(value.numerator)}",), level)
        before, between, after = self.dialect.fraction
        text = f"{sign}{before}{abs(value.numerator)}{between}{value.denominator}{after}"
        if not self.dialect.stacks and level is Level.ATOM:
            level = Level.PRODUCT
        return Printed((text,), level, is_tall=self.dialect.stacks)

    def _name(self, node: Name, position: Position, depth: int) -> Printed:
        place = int(node.name[1:])
        return Printed((Slot(place, position),), Level.ATOM, self.tall[place])

    def _sum(self, node: Sum, position: Position, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = False
        for place, term in enumerate(node.terms):
            subtracted = place > 0 and isinstance(term, Negative)
            operand = term.operand if isinstance(term, Negative) and subtracted else term
            where = Position.INNER if place else position
            printed = self.print(operand, where, depth)
            if (place and printed.level is Level.NEGATIVE) or (subtracted and printed.level is Level.SUM):
                printed = self._grouped(operand, depth)
            if place:
                pieces += [Break(2 * depth)] if depth <= 1 else []
                pieces.append(self.dialect.minus if subtracted else self.dialect.plus)
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.SUM, tall)

    def _negative(self, node: Negative, position: Position, depth: int) -> Printed:
        printed = self.print(node.operand, Position.INNER, depth)
        if printed.level in (Level.SUM, Level.NEGATIVE):
            printed = self._grouped(node.operand, depth)
        return Printed((self.dialect.negative, *printed.pieces), Level.NEGATIVE, printed.is_tall)

    def _product(self, node: Product, position: Position, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = opens = False
        for place, factor in enumerate(node.factors):
            printed = self.print(factor, Position.INNER if place else position, depth)
            is_sum = printed.level is Level.SUM
            if is_sum or printed.level is Level.NEGATIVE or isinstance(factor, Cases | IndexedSum):
                printed = self._grouped(factor, depth, opens_bracket=is_sum)
            if place and printed.level is Level.PRODUCT and isinstance(factor, Quotient):
                printed = self._grouped(factor, depth)
            if place:
                sign = self.dialect.times_numbers if self.numbers else self.dialect.times
                pieces += [Break(1)] if depth == 0 and not printed.opens_bracket else []
                pieces.append(self.dialect.beside_bracket if printed.opens_bracket else sign)
            else:
                opens = printed.opens_bracket
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.PRODUCT, tall, opens)

    def _quotient(self, node: Quotient, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.fraction
        stacks = self.dialect.stacks
        above = self.print(node.numerator, Position.PLAIN if stacks else position, depth + 2)
        below = self.print(node.denominator, Position.PLAIN if stacks else Position.INNER, depth + 2)
        if not stacks:
            if above.level in (Level.SUM, Level.NEGATIVE):
                above = self._grouped(node.numerator, depth + 2)
            if below.level not in (Level.ATOM, Level.POWER):
                below = self._grouped(node.denominator, depth + 2)
        level = Level.ATOM if stacks else Level.PRODUCT
        return Printed((before, *above.pieces, between, *below.pieces, after), level, is_tall=stacks)

    def _power(self, node: Power, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.power
        base = self.print(node.base, Position.BASE, depth)
        opens = base.level is Level.SUM
        if base.level is not Level.ATOM or isinstance(node.base, Quotient | Call | Cases | Number):
            plain = isinstance(node.base, Number) and base.level is Level.ATOM and not base.is_tall
            base = base if plain else self._grouped(node.base, depth)
        inside = Position.PLAIN if self.dialect.stacks else Position.BASE
        exponent = self.print(node.exponent, inside, depth + 2)
        if not self.dialect.stacks and exponent.level is not Level.ATOM:
            exponent = self._grouped(node.exponent, depth + 2)
        pieces = (before, *base.pieces, between, *exponent.pieces, after)
        return Printed(pieces, Level.POWER, base.is_tall, opens)

    def _call(self, node: Call, position: Position, depth: int) -> Printed:
        before, after = self.functions[node.function]
        argument = self.print(node.argument, Position.PLAIN, depth + 2)
        return Printed((before, *argument.pieces, after), Level.ATOM, argument.is_tall)

    def _cases(self, node: Cases, position: Position, depth: int) -> Printed:
        before, between, row, after = self.dialect.cases
        value, left, right, otherwise = (
            self.print(part, Position.PLAIN, depth + 2).pieces
            for part in (node.value, node.left, node.right, node.otherwise)
        )
        first = (before, *value, between, *left, self.dialect.greater, *right, row, *otherwise)
        if self.dialect.stacks:
            return Printed((*first, between, *left, self.dialect.not_greater, *right, after), Level.ATOM, True)
        pieces = (before, *left, self.dialect.greater, *right, between, *value, row, *otherwise, after)
        return Printed(pieces, Level.ATOM)

    def _indexed_sum(self, node: IndexedSum, position: Position, depth: int) -> Printed:
        before, between, after = self.dialect.indexed_sum
        body = self.print(node.body, Position.INNER, depth + 2)
        if body.level in (Level.SUM, Level.NEGATIVE):
            body = self._grouped(node.body, depth + 2)
        return Printed((before, node.index, between, *body.pieces, after), Level.PRODUCT, is_tall=True)

    def _differentiate(self, node: Differentiate, position: Position, depth: int) -> Printed:
        before, after = self.dialect.differentiate
        operand = self.print(node.operand, Position.PLAIN, depth + 1)
        opening, closing = self.dialect.tall_square if operand.is_tall else self.dialect.square
        pieces = (before, Variable(node.variable), after, opening, *operand.pieces, closing)
        return Printed(pieces, Level.ATOM, is_tall=True)

    def _marked(self, node: Marked, position: Position, depth: int) -> Printed:
        printed = self.print(node.operand, position, depth + 2)
        if not self.dialect.colours:
            return printed
        before, between, after = self.dialect.mark
        colour = self.dialect.colours[node.colour % len(self.dialect.colours)]
        pieces: tuple[Piece, ...] = (before + colour + between, *printed.pieces, after)
        if node.label:
            start, middle, end = self.dialect.brace
            place = int(node.operand.name[1:]) if isinstance(node.operand, Name) else -1
            pieces = (start, *pieces, middle, Label(node.label, place), end)
        return Printed(pieces, printed.level, printed.is_tall)

    def _matrix(self, node: Matrix, position: Position, depth: int) -> Printed:
        if not self.numbers:
            return Printed((Variable(node.name),), Level.ATOM)
        return self._array(node)

    def _ones(self, node: Ones, position: Position, depth: int) -> Printed:
        return self._array(node) if self.numbers else Printed((self.dialect.ones,), Level.ATOM)

    def _array(self, node: Expression) -> Printed:
        """The entries in rows; of a large matrix the first columns and rows, and dots."""
        before, between, row_end, after = self.dialect.matrix
        pieces: list[Piece] = [before]
        for row_place, row in enumerate(entries_of(node)):
            pieces += [row_end] if row_place else []
            if row_place == MOST_ROWS:
                pieces.append(self.dialect.vertical_dots)
                break
            shown = row if len(row) <= self.most_columns else row[: self.most_columns - 1]
            for place, entry in enumerate(shown):
                pieces += [between] if place else []
                pieces += self.print(entry, Position.PLAIN, 2).pieces
            pieces += [between, self.dialect.dots] if len(shown) < len(row) else []
        return Printed((*pieces, after), Level.ATOM, is_tall=True)

    def _transposed(self, node: Transposed, position: Position, depth: int) -> Printed:
        if self.numbers:
            return self._array(node)
        operand = self.print(node.operand, Position.BASE, depth)
        opening, closing = ("", "") if isinstance(node.operand, Ones) else self.dialect.group
        before, between, after = self.dialect.power
        pieces = (before, opening, *operand.pieces, closing, between, self.dialect.transpose, after)
        return Printed(pieces, Level.ATOM)

    def _matrix_product(self, node: MatrixProduct, position: Position, depth: int) -> Printed:
        return self._joined(node.factors, self.dialect.beside_matrix, depth)

    def _elementwise(self, node: Elementwise, position: Position, depth: int) -> Printed:
        return self._joined(node.factors, self.dialect.elementwise, depth)

    def _joined(self, factors: tuple[Expression, ...], sign: str, depth: int) -> Printed:
        pieces: list[Piece] = []
        tall = False
        for place, factor in enumerate(factors):
            printed = self.print(factor, Position.INNER, depth)
            if printed.level is not Level.ATOM:
                printed = self._grouped(factor, depth)
            pieces += [Break(2 * depth + 1), sign] if place else []
            pieces += printed.pieces
            tall = tall or printed.is_tall
        return Printed(tuple(pieces), Level.PRODUCT, tall)

    def _applied(self, node: Applied, position: Position, depth: int) -> Printed:
        if self.numbers:
            return self._array(node)
        before, after = self.functions[node.function]
        operand = self.print(node.operand, Position.PLAIN, depth + 2)
        return Printed((before, *operand.pieces, after), Level.ATOM)

    def _grouped(self, node: Expression, depth: int, opens_bracket: bool = False) -> Printed:
        """The node in brackets; inside them a leading minus needs no more brackets."""
        printed = self.print(node, Position.PLAIN, depth + 1)
        before, after = self.dialect.tall_group if printed.is_tall else self.dialect.group
        return Printed((before, *printed.pieces, after), Level.ATOM, printed.is_tall, opens_bracket)
